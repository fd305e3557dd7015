// What is due, as text for a terminal, as Markdown, and as comma-separated values.
#ifndef LIBCHANGEPOLICY_REPORT_DUE_TEXT_H_
#define LIBCHANGEPOLICY_REPORT_DUE_TEXT_H_

#include <string>

#include "changepolicy/v1/duties.pb.h"
#include "libchangepolicy/policy.h"
#include "libchangepolicy/report/decision_text.h"

namespace changepolicy {

// What has to be done, in a few words: the message of the rule, filled in; its title, or what the
// kind of thing says, where there is none.
std::string DueItemText(const v1::DueItem& item, const Policy& policy);

// A table by due date, with how late each thing is at the instant of the question, then what is not
// known. Ends with a newline.
std::string DueText(const v1::DueAnswer& answer, const Policy& policy, const TextOptions& options);
std::string DueMarkdown(const v1::DueAnswer& answer, const Policy& policy);

// RFC 4180, with a line of names first and lines that end with a line feed. A field that a
// spreadsheet would take for a formula (it begins with = + - or @) has an apostrophe in front.
std::string DueCsv(const v1::DueAnswer& answer, const Policy& policy);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_DUE_TEXT_H_
