#include "libchangepolicy/eval/rules_to_ask.h"

#include "libchangepolicy/eval/workspace.h"

namespace changepolicy {

const std::vector<int>& RulesToAsk(PolicyIndex::List list, Evaluation* evaluation, int* left_out) {
  std::vector<int>& rules = evaluation->subject.workspace().rules;
  rules.clear();
  const v1::SubjectKind kind = evaluation->subject.kind();
  if (evaluation->index != nullptr) {
    const RuleIndex& index = evaluation->index->Find(list, kind, evaluation->transition);
    evaluation->expressions->FindCandidates(index, &rules);
    if (left_out != nullptr) *left_out += index.size() - static_cast<int>(rules.size());
    return rules;
  }
  const std::vector<CheckedRule>& all = PolicyIndex::RulesOf(evaluation->policy, list);
  for (int i = 0; i < static_cast<int>(all.size()); ++i) {
    if (ConcernsSubject(all[static_cast<size_t>(i)], kind) &&
        PolicyIndex::Stands(evaluation->policy, list, i, evaluation->transition)) {
      rules.push_back(i);
    }
  }
  return rules;
}

}  // namespace changepolicy
