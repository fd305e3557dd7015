// Whether a version of a policy says soundly which subjects stay with the version before it.
#ifndef LIBCHANGEPOLICY_CHECK_POLICY_LIFE_H_
#define LIBCHANGEPOLICY_CHECK_POLICY_LIFE_H_

#include "libchangepolicy/check/merge.h"
#include "libchangepolicy/issue.h"

namespace changepolicy {

// Complains about grandfathering that has no end or no reason, that names no state, and whose end
// does not come after the policy's beginning, or that has no beginning to come after.
void CheckPolicyLife(const MergedPolicy& merged, Issues* issues);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CHECK_POLICY_LIFE_H_
