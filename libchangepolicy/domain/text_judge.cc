#include "libchangepolicy/domain/text_judge.h"

#include <algorithm>
#include <array>
#include <functional>

#include "libchangepolicy/domain/bare_text.h"

namespace changepolicy {
namespace {

bool IsSha256(std::string_view digest) {
  constexpr std::string_view kPrefix = "sha256:";
  if (digest.substr(0, kPrefix.size()) != kPrefix) return false;
  digest.remove_prefix(kPrefix.size());
  return digest.size() == 64 && std::all_of(digest.begin(), digest.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

}  // namespace

TextJudge::TextJudge(const v1::TextRules& rules)
    : minimum_length_(static_cast<size_t>(std::max(0, rules.minimum_length()))) {
  for (const auto* const list : {&rules.placeholders(), &rules.templates()}) {
    for (const std::string& text : *list) empty_words_.push_back(BareText(text));
  }
  std::sort(empty_words_.begin(), empty_words_.end());
  for (const std::string& text : empty_words_) longest_ = std::max(longest_, text.size());
}

// Bare, it is none of the empty words and has so many code points.
bool TextJudge::SaysSomething(std::string_view text, size_t at_least) const {
  constexpr size_t kKept = 64;
  std::array<char, kKept> kept;
  const size_t enough = std::max(at_least, longest_ + 1);
  size_t size = 0;
  for (size_t i = 0; i < text.size() && size < enough; ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool is_upper = c >= 'A' && c <= 'Z';
    if (c >= 0x80) {
      const std::string bare = BareText(text);
      return CountBareCodePoints(bare) >= at_least && !bare.empty() &&
             !std::binary_search(empty_words_.begin(), empty_words_.end(), bare);
    }
    if (!is_upper && (c < 'a' || c > 'z') && (c < '0' || c > '9')) continue;
    if (size < kKept) kept[size] = static_cast<char>(is_upper ? c + ('a' - 'A') : c);
    ++size;
  }
  if (size == 0 || size < at_least) return false;
  if (size > longest_) return true;
  if (size > kKept) {
    return !std::binary_search(empty_words_.begin(), empty_words_.end(), BareText(text));
  }
  return !std::binary_search(empty_words_.begin(), empty_words_.end(),
                             std::string_view(kept.data(), size), std::less<>());
}

bool TextJudge::IsGiven(std::string_view text) const { return SaysSomething(text, 0); }

bool TextJudge::IsMeaningful(std::string_view text) const {
  return SaysSomething(text, minimum_length_);
}

bool TextJudge::IsWritten(std::string_view text, std::string_view url,
                          std::string_view digest) const {
  return IsMeaningful(text) || (IsSha256(digest) && IsGiven(url));
}

}  // namespace changepolicy
