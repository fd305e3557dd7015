// Category and priority: the first rule of the list that applies decides.
#include "libchangepolicy/check/prepared_outcomes.h"
#include "libchangepolicy/domain/semantic_version.h"
#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/flat/joined.h"
#include "libchangepolicy/program/policy_index.h"

namespace changepolicy {
namespace {

// The first rule that is not plainly false, and how it answered; nothing where all are false.
struct Deciding {
  int index = -1;
  Answer answer;
};

Deciding FirstThatApplies(Evaluation* evaluation, const std::vector<CheckedRule>& rules,
                          bool tells_facts) {
  flat::RepeatedMessage<flat::FactRead> facts;
  for (size_t i = 0; i < rules.size(); ++i) {
    if (!ConcernsSubject(rules[i], evaluation->subject.kind())) continue;
    Answer answer = evaluation->expressions->Ask(rules[i].applies_if, tells_facts);
    for (flat::FactRead& fact : answer.facts) facts.Add(&fact, &evaluation->arena);
    if (answer.truth == Truth::kFalse) continue;
    answer.facts = facts;
    return {static_cast<int>(i), answer};
  }
  return {};
}

template <typename Assessment>
void Record(const Deciding& deciding, std::string_view list, flat::Arena* arena,
            Assessment* assessment) {
  if (deciding.index < 0) {
    assessment->set_status(v1::STATUS_ERROR);
    flat::EvaluationError& error = *assessment->mutable_error(arena);
    error.set_code("no_rule_applies");
    error.set_message(Joined(arena, "no rule of `", list, "` applies to this kind of subject"));
    error.set_element(list);
    return;
  }
  switch (deciding.answer.truth) {
    case Truth::kTrue:
    case Truth::kFalse:
      assessment->set_status(v1::STATUS_SATISFIED);
      break;
    case Truth::kUnknown:
      assessment->set_status(v1::STATUS_UNKNOWN);
      *assessment->mutable_unknown() = deciding.answer.unknown;
      break;
    case Truth::kError:
      assessment->set_status(v1::STATUS_ERROR);
      assessment->set_error(deciding.answer.error);
      break;
  }
}

// Gives the variable its value, or passes on why it has none.
template <typename Assessment>
void Publish(Expressions* expressions, ProgramVariable variable, const Assessment& assessment,
             int number) {
  if (assessment.status() == v1::STATUS_SATISFIED) {
    expressions->SetEnum(variable, number);
  } else if (assessment.status() == v1::STATUS_UNKNOWN) {
    expressions->SetUnknown(variable, assessment.unknown());
  } else {
    expressions->SetError(variable, assessment.error());
  }
}

// Which rule would have given what is claimed, and what it read.
void ExplainClaim(Evaluation* evaluation, flat::Categorization* result) {
  const auto& rules = evaluation->policy.policy().categories();
  for (int i = 0; i < rules.size(); ++i) {
    const CheckedRule& rule = evaluation->policy.categories()[static_cast<size_t>(i)];
    if (rules[i].category() != result->claimed() ||
        !ConcernsSubject(rule, evaluation->subject.kind())) {
      continue;
    }
    result->set_claim_rule(rules[i].id());
    const Answer answer = evaluation->expressions->Ask(rule.applies_if);
    *result->mutable_claim_facts() = answer.facts;
    return;
  }
}

}  // namespace

void Categorize(Evaluation* evaluation) {
  const v1::Policy& policy = evaluation->policy.policy();
  flat::Categorization& result = evaluation->categorization;
  const Deciding deciding = FirstThatApplies(evaluation, evaluation->policy.categories(), true);
  if (deciding.index >= 0) {
    const flat::Categorization& prepared = evaluation->policy.outcomes().category(deciding.index);
    result.set_prepared(prepared.prepared());
    result.set_rule(prepared.rule());
    *result.mutable_clauses() = prepared.clauses();
    *result.mutable_facts() = deciding.answer.facts;
  }
  Record(deciding, "categories", &evaluation->arena, &result);
  result.set_category(deciding.index >= 0 && result.status() == v1::STATUS_SATISFIED
                          ? policy.categories(deciding.index).category()
                          : v1::CATEGORY_NORMAL);
  const Subject& subject = evaluation->subject;
  if (subject.is_change()) {
    result.set_claimed(subject.change().claimed_category());
    result.set_differs(result.claimed() != v1::CATEGORY_UNSPECIFIED &&
                       result.claimed() != result.category());
    if (result.differs()) ExplainClaim(evaluation, &result);
  } else {
    const flat::Release& release = subject.release();
    result.set_release_kind(KindOf(release.previous_version(), release.version()));
    result.set_claimed_release_kind(release.claimed_kind());
  }
  Publish(evaluation->expressions, ProgramVariable::kCategory, result, result.category());
}

void Prioritize(Evaluation* evaluation) {
  const v1::Policy& policy = evaluation->policy.policy();
  flat::PriorityAssessment& result = evaluation->priority;
  if (policy.priorities().empty()) {
    evaluation->expressions->SetEnum(ProgramVariable::kPriority, v1::PRIORITY_UNSPECIFIED);
    return;
  }
  const Deciding deciding = FirstThatApplies(evaluation, evaluation->policy.priorities(), false);
  if (deciding.index >= 0) result = evaluation->policy.outcomes().priority(deciding.index);
  Record(deciding, "priorities", &evaluation->arena, &result);
  if (deciding.index >= 0 && result.status() == v1::STATUS_SATISFIED) {
    result.set_priority(policy.priorities(deciding.index).priority());
  }
  Publish(evaluation->expressions, ProgramVariable::kPriority, result, result.priority());
}

}  // namespace changepolicy
