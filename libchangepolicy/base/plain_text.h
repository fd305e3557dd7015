// Texts of which every character stands for itself, as most are; looked at eight at a time.
#ifndef LIBCHANGEPOLICY_BASE_PLAIN_TEXT_H_
#define LIBCHANGEPOLICY_BASE_PLAIN_TEXT_H_

#include <cstdint>
#include <cstring>
#include <string_view>

namespace changepolicy {

namespace plain_text {

inline constexpr uint64_t kEach = 0x0101010101010101;
inline constexpr uint64_t kHigh = 0x80 * kEach;

// High bits of bytes that are no printable character of ASCII.
inline uint64_t Unprintable(uint64_t eight) {
  return (eight | (eight - 0x20 * kEach) | (eight + 0x01 * kEach)) & kHigh;
}
// Not zero where one of the bytes is `c`.
inline uint64_t Holds(uint64_t eight, char c) {
  const uint64_t zeros = eight ^ (static_cast<unsigned char>(c) * kEach);
  return (zeros - kEach) & ~zeros & kHigh;
}

// Whether `find` gives zero for all of it, a rest filled with spaces.
template <typename Find>
bool IsFree(std::string_view text, Find find) {
  uint64_t found = 0;
  while (text.size() >= sizeof(uint64_t)) {
    uint64_t eight;
    std::memcpy(&eight, text.data(), sizeof eight);
    found |= find(eight);
    text.remove_prefix(sizeof eight);
  }
  if (!text.empty()) {
    uint64_t last = ' ' * kEach;
    std::memcpy(&last, text.data(), text.size());
    found |= find(last);
  }
  return found == 0;
}

}  // namespace plain_text

// Only printable characters of ASCII. O(size).
inline bool IsPrintableAscii(std::string_view text) {
  return plain_text::IsFree(text, plain_text::Unprintable);
}

// The same, without quotation marks and backslashes: between quotation marks it is the literal of
// itself. O(size).
inline bool IsPlainLiteral(std::string_view text) {
  return plain_text::IsFree(text, [](uint64_t eight) {
    return plain_text::Unprintable(eight) | plain_text::Holds(eight, '"') |
           plain_text::Holds(eight, '\'') | plain_text::Holds(eight, '\\');
  });
}

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_BASE_PLAIN_TEXT_H_
