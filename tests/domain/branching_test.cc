#include "libchangepolicy/domain/branching.h"

#include <string>

#include "gtest/gtest.h"

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
      {"release-" + std::string(300, '9') + ".1", false, true, true},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(ConformsToStrategy(v1::BRANCHING_STRATEGY_GITFLOW, c.branch), c.gitflow) << c.branch;
    EXPECT_EQ(ConformsToStrategy(v1::BRANCHING_STRATEGY_TRUNK_BASED, c.branch), c.trunk_based)
        << c.branch;
    EXPECT_EQ(ConformsToStrategy(v1::BRANCHING_STRATEGY_RELEASE_BRANCHES, c.branch),
              c.release_branches)
        << c.branch;
    EXPECT_FALSE(ConformsToStrategy(v1::BRANCHING_STRATEGY_UNSPECIFIED, c.branch));
  }
}

}  // namespace
}  // namespace changepolicy
