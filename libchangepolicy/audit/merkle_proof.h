// Proofs about the tree of merkle.h: that a leaf is in it, and that an earlier tree is its
// beginning (RFC 9162, sections 2.1.3 and 2.1.4), and the same for a part of it, the subtrees of
// draft-ietf-plants-merkle-tree-certs.
//
//   CP_ASSIGN_OR_RETURN(std::vector<Hash> proof, InclusionProof(index, size, read));
//   CP_RETURN_IF_ERROR(VerifyInclusion(index, size, BytesOf(LeafHash(entry)), ProofBytes(proof),
//                                      BytesOf(root)));
//
// A proof lists hashes from the leaves' side to the root's. Which ones it lists is settled by the
// numbers alone, so a proof with more or fewer is refused before anything is hashed.
//
// Making a proof reads O(log size) stored nodes; verifying hashes O(log size) times. Verifying
// takes hashes as the bytes that came, and refuses those that are not 32. Impossible numbers, wrong
// lengths and a wrong count of hashes are InvalidArgument; a hash that comes out other than it was
// given is DataLoss, and the message has both in hexadecimal. All functions are thread-safe.
#ifndef LIBCHANGEPOLICY_AUDIT_MERKLE_PROOF_H_
#define LIBCHANGEPOLICY_AUDIT_MERKLE_PROOF_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "libchangepolicy/audit/merkle.h"
#include "libchangepolicy/base/sha256.h"

namespace changepolicy {

// That leaf `index` is in the tree of the first `size` leaves. InvalidArgument unless
// index < size <= kMaxTreeSize; the reader's errors.
absl::StatusOr<std::vector<Hash>> InclusionProof(uint64_t index, uint64_t size, NodeReader read);

// That the tree of the first `size1` leaves is the beginning of that of `size2`. Empty where the
// sizes are equal. InvalidArgument unless size1 <= size2 <= kMaxTreeSize, and for size1 = 0 <
// size2, since every tree begins with nothing; the reader's errors.
absl::StatusOr<std::vector<Hash>> ConsistencyProof(uint64_t size1, uint64_t size2, NodeReader read);

// That leaf `index` is in the subtree [start, end). InvalidArgument where CheckSubtree says so or
// the subtree has no such leaf; the reader's errors.
absl::StatusOr<std::vector<Hash>> SubtreeInclusionProof(uint64_t index, uint64_t start,
                                                        uint64_t end, NodeReader read);

// That the subtree [start, end) is part of the tree of the first `size` leaves. InvalidArgument
// where CheckSubtree says so or end > size; the reader's errors.
absl::StatusOr<std::vector<Hash>> SubtreeConsistencyProof(uint64_t start, uint64_t end,
                                                          uint64_t size, NodeReader read);

// The hashes as the verifying functions take them.
std::vector<std::string> ProofBytes(absl::Span<const Hash> proof);

// Each is OK where, and only where, the hashes are in that relation by the given numbers.
absl::Status VerifyInclusion(uint64_t index, uint64_t size, std::string_view leaf_hash,
                             absl::Span<const std::string> proof, std::string_view root);
// Trees of equal size are consistent where their roots are the same bytes; as nothing is hashed
// then, only a root that is empty is refused, not one of another length than 32.
absl::Status VerifyConsistency(uint64_t size1, uint64_t size2, absl::Span<const std::string> proof,
                               std::string_view root1, std::string_view root2);
absl::Status VerifySubtreeInclusion(uint64_t index, uint64_t start, uint64_t end,
                                    std::string_view leaf_hash, absl::Span<const std::string> proof,
                                    std::string_view subtree_hash);
// As for VerifyConsistency where the subtree is the whole tree.
absl::Status VerifySubtreeConsistency(uint64_t start, uint64_t end, uint64_t size,
                                      absl::Span<const std::string> proof,
                                      std::string_view subtree_hash, std::string_view root);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_MERKLE_PROOF_H_
