#include "libchangepolicy/domain/documents.h"

#include "libchangepolicy/domain/text_judge.h"

namespace changepolicy {

bool IsGiven(std::string_view text, const v1::TextRules& rules) {
  return TextJudge(rules).IsGiven(text);
}

bool IsMeaningful(std::string_view text, const v1::TextRules& rules) {
  return TextJudge(rules).IsMeaningful(text);
}

bool IsWritten(const v1::Document& document, const v1::TextRules& rules) {
  return TextJudge(rules).IsWritten(document.text(), document.url(), document.digest());
}

}  // namespace changepolicy
