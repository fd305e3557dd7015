#include "libchangepolicy/domain/health.h"

#include <map>

#include "libchangepolicy/domain/instants.h"

namespace changepolicy {
namespace {

struct Latest {
  absl::Time at = absl::InfinitePast();
  bool passed = false;
};

std::map<std::string_view, Latest> LatestByName(const HealthChecks& checks,
                                                const Deployments& deployments,
                                                v1::Environment environment) {
  std::map<std::string_view, Latest> by_name;
  const absl::Time deployed = LastDeployedAt(deployments, environment);
  if (deployed == absl::InfinitePast()) return by_name;
  for (const v1::HealthCheck& check : checks) {
    if (check.environment() != environment) continue;
    const bool passed = check.conclusion() == v1::CONCLUSION_PASSED;
    const absl::Time at = HappenedAt(check, passed);
    if (passed ? at <= deployed : at < deployed) continue;
    Latest& latest = by_name[check.name()];
    if (at > latest.at || (at == latest.at && !passed)) latest = {at, passed};
  }
  return by_name;
}

}  // namespace

EnvironmentHealth HealthOf(const HealthChecks& checks, const Deployments& deployments,
                           v1::Environment environment) {
  EnvironmentHealth health;
  for (const auto& [name, latest] : LatestByName(checks, deployments, environment)) {
    health.checked = true;
    if (!latest.passed) health.failing.emplace_back(name);
  }
  return health;
}

bool IsHealthy(const HealthChecks& checks, const Deployments& deployments,
               v1::Environment environment) {
  return HealthOf(checks, deployments, environment).is_good();
}

bool HasPassed(const HealthChecks& checks, const Deployments& deployments,
               v1::Environment environment, std::string_view name) {
  const auto by_name = LatestByName(checks, deployments, environment);
  const auto found = by_name.find(name);
  return found != by_name.end() && found->second.passed;
}

}  // namespace changepolicy
