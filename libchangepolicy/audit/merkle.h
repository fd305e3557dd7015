// The Merkle tree of RFC 9162, section 2.1 (that of RFC 6962): hashing, roots, and the nodes that a
// log stores. merkle_proof.h has the proofs.
//
// A tree of n leaves splits at the largest power of two below n, so that all but its right edge
// consists of complete subtrees, and a complete subtree never changes when leaves are added. Those
// are what a log stores, by level and index: the node (level, index) covers the 2^level leaves from
// index * 2^level on. Everything else is computed from O(log n) of them.
#ifndef LIBCHANGEPOLICY_AUDIT_MERKLE_H_
#define LIBCHANGEPOLICY_AUDIT_MERKLE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "libchangepolicy/base/sha256.h"

namespace changepolicy {

// No tree has more leaves: sizes are then also SQLite's and protobuf's signed integers.
inline constexpr uint64_t kMaxTreeSize = (uint64_t{1} << 63) - 1;

Hash EmptyTreeHash();                                // SHA-256 of nothing
Hash LeafHash(std::string_view entry);               // SHA-256(0x00 || entry)
Hash NodeHash(const Hash& left, const Hash& right);  // SHA-256(0x01 || left || right)

// The place of a complete subtree.
struct TreeNode {
  int level = 0;
  uint64_t index = 0;

  friend bool operator==(const TreeNode&, const TreeNode&) = default;
};

// Reads a stored node. It is only asked for nodes whose leaves all are below the size that was
// given to the function that reads.
using NodeReader = absl::FunctionRef<absl::StatusOr<Hash>(const TreeNode&)>;

// The root of the tree of the first `size` leaves. O(log size) reads. InvalidArgument above
// kMaxTreeSize, and the reader's errors.
absl::StatusOr<Hash> RootOf(uint64_t size, NodeReader read);

// Whether [start, end) is a subtree in the sense of draft-ietf-plants-merkle-tree-certs, a range of
// leaves that every tree long enough has as such: start < end, and `start` is a multiple of the
// smallest power of two that is not below end - start. InvalidArgument says what is wrong.
absl::Status CheckSubtree(uint64_t start, uint64_t end);

// The hash of the subtree [start, end). O(log(end - start)) reads. CheckSubtree's errors and the
// reader's.
absl::StatusOr<Hash> SubtreeHash(uint64_t start, uint64_t end, NodeReader read);

// Grows a tree at its right edge. It holds the complete subtrees that the leaves fall into, the
// largest first: one for each bit of the size. Thread-compatible.
class TreeBuilder {
 public:
  // The empty tree.
  TreeBuilder() = default;
  // Goes on with a stored tree of `size` leaves. O(log size) reads. InvalidArgument above
  // kMaxTreeSize, and the reader's errors.
  static absl::StatusOr<TreeBuilder> Resume(uint64_t size, NodeReader read);

  // Takes the next leaf, and calls `store` for every node that it completes: the leaf itself first,
  // then upwards. O(1) amortized, O(log size) at most. ResourceExhausted at kMaxTreeSize leaves,
  // with nothing changed.
  absl::Status Append(const Hash& leaf,
                      absl::FunctionRef<void(const TreeNode&, const Hash&)> store);
  absl::Status Append(const Hash& leaf);

  uint64_t size() const { return size_; }
  Hash Root() const;  // O(log size)

 private:
  uint64_t size_ = 0;
  std::vector<Hash> subtrees_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_MERKLE_H_
