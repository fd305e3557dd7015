#include "libchangepolicy/eval/context.h"

#include "libchangepolicy/base/canonical.h"
#include "libchangepolicy/flat/lists.h"

namespace changepolicy {
namespace {

const ApprovalView& ViewOf(const Evaluation& evaluation) {
  ApprovalView& view = evaluation.approval_view;
  if (view.subject.has_value()) return view;
  ApprovalContext& context = view.context;
  context.roster = &evaluation.organization.directory().roster();
  context.policy = &evaluation.policy.policy();
  context.plan = evaluation.plan;
  if (context.plan == nullptr || !context.plan->IsOf(*context.policy, *context.roster)) {
    view.looked_up = evaluation.organization.directory().PlanFor(evaluation.policy);
    context.plan = view.looked_up.get();
  }
  context.arena = &evaluation.arena;
  context.now = evaluation.now;
  const Subject* const subject = &evaluation.subject;
  if (subject->is_change()) {
    context.change = &subject->change();
  } else {
    context.release = &subject->release();
  }
  context.known = [subject](std::string_view field) { return subject->stated().contains(field); };
  context.subject = &view.subject.emplace(context);
  return view;
}

}  // namespace

ApprovalContext ContextOf(const Evaluation& evaluation) {
  ApprovalContext context = ViewOf(evaluation).context;
  context.freeze_roles = SpanOf(evaluation.calendar.crossing_roles());
  return context;
}

const ApprovalSubject& PartsOf(const Evaluation& evaluation) { return *ViewOf(evaluation).subject; }

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
