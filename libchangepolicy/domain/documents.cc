#include "libchangepolicy/domain/documents.h"

#include <algorithm>
#include <string>

#include "libchangepolicy/domain/bare_text.h"

namespace changepolicy {
namespace {

bool StandsForNothing(std::string_view bare, const v1::TextRules& rules) {
  // A text does not grow when it is made bare.
  const auto same = [bare](const std::string& text) {
    return bare.size() <= text.size() && BareText(text) == bare;
  };
  return bare.empty() ||
         std::any_of(rules.placeholders().begin(), rules.placeholders().end(), same) ||
         std::any_of(rules.templates().begin(), rules.templates().end(), same);
}

bool IsSha256(std::string_view digest) {
  constexpr std::string_view kPrefix = "sha256:";
  if (digest.substr(0, kPrefix.size()) != kPrefix) return false;
  digest.remove_prefix(kPrefix.size());
  return digest.size() == 64 && std::all_of(digest.begin(), digest.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

}  // namespace

bool IsGiven(std::string_view text, const v1::TextRules& rules) {
  return !StandsForNothing(BareText(text), rules);
}

bool IsMeaningful(std::string_view text, const v1::TextRules& rules) {
  const std::string bare = BareText(text);
  if (StandsForNothing(bare, rules)) return false;
  return rules.minimum_length() <= 0 ||
         CountBareCodePoints(bare) >= static_cast<size_t>(rules.minimum_length());
}

bool IsReference(std::string_view text, const v1::TextRules& rules) {
  return !StandsForNothing(BareText(text), rules);
}

bool IsWritten(std::string_view text, std::string_view url, std::string_view digest,
               const v1::TextRules& rules) {
  if (IsMeaningful(text, rules)) return true;
  return IsSha256(digest) && !StandsForNothing(BareText(url), rules);
}

bool IsWritten(const v1::Document& document, const v1::TextRules& rules) {
  return IsWritten(document.text(), document.url(), document.digest(), rules);
}

}  // namespace changepolicy
