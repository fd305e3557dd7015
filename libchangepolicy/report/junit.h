// Results as JUnit XML, which systems of continuous integration show as tests.
#ifndef LIBCHANGEPOLICY_REPORT_JUNIT_H_
#define LIBCHANGEPOLICY_REPORT_JUNIT_H_

#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/report/check_findings.h"

namespace changepolicy {

// Lines of a text as an attribute's value or as content: each line Escaped (markup.h) whole, with
// `&#10;` between them.
std::string XmlLines(std::string_view text);

// A suite for each record and in it a case for each rule: failed where it does not hold, in error
// where it is not known or could not be evaluated, skipped where it was waived or set aside or does
// not concern the subject. The first case of each suite, `verdict`, passes if and only if the
// record is ALLOWED; of a record that could not be decided it is in error. XML 1.0 whatever the
// texts are: what is no character of XML is replaced by U+FFFD. Ends with a newline.
std::string JUnit(const std::vector<CheckedRecord>& records);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_JUNIT_H_
