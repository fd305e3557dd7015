#include "libchangepolicy/base/utf8.h"

#include <cstdint>
#include <cstring>

namespace changepolicy {

namespace {

bool IsContinuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// Whether the eight bytes are ASCII.
bool IsAscii(const char* bytes) {
  uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof(word));
  return (word & 0x8080808080808080) == 0;
}

}  // namespace

bool IsUtf8(std::string_view text, size_t* first_bad) {
  size_t i = 0;
  while (i < text.size()) {
    // Most texts are nothing else.
    while (i + 8 <= text.size() && IsAscii(text.data() + i)) i += 8;
    if (i == text.size()) break;
    const unsigned char lead = static_cast<unsigned char>(text[i]);
    const size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    bool good = lead < 0x80 || (lead >= 0xC2 && lead <= 0xF4 && i + length <= text.size());
    for (size_t j = 1; good && j < length; ++j) {
      good = IsContinuation(text[i + j]);
    }
    if (good && length > 2) {
      const unsigned char second = static_cast<unsigned char>(text[i + 1]);
      good = !(lead == 0xE0 && second < 0xA0) && !(lead == 0xED && second > 0x9F) &&
             !(lead == 0xF0 && second < 0x90) && !(lead == 0xF4 && second > 0x8F);
    }
    if (!good) {
      if (first_bad != nullptr) *first_bad = i;
      return false;
    }
    i += length;
  }
  return true;
}

std::string_view Utf8Prefix(std::string_view text, size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && IsContinuation(text[most])) --most;
  return text.substr(0, most);
}

}  // namespace changepolicy
