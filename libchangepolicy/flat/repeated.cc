#include "libchangepolicy/flat/repeated.h"

#include <cstring>

namespace changepolicy::flat {

void ListStorage::Grow(size_t element_size, Arena* arena) {
  constexpr uint32_t kLargest = (uint32_t{1} << 31) - 1;
  const uint32_t now = capacity;
  const uint32_t wanted = now > kLargest / 2 ? kLargest : now * 2;
  const size_t bytes = now * element_size;
  if (!arena->Extend(data, bytes, wanted * element_size)) {
    void* const room = arena->Allocate(wanted * element_size);
    std::memcpy(room, data, size * element_size);
    data = room;
  }
  capacity = wanted;
}

}  // namespace changepolicy::flat
