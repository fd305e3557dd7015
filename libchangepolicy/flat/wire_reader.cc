#include "libchangepolicy/flat/wire_reader.h"

#include "libchangepolicy/flat/parse.h"

namespace changepolicy::flat::wire {
namespace {

constexpr uint32_t kStartGroup = 3;
constexpr uint32_t kEndGroup = 4;

// A value that is no group.
const uint8_t* SkipValue(uint32_t type, const uint8_t* p, const uint8_t* limit) {
  uint64_t value;
  size_t size;
  switch (type) {
    case 0:
      return ReadVarintByBytes(p, limit, &value);
    case 1:
      return limit - p >= 8 ? p + 8 : nullptr;
    case 2:
      p = ReadSize(p, limit, &size);
      return p == nullptr ? nullptr : p + size;
    case 5:
      return limit - p >= 4 ? p + 4 : nullptr;
    default:
      return nullptr;
  }
}

}  // namespace

const uint8_t* SkipUnknown(uint32_t tag, const uint8_t* p, const uint8_t* limit, int depth) {
  uint32_t open[kMaxDepth];  // numbers of groups that have begun
  const int outside = depth;
  for (;;) {
    const uint32_t number = tag >> 3;
    if ((tag & 7) == kEndGroup) {
      // Number 0 is only here excluded from ending a group, as no group of that number begins.
      if (depth == outside || open[--depth] != number) return nullptr;
    } else if (number == 0) {
      return nullptr;
    } else if ((tag & 7) == kStartGroup) {
      if (depth == kMaxDepth) return nullptr;
      open[depth++] = number;
    } else {
      p = SkipValue(tag & 7, p, limit);
      if (p == nullptr) return nullptr;
    }
    if (depth == outside) return p;
    p = ReadTag(p, limit, &tag);
    if (p == nullptr) return nullptr;
  }
}

}  // namespace changepolicy::flat::wire
