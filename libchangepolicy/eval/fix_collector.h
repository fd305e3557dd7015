// Everything that people could do about the rules that hold a gate, and about those that hold it
// once that is done.
#ifndef LIBCHANGEPOLICY_EVAL_FIX_COLLECTOR_H_
#define LIBCHANGEPOLICY_EVAL_FIX_COLLECTOR_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/eval/fix_steps.h"
#include "libchangepolicy/eval/fix_trial.h"

namespace changepolicy {

struct CollectedStep {
  v1::FixStep step;
  std::string key;
  std::set<std::string> rules;  // that it may serve
  // Other ways to do it that come out differently.
  std::vector<v1::FixStep> otherwise;
};

struct CollectedSteps {
  std::vector<CollectedStep> steps;  // in the order of steps
  // With all of them, and what follows from them, the gate is open.
  bool opens = false;
  // Otherwise: rules that still hold it, in the policy's order.
  std::vector<std::string> remaining;
};

template <typename SubjectMessage>
class FixCollector {
 public:
  // All are borrowed. `chosen` are options by the key of their step, which are then not tried
  // against others.
  FixCollector(const CheckedPolicy& policy, const SubjectMessage& subject, absl::Time now,
               const std::map<std::string, v1::FixStep>& chosen, FixTrials<SubjectMessage>* trials)
      : policy_(policy), subject_(subject), now_(now), chosen_(chosen), trials_(*trials) {}

  // Steps are added for whatever holds the gate until nothing does, or nothing more can be done;
  // `most_decisions` as the trials count them.
  absl::StatusOr<CollectedSteps> Collect(int most_decisions);

 private:
  std::vector<v1::FixStep> Steps() const;
  absl::StatusOr<bool> AddSteps(const Trial& trial);
  absl::StatusOr<bool> AddStep(CandidateStep candidate, const v1::RuleOutcome& outcome,
                               const SubjectMessage& current, const v1::Decision& decision);
  absl::StatusOr<std::optional<CollectedStep>> Choose(const CandidateStep& candidate,
                                                      const v1::RuleOutcome& outcome);
  absl::StatusOr<bool> MoveSlot(const Trial& trial);

  const CheckedPolicy& policy_;
  const SubjectMessage& subject_;
  const absl::Time now_;
  const std::map<std::string, v1::FixStep>& chosen_;
  FixTrials<SubjectMessage>& trials_;
  CollectedSteps collected_;
};

extern template class FixCollector<v1::ChangeRequest>;
extern template class FixCollector<v1::Release>;

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_FIX_COLLECTOR_H_
