// Risk: points of the factors that apply, an impact × likelihood table and a questionnaire; the
// highest level counts, and what is unknown counts at its worst.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/check/prepared_outcomes.h"
#include "libchangepolicy/domain/risk_bands.h"
#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/eval/presence.h"
#include "libchangepolicy/eval/rules_to_ask.h"
#include "libchangepolicy/flat/field_access.h"
#include "libchangepolicy/flat/joined.h"
#include "libchangepolicy/flat/lists.h"

namespace changepolicy {
namespace {

void AddFactors(Evaluation* evaluation) {
  flat::RiskAssessment& risk = evaluation->risk;
  const v1::Risk& policy = evaluation->policy.policy().risk();
  for (const int i : RulesToAsk(PolicyIndex::List::kFactors, evaluation, nullptr)) {
    const CheckedRule& rule = evaluation->policy.factors()[static_cast<size_t>(i)];
    const Answer answer = evaluation->expressions->Ask(rule.applies_if, false);
    if (answer.truth == Truth::kFalse) continue;
    flat::RiskPoint& point = *risk.add_points(&evaluation->arena);
    point = evaluation->policy.outcomes().factor(i);
    *point.mutable_facts() = answer.facts;
    *point.mutable_unknown() = answer.unknown;
    if (answer.error != nullptr) point.set_error(answer.error);
    if (answer.truth != Truth::kTrue) risk.set_worst_case(true);
    risk.set_score(risk.score() + point.points());
  }
  risk.set_factor_level(LevelOf(policy.levels(), risk.score()));
}

// An effect of the impact, and the dimension that it is about: `security` is SECURITY.
struct EffectField {
  const flat::FieldTable* field;
  v1::Dimension dimension;
  std::string statement;  // as statements name it
  bool is_attribute;      // unset, it is unknown
};

const std::vector<EffectField>& EffectFields() {
  static const auto& fields = *new std::vector<EffectField>([] {
    std::vector<EffectField> found;
    const flat::MessageTable& table = flat::ImpactAssessment::table();
    for (uint32_t i = 0; i < table.field_count; ++i) {
      const auto& field = *flat::DescriptorOf(table, table.fields[i]);
      if (field.enum_type() != v1::Effect_descriptor()) continue;
      v1::Dimension dimension = v1::DIMENSION_UNSPECIFIED;
      v1::Dimension_Parse(StrCat("DIMENSION_", absl::AsciiStrToUpper(field.name())), &dimension);
      found.push_back({&table.fields[i], dimension, StrCat("impact.", field.name()),
                       WorldOf(field) == v1::WORLD_ATTRIBUTE});
    }
    return found;
  }());
  return fields;
}

// Puts the largest effect on any dimension into `risk`, with the dimensions that have it; one that
// nobody stated counts as HIGH.
void FindLargestEffect(const Subject& subject, flat::Arena* arena, flat::RiskAssessment* risk) {
  v1::Effect largest = v1::EFFECT_NONE;
  flat::Repeated<int32_t> dimensions;
  for (const EffectField& field : EffectFields()) {
    int32_t effect = FieldAt<int32_t>(&subject.impact(), *field.field);
    if (effect == v1::EFFECT_UNSPECIFIED && field.is_attribute &&
        !subject.stated().contains(field.statement)) {
      effect = v1::EFFECT_HIGH;
      risk->add_matrix_unknown(Joined(arena, subject.variable(), ".", field.statement), arena);
    }
    if (effect > largest) {
      largest = static_cast<v1::Effect>(effect);
      dimensions.Clear();
    }
    if (effect == largest) dimensions.Add(field.dimension, arena);
  }
  SortOnce(&dimensions);
  risk->set_matrix_impact(largest);
  *risk->mutable_matrix_dimensions() = dimensions;
}

void AddMatrix(Evaluation* evaluation) {
  const auto& matrix = evaluation->policy.policy().risk().matrix();
  if (matrix.empty()) return;
  flat::RiskAssessment& risk = evaluation->risk;
  FindLargestEffect(evaluation->subject, &evaluation->arena, &risk);
  risk.set_matrix_likelihood(evaluation->subject.impact().likelihood());
  if (risk.matrix_likelihood() == v1::LIKELIHOOD_UNSPECIFIED) {
    risk.set_matrix_likelihood(v1::LIKELIHOOD_LIKELY);
    risk.add_matrix_unknown(
        Joined(&evaluation->arena, evaluation->subject.variable(), ".impact.likelihood"),
        &evaluation->arena);
  }
  for (const v1::RiskCell& cell : matrix) {
    if (cell.impact() == risk.matrix_impact() && cell.likelihood() == risk.matrix_likelihood()) {
      risk.set_matrix_level(cell.level());
    }
  }
  std::sort(risk.mutable_matrix_unknown()->begin(), risk.mutable_matrix_unknown()->end());
  if (!risk.matrix_unknown().empty()) risk.set_worst_case(true);
}

void AddQuestionnaire(Evaluation* evaluation) {
  const v1::Risk& policy = evaluation->policy.policy().risk();
  if (policy.questionnaire().empty()) return;
  const flat::ImpactAssessment& impact = evaluation->subject.impact();
  flat::Arena* const arena = &evaluation->arena;
  int score = 0;
  for (int i = 0; i < policy.questionnaire_size(); ++i) {
    const v1::RiskQuestion& question = policy.questionnaire(i);
    int worst = 0;
    int points = -1;
    const auto* const given = impact.answers().find(question.id());
    for (const v1::RiskAnswer& answer : question.answers()) {
      worst = std::max(worst, answer.points());
      if (given != nullptr && given->value() == answer.answer()) {
        points = answer.points();
      }
    }
    if (points != 0) {
      flat::RiskPoint& point = *evaluation->risk.add_points(arena);
      point = evaluation->policy.outcomes().question(i);
      point.set_points(points < 0 ? worst : points);
      if (points > 0) {
        point.set_answer(given->value());
      } else {
        point.add_unknown(Joined(arena, evaluation->subject.variable(), ".impact.answers[\"",
                                 question.id(), "\"]"),
                          arena);
        evaluation->risk.set_worst_case(true);
      }
    }
    score += points < 0 ? worst : points;
  }
  evaluation->risk.set_questionnaire_score(score);
  evaluation->risk.set_questionnaire_level(LevelOf(policy.questionnaire_levels(), score));
}

}  // namespace

void AssessRisk(Evaluation* evaluation) {
  AddFactors(evaluation);
  AddMatrix(evaluation);
  AddQuestionnaire(evaluation);
  flat::RiskAssessment& risk = evaluation->risk;
  risk.set_level(std::max({risk.factor_level(), risk.matrix_level(), risk.questionnaire_level()}));
  evaluation->expressions->SetMessage(ProgramVariable::kRisk, risk);
}

}  // namespace changepolicy
