// Expressions that are put to rest come back as they were.
#include "libchangepolicy/check/checked_expression.h"

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/check/load.h"

namespace changepolicy {
namespace {

LoadResult Saas() { return LoadPolicy({{"saas.yaml", BuiltinPolicyText("saas")}}); }

std::vector<CheckedExpression> ExpressionsOf(const CheckedPolicy& policy) {
  std::vector<CheckedExpression> all;
  const auto add = [&](const std::optional<CheckedExpression>& expression) {
    if (expression.has_value()) all.push_back(*expression);
  };
  for (const auto* const rules :
       {&policy.factors(), &policy.categories(), &policy.approvals(), &policy.gates(),
        &policy.obligations(), &policy.lints(), &policy.invariants()}) {
    for (const CheckedRule& rule : *rules) {
      add(rule.applies_if);
      add(rule.must);
      add(rule.met_if);
      add(rule.due_after);
      for (const MessageTemplate::Piece& piece : rule.message.pieces) add(piece.expression);
    }
  }
  return all;
}

// All that the plain evaluator reads of it.
std::string Whole(const CheckedExpression& checked) {
  std::string text = cel::Dump(checked.expression());
  for (const std::string& name : checked.expression().references().variables) text += name + "\n";
  for (const std::string& path : checked.expression().references().paths) text += path + "\n";
  for (const std::string& name : checked.expression().references().functions) text += name + "\n";
  const cel::Tree& tree = checked.expression().tree();
  for (cel::NodeId node = 0; node < static_cast<cel::NodeId>(tree.nodes.size()); ++node) {
    const Position position = checked.PositionOf(node);
    text += std::to_string(position.line) + ":" + std::to_string(position.column) + " ";
  }
  return text;
}

TEST(CheckedExpression, ComesBackAsItWas) {
  const LoadResult loaded = Saas();
  ASSERT_NE(loaded.policy, nullptr) << ToText(loaded.issues);
  const std::vector<CheckedExpression> expressions = ExpressionsOf(*loaded.policy);
  ASSERT_GT(expressions.size(), 50u);
  for (const CheckedExpression& expression : expressions) {
    const std::string before = Whole(expression);
    expression.kept().Rest();
    EXPECT_TRUE(expression.kept().is_at_rest());
    EXPECT_EQ(Whole(expression), before) << expression.element();
    EXPECT_FALSE(expression.kept().is_at_rest());
  }
}

TEST(CheckedExpression, KnowsPlacesOfFoldedAndEscapedTexts) {
  const LoadResult loaded = LoadPolicy({{"p.yaml", R"(policy:
  id: p
  title: P
  version: "1"
  last_review: 2026-01-01
  next_review: 2027-01-01
clauses: {C-1: One}
risk:
  levels:
    - {level: LOW, from: 0}
categories:
  - {id: normal, category: NORMAL, applies_if: "true", clause: C-1}
approvals:
  - {id: none, title: None, needs: {none: true}, clause: C-1}
gates:
  - id: folded
    at: [DEPLOY]
    must: >-
      change.id == "a" &&
      change.title == "é" && change.title !=
      "c"
    message: "é\té {{change.id}} is {{change.title}}"
    clause: C-1
)"}});
  ASSERT_NE(loaded.policy, nullptr) << ToText(loaded.issues);
  const CheckedRule& gate = loaded.policy->gates()[0];
  const cel::Tree& tree = gate.must->expression().tree();
  std::vector<std::string> places;
  for (cel::NodeId node = 0; node < static_cast<cel::NodeId>(tree.nodes.size()); ++node) {
    if (tree[node].kind != cel::NodeKind::kLiteral) continue;
    const Position position = gate.must->PositionOf(node);
    places.push_back(std::to_string(position.line) + ":" + std::to_string(position.column));
  }
  EXPECT_EQ(places, (std::vector<std::string>{"19:20", "20:23", "21:7"}));
  std::vector<int> columns;
  for (const MessageTemplate::Piece& piece : gate.message.pieces) {
    if (!piece.expression.has_value()) continue;
    columns.push_back(piece.expression->PositionOf(0).column);
  }
  EXPECT_EQ(columns, (std::vector<int>{22, 39}));
  EXPECT_EQ(gate.must->PositionOf(10'000), Position());
}

TEST(CheckedExpression, ComesBackOnceForManyThreads) {
  const LoadResult loaded = Saas();
  ASSERT_NE(loaded.policy, nullptr) << ToText(loaded.issues);
  const std::vector<CheckedExpression> expressions = ExpressionsOf(*loaded.policy);
  for (const CheckedExpression& expression : expressions) expression.kept().Rest();
  constexpr int kThreads = 4;
  std::vector<std::vector<const cel::Expression*>> seen(kThreads);
  std::atomic<bool> begin = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      while (!begin) std::this_thread::yield();
      for (const CheckedExpression& expression : expressions) {
        seen[static_cast<size_t>(i)].push_back(&expression.expression());
      }
    });
  }
  begin = true;
  for (std::thread& thread : threads) thread.join();
  for (const auto& each : seen) EXPECT_EQ(each, seen[0]);
}

}  // namespace
}  // namespace changepolicy
