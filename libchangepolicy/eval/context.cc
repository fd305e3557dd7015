#include "libchangepolicy/eval/context.h"

#include "libchangepolicy/approval/lists.h"
#include "libchangepolicy/base/canonical.h"

namespace changepolicy {
namespace {

const ApprovalView& ViewOf(const Evaluation& evaluation) {
  if (evaluation.approval_view == nullptr) {
    evaluation.approval_view = std::make_shared<const ApprovalView>(evaluation);
  }
  return *evaluation.approval_view;
}

}  // namespace

ApprovalView::ApprovalView(const Evaluation& evaluation)
    : plan_(evaluation.organization.directory().PlanFor(evaluation.policy)) {
  context_.roster = &evaluation.organization.directory().roster();
  context_.policy = &evaluation.policy.policy();
  context_.plan = plan_.get();
  context_.arena = &evaluation.arena;
  context_.now = evaluation.now;
  const Subject* const subject = &evaluation.subject;
  if (subject->is_change()) {
    context_.change = &subject->change();
  } else {
    context_.release = &subject->release();
  }
  context_.known = [subject](std::string_view field) { return subject->stated().contains(field); };
  subject_.emplace(context_);
  context_.subject = &*subject_;
}

ApprovalContext ContextOf(const Evaluation& evaluation) {
  ApprovalContext context = ViewOf(evaluation).context();
  const auto& roles = evaluation.calendar.crossing_roles();
  const auto freeze_roles = NewList<std::string_view>(roles.size(), context.arena);
  std::copy(roles.begin(), roles.end(), freeze_roles.begin());
  context.freeze_roles = freeze_roles;
  return context;
}

const ApprovalSubject& PartsOf(const Evaluation& evaluation) {
  return ViewOf(evaluation).subject();
}

ApprovalContext ContextWithHistory(const Evaluation& evaluation) {
  ApprovalContext context = ContextOf(evaluation);
  const CheckedPolicy* const policy = &evaluation.policy;
  const AspectDigester digest = [policy](const google::protobuf::Message& content,
                                         v1::Aspect aspect) {
    return AspectDigest(content, aspect, policy->aspects());
  };
  context.history =
      context.change != nullptr
          ? BuildAspectHistory(*context.change, *context.policy, digest, context.arena)
          : BuildAspectHistory(*context.release, *context.policy, digest, context.arena);
  return context;
}

}  // namespace changepolicy
