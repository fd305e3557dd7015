// Which steps of a life lie behind a subject that is in some state, where nobody recorded them.
#ifndef LIBCHANGEPOLICY_DOMAIN_STEPS_BEHIND_H_
#define LIBCHANGEPOLICY_DOMAIN_STEPS_BEHIND_H_

#include <vector>

#include "changepolicy/v1/common.pb.h"

namespace changepolicy {

// A way from one state to another; states by number.
struct LifeEdge {
  int from = 0;
  v1::Transition at = v1::TRANSITION_UNSPECIFIED;
  int to = 0;
};

struct StepsBehind {
  // Taken on every way from the start to the state, by number.
  std::vector<v1::Transition> certain;
  // Taken on some way only, by number.
  std::vector<v1::Transition> possible;
};

// An unset state (0), and one to which no way leads, leave every step possible: nothing is known of
// the way. Conditions of steps are not asked, so that a step which a condition may skip is
// possible. O(transitions * edges).
StepsBehind FindStepsBehind(const std::vector<LifeEdge>& edges, int start, int state);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_STEPS_BEHIND_H_
