// Until when a decision stands that was made by a version of a policy which has a successor.
#ifndef LIBCHANGEPOLICY_DOMAIN_SUPERSESSION_H_
#define LIBCHANGEPOLICY_DOMAIN_SUPERSESSION_H_

#include "absl/time/time.h"
#include "changepolicy/v1/decision.pb.h"

namespace changepolicy {

// From `instant` on another version of the policy decides: the decision says so, and neither
// `next_evaluation` nor `valid_until` lies beyond it. REQUIRES: it is later than the decision.
void SupersedeFrom(absl::Time instant, v1::Decision* decision);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_SUPERSESSION_H_
