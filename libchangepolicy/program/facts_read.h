// The facts that a decision's expressions have read: each once, with the words for it written when
// somebody asks.
#ifndef LIBCHANGEPOLICY_PROGRAM_FACTS_READ_H_
#define LIBCHANGEPOLICY_PROGRAM_FACTS_READ_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "changepolicy/v1/decision.flat.h"
#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/program/program.h"

namespace changepolicy {

using FactId = uint32_t;

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

  FactId Field(uint32_t message, int32_t field, bool test, Datum value);
  FactId Call(const ProgramCall& call, absl::Span<const Datum> args, Datum value);
  FactId Declared(int32_t fact, int32_t path, Datum value);

  // Valid until Begin().
  std::string_view PathOf(FactId fact) { return PathText(facts_[fact]); }
  // As the Decision has it: the path, the value as a CEL literal (empty where it is not known).
  // Valid until Begin(), and the same at every call.
  flat::FactRead* Tell(FactId fact);

  // Sorts those from `first` on by path; of facts with one path the one that was read last stays.
  void Sort(std::vector<FactId>* facts, size_t first);
  // It may be read in two ways, of which the last is what counts.
  bool IsTested(FactId fact) const { return facts_[fact].is_tested; }

 private:
  struct Fact {
    int32_t path = kNoIndex;  // of the program
    uint32_t message = 0;     // trail
    int32_t field = kNoIndex;
    const ProgramCall* call = nullptr;
    int32_t declared = kNoIndex;
    bool is_tested = false;
    bool test = false;
    Datum value;
    std::string_view text;  // of the path, once it was asked for
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

  FactId AddAtPath(const Fact& fact);
  FactId Add(const Fact& fact);
  std::string_view PathText(Fact& fact);
  std::string_view TrailText(uint32_t trail);
  std::string_view CallText(const ProgramCall& call, absl::Span<const Datum> args);
  std::string_view Joined(std::string_view a, std::string_view between, std::string_view b);
  bool Precedes(FactId a, FactId b);

  const Program* program_ = nullptr;
  flat::Arena* arena_ = nullptr;
  std::vector<Fact> facts_;
  std::vector<Trail> trails_;
  // By path and whether it was tested: one more than the fact's number, of this generation.
  struct AtPath {
    uint32_t generation = 0;
    FactId fact = 0;
  };
  std::vector<AtPath> at_path_;
  uint32_t generation_ = 0;
  Table elements_, fields_, facts_below_;
  // Calls with arguments that are not constant, to be compared by their texts.
  std::vector<FactId> other_calls_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_PROGRAM_FACTS_READ_H_
