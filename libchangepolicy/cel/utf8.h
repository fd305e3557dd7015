// Texts as sequences of code points.
#ifndef LIBCHANGEPOLICY_CEL_UTF8_H_
#define LIBCHANGEPOLICY_CEL_UTF8_H_

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace changepolicy::cel {

// Where `part` begins in `text`, from byte `from` on; npos where it does not. By memmem, which is
// linear whatever the texts; std::string::find is not.
inline size_t FindText(std::string_view text, std::string_view part, size_t from = 0) {
  if (from > text.size()) return std::string_view::npos;
  if (part.empty()) return from;
  const void* const found =
      memmem(text.data() + from, text.size() - from, part.data(), part.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<size_t>(static_cast<const char*>(found) - text.data());
}

// REQUIRES: valid UTF-8, for all of these.
inline size_t CountCodePoints(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

// The length in bytes of the code point at the start of `text`, and of the one at its end.
// REQUIRES: not empty.
inline size_t FirstPoint(std::string_view text) {
  size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) {
    ++length;
  }
  return length;
}
inline size_t LastPoint(std::string_view text) {
  size_t length = 1;
  while (length < text.size() &&
         (static_cast<unsigned char>(text[text.size() - length]) & 0xC0) == 0x80) {
    ++length;
  }
  return length;
}

// The code points, each as its own bytes. Takes sixteen bytes for each of them: for texts that are
// known to be short.
inline std::vector<std::string_view> CodePoints(std::string_view text) {
  std::vector<std::string_view> points;
  for (; !text.empty(); text.remove_prefix(points.back().size())) {
    points.push_back(text.substr(0, FirstPoint(text)));
  }
  return points;
}

// The byte at which code point `index` begins; the end for the one past the last. npos beyond.
inline size_t OffsetOfPoint(std::string_view text, size_t index) {
  size_t offset = 0;
  for (; index > 0; --index) {
    if (offset == text.size()) return std::string_view::npos;
    offset += FirstPoint(text.substr(offset));
  }
  return offset;
}

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_UTF8_H_
