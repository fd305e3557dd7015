#include "libchangepolicy/domain/health.h"

#include <map>

#include "changepolicy/v1/evidence.flat.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "libchangepolicy/domain/instants.h"

namespace changepolicy {
namespace {

struct Latest {
  absl::Time at = absl::InfinitePast();
  bool passed = false;
};

template <typename HealthChecks, typename Deployments>
std::map<std::string_view, Latest> LatestByName(const HealthChecks& checks,
                                                const Deployments& deployments,
                                                v1::Environment environment) {
  std::map<std::string_view, Latest> by_name;
  const absl::Time deployed = LastDeployedAt(deployments, environment);
  if (deployed == absl::InfinitePast()) return by_name;
  for (const auto& check : checks) {
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

template <typename HealthChecks, typename Deployments>
EnvironmentHealth HealthOf(const HealthChecks& checks, const Deployments& deployments,
                           v1::Environment environment) {
  EnvironmentHealth health;
  for (const auto& [name, latest] : LatestByName(checks, deployments, environment)) {
    health.checked = true;
    if (!latest.passed) health.failing.emplace_back(name);
  }
  return health;
}

template <typename HealthChecks, typename Deployments>
bool IsHealthy(const HealthChecks& checks, const Deployments& deployments,
               v1::Environment environment) {
  return HealthOf(checks, deployments, environment).is_good();
}

template <typename HealthChecks, typename Deployments>
bool HasPassed(const HealthChecks& checks, const Deployments& deployments,
               v1::Environment environment, std::string_view name) {
  const auto by_name = LatestByName(checks, deployments, environment);
  const auto found = by_name.find(name);
  return found != by_name.end() && found->second.passed;
}

#define CP_INSTANTIATE(Checks, Deployments)                                                \
  template EnvironmentHealth HealthOf(const Checks&, const Deployments&, v1::Environment); \
  template bool IsHealthy(const Checks&, const Deployments&, v1::Environment);             \
  template bool HasPassed(const Checks&, const Deployments&, v1::Environment, std::string_view);
CP_INSTANTIATE(google::protobuf::RepeatedPtrField<v1::HealthCheck>,
               google::protobuf::RepeatedPtrField<v1::Deployment>)
CP_INSTANTIATE(flat::RepeatedMessage<flat::HealthCheck>, flat::RepeatedMessage<flat::Deployment>)
#undef CP_INSTANTIATE

}  // namespace changepolicy
