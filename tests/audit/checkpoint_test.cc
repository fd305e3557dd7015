// Checkpoints: their text, who has to have signed, and of which log they are.
#include "libchangepolicy/audit/checkpoint.h"

#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/audit/lines.h"
#include "libchangepolicy/audit/merkle.h"
#include "libchangepolicy/base/base64.h"
#include "libchangepolicy/base/status.h"

namespace changepolicy {
namespace {

constexpr std::string_view kOrigin = "audit.example/log";

std::string Message(const absl::Status& status) { return std::string(MessageOf(status)); }

SignerKey Key(std::string_view name, uint8_t seed, SignatureType type = SignatureType::kEd25519) {
  return GenerateKey(name, {seed}, type).value();
}

Checkpoint Example() { return {std::string(kOrigin), 7, LeafHash("root"), {}}; }

// By the log, and by those witnesses.
std::string Signed(const Checkpoint& checkpoint, const std::vector<SignerKey>& witnesses = {}) {
  Note note = SignCheckpoint(checkpoint, Key(kOrigin, 1)).value();
  for (const SignerKey& witness : witnesses) {
    EXPECT_TRUE(CosignNote(witness, 1'000'000, &note).ok());
  }
  return WriteNote(note).value();
}

CheckpointTrust Trust(const std::vector<SignerKey>& witnesses = {}, size_t needed = 0) {
  CheckpointTrust trust{std::string(kOrigin), {Key(kOrigin, 1).verifier}, {}, needed};
  for (const SignerKey& witness : witnesses) trust.witness_keys.push_back(witness.verifier);
  return trust;
}

// The example of https://c2sp.org/tlog-checkpoint.
TEST(CheckpointTest, ReadsThePublishedExample) {
  constexpr std::string_view kText =
      "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  const absl::StatusOr<Checkpoint> checkpoint = ParseCheckpoint(kText);
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_EQ(checkpoint->origin, "example.com/behind-the-sofa");
  EXPECT_EQ(checkpoint->size, 20'852'163u);
  EXPECT_EQ(EncodeBase64(BytesOf(checkpoint->root)),
            "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=");
  EXPECT_TRUE(checkpoint->extensions.empty());
  EXPECT_EQ(CheckpointText(*checkpoint).value(), kText);
}

TEST(CheckpointTest, BothWays) {
  std::vector<Checkpoint> checkpoints = {Example(),
                                         {"o", 0, EmptyTreeHash(), {}},
                                         {"with blanks + plus", 1, LeafHash(""), {}},
                                         {"o", kMaxTreeSize, LeafHash("x"), {"one", "— two", " "}}};
  for (const Checkpoint& checkpoint : checkpoints) {
    const absl::StatusOr<std::string> text = CheckpointText(checkpoint);
    ASSERT_TRUE(text.ok()) << text.status();
    EXPECT_EQ(ParseCheckpoint(*text).value(), checkpoint);
  }
}

TEST(CheckpointTest, TextsThatAreNoCheckpoint) {
  const std::string root = EncodeBase64(BytesOf(LeafHash("root")));
  const std::string short_root = EncodeBase64(std::string(31, 'x'));
  const struct {
    std::string text, message;
  } cases[] = {
      {"", "a checkpoint has lines for origin, size and root"},
      {"log\n7\n", "a checkpoint has lines for origin, size and root"},
      {"log\n7\n" + root, "a checkpoint has lines for origin, size and root"},
      {"\n7\n" + root + "\n", "the origin of the checkpoint is empty"},
      {"lo\tg\n7\n" + root + "\n", "the origin of the checkpoint `lo\\tg` has a control character"},
      {"lo\xFFg\n7\n" + root + "\n", "the origin of the checkpoint is not UTF-8"},
      {"log\n07\n" + root + "\n",
       "the size `07` of the checkpoint is no decimal number up to 2^63-1"},
      {"log\n+7\n" + root + "\n",
       "the size `+7` of the checkpoint is no decimal number up to 2^63-1"},
      {"log\n9223372036854775808\n" + root + "\n",
       "the size `9223372036854775808` of the checkpoint is no decimal number up to 2^63-1"},
      {"log\n7\n" + root.substr(1) + "\n",
       "the root of the checkpoint: base 64 comes in groups of four characters, and here are 43"},
      {"log\n7\n" + short_root + "\n",
       "the root of the checkpoint has 31 bytes, and a SHA-256 hash has 32"},
      {"log\n7\n\n", "the root of the checkpoint has 0 bytes, and a SHA-256 hash has 32"},
      {"log\n7\n" + root + "\n\n", "an extension line of the checkpoint is empty"},
      {"log\n7\n" + root + "\nmore\n\nand more\n", "an extension line of the checkpoint is empty"},
      {"log\n7\n" + root + "\nmore", "the last line of the checkpoint has no line break"},
      {"log\n0\n" + root + "\n", "the checkpoint is of an empty tree, and has not its root"},
  };
  for (const auto& c : cases) {
    const absl::StatusOr<Checkpoint> checkpoint = ParseCheckpoint(c.text);
    EXPECT_EQ(checkpoint.status().code(), absl::StatusCode::kInvalidArgument) << c.text;
    EXPECT_EQ(Message(checkpoint.status()), c.message) << c.text;
  }
}

TEST(CheckpointTest, CheckpointsThatHaveNoText) {
  const Hash root = LeafHash("root");
  for (const Checkpoint& checkpoint :
       {Checkpoint{"", 7, root, {}}, Checkpoint{"a\nb", 7, root, {}},
        Checkpoint{"o", kMaxTreeSize + 1, root, {}}, Checkpoint{"o", 0, root, {}},
        Checkpoint{"o", 7, root, {""}}, Checkpoint{"o", 7, root, {"a\nb"}}}) {
    EXPECT_EQ(CheckpointText(checkpoint).status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(SignCheckpoint(checkpoint, Key("o", 1)).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
}

TEST(CheckpointTest, Decimals) {
  EXPECT_EQ(ReadDecimal("0"), 0u);
  EXPECT_EQ(ReadDecimal("10"), 10u);
  EXPECT_EQ(ReadDecimal("9223372036854775807"), kMaxTreeSize);
  for (const char* const text :
       {"", "00", "01", "-1", "+1", " 1", "1 ", "1\n", "0x1", "1e3", "1_000", "a", "1.0",
        "9223372036854775808", "9999999999999999999", "18446744073709551616",
        "10000000000000000000000000000000000000001", "\u0661"}) {
    EXPECT_EQ(ReadDecimal(text), std::nullopt) << text;
  }
}

TEST(CheckpointTest, OpensWhatTheLogSigned) {
  const absl::StatusOr<OpenedCheckpoint> opened = OpenCheckpoint(Signed(Example()), Trust());
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->checkpoint, Example());
  ASSERT_EQ(opened->signatures.size(), 1u);
  EXPECT_EQ(opened->signatures[0].key, Key(kOrigin, 1).verifier);
  EXPECT_EQ(WriteNote(opened->note).value(), Signed(Example()));
}

TEST(CheckpointTest, SecondKeyServesWhileKeysAreChanged) {
  CheckpointTrust trust = Trust();
  trust.log_keys = {Key(kOrigin, 2).verifier};
  EXPECT_EQ(OpenCheckpoint(Signed(Example()), trust).status().code(),
            absl::StatusCode::kFailedPrecondition);
  trust.log_keys.push_back(Key(kOrigin, 1).verifier);
  EXPECT_TRUE(OpenCheckpoint(Signed(Example()), trust).ok());
}

TEST(CheckpointTest, OfAnotherLog) {
  Checkpoint other = Example();
  other.origin = "audit.example/other";
  EXPECT_EQ(Message(OpenCheckpoint(Signed(other), Trust()).status()),
            "the checkpoint is of the log `audit.example/other`, and not of `audit.example/log`");
}

TEST(CheckpointTest, SignedNonsenseIsNoCheckpoint) {
  Note note{"not a checkpoint\n", {}};
  ASSERT_TRUE(SignNote(Key(kOrigin, 1), &note).ok());
  EXPECT_EQ(Message(OpenCheckpoint(WriteNote(note).value(), Trust()).status()),
            "a checkpoint has lines for origin, size and root");
}

TEST(CheckpointTest, Witnesses) {
  const SignerKey w1 = Key("w1", 11, SignatureType::kCosignature);
  const SignerKey w2 = Key("w2", 12, SignatureType::kCosignature);
  const SignerKey w3 = Key("w3", 13, SignatureType::kCosignature);
  const std::string bytes = Signed(Example(), {w1, w2});
  EXPECT_TRUE(OpenCheckpoint(bytes, Trust()).ok());
  EXPECT_TRUE(OpenCheckpoint(bytes, Trust({w1, w2, w3}, 2)).ok());
  EXPECT_EQ(OpenCheckpoint(bytes, Trust({w1, w2, w3}, 2))->signatures.size(), 3u);
  EXPECT_EQ(OpenCheckpoint(bytes, Trust({w1, w2, w3}, 2))->signatures[2].time, 1'000'000);
  EXPECT_EQ(Message(OpenCheckpoint(bytes, Trust({w1, w3}, 2)).status()),
            "trusted witnesses who have cosigned the checkpoint: 1; needed: 2");
  EXPECT_EQ(Message(OpenCheckpoint(bytes, Trust({}, 1)).status()),
            "trusted witnesses who have cosigned the checkpoint: 0; needed: 1");
}

TEST(CheckpointTest, WitnessesDoNotStandInForTheLog) {
  const SignerKey w1 = Key("w1", 11, SignatureType::kCosignature);
  Note note{CheckpointText(Example()).value(), {}};
  ASSERT_TRUE(CosignNote(w1, 1, &note).ok());
  EXPECT_EQ(Message(OpenCheckpoint(WriteNote(note).value(), Trust({w1}, 1)).status()),
            "no trusted key of the log has signed the checkpoint");
}

TEST(CheckpointTest, OneWitnessUnderTwoNamesIsOne) {
  const SignerKey once = Key("w1", 11, SignatureType::kCosignature);
  const SignerKey again = Key("w2", 11, SignatureType::kCosignature);
  EXPECT_EQ(
      Message(OpenCheckpoint(Signed(Example(), {once, again}), Trust({once, again}, 2)).status()),
      "trusted witnesses who have cosigned the checkpoint: 1; needed: 2");
}

TEST(CheckpointTest, LogIsNotItsOwnWitness) {
  const SignerKey self = Key("w1", 1, SignatureType::kCosignature);
  EXPECT_EQ(Message(OpenCheckpoint(Signed(Example(), {self}), Trust({self}, 1)).status()),
            "key `w1` is trusted both as the log's and as a witness's");
}

TEST(CheckpointTest, NoBitOfASignedCheckpointMayChange) {
  const std::string bytes = Signed(Example());
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string broken = bytes;
    broken[bit / 8] = static_cast<char>(broken[bit / 8] ^ 1 << bit % 8);
    ASSERT_FALSE(OpenCheckpoint(broken, Trust()).ok()) << bit;
  }
  for (size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_FALSE(OpenCheckpoint(bytes.substr(0, size), Trust()).ok()) << size;
  }
}

}  // namespace
}  // namespace changepolicy
