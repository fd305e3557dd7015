#include "libchangepolicy/eval/filler_text.h"

#include <algorithm>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/domain/bare_text.h"

namespace changepolicy {
namespace {

constexpr char kBeginning[] = "What those who know it have written down about ";

// No two of them are alike, so that a text of many is not repetitive either.
constexpr std::string_view kWords[] = {
    "after",  "before", "careful", "detail",  "every",   "first",   "given",  "however",
    "inside", "known",  "later",   "measure", "nothing", "outside", "people", "question",
    "reason", "shown",  "taken",   "usual",   "value",   "within",  "year",   "zone",
    "answer", "behind", "change",  "during",  "enough",  "follow",  "group",  "house"};

// A word or the beginning of one, as rules name them.
std::string Word(const std::string& pattern) {
  return pattern.ends_with('*') ? pattern.substr(0, pattern.size() - 1) : pattern;
}

}  // namespace

bool IsFiller(std::string_view literal) {
  const bool digest = literal.starts_with("\"sha256:0000") || literal.starts_with("\"0000");
  return digest || literal == StrCat("\"", kAnyText, "\"") ||
         literal == StrCat("[\"", kAnyText, "\"]") || literal.starts_with(StrCat("\"", kBeginning));
}

std::string FillerText(const v1::Policy& policy, std::string_view subject, std::string_view field) {
  std::string text = StrCat(kBeginning, subject, ", in their own words");
  int words = 12;
  for (const v1::DocumentRule& rule : policy.documents()) {
    if (rule.field() != field) continue;
    for (const v1::Mention& mention : rule.says()) {
      StrAppend(&text, ", ",
                mention.words().empty() ? std::string("30 minutes") : Word(mention.words(0)));
    }
    words = std::max(words, rule.minimum_words());
  }
  text += ":";
  const int shortest = policy.text().minimum_length();
  for (int i = 0; i < words || CountBareCodePoints(BareText(text)) < static_cast<size_t>(shortest);
       ++i) {
    const size_t count = std::size(kWords);
    const size_t place = static_cast<size_t>(i);
    StrAppend(&text, " ", kWords[place % count]);
    if (place >= count) StrAppend(&text, place / count);
  }
  return text;
}

}  // namespace changepolicy
