// The subject as the layer of approvals sees it.
#ifndef LIBCHANGEPOLICY_EVAL_CONTEXT_H_
#define LIBCHANGEPOLICY_EVAL_CONTEXT_H_

#include <memory>
#include <optional>

#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/approval/plan.h"
#include "libchangepolicy/approval/subject.h"
#include "libchangepolicy/eval/evaluation.h"

namespace changepolicy {

// What a decision asks the layer of approvals with.
class ApprovalView {
 public:
  explicit ApprovalView(const Evaluation& evaluation);
  ApprovalView(const ApprovalView&) = delete;
  ApprovalView& operator=(const ApprovalView&) = delete;

  const ApprovalContext& context() const { return context_; }
  const ApprovalSubject& subject() const { return *subject_; }

 private:
  std::shared_ptr<const ApprovalPlan> plan_;
  ApprovalContext context_;
  std::optional<ApprovalSubject> subject_;
};

// Without the history of revisions, which only approvals need. Lies in the evaluation.
ApprovalContext ContextOf(const Evaluation& evaluation);

// Who plays which part in the subject, found out once for a decision.
const ApprovalSubject& PartsOf(const Evaluation& evaluation);

// With it.
ApprovalContext ContextWithHistory(const Evaluation& evaluation);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_CONTEXT_H_
