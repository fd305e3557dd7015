// The Explanation of a Decision as text: what is missing, how the gate is opened, what the answer
// rests on.
#ifndef LIBCHANGEPOLICY_REPORT_EXPLANATION_TEXT_H_
#define LIBCHANGEPOLICY_REPORT_EXPLANATION_TEXT_H_

#include <string>

#include "changepolicy/v1/decision.pb.h"
#include "libchangepolicy/report/decision_text.h"

namespace changepolicy {

// Sections with headings, an empty line before each; empty where there is nothing to say. Without
// `verbose` long lists are cut, and say so. Expects texts that are safe to print.
std::string ExplanationText(const v1::Explanation& explanation, const TextOptions& options);

// One step as a sentence, like `Ask ada to approve, as cto`.
std::string StepText(const v1::FixStep& step);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_EXPLANATION_TEXT_H_
