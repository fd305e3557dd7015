// Gates, and the verdict over everything that stands on a transition.
#include <algorithm>

#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/program/policy_index.h"

namespace changepolicy {
namespace {

void AddFacts(std::vector<v1::FactRead> facts, v1::RuleOutcome* outcome) {
  const int before = outcome->facts_size();
  outcome->mutable_facts()->Reserve(before + static_cast<int>(facts.size()));
  for (v1::FactRead& fact : facts) {
    const bool known = std::any_of(outcome->facts().begin(), outcome->facts().begin() + before,
                                   [&](const auto& other) { return other.path() == fact.path(); });
    if (!known) *outcome->add_facts() = std::move(fact);
  }
  // Those of one condition are in order already.
  if (before == 0) return;
  std::sort(outcome->mutable_facts()->begin(), outcome->mutable_facts()->end(),
            [](const auto& a, const auto& b) { return a.path() < b.path(); });
}

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

}  // namespace

v1::Status AskCondition(Evaluation* evaluation, const std::optional<CheckedExpression>& expression,
                        v1::Status when_true, v1::Status when_false, v1::RuleOutcome* outcome) {
  const bool tells_false = when_false != v1::STATUS_NOT_APPLICABLE || evaluation->tells_every_rule;
  Answer answer = evaluation->expressions->Ask(expression, tells_false);
  AddFacts(std::move(answer.facts), outcome);
  *outcome->mutable_unknown() = {answer.unknown.begin(), answer.unknown.end()};
  if (answer.truth == Truth::kError) *outcome->mutable_error() = answer.error;
  return StatusOf(answer.truth, when_true, when_false);
}

namespace {

// Where no window is declared for the subject, nothing that is done to it opens a gate that asks
// for one.
bool AsksForMissingWindow(const Evaluation& evaluation, const v1::RuleOutcome& outcome) {
  const v1::CalendarAnswer& calendar = evaluation.calendar;
  return calendar.planned() && !calendar.windows_declared() &&
         std::any_of(outcome.facts().begin(), outcome.facts().end(), [](const v1::FactRead& fact) {
           return fact.known() && fact.path() == "calendar.inside_window";
         });
}

// By their numbers in the policy; without those that the index excludes.
std::vector<int> GatesToAsk(Evaluation* evaluation) {
  std::vector<int> gates;
  if (evaluation->index != nullptr) {
    const RuleIndex& index =
        evaluation->index->Gates(evaluation->subject.kind(), evaluation->transition);
    evaluation->expressions->FindCandidates(index, &gates);
    evaluation->gates_left_out = index.size() - static_cast<int>(gates.size());
    return gates;
  }
  const v1::Policy& policy = evaluation->policy.policy();
  for (int i = 0; i < policy.gates_size(); ++i) {
    const CheckedRule& rule = evaluation->policy.gates()[static_cast<size_t>(i)];
    if (ConcernsSubject(rule, evaluation->subject.kind()) &&
        StandsOn(policy.gates(i).at(), evaluation->transition, false)) {
      gates.push_back(i);
    }
  }
  return gates;
}

}  // namespace

std::vector<v1::RuleOutcome> EvaluateGates(Evaluation* evaluation) {
  std::vector<v1::RuleOutcome> outcomes;
  const v1::Policy& policy = evaluation->policy.policy();
  for (const int i : GatesToAsk(evaluation)) {
    const v1::Gate& gate = policy.gates(i);
    const CheckedRule& rule = evaluation->policy.gates()[static_cast<size_t>(i)];
    v1::RuleOutcome outcome;
    v1::Status status = AskCondition(evaluation, rule.applies_if, v1::STATUS_SATISFIED,
                                     v1::STATUS_NOT_APPLICABLE, &outcome);
    outcome.set_rule(gate.id());
    outcome.set_kind("gate");
    *outcome.mutable_clauses() = gate.clauses();
    *outcome.mutable_controls() = {rule.controls.begin(), rule.controls.end()};
    if (status == v1::STATUS_SATISFIED) {
      status = AskCondition(evaluation, rule.must, v1::STATUS_SATISFIED, v1::STATUS_UNSATISFIED,
                            &outcome);
    }
    if (status == v1::STATUS_UNSATISFIED && AsksForMissingWindow(*evaluation, outcome)) {
      status = v1::STATUS_UNSATISFIABLE;
    }
    outcome.set_status(status);
    if (status == v1::STATUS_UNSATISFIED || status == v1::STATUS_UNSATISFIABLE) {
      for (v1::Parameter& parameter : evaluation->expressions->Interpolate(rule.message)) {
        *outcome.add_parameters() = std::move(parameter);
      }
    }
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

v1::Verdict VerdictOf(const std::vector<v1::RuleOutcome>& outcomes) {
  const auto any = [&](auto... statuses) {
    return std::any_of(outcomes.begin(), outcomes.end(), [&](const v1::RuleOutcome& outcome) {
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
