// Hashing, roots and growth of the tree.
#include "libchangepolicy/audit/merkle.h"

#include <bit>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/status.h"
#include "tests/audit/largest_tree.h"
#include "tests/audit/reference_tree.h"

namespace changepolicy {
namespace {

std::string Hex(const Hash& hash) { return absl::BytesToHexString(ToAbsl(BytesOf(hash))); }

// Computed by hand with sha256sum.
TEST(MerkleTest, HashesAreThoseOfTheRfc) {
  EXPECT_EQ(Hex(EmptyTreeHash()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Hex(LeafHash("")), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  EXPECT_EQ(Hex(LeafHash("abc")),
            "609f6e36d2405585188d5cfd761f407c7cc46a7d3f314c88270469dde315fcd1");
  EXPECT_EQ(Hex(NodeHash(LeafHash(""), LeafHash("abc"))),
            "87c93eee22bfdd3e6dfed019ad8adc8a357e90bc6388d9ef0c2fe461e633204f");
}

TEST(MerkleTest, GrowsAsDefined) {
  constexpr uint64_t kSize = 300;
  TreeBuilder builder;
  std::map<std::pair<int, uint64_t>, Hash> stored;
  const auto read = [&](const TreeNode& node) -> absl::StatusOr<Hash> {
    const auto found = stored.find({node.level, node.index});
    if (found == stored.end()) return absl::NotFoundError("not stored");
    return found->second;
  };
  for (uint64_t size = 0; size <= kSize; ++size) {
    ASSERT_EQ(builder.size(), size);
    ASSERT_EQ(BytesOf(builder.Root()), reference::Root(0, size));
    ASSERT_EQ(RootOf(size, read).value(), builder.Root());
    ASSERT_EQ(stored.size(), size == 0 ? 0 : 2 * size - std::popcount(size));
    absl::StatusOr<TreeBuilder> resumed = TreeBuilder::Resume(size, read);
    ASSERT_TRUE(resumed.ok());
    for (TreeBuilder* tree : {&builder, &*resumed}) {
      std::vector<TreeNode> completed;
      ASSERT_TRUE(tree->Append(LeafHash(reference::Entry(size)),
                               [&](const TreeNode& node, const Hash& hash) {
                                 completed.push_back(node);
                                 stored[{node.level, node.index}] = hash;
                                 EXPECT_EQ(reference::ReadNode(size + 1, node).value(), hash);
                               })
                      .ok());
      ASSERT_EQ(completed.size(), std::countr_one(size) + 1u);
      for (size_t i = 0; i < completed.size(); ++i) ASSERT_EQ(completed[i].level, int(i));
      ASSERT_EQ(tree->Root(), builder.Root());
    }
  }
}

TEST(MerkleTest, EverySubtreeHasItsHash) {
  for (uint64_t start = 0; start <= 40; ++start) {
    for (uint64_t end = 0; end <= 40; ++end) {
      int reads = 0;
      const auto read = [&](const TreeNode& node) {
        ++reads;
        return reference::ReadNode(end, node);
      };
      const absl::StatusOr<Hash> hash = SubtreeHash(start, end, read);
      ASSERT_EQ(hash.ok(), reference::IsSubtree(start, end)) << start << " " << end;
      ASSERT_EQ(CheckSubtree(start, end), hash.status());
      if (!hash.ok()) continue;
      ASSERT_EQ(BytesOf(*hash), reference::Root(start, end));
      ASSERT_EQ(reads, std::popcount(end - start));
    }
  }
}

TEST(MerkleTest, SaysWhatIsNoSubtree) {
  EXPECT_EQ(MessageOf(CheckSubtree(2, 2)), "the subtree [2, 2) has no leaves");
  EXPECT_EQ(MessageOf(CheckSubtree(2, 5)),
            "[2, 5) is no subtree: its start would be a multiple of 4");
  EXPECT_EQ(MessageOf(CheckSubtree(0, kMaxTreeSize + 1)),
            "a tree of 9223372036854775808 leaves is above the limit of 2^63-1");
}

TEST(MerkleTest, StopsAtTheLargestSize) {
  const LargestTree tree;
  const auto read = [&](const TreeNode& node) { return tree.Read(node); };
  EXPECT_FALSE(RootOf(kMaxTreeSize + 1, read).ok());
  EXPECT_FALSE(TreeBuilder::Resume(kMaxTreeSize + 1, read).ok());
  absl::StatusOr<TreeBuilder> builder = TreeBuilder::Resume(kMaxTreeSize - 1, read);
  ASSERT_TRUE(builder.ok());
  ASSERT_TRUE(builder->Append(LeafHash("same")).ok());
  EXPECT_EQ(builder->Root(), RootOf(kMaxTreeSize, read).value());
  const Hash before = builder->Root();
  EXPECT_EQ(builder->Append(LeafHash("same")).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(builder->size(), kMaxTreeSize);
  EXPECT_EQ(builder->Root(), before);
}

TEST(MerkleTest, ErrorsOfTheReaderComeThrough) {
  const auto read = [](const TreeNode&) -> absl::StatusOr<Hash> {
    return absl::UnavailableError("gone");
  };
  EXPECT_EQ(RootOf(3, read).status(), absl::UnavailableError("gone"));
  EXPECT_EQ(SubtreeHash(0, 3, read).status(), absl::UnavailableError("gone"));
  EXPECT_EQ(TreeBuilder::Resume(3, read).status(), absl::UnavailableError("gone"));
  EXPECT_EQ(RootOf(0, read).value(), EmptyTreeHash());
}

}  // namespace
}  // namespace changepolicy
