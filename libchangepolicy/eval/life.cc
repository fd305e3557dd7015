// Where a subject stands in its life: which steps are legal, which is the next, where it leads.
#include <algorithm>
#include <set>
#include <utility>

#include "libchangepolicy/domain/life_cycle.h"
#include "libchangepolicy/eval/evaluation.h"

namespace changepolicy {
namespace {

template <typename Steps, typename State>
LifePosition Find(const Steps& steps, const std::vector<CheckedRule>& rules, State state,
                  v1::Transition asked, Expressions* expressions) {
  LifePosition position;
  std::set<v1::Transition> legal;
  // Steps of one transition that come before the first that surely applies decide about it as well.
  std::set<std::string> unknown;
  std::optional<v1::EvaluationError> error;
  for (int i = 0; i < steps.size(); ++i) {
    if (!LeavesFrom(steps.Get(i), state)) continue;
    const auto& step = steps.Get(i);
    const Answer answer = expressions->Ask(rules[static_cast<size_t>(i)].applies_if);
    if (answer.truth == Truth::kTrue) {
      if (position.next == v1::TRANSITION_UNSPECIFIED) position.next = step.at();
      const v1::Transition wanted = asked == v1::TRANSITION_UNSPECIFIED ? position.next : asked;
      const bool first = legal.insert(step.at()).second;
      if (first && step.at() == wanted) position.state_after = step.to();
    } else if (asked == v1::TRANSITION_UNSPECIFIED
                   ? position.next == v1::TRANSITION_UNSPECIFIED
                   : step.at() == asked && legal.count(asked) == 0) {
      unknown.insert(answer.unknown.begin(), answer.unknown.end());
      if (answer.truth == Truth::kError && !error.has_value()) error = answer.error;
    }
  }
  position.legal = {legal.begin(), legal.end()};
  position.open = {unknown.begin(), unknown.end()};
  if (position.state_after == 0) {
    position.unknown = position.open;
    position.error = std::move(error);
  }
  return position;
}

}  // namespace

void FindLifePosition(Evaluation* evaluation) {
  const v1::LifeCycle& life = evaluation->policy.life_cycle();
  const Subject& subject = evaluation->subject;
  evaluation->life =
      subject.is_change()
          ? Find(life.changes(), evaluation->policy.change_steps(), subject.change().state(),
                 evaluation->transition, evaluation->expressions)
          : Find(life.releases(), evaluation->policy.release_steps(), subject.release().state(),
                 evaluation->transition, evaluation->expressions);
  if (evaluation->transition == v1::TRANSITION_UNSPECIFIED) {
    evaluation->transition = evaluation->life.next;
  }
  evaluation->expressions->SetEnum("transition", v1::Transition_descriptor(),
                                   evaluation->transition);
}

}  // namespace changepolicy
