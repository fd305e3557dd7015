// Whether the running system was found healthy after it was last deployed.
#ifndef LIBCHANGEPOLICY_DOMAIN_HEALTH_H_
#define LIBCHANGEPOLICY_DOMAIN_HEALTH_H_

#include "changepolicy/v1/common.pb.h"
#include "changepolicy/v1/evidence.pb.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "libchangepolicy/domain/deployment.h"

namespace changepolicy {

// Of the checks in the environment after the last deployment there, the latest of each name passed,
// and there is at least one. False without a deployment. A check at the very instant of the
// deployment counts only against health, and so does, of several with one name at one instant, the
// one that did not pass. O(n log n).
bool IsHealthy(const google::protobuf::RepeatedPtrField<v1::HealthCheck>& checks,
               const Deployments& deployments, v1::Environment environment);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_HEALTH_H_
