// How the canonical form orders the elements of a list whose order carries no meaning: by their
// bytes, which begin with the length where they have one.
#ifndef LIBCHANGEPOLICY_FLAT_CANONICAL_ORDER_H_
#define LIBCHANGEPOLICY_FLAT_CANONICAL_ORDER_H_

#include <cstdint>
#include <string_view>

namespace changepolicy::flat {

// Negative, 0 or positive: by the bytes of their varints, of which the low seven bits come first.
inline int CompareVarints(uint64_t a, uint64_t b) {
  while (a != b) {
    const uint64_t first = (a & 0x7F) | (a >= 0x80 ? 0x80 : 0);
    const uint64_t second = (b & 0x7F) | (b >= 0x80 ? 0x80 : 0);
    if (first != second) return first < second ? -1 : 1;
    a >>= 7;
    b >>= 7;
  }
  return 0;
}

// Of texts, bytes and encoded messages.
inline int CompareDelimited(std::string_view a, std::string_view b) {
  const int lengths = CompareVarints(a.size(), b.size());
  return lengths != 0 ? lengths : a.compare(b);
}

}  // namespace changepolicy::flat

#endif  // LIBCHANGEPOLICY_FLAT_CANONICAL_ORDER_H_
