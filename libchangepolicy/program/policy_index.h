// The rules of a policy that stand on a step, and an index over each such list.
#ifndef LIBCHANGEPOLICY_PROGRAM_POLICY_INDEX_H_
#define LIBCHANGEPOLICY_PROGRAM_POLICY_INDEX_H_

#include <array>
#include <memory>
#include <vector>

#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/policy.pb.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/program/rule_index.h"

namespace changepolicy {

// Whether a rule concerns this kind of subject, and stands on the transition (an empty list of an
// approval rule, or of pairs of parts, means APPROVE, SCHEDULE and DEPLOY).
bool ConcernsSubject(const CheckedRule& rule, v1::SubjectKind kind);
bool StandsOn(const google::protobuf::RepeatedField<int>& at, v1::Transition transition,
              bool approval_rule);

// Immutable, thread-safe.
class PolicyIndex {
 public:
  // Lists whose rules are asked one by one whether they apply, and of which only those are told
  // that do. Risk factors stand on no step.
  enum class List { kFactors, kApprovals, kGates, kObligations };

  explicit PolicyIndex(const Program& program);

  // Those that concern the kind of subject and stand on the step, by their numbers in the policy.
  const RuleIndex& Find(List list, v1::SubjectKind kind, v1::Transition transition) const {
    const auto& steps = lists_[static_cast<size_t>(list)];
    return *steps[PlaceOf(kind, list == List::kFactors ? v1::TRANSITION_UNSPECIFIED : transition)];
  }

  static const std::vector<CheckedRule>& RulesOf(const CheckedPolicy& policy, List list);
  // Whether the rule with this number in its list stands on the step.
  static bool Stands(const CheckedPolicy& policy, List list, int rule, v1::Transition transition);

 private:
  static constexpr size_t kLists = 4;
  static constexpr size_t kSteps = v1::Transition_ARRAYSIZE;
  static size_t PlaceOf(v1::SubjectKind kind, v1::Transition transition) {
    return (kind == v1::SUBJECT_KIND_CHANGE ? 0 : kSteps) + static_cast<size_t>(transition);
  }

  using Steps = std::array<std::unique_ptr<const RuleIndex>, 2 * kSteps>;
  std::array<Steps, kLists> lists_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_PROGRAM_POLICY_INDEX_H_
