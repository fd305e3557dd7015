// The facts that a decision's expressions have read: each once, with the words for it written when
// somebody asks.
#ifndef LIBCHANGEPOLICY_PROGRAM_FACTS_READ_H_
#define LIBCHANGEPOLICY_PROGRAM_FACTS_READ_H_

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "changepolicy/v1/decision.flat.h"
#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/flat/encode.h"
#include "libchangepolicy/flat/repeated.h"
#include "libchangepolicy/program/program.h"

namespace changepolicy {

// Below twice the program's paths: the fact at a path, and one more where `has` asked for it.
using FactId = uint32_t;

// Facts at those paths of a program that have a bit, which is nearly all of them. A path may be
// read in two ways, of which the last is what counts.
struct FactBits {
  std::array<uint64_t, kPathBits / 64> read{};
  std::array<uint64_t, kPathBits / 64> tested{};  // of those, by `has`

  void Add(uint32_t bit, bool test) {
    const uint64_t mask = uint64_t{1} << bit % 64;
    read[bit / 64] |= mask;
    tested[bit / 64] = test ? tested[bit / 64] | mask : tested[bit / 64] & ~mask;
  }
  void Add(const FactBits& later) {
    // Two words at a time, which processors of every make have.
    using Pair = uint64_t __attribute__((vector_size(16)));
    for (size_t i = 0; i < read.size(); i += 2) {
      Pair here, here_tested, there, there_tested;
      std::memcpy(&here, &read[i], sizeof here);
      std::memcpy(&here_tested, &tested[i], sizeof here);
      std::memcpy(&there, &later.read[i], sizeof here);
      std::memcpy(&there_tested, &later.tested[i], sizeof here);
      here_tested = (here_tested & ~there) | there_tested;
      here |= there;
      std::memcpy(&read[i], &here, sizeof here);
      std::memcpy(&tested[i], &here_tested, sizeof here);
    }
  }
};

// What an expression has read.
struct FactReads {
  FactBits bits;
  std::vector<FactId> others;  // in the order in which they were read

  void Clear() {
    bits = {};
    others.clear();
  }
  // Of what is read in two ways, that of `first` counts.
  void AddWhatStands(const FactReads& first) {
    bits.Add(first.bits);
    others.insert(others.end(), first.others.begin(), first.others.end());
  }
};

// Not safe for use by two threads. Keeps its memory from one decision to the next.
class FactsRead {
 public:
  // Forgets everything. `program` and `arena` must outlive what follows.
  void Begin(const Program* program, flat::Arena* arena);

  // ---- Where things stand. A trail names a message or a list: below paths() it is a path of the
  // program, beyond that an element of a list, or something in one.

  uint32_t TrailOfPath(int32_t path) const { return static_cast<uint32_t>(path); }
  // Of the first of `size` elements of the list at `list`; the others follow.
  uint32_t TrailOfElements(uint32_t list, uint32_t size);
  uint32_t TrailOfField(uint32_t message, int32_t field);

  // ---- What was read. Each gives the fact's number within the decision.

  // Of a path, whether tested or not: null until it was read. Valid until the next Begin().
  const Datum* Known(int32_t path, bool test) const {
    const FactAtPath& fact = at_path_[PlaceOf(path, test)];
    return fact.generation == generation_ ? &fact.value : nullptr;
  }
  FactId IdOf(int32_t path, bool test) const { return static_cast<FactId>(PlaceOf(path, test)); }
  FactId Field(uint32_t message, int32_t field, bool test, Datum value);
  // Of a field with this path. What was read there first stays.
  FactId AddAtPath(int32_t path, bool test, int32_t field, Datum value) {
    const size_t place = PlaceOf(path, test);
    FactAtPath& fact = at_path_[place];
    if (fact.generation != generation_) {
      fact = {.value = value, .generation = generation_, .source = field};
    }
    return static_cast<FactId>(place);
  }
  FactId Call(int32_t call, absl::Span<const Datum> args, Datum value);
  FactId Declared(int32_t path, Datum value);
  // Makes the fact's value one that is unknown because of itself, and gives it.
  Datum MakeUnknown(FactId fact);

  // Valid until Begin().
  std::string_view PathOf(FactId fact);
  // As the Decision has it, by path, each once: the path, the value as a CEL literal (empty where
  // it is not known). Sorts the others. Lies in the arena.
  flat::RepeatedMessage<flat::FactRead> Tell(FactReads* reads);

  // Of a fact without a bit: it may be read in two ways, of which the last is what counts.
  bool IsTested(FactId fact) const;

 private:
  // Two to a line of the processor's cache: each expression asks for some.
  struct FactAtPath {
    Datum value;
    flat::FactRead* told = nullptr;
    uint32_t generation = 0;
    int32_t source = kNoIndex;  // a field; below kNoIndex a call: -2 less its index
  };
  // Any other.
  struct Fact {
    Datum value;
    uint32_t message = 0;  // trail, of a field
    int32_t field = kNoIndex;
    int32_t call = kNoIndex;
    uint32_t count = 0;  // of the call's arguments
    const Datum* args = nullptr;
    std::string_view text;  // of the path, once it was asked for
    // Among the paths of the program: 2 * rank + 1 of its own, or 2 * rank where it stands before
    // the path with that rank. Once it was asked for.
    int32_t order = kNoIndex;
    flat::FactRead* told = nullptr;
  };
  struct Trail {
    uint32_t parent = 0;
    int32_t field = kNoIndex;  // kNoIndex: an element, by its index
    uint32_t index = 0;
  };
  // A small table with open addressing, emptied by forgetting its generation.
  class Table {
   public:
    void Clear() {
      ++generation_;
      used_ = 0;
    }
    // Where the value of the key stands; 0 when it is new.
    uint32_t* FindOrAdd(uint64_t key);

   private:
    struct Entry {
      uint64_t key = 0;
      uint32_t generation = 0;
      uint32_t value = 0;
    };
    void Grow();
    std::vector<Entry> entries_;
    uint32_t generation_ = 0;
    size_t used_ = 0;
  };

  // Tests, which are few, stand behind all others.
  size_t PlaceOf(int32_t path, bool test) const {
    return static_cast<size_t>(path) + (test ? paths_ : 0);
  }
  bool IsAtPath(FactId id) const { return id < 2 * paths_; }
  int32_t PathAt(FactId id) const { return static_cast<int32_t>(id < paths_ ? id : id - paths_); }
  Fact& OtherAt(FactId id) { return facts_[id - 2 * paths_]; }
  FactId Add(const Fact& fact);
  flat::FactRead* Tell(FactId id);
  flat::FactRead* ToldAgain(flat::FactRead* told);
  flat::FactRead* TellAt(int32_t path, FactAtPath* fact);
  flat::FactRead* Write(std::string_view path, const Datum& value, int32_t field, int32_t call);
  std::string_view TrailText(uint32_t trail);
  // Valid until the next call.
  std::string_view CallText(const Fact& fact);
  bool IsSameCall(const Fact& a, const Fact& b);
  int32_t ListOf(uint32_t trail) const;
  int32_t OrderOf(FactId id);
  bool Precedes(FactId a, FactId b);
  void Sort(std::vector<FactId>* facts);
  void SortMany(std::vector<FactId>* facts);
  void KeepLastOfEach(std::vector<FactId>* facts);

  const Program* program_ = nullptr;
  flat::Arena* arena_ = nullptr;
  size_t paths_ = 0;  // of the program
  // By path and whether it was tested; those of this generation.
  std::vector<FactAtPath> at_path_;
  uint32_t generation_ = 0;
  std::vector<Fact> facts_;  // all others
  std::vector<Trail> trails_;
  Table elements_, fields_, facts_below_;
  struct OtherCall {
    FactId fact;
    uint32_t hash;  // the same for those that are written in the same way
  };
  std::vector<OtherCall> other_calls_;               // with arguments that are not constant
  std::vector<std::pair<FactId, uint32_t>> sorted_;  // with their places before
  std::string call_text_;
  flat::Buffer buffer_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_PROGRAM_FACTS_READ_H_
