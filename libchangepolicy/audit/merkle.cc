#include "libchangepolicy/audit/merkle.h"

#include <bit>

#include "libchangepolicy/base/status.h"

namespace changepolicy {

namespace {

constexpr std::string_view kLeafPrefix("\0", 1);
constexpr std::string_view kNodePrefix("\1", 1);

absl::Status CheckSize(uint64_t size) {
  if (size <= kMaxTreeSize) return absl::OkStatus();
  return InvalidArgument(StrCat("a tree of ", size, " leaves is above the limit of 2^63-1"));
}

// The complete subtrees of `count` leaves from `start` on, the largest first. REQUIRES: `start` is
// a multiple of the largest of them.
absl::StatusOr<std::vector<Hash>> CompleteSubtrees(uint64_t start, uint64_t count,
                                                   NodeReader read) {
  std::vector<Hash> hashes;
  while (count > 0) {
    const int level = std::bit_width(count) - 1;
    CP_ASSIGN_OR_RETURN(const Hash hash, read({level, start >> level}));
    hashes.push_back(hash);
    start += uint64_t{1} << level;
    count -= uint64_t{1} << level;
  }
  return hashes;
}

// The root over complete subtrees, the largest first: each node's right side is what follows.
Hash Fold(const std::vector<Hash>& subtrees) {
  if (subtrees.empty()) return EmptyTreeHash();
  Hash root = subtrees.back();
  for (size_t i = subtrees.size() - 1; i > 0; --i) root = NodeHash(subtrees[i - 1], root);
  return root;
}

}  // namespace

Hash EmptyTreeHash() { return HashOf({}); }

Hash LeafHash(std::string_view entry) { return HashOf({kLeafPrefix, entry}); }

Hash NodeHash(const Hash& left, const Hash& right) {
  return HashOf({kNodePrefix, BytesOf(left), BytesOf(right)});
}

absl::StatusOr<Hash> RootOf(uint64_t size, NodeReader read) {
  CP_RETURN_IF_ERROR(CheckSize(size));
  CP_ASSIGN_OR_RETURN(const std::vector<Hash> subtrees, CompleteSubtrees(0, size, read));
  return Fold(subtrees);
}

absl::Status CheckSubtree(uint64_t start, uint64_t end) {
  CP_RETURN_IF_ERROR(CheckSize(end));
  if (start >= end) {
    return InvalidArgument(StrCat("the subtree [", start, ", ", end, ") has no leaves"));
  }
  if (start % std::bit_ceil(end - start) != 0) {
    return InvalidArgument(StrCat("[", start, ", ", end,
                                  ") is no subtree: its start would be a multiple of ",
                                  std::bit_ceil(end - start)));
  }
  return absl::OkStatus();
}

absl::StatusOr<Hash> SubtreeHash(uint64_t start, uint64_t end, NodeReader read) {
  CP_RETURN_IF_ERROR(CheckSubtree(start, end));
  CP_ASSIGN_OR_RETURN(const std::vector<Hash> subtrees, CompleteSubtrees(start, end - start, read));
  return Fold(subtrees);
}

absl::StatusOr<TreeBuilder> TreeBuilder::Resume(uint64_t size, NodeReader read) {
  CP_RETURN_IF_ERROR(CheckSize(size));
  TreeBuilder builder;
  CP_ASSIGN_OR_RETURN(builder.subtrees_, CompleteSubtrees(0, size, read));
  builder.size_ = size;
  return builder;
}

absl::Status TreeBuilder::Append(const Hash& leaf,
                                 absl::FunctionRef<void(const TreeNode&, const Hash&)> store) {
  if (size_ == kMaxTreeSize) return ResourceExhausted("the tree has 2^63-1 leaves, its limit");
  TreeNode node{0, size_};
  Hash hash = leaf;
  store(node, hash);
  // A subtree that is on the stack is the left sibling of what is now complete.
  while (node.index % 2 == 1) {
    hash = NodeHash(subtrees_.back(), hash);
    subtrees_.pop_back();
    node = {node.level + 1, node.index / 2};
    store(node, hash);
  }
  subtrees_.push_back(hash);
  ++size_;
  return absl::OkStatus();
}

absl::Status TreeBuilder::Append(const Hash& leaf) {
  return Append(leaf, [](const TreeNode&, const Hash&) {});
}

Hash TreeBuilder::Root() const { return Fold(subtrees_); }

}  // namespace changepolicy
