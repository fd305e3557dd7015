// The versions of one policy, one after the other: which of them decides about a subject, and what
// a new one would change.
//
//   changepolicy::PolicySeriesResult result =
//       changepolicy::PolicySeries::Create({version_1, version_2});
//   if (!result.series) { std::cerr << changepolicy::ToText(result.issues) << "\n"; return 1; }
//   absl::StatusOr<changepolicy::v1::Decision> decision =
//       result.series->Decide(change, organization, {.now = absl::Now()});
//
// A subject is judged by the version that is in force at the instant of the question, unless that
// version declares that such subjects stay with the one before it (`policy.grandfathering`). The
// Decision says by which version it was made. All classes and functions here are thread-safe.
#ifndef LIBCHANGEPOLICY_POLICY_SERIES_H_
#define LIBCHANGEPOLICY_POLICY_SERIES_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/duties.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/engine.h"
#include "libchangepolicy/issue.h"
#include "libchangepolicy/policy.h"

namespace changepolicy {

struct PolicySeriesResult;

// Immutable, thread-safe.
class PolicySeries {
 public:
  // From the first version to the last. Refuses, with issues, none at all; versions of different
  // policies; a version twice; one without `effective_from`, or that is not in force later than the
  // one before it.
  static PolicySeriesResult Create(std::vector<Policy> versions);

  // The version that decides about a subject.
  struct Choice {
    Policy policy;
    // It decides because a later version that is in force lets the subject stay with it until then;
    // unset: it is itself the one in force.
    std::optional<absl::Time> grandfathered_until;
  };

  // The latest version that is in force. FAILED_PRECONDITION where none is.
  absl::StatusOr<Policy> InForce(absl::Time now) const;

  // The latest version that is in force; where that one declares grandfathering, the subject was
  // made before it, is in one of the states that it names, and its end has not come: what the
  // series without that version answers. A subject that does not say when it was made, or in which
  // state it is, stays with nothing. FAILED_PRECONDITION where no version is left.
  absl::StatusOr<Choice> For(const v1::ChangeRequest& change, absl::Time now) const;
  absl::StatusOr<Choice> For(const v1::Release& release, absl::Time now) const;

  // As Engine::Decide with the version for the subject. `superseded_from` is the instant at which
  // another version takes over, and neither `next_evaluation` nor `valid_until` lies beyond it.
  absl::StatusOr<v1::Decision> Decide(const v1::ChangeRequest& change,
                                      const Organization& organization,
                                      const Question& question) const;
  absl::StatusOr<v1::Decision> Decide(const v1::Release& release, const Organization& organization,
                                      const Question& question) const;

  const std::vector<Policy>& versions() const { return versions_; }

 private:
  explicit PolicySeries(std::vector<Policy> versions) : versions_(std::move(versions)) {}

  std::vector<Policy> versions_;
};

struct PolicySeriesResult {
  // Present when no issue is an error.
  std::optional<PolicySeries> series;
  Issues issues;
};

// What a new version, or an overlay, would change for the subjects that are open: those whose
// verdict at the next step, or category, the two policies answer differently. Both are asked as if
// they were in force. A subject is open where some step leads on from its state by either, or where
// it has none. Subjects that cannot be asked are named in `problems`. INVALID_ARGUMENT for a
// question without an instant. Costs two decisions for each open subject.
absl::StatusOr<v1::PolicyComparison> ComparePolicies(const Policy& before, const Policy& after,
                                                     const Organization& organization,
                                                     const std::vector<v1::ChangeRequest>& changes,
                                                     const std::vector<v1::Release>& releases,
                                                     absl::Time now);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_POLICY_SERIES_H_
