// A Decision as text for a terminal: the verdict, why, who, what is missing, the next step.
#ifndef LIBCHANGEPOLICY_REPORT_DECISION_TEXT_H_
#define LIBCHANGEPOLICY_REPORT_DECISION_TEXT_H_

#include <string>

#include "changepolicy/v1/decision.pb.h"
#include "libchangepolicy/policy.h"

namespace changepolicy {

struct TextOptions {
  // ANSI colours; for a terminal only.
  bool color = false;
  // Every rule with the facts that it read, not only those that decided.
  bool verbose = false;
};

// Ends with a newline. A usual decision takes fewer than 24 lines without `verbose`.
std::string DecisionText(const v1::Decision& decision, const Policy& policy,
                         const TextOptions& options);

// Who must approve: the verdict, a table of slots with who fills them, what else is in the way,
// whom to ask, and who does not count and why. Somebody who counts for one rule is not listed as
// merely ineligible for another, except with `verbose`. At most 100 columns where words allow it.
std::string ApprovalsText(const v1::ApprovalsAnswer& answer, const Policy& policy,
                          const TextOptions& options);

// The message of one outcome, from the policy's text and the outcome's parameters, or from what
// the outcome says where the policy has none.
std::string OutcomeText(const v1::RuleOutcome& outcome, const Policy& policy);

// What the policy says to do about a rule; empty where it says nothing.
std::string RemedyText(const v1::RuleOutcome& outcome, const Policy& policy);

// Fills `rendering` of the decision.
void Render(const Policy& policy, v1::Decision* decision);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_DECISION_TEXT_H_
