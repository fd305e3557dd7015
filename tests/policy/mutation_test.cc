// Delete or negate any rule of the built-in policy, and a case of its suites fails.
#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "tests/policy/suites.h"

namespace changepolicy {
namespace {

struct Mutant {
  std::string name;
  std::string id;  // of the element that is changed
  std::function<void(v1::Policy*)> change;
};

std::string Negated(const std::string& condition) {
  return condition.empty() ? "false" : StrCat("!(", condition, ")");
}

// Mutants of one list: each element taken away, and its condition turned round.
template <typename List, typename Mutable, typename Turn>
void AddMutants(std::string_view name, const List& list, Mutable mutable_list, Turn turn, int keep,
                std::vector<Mutant>* mutants) {
  for (int i = 0; i < list.size() - keep; ++i) {
    mutants->push_back({StrCat(name, "[", list[i].id(), "] deleted"), list[i].id(),
                        [=](v1::Policy* policy) { mutable_list(policy)->DeleteSubrange(i, 1); }});
    mutants->push_back({StrCat(name, "[", list[i].id(), "] negated"), list[i].id(),
                        [=](v1::Policy* policy) { turn(mutable_list(policy)->Mutable(i)); }});
  }
}

std::vector<Mutant> AllMutants(const v1::Policy& policy) {
  std::vector<Mutant> mutants;
  const auto turn_applies = [](auto* rule) { rule->set_applies_if(Negated(rule->applies_if())); };
  const auto turn_must = [](auto* rule) { rule->set_must(Negated(rule->must())); };
  AddMutants(
      "factors", policy.risk().factors(),
      [](v1::Policy* p) { return p->mutable_risk()->mutable_factors(); }, turn_applies, 0,
      &mutants);
  AddMutants(
      "categories", policy.categories(), [](v1::Policy* p) { return p->mutable_categories(); },
      turn_applies, 1, &mutants);
  AddMutants(
      "priorities", policy.priorities(), [](v1::Policy* p) { return p->mutable_priorities(); },
      turn_applies, 1, &mutants);
  AddMutants(
      "life_cycle.changes", policy.life_cycle().changes(),
      [](v1::Policy* p) { return p->mutable_life_cycle()->mutable_changes(); }, turn_applies, 0,
      &mutants);
  AddMutants(
      "life_cycle.releases", policy.life_cycle().releases(),
      [](v1::Policy* p) { return p->mutable_life_cycle()->mutable_releases(); }, turn_applies, 0,
      &mutants);
  AddMutants(
      "approvals", policy.approvals(), [](v1::Policy* p) { return p->mutable_approvals(); },
      turn_applies, 0, &mutants);
  AddMutants(
      "gates", policy.gates(), [](v1::Policy* p) { return p->mutable_gates(); }, turn_must, 0,
      &mutants);
  AddMutants(
      "obligations", policy.obligations(), [](v1::Policy* p) { return p->mutable_obligations(); },
      turn_applies, 0, &mutants);
  AddMutants(
      "lints", policy.lints(), [](v1::Policy* p) { return p->mutable_lints(); }, turn_must, 0,
      &mutants);
  return mutants;
}

// Suites that name the element come first: they are the likeliest to notice, and one is enough.
std::vector<SuiteFile> SuitesLikeliestFirst(const std::string& id) {
  std::vector<SuiteFile> suites = BuiltinSuites();
  std::stable_partition(suites.begin(), suites.end(), [&id](const SuiteFile& suite) {
    return suite.text.find(id) != std::string::npos;
  });
  return suites;
}

bool IsNoticed(const v1::Policy& mutant, const std::string& id) {
  const PolicyResult loaded = Policy::Load({{"mutant.binpb", mutant.SerializeAsString()}});
  if (!loaded.policy.has_value()) return true;
  for (const SuiteFile& suite : SuitesLikeliestFirst(id)) {
    const SuiteResult result =
        RunSuite(suite.text, suite.file, ReadTestFile, {.policy = &*loaded.policy});
    if (!result.passed()) return true;
  }
  return false;
}

constexpr int kShards = 8;

class Mutation : public testing::TestWithParam<int> {};

TEST_P(Mutation, IsNoticed) {
  const PolicyResult builtin = Policy::Builtin("saas");
  ASSERT_TRUE(builtin.policy.has_value());
  const std::vector<Mutant> mutants = AllMutants(builtin.policy->proto());
  ASSERT_GT(mutants.size(), 200u);
  for (size_t i = static_cast<size_t>(GetParam()); i < mutants.size(); i += kShards) {
    v1::Policy changed = builtin.policy->proto();
    mutants[i].change(&changed);
    EXPECT_TRUE(IsNoticed(changed, mutants[i].id)) << mutants[i].name << " changes no case";
  }
}

INSTANTIATE_TEST_SUITE_P(Shards, Mutation, testing::Range(0, kShards));

}  // namespace
}  // namespace changepolicy
