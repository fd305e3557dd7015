// From flat messages to bytes (docs/flat.md).
#ifndef LIBCHANGEPOLICY_FLAT_ENCODE_H_
#define LIBCHANGEPOLICY_FLAT_ENCODE_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>

#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/flat/table.h"

namespace changepolicy::flat {

// Where messages are encoded. It is written from its end to its front: what is inside a message is
// then there before its length is written, so that nothing is measured beforehand. Keeps its
// memory. Not safe for use by two threads.
class Buffer {
 public:
  Buffer() = default;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

 private:
  friend class Encoder;

  // Makes room before `front` for `more` bytes; gives where the front is then.
  char* Grow(char* front, size_t more);

  std::unique_ptr<char[]> memory_;
  char* begin_ = nullptr;
  char* end_ = nullptr;
};

// Fields of a message that were encoded beforehand: their bytes are copied, each run of them to its
// place by number, and what the message itself holds for them is not looked at. Whatever else is
// set is encoded as ever.
//
// A rule's outcome has parts that are known when its policy is compiled. They are prepared once:
//
//   flat::RuleOutcome constant;                      // rule, kind, clauses are set
//   constant.set_prepared(flat::Prepare(constant, {1, 2, 7}, &arena_of_the_policy));
//   ...
//   *decision->add_rules(&arena) = constant;         // then what is not known beforehand is set
struct Prepared {
  uint64_t fields;               // bits of all that is prepared
  uint64_t firsts;               // bits of the first field of each run
  const std::string_view* runs;  // by number
};

// Encodes the message's fields with these numbers, and gives what is to be set with `set_prepared`
// in this message or others that have the same in these fields. It lies in the arena and points to
// nothing outside of it. Safe to share between threads. Numbers of no field are left out.
const Prepared* Prepare(const MessageTable& table, const void* message,
                        std::span<const int> numbers, Arena* arena);

template <typename T>
const Prepared* Prepare(const T& message, std::initializer_list<int> numbers, Arena* arena) {
  return Prepare(T::table(), &message, std::span(numbers.begin(), numbers.size()), arena);
}

// The same for all that is set in the message, by way of a buffer that is kept and not the heap:
// for a message that stands in several others. REQUIRES: something is set.
const Prepared* PrepareWhole(const MessageTable& table, const void* message, Buffer* buffer,
                             Arena* arena);

template <typename T>
const Prepared* PrepareWhole(const T& message, Buffer* buffer, Arena* arena) {
  return PrepareWhole(T::table(), &message, buffer, arena);
}

// The bytes of protobuf's deterministic encoding: fields by number, maps by key, lists as they
// stand. They lie in the buffer until it is used again. Without the heap once the buffer is large
// enough. REQUIRES: no message is inside itself. O(size of the bytes).
std::string_view Encode(const MessageTable& table, const void* message, Buffer* buffer);

template <typename T>
std::string_view Encode(const T& message, Buffer* buffer) {
  return Encode(T::table(), &message, buffer);
}

// The canonical form (base/canonical.h) of a message whose lists were sorted by SortSetLikes:
// numbers of lists each by itself, one zero and one NaN, entries of maps by their bytes. The arena
// serves as scratch. REQUIRES: nothing in the message is prepared.
std::string_view EncodeCanonical(const MessageTable& table, const void* message, Arena* scratch,
                                 Buffer* buffer);

template <typename T>
std::string_view EncodeCanonical(const T& message, Arena* scratch, Buffer* buffer) {
  return EncodeCanonical(T::table(), &message, scratch, buffer);
}

}  // namespace changepolicy::flat

#endif  // LIBCHANGEPOLICY_FLAT_ENCODE_H_
