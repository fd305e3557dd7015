// Risk: points of the factors that apply, an impact × likelihood table and a questionnaire; the
// highest level counts, and what is unknown counts at its worst.
#include <algorithm>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/eval/presence.h"

namespace changepolicy {
namespace {

v1::RiskLevel LevelOf(const google::protobuf::RepeatedPtrField<v1::RiskBand>& bands, int score) {
  v1::RiskLevel level = v1::RISK_LEVEL_UNSPECIFIED;
  for (const v1::RiskBand& band : bands) {
    if (band.from() <= score) level = band.level();
  }
  return level;
}

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

// The largest effect on any dimension; a dimension that nobody stated counts as HIGH.
v1::Effect LargestEffect(const Subject& subject, bool* worst_case) {
  const v1::ImpactAssessment& impact = Impact(subject);
  v1::Effect largest = v1::EFFECT_NONE;
  const auto* type = v1::ImpactAssessment::descriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const auto* field = type->field(i);
    if (field->enum_type() != v1::Effect_descriptor()) continue;
    const std::string path = StrCat(subject.variable(), ".impact.", FromAbsl(field->name()));
    int effect = impact.GetReflection()->GetEnumValue(impact, field);
    if (!IsFactKnown(impact, *field, path, subject.stated())) {
      effect = v1::EFFECT_HIGH;
      *worst_case = true;
    }
    largest = std::max(largest, static_cast<v1::Effect>(effect));
  }
  return largest;
}

void AddMatrix(Evaluation* evaluation) {
  const auto& matrix = evaluation->policy.policy().risk().matrix();
  if (matrix.empty()) return;
  bool worst_case = false;
  const v1::Effect impact = LargestEffect(evaluation->subject, &worst_case);
  v1::Likelihood likelihood = Impact(evaluation->subject).likelihood();
  if (likelihood == v1::LIKELIHOOD_UNSPECIFIED) {
    likelihood = v1::LIKELIHOOD_LIKELY;
    worst_case = true;
  }
  for (const v1::RiskCell& cell : matrix) {
    if (cell.impact() == impact && cell.likelihood() == likelihood) {
      evaluation->risk.set_matrix_level(cell.level());
    }
  }
  if (worst_case) evaluation->risk.set_worst_case(true);
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
    }
    if (points < 0) {
      point->add_unknown(
          StrCat(evaluation->subject.variable(), ".impact.answers[\"", question.id(), "\"]"));
      evaluation->risk.set_worst_case(true);
    }
    score += points < 0 ? worst : points;
  }
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
