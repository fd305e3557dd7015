// Keys of notes as text.
#include "libchangepolicy/audit/note_key.h"

#include <cctype>
#include <string>
#include <string_view>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/base64.h"
#include "libchangepolicy/base/status.h"

namespace changepolicy {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr Ed25519Seed kSeed = {1, 2, 3, 4};

std::string Message(const absl::Status& status) { return std::string(MessageOf(status)); }

// Made by golang.org/x/mod/sumdb/note (GenerateKey over a reader of the seed's bytes).
TEST(NoteKeyTest, TextsAreThoseOfGo) {
  const SignerKey key = GenerateKey("audit.example/log", kSeed).value();
  EXPECT_EQ(WriteVerifierKey(key.verifier),
            "audit.example/log+d5e7764c+AcqWvp3OwCtMue7R3/Zf9yD/iy3EYaMIuR1ra6yRcfon");
  EXPECT_EQ(WriteSignerKey(key),
            "PRIVATE+KEY+audit.example/log+d5e7764c+AQECAwQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
}

TEST(NoteKeyTest, BothWays) {
  for (const SignatureType type : {SignatureType::kEd25519, SignatureType::kCosignature}) {
    for (const std::string_view name : {"a", "audit.example/log", "Prüfung/東京", "PRIVATE"}) {
      const SignerKey key = GenerateKey(name, kSeed, type).value();
      EXPECT_EQ(key.verifier.name, name);
      const std::string text = WriteVerifierKey(key.verifier);
      EXPECT_EQ(ParseVerifierKey(text).value(), key.verifier);
      const absl::StatusOr<SignerKey> read = ParseSignerKey(WriteSignerKey(key));
      ASSERT_TRUE(read.ok()) << read.status();
      EXPECT_EQ(read->verifier, key.verifier);
      EXPECT_EQ(read->seed, kSeed);
    }
  }
}

TEST(NoteKeyTest, IdTellsNamesTypesAndKeysApart) {
  const VerifierKey key = GenerateKey("a", kSeed).value().verifier;
  EXPECT_NE(KeyId(key), KeyId(GenerateKey("b", kSeed).value().verifier));
  EXPECT_NE(KeyId(key), KeyId(GenerateKey("a", {9}).value().verifier));
  EXPECT_NE(KeyId(key),
            KeyId(GenerateKey("a", kSeed, SignatureType::kCosignature).value().verifier));
}

TEST(NoteKeyTest, NamesThatNoKeyHas) {
  for (const char* const name : {"", " ", "a b", "a+b", "a\nb", "a\tb", "a\u0085", "\u00A0a",
                                 "a\u1680b", "a\u2000", "a\u2009b", "a\u200Ab", "a\u2028b",
                                 "a\u2029", "a\u202Fb", "a\u205Fb", "\u3000", "a\xFF", "a\x01"}) {
    EXPECT_EQ(GenerateKey(name, kSeed).status().code(), absl::StatusCode::kInvalidArgument) << name;
  }
  // These are not spaces.
  for (const char* const name : {"a\u200Bb", "\u2014", "a\x7F", "\u1FFF", "\u180E", "-"}) {
    EXPECT_TRUE(CheckKeyName(name).ok()) << name;
  }
}

TEST(NoteKeyTest, TextsThatAreNoKey) {
  const SignerKey key = GenerateKey("name", kSeed).value();
  const std::string text = WriteVerifierKey(key.verifier);
  const std::string hash = text.substr(5, 8);
  const std::string bytes = text.substr(14);
  ASSERT_EQ(text, "name+" + hash + "+" + bytes);
  const auto with_type = [&](char type, size_t count) {
    return "name+" + hash + "+" + EncodeBase64(type + std::string(count, 'k'));
  };
  const struct {
    std::string text, message;
  } cases[] = {
      {"", "a key has a name, a hash and bytes in base 64, with `+` between them"},
      {"name", "a key has a name, a hash and bytes in base 64, with `+` between them"},
      {"name+" + hash, "a key has a name, a hash and bytes in base 64, with `+` between them"},
      {"+" + hash + "+" + bytes, "the key has no name"},
      {"na me+" + hash + "+" + bytes,
       "the name `na me` of the key has a space, a `+` or a control character"},
      {"name+" + hash.substr(1) + "+" + bytes, "the key has no hash of eight hexadecimal digits"},
      {"name+0" + hash + "+" + bytes, "the key has no hash of eight hexadecimal digits"},
      {"name+-" + hash.substr(1) + "+" + bytes, "the key has no hash of eight hexadecimal digits"},
      {"name+" + hash + "+",
       "key `name` is of type 0x00, and only 0x01 (Ed25519) and 0x04 "
       "(cosignature) are known here"},
      {"name+" + hash + "+" + bytes + "\n",
       "the bytes of key `name` are no base 64 as RFC 4648 has it"},
      {with_type(2, 32),
       "key `name` is of type 0x02, and only 0x01 (Ed25519) and 0x04 "
       "(cosignature) are known here"},
      {with_type(1, 31), "key `name` has 31 bytes, and an Ed25519 key has 32"},
      {with_type(1, 33), "key `name` has 33 bytes, and an Ed25519 key has 32"},
      {WriteSignerKey(key), "this is a secret key, and the public one is asked for"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Message(ParseVerifierKey(c.text).status()), c.message) << c.text;
  }
  EXPECT_EQ(Message(ParseSignerKey(text).status()), "a secret key begins with `PRIVATE+KEY+`");
  for (const std::string& wrong :
       {StrCat("other+", hash, "+", bytes), StrCat("name+00000000+", bytes), with_type(1, 32),
        with_type(4, 32)}) {
    EXPECT_THAT(Message(ParseVerifierKey(wrong).status()), HasSubstr(" as it says")) << wrong;
  }
}

TEST(NoteKeyTest, HashMayBeInCapitals) {
  const VerifierKey key = GenerateKey("name", kSeed).value().verifier;
  std::string text = WriteVerifierKey(key);
  for (size_t i = 5; i < 13; ++i) text[i] = static_cast<char>(std::toupper(text[i]));
  EXPECT_EQ(ParseVerifierKey(text).value(), key);
}

TEST(NoteKeyTest, ErrorsKeepTheSecret) {
  const std::string text = WriteSignerKey(GenerateKey("name", kSeed).value());
  for (size_t i = 0; i < text.size(); ++i) {
    std::string broken = text;
    broken[i] = '!';
    const absl::StatusOr<SignerKey> key = ParseSignerKey(broken);
    ASSERT_FALSE(key.ok());
    EXPECT_THAT(Message(key.status()), Not(HasSubstr(text.substr(text.size() - 12))));
  }
  EXPECT_THAT(Message(ParseVerifierKey(text).status()), Not(HasSubstr(text.substr(20))));
}

}  // namespace
}  // namespace changepolicy
