// Obligation rules of the policy: which of them a step brings, who owes it, and from when its time
// runs. The Decision about a step ahead and the list of what is due after steps that were taken ask
// the same functions.
#ifndef LIBCHANGEPOLICY_EVAL_OBLIGATIONS_H_
#define LIBCHANGEPOLICY_EVAL_OBLIGATIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/policy.pb.h"
#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/eval/expressions.h"
#include "libchangepolicy/eval/subject.h"
#include "libchangepolicy/flat/repeated.h"

namespace changepolicy {

struct BroughtObligation {
  int rule = 0;  // its place in the policy's list
  // True, or why nobody can tell whether it applies: it is owed all the same.
  Answer applies;
};

// The rules that the evaluation's transition brings, in the policy's order; those in `demanded`
// without asking whether they apply.
flat::Repeated<BroughtObligation> FindBroughtObligations(Evaluation* evaluation,
                                                         const std::vector<std::string>& demanded);

// Whether nothing is owed any more under the rule; false where the rule does not say when.
Answer AskObligationMet(int rule, Evaluation* evaluation);

// How long after its start it is due; nothing, and the reason in `answer`, where that cannot be
// told.
std::optional<absl::Duration> AskObligationTime(int rule, Evaluation* evaluation, Answer* answer);

// The recorded or planned instant from which the time runs; nothing where it runs from the instant
// at which the step was decided.
std::optional<absl::Time> ObligationStartOf(const v1::ObligationRule& rule, const Subject& subject);

// The instant so long after `start`, brought into the years 1 to 9999 for which timestamps are
// defined.
absl::Time ObligationDueAt(absl::Time start, absl::Duration after);

// The role or account that owes it; empty where nobody is named.
std::string_view ObligationOwnerOf(const v1::ObligationRule& rule, const Subject& subject);

// The last deployment to the environment, or with ENVIRONMENT_UNSPECIFIED to any.
std::optional<absl::Time> LastDeployment(const Subject& subject, v1::Environment environment);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_OBLIGATIONS_H_
