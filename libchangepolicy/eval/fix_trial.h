// Whether a set of steps opens a gate, once the approvals and the waiting that it then takes are
// added to it.
//
// What is asked about a later instant is asked as if directory and ledger had been taken anew by
// then and said the same; what is too old at `now` stays so.
#ifndef LIBCHANGEPOLICY_EVAL_FIX_TRIAL_H_
#define LIBCHANGEPOLICY_EVAL_FIX_TRIAL_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/eval/bound_organization.h"
#include "libchangepolicy/eval/decide.h"
#include "libchangepolicy/eval/fact_place.h"

namespace changepolicy {

// It holds the gate shut.
bool HoldsShut(const v1::RuleOutcome& outcome);

// Further approvals may open it: it asks for some, or looks at those that there are.
bool AwaitsApprovals(const v1::RuleOutcome& outcome);

struct Trial {
  // The steps can be taken: none is about something that only a step outside the set makes.
  bool possible = true;
  bool allowed = false;
  // What has to be done beside the steps.
  std::vector<v1::FixStep> approvals;
  std::optional<v1::FixStep> wait;
  // The decision right after the steps, before approvals and waiting.
  v1::Decision decision;
  // Where it is not allowed after waiting either: the decision at the best instant that was found.
  std::optional<v1::Decision> later;
  // Where it is not allowed: rules that hold the gate at the best instant that was found, without
  // those that approvals would open unless it is they alone.
  std::vector<std::string> holding;
  // Of the rules that hold it right after the steps those that neither approvals nor waiting open:
  // something has to be done about each of them.
  std::vector<std::string> need_steps;

  // Steps beside those that were tried.
  int cost() const { return static_cast<int>(approvals.size()) + (wait.has_value() ? 1 : 0); }
};

template <typename SubjectMessage>
class FixTrials {
 public:
  // All are borrowed. After `limit` decisions it is exhausted.
  FixTrials(const CheckedPolicy& policy, const BoundOrganization& organization,
            const SubjectMessage& subject, const DecideOptions& options, int limit);

  absl::StatusOr<Trial> Try(const std::vector<v1::FixStep>& steps);

  // The subject and the decision with these steps taken, as they stand in order.
  absl::StatusOr<SubjectMessage> SubjectAfter(const std::vector<v1::FixStep>& steps);
  absl::StatusOr<v1::Decision> DecideAfter(const std::vector<v1::FixStep>& steps);

  // In the subject before any step.
  FactFinder<SubjectMessage>& facts() { return facts_; }
  const BoundOrganization& organization() const { return organization_; }
  // The organization for instants after `now`.
  const BoundOrganization& later_organization();
  int decisions() const { return decisions_; }
  bool is_exhausted() const { return decisions_ >= limit_; }

 private:
  // Waits until the clock alone, or with approvals, has opened the gate.
  absl::Status Wait(const std::vector<v1::FixStep>& steps, const SubjectMessage& subject,
                    Trial* trial);
  absl::StatusOr<v1::Decision> DecideAt(const SubjectMessage& subject, absl::Time now);
  // Adds approvals to `steps` until the gate is open, if it can be by approvals alone.
  absl::StatusOr<bool> Approve(std::vector<v1::FixStep> steps, v1::Decision decision,
                               std::vector<v1::FixStep>* approvals);

  const CheckedPolicy& policy_;
  const BoundOrganization& organization_;
  DecideOptions options_;
  FactFinder<SubjectMessage> facts_;
  // Set once it is needed.
  std::shared_ptr<const BoundOrganization> later_organization_;
  bool something_begins_ = false;
  const int limit_;
  int decisions_ = 0;
};

extern template class FixTrials<v1::ChangeRequest>;
extern template class FixTrials<v1::Release>;

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_FIX_TRIAL_H_
