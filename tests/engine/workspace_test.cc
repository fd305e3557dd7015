#include "libchangepolicy/eval/workspace.h"

#include "gtest/gtest.h"

namespace changepolicy {
namespace {

TEST(WorkspaceTest, IsKeptByItsThread) {
  const void* first = nullptr;
  {
    const WorkspaceLease lease;
    lease->arena.Allocate(100);
    first = &*lease;
  }
  const WorkspaceLease again;
  EXPECT_EQ(&*again, first);
  EXPECT_GT(again->arena.capacity(), 0u);
}

TEST(WorkspaceTest, ADecisionWithinAnotherHasItsOwn) {
  const WorkspaceLease outer;
  const WorkspaceLease inner;
  EXPECT_NE(&*outer, &*inner);
}

TEST(WorkspaceTest, WhatAVeryLargeSubjectNeededIsGivenBack) {
  {
    const WorkspaceLease lease;
    lease->arena.Allocate(kMostKept + 1);
  }
  const WorkspaceLease again;
  EXPECT_LE(again->arena.capacity(), kMostKept);
}

}  // namespace
}  // namespace changepolicy
