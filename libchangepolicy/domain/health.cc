#include "libchangepolicy/domain/health.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "libchangepolicy/domain/instants.h"

namespace changepolicy {

bool IsHealthy(const google::protobuf::RepeatedPtrField<v1::HealthCheck>& checks,
               const Deployments& deployments, v1::Environment environment) {
  const absl::Time deployed = LastDeployedAt(deployments, environment);
  if (deployed == absl::InfinitePast()) return false;
  struct Latest {
    absl::Time at = absl::InfinitePast();
    bool passed = false;
  };
  std::map<std::string_view, Latest> by_name;
  for (const v1::HealthCheck& check : checks) {
    if (check.environment() != environment) continue;
    const bool passed = check.conclusion() == v1::CONCLUSION_PASSED;
    const absl::Time at = HappenedAt(check, passed);
    if (passed ? at <= deployed : at < deployed) continue;
    Latest& latest = by_name[check.name()];
    if (at > latest.at || (at == latest.at && !passed)) latest = {at, passed};
  }
  return !by_name.empty() && std::all_of(by_name.begin(), by_name.end(),
                                         [](const auto& entry) { return entry.second.passed; });
}

}  // namespace changepolicy
