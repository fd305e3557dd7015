// From bytes to flat messages, in one pass (docs/flat.md).
#ifndef LIBCHANGEPOLICY_FLAT_PARSE_H_
#define LIBCHANGEPOLICY_FLAT_PARSE_H_

#include <string_view>

#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/flat/table.h"

namespace changepolicy::flat {

// Messages inside messages (a map's entry is one) and groups among unknown fields, as in protobuf.
inline constexpr int kMaxDepth = 100;

struct ParseResult {
  // Some message had fields that its class does not know. They are checked and left out; protobuf's
  // class of the message can say what they are (UnknownFields in base/canonical.h). It finds none
  // where the message was replaced later in the bytes: as a member of a oneof, or by key in a map.
  bool has_unknown = false;
};

// Merges the message that the bytes hold into `message`, which is of the struct that the table
// describes. Texts point into the bytes, which must outlive the message; everything else that is
// made lies in the arena. False where protobuf's ParseFromArray would refuse the bytes, and for
// none other below 2 GiB; then the message's content is unspecified. O(n) in the bytes, O(n log n)
// where entries of maps are not in the order of their keys.
[[nodiscard]] bool Parse(std::string_view bytes, const MessageTable& table, void* message,
                         Arena* arena, ParseResult* result);

template <typename T>
[[nodiscard]] bool Parse(std::string_view bytes, T* message, Arena* arena, ParseResult* result) {
  return Parse(bytes, T::table(), message, arena, result);
}

}  // namespace changepolicy::flat

#endif  // LIBCHANGEPOLICY_FLAT_PARSE_H_
