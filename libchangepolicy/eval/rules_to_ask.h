// Which rules of a list are asked whether they apply.
#ifndef LIBCHANGEPOLICY_EVAL_RULES_TO_ASK_H_
#define LIBCHANGEPOLICY_EVAL_RULES_TO_ASK_H_

#include <vector>

#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/program/policy_index.h"

namespace changepolicy {

// Of the rules that concern the subject and, in a list that has steps, stand on the evaluation's
// transition, those that the index does not exclude: by their numbers in the policy, rising. To
// `left_out` (may be null) it adds how many the index excludes. Valid until the next call for a
// decision in the same workspace.
const std::vector<int>& RulesToAsk(PolicyIndex::List list, Evaluation* evaluation, int* left_out);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_RULES_TO_ASK_H_
