#include "libchangepolicy/audit/merkle_proof.h"

#include <algorithm>
#include <bit>
#include <cstddef>

#include "absl/container/inlined_vector.h"
#include "absl/strings/escaping.h"
#include "libchangepolicy/base/status.h"

namespace changepolicy {

namespace {

// A range of leaves beside the way from the root to a subtree.
struct Sibling {
  uint64_t start = 0;
  uint64_t end = 0;
  bool left = false;
  bool inside = false;  // itself part of the subtree that the way leads to
};

// The way from the root of a tree to a subtree of it. Where the subtree is no node of the tree, as
// its right edge was still ragged, the way leads to the last of the nodes that it consists of, and
// the others are siblings inside.
struct Way {
  absl::InlinedVector<Sibling, 64> siblings;  // from the subtree's side to the root's
  uint64_t start = 0;                         // the node where the way ends
  uint64_t end = 0;
  bool whole = true;  // which is the subtree itself

  size_t hashes() const { return siblings.size() + (whole ? 0 : 1); }
};

// The way to [start, end) from the root of the tree of the leaves [low, high).
// REQUIRES: both are subtrees, and the first lies in the second. Each turn then halves the tree,
// and a split inside the subtree finds it beginning where the tree does.
Way WayTo(uint64_t start, uint64_t end, uint64_t low, uint64_t high) {
  Way way;
  while (low != start || high != end) {
    const uint64_t middle = low + std::bit_floor(high - low - 1);
    if (end <= middle) {
      way.siblings.push_back({middle, high, /*left=*/false, /*inside=*/false});
      high = middle;
    } else if (start >= middle) {
      way.siblings.push_back({low, middle, /*left=*/true, /*inside=*/false});
      low = middle;
    } else {
      way.siblings.push_back({low, middle, /*left=*/true, /*inside=*/true});
      way.whole = false;
      low = start = middle;
    }
  }
  std::reverse(way.siblings.begin(), way.siblings.end());
  way.start = start;
  way.end = end;
  return way;
}

absl::StatusOr<std::vector<Hash>> Prove(const Way& way, NodeReader read) {
  std::vector<Hash> proof;
  proof.reserve(way.hashes());
  if (!way.whole) {
    CP_ASSIGN_OR_RETURN(const Hash hash, SubtreeHash(way.start, way.end, read));
    proof.push_back(hash);
  }
  for (const Sibling& sibling : way.siblings) {
    CP_ASSIGN_OR_RETURN(const Hash hash, SubtreeHash(sibling.start, sibling.end, read));
    proof.push_back(hash);
  }
  return proof;
}

absl::StatusOr<std::vector<Hash>> ReadProof(absl::Span<const std::string> proof, size_t needed) {
  if (proof.size() != needed) {
    return InvalidArgument(StrCat("the proof has ", proof.size(),
                                  proof.size() == 1 ? " hash" : " hashes", ", and ", needed,
                                  needed == 1 ? " is" : " are", " needed"));
  }
  std::vector<Hash> hashes;
  hashes.reserve(proof.size());
  for (size_t i = 0; i < proof.size(); ++i) {
    CP_ASSIGN_OR_RETURN(const Hash hash,
                        HashFromBytes(proof[i], StrCat("hash ", i + 1, " of the proof")));
    hashes.push_back(hash);
  }
  return hashes;
}

std::string Hex(std::string_view bytes) { return absl::BytesToHexString(ToAbsl(bytes)); }

absl::Status Same(const Hash& computed, const Hash& given, std::string_view what) {
  if (computed == given) return absl::OkStatus();
  return absl::DataLossError(ToAbsl(StrCat("the proof makes ", what, " ", Hex(BytesOf(computed)),
                                           ", but it is given as ", Hex(BytesOf(given)))));
}

// What hashes are called in messages.
struct Names {
  std::string_view part;
  std::string_view root;
};

// Whether the proof leads from the subtree's hash to the root.
absl::Status Verify(const Way& way, absl::Span<const std::string> proof, std::string_view part,
                    std::string_view root, const Names& names) {
  CP_ASSIGN_OR_RETURN(const std::vector<Hash> hashes, ReadProof(proof, way.hashes()));
  CP_ASSIGN_OR_RETURN(const Hash given_part, HashFromBytes(part, names.part));
  CP_ASSIGN_OR_RETURN(const Hash given_root, HashFromBytes(root, names.root));
  auto next = hashes.begin();
  Hash computed_part = way.whole ? given_part : *next++;
  Hash computed_root = computed_part;
  for (const Sibling& sibling : way.siblings) {
    const Hash& beside = *next++;
    if (sibling.inside) computed_part = NodeHash(beside, computed_part);
    computed_root =
        sibling.left ? NodeHash(beside, computed_root) : NodeHash(computed_root, beside);
  }
  CP_RETURN_IF_ERROR(Same(computed_part, given_part, names.part));
  return Same(computed_root, given_root, names.root);
}

absl::Status VerifyEqual(absl::Span<const std::string> proof, std::string_view part,
                         std::string_view root, const Names& names) {
  CP_RETURN_IF_ERROR(ReadProof(proof, 0).status());
  if (part.empty() || root.empty()) {
    return InvalidArgument(StrCat(part.empty() ? names.part : names.root, " is missing"));
  }
  if (part == root) return absl::OkStatus();
  return absl::DataLossError(ToAbsl(StrCat("both have the same leaves, but ", names.part, " is ",
                                           Hex(part), " and ", names.root, " is ", Hex(root))));
}

absl::Status CheckIndex(uint64_t index, uint64_t size) {
  if (size > kMaxTreeSize) {
    return InvalidArgument(StrCat("a tree of ", size, " leaves is above the limit of 2^63-1"));
  }
  if (index < size) return absl::OkStatus();
  return InvalidArgument(StrCat("there is no leaf ", index, " in a tree of ", size));
}

absl::Status CheckSizes(uint64_t size1, uint64_t size2) {
  if (size2 > kMaxTreeSize) {
    return InvalidArgument(StrCat("a tree of ", size2, " leaves is above the limit of 2^63-1"));
  }
  if (size1 > size2) {
    return InvalidArgument(
        StrCat("a tree of ", size1, " leaves is not the beginning of one of ", size2));
  }
  if (size1 == 0 && size2 > 0) {
    return InvalidArgument("every tree begins with the empty one: a proof of that says nothing");
  }
  return absl::OkStatus();
}

absl::Status CheckLeafOf(uint64_t index, uint64_t start, uint64_t end) {
  CP_RETURN_IF_ERROR(CheckSubtree(start, end));
  if (index >= start && index < end) return absl::OkStatus();
  return InvalidArgument(StrCat("leaf ", index, " is not in the subtree [", start, ", ", end, ")"));
}

absl::Status CheckPartOf(uint64_t start, uint64_t end, uint64_t size) {
  CP_RETURN_IF_ERROR(CheckSubtree(start, end));
  CP_RETURN_IF_ERROR(CheckIndex(end - 1, size));
  return absl::OkStatus();
}

constexpr Names kLeafAndRoot = {"the hash of the leaf", "the root"};

}  // namespace

absl::StatusOr<std::vector<Hash>> InclusionProof(uint64_t index, uint64_t size, NodeReader read) {
  CP_RETURN_IF_ERROR(CheckIndex(index, size));
  return Prove(WayTo(index, index + 1, 0, size), read);
}

absl::StatusOr<std::vector<Hash>> ConsistencyProof(uint64_t size1, uint64_t size2,
                                                   NodeReader read) {
  CP_RETURN_IF_ERROR(CheckSizes(size1, size2));
  return Prove(WayTo(0, size1, 0, size2), read);
}

absl::StatusOr<std::vector<Hash>> SubtreeInclusionProof(uint64_t index, uint64_t start,
                                                        uint64_t end, NodeReader read) {
  CP_RETURN_IF_ERROR(CheckLeafOf(index, start, end));
  return Prove(WayTo(index, index + 1, start, end), read);
}

absl::StatusOr<std::vector<Hash>> SubtreeConsistencyProof(uint64_t start, uint64_t end,
                                                          uint64_t size, NodeReader read) {
  CP_RETURN_IF_ERROR(CheckPartOf(start, end, size));
  return Prove(WayTo(start, end, 0, size), read);
}

std::vector<std::string> ProofBytes(absl::Span<const Hash> proof) {
  std::vector<std::string> bytes;
  bytes.reserve(proof.size());
  for (const Hash& hash : proof) bytes.emplace_back(BytesOf(hash));
  return bytes;
}

absl::Status VerifyInclusion(uint64_t index, uint64_t size, std::string_view leaf_hash,
                             absl::Span<const std::string> proof, std::string_view root) {
  CP_RETURN_IF_ERROR(CheckIndex(index, size));
  return Verify(WayTo(index, index + 1, 0, size), proof, leaf_hash, root, kLeafAndRoot);
}

absl::Status VerifyConsistency(uint64_t size1, uint64_t size2, absl::Span<const std::string> proof,
                               std::string_view root1, std::string_view root2) {
  constexpr Names kNames = {"the first root", "the second root"};
  CP_RETURN_IF_ERROR(CheckSizes(size1, size2));
  if (size1 == size2) return VerifyEqual(proof, root1, root2, kNames);
  return Verify(WayTo(0, size1, 0, size2), proof, root1, root2, kNames);
}

absl::Status VerifySubtreeInclusion(uint64_t index, uint64_t start, uint64_t end,
                                    std::string_view leaf_hash, absl::Span<const std::string> proof,
                                    std::string_view subtree_hash) {
  CP_RETURN_IF_ERROR(CheckLeafOf(index, start, end));
  return Verify(WayTo(index, index + 1, start, end), proof, leaf_hash, subtree_hash, kLeafAndRoot);
}

absl::Status VerifySubtreeConsistency(uint64_t start, uint64_t end, uint64_t size,
                                      absl::Span<const std::string> proof,
                                      std::string_view subtree_hash, std::string_view root) {
  constexpr Names kNames = {"the hash of the subtree", "the root"};
  CP_RETURN_IF_ERROR(CheckPartOf(start, end, size));
  if (start == 0 && end == size) return VerifyEqual(proof, subtree_hash, root, kNames);
  return Verify(WayTo(start, end, 0, size), proof, subtree_hash, root, kNames);
}

}  // namespace changepolicy
