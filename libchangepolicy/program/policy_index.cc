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

const std::vector<CheckedRule>& PolicyIndex::RulesOf(const CheckedPolicy& policy, List list) {
  switch (list) {
    case List::kFactors:
      return policy.factors();
    case List::kApprovals:
      return policy.approvals();
    case List::kObligations:
      return policy.obligations();
    case List::kGates:
      break;
  }
  return policy.gates();
}

bool PolicyIndex::Stands(const CheckedPolicy& policy, List list, int rule,
                         v1::Transition transition) {
  switch (list) {
    case List::kFactors:
      return true;
    case List::kApprovals:
      return StandsOn(policy.policy().approvals(rule).at(), transition, true);
    case List::kObligations:
      return StandsOn(policy.policy().obligations(rule).at(), transition, false);
    case List::kGates:
      break;
  }
  return StandsOn(policy.policy().gates(rule).at(), transition, false);
}

PolicyIndex::PolicyIndex(const Program& program) {
  const CheckedPolicy& policy = program.policy();
  std::vector<RuleIndex::Rule> rules;
  for (size_t list = 0; list < kLists; ++list) {
    const auto of = static_cast<List>(list);
    const std::vector<CheckedRule>& all = RulesOf(policy, of);
    for (const v1::SubjectKind kind : {v1::SUBJECT_KIND_CHANGE, v1::SUBJECT_KIND_RELEASE}) {
      for (int step = 0; step < v1::Transition_ARRAYSIZE; ++step) {
        if (!v1::Transition_IsValid(step)) continue;
        if (of == List::kFactors && step != v1::TRANSITION_UNSPECIFIED) break;
        const auto transition = static_cast<v1::Transition>(step);
        rules.clear();
        for (int i = 0; i < static_cast<int>(all.size()); ++i) {
          const CheckedRule& rule = all[static_cast<size_t>(i)];
          if (!ConcernsSubject(rule, kind) || !Stands(policy, of, i, transition)) continue;
          rules.emplace_back(i, rule.applies_if.has_value() ? &*rule.applies_if : nullptr);
        }
        lists_[list][PlaceOf(kind, transition)] = std::make_unique<const RuleIndex>(program, rules);
      }
    }
  }
}

}  // namespace changepolicy
