#include "libchangepolicy/domain/deployment.h"

#include <algorithm>

#include "changepolicy/v1/evidence.flat.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "libchangepolicy/domain/instants.h"

namespace changepolicy {
namespace {

template <typename Deployment>
bool HappenedIn(const Deployment& deployment, v1::Environment environment) {
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

template <typename Deployments, typename Concerns, typename IsGood>
Last FindLast(const Deployments& deployments, Concerns concerns, IsGood is_good) {
  Last last;
  for (const auto& deployment : deployments) {
    if (!concerns(deployment)) continue;
    const bool good = is_good(deployment);
    const absl::Time at = HappenedAt(deployment, good);
    if (!last.any || at > last.at || (at == last.at && !good)) last = {true, good, at};
  }
  return last;
}

constexpr auto kPassed = [](const auto& deployment) {
  return deployment.conclusion() == v1::CONCLUSION_PASSED;
};

}  // namespace

template <typename Deployments>
Finding IsDeployed(const Deployments& deployments, const ArtifactIdentity& artifact,
                   v1::Environment environment) {
  if (!artifact.digest_known) {
    const bool some =
        std::any_of(deployments.begin(), deployments.end(), [environment](const auto& deployment) {
          return HappenedIn(deployment, environment) && kPassed(deployment);
        });
    return some ? Finding::Needs(kDigestFact) : Finding::Of(false);
  }
  const auto concerns = [&](const auto& deployment) {
    return HappenedIn(deployment, environment) &&
           IsSameIdentity(deployment.digest(), artifact.digest);
  };
  return Finding::Of(FindLast(deployments, concerns, kPassed).good);
}

template <typename Deployments>
bool IsAutomated(const Deployments& deployments, v1::Environment environment,
                 const TextJudge& texts) {
  return FindLast(
             deployments,
             [environment](const auto& deployment) { return HappenedIn(deployment, environment); },
             [&texts](const auto& deployment) {
               return deployment.automated() || texts.IsMeaningful(deployment.manual_reason());
             })
      .good;
}

template <typename Deployments>
Finding HasSoaked(const Deployments& deployments, const ArtifactIdentity& artifact,
                  v1::Environment environment, absl::Duration duration, absl::Time now,
                  std::vector<absl::Time>* changes) {
  const Last last = FindLast(
      deployments,
      [environment](const auto& deployment) { return HappenedIn(deployment, environment); },
      [&artifact](const auto& deployment) {
        return kPassed(deployment) &&
               (!artifact.digest_known || IsSameIdentity(deployment.digest(), artifact.digest));
      });
  if (!last.good || last.at == absl::InfinitePast()) return Finding::Of(false);
  const absl::Time soaked_at = last.at + std::max(duration, absl::ZeroDuration());
  NoteChange(soaked_at, now, changes);
  if (soaked_at > now) return Finding::Of(false);
  return artifact.digest_known ? Finding::Of(true) : Finding::Needs(kDigestFact);
}

template <typename Deployments>
bool IsFromCode(const Deployments& deployments, v1::Environment environment,
                const TextJudge& texts) {
  return FindLast(
             deployments,
             [environment](const auto& deployment) { return HappenedIn(deployment, environment); },
             [&texts](const auto& deployment) {
               return deployment.infrastructure_as_code() ||
                      texts.IsMeaningful(deployment.manual_reason());
             })
      .good;
}

template <typename Deployments>
Environments DeployedTo(const Deployments& deployments,
                        absl::Span<const v1::Environment> environments) {
  Environments places;
  for (const auto& deployment : deployments) {
    const v1::Environment place = deployment.environment();
    const bool counts = environments.empty() || std::find(environments.begin(), environments.end(),
                                                          place) != environments.end();
    if (counts && HappenedIn(deployment, place)) {
      const auto at = std::lower_bound(places.begin(), places.end(), place);
      if (at == places.end() || *at != place) places.insert(at, place);
    }
  }
  return places;
}

template <typename Deployments>
bool HasSucceeded(const Deployments& deployments, v1::Environment environment) {
  return FindLast(
             deployments,
             [environment](const auto& deployment) { return HappenedIn(deployment, environment); },
             kPassed)
      .good;
}

template <typename Deployments>
absl::Time LastDeployedAt(const Deployments& deployments, v1::Environment environment) {
  return FindLast(
             deployments,
             [environment](const auto& deployment) { return HappenedIn(deployment, environment); },
             [](const auto&) { return false; })
      .at;
}

#define CP_INSTANTIATE(List)                                                          \
  template Finding IsDeployed(const List&, const ArtifactIdentity&, v1::Environment); \
  template bool IsAutomated(const List&, v1::Environment, const TextJudge&);          \
  template Finding HasSoaked(const List&, const ArtifactIdentity&, v1::Environment,   \
                             absl::Duration, absl::Time, std::vector<absl::Time>*);   \
  template bool IsFromCode(const List&, v1::Environment, const TextJudge&);           \
  template Environments DeployedTo(const List&, absl::Span<const v1::Environment>);   \
  template bool HasSucceeded(const List&, v1::Environment);                           \
  template absl::Time LastDeployedAt(const List&, v1::Environment);
CP_INSTANTIATE(google::protobuf::RepeatedPtrField<v1::Deployment>)
CP_INSTANTIATE(flat::RepeatedMessage<flat::Deployment>)
#undef CP_INSTANTIATE

}  // namespace changepolicy
