// What counts as documentation, by rules that are not kept: text_judge.h has the same for many
// texts.
#ifndef LIBCHANGEPOLICY_DOMAIN_DOCUMENTS_H_
#define LIBCHANGEPOLICY_DOMAIN_DOCUMENTS_H_

#include <string_view>

#include "changepolicy/v1/common.pb.h"
#include "changepolicy/v1/policy.pb.h"

namespace changepolicy {

// The text names something: it has letters or digits, and is neither a placeholder nor a template.
// For keys, references and versions, however short.
bool IsGiven(std::string_view text, const v1::TextRules& rules);

// The text has letters or digits, at least `minimum_length` code points of them, and is neither a
// placeholder nor a copy of a template, both compared as BareText. O(text + rules).
bool IsMeaningful(std::string_view text, const v1::TextRules& rules);

// The document is there: meaningful text, or an address that is no placeholder together with the
// digest, `sha256:` and 64 hexadecimal digits, of what stands there.
bool IsWritten(const v1::Document& document, const v1::TextRules& rules);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_DOCUMENTS_H_
