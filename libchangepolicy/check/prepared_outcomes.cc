#include "libchangepolicy/check/prepared_outcomes.h"

#include <algorithm>
#include <string_view>

namespace changepolicy {
namespace {

// A list as long as they are: there are as many lists as rules.
template <typename Texts>
std::string_view* Borrow(const Texts& texts, flat::Arena* arena) {
  if (texts.empty()) return nullptr;
  auto* const all = static_cast<std::string_view*>(
      arena->Allocate(static_cast<size_t>(texts.size()) * sizeof(std::string_view)));
  std::copy(texts.begin(), texts.end(), all);
  return all;
}

template <typename Texts>
void Borrow(const Texts& texts, flat::Repeated<std::string_view>* list, flat::Arena* arena) {
  list->Borrow(Borrow(texts, arena), texts.size());
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

// The lists are only read, as all outcomes of the rule share them.
flat::RuleOutcome PreparedOutcomes::OutcomeOf(const RuleParts& parts) {
  flat::RuleOutcome outcome;
  outcome.set_rule(parts.rule);
  outcome.set_kind(parts.kind);
  outcome.mutable_clauses()->Borrow(const_cast<std::string_view*>(parts.clauses),
                                    parts.clause_count);
  outcome.mutable_controls()->Borrow(const_cast<std::string_view*>(parts.controls),
                                     parts.control_count);
  outcome.set_prepared(parts.prepared);
  return outcome;
}

template <typename Rules>
std::vector<PreparedOutcomes::RuleParts> PreparedOutcomes::PartsOf(
    const char* kind, const Rules& rules, const std::vector<CheckedRule>& checked) {
  using flat::RuleOutcome;
  std::vector<RuleParts> all;
  all.reserve(static_cast<size_t>(rules.size()));
  for (int i = 0; i < rules.size(); ++i) {
    const auto& controls = checked[static_cast<size_t>(i)].controls;
    RuleParts& parts = all.emplace_back();
    parts = {.rule = rules[i].id(),
             .kind = kind,
             .clauses = Borrow(rules[i].clauses(), &arena_),
             .controls = controls.data(),
             .clause_count = rules[i].clauses().size(),
             .control_count = static_cast<int32_t>(controls.size()),
             .prepared = nullptr};
    parts.prepared =
        flat::Prepare(OutcomeOf(parts),
                      {RuleOutcome::kRuleFieldNumber, RuleOutcome::kKindFieldNumber,
                       RuleOutcome::kClausesFieldNumber, RuleOutcome::kControlsFieldNumber},
                      &arena_);
  }
  return all;
}

PreparedOutcomes::PreparedOutcomes(const CheckedPolicy& checked) {
  const v1::Policy& policy = checked.policy();
  approvals_ = PartsOf("approval", policy.approvals(), checked.approvals());
  pairs_ = PartsOf("separation", policy.separation().pairs(), checked.pairs());
  gates_ = PartsOf("gate", policy.gates(), checked.gates());
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
