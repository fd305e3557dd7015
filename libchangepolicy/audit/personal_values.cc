#include "libchangepolicy/audit/personal_values.h"

#include <cstddef>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "libchangepolicy/approval/account.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

// What a character does to the words around it.
enum class Kind { kSeparates, kJoins, kStandsAlone };

bool IsMark(char c) { return c == '.' || c == '_' || c == '-' || c == '@' || c == '+'; }

Kind KindOfAscii(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || IsMark(c) ? Kind::kJoins
                                                                         : Kind::kSeparates;
}

Kind KindOf(char32_t c) {
  if (c < 0x80) return KindOfAscii(static_cast<char>(c));
  const auto in = [c](char32_t first, char32_t last) { return first <= c && c <= last; };
  // Punctuation and blanks of Latin-1, of all scripts, of Chinese and Japanese, and in full width.
  if (in(0x80, 0xA9) || in(0xAB, 0xB4) || in(0xB6, 0xB9) || in(0xBB, 0xBF) || in(0x2000, 0x200B) ||
      in(0x200E, 0x206F) || in(0x3000, 0x3004) || in(0x3008, 0x3020) || in(0xFF00, 0xFF0F) ||
      in(0xFF1A, 0xFF20) || in(0xFF3B, 0xFF40) || in(0xFF5B, 0xFF65)) {
    return Kind::kSeparates;
  }
  // Thai, Lao, Myanmar, Khmer; kana and Han with their extensions.
  if (in(0x0E00, 0x0EFF) || in(0x1000, 0x109F) || in(0x1780, 0x17FF) || in(0x3005, 0x30FF) ||
      in(0x3400, 0x9FFF) || in(0xF900, 0xFAFF) || in(0x20000, 0x3FFFF)) {
    return Kind::kStandsAlone;
  }
  return Kind::kJoins;
}

// The character at the front and how many bytes it has. A byte that begins none is one by itself,
// and joins.
std::pair<char32_t, size_t> Front(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1};
  const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
  if (length == 1 || length > text.size()) return {0xFFFD, 1};
  char32_t c = first & (0xFF >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {0xFFFD, 1};
    c = (c << 6) | (byte(i) & 0x3F);
  }
  return {c, length};
}

// FNV-1a.
class WordHash {
 public:
  void Add(char c) { hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001B3; }
  uint64_t value() const { return hash_; }

 private:
  uint64_t hash_ = 0xCBF29CE484222325;
};

std::string EdgeKey(uint32_t node, std::string_view word) {
  std::string key;
  key.reserve(4 + word.size());
  for (int shift = 24; shift >= 0; shift -= 8) key.push_back(static_cast<char>(node >> shift));
  key.append(word);
  return key;
}

}  // namespace

std::vector<PersonalValues::Word> PersonalValues::WordsOf(std::string_view text) {
  std::vector<Word> words;
  const auto add = [&](std::string_view run) {
    const bool cut = run.ends_with("...");
    while (!run.empty() && IsMark(run.front())) run.remove_prefix(1);
    while (!run.empty() && IsMark(run.back())) run.remove_suffix(1);
    if (!run.empty()) {
      words.push_back({FoldCase(run), cut});
    } else if (cut && !words.empty()) {
      words.back().cut = true;
    }
  };
  size_t begin = 0, at = 0;  // of the word, and of the character
  while (at < text.size()) {
    const auto [c, length] = Front(text.substr(at));
    const Kind kind = KindOf(c);
    if (kind != Kind::kJoins) {
      if (begin < at) add(text.substr(begin, at - begin));
      if (kind == Kind::kStandsAlone) words.push_back({FoldCase(text.substr(at, length)), false});
      begin = at + length;
    }
    at += length;
  }
  if (begin < at) add(text.substr(begin));
  return words;
}

void PersonalValues::AddWords(const std::vector<Word>& words) {
  if (words.empty()) return;
  WordHash first;
  for (const char c : words[0].text) first.Add(c);
  first_words_.insert(first.value());
  Node node = 0;
  for (const Word& word : words) {
    std::string key = EdgeKey(node, word.text);
    const auto [edge, added] = edges_.emplace(std::move(key), static_cast<Node>(is_value_.size()));
    if (added) {
      sorted_edges_.insert(edge->first);
      is_value_.push_back(false);
    }
    node = edge->second;
  }
  is_value_[node] = true;
}

void PersonalValues::Add(std::string_view value) {
  if (added_.find(value) != added_.end()) return;
  added_.emplace(value);
  AddWords(WordsOf(value));
  if (const size_t bracket = value.find('<'); bracket != value.npos && value.ends_with('>')) {
    AddWords(WordsOf(value.substr(0, bracket)));
    AddWords(WordsOf(FoldAccount(value)));
  }
  // As messages and expressions write it, where that puts letters into it.
  if (const std::string shown = Printable(value); shown != value) {
    AddWords(WordsOf(shown));
    AddWords(WordsOf(absl::Utf8SafeCEscape(ToAbsl(value))));
  }
}

bool PersonalValues::StartAt(const std::vector<Word>& words, size_t first) const {
  Node node = 0;
  for (size_t i = first; i < words.size(); ++i) {
    const std::string key = EdgeKey(node, words[i].text);
    if (words[i].cut) {
      const auto next = sorted_edges_.lower_bound(key);
      return next != sorted_edges_.end() && next->starts_with(key);
    }
    const auto edge = edges_.find(key);
    if (edge == edges_.end()) return false;
    node = edge->second;
    if (is_value_[node]) return true;
  }
  return false;
}

bool PersonalValues::AreNamedBy(const std::vector<Word>& words) const {
  for (size_t i = 0; i < words.size(); ++i) {
    if (StartAt(words, i)) return true;
  }
  return shared_ != nullptr && shared_->AreNamedBy(words);
}

bool PersonalValues::HasFirstWord(uint64_t hash) const {
  return first_words_.find(hash) != first_words_.end() ||
         (shared_ != nullptr && shared_->HasFirstWord(hash));
}

// Whether a word of the text begins a value, or is not as simple as nearly all are.
bool PersonalValues::MayBeNamedIn(std::string_view text) const {
  for (size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) >= 0x80) return true;
    if (KindOfAscii(text[at]) != Kind::kJoins) {
      ++at;
      continue;
    }
    size_t end = at + 1;
    while (end < text.size() && KindOfAscii(text[end]) == Kind::kJoins) ++end;
    std::string_view word = text.substr(at, end - at);
    at = end;
    if (word.ends_with("...")) return true;
    while (!word.empty() && IsMark(word.front())) word.remove_prefix(1);
    while (!word.empty() && IsMark(word.back())) word.remove_suffix(1);
    WordHash hash;
    for (const char c : word) hash.Add(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    if (HasFirstWord(hash.value())) return true;
  }
  return false;
}

bool PersonalValues::AreNamedIn(std::string_view text) const {
  return MayBeNamedIn(text) && AreNamedBy(WordsOf(text));
}

}  // namespace changepolicy
