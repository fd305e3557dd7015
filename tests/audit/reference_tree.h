// RFC 9162, section 2.1, and the subtrees of draft-ietf-plants-merkle-tree-certs, written down as
// they are defined, by recursion over lists of leaves: what the library is held against.
#ifndef TESTS_AUDIT_REFERENCE_TREE_H_
#define TESTS_AUDIT_REFERENCE_TREE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libchangepolicy/audit/merkle.h"

namespace changepolicy::reference {

using Texts = std::vector<std::string>;

// Leaf `i` of every tree here.
std::string Entry(uint64_t i);

// MTH(D[start:end]), as 32 bytes.
std::string Root(uint64_t start, uint64_t end);

// PATH(index, D[start:end]).
Texts Path(uint64_t index, uint64_t start, uint64_t end);

// SUBPROOF for the leaves [start, end) within D[low:high]; `known` where the verifier has the hash.
Texts SubtreeProof(uint64_t start, uint64_t end, uint64_t low, uint64_t high, bool known = true);

// Whether [start, end) is a subtree.
bool IsSubtree(uint64_t start, uint64_t end);

// What hash a leaf and its path give a tree of `size` leaves; nothing where the path is too short
// or too long.
std::optional<std::string> RootByPath(uint64_t index, uint64_t size, const std::string& leaf,
                                      Texts path);

// The hashes that a proof gives the leaves [start, end) and all of [low, high), where the former is
// said to be `part`; nothing where the proof is too short or too long.
std::optional<std::pair<std::string, std::string>> RootsByProof(uint64_t start, uint64_t end,
                                                                uint64_t low, uint64_t high,
                                                                const std::string& part,
                                                                Texts proof, bool known = true);

// The complete subtree at a place, for the library to read. Fails the test for a place that is not
// within the first `size` leaves.
absl::StatusOr<Hash> ReadNode(uint64_t size, const TreeNode& node);

}  // namespace changepolicy::reference

#endif  // TESTS_AUDIT_REFERENCE_TREE_H_
