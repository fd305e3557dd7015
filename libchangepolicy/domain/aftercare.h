// What follows from a deployment: the next step, the way back, or a repair.
#ifndef LIBCHANGEPOLICY_DOMAIN_AFTERCARE_H_
#define LIBCHANGEPOLICY_DOMAIN_AFTERCARE_H_

#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/change.flat.h"
#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/policy.pb.h"
#include "changepolicy/v1/release.flat.h"
#include "libchangepolicy/domain/deployment.h"
#include "libchangepolicy/domain/health.h"
#include "libchangepolicy/domain/text_judge.h"

namespace changepolicy {

// Pointers are not owned; those without "may be null" must be set.
struct AftercareQuestion {
  const flat::RepeatedMessage<flat::Deployment>* deployments = nullptr;
  const flat::RepeatedMessage<flat::HealthCheck>* checks = nullptr;
  // Where the subject goes; empty: not said, and wherever it was deployed is looked at.
  Environments environments;
  const flat::Release* release = nullptr;  // may be null: a change, which nobody watches
  // Nothing: not known.
  std::optional<bool> can_go_back;
  const TextJudge* text = nullptr;
  v1::Transition next = v1::TRANSITION_UNSPECIFIED;  // on the main path; unspecified: none
  // Steps that the state does not rule out.
  bool may_roll_back = true;
  bool may_hotfix = true;
  absl::Time now;
};

// Whether it can be taken back: what is stated to be irreversible cannot, what is stated not to be,
// or else names the state to which it goes, can. Nothing where neither is said and
// `irreversible_known` does not hold. A release is as reversible as its least reversible change.
std::optional<bool> CanGoBack(const flat::Rollback& rollback, bool irreversible_known,
                              const flat::Release* release);

// Everything unset, health too, where nothing was deployed to any of the environments.
//
// Health is BAD where the last deployment did not pass, a check after it did not (health.h), or the
// watch found an issue: it says so, or names its answer. Otherwise it is UNCHECKED where some place
// has no check since the deployment.
// Advised is
//   GOOD       the next step; PUBLISH only once the declared watch is complete
//   UNCHECKED  the next step where that is VERIFY or MONITOR, during which checks are made
//   BAD        ROLL_BACK; HOTFIX for a release that cannot be taken back, or whose trouble a hotfix
//              answers and no rollback does; nothing for a change that cannot be taken back, where
//              the state rules the step out, and where it is not known whether there is a way back
// An answer is named by a reference that is no placeholder. Of two, the rollback answers; for a
// release that cannot be taken back only a hotfix does.
// To `changes` (may be null) go later instants at which this changes.
v1::Aftercare AssessAftercare(const AftercareQuestion& question, std::vector<absl::Time>* changes);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_AFTERCARE_H_
