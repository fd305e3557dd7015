// The comparison of two versions of a policy, as text for a terminal.
#ifndef LIBCHANGEPOLICY_REPORT_COMPARISON_TEXT_H_
#define LIBCHANGEPOLICY_REPORT_COMPARISON_TEXT_H_

#include <string>

#include "changepolicy/v1/duties.pb.h"
#include "libchangepolicy/report/decision_text.h"

namespace changepolicy {

// How many subjects were asked, then a table of those that the versions answer differently, each
// with the rules that make the difference. Ends with a newline.
std::string ComparisonText(const v1::PolicyComparison& comparison, const TextOptions& options);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_COMPARISON_TEXT_H_
