#include "libchangepolicy/eval/context.h"

#include "libchangepolicy/base/canonical.h"

namespace changepolicy {

ApprovalContext ContextOf(const Evaluation& evaluation) {
  ApprovalContext context;
  context.roster = &evaluation.organization.directory().roster();
  context.policy = &evaluation.policy.policy();
  context.now = evaluation.now;
  context.freeze_roles = {evaluation.calendar.crossing_roles().begin(),
                          evaluation.calendar.crossing_roles().end()};
  const Subject* const subject = &evaluation.subject;
  if (subject->is_change()) {
    context.change = &subject->change_message();
  } else {
    context.release = &subject->release_message();
  }
  context.known = [subject](std::string_view field) { return subject->stated().contains(field); };
  return context;
}

const ApprovalSubject& PartsOf(const Evaluation& evaluation) {
  if (evaluation.parts == nullptr) {
    evaluation.parts = std::make_shared<const ApprovalSubject>(ContextOf(evaluation));
  }
  return *evaluation.parts;
}

ApprovalContext ContextWithHistory(const Evaluation& evaluation) {
  ApprovalContext context = ContextOf(evaluation);
  const CheckedPolicy* const policy = &evaluation.policy;
  const AspectDigester digest = [policy](const google::protobuf::Message& content,
                                         v1::Aspect aspect) {
    return AspectDigest(content, aspect, policy->aspects());
  };
  context.history =
      evaluation.subject.is_change()
          ? BuildAspectHistory(evaluation.subject.change_message(), *context.policy, digest)
          : BuildAspectHistory(evaluation.subject.release_message(), *context.policy, digest);
  return context;
}

}  // namespace changepolicy
