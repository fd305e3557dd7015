#include "libchangepolicy/audit/key_change.h"

#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "libchangepolicy/audit/note.h"
#include "libchangepolicy/base/status.h"

namespace changepolicy {
namespace {

constexpr std::string_view kOrigin = "audit.example/log";

std::string Message(const absl::Status& status) { return std::string(MessageOf(status)); }

SignerKey Key(uint8_t seed, SignatureType type = SignatureType::kEd25519,
              std::string_view name = kOrigin) {
  return GenerateKey(name, {seed}, type).value();
}

TEST(KeyChangeTest, OldKeyNamesTheNewOne) {
  const absl::StatusOr<KeyChange> change = MakeKeyChange(kOrigin, Key(1), Key(2).verifier);
  ASSERT_TRUE(change.ok()) << change.status();
  EXPECT_EQ(change->old_key, WriteVerifierKey(Key(1).verifier));
  EXPECT_EQ(change->new_key, WriteVerifierKey(Key(2).verifier));
  EXPECT_EQ(VerifyKeyChange(kOrigin, *change).value(), Key(2).verifier);
  EXPECT_EQ(MakeKeyChange(kOrigin, Key(1), Key(2).verifier).value(), *change);
}

TEST(KeyChangeTest, IsASignedNoteToo) {
  const KeyChange change = MakeKeyChange(kOrigin, Key(1), Key(2).verifier).value();
  const Note note{StrCat("changepolicy key change/v1\n", kOrigin, "\n", change.old_key, "\n",
                         change.new_key, "\n"),
                  {{std::string(kOrigin), KeyId(Key(1).verifier), change.signature}}};
  EXPECT_TRUE(VerifyNote(ParseNote(WriteNote(note).value()).value(), {Key(1).verifier}).ok());
}

TEST(KeyChangeTest, NothingOfItMayDiffer) {
  const KeyChange change = MakeKeyChange(kOrigin, Key(1), Key(2).verifier).value();
  const auto refused = [](const absl::StatusOr<VerifierKey>& key) {
    return key.status().code() == absl::StatusCode::kDataLoss;
  };
  EXPECT_TRUE(refused(VerifyKeyChange("audit.example/other", change)));
  KeyChange other = change;
  other.new_key = WriteVerifierKey(Key(3).verifier);
  EXPECT_TRUE(refused(VerifyKeyChange(kOrigin, other)));
  other = change;
  other.old_key = WriteVerifierKey(Key(3).verifier);
  EXPECT_TRUE(refused(VerifyKeyChange(kOrigin, other)));
  other = change;
  std::swap(other.old_key, other.new_key);
  EXPECT_TRUE(refused(VerifyKeyChange(kOrigin, other)));
  for (const std::string& signature :
       {std::string(), change.signature.substr(1), change.signature + "x"}) {
    other = change;
    other.signature = signature;
    EXPECT_TRUE(refused(VerifyKeyChange(kOrigin, other)));
  }
  other = change;
  other.signature[5] ^= 4;
  EXPECT_EQ(Message(VerifyKeyChange(kOrigin, other).status()),
            "the change to key `audit.example/log` is not signed by key `audit.example/log` for "
            "the log `audit.example/log`");
}

// Lines cannot be moved between the origin and the keys.
TEST(KeyChangeTest, WhatIsNoChange) {
  const KeyChange change = MakeKeyChange(kOrigin, Key(1), Key(2).verifier).value();
  for (const std::string_view origin : {"", "a\nb", "a\tb", "a\xFF"}) {
    EXPECT_EQ(MakeKeyChange(origin, Key(1), Key(2).verifier).status().code(),
              absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(VerifyKeyChange(origin, change).status().code(), absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(
      Message(MakeKeyChange(kOrigin, Key(1), Key(1, SignatureType::kEd25519, "renamed").verifier)
                  .status()),
      "key `renamed` is the old one, and a change of keys needs another");
  EXPECT_EQ(
      Message(
          MakeKeyChange(kOrigin, Key(1, SignatureType::kCosignature), Key(2).verifier).status()),
      "key `audit.example/log` makes cosignatures, and a log's key makes signatures");
  EXPECT_FALSE(MakeKeyChange(kOrigin, Key(1), Key(2, SignatureType::kCosignature).verifier).ok());
  for (std::string KeyChange::*const field : {&KeyChange::old_key, &KeyChange::new_key}) {
    KeyChange broken = change;
    broken.*field += "\n";
    EXPECT_EQ(VerifyKeyChange(kOrigin, broken).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace changepolicy
