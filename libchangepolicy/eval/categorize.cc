// Category and priority: the first rule of the list that applies decides.
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/domain/semantic_version.h"
#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/program/policy_index.h"

namespace changepolicy {
namespace {

// The first rule that is not plainly false, and how it answered; nothing where all are false.
struct Deciding {
  int index = -1;
  Answer answer;
};

Deciding FirstThatApplies(Evaluation* evaluation, const std::vector<CheckedRule>& rules) {
  std::vector<v1::FactRead> facts;
  for (size_t i = 0; i < rules.size(); ++i) {
    if (!ConcernsSubject(rules[i], evaluation->subject.kind())) continue;
    Answer answer = evaluation->expressions->Ask(rules[i].applies_if);
    facts.insert(facts.end(), answer.facts.begin(), answer.facts.end());
    if (answer.truth == Truth::kFalse) continue;
    answer.facts = std::move(facts);
    return {static_cast<int>(i), std::move(answer)};
  }
  return {};
}

v1::EvaluationError NothingApplies(std::string_view list) {
  v1::EvaluationError error;
  error.set_code("no_rule_applies");
  error.set_message(StrCat("no rule of `", list, "` applies to this kind of subject"));
  error.set_element(std::string(list));
  return error;
}

template <typename Assessment>
void Record(const Deciding& deciding, std::string_view list, Assessment* assessment) {
  if (deciding.index < 0) {
    assessment->set_status(v1::STATUS_ERROR);
    *assessment->mutable_error() = NothingApplies(list);
    return;
  }
  switch (deciding.answer.truth) {
    case Truth::kTrue:
    case Truth::kFalse:
      assessment->set_status(v1::STATUS_SATISFIED);
      break;
    case Truth::kUnknown:
      assessment->set_status(v1::STATUS_UNKNOWN);
      *assessment->mutable_unknown() = {deciding.answer.unknown.begin(),
                                        deciding.answer.unknown.end()};
      break;
    case Truth::kError:
      assessment->set_status(v1::STATUS_ERROR);
      *assessment->mutable_error() = deciding.answer.error;
      break;
  }
}

// Gives the variable its value, or passes on why it has none.
template <typename Assessment>
void Publish(Expressions* expressions, std::string_view variable, const Assessment& assessment,
             const google::protobuf::EnumDescriptor* type, int number) {
  if (assessment.status() == v1::STATUS_SATISFIED) {
    expressions->SetEnum(variable, type, number);
  } else if (assessment.status() == v1::STATUS_UNKNOWN) {
    expressions->SetUnknown(variable, {assessment.unknown().begin(), assessment.unknown().end()});
  } else {
    expressions->SetError(variable, assessment.error());
  }
}

// Which rule would have given what is claimed, and what it read.
void ExplainClaim(Evaluation* evaluation, v1::Categorization* result) {
  const auto& rules = evaluation->policy.policy().categories();
  for (int i = 0; i < rules.size(); ++i) {
    const CheckedRule& rule = evaluation->policy.categories()[static_cast<size_t>(i)];
    if (rules[i].category() != result->claimed() ||
        !ConcernsSubject(rule, evaluation->subject.kind())) {
      continue;
    }
    result->set_claim_rule(rules[i].id());
    const Answer answer = evaluation->expressions->Ask(rule.applies_if);
    *result->mutable_claim_facts() = {answer.facts.begin(), answer.facts.end()};
    return;
  }
}

}  // namespace

void Categorize(Evaluation* evaluation) {
  const v1::Policy& policy = evaluation->policy.policy();
  v1::Categorization& result = evaluation->categorization;
  const Deciding deciding = FirstThatApplies(evaluation, evaluation->policy.categories());
  Record(deciding, "categories", &result);
  result.set_category(v1::CATEGORY_NORMAL);
  if (deciding.index >= 0) {
    const v1::CategoryRule& rule = policy.categories(deciding.index);
    if (result.status() == v1::STATUS_SATISFIED) result.set_category(rule.category());
    result.set_rule(rule.id());
    *result.mutable_clauses() = rule.clauses();
    *result.mutable_facts() = {deciding.answer.facts.begin(), deciding.answer.facts.end()};
  }
  if (evaluation->subject.is_change()) {
    result.set_claimed(evaluation->subject.change().claimed_category());
    result.set_differs(result.claimed() != v1::CATEGORY_UNSPECIFIED &&
                       result.claimed() != result.category());
    if (result.differs()) ExplainClaim(evaluation, &result);
  }
  if (!evaluation->subject.is_change()) {
    const v1::Release& release = evaluation->subject.release();
    result.set_release_kind(KindOf(release.previous_version(), release.version()));
    result.set_claimed_release_kind(release.claimed_kind());
  }
  Publish(evaluation->expressions, "category", result, v1::Category_descriptor(),
          result.category());
}

void Prioritize(Evaluation* evaluation) {
  const v1::Policy& policy = evaluation->policy.policy();
  v1::PriorityAssessment& result = evaluation->priority;
  if (policy.priorities().empty()) {
    evaluation->expressions->SetEnum("priority", v1::Priority_descriptor(),
                                     v1::PRIORITY_UNSPECIFIED);
    return;
  }
  const Deciding deciding = FirstThatApplies(evaluation, evaluation->policy.priorities());
  Record(deciding, "priorities", &result);
  if (deciding.index >= 0) {
    const v1::PriorityRule& rule = policy.priorities(deciding.index);
    if (result.status() == v1::STATUS_SATISFIED) result.set_priority(rule.priority());
    result.set_rule(rule.id());
    *result.mutable_clauses() = rule.clauses();
  }
  Publish(evaluation->expressions, "priority", result, v1::Priority_descriptor(),
          result.priority());
}

}  // namespace changepolicy
