// The lives of changes and releases as data: which steps are legal from which state, and where they
// lead. A policy states its own (`life_cycle`); where it states none the library's holds.
//
// By the library's, a change runs draft, submitted, assessed, approved, scheduled, implementing,
// verifying, review, closed. It may be rejected while it is judged (submitted, assessed), cancelled
// until work begins, and rolled back from then until it is closed.
// A release runs planned, candidate, validated, approved, deploying, monitoring, released,
// reviewed. It may be withdrawn until it is deployed, rolled back from then until it is reviewed,
// and hotfixed, which supersedes it, while it is monitored or released.
//
// A state that no step leaves is final. An unset state is not known, so nothing is legal from it.
#ifndef LIBCHANGEPOLICY_DOMAIN_LIFE_CYCLE_H_
#define LIBCHANGEPOLICY_DOMAIN_LIFE_CYCLE_H_

#include "changepolicy/v1/common.pb.h"
#include "changepolicy/v1/policy.pb.h"

namespace changepolicy {

// The library's own lives, none of whose steps has a condition. Lives as long as the program.
const v1::LifeCycle& OwnLifeCycle();

// What the policy declares, with the library's own in place of a list that is empty.
v1::LifeCycle EffectiveLifeCycle(const v1::LifeCycle& declared);

// Whether subjects of this kind can take such a step in any policy. O(steps).
bool IsStepOf(v1::SubjectKind kind, v1::Transition transition);

// Whether the step may be taken from the state, as far as its condition allows. O(states).
bool LeavesFrom(const v1::ChangeStep& step, v1::ChangeState state);
bool LeavesFrom(const v1::ReleaseStep& step, v1::ReleaseState state);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_LIFE_CYCLE_H_
