#include "libchangepolicy/source/yaml_characters.h"

#include <algorithm>
#include <bitset>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <utility>

namespace changepolicy {

namespace {

// What stands for others is of the private use planes: 1,024 blocks of 64, each of which shares
// the first three bytes of its four. A block that the text does not use is taken.
constexpr size_t kBlocks = 1024;

std::string BlockPrefix(size_t block) {
  return {'\xF4', static_cast<char>(0x80 + block / 64), static_cast<char>(0x80 + block % 64)};
}

constexpr std::string_view kReplaced[] = {
    "\x7F",     "\xC2\x80", "\xC2\x81", "\xC2\x82", "\xC2\x83", "\xC2\x84", "\xC2\x85", "\xC2\x86",
    "\xC2\x87", "\xC2\x88", "\xC2\x89", "\xC2\x8A", "\xC2\x8B", "\xC2\x8C", "\xC2\x8D", "\xC2\x8E",
    "\xC2\x8F", "\xC2\x90", "\xC2\x91", "\xC2\x92", "\xC2\x93", "\xC2\x94", "\xC2\x95", "\xC2\x96",
    "\xC2\x97", "\xC2\x98", "\xC2\x99", "\xC2\x9A", "\xC2\x9B", "\xC2\x9C", "\xC2\x9D", "\xC2\x9E",
    "\xC2\x9F", "\u2028",   "\u2029",   "\uFEFF",   "\uFFFE",   "\uFFFF"};
static_assert(std::size(kReplaced) <= 64);

// The character's place in the table, or the table's size.
size_t FindReplaced(std::string_view rest) {
  const auto found = std::find_if(std::begin(kReplaced), std::end(kReplaced),
                                  [&](std::string_view one) { return rest.starts_with(one); });
  return static_cast<size_t>(found - std::begin(kReplaced));
}

// Most texts have none of these first bytes.
bool IsReplaced(std::string_view rest) {
  const char c = rest[0];
  return (c == '\x7F' || c == '\xC2' || c == '\xE2' || c == '\xEF') &&
         FindReplaced(rest) < std::size(kReplaced);
}

bool IsRefused(char c) { return c >= '\0' && c < ' ' && c != '\t' && c != '\n' && c != '\r'; }

// Whether all eight bytes are plain text: from the blank up to `~`.
bool ArePlain(const char* bytes) {
  constexpr uint64_t kEach = 0x0101010101010101;
  uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof(word));
  // Each sets the highest bit of a byte below the blank, of a delete and of one that is not ASCII.
  const uint64_t below = word - kEach * ' ', above = word + kEach;
  return ((below | above | word) & (kEach * 0x80)) == 0;
}

bool Continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

YamlCharacters::YamlCharacters(std::string_view text) : original_(text) {
  std::optional<size_t> first_replaced;
  for (size_t i = 0; i < text.size(); ++i) {
    while (i + 8 < text.size() && ArePlain(text.data() + i)) i += 8;
    const char c = text[i];
    if (c >= ' ' && c < '\x7F') continue;
    if (IsRefused(c)) {
      first_refused_ = i;
      return;
    }
    is_ascii_ = is_ascii_ && static_cast<unsigned char>(c) < 0x80;
    if (!first_replaced.has_value() && IsReplaced(text.substr(i))) first_replaced = i;
  }
  if (first_replaced.has_value() && !Replace()) first_refused_ = first_replaced;
}

bool YamlCharacters::Replace() {
  std::bitset<kBlocks> used;
  for (size_t i = original_.find('\xF4'); i != std::string_view::npos;
       i = original_.find('\xF4', i + 1)) {
    used.set(64 * static_cast<size_t>(original_[i + 1] & 0x0F) +
             static_cast<size_t>(original_[i + 2] & 0x3F));
  }
  // What is written as an escape becomes a character as well.
  constexpr std::string_view kEscape = "\\U0010";
  for (size_t i = original_.find(kEscape); i != std::string_view::npos;
       i = original_.find(kEscape, i + 1)) {
    const std::string_view digits = original_.substr(i + kEscape.size(), 4);
    unsigned low = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), low, 16);
    used.set(low / 64);
  }
  size_t block = 0;
  while (block < kBlocks && used.test(block)) ++block;
  if (block == kBlocks) return false;
  stand_in_ = BlockPrefix(block);
  for (size_t i = 0; i < original_.size();) {
    if (!IsReplaced(original_.substr(i))) {
      replaced_ += original_[i++];
      continue;
    }
    const size_t which = FindReplaced(original_.substr(i));
    replaced_ += stand_in_;
    replaced_ += static_cast<char>(0x80 + which);
    i += kReplaced[which].size();
  }
  return true;
}

void YamlCharacters::Restore(std::string* part) const {
  if (stand_in_.empty() || part->find(stand_in_) == std::string::npos) return;
  std::string restored;
  size_t from = 0;
  for (size_t at = part->find(stand_in_); at != std::string::npos;
       at = part->find(stand_in_, from)) {
    restored.append(*part, from, at - from);
    restored += kReplaced[static_cast<size_t>((*part)[at + stand_in_.size()] & 0x3F)];
    from = at + stand_in_.size() + 1;
  }
  restored.append(*part, from);
  *part = std::move(restored);
}

size_t YamlCharacters::ByteOf(size_t index) {
  if (is_ascii_) return std::min(index, original_.size());
  for (; index_ < index && byte_ < original_.size(); ++index_) {
    ++byte_;
    while (byte_ < original_.size() && Continues(original_[byte_])) ++byte_;
  }
  for (; index_ > index; --index_) {
    --byte_;
    while (Continues(original_[byte_])) --byte_;
  }
  return byte_;
}

}  // namespace changepolicy
