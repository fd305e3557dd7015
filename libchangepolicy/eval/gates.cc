// Gates, and the verdict over everything that stands on a transition.
#include <algorithm>
#include <span>

#include "libchangepolicy/check/prepared_outcomes.h"
#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/eval/rules_to_ask.h"
#include "libchangepolicy/flat/lists.h"

namespace changepolicy {
namespace {

v1::Status StatusOf(Truth truth, v1::Status when_true, v1::Status when_false) {
  switch (truth) {
    case Truth::kTrue:
      return when_true;
    case Truth::kFalse:
      return when_false;
    case Truth::kUnknown:
      return v1::STATUS_UNKNOWN;
    case Truth::kError:
      return v1::STATUS_ERROR;
  }
  return v1::STATUS_ERROR;
}

// What was read and why it could not be answered go to the outcome.
v1::Status Tell(const Answer& answer, v1::Status when_true, v1::Status when_false,
                flat::RuleOutcome* outcome) {
  if (!answer.facts.empty()) *outcome->mutable_facts() = answer.facts;
  *outcome->mutable_unknown() = answer.unknown;
  if (answer.error != nullptr) outcome->set_error(answer.error);
  return StatusOf(answer.truth, when_true, when_false);
}

}  // namespace

v1::Status AskCondition(Evaluation* evaluation, const std::optional<CheckedExpression>& expression,
                        v1::Status when_true, v1::Status when_false, flat::RuleOutcome* outcome) {
  const bool tells_false = when_false != v1::STATUS_NOT_APPLICABLE || evaluation->tells_every_rule;
  return Tell(evaluation->expressions->Ask(expression, tells_false), when_true, when_false,
              outcome);
}

namespace {

// Where no window is declared for the subject, nothing that is done to it opens a gate that asks
// for one.
bool AsksForMissingWindow(const Evaluation& evaluation, const flat::RuleOutcome& outcome) {
  const flat::CalendarAnswer& calendar = evaluation.calendar;
  return calendar.planned() && !calendar.windows_declared() &&
         std::any_of(outcome.facts().begin(), outcome.facts().end(),
                     [](const flat::FactRead& fact) {
                       return fact.known() && fact.path() == "calendar.inside_window";
                     });
}

// Fewer lie in the processor's caches.
constexpr size_t kManyGates = 1'000;
// More would push each other out again.
constexpr size_t kMostAhead = 64;

// Gates of a large policy lie far apart in memory. What each needs is asked for before any is
// looked at, so that the processor waits for all of them at once and not for one after another.
void FetchAhead(std::span<const int> asked, const Evaluation& evaluation) {
  asked = asked.first(std::min(asked.size(), kMostAhead));
  const std::vector<CheckedRule>& gates = evaluation.policy.gates();
  const PreparedOutcomes& outcomes = evaluation.policy.outcomes();
  for (const int i : asked) {
    const CheckedRule& gate = gates[static_cast<size_t>(i)];
    __builtin_prefetch(&gate.applies_if);
    __builtin_prefetch(&gate.must);
    outcomes.FetchGate(i);
  }
  flat::Repeated<const CheckedExpression*> expressions;
  for (const int i : asked) {
    const CheckedRule& gate = gates[static_cast<size_t>(i)];
    if (gate.applies_if) expressions.Add(&*gate.applies_if, &evaluation.arena);
    if (gate.must) expressions.Add(&*gate.must, &evaluation.arena);
    outcomes.FetchPrepared(i);
  }
  evaluation.expressions->FetchAhead(SpanOf(expressions));
}

}  // namespace

void EvaluateGates(Evaluation* evaluation, Outcomes* outcomes) {
  const std::vector<int>& asked =
      RulesToAsk(PolicyIndex::List::kGates, evaluation, &evaluation->rules_left_out);
  if (evaluation->policy.gates().size() > kManyGates) FetchAhead(asked, *evaluation);
  for (const int i : asked) {
    const CheckedRule& rule = evaluation->policy.gates()[static_cast<size_t>(i)];
    flat::RuleOutcome& outcome = *outcomes->Add(&evaluation->arena);
    outcome = evaluation->policy.outcomes().gate(i);
    const auto [applies, answer] = evaluation->expressions->AskRule(
        rule.applies_if, rule.must, evaluation->tells_every_rule, &evaluation->arena);
    v1::Status status =
        applies ? Tell(answer, v1::STATUS_SATISFIED, v1::STATUS_UNSATISFIED, &outcome)
                : Tell(answer, v1::STATUS_SATISFIED, v1::STATUS_NOT_APPLICABLE, &outcome);
    if (status == v1::STATUS_UNSATISFIED && AsksForMissingWindow(*evaluation, outcome)) {
      status = v1::STATUS_UNSATISFIABLE;
    }
    outcome.set_status(status);
    if (status == v1::STATUS_UNSATISFIED || status == v1::STATUS_UNSATISFIABLE) {
      evaluation->expressions->Interpolate(rule.message, outcome.mutable_parameters());
    }
  }
}

v1::Verdict VerdictOf(const Outcomes& outcomes) {
  const auto any = [&](auto... statuses) {
    return std::any_of(outcomes.begin(), outcomes.end(), [&](const flat::RuleOutcome& outcome) {
      return ((outcome.status() == statuses) || ...);
    });
  };
  if (any(v1::STATUS_UNSATISFIED, v1::STATUS_UNSATISFIABLE)) return v1::VERDICT_DENIED;
  if (any(v1::STATUS_ERROR, v1::STATUS_UNSPECIFIED)) return v1::VERDICT_ERROR;
  if (any(v1::STATUS_UNKNOWN)) return v1::VERDICT_UNKNOWN;
  const bool allowed = std::any_of(outcomes.begin(), outcomes.end(), [](const auto& outcome) {
    return outcome.kind() != "separation" &&
           (outcome.status() == v1::STATUS_SATISFIED || outcome.status() == v1::STATUS_WAIVED ||
            outcome.status() == v1::STATUS_OVERRIDDEN);
  });
  return allowed ? v1::VERDICT_ALLOWED : v1::VERDICT_ERROR;
}

}  // namespace changepolicy
