// The subject as the layer of approvals sees it.
#ifndef LIBCHANGEPOLICY_EVAL_CONTEXT_H_
#define LIBCHANGEPOLICY_EVAL_CONTEXT_H_

#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/approval/subject.h"
#include "libchangepolicy/eval/evaluation.h"

namespace changepolicy {

// Without the history of revisions, which only approvals need. What it points to lies in the
// evaluation.
ApprovalContext ContextOf(const Evaluation& evaluation);

// Who plays which part in the subject, found out once for a decision.
const ApprovalSubject& PartsOf(const Evaluation& evaluation);

// With it.
ApprovalContext ContextWithHistory(const Evaluation& evaluation);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_CONTEXT_H_
