#include "libchangepolicy/domain/branching.h"

#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "tests/domain/messages.h"

namespace changepolicy {
namespace {

TEST(Branching, WhatEachStrategyAdmits) {
  const struct {
    std::string branch;
    bool gitflow, trunk_based, release_branches;
  } cases[] = {
      {"main", true, true, false},
      {"master", true, true, false},
      {"trunk", false, true, false},
      {"release/1.4.0", true, true, true},
      {"release/1.4", true, true, true},
      {"release-1.4", false, true, true},
      {"release-1.4.2", false, true, true},
      {"release/1", true, true, false},
      {"release/1.4.2.1", true, true, false},
      {"release/1.x", true, true, false},
      {"release/spring", true, true, false},
      {"release-spring", false, true, false},
      {"release/-1.4", true, true, false},
      {"hotfix/1.4.1", true, false, false},
      {"refs/heads/main", true, true, false},
      {"refs/heads/release-1.4", false, true, true},
      {"release/", false, false, false},
      {"release-", false, false, false},
      {"hotfix/", false, false, false},
      {"release", false, false, false},
      {"develop", false, false, false},
      {"feature/x", false, false, false},
      {"Main", false, false, false},
      {"main ", false, false, false},
      {"", false, false, false},
      {"refs/heads/", false, false, false},
      {"release/a b", false, false, false},
      {"release/a..b", false, false, false},
      {"release/a.lock", false, false, false},
      {"release/.a", false, false, false},
      {"release//a", false, false, false},
      {"release/a/", false, false, false},
      {"release/a@{1}", false, false, false},
      {"release/a\n", false, false, false},
      {"release/1.4.", false, false, false},
      {"release/" + std::string(1 << 20, '1'), false, false, false},
      {"release-" + std::string(240, '9') + ".1", false, true, true},
      {"release-" + std::string(250, '9') + ".1", false, false, false},
  };
  const v1::Policy policy;
  for (const auto& c : cases) {
    const auto conforms = [&](v1::BranchingStrategy strategy) {
      return ConformsToStrategy(strategy, c.branch, policy);
    };
    EXPECT_EQ(conforms(v1::BRANCHING_STRATEGY_GITFLOW), c.gitflow) << c.branch;
    EXPECT_EQ(conforms(v1::BRANCHING_STRATEGY_TRUNK_BASED), c.trunk_based) << c.branch;
    EXPECT_EQ(conforms(v1::BRANCHING_STRATEGY_RELEASE_BRANCHES), c.release_branches) << c.branch;
    EXPECT_FALSE(conforms(v1::BRANCHING_STRATEGY_UNSPECIFIED)) << c.branch;
    EXPECT_FALSE(conforms(static_cast<v1::BranchingStrategy>(77))) << c.branch;
  }
}

// Of the library's own rules: where changes are made, and into what they go.
TEST(Branching, OfChanges) {
  const struct {
    const char* branch;
    const char* works_on;  // strategies, by their first letters
    const char* goes_into;
  } cases[] = {
      {"main", "TR", "GTR"},
      {"develop", "", "G"},
      {"trunk", "TR", "TR"},
      {"feature/x", "GTR", ""},
      {"feature/a/b", "GTR", ""},
      {"bugfix/x", "GTR", ""},
      {"fix/x", "TR", ""},
      {"hotfix/x", "GTR", ""},
      {"release/1.4", "G", "GR"},
      {"release/spring", "G", "G"},
      {"release-1.4", "", "R"},
      {"support/1.x", "G", "G"},
      {"ann/x", "", ""},
      {"feature/", "", ""},
      {"refs/heads/feature/x", "GTR", ""},
  };
  const v1::Policy policy;
  for (const auto& c : cases) {
    std::string works_on, goes_into;
    for (const auto& [letter, strategy] :
         {std::pair('G', v1::BRANCHING_STRATEGY_GITFLOW),
          std::pair('T', v1::BRANCHING_STRATEGY_TRUNK_BASED),
          std::pair('R', v1::BRANCHING_STRATEGY_RELEASE_BRANCHES)}) {
      if (WorksOnBranch(strategy, c.branch, policy)) works_on += letter;
      if (GoesIntoBranch(strategy, c.branch, policy)) goes_into += letter;
    }
    EXPECT_EQ(works_on, c.works_on) << c.branch;
    EXPECT_EQ(goes_into, c.goes_into) << c.branch;
  }
}

TEST(Branching, OfTags) {
  const struct {
    const char* tag;
    bool candidate, final;
  } cases[] = {
      {"v1.4.0-rc.2", true, true},
      {"1.4.0-rc.2", true, true},
      {"v1.4.0", false, true},
      {"1.4.0", false, true},
      {"portal/v1.4.0-rc.1", true, true},
      {"portal-1.4.0", false, true},
      {"release_1.4.0", false, true},
      {"portal@1.4.0", false, true},
      {"refs/tags/v1.4.0", false, true},
      {"latest", false, false},
      {"v1.4", false, false},
      {"V1.4.0", false, false},
      {"x1.4.0", false, false},
      {"", false, false},
  };
  const v1::Policy policy;
  const auto strategy = v1::BRANCHING_STRATEGY_GITFLOW;
  for (const auto& c : cases) {
    EXPECT_EQ(IsTagOfStrategy(strategy, v1::TAG_KIND_CANDIDATE, c.tag, policy), c.candidate)
        << c.tag;
    EXPECT_EQ(IsTagOfStrategy(strategy, v1::TAG_KIND_FINAL, c.tag, policy), c.final) << c.tag;
    EXPECT_FALSE(IsTagOfStrategy(strategy, v1::TAG_KIND_UNSPECIFIED, c.tag, policy)) << c.tag;
  }
}

TEST(Branching, ByThePolicysOwnRule) {
  const auto policy = Parse<v1::Policy>(R"pb(
    branching {
      id: "ours"
      strategy: BRANCHING_STRATEGY_TRUNK_BASED
      release_branches: "mainline"
      change_branches: "*/*"
      final_tags: "build-*"
    }
    branching { id: "of nothing" release_branches: "**" }
  )pb");
  const auto trunk = v1::BRANCHING_STRATEGY_TRUNK_BASED;
  EXPECT_TRUE(ConformsToStrategy(trunk, "mainline", policy));
  EXPECT_FALSE(ConformsToStrategy(trunk, "main", policy));
  EXPECT_TRUE(WorksOnBranch(trunk, "ann/x", policy));
  EXPECT_FALSE(WorksOnBranch(trunk, "ann/x/y", policy));
  EXPECT_FALSE(GoesIntoBranch(trunk, "main", policy)) << "an empty list admits nothing";
  EXPECT_TRUE(IsTagOfStrategy(trunk, v1::TAG_KIND_FINAL, "build-7", policy));
  EXPECT_FALSE(IsTagOfStrategy(trunk, v1::TAG_KIND_CANDIDATE, "v1.0.0-rc.1", policy));
  EXPECT_FALSE(ConformsToStrategy(v1::BRANCHING_STRATEGY_UNSPECIFIED, "main", policy));
  // Of a strategy that the policy says nothing of the library's own holds.
  EXPECT_TRUE(ConformsToStrategy(v1::BRANCHING_STRATEGY_GITFLOW, "main", policy));
}

}  // namespace
}  // namespace changepolicy
