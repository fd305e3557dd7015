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
#include "libchangepolicy/domain/deployment.h"

namespace changepolicy {

// `HealthChecks` and `Deployments` are both protobuf's lists or both flat ones.

struct EnvironmentHealth {
  bool checked = false;              // Some check counts.
  std::vector<std::string> failing;  // Names of checks that did not pass, sorted.

  bool is_good() const { return checked && failing.empty(); }
};

// Nothing is checked where nothing was deployed.
template <typename HealthChecks, typename Deployments>
EnvironmentHealth HealthOf(const HealthChecks& checks, const Deployments& deployments,
                           v1::Environment environment);

// Every check there passed, and there is at least one.
template <typename HealthChecks, typename Deployments>
bool IsHealthy(const HealthChecks& checks, const Deployments& deployments,
               v1::Environment environment);

// The check of this name ran there, and passed.
template <typename HealthChecks, typename Deployments>
bool HasPassed(const HealthChecks& checks, const Deployments& deployments,
               v1::Environment environment, std::string_view name);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_HEALTH_H_
