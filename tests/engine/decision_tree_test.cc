// Leaves of a decision tree: which facts matter, and how often.
#include "libchangepolicy/eval/decision_tree.h"

#include "gtest/gtest.h"

namespace changepolicy {
namespace {

using Leaf = DecisionTree::Leaf;
constexpr v1::Verdict kYes = v1::VERDICT_ALLOWED;
constexpr v1::Verdict kNo = v1::VERDICT_DENIED;
constexpr v1::Verdict kOpen = v1::VERDICT_UNKNOWN;

Leaf At(DecisionTree::Box box, v1::Verdict verdict, int unstated = -1) {
  return {.box = std::move(box), .unstated = unstated, .verdict = verdict};
}

// `a && b`, asked in this order.
DecisionTree Both() {
  return {.leaves = {At({{0, 0}}, kNo), At({{0, 1}, {1, 0}}, kNo), At({{0, 1}, {1, 1}}, kYes),
                     At({{0, 1}}, kOpen, 1), At({{1, 0}}, kNo, 0), At({{1, 1}}, kOpen, 0)},
          .values = {2, 2}};
}

TEST(DecisionTree, CountsTheWaysInWhichAFactDecides) {
  const DecisionTree tree = Both();
  EXPECT_TRUE(tree.Matters(0));
  EXPECT_TRUE(tree.Matters(1));
  // Each decides where the other is true.
  EXPECT_EQ(tree.DecidesPermille(0), 500);
  EXPECT_EQ(tree.DecidesPermille(1), 500);
}

// Whatever it is, it has to be stated.
TEST(DecisionTree, AFactDecidesAlsoByBeingStated) {
  const DecisionTree tree{
      .leaves = {At({{0, 0}}, kYes), At({{0, 1}}, kYes), At({{0, 2}}, kYes), At({}, kOpen, 0)},
      .values = {3}};
  EXPECT_TRUE(tree.Matters(0));
  EXPECT_EQ(tree.DecidesPermille(0), 1000);
}

TEST(DecisionTree, AFactThatWasAskedForMayMatterNowhere) {
  const DecisionTree tree{.leaves = {At({{0, 0}}, kNo), At({{0, 1}}, kNo), At({}, kNo, 0)},
                          .values = {2}};
  EXPECT_FALSE(tree.Matters(0));
  EXPECT_EQ(tree.DecidesPermille(0), 0);
}

TEST(DecisionTree, LeavesThatDifferInAnotherFactTooShowNothing) {
  // The second decides alone; the first was asked for before.
  const DecisionTree tree{
      .leaves = {At({{0, 0}, {1, 0}}, kNo), At({{0, 0}, {1, 1}}, kYes), At({{0, 1}, {1, 0}}, kNo),
                 At({{0, 1}, {1, 1}}, kYes), At({{1, 0}}, kNo, 0), At({{1, 1}}, kYes, 0),
                 At({{0, 0}}, kOpen, 1), At({{0, 1}}, kOpen, 1)},
      .values = {2, 2}};
  EXPECT_FALSE(tree.Matters(0));
  EXPECT_TRUE(tree.Matters(1));
  EXPECT_EQ(tree.DecidesPermille(0), 0);
  EXPECT_EQ(tree.DecidesPermille(1), 1000);
}

TEST(DecisionTree, WhatDependsOnAnOpenFactMayBeAnything) {
  DecisionTree tree{.leaves = {At({{0, 0}}, kNo), At({{0, 1}}, kNo), At({}, kNo, 0)},
                    .values = {2, 0}};
  tree.leaves[1].depends_on = {1};
  EXPECT_TRUE(tree.Matters(0));
  EXPECT_TRUE(tree.Matters(1));
  EXPECT_EQ(tree.DecidesPermille(1), 0);
}

}  // namespace
}  // namespace changepolicy
