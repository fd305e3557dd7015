// The subject as the layer of approvals sees it.
#ifndef LIBCHANGEPOLICY_EVAL_CONTEXT_H_
#define LIBCHANGEPOLICY_EVAL_CONTEXT_H_

#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/eval/evaluation.h"

namespace changepolicy {

// Without the history of revisions, which only approvals need.
ApprovalContext ContextOf(const Evaluation& evaluation);

// With it.
ApprovalContext ContextWithHistory(const Evaluation& evaluation);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_CONTEXT_H_
