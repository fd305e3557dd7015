#include "libchangepolicy/base/text.h"

#include <cstdint>
#include <cstdio>

namespace changepolicy {

namespace {

// The code point of two or three bytes at `at`, which is all that is looked for here; 0 for others.
uint32_t CodePointAt(std::string_view text, size_t at, size_t* length) {
  const auto byte = [&](size_t i) -> uint32_t {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0;
  };
  const auto follows = [&](size_t i) { return (byte(i) & 0xC0) == 0x80; };
  if ((byte(0) & 0xE0) == 0xC0 && follows(1)) {
    *length = 2;
    return (byte(0) & 0x1F) << 6 | (byte(1) & 0x3F);
  }
  if ((byte(0) & 0xF0) == 0xE0 && follows(1) && follows(2)) {
    *length = 3;
    return (byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
  }
  *length = 1;
  return byte(0) < 0x80 ? byte(0) : 0xFFFFFFFF;
}

bool IsUnsafe(uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) ||  // controls
         (c >= 0x200E && c <= 0x200F) ||          // marks of direction
         (c >= 0x2028 && c <= 0x202E) ||          // separators, embeddings, overrides
         (c >= 0x2066 && c <= 0x2069);            // isolates
}

}  // namespace

std::string Printable(std::string_view text) {
  std::string printable;
  printable.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    size_t length = 1;
    const uint32_t c = CodePointAt(text, i, &length);
    if (c == '\n') {
      printable += "\\n";
    } else if (c == '\t') {
      printable += "\\t";
    } else if (IsUnsafe(c)) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      printable += escape;
    } else {
      printable += text.substr(i, length);
    }
    i += length;
  }
  return printable;
}

}  // namespace changepolicy
