#include "libchangepolicy/domain/monitoring.h"

#include <algorithm>

#include "libchangepolicy/base/time.h"
#include "libchangepolicy/domain/deployment.h"
#include "libchangepolicy/domain/instants.h"

namespace changepolicy {
namespace {

// The last instant that a Timestamp can say.
absl::Time LastInstant() { return absl::FromUnixSeconds(253402300799); }

// InfinitePast where nothing was deployed.
absl::Time LastDeployed(const flat::Release& release) {
  absl::Time last = LastDeployedAt(release.deployments(), v1::ENVIRONMENT_PRODUCTION);
  for (const int environment : release.environments()) {
    last = std::max(
        last, LastDeployedAt(release.deployments(), static_cast<v1::Environment>(environment)));
  }
  return last;
}

}  // namespace

Watch WatchOf(const flat::Release& release, absl::Duration at_least, absl::Time now,
              std::vector<absl::Time>* changes) {
  const flat::Monitoring& monitoring = release.monitoring();
  const absl::Time deployed = LastDeployed(release);
  if (!monitoring.has_started_at() || deployed == absl::InfinitePast()) return {};
  const absl::Duration length =
      std::max({at_least, FromProto(monitoring.duration()), absl::ZeroDuration()});
  const absl::Time until = std::max(deployed, FromProto(monitoring.started_at())) + length;
  if (until > LastInstant()) return {};
  NoteChange(until, now, changes);
  const bool all = monitoring.performance() && monitoring.logs() && monitoring.security_alerts();
  return {.until = until, .complete = all && now >= until};
}

}  // namespace changepolicy
