// Approvals as steps towards an open gate.
#ifndef LIBCHANGEPOLICY_EVAL_FIX_APPROVALS_H_
#define LIBCHANGEPOLICY_EVAL_FIX_APPROVALS_H_

#include <vector>

#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/policy.pb.h"

namespace changepolicy {

// Approvals that would complete the rule of `outcome`, as it suggests them, with the roles of their
// slots; none for an outcome of another kind.
std::vector<v1::FixStep> ApprovalsFor(const v1::Policy& policy, const v1::RuleOutcome& outcome);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_FIX_APPROVALS_H_
