// Proofs against the definition: all of them in small trees, each altered in every way that has a
// name, and the largest trees.
#include "libchangepolicy/audit/merkle_proof.h"

#include <functional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/status.h"
#include "tests/audit/largest_tree.h"
#include "tests/audit/reference_tree.h"

namespace changepolicy {
namespace {

using reference::Root;
using reference::Texts;

constexpr uint64_t kLargest = 40;  // trees up to here are tried whole

std::string Leaf(uint64_t index) { return Root(index, index + 1); }

std::function<absl::StatusOr<Hash>(const TreeNode&)> Reader(uint64_t size) {
  return [size](const TreeNode& node) { return reference::ReadNode(size, node); };
}

Texts Bytes(const absl::StatusOr<std::vector<Hash>>& proof) {
  EXPECT_TRUE(proof.ok()) << proof.status();
  return proof.ok() ? ProofBytes(*proof) : Texts();
}

// What a verifier is given: both forms of inclusion and both of consistency are this. A leaf is the
// part [index, index + 1).
struct Claim {
  uint64_t start = 0;
  uint64_t end = 0;
  uint64_t low = 0;
  uint64_t high = 0;
  Texts proof;
  std::string part;
  std::string root;
};

// Verdicts by definition.
bool ReferenceInclusion(const Claim& claim) {
  return claim.low < claim.high && claim.start >= claim.low && claim.start < claim.high &&
         reference::RootByPath(claim.start - claim.low, claim.high - claim.low, claim.part,
                               claim.proof) == claim.root;
}
bool ReferenceConsistency(const Claim& claim) {
  if (claim.end > claim.high || !reference::IsSubtree(claim.start, claim.end)) return false;
  return reference::RootsByProof(claim.start, claim.end, 0, claim.high, claim.part, claim.proof) ==
         std::pair(claim.part, claim.root);
}

absl::Status Inclusion(const Claim& claim) {
  return VerifyInclusion(claim.start, claim.high, claim.part, claim.proof, claim.root);
}
absl::Status SubtreeInclusion(const Claim& claim) {
  return VerifySubtreeInclusion(claim.start, claim.low, claim.high, claim.part, claim.proof,
                                claim.root);
}
absl::Status Consistency(const Claim& claim) {
  return VerifyConsistency(claim.end, claim.high, claim.proof, claim.part, claim.root);
}
absl::Status SubtreeConsistency(const Claim& claim) {
  return VerifySubtreeConsistency(claim.start, claim.end, claim.high, claim.proof, claim.part,
                                  claim.root);
}

std::string Told(const Claim& claim) {
  return StrCat("[", claim.start, ", ", claim.end, ") in [", claim.low, ", ", claim.high, "), ",
                claim.proof.size(), " hashes");
}

// Every way to alter hashes of a claim that was true; none may pass.
std::vector<std::pair<std::string, Claim>> Altered(const Claim& claim) {
  const std::string other = Root(100, 101);
  std::vector<std::pair<std::string, Claim>> altered;
  const auto alter = [&](const std::string& name, const std::function<void(Claim*)>& change) {
    Claim copy = claim;
    change(&copy);
    altered.emplace_back(name, std::move(copy));
  };
  for (size_t i = 0; i <= claim.proof.size(); ++i) {
    const auto insert = [i](const std::string& hash) {
      return [i, hash](Claim* c) { c->proof.insert(c->proof.begin() + i, hash); };
    };
    alter(StrCat("inserted other @", i), insert(other));
    alter(StrCat("inserted root @", i), insert(claim.root));
    alter(StrCat("inserted part @", i), insert(claim.part));
    alter(StrCat("inserted nothing @", i), insert(""));
    if (i == claim.proof.size()) break;
    alter(StrCat("doubled @", i), insert(claim.proof[i]));
    alter(StrCat("removed @", i), [i](Claim* c) { c->proof.erase(c->proof.begin() + i); });
    alter(StrCat("cut off @", i), [i](Claim* c) { c->proof.resize(i); });
    alter(StrCat("replaced @", i), [&, i](Claim* c) { c->proof[i] = other; });
    alter(StrCat("emptied @", i), [i](Claim* c) { c->proof[i].clear(); });
    alter(StrCat("31 bytes @", i), [i](Claim* c) { c->proof[i].pop_back(); });
    alter(StrCat("33 bytes @", i), [i](Claim* c) { c->proof[i].push_back('\0'); });
    for (const size_t bit : {0, 3, 100, 255}) {
      alter(StrCat("bit ", bit, " @", i), [=](Claim* c) { c->proof[i][bit / 8] ^= 1 << bit % 8; });
    }
    for (size_t j = i + 1; j < claim.proof.size(); ++j) {
      alter(StrCat("swapped ", i, " and ", j),
            [=](Claim* c) { std::swap(c->proof[i], c->proof[j]); });
    }
  }
  if (claim.part != claim.root) {
    alter("swapped roots", [](Claim* c) { std::swap(c->part, c->root); });
    alter("root for part", [](Claim* c) { c->part = c->root; });
    alter("part for root", [](Claim* c) { c->root = c->part; });
  }
  for (std::string Claim::*const hash : {&Claim::part, &Claim::root}) {
    const std::string name = hash == &Claim::part ? "part" : "root";
    alter("empty " + name, [&](Claim* c) { (c->*hash).clear(); });
    alter("random " + name, [&](Claim* c) { c->*hash = other; });
    alter("wrong " + name, [&](Claim* c) { c->*hash = "WrongHash"; });
    alter("hash of nothing as " + name, [&](Claim* c) { c->*hash = Root(0, 0); });
    alter("31 bytes of " + name, [&](Claim* c) { (c->*hash).pop_back(); });
    alter("33 bytes of " + name, [&](Claim* c) { (c->*hash).push_back('\0'); });
    alter("bit of " + name, [&](Claim* c) { (c->*hash)[31] ^= 1; });
  }
  return altered;
}

void ExpectNoAlteredPasses(const Claim& claim, absl::Status (*verify)(const Claim&),
                           bool (*by_definition)(const Claim&)) {
  for (const auto& [name, altered] : Altered(claim)) {
    ASSERT_FALSE(by_definition(altered)) << Told(claim) << ": " << name;
    ASSERT_FALSE(verify(altered).ok()) << Told(claim) << ": " << name;
  }
}

TEST(MerkleProofTest, InclusionOfEveryLeafOfEveryTree) {
  for (uint64_t size = 1; size <= kLargest; ++size) {
    for (uint64_t index = 0; index < size; ++index) {
      const Texts proof = Bytes(InclusionProof(index, size, Reader(size)));
      ASSERT_EQ(proof, reference::Path(index, 0, size)) << index << " of " << size;
      const Claim claim = {index, index + 1, 0, size, proof, Leaf(index), Root(0, size)};
      ASSERT_EQ(Inclusion(claim), absl::OkStatus()) << Told(claim);
      ASSERT_NO_FATAL_FAILURE(ExpectNoAlteredPasses(claim, Inclusion, ReferenceInclusion));
    }
  }
}

TEST(MerkleProofTest, ConsistencyOfEveryPairOfTrees) {
  for (uint64_t size2 = 1; size2 <= kLargest; ++size2) {
    for (uint64_t size1 = 1; size1 <= size2; ++size1) {
      const Texts proof = Bytes(ConsistencyProof(size1, size2, Reader(size2)));
      ASSERT_EQ(proof, reference::SubtreeProof(0, size1, 0, size2)) << size1 << " " << size2;
      const Claim claim = {0, size1, 0, size2, proof, Root(0, size1), Root(0, size2)};
      ASSERT_EQ(Consistency(claim), absl::OkStatus()) << Told(claim);
      ASSERT_NO_FATAL_FAILURE(ExpectNoAlteredPasses(claim, Consistency, ReferenceConsistency));
    }
  }
}

TEST(MerkleProofTest, EverySubtreeAndEveryLeafOfIt) {
  for (uint64_t end = 1; end <= kLargest; ++end) {
    for (uint64_t start = 0; start < end; ++start) {
      if (!reference::IsSubtree(start, end)) continue;
      for (uint64_t index = start; index < end; ++index) {
        const Texts proof = Bytes(SubtreeInclusionProof(index, start, end, Reader(end)));
        ASSERT_EQ(proof, reference::Path(index, start, end)) << index << " " << start << " " << end;
        const Claim claim = {index, index + 1, start, end, proof, Leaf(index), Root(start, end)};
        ASSERT_EQ(SubtreeInclusion(claim), absl::OkStatus()) << Told(claim);
        ASSERT_NO_FATAL_FAILURE(ExpectNoAlteredPasses(claim, SubtreeInclusion, ReferenceInclusion));
      }
      for (uint64_t size = end; size <= kLargest; ++size) {
        const Texts proof = Bytes(SubtreeConsistencyProof(start, end, size, Reader(size)));
        ASSERT_EQ(proof, reference::SubtreeProof(start, end, 0, size))
            << start << " " << end << " " << size;
        const Claim claim = {start, end, 0, size, proof, Root(start, end), Root(0, size)};
        ASSERT_EQ(SubtreeConsistency(claim), absl::OkStatus()) << Told(claim);
        ASSERT_NO_FATAL_FAILURE(
            ExpectNoAlteredPasses(claim, SubtreeConsistency, ReferenceConsistency));
      }
    }
  }
}

// The numbers that a claim may be altered to: all small ones, and those that arithmetic on the true
// one leads to.
std::vector<uint64_t> Numbers(uint64_t truth, uint64_t limit) {
  std::vector<uint64_t> numbers = {truth - 1,
                                   truth + 1,
                                   truth * 2,
                                   truth / 2,
                                   truth ^ 1,
                                   truth ^ 2,
                                   truth + kMaxTreeSize,
                                   ~uint64_t{0},
                                   kMaxTreeSize,
                                   kMaxTreeSize + 1,
                                   uint64_t{1} << 62};
  for (uint64_t i = 0; i <= limit; ++i) numbers.push_back(i);
  return numbers;
}

// A proof need not settle all numbers: leaf 0 of 3 and leaf 0 of 4 have the same path. The
// definition says which other claims the same hashes prove.
void ExpectSameVerdicts(const Claim& claim, absl::Status (*verify)(const Claim&),
                        bool (*by_definition)(const Claim&)) {
  ASSERT_EQ(verify(claim).ok(), claim.high <= kMaxTreeSize && by_definition(claim))
      << Told(claim) << ": " << verify(claim);
}

TEST(MerkleProofTest, InclusionUnderOtherNumbers) {
  constexpr uint64_t kTrees = 20;
  for (uint64_t size = 1; size <= kTrees; ++size) {
    for (uint64_t index = 0; index < size; ++index) {
      Claim claim = {0, 0, 0, 0, reference::Path(index, 0, size), Leaf(index), Root(0, size)};
      for (const uint64_t other_size : Numbers(size, kTrees + 2)) {
        for (const uint64_t other : Numbers(index, kTrees + 2)) {
          claim.start = other;
          claim.high = other_size;
          ASSERT_NO_FATAL_FAILURE(ExpectSameVerdicts(claim, Inclusion, ReferenceInclusion));
        }
      }
    }
  }
}

TEST(MerkleProofTest, ConsistencyUnderOtherNumbers) {
  constexpr uint64_t kTrees = 20;
  for (uint64_t size2 = 1; size2 <= kTrees; ++size2) {
    for (uint64_t size1 = 1; size1 <= size2; ++size1) {
      Claim claim = {
          0, 0, 0, 0, reference::SubtreeProof(0, size1, 0, size2), Root(0, size1), Root(0, size2)};
      for (const uint64_t other2 : Numbers(size2, kTrees + 2)) {
        for (const uint64_t other1 : Numbers(size1, kTrees + 2)) {
          if (other1 == other2) continue;  // has rules of its own
          claim.end = other1;
          claim.high = other2;
          ASSERT_NO_FATAL_FAILURE(ExpectSameVerdicts(claim, Consistency, ReferenceConsistency));
        }
      }
    }
  }
}

TEST(MerkleProofTest, SubtreesUnderOtherNumbers) {
  constexpr uint64_t kTrees = 12;
  for (uint64_t end = 1; end <= kTrees; ++end) {
    for (uint64_t start = 0; start < end; ++start) {
      if (!reference::IsSubtree(start, end)) continue;
      for (uint64_t third = start; third <= kTrees; ++third) {
        const bool inclusion = third < end;  // `third` is a leaf of it, or a larger tree's size
        Claim claim;
        claim.proof = inclusion ? reference::Path(third, start, end)
                                : reference::SubtreeProof(start, end, 0, third);
        claim.part = inclusion ? Leaf(third) : Root(start, end);
        claim.root = inclusion ? Root(start, end) : Root(0, third);
        for (const uint64_t a : Numbers(start, kTrees + 2)) {
          for (const uint64_t b : Numbers(end, kTrees + 2)) {
            for (const uint64_t c : Numbers(third, kTrees + 2)) {
              if (inclusion) {
                std::tie(claim.low, claim.high, claim.start) = std::tie(a, b, c);
                ASSERT_NO_FATAL_FAILURE(
                    ExpectSameVerdicts(claim, SubtreeInclusion, [](const Claim& claim) {
                      return reference::IsSubtree(claim.low, claim.high) &&
                             ReferenceInclusion(claim);
                    }));
              } else {
                std::tie(claim.start, claim.end, claim.high) = std::tie(a, b, c);
                claim.low = 0;
                ASSERT_NO_FATAL_FAILURE(
                    ExpectSameVerdicts(claim, SubtreeConsistency, ReferenceConsistency));
              }
            }
          }
        }
      }
    }
  }
}

TEST(MerkleProofTest, TreesOfEqualSize) {
  const Texts none;
  const std::string root = Root(0, 5);
  EXPECT_TRUE(VerifyConsistency(5, 5, none, root, root).ok());
  EXPECT_TRUE(VerifyConsistency(0, 0, none, Root(0, 0), Root(0, 0)).ok());
  EXPECT_TRUE(VerifyConsistency(5, 5, none, "same", "same").ok());
  EXPECT_TRUE(VerifySubtreeConsistency(0, 5, 5, none, root, root).ok());
  EXPECT_FALSE(VerifyConsistency(5, 5, none, root, Root(0, 4)).ok());
  EXPECT_FALSE(VerifyConsistency(0, 0, none, Root(0, 0), Root(0, 4)).ok());
  EXPECT_FALSE(VerifyConsistency(5, 5, {root}, root, root).ok());
  EXPECT_FALSE(VerifyConsistency(0, 0, {root}, root, root).ok());
  EXPECT_FALSE(VerifyConsistency(5, 5, none, "", "").ok());
  EXPECT_FALSE(VerifySubtreeConsistency(0, 0, 0, none, root, root).ok());
  EXPECT_EQ(Bytes(ConsistencyProof(5, 5, Reader(5))), none);
  EXPECT_EQ(Bytes(ConsistencyProof(0, 0, Reader(0))), none);
}

TEST(MerkleProofTest, SaysWhatIsWrong) {
  const Texts path = reference::Path(2, 0, 5);
  const std::string leaf = Leaf(2);
  const std::string root = Root(0, 5);
  const auto message = [](const absl::Status& status) { return std::string(MessageOf(status)); };
  const auto hex = [](const std::string& bytes) { return absl::BytesToHexString(bytes); };
  EXPECT_EQ(message(VerifyInclusion(5, 5, leaf, path, root)), "there is no leaf 5 in a tree of 5");
  EXPECT_EQ(message(VerifyInclusion(0, 0, leaf, {}, root)), "there is no leaf 0 in a tree of 0");
  EXPECT_EQ(message(VerifyInclusion(2, 5, leaf, {path[0]}, root)),
            "the proof has 1 hash, and 3 are needed");
  EXPECT_EQ(message(VerifyInclusion(4, 5, leaf, path, root)),
            "the proof has 3 hashes, and 1 is needed");
  EXPECT_EQ(message(VerifyInclusion(2, 5, leaf, {path[0], path[1], "short"}, root)),
            "hash 3 of the proof has 5 bytes, and a SHA-256 hash has 32");
  EXPECT_EQ(message(VerifyInclusion(2, 5, "", path, root)),
            "the hash of the leaf has 0 bytes, and a SHA-256 hash has 32");
  EXPECT_EQ(message(VerifyInclusion(2, 5, leaf, path, root + "!")),
            "the root has 33 bytes, and a SHA-256 hash has 32");
  const absl::Status other_root = VerifyInclusion(2, 5, leaf, path, Root(0, 4));
  EXPECT_EQ(other_root.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(message(other_root), StrCat("the proof makes the root ", hex(root),
                                        ", but it is given as ", hex(Root(0, 4))));
  EXPECT_EQ(message(VerifyConsistency(6, 5, {}, root, root)),
            "a tree of 6 leaves is not the beginning of one of 5");
  EXPECT_EQ(message(VerifyConsistency(0, 5, {}, root, root)),
            "every tree begins with the empty one: a proof of that says nothing");
  EXPECT_EQ(message(VerifyConsistency(5, 5, {}, "", root)), "the first root is missing");
  EXPECT_EQ(message(VerifyConsistency(5, 5, {}, root, Root(0, 4))),
            StrCat("both have the same leaves, but the first root is ", hex(root),
                   " and the second root is ", hex(Root(0, 4))));
  const Texts proof = reference::SubtreeProof(0, 3, 0, 5);
  EXPECT_EQ(message(VerifyConsistency(3, 5, proof, Root(0, 4), root)),
            StrCat("the proof makes the first root ", hex(Root(0, 3)), ", but it is given as ",
                   hex(Root(0, 4))));
  EXPECT_EQ(message(VerifyConsistency(3, 5, proof, Root(0, 3), Root(0, 4))),
            StrCat("the proof makes the second root ", hex(root), ", but it is given as ",
                   hex(Root(0, 4))));
  EXPECT_EQ(message(VerifySubtreeInclusion(3, 4, 6, leaf, {}, root)),
            "leaf 3 is not in the subtree [4, 6)");
  EXPECT_EQ(message(VerifySubtreeConsistency(4, 6, 5, {}, leaf, root)),
            "there is no leaf 5 in a tree of 5");
}

TEST(MerkleProofTest, ImpossibleNumbersAreNotProved) {
  const auto read = [](const TreeNode&) -> absl::StatusOr<Hash> {
    ADD_FAILURE() << "nothing is to be read";
    return absl::InternalError("");
  };
  constexpr uint64_t kBeyond = kMaxTreeSize + 1;
  for (const absl::Status& status :
       {InclusionProof(5, 5, read).status(), InclusionProof(0, 0, read).status(),
        InclusionProof(0, kBeyond, read).status(), ConsistencyProof(0, 5, read).status(),
        ConsistencyProof(6, 5, read).status(), ConsistencyProof(kBeyond, kBeyond, read).status(),
        SubtreeInclusionProof(3, 4, 6, read).status(),
        SubtreeInclusionProof(6, 4, 6, read).status(),
        SubtreeInclusionProof(2, 2, 5, read).status(),
        SubtreeInclusionProof(4, 4, 4, read).status(),
        SubtreeConsistencyProof(2, 5, 8, read).status(),
        SubtreeConsistencyProof(4, 6, 5, read).status(),
        SubtreeConsistencyProof(0, kBeyond, kBeyond, read).status()}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  }
}

TEST(MerkleProofTest, ErrorsOfTheReaderComeThrough) {
  const auto read = [](const TreeNode&) -> absl::StatusOr<Hash> {
    return absl::UnavailableError("gone");
  };
  EXPECT_EQ(InclusionProof(1, 3, read).status(), absl::UnavailableError("gone"));
  EXPECT_EQ(ConsistencyProof(2, 3, read).status(), absl::UnavailableError("gone"));
  EXPECT_EQ(ConsistencyProof(3, 4, read).status(), absl::UnavailableError("gone"));
}

// A million hashes are refused by their number, without looking at them.
TEST(MerkleProofTest, AbsurdLengths) {
  const Texts endless(1'000'000);
  EXPECT_EQ(MessageOf(VerifyInclusion(2, 5, Leaf(2), endless, Root(0, 5))),
            "the proof has 1000000 hashes, and 3 are needed");
  EXPECT_EQ(MessageOf(VerifyConsistency(2, 5, endless, Leaf(2), Root(0, 5))),
            "the proof has 1000000 hashes, and 2 are needed");
}

TEST(MerkleProofTest, LargestTrees) {
  const LargestTree tree;
  int reads = 0;
  const auto read = [&](const TreeNode& node) {
    ++reads;
    return tree.Read(node);
  };
  std::vector<uint64_t> sizes;
  for (int bit = 40; bit < 63; ++bit) {
    for (const uint64_t near : {-2, -1, 0, 1, 2}) sizes.push_back((uint64_t{1} << bit) + near);
  }
  for (const uint64_t less : {2, 1, 0}) sizes.push_back(kMaxTreeSize - less);
  for (const uint64_t size : sizes) {
    const std::string root(BytesOf(RootOf(size, read).value()));
    for (const uint64_t index :
         {uint64_t{0}, uint64_t{1}, size / 3, size / 2 - 1, size / 2, size - 2, size - 1}) {
      reads = 0;
      const Texts proof = Bytes(InclusionProof(index, size, read));
      EXPECT_LE(reads, 2 * 63);
      ASSERT_TRUE(
          VerifyInclusion(index, size, BytesOf(tree.Read({0, 0}).value()), proof, root).ok());
      ASSERT_FALSE(VerifyInclusion(index, size, Leaf(0), proof, root).ok());
    }
    for (const uint64_t earlier : sizes) {
      if (earlier > size) continue;
      reads = 0;
      const Texts proof = Bytes(ConsistencyProof(earlier, size, read));
      EXPECT_LE(reads, 2 * 63);
      const std::string first(BytesOf(RootOf(earlier, read).value()));
      ASSERT_TRUE(VerifyConsistency(earlier, size, proof, first, root).ok());
      ASSERT_FALSE(VerifyConsistency(earlier, size, proof, Leaf(0), root).ok());
    }
  }
}

}  // namespace
}  // namespace changepolicy
