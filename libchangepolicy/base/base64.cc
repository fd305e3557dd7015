#include "libchangepolicy/base/base64.h"

#include <cstddef>
#include <cstdint>

#include "absl/strings/escaping.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {

namespace {

// The six bits of a character; -1 outside the alphabet.
int Sextet(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

}  // namespace

std::string EncodeBase64(std::string_view bytes) { return absl::Base64Escape(ToAbsl(bytes)); }

absl::StatusOr<std::string> DecodeBase64(std::string_view text) {
  if (text.size() % 4 != 0) {
    return InvalidArgument(
        StrCat("base 64 comes in groups of four characters, and here are ", text.size()));
  }
  size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  const std::string_view digits = text.substr(0, text.size() - padding);
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  uint32_t bits = 0;
  int held = 0;  // how many of the low bits of `bits` are still to be written
  for (size_t i = 0; i < digits.size(); ++i) {
    const int sextet = Sextet(digits[i]);
    if (sextet < 0) {
      return InvalidArgument(StrCat("character ", i + 1, " (`", Printable(digits.substr(i, 1)),
                                    "`) is not of the base 64 alphabet"));
    }
    bits = (bits << 6 | static_cast<uint32_t>(sextet)) & 0xFFF;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes.push_back(static_cast<char>(bits >> held & 0xFF));
    }
  }
  if ((bits & ((1u << held) - 1)) != 0) {
    return InvalidArgument("the base 64 has bits beyond its last byte");
  }
  return bytes;
}

}  // namespace changepolicy
