#include "libchangepolicy/domain/deployment.h"

#include <algorithm>

#include "libchangepolicy/domain/documents.h"
#include "libchangepolicy/domain/instants.h"

namespace changepolicy {
namespace {

bool HappenedIn(const v1::Deployment& deployment, v1::Environment environment) {
  return environment != v1::ENVIRONMENT_UNSPECIFIED && deployment.environment() == environment &&
         deployment.conclusion() != v1::CONCLUSION_SKIPPED;
}

// Of the deployments that `concerns` picks, the latest, told by whether `is_good`; a good and a bad
// one at the same instant make it bad.
struct Last {
  bool any = false;
  bool good = false;
  absl::Time at = absl::InfinitePast();
};

template <typename Concerns, typename IsGood>
Last FindLast(const Deployments& deployments, Concerns concerns, IsGood is_good) {
  Last last;
  for (const v1::Deployment& deployment : deployments) {
    if (!concerns(deployment)) continue;
    const bool good = is_good(deployment);
    const absl::Time at = HappenedAt(deployment, good);
    if (!last.any || at > last.at || (at == last.at && !good)) last = {true, good, at};
  }
  return last;
}

bool Passed(const v1::Deployment& deployment) {
  return deployment.conclusion() == v1::CONCLUSION_PASSED;
}

}  // namespace

Finding IsDeployed(const Deployments& deployments, const ArtifactIdentity& artifact,
                   v1::Environment environment) {
  if (!artifact.digest_known) {
    const bool some =
        std::any_of(deployments.begin(), deployments.end(), [environment](const auto& deployment) {
          return HappenedIn(deployment, environment) && Passed(deployment);
        });
    return some ? Finding::Needs(kDigestFact) : Finding::Of(false);
  }
  const auto concerns = [&](const v1::Deployment& deployment) {
    return HappenedIn(deployment, environment) &&
           IsSameIdentity(deployment.digest(), artifact.digest);
  };
  return Finding::Of(FindLast(deployments, concerns, Passed).good);
}

bool IsAutomated(const Deployments& deployments, v1::Environment environment,
                 const v1::TextRules& rules) {
  return FindLast(
             deployments,
             [environment](const auto& deployment) { return HappenedIn(deployment, environment); },
             [&rules](const auto& deployment) {
               return deployment.automated() || IsMeaningful(deployment.manual_reason(), rules);
             })
      .good;
}

Finding HasSoaked(const Deployments& deployments, const ArtifactIdentity& artifact,
                  v1::Environment environment, absl::Duration duration, absl::Time now,
                  std::vector<absl::Time>* changes) {
  const Last last = FindLast(
      deployments,
      [environment](const auto& deployment) { return HappenedIn(deployment, environment); },
      [&artifact](const auto& deployment) {
        return Passed(deployment) &&
               (!artifact.digest_known || IsSameIdentity(deployment.digest(), artifact.digest));
      });
  if (!last.good || last.at == absl::InfinitePast()) return Finding::Of(false);
  const absl::Time soaked_at = last.at + std::max(duration, absl::ZeroDuration());
  NoteChange(soaked_at, now, changes);
  if (soaked_at > now) return Finding::Of(false);
  return artifact.digest_known ? Finding::Of(true) : Finding::Needs(kDigestFact);
}

bool IsFromCode(const Deployments& deployments, v1::Environment environment,
                const v1::TextRules& rules) {
  return FindLast(
             deployments,
             [environment](const auto& deployment) { return HappenedIn(deployment, environment); },
             [&rules](const auto& deployment) {
               return deployment.infrastructure_as_code() ||
                      IsMeaningful(deployment.manual_reason(), rules);
             })
      .good;
}

std::set<v1::Environment> DeployedTo(const Deployments& deployments,
                                     absl::Span<const v1::Environment> environments) {
  std::set<v1::Environment> places;
  for (const v1::Deployment& deployment : deployments) {
    const v1::Environment place = deployment.environment();
    const bool counts = environments.empty() || std::find(environments.begin(), environments.end(),
                                                          place) != environments.end();
    if (counts && HappenedIn(deployment, place)) places.insert(place);
  }
  return places;
}

bool HasSucceeded(const Deployments& deployments, v1::Environment environment) {
  return FindLast(
             deployments,
             [environment](const auto& deployment) { return HappenedIn(deployment, environment); },
             Passed)
      .good;
}

absl::Time LastDeployedAt(const Deployments& deployments, v1::Environment environment) {
  return FindLast(
             deployments,
             [environment](const auto& deployment) { return HappenedIn(deployment, environment); },
             [](const auto&) { return false; })
      .at;
}

}  // namespace changepolicy
