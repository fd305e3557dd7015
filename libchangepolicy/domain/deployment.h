// What the records of deployments say: whether this artifact is there, how it got there, and for
// how long it has run.
//
// The last deployment to an environment is the latest that was not skipped; one that failed or was
// cancelled half-way still happened. Of several at one instant the worst counts. Functions take
// the subject's own deployments, visible at the instant of the question; all are pure and
// O(deployments).
#ifndef LIBCHANGEPOLICY_DOMAIN_DEPLOYMENT_H_
#define LIBCHANGEPOLICY_DOMAIN_DEPLOYMENT_H_

#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "changepolicy/v1/common.pb.h"
#include "changepolicy/v1/evidence.pb.h"
#include "changepolicy/v1/policy.pb.h"
#include "libchangepolicy/domain/artifact_identity.h"
#include "libchangepolicy/domain/finding.h"
#include "libchangepolicy/domain/text_judge.h"

namespace changepolicy {

// `Deployments` is protobuf's list or a flat one.

// The latest deployment of this very artifact to the environment passed. Needs `artifact.digest`
// where that is unstated and something was deployed there successfully.
template <typename Deployments>
Finding IsDeployed(const Deployments& deployments, const ArtifactIdentity& artifact,
                   v1::Environment environment);

// The last deployment there was done by a pipeline, or gives a meaningful reason why a step was
// done by hand. False where there is none.
template <typename Deployments>
bool IsAutomated(const Deployments& deployments, v1::Environment environment,
                 const TextJudge& texts);

// The last deployment there is a successful one of this very artifact, and lies at least `duration`
// back. Whatever else was deployed there since, a failed attempt included, ended the soak. A
// negative duration counts as none.
template <typename Deployments>
Finding HasSoaked(const Deployments& deployments, const ArtifactIdentity& artifact,
                  v1::Environment environment, absl::Duration duration, absl::Time now,
                  std::vector<absl::Time>* changes);

// The last deployment there was made from infrastructure that is described as code, or gives a
// meaningful reason why a step was done by hand. False where there is none.
template <typename Deployments>
bool IsFromCode(const Deployments& deployments, v1::Environment environment,
                const TextJudge& texts);

// As many as there usually are do without the heap.
using Environments = absl::InlinedVector<v1::Environment, 8>;

// Those of `environments` to which something was deployed, sorted, once each; where that is empty,
// all to which something was. O(deployments * environments).
template <typename Deployments>
Environments DeployedTo(const Deployments& deployments,
                        absl::Span<const v1::Environment> environments);

// The last deployment there passed. False where there is none.
template <typename Deployments>
bool HasSucceeded(const Deployments& deployments, v1::Environment environment);

// When something was last deployed there, InfiniteFuture where a record of it has no time;
// InfinitePast where nothing was.
template <typename Deployments>
absl::Time LastDeployedAt(const Deployments& deployments, v1::Environment environment);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_DEPLOYMENT_H_
