// Where a subject stands in its life: which steps are legal, which is the next, where it leads.
#include <algorithm>

#include "libchangepolicy/domain/life_cycle.h"
#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/flat/lists.h"

namespace changepolicy {
namespace {

template <typename Steps, typename State>
LifePosition Find(const Steps& steps, const std::vector<CheckedRule>& rules, State state,
                  v1::Transition asked, Evaluation* evaluation) {
  LifePosition position;
  const flat::EvaluationError* error = nullptr;
  const auto is_legal = [&](v1::Transition step) {
    return std::find(position.legal.begin(), position.legal.end(), step) != position.legal.end();
  };
  for (int i = 0; i < steps.size(); ++i) {
    if (!LeavesFrom(steps.Get(i), state)) continue;
    const auto& step = steps.Get(i);
    const Answer answer =
        evaluation->expressions->Ask(rules[static_cast<size_t>(i)].applies_if, false);
    if (answer.truth == Truth::kTrue) {
      if (position.next == v1::TRANSITION_UNSPECIFIED) position.next = step.at();
      const v1::Transition wanted = asked == v1::TRANSITION_UNSPECIFIED ? position.next : asked;
      if (is_legal(step.at())) continue;
      position.legal.push_back(step.at());
      if (step.at() == wanted) position.state_after = step.to();
    } else if (asked == v1::TRANSITION_UNSPECIFIED
                   ? position.next == v1::TRANSITION_UNSPECIFIED
                   // Steps of one transition that come before the first that surely applies decide
                   // about it as well.
                   : step.at() == asked && !is_legal(asked)) {
      for (const std::string_view fact : answer.unknown) {
        position.open.Add(fact, &evaluation->arena);
      }
      if (error == nullptr) error = answer.error;
    }
  }
  std::sort(position.legal.begin(), position.legal.end());
  SortOnce(&position.open);
  if (position.state_after == 0) {
    position.unknown = position.open;
    position.error = error;
  }
  return position;
}

}  // namespace

void FindLifePosition(Evaluation* evaluation) {
  const v1::LifeCycle& life = evaluation->policy.life_cycle();
  const Subject& subject = evaluation->subject;
  evaluation->life = subject.is_change()
                         ? Find(life.changes(), evaluation->policy.change_steps(),
                                subject.change().state(), evaluation->transition, evaluation)
                         : Find(life.releases(), evaluation->policy.release_steps(),
                                subject.release().state(), evaluation->transition, evaluation);
  if (evaluation->transition == v1::TRANSITION_UNSPECIFIED) {
    evaluation->transition = evaluation->life.next;
  }
  evaluation->expressions->SetEnum(ProgramVariable::kTransition, evaluation->transition);
}

}  // namespace changepolicy
