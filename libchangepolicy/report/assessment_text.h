// Category, change model and risk, point by point, for the text of a decision.
#ifndef LIBCHANGEPOLICY_REPORT_ASSESSMENT_TEXT_H_
#define LIBCHANGEPOLICY_REPORT_ASSESSMENT_TEXT_H_

#include <string>
#include <vector>

#include "changepolicy/v1/decision.pb.h"

namespace changepolicy {

// Why a claimed category was refused, in any case; with `verbose` also the rule that decided, the
// change model's record, and each point of the risk with the facts behind it. Texts must be safe to
// print already.
std::vector<std::string> AssessmentLines(const v1::Decision& decision, bool verbose);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_ASSESSMENT_TEXT_H_
