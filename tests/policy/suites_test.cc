#include "tests/policy/suites.h"

#include <set>

#include "gtest/gtest.h"

namespace changepolicy {
namespace {

TEST(Suites, EveryCasePasses) {
  int cases = 0;
  for (const SuiteFile& suite : AllSuites()) {
    const SuiteResult result = RunSuite(suite.text, suite.file, ReadTestFile);
    EXPECT_FALSE(HasErrors(result.issues)) << suite.file << "\n" << ToText(result.issues);
    for (const CaseResult& each : result.cases) {
      ++cases;
      for (const std::string& difference : each.differences) {
        ADD_FAILURE() << suite.file << ": " << each.name << ": " << difference;
      }
    }
  }
  EXPECT_GT(cases, 400);
}

// Each rule that a suite can see holds in one case and fails in another.
TEST(Suites, EveryGateHoldsAndFails) {
  const PolicyResult policy = Policy::Builtin("saas");
  ASSERT_TRUE(policy.policy.has_value()) << ToText(policy.issues);
  std::set<std::string> held, failed;
  for (const SuiteFile& suite : BuiltinSuites()) {
    for (const CaseResult& each : RunSuite(suite.text, suite.file, ReadTestFile).cases) {
      for (const auto& [rule, status] : each.seen) {
        if (status == v1::STATUS_SATISFIED) held.insert(rule);
        if (status == v1::STATUS_UNSATISFIED || status == v1::STATUS_UNSATISFIABLE) {
          failed.insert(rule);
        }
      }
    }
  }
  for (const v1::Gate& gate : policy.policy->proto().gates()) {
    EXPECT_EQ(held.count(gate.id()), 1u) << gate.id() << " never holds";
    EXPECT_EQ(failed.count(gate.id()), 1u) << gate.id() << " never fails";
  }
  for (const v1::Lint& lint : policy.policy->proto().lints()) {
    EXPECT_EQ(held.count(lint.id()), 1u) << lint.id() << " never holds";
    EXPECT_EQ(failed.count(lint.id()), 1u) << lint.id() << " never fails";
  }
}

TEST(Clauses, EachOfTheSourceDocumentIsCarried) {
  const PolicyResult result = Policy::Builtin("saas");
  ASSERT_TRUE(result.policy.has_value());
  const v1::Policy& policy = result.policy->proto();
  EXPECT_EQ(policy.clauses_size(), 56);
  std::set<std::string> carried(policy.exceptions().clauses().begin(),
                                policy.exceptions().clauses().end());
  const auto add = [&](const auto& rules) {
    for (const auto& rule : rules) carried.insert(rule.clauses().begin(), rule.clauses().end());
  };
  add(policy.risk().factors());
  add(policy.categories());
  add(policy.priorities());
  add(policy.approvals());
  add(policy.gates());
  add(policy.obligations());
  add(policy.lints());
  for (const auto& [clause, content] : policy.clauses()) {
    EXPECT_EQ(carried.count(clause), 1u) << clause << " is carried by nothing";
    EXPECT_FALSE(content.title().empty()) << clause;
    EXPECT_GT(content.controls_size(), 0) << clause;
  }
}

}  // namespace
}  // namespace changepolicy
