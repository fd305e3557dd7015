#include "libchangepolicy/check/prepared_outcomes.h"

#include <string_view>

#include "libchangepolicy/flat/encode.h"

namespace changepolicy {
namespace {

template <typename Texts>
void Borrow(const Texts& texts, flat::Repeated<std::string_view>* list, flat::Arena* arena) {
  for (const auto& text : texts) list->Add(text, arena);
}

template <typename Rule>
flat::RuleOutcome OutcomeOf(std::string_view kind, const Rule& rule, const CheckedRule& checked,
                            flat::Arena* arena) {
  using flat::RuleOutcome;
  RuleOutcome outcome;
  outcome.set_rule(rule.id());
  outcome.set_kind(kind);
  Borrow(rule.clauses(), outcome.mutable_clauses(), arena);
  // Only read, as the policy shares them among its rules.
  outcome.mutable_controls()->Borrow(const_cast<std::string_view*>(checked.controls.data()),
                                     static_cast<int>(checked.controls.size()));
  outcome.set_prepared(
      flat::Prepare(outcome,
                    {RuleOutcome::kRuleFieldNumber, RuleOutcome::kKindFieldNumber,
                     RuleOutcome::kClausesFieldNumber, RuleOutcome::kControlsFieldNumber},
                    arena));
  return outcome;
}

template <typename Rules>
std::vector<flat::RuleOutcome> OutcomesOf(std::string_view kind, const Rules& rules,
                                          const std::vector<CheckedRule>& checked,
                                          flat::Arena* arena) {
  std::vector<flat::RuleOutcome> outcomes;
  outcomes.reserve(static_cast<size_t>(rules.size()));
  for (int i = 0; i < rules.size(); ++i) {
    outcomes.push_back(OutcomeOf(kind, rules[i], checked[static_cast<size_t>(i)], arena));
  }
  return outcomes;
}

// Of a rule of an ordered list.
template <typename Assessment, typename Rules>
std::vector<Assessment> AssessmentsOf(const Rules& rules, flat::Arena* arena) {
  std::vector<Assessment> assessments;
  assessments.reserve(static_cast<size_t>(rules.size()));
  for (const auto& rule : rules) {
    Assessment& assessment = assessments.emplace_back();
    assessment.set_rule(rule.id());
    Borrow(rule.clauses(), assessment.mutable_clauses(), arena);
    assessment.set_prepared(flat::Prepare(
        assessment, {Assessment::kRuleFieldNumber, Assessment::kClausesFieldNumber}, arena));
  }
  return assessments;
}

}  // namespace

PreparedOutcomes::PreparedOutcomes(const CheckedPolicy& checked) {
  const v1::Policy& policy = checked.policy();
  approvals_ = OutcomesOf("approval", policy.approvals(), checked.approvals(), &arena_);
  pairs_ = OutcomesOf("separation", policy.separation().pairs(), checked.pairs(), &arena_);
  gates_ = OutcomesOf("gate", policy.gates(), checked.gates(), &arena_);
  categories_ = AssessmentsOf<flat::Categorization>(policy.categories(), &arena_);
  priorities_ = AssessmentsOf<flat::PriorityAssessment>(policy.priorities(), &arena_);
  obligations_ = AssessmentsOf<flat::ObligationDue>(policy.obligations(), &arena_);
  using flat::RiskPoint;
  for (const v1::RiskFactor& factor : policy.risk().factors()) {
    RiskPoint& point = factors_.emplace_back();
    point.set_factor(factor.id());
    point.set_points(factor.points());
    point.set_dimension(factor.dimension());
    Borrow(factor.clauses(), point.mutable_clauses(), &arena_);
    point.set_prepared(
        flat::Prepare(point,
                      {RiskPoint::kFactorFieldNumber, RiskPoint::kPointsFieldNumber,
                       RiskPoint::kDimensionFieldNumber, RiskPoint::kClausesFieldNumber},
                      &arena_));
  }
  for (const v1::RiskQuestion& question : policy.risk().questionnaire()) {
    RiskPoint& point = questions_.emplace_back();
    point.set_factor(question.id());
    Borrow(question.clauses(), point.mutable_clauses(), &arena_);
    point.set_from_questionnaire(true);
  }
}

}  // namespace changepolicy
