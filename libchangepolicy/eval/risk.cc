// Risk: points of the factors that apply, an impact × likelihood table and a questionnaire; the
// highest level counts, and what is unknown counts at its worst.
#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/domain/risk_bands.h"
#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/eval/presence.h"
#include "libchangepolicy/program/policy_index.h"

namespace changepolicy {
namespace {

const v1::ImpactAssessment& Impact(const Subject& subject) {
  return subject.is_change() ? subject.change().impact() : subject.release().impact();
}

void AddFactors(Evaluation* evaluation) {
  v1::RiskAssessment& risk = evaluation->risk;
  const v1::Risk& policy = evaluation->policy.policy().risk();
  for (int i = 0; i < policy.factors_size(); ++i) {
    const CheckedRule& rule = evaluation->policy.factors()[i];
    if (!ConcernsSubject(rule, evaluation->subject.kind())) continue;
    const v1::RiskFactor& factor = policy.factors(i);
    Answer answer = evaluation->expressions->Ask(rule.applies_if);
    if (answer.truth == Truth::kFalse) continue;
    v1::RiskPoint* point = risk.add_points();
    point->set_factor(factor.id());
    point->set_points(factor.points());
    point->set_dimension(factor.dimension());
    *point->mutable_clauses() = factor.clauses();
    *point->mutable_facts() = {answer.facts.begin(), answer.facts.end()};
    *point->mutable_unknown() = {answer.unknown.begin(), answer.unknown.end()};
    if (answer.truth == Truth::kError) *point->mutable_error() = answer.error;
    if (answer.truth != Truth::kTrue) risk.set_worst_case(true);
    risk.set_score(risk.score() + factor.points());
  }
  risk.set_factor_level(LevelOf(policy.levels(), risk.score()));
}

// The dimension that a field of the impact is about: `security` is SECURITY.
v1::Dimension DimensionOf(const google::protobuf::FieldDescriptor& field) {
  const std::string name =
      StrCat("DIMENSION_", absl::AsciiStrToUpper(ToAbsl(FromAbsl(field.name()))));
  v1::Dimension dimension = v1::DIMENSION_UNSPECIFIED;
  return v1::Dimension_Parse(name, &dimension) ? dimension : v1::DIMENSION_UNSPECIFIED;
}

// Puts the largest effect on any dimension into `risk`, with the dimensions that have it; one that
// nobody stated counts as HIGH.
void FindLargestEffect(const Subject& subject, v1::RiskAssessment* risk) {
  const v1::ImpactAssessment& impact = Impact(subject);
  v1::Effect largest = v1::EFFECT_NONE;
  std::set<v1::Dimension> dimensions;
  const auto* type = v1::ImpactAssessment::descriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const auto* field = type->field(i);
    if (field->enum_type() != v1::Effect_descriptor()) continue;
    const std::string path = StrCat(subject.variable(), ".impact.", FromAbsl(field->name()));
    int effect = impact.GetReflection()->GetEnumValue(impact, field);
    if (!IsFactKnown(impact, *field, path, subject.stated())) {
      effect = v1::EFFECT_HIGH;
      risk->add_matrix_unknown(path);
    }
    if (effect > largest) {
      largest = static_cast<v1::Effect>(effect);
      dimensions.clear();
    }
    if (effect == largest) dimensions.insert(DimensionOf(*field));
  }
  risk->set_matrix_impact(largest);
  for (const v1::Dimension dimension : dimensions) risk->add_matrix_dimensions(dimension);
}

void AddMatrix(Evaluation* evaluation) {
  const auto& matrix = evaluation->policy.policy().risk().matrix();
  if (matrix.empty()) return;
  v1::RiskAssessment& risk = evaluation->risk;
  FindLargestEffect(evaluation->subject, &risk);
  risk.set_matrix_likelihood(Impact(evaluation->subject).likelihood());
  if (risk.matrix_likelihood() == v1::LIKELIHOOD_UNSPECIFIED) {
    risk.set_matrix_likelihood(v1::LIKELIHOOD_LIKELY);
    risk.add_matrix_unknown(StrCat(evaluation->subject.variable(), ".impact.likelihood"));
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
  const v1::ImpactAssessment& impact = Impact(evaluation->subject);
  int score = 0;
  for (const v1::RiskQuestion& question : policy.questionnaire()) {
    int worst = 0;
    int points = -1;
    const auto given = impact.answers().find(question.id());
    for (const v1::RiskAnswer& answer : question.answers()) {
      worst = std::max(worst, answer.points());
      if (given != impact.answers().end() && given->second == answer.answer()) {
        points = answer.points();
      }
    }
    v1::RiskPoint* point = nullptr;
    if (points != 0) {
      point = evaluation->risk.add_points();
      point->set_factor(question.id());
      point->set_points(points < 0 ? worst : points);
      *point->mutable_clauses() = question.clauses();
      point->set_from_questionnaire(true);
      if (points > 0) point->set_answer(given->second);
    }
    if (points < 0) {
      point->add_unknown(
          StrCat(evaluation->subject.variable(), ".impact.answers[\"", question.id(), "\"]"));
      evaluation->risk.set_worst_case(true);
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
  v1::RiskAssessment& risk = evaluation->risk;
  risk.set_level(std::max({risk.factor_level(), risk.matrix_level(), risk.questionnaire_level()}));
  evaluation->expressions->SetMessage("risk", &risk);
}

}  // namespace changepolicy
