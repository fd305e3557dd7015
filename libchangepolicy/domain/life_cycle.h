// The lives of changes and releases: which steps are legal from which state, and where they lead.
//
// A change runs draft, submitted, assessed, approved, scheduled, implementing, verifying, review,
// closed. It may be rejected while it is judged (submitted, assessed), cancelled until work begins,
// and rolled back from then until it is closed.
// A release runs planned, candidate, validated, approved, deploying, monitoring, released,
// reviewed. It may be withdrawn until it is deployed, rolled back from then until it is reviewed,
// and hotfixed, which supersedes it, while it is monitored or released.
// Closed, rejected, cancelled, rolled back, reviewed, hotfixed and withdrawn are final. An unset
// state is not known, so nothing is legal from it.
//
// Every function is pure, O(1) and thread-safe.
#ifndef LIBCHANGEPOLICY_DOMAIN_LIFE_CYCLE_H_
#define LIBCHANGEPOLICY_DOMAIN_LIFE_CYCLE_H_

#include <vector>

#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/common.pb.h"
#include "changepolicy/v1/release.pb.h"

namespace changepolicy {

// Steps that are legal from the state, by number; empty for a final or unset state.
std::vector<v1::Transition> LegalTransitions(v1::ChangeState state);
std::vector<v1::Transition> LegalTransitions(v1::ReleaseState state);

// The main line's next step; TRANSITION_UNSPECIFIED for a final or unset state.
v1::Transition NextTransition(v1::ChangeState state);
v1::Transition NextTransition(v1::ReleaseState state);

// The state to which a legal step leads; UNSPECIFIED where it is not legal.
v1::ChangeState StateAfter(v1::ChangeState state, v1::Transition transition);
v1::ReleaseState StateAfter(v1::ReleaseState state, v1::Transition transition);

// The main line from the state to its end, in order.
std::vector<v1::Transition> TransitionsAhead(v1::ChangeState state);
std::vector<v1::Transition> TransitionsAhead(v1::ReleaseState state);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_LIFE_CYCLE_H_
