// All steps that came up while a fix was looked for, each under a number of its own.
#ifndef LIBCHANGEPOLICY_EVAL_FIX_POOL_H_
#define LIBCHANGEPOLICY_EVAL_FIX_POOL_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
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

// Numbers of steps, rising.
using StepSet = std::vector<int>;

template <typename SubjectMessage>
class FixPool {
 public:
  // All are borrowed.
  FixPool(const CheckedPolicy& policy, const SubjectMessage& subject, absl::Time now,
          FixTrials<SubjectMessage>* trials)
      : policy_(policy), subject_(subject), now_(now), trials_(*trials) {}

  // The steps of the set, in the order in which they are taken.
  std::vector<v1::FixStep> StepsOf(const StepSet& set) const;
  const v1::FixStep& step(int number) const { return entries_[number].step; }
  // Two steps with the same key are ways to do the same.
  const std::string& key(int number) const { return entries_[number].key; }
  const std::vector<int>& ways(const std::string& key) const { return by_key_.at(key); }
  // Rules for which it came up.
  const std::set<std::string>& rules(int number) const { return entries_[number].rules; }
  int size() const { return static_cast<int>(entries_.size()); }

  // Steps that may change what the rule of `outcome` read after the steps of `set`; none that does
  // the same as one of these. Of a thing that can be done in several ways there is the one that
  // helps the rule most and leaves the fewest others, and then one for each other way in which the
  // ways came out when they were tried first; the first and the last where they came out alike, or
  // were not tried since no more decisions may be made.
  // `current` finds facts in the subject after `set`; with `in_several_ways` only things that can
  // be done in several ways, or only others.
  absl::StatusOr<StepSet> Helpful(const StepSet& set, const v1::Decision& decision,
                                  const v1::RuleOutcome& outcome,
                                  FactFinder<SubjectMessage>* current,
                                  std::optional<bool> in_several_ways = std::nullopt);

  // Whether the time of the work could be moved to a later one, in place.
  absl::StatusOr<bool> MoveSlot(const StepSet& set, const v1::Decision& decision);

 private:
  struct Entry {
    v1::FixStep step;
    std::string key;
    std::set<std::string> rules;
  };

  void NameByOriginal(FactFinder<SubjectMessage>* current, CandidateStep* candidate) const;
  absl::Status Meet(CandidateStep candidate, const StepSet& set, const v1::Decision& decision,
                    const v1::RuleOutcome& outcome, const SubjectMessage& current);
  absl::StatusOr<std::vector<v1::FixStep>> Try(const CandidateStep& candidate, const StepSet& set,
                                               const v1::RuleOutcome& outcome);

  const CheckedPolicy& policy_;
  const SubjectMessage& subject_;
  const absl::Time now_;
  FixTrials<SubjectMessage>& trials_;
  std::vector<Entry> entries_;
  std::map<std::string, std::vector<int>> by_key_;
};

extern template class FixPool<v1::ChangeRequest>;
extern template class FixPool<v1::Release>;

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_FIX_POOL_H_
