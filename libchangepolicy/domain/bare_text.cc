#include "libchangepolicy/domain/bare_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <utility>

namespace changepolicy {
namespace {

struct Range {
  uint32_t first;
  uint32_t last;
};

// Beyond ASCII: blocks of blanks, punctuation, symbols, combining marks, private use and emoji,
// sorted. Letters of every script lie between them.
constexpr std::array<Range, 40> kNoLetters = {{
    {0x0080, 0x00A9}, {0x00AB, 0x00B1}, {0x00B4, 0x00B4},   {0x00B6, 0x00B8},   {0x00BB, 0x00BF},
    {0x00D7, 0x00D7}, {0x00F7, 0x00F7}, {0x02B9, 0x036F},   {0x037E, 0x037E},   {0x0387, 0x0387},
    {0x055A, 0x055F}, {0x0589, 0x058F}, {0x0591, 0x05CF},   {0x060C, 0x061F},   {0x064B, 0x065F},
    {0x066A, 0x066D}, {0x0964, 0x0965}, {0x0E4F, 0x0E4F},   {0x115F, 0x1160},   {0x1680, 0x1680},
    {0x2000, 0x206F}, {0x2190, 0x2BFF}, {0x2E00, 0x2E7F},   {0x3000, 0x3004},   {0x3008, 0x3020},
    {0x3030, 0x3030}, {0x3164, 0x3164}, {0xD800, 0xF8FF},   {0xFD3E, 0xFD3F},   {0xFE00, 0xFE6F},
    {0xFEFF, 0xFEFF}, {0xFF00, 0xFF0F}, {0xFF1A, 0xFF20},   {0xFF3B, 0xFF40},   {0xFF5B, 0xFF65},
    {0xFFA0, 0xFFA0}, {0xFFE0, 0xFFFF}, {0x1D000, 0x1D1FF}, {0x1F000, 0x1FAFF}, {0xE0000, 0x10FFFF},
}};

bool IsInNoLetters(uint32_t c) {
  const auto after =
      std::upper_bound(kNoLetters.begin(), kNoLetters.end(), c,
                       [](uint32_t value, Range range) { return value < range.first; });
  return after != kNoLetters.begin() && c <= std::prev(after)->last;
}

bool IsLetterOrDigit(uint32_t c) {
  if (c < 0x80) return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return !IsInNoLetters(c);
}

uint32_t Fold(uint32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;  // full-width form
  if (c >= 'A' && c <= 'Z') return c + 0x20;
  if (c < 0x80) return c;
  if (c >= 0xC0 && c <= 0xDE && c != 0xD7) return c + 0x20;
  // Latin Extended-A alternates upper and lower, in two phases.
  if ((c >= 0x100 && c <= 0x137 && c != 0x130) || (c >= 0x14A && c <= 0x177)) return c | 1;
  if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E)) return c % 2 == 1 ? c + 1 : c;
  if (c >= 0x391 && c <= 0x3A9) return c + 0x20;
  if (c >= 0x410 && c <= 0x42F) return c + 0x20;
  if (c >= 0x400 && c <= 0x40F) return c + 0x50;
  return c;
}

// Takes one code point off the front of `text`; returns false, and takes one byte, where there is
// no well-formed one.
bool TakeCodePoint(std::string_view* text, uint32_t* c) {
  const auto byte = [text](size_t i) { return static_cast<unsigned char>((*text)[i]); };
  const unsigned char lead = byte(0);
  size_t length = 1;
  *c = lead;
  if (lead >= 0x80) {
    length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    *c = lead & (0xFF >> (length + 1));
    bool good = lead >= 0xC2 && lead <= 0xF4 && length <= text->size();
    for (size_t i = 1; good && i < length; ++i) {
      good = (byte(i) & 0xC0) == 0x80;
      *c = (*c << 6) | (byte(i) & 0x3F);
    }
    const bool overlong = (length == 3 && *c < 0x800) || (length == 4 && *c < 0x10000);
    if (!good || overlong || *c > 0x10FFFF) {
      text->remove_prefix(1);
      return false;
    }
  }
  text->remove_prefix(length);
  return true;
}

void AppendCodePoint(uint32_t c, std::string* out) {
  const auto push = [out](uint32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    push(c);
  } else if (c < 0x800) {
    push(0xC0 | (c >> 6));
    push(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    push(0xE0 | (c >> 12));
    push(0x80 | ((c >> 6) & 0x3F));
    push(0x80 | (c & 0x3F));
  } else {
    push(0xF0 | (c >> 18));
    push(0x80 | ((c >> 12) & 0x3F));
    push(0x80 | ((c >> 6) & 0x3F));
    push(0x80 | (c & 0x3F));
  }
}

}  // namespace

std::string BareText(std::string_view text) {
  std::string bare;
  while (!text.empty()) {
    uint32_t c = 0;
    if (TakeCodePoint(&text, &c) && IsLetterOrDigit(c)) AppendCodePoint(Fold(c), &bare);
  }
  return bare;
}

bool HasBareText(std::string_view text) {
  while (!text.empty()) {
    uint32_t c = 0;
    if (TakeCodePoint(&text, &c) && IsLetterOrDigit(c)) return true;
  }
  return false;
}

std::vector<std::string> BareWords(std::string_view text) {
  // Han, kana, Hangul and what lies between them.
  constexpr uint32_t kFirstUnspaced = 0x2E80, kLastUnspaced = 0xFEFE;
  std::vector<std::string> words;
  std::string word;
  const auto finish = [&] {
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  while (!text.empty()) {
    uint32_t c = 0;
    if (!TakeCodePoint(&text, &c)) continue;
    if (!IsLetterOrDigit(c)) {
      finish();
      continue;
    }
    const uint32_t folded = Fold(c);
    const bool alone = folded >= kFirstUnspaced && folded <= kLastUnspaced;
    if (alone) finish();
    AppendCodePoint(folded, &word);
    if (alone) finish();
  }
  finish();
  return words;
}

size_t CountBareCodePoints(std::string_view bare) {
  return std::count_if(bare.begin(), bare.end(),
                       [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; });
}

}  // namespace changepolicy
