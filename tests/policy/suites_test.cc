#include "tests/policy/suites.h"

#include <set>

#include "gtest/gtest.h"
#include "libchangepolicy/trial/clauses.h"

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

// Each clause has a case in which it holds and one that fails by it alone, on the kind of document
// that its sentence is about.
TEST(Clauses, EachIsShownByTests) {
  const PolicyResult policy = Policy::Builtin("saas");
  ASSERT_TRUE(policy.policy.has_value());
  std::vector<SuiteResult> results;
  for (const SuiteFile& suite : AllSuites()) {
    results.push_back(RunSuite(suite.text, suite.file, ReadTestFile));
  }
  const std::set<std::string> of_policy = {"DV-1", "CR-1", "CR-2", "CR-3", "PR-1", "PR-2"};
  const std::set<std::string> of_organization = {"RM-1.1", "RM-1.2", "TA-1", "TA-2"};
  const std::set<std::string> of_population = {"CA-1", "CA-2.1", "CA-2.2"};
  const std::vector<ClauseEvidence> rows = FindClauseEvidence(*policy.policy, results);
  EXPECT_EQ(rows.size(), 56u);
  for (const ClauseEvidence& row : rows) {
    const ShownOn kind = of_policy.count(row.clause) > 0         ? ShownOn::kPolicy
                         : of_organization.count(row.clause) > 0 ? ShownOn::kOrganization
                         : of_population.count(row.clause) > 0   ? ShownOn::kPopulation
                                                                 : ShownOn::kSubject;
    EXPECT_FALSE(row.passes[static_cast<size_t>(kind)].empty())
        << row.clause << " holds in no case about a " << ShownOnName(kind);
    EXPECT_FALSE(row.fails_alone[static_cast<size_t>(kind)].empty())
        << "no case about a " << ShownOnName(kind) << " fails by " << row.clause << " alone";
  }
}

// Checklists and fixes can say whom to ask.
TEST(Gates, EachSaysWhoSuppliesIt) {
  const PolicyResult policy = Policy::Builtin("saas");
  ASSERT_TRUE(policy.policy.has_value());
  for (const v1::Gate& gate : policy.policy->proto().gates()) {
    EXPECT_GT(gate.supplied_by_size() + gate.supplied_by_parts_size(), 0) << gate.id();
  }
}

}  // namespace
}  // namespace changepolicy
