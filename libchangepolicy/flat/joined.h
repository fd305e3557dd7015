// A text made of others, in an arena.
#ifndef LIBCHANGEPOLICY_FLAT_JOINED_H_
#define LIBCHANGEPOLICY_FLAT_JOINED_H_

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "libchangepolicy/flat/arena.h"

namespace changepolicy {

// The parts, which are texts, one behind the other. Owned by the arena. O(length).
template <typename... Parts>
std::string_view Joined(flat::Arena* arena, const Parts&... parts) {
  const std::string_view pieces[] = {parts...};
  size_t size = 0;
  for (const std::string_view piece : pieces) size += piece.size();
  char* const text = static_cast<char*>(arena->Allocate(size));
  char* at = text;
  for (const std::string_view piece : pieces) at = std::copy(piece.begin(), piece.end(), at);
  return {text, size};
}

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_FLAT_JOINED_H_
