// Proofs as text: the format, and that they prove what they say.
#include "libchangepolicy/audit/proof_text.h"

#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/audit/merkle.h"
#include "libchangepolicy/audit/merkle_proof.h"
#include "libchangepolicy/base/base64.h"
#include "libchangepolicy/base/status.h"
#include "tests/audit/reference_tree.h"

namespace changepolicy {
namespace {

constexpr std::string_view kOrigin = "audit.example/log";
constexpr uint64_t kSize = 11;

std::string Message(const absl::Status& status) { return std::string(MessageOf(status)); }

SignerKey Key(std::string_view name, uint8_t seed) { return GenerateKey(name, {seed}).value(); }

CheckpointTrust Trust() { return {std::string(kOrigin), {Key(kOrigin, 1).verifier}, {}, 0}; }

absl::StatusOr<Hash> ReadNode(const TreeNode& node) { return reference::ReadNode(kSize, node); }

std::string SignedCheckpoint(uint64_t size = kSize) {
  const Hash root = HashFromBytes(reference::Root(0, size), "").value();
  return WriteNote(SignCheckpoint({std::string(kOrigin), size, root, {}}, Key(kOrigin, 1)).value())
      .value();
}

ProofText Proof(uint64_t index) {
  return {"", index, InclusionProof(index, kSize, ReadNode).value(), SignedCheckpoint()};
}

TEST(ProofTextTest, IsWrittenAsSpecified) {
  ProofText proof = Proof(10);
  const std::string hashes =
      EncodeBase64(reference::Root(8, 10)) + "\n" + EncodeBase64(reference::Root(0, 8)) + "\n";
  EXPECT_EQ(WriteProofText(proof).value(),
            "c2sp.org/tlog-proof@v1\nindex 10\n" + hashes + "\n" + SignedCheckpoint());
  proof.extra = "more";
  EXPECT_EQ(WriteProofText(proof).value(), "c2sp.org/tlog-proof@v1\nextra bW9yZQ==\nindex 10\n" +
                                               hashes + "\n" + SignedCheckpoint());
}

TEST(ProofTextTest, EveryEntryIsProvedAndNoOther) {
  for (uint64_t index = 0; index < kSize; ++index) {
    ProofText proof = Proof(index);
    if (index % 2 == 1) proof.extra = std::string("\0\n\xFF", 3);
    const std::string text = WriteProofText(proof).value();
    EXPECT_EQ(ParseProofText(text).value(), proof);
    const absl::StatusOr<ProvedEntry> proved =
        VerifyProofText(text, reference::Entry(index), Trust());
    ASSERT_TRUE(proved.ok()) << proved.status();
    EXPECT_EQ(proved->index, index);
    EXPECT_EQ(proved->checkpoint.checkpoint.size, kSize);
    for (uint64_t other = 0; other <= kSize; ++other) {
      if (other == index) continue;
      EXPECT_EQ(VerifyProofText(text, reference::Entry(other), Trust()).status().code(),
                absl::StatusCode::kDataLoss);
    }
  }
}

TEST(ProofTextTest, OnlyEntryOfALogHasNoHashes) {
  const ProofText proof = {"", 0, {}, SignedCheckpoint(1)};
  const std::string text = WriteProofText(proof).value();
  EXPECT_EQ(text, "c2sp.org/tlog-proof@v1\nindex 0\n\n" + SignedCheckpoint(1));
  EXPECT_TRUE(VerifyProofText(text, reference::Entry(0), Trust()).ok());
}

TEST(ProofTextTest, NothingOfItMayChange) {
  const std::string text = WriteProofText(Proof(5)).value();
  for (size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string broken = text;
    broken[bit / 8] = static_cast<char>(broken[bit / 8] ^ 1 << bit % 8);
    ASSERT_FALSE(VerifyProofText(broken, reference::Entry(5), Trust()).ok()) << bit;
  }
  for (size_t size = 0; size < text.size(); ++size) {
    ASSERT_FALSE(VerifyProofText(text.substr(0, size), reference::Entry(5), Trust()).ok()) << size;
  }
}

TEST(ProofTextTest, TrustIsInTheKeyAndTheOrigin) {
  const std::string text = WriteProofText(Proof(5)).value();
  CheckpointTrust trust = Trust();
  trust.origin = "audit.example/other";
  EXPECT_EQ(Message(VerifyProofText(text, reference::Entry(5), trust).status()),
            "the checkpoint is of the log `audit.example/log`, and not of `audit.example/other`");
  trust = Trust();
  trust.log_keys = {Key(kOrigin, 2).verifier};
  EXPECT_EQ(Message(VerifyProofText(text, reference::Entry(5), trust).status()),
            "no trusted key has signed the note");
  ProofText other_tree = Proof(5);
  other_tree.checkpoint = SignedCheckpoint(kSize + 1);
  EXPECT_FALSE(
      VerifyProofText(WriteProofText(other_tree).value(), reference::Entry(5), Trust()).ok());
}

TEST(ProofTextTest, TextsThatAreNoProof) {
  const std::string hash = EncodeBase64(reference::Root(0, 1)) + "\n";
  const std::string end = "\n" + SignedCheckpoint();
  const std::string first = "c2sp.org/tlog-proof@v1\n";
  std::string too_many;
  for (int i = 0; i < 64; ++i) too_many += hash;
  const struct {
    std::string text, message;
  } cases[] = {
      {"", "a proof begins with the line `c2sp.org/tlog-proof@v1`"},
      {"c2sp.org/tlog-proof@v2\nindex 5\n" + hash + end,
       "a proof begins with the line `c2sp.org/tlog-proof@v1`"},
      {"\n" + first + "index 5\n" + hash + end,
       "a proof begins with the line `c2sp.org/tlog-proof@v1`"},
      {first, "the proof has no line `index`"},
      {first + hash + end, "the proof has no line `index`"},
      {first + "Index 5\n" + hash + end, "the proof has no line `index`"},
      {first + "index\n" + hash + end, "the proof has no line `index`"},
      {first + "extra \nindex 5\n" + hash + end,
       "the line `extra` has nothing after it, and should then be missing"},
      {first + "extra YQ\nindex 5\n" + hash + end,
       "the line `extra`: base 64 comes in groups of four characters, and here are 2"},
      {first + "extra YQ==\nextra YQ==\nindex 5\n" + hash + end, "the proof has no line `index`"},
      {first + "index 5\nextra YQ==\n" + hash + end,
       "hash 1 of the proof: base 64 comes in groups of four characters, and here are 10"},
      {first + "index \n" + hash + end, "the index `` is no decimal number up to 2^63-1"},
      {first + "index 05\n" + hash + end, "the index `05` is no decimal number up to 2^63-1"},
      {first + "index 5 \n" + hash + end, "the index `5 ` is no decimal number up to 2^63-1"},
      {first + "index -5\n" + hash + end, "the index `-5` is no decimal number up to 2^63-1"},
      {first + "index 9223372036854775808\n" + hash + end,
       "the index `9223372036854775808` is no decimal number up to 2^63-1"},
      {first + "index 5\n" + hash + EncodeBase64("short") + "\n" + end,
       "hash 2 of the proof has 5 bytes, and a SHA-256 hash has 32"},
      {first + "index 5\n" + hash, "no empty line parts the hashes from the checkpoint"},
      {first + "index 5\n" + too_many + end, "the proof has more hashes than any tree is high, 63"},
      {first + "index 5\n" + hash + "\n", "no empty line parts the note's text from signatures"},
      {first + "index 5\n" + hash + end + "\n", "the note has no signatures"},
  };
  for (const auto& c : cases) {
    const absl::StatusOr<ProofText> proof = ParseProofText(c.text);
    EXPECT_EQ(proof.status().code(), absl::StatusCode::kInvalidArgument) << c.text;
    EXPECT_EQ(Message(proof.status()), c.message) << c.text;
  }
  // An empty line where the hashes begin: what follows is taken for the checkpoint.
  EXPECT_FALSE(VerifyProofText(first + "index 5\n\n" + hash + end, "", Trust()).ok());
}

TEST(ProofTextTest, ProofsThatHaveNoText) {
  for (const ProofText& proof : {ProofText{"", kMaxTreeSize + 1, {}, SignedCheckpoint()},
                                 ProofText{"", 5, std::vector<Hash>(64), SignedCheckpoint()},
                                 ProofText{"", 5, {}, ""}, ProofText{"", 5, {}, "no note"}}) {
    EXPECT_EQ(WriteProofText(proof).status().code(), absl::StatusCode::kInvalidArgument);
  }
  ProofText endless = Proof(5);
  endless.extra = std::string(kMaxProofTextBytes, 'x');
  EXPECT_EQ(WriteProofText(endless).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ParseProofText(std::string(kMaxProofTextBytes + 1, 'x')).status().code(),
            absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace changepolicy
