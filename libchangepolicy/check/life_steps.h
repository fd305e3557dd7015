// Whether the lives that a policy states can be lived: every state reachable, every end too.
#ifndef LIBCHANGEPOLICY_CHECK_LIFE_STEPS_H_
#define LIBCHANGEPOLICY_CHECK_LIFE_STEPS_H_

#include "libchangepolicy/check/merge.h"
#include "libchangepolicy/issue.h"

namespace changepolicy {

// Complains about a step without transition, origin or destination; one that only the other kind of
// subject takes; one that never comes into play, because an earlier one from the same state at the
// same transition always applies; one from a state that no step leads to; and a state from which
// there is no way to a final one.
void CheckLifeSteps(const MergedPolicy& merged, Issues* issues);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CHECK_LIFE_STEPS_H_
