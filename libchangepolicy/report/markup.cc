#include "libchangepolicy/report/markup.h"

#include <cmath>
#include <cstdint>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/utf8.h"

namespace changepolicy {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

struct Character {
  uint32_t code;
  size_t length;  // in bytes
  bool valid;     // well-formed, and a character of XML
};

Character CharacterAt(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) -> uint32_t {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0;
  };
  const uint32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const size_t length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
  if (length == 0) return {lead, 1, false};
  uint32_t code = lead & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {lead, 1, false};
    code = code << 6 | (byte(i) & 0x3F);
  }
  constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kLeast[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
    return {lead, 1, false};
  }
  return {code, length, (code & 0xFFFE) != 0xFFFE};
}

bool IsIn(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

double WidthOf(uint32_t code) {
  if (code < 0x80) {
    const char c = static_cast<char>(code);
    if (IsIn(c, "iljI.,:;'|! ")) return 0.36;
    if (IsIn(c, "ftr()[]{}/\\\"-`")) return 0.46;
    if (IsIn(c, "mwMW@%&")) return 1.0;
    if (c >= 'A' && c <= 'Z') return 0.76;
    if (IsIn(c, "+<=>~#_^")) return 0.84;
    return 0.65;
  }
  if (code >= 0x0300 && code <= 0x036F) return 0;
  if (code < 0x0500) return 0.8;
  if (code < 0x1100) return 0.9;
  return code < 0x2E80 ? 1.0 : 1.4;  // full width, and pictograms
}

}  // namespace

std::string Escaped(std::string_view text, size_t most) {
  std::string cut;
  if (text.size() > most) {
    cut = StrCat(Utf8Prefix(text, most), kEllipsis);
    text = cut;
  }
  const std::string printable = Printable(text);
  std::string out;
  out.reserve(printable.size() + 16);
  for (size_t at = 0; at < printable.size();) {
    const Character character = CharacterAt(printable, at);
    if (!character.valid) {
      out += kReplacement;
    } else if (character.code == '&') {
      out += "&amp;";
    } else if (character.code == '<') {
      out += "&lt;";
    } else if (character.code == '>') {
      out += "&gt;";
    } else if (character.code == '"') {
      out += "&quot;";
    } else if (character.code == '\'') {
      out += "&#39;";
    } else {
      out.append(printable, at, character.length);
    }
    at += character.length;
  }
  return out;
}

std::string Number(double value) {
  const double rounded = std::round(value * 100) / 100;
  return rounded == 0 ? "0" : StrCat(rounded);
}

double EmWidth(std::string_view text) {
  double width = 0;
  for (size_t at = 0; at < text.size();) {
    const Character character = CharacterAt(text, at);
    width += WidthOf(character.code);
    at += character.length;
  }
  return width;
}

std::string Fit(std::string_view text, double ems) {
  double width = 0;
  size_t fits = 0;  // bytes that leave room for the ellipsis
  for (size_t at = 0; at < text.size();) {
    const Character character = CharacterAt(text, at);
    width += WidthOf(character.code);
    at += character.length;
    if (width + 1 <= ems) fits = at;
    if (width > ems) {
      while (fits > 0 && text[fits - 1] == ' ') --fits;
      return fits == 0 ? std::string() : StrCat(text.substr(0, fits), kEllipsis);
    }
  }
  return std::string(text);
}

bool HasForeignLetters(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const Character character = CharacterAt(text, at);
    if (character.code >= 0x0250 && !(character.code >= 0x2000 && character.code <= 0x203F)) {
      return true;
    }
    at += character.length;
  }
  return false;
}

}  // namespace changepolicy
