// Whether the running system was found healthy after it was last deployed.
//
// Of the checks in an environment those after the last deployment there count, and of each name the
// latest. A check at the very instant of the deployment counts only against health, and so does, of
// several with one name at one instant, the one that did not pass. Functions are pure and
// O(n log n).
#ifndef LIBCHANGEPOLICY_DOMAIN_HEALTH_H_
#define LIBCHANGEPOLICY_DOMAIN_HEALTH_H_

#include <string>
#include <string_view>
#include <vector>

#include "changepolicy/v1/common.pb.h"
#include "changepolicy/v1/evidence.pb.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "libchangepolicy/domain/deployment.h"

namespace changepolicy {

using HealthChecks = google::protobuf::RepeatedPtrField<v1::HealthCheck>;

struct EnvironmentHealth {
  bool checked = false;              // Some check counts.
  std::vector<std::string> failing;  // Names of checks that did not pass, sorted.

  bool is_good() const { return checked && failing.empty(); }
};

// Nothing is checked where nothing was deployed.
EnvironmentHealth HealthOf(const HealthChecks& checks, const Deployments& deployments,
                           v1::Environment environment);

// Every check there passed, and there is at least one.
bool IsHealthy(const HealthChecks& checks, const Deployments& deployments,
               v1::Environment environment);

// The check of this name ran there, and passed.
bool HasPassed(const HealthChecks& checks, const Deployments& deployments,
               v1::Environment environment, std::string_view name);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_HEALTH_H_
