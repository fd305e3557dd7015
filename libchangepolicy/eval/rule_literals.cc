#include "libchangepolicy/eval/rule_literals.h"

#include <optional>
#include <utility>
#include <vector>

#include "libchangepolicy/cel/tree.h"

namespace changepolicy {
namespace {

class Collector {
 public:
  explicit Collector(const CheckedPolicy& policy) : policy_(policy) {}

  void Take(const std::optional<CheckedExpression>& expression) {
    if (expression.has_value()) Take(*expression);
  }

  void Take(const std::vector<CheckedRule>& rules) {
    for (const CheckedRule& rule : rules) Take(rule.applies_if);
  }

  void Take(const CheckedExpression& expression) {
    for (const cel::Node& node : expression.expression().tree().nodes) {
      if (node.kind == cel::NodeKind::kIdent) {
        reads_assessments_ |=
            node.name == "category" || node.name == "risk" || node.name == "priority";
      }
      if (node.kind != cel::NodeKind::kLiteral) continue;
      if (const auto* const text = std::get_if<std::string>(&node.literal)) {
        literals_.texts.insert(*text);
      } else if (const auto* const integer = std::get_if<int64_t>(&node.literal)) {
        literals_.integers.insert(*integer);
      } else if (const auto* const number = std::get_if<double>(&node.literal)) {
        literals_.numbers.insert(*number);
      }
    }
    for (const std::string& name : expression.definitions()) {
      if (seen_.insert(name).second) Take(policy_.FindDefinition(name)->expression);
    }
  }

  bool reads_assessments() const { return reads_assessments_; }
  Literals Collected() { return std::move(literals_); }

 private:
  const CheckedPolicy& policy_;
  std::set<std::string> seen_;
  Literals literals_;
  bool reads_assessments_ = false;
};

void TakeRule(const CheckedPolicy& policy, const v1::RuleOutcome& outcome, Collector* collector) {
  const auto take = [&](const auto& rules, const std::vector<CheckedRule>& checked) {
    for (int i = 0; i < rules.size(); ++i) {
      if (rules[i].id() != outcome.rule()) continue;
      collector->Take(checked[i].applies_if);
      collector->Take(checked[i].must);
    }
  };
  if (outcome.kind() == "gate") take(policy.policy().gates(), policy.gates());
  if (outcome.kind() == "approval") take(policy.policy().approvals(), policy.approvals());
}

}  // namespace

void Literals::Add(const Literals& others) {
  texts.insert(others.texts.begin(), others.texts.end());
  integers.insert(others.integers.begin(), others.integers.end());
  numbers.insert(others.numbers.begin(), others.numbers.end());
}

Literals LiteralsOf(const CheckedPolicy& policy, const v1::RuleOutcome& outcome) {
  Collector collector(policy);
  TakeRule(policy, outcome, &collector);
  return collector.Collected();
}

Literals LiteralsBehind(const CheckedPolicy& policy, const v1::RuleOutcome& outcome) {
  Collector collector(policy);
  TakeRule(policy, outcome, &collector);
  if (collector.reads_assessments()) {
    collector.Take(policy.categories());
    collector.Take(policy.priorities());
    collector.Take(policy.factors());
  }
  return collector.Collected();
}

}  // namespace changepolicy
