#include "libchangepolicy/program/policy_index.h"

#include <algorithm>
#include <vector>

namespace changepolicy {

bool ConcernsSubject(const CheckedRule& rule, v1::SubjectKind kind) {
  return kind == v1::SUBJECT_KIND_CHANGE ? rule.for_change : rule.for_release;
}

bool StandsOn(const google::protobuf::RepeatedField<int>& at, v1::Transition transition,
              bool approval_rule) {
  if (at.empty() && approval_rule) {
    return transition == v1::TRANSITION_APPROVE || transition == v1::TRANSITION_SCHEDULE ||
           transition == v1::TRANSITION_DEPLOY;
  }
  return std::find(at.begin(), at.end(), static_cast<int>(transition)) != at.end();
}

PolicyIndex::PolicyIndex(const Program& program) {
  const CheckedPolicy& policy = program.policy();
  std::array<std::vector<RuleIndex::Rule>, 2 * kSteps> gates;
  for (int i = 0; i < policy.policy().gates_size(); ++i) {
    const CheckedRule& rule = policy.gates()[static_cast<size_t>(i)];
    const CheckedExpression* const condition =
        rule.applies_if.has_value() ? &*rule.applies_if : nullptr;
    std::vector<int> steps(policy.policy().gates(i).at().begin(),
                           policy.policy().gates(i).at().end());
    std::sort(steps.begin(), steps.end());
    steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
    for (const v1::SubjectKind kind : {v1::SUBJECT_KIND_CHANGE, v1::SUBJECT_KIND_RELEASE}) {
      if (!ConcernsSubject(rule, kind)) continue;
      for (const int step : steps) {
        if (!v1::Transition_IsValid(step)) continue;
        gates[PlaceOf(kind, static_cast<v1::Transition>(step))].emplace_back(i, condition);
      }
    }
  }
  for (size_t i = 0; i < gates.size(); ++i) {
    gates_[i] = std::make_unique<const RuleIndex>(program, gates[i]);
  }
}

}  // namespace changepolicy
