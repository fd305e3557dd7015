// How the running system does after a deployment, and what follows.
#include "libchangepolicy/domain/aftercare.h"

#include <algorithm>

#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/flat/copy.h"
#include "libchangepolicy/flat/joined.h"

namespace changepolicy {

void AssessAftercare(Evaluation* evaluation) {
  const Subject& subject = evaluation->subject;
  Expressions& expressions = *evaluation->expressions;
  if (subject.deployments().empty()) {
    expressions.SetMessage(ProgramVariable::kAftercare, evaluation->aftercare);
    return;
  }
  const bool state_known = !evaluation->life.legal.empty() ||
                           subject.change().state() != v1::CHANGE_STATE_UNSPECIFIED ||
                           subject.release().state() != v1::RELEASE_STATE_UNSPECIFIED;
  const auto may = [&](v1::Transition transition) {
    return !state_known || std::find(evaluation->life.legal.begin(), evaluation->life.legal.end(),
                                     transition) != evaluation->life.legal.end();
  };
  const flat::Release* const release = subject.is_change() ? nullptr : &subject.release();
  const AftercareQuestion question{
      .deployments = &subject.deployments(),
      .checks = &subject.health_checks(),
      .environments = EnvironmentsOf(subject),
      .release = release,
      .can_go_back = CanGoBack(subject.rollback(),
                               subject.rollback().has_irreversible() ||
                                   subject.stated().contains("rollback.irreversible"),
                               release),
      .text = &evaluation->policy.texts(),
      .next = evaluation->life.next,
      .may_roll_back = may(v1::TRANSITION_ROLL_BACK),
      .may_hotfix = may(v1::TRANSITION_HOTFIX),
      .now = evaluation->now};
  const v1::Aftercare aftercare = AssessAftercare(question, &evaluation->changes);
  if (aftercare.health() == v1::HEALTH_UNSPECIFIED) {
    expressions.SetMessage(ProgramVariable::kAftercare, evaluation->aftercare);
    return;
  }
  flat::Arena* const arena = &evaluation->arena;
  evaluation->aftercare = *flat::CopyOf<flat::Aftercare>(aftercare, arena);
  expressions.SetMessage(ProgramVariable::kAftercare, evaluation->aftercare);
  const auto missing = [&](std::string_view field) {
    return NamesOf({Joined(arena, subject.variable(), ".", field)}, arena);
  };
  if (question.environments.empty() && !subject.stated().contains("environments")) {
    expressions.SetUnknown(ProgramVariable::kAftercare, missing("environments"));
  } else if (!question.can_go_back.has_value()) {
    const FactNames irreversible = missing("rollback.irreversible");
    expressions.SetUnknownPart("aftercare.forward_only", irreversible);
    if (aftercare.health() == v1::HEALTH_BAD) {
      expressions.SetUnknownPart("aftercare.advised", irreversible);
    }
  }
}

}  // namespace changepolicy
