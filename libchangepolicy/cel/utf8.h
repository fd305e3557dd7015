// Texts as sequences of code points.
#ifndef LIBCHANGEPOLICY_CEL_UTF8_H_
#define LIBCHANGEPOLICY_CEL_UTF8_H_

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace changepolicy::cel {

// REQUIRES: valid UTF-8, for all of these.
inline size_t CountCodePoints(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

// The code points, each as its own bytes.
inline std::vector<std::string_view> CodePoints(std::string_view text) {
  std::vector<std::string_view> points;
  size_t begin = 0;
  for (size_t i = 1; i <= text.size(); ++i) {
    if (i == text.size() || (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) {
      points.push_back(text.substr(begin, i - begin));
      begin = i;
    }
  }
  return points;
}

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_UTF8_H_
