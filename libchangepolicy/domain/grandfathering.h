// Which subjects stay with the version of a policy before this one.
#ifndef LIBCHANGEPOLICY_DOMAIN_GRANDFATHERING_H_
#define LIBCHANGEPOLICY_DOMAIN_GRANDFATHERING_H_

#include "absl/time/time.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/policy.pb.h"
#include "changepolicy/v1/release.pb.h"

namespace changepolicy {

// The version lets such subjects stay: it was made before `effective_from`, is in one of the states
// that are named, and `until` has not come. One that does not say when it was made does not stay.
bool StaysWithVersionBefore(const v1::PolicyHeader& version, const v1::ChangeRequest& change,
                            absl::Time now);
bool StaysWithVersionBefore(const v1::PolicyHeader& version, const v1::Release& release,
                            absl::Time now);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_GRANDFATHERING_H_
