// Trees of up to 2^63-1 leaves, for the limits.
#ifndef TESTS_AUDIT_LARGEST_TREE_H_
#define TESTS_AUDIT_LARGEST_TREE_H_

#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/audit/merkle.h"

namespace changepolicy {

// All leaves of an endless tree are alike, so that the largest trees have nodes too.
class LargestTree {
 public:
  LargestTree() {
    levels_.push_back(LeafHash("same"));
    for (int i = 1; i < 63; ++i) levels_.push_back(NodeHash(levels_.back(), levels_.back()));
  }
  absl::StatusOr<Hash> Read(const TreeNode& node) const {
    EXPECT_GE(node.level, 0);
    EXPECT_LT(node.level, 63);
    EXPECT_LE(node.index, (kMaxTreeSize >> node.level) - 1);
    return levels_.at(node.level);
  }

 private:
  std::vector<Hash> levels_;
};

}  // namespace changepolicy

#endif  // TESTS_AUDIT_LARGEST_TREE_H_
