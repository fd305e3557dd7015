// Signed notes: the format, who signed, and what is refused.
#include "libchangepolicy/audit/note.h"

#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/status.h"

namespace changepolicy {
namespace {

using testing::HasSubstr;

std::string Message(const absl::Status& status) { return std::string(MessageOf(status)); }

SignerKey Key(std::string_view name, uint8_t seed, SignatureType type = SignatureType::kEd25519) {
  return GenerateKey(name, {seed}, type).value();
}

Note Signed(std::string_view text, const std::vector<SignerKey>& keys) {
  Note note{std::string(text), {}};
  for (const SignerKey& key : keys) EXPECT_TRUE(SignNote(key, &note).ok());
  return note;
}

// The example of https://c2sp.org/tlog-cosignature, whose lines say by whom they are.
constexpr std::string_view kCosigned =
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/"
    "zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

TEST(NoteTest, ReadsThePublishedExample) {
  const absl::StatusOr<Note> note = ParseNote(kCosigned);
  ASSERT_TRUE(note.ok()) << note.status();
  EXPECT_EQ(note->text,
            "example.com/behind-the-sofa\n20852163\n"
            "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n");
  ASSERT_EQ(note->signatures.size(), 2u);
  EXPECT_EQ(note->signatures[0].name, "example.com/behind-the-sofa");
  EXPECT_EQ(note->signatures[0].key_id, 0x033de0aeu);
  EXPECT_EQ(note->signatures[0].signature.size(), 64u);
  EXPECT_EQ(note->signatures[1].name, "witness.example.com/w1");
  EXPECT_EQ(note->signatures[1].key_id, 0x8d66cf3fu);
  EXPECT_EQ(note->signatures[1].signature.size(), 72u);
  EXPECT_EQ(WriteNote(*note).value(), kCosigned);
}

TEST(NoteTest, TextIsWhatStandsBeforeTheLastEmptyLine) {
  for (const std::string_view text : {"a\n", "\n", "a\n\nb\n", "a\n\n", "\n\n\n", "— a YWJjZGU=\n",
                                      "é\x7F\u2028\n", "a\n\n— a YWJjZGU=\n"}) {
    const Note note = Signed(text, {Key("k", 1)});
    const std::string bytes = WriteNote(note).value();
    const absl::StatusOr<Note> read = ParseNote(bytes);
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(*read, note);
    EXPECT_TRUE(VerifyNote(*read, {Key("k", 1).verifier}).ok());
  }
}

TEST(NoteTest, WhatIsNoNote) {
  const std::string good = "text\n\n— name YWJjZGU=\n";
  ASSERT_TRUE(ParseNote(good).ok());
  const struct {
    std::string bytes, message;
  } cases[] = {
      {"", "no empty line parts the note's text from signatures"},
      {"text\n", "no empty line parts the note's text from signatures"},
      {"text\n— name YWJjZGU=\n", "no empty line parts the note's text from signatures"},
      {"\n— name YWJjZGU=\n", "no empty line parts the note's text from signatures"},
      {"text\n\n", "the note has no signatures"},
      {good + "\n", "the note has no signatures"},
      {good.substr(0, good.size() - 1), "signature line 1 has no line break"},
      {good + "— name YWJjZGU=", "signature line 2 has no line break"},
      {"text\n\n- name YWJjZGU=\n", "signature line 1: does not begin with an em dash and a space"},
      {"text\n\n—name YWJjZGU=\n", "signature line 1: does not begin with an em dash and a space"},
      {good + "more\n", "signature line 2: does not begin with an em dash and a space"},
      {"text\n\n— name\n", "signature line 1: has no space after the name"},
      {"text\n\n—  YWJjZGU=\n", "signature line 1: the key has no name"},
      {"text\n\n— na+me YWJjZGU=\n",
       "signature line 1: the name `na+me` of the key has a space, a `+` or a control character"},
      {"text\n\n— na\u2003me YWJjZGU=\n",
       "signature line 1: the name `na\u2003me` of the key has a space, a `+` or a control "
       "character"},
      {"text\n\n— name  YWJjZGU=\n",
       "signature line 1: base 64 comes in groups of four characters, and here are 9"},
      {"text\n\n— name YWJjZGU= \n",
       "signature line 1: base 64 comes in groups of four characters, and here are 9"},
      {"text\n\n— name YWJjZGV=\n", "signature line 1: the base 64 has bits beyond its last byte"},
      {"text\n\n— name \n", "signature line 1: has 0 bytes, too few for a key id and more"},
      {"text\n\n— name YWJjZA==\n", "signature line 1: has 4 bytes, too few for a key id and more"},
      {"te\txt\n\n— name YWJjZGU=\n", "byte 2 of the note is a control character"},
      {"text\r\n\r\n— name YWJjZGU=\r\n", "byte 4 of the note is a control character"},
      {std::string("t\0xt\n\n— name YWJjZGU=\n", 24), "byte 1 of the note is a control character"},
      {"te\xFFxt\n\n— name YWJjZGU=\n", "byte 2 of the note is not UTF-8"},
  };
  for (const auto& c : cases) {
    const absl::StatusOr<Note> note = ParseNote(c.bytes);
    EXPECT_EQ(note.status().code(), absl::StatusCode::kInvalidArgument) << c.bytes;
    EXPECT_EQ(Message(note.status()), c.message) << c.bytes;
  }
}

TEST(NoteTest, Limits) {
  std::string bytes = "text\n\n";
  for (size_t i = 0; i < kMaxNoteSignatures; ++i) bytes += "— name YWJjZGU=\n";
  EXPECT_TRUE(ParseNote(bytes).ok());
  EXPECT_EQ(ParseNote(bytes + "— name YWJjZGU=\n").status().code(),
            absl::StatusCode::kResourceExhausted);
  const std::string line = "\n— name YWJjZGU=\n";
  const std::string longest = std::string(kMaxNoteBytes - 1 - line.size(), 'x') + "\n" + line;
  EXPECT_TRUE(ParseNote(longest).ok());
  EXPECT_EQ(ParseNote("x" + longest).status().code(), absl::StatusCode::kResourceExhausted);

  Note note = ParseNote(bytes).value();
  const Note before = note;
  EXPECT_EQ(AddSignature({"other", 1, "s"}, &note).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(SignNote(Key("k", 1), &note).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(note, before);
  note.signatures.push_back({"other", 1, "s"});
  EXPECT_EQ(WriteNote(note).status().code(), absl::StatusCode::kResourceExhausted);
  Note long_note{std::string(kMaxNoteBytes, 'x') + "\n", {{"name", 1, "s"}}};
  EXPECT_EQ(WriteNote(long_note).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(SignNote(Key("k", 1), &long_note).code(), absl::StatusCode::kResourceExhausted);
  long_note.text = std::string(kMaxNoteBytes - 5, 'x') + "\n";
  EXPECT_EQ(WriteNote(long_note).status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(NoteTest, WhatIsNotWritten) {
  const NoteSignature signature = {"name", 1, "s"};
  for (const Note& note :
       {Note{"", {signature}}, Note{"no line break", {signature}}, Note{"a\tb\n", {signature}},
        Note{"a\xFF\n", {signature}}, Note{"text\n", {}}, Note{"text\n", {{"na me", 1, "s"}}},
        Note{"text\n", {{"", 1, "s"}}}, Note{"text\n", {{"name", 1, ""}}}}) {
    EXPECT_EQ(WriteNote(note).status().code(), absl::StatusCode::kInvalidArgument) << note.text;
  }
  for (const std::string_view text : {"", "no line break", "a\tb\n", "a\xFF\n"}) {
    Note note{std::string(text), {}};
    EXPECT_EQ(SignNote(Key("k", 1), &note).code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(CosignNote(Key("k", 1, SignatureType::kCosignature), 1, &note).code(),
              absl::StatusCode::kInvalidArgument);
    EXPECT_TRUE(note.signatures.empty());
  }
}

TEST(NoteTest, TrustedKeysDecide) {
  const SignerKey ann = Key("ann", 1);
  const SignerKey bob = Key("bob", 2);
  const SignerKey cy = Key("cy", 3);
  const Note note = Signed("text\n", {ann, bob});
  const auto verified = VerifyNote(note, {cy.verifier, bob.verifier, ann.verifier});
  ASSERT_TRUE(verified.ok()) << verified.status();
  ASSERT_EQ(verified->size(), 2u);
  EXPECT_EQ(verified->at(0).index, 0u);
  EXPECT_EQ(verified->at(0).key, ann.verifier);
  EXPECT_EQ(verified->at(0).time, std::nullopt);
  EXPECT_EQ(verified->at(1).index, 1u);
  EXPECT_EQ(verified->at(1).key, bob.verifier);
  EXPECT_EQ(VerifyNote(note, {bob.verifier})->at(0).index, 1u);
  EXPECT_EQ(VerifyNote(note, {bob.verifier, bob.verifier})->size(), 1u);
  for (const auto& trusted : {std::vector<VerifierKey>{}, {cy.verifier}}) {
    const auto nobody = VerifyNote(note, trusted);
    EXPECT_EQ(nobody.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(Message(nobody.status()), "no trusted key has signed the note");
  }
}

// Keys of another seed that share the name, or that share the id but not the name.
TEST(NoteTest, NamesakesAreNotTheKey) {
  const Note note = Signed("text\n", {Key("ann", 1)});
  EXPECT_EQ(VerifyNote(note, {Key("ann", 2).verifier}).status().code(),
            absl::StatusCode::kFailedPrecondition);
  Note renamed = note;
  renamed.signatures[0].name = "bob";
  EXPECT_EQ(VerifyNote(renamed, {Key("ann", 1).verifier}).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(NoteTest, OneBadSignatureOfATrustedKeySpoilsTheNote) {
  const SignerKey ann = Key("ann", 1);
  const SignerKey bob = Key("bob", 2);
  const Note note = Signed("text\n", {ann, bob});
  for (size_t bit = 0; bit < 512; ++bit) {
    Note broken = note;
    char& byte = broken.signatures[1].signature[bit / 8];
    byte = static_cast<char>(byte ^ 1 << bit % 8);
    const auto verified = VerifyNote(broken, {ann.verifier, bob.verifier});
    ASSERT_EQ(verified.status().code(), absl::StatusCode::kDataLoss) << bit;
    ASSERT_TRUE(VerifyNote(broken, {ann.verifier}).ok());
  }
  Note other_text = note;
  other_text.text = "Text\n";
  EXPECT_THAT(Message(VerifyNote(other_text, {ann.verifier}).status()),
              HasSubstr("the signature by `ann` ("));
  // Also where the key has signed a second time, properly.
  Note twice = note;
  twice.signatures.insert(twice.signatures.begin() + 1, {"ann", KeyId(ann.verifier), "short"});
  EXPECT_EQ(VerifyNote(twice, {ann.verifier}).status().code(), absl::StatusCode::kDataLoss);
}

// Ids have 32 bits, so that two keys of one id are found among some 2^16.
TEST(NoteTest, TwoTrustedKeysOfOneNameAndId) {
  std::map<uint32_t, VerifierKey> seen;
  VerifierKey key = Key("ann", 1).verifier;
  for (uint32_t i = 0;; ++i) {
    std::memcpy(key.public_key.data(), &i, sizeof i);
    const auto [same_id, inserted] = seen.emplace(KeyId(key), key);
    if (inserted) continue;
    const Note note{"text\n", {{"ann", KeyId(key), "s"}}};
    EXPECT_THAT(Message(VerifyNote(note, {key, same_id->second}).status()),
                HasSubstr("two different trusted keys are both `ann` ("));
    EXPECT_EQ(VerifyNote(note, {key, Key("bob", 1).verifier}).status().code(),
              absl::StatusCode::kDataLoss);
    return;
  }
}

TEST(NoteTest, CosignaturesBindTextAndTime) {
  const SignerKey log = Key("log", 1);
  const SignerKey witness = Key("witness", 2, SignatureType::kCosignature);
  Note note = Signed("log\n1\nroot\n", {log});
  ASSERT_TRUE(CosignNote(witness, 1'679'315'147, &note).ok());
  EXPECT_EQ(note.signatures[1].signature.size(), 72u);
  const Note read = ParseNote(WriteNote(note).value()).value();
  const auto verified = VerifyNote(read, {log.verifier, witness.verifier});
  ASSERT_TRUE(verified.ok()) << verified.status();
  ASSERT_EQ(verified->size(), 2u);
  EXPECT_EQ(verified->at(1).key, witness.verifier);
  EXPECT_EQ(verified->at(1).time, 1'679'315'147);
  // The message is the one of the specification.
  EXPECT_TRUE(Ed25519Verifies(witness.verifier.public_key,
                              "cosignature/v1\ntime 1679315147\nlog\n1\nroot\n",
                              note.signatures[1].signature.substr(8)));
  for (size_t bit = 0; bit < 72 * 8; ++bit) {
    Note broken = note;
    char& byte = broken.signatures[1].signature[bit / 8];
    byte = static_cast<char>(byte ^ 1 << bit % 8);
    ASSERT_EQ(VerifyNote(broken, {witness.verifier}).status().code(), absl::StatusCode::kDataLoss)
        << bit;
  }
  for (const size_t size : {1, 7, 8, 71}) {
    Note cut = note;
    cut.signatures[1].signature.resize(size);
    EXPECT_EQ(VerifyNote(cut, {witness.verifier}).status().code(), absl::StatusCode::kDataLoss);
  }
}

// Both lines must verify; the first is the one that is told.
TEST(NoteTest, KeyThatSignedTwiceIsToldOnce) {
  const SignerKey witness = Key("witness", 2, SignatureType::kCosignature);
  Note note{"text\n", {}};
  Note later = note;
  ASSERT_TRUE(CosignNote(witness, 100, &note).ok());
  ASSERT_TRUE(CosignNote(witness, 200, &later).ok());
  note.signatures.push_back(later.signatures[0]);
  const auto verified = VerifyNote(note, {witness.verifier});
  ASSERT_EQ(verified->size(), 1u);
  EXPECT_EQ(verified->at(0).index, 0u);
  EXPECT_EQ(verified->at(0).time, 100);
}

TEST(NoteTest, TimesOfCosignatures) {
  const SignerKey witness = Key("witness", 2, SignatureType::kCosignature);
  for (const int64_t time : {int64_t{0}, int64_t{1}, INT64_MAX}) {
    Note note{"text\n", {}};
    ASSERT_TRUE(CosignNote(witness, time, &note).ok());
    EXPECT_EQ(VerifyNote(note, {witness.verifier})->at(0).time, time);
  }
  Note note{"text\n", {}};
  EXPECT_EQ(CosignNote(witness, -1, &note).code(), absl::StatusCode::kInvalidArgument);
  // Signed in truth, but later than any time may be.
  const Ed25519Signature late =
      Ed25519Sign(witness.seed, "cosignature/v1\ntime 9223372036854775808\ntext\n").value();
  note.signatures.push_back(
      {"witness", KeyId(witness.verifier),
       std::string("\x80\0\0\0\0\0\0\0", 8) + std::string(late.begin(), late.end())});
  EXPECT_EQ(VerifyNote(note, {witness.verifier}).status().code(), absl::StatusCode::kDataLoss);
}

TEST(NoteTest, KeysDoTheirOwnKindOfSignatureOnly) {
  Note note{"text\n", {}};
  EXPECT_EQ(Message(SignNote(Key("k", 1, SignatureType::kCosignature), &note)),
            "key `k` makes cosignatures, and a signature is asked for");
  EXPECT_EQ(Message(CosignNote(Key("k", 1), 1, &note)),
            "key `k` makes signatures, and a cosignature is asked for");
  // The same seed and name under the other type is another key.
  ASSERT_TRUE(SignNote(Key("k", 1), &note).ok());
  ASSERT_TRUE(CosignNote(Key("k", 1, SignatureType::kCosignature), 1, &note).ok());
  EXPECT_EQ(VerifyNote(note, {Key("k", 1).verifier})->size(), 1u);
  EXPECT_EQ(
      VerifyNote(note, {Key("k", 1).verifier, Key("k", 1, SignatureType::kCosignature).verifier})
          ->size(),
      2u);
}

TEST(NoteTest, SignaturesAreAddedOnce) {
  const SignerKey log = Key("log", 1);
  const SignerKey w1 = Key("w1", 2, SignatureType::kCosignature);
  const SignerKey w2 = Key("w2", 3, SignatureType::kCosignature);
  const Note note = Signed("text\n", {log});
  Note by_w1 = note;
  ASSERT_TRUE(CosignNote(w1, 100, &by_w1).ok());
  Note by_w2 = note;
  ASSERT_TRUE(CosignNote(w2, 101, &by_w2).ok());
  Note all = by_w1;
  ASSERT_TRUE(AddSignatures(by_w2, &all).ok());
  ASSERT_TRUE(AddSignatures(by_w1, &all).ok());
  EXPECT_EQ(all.signatures, (std::vector<NoteSignature>{note.signatures[0], by_w1.signatures[1],
                                                        by_w2.signatures[1]}));
  const Note before = all;
  Note later = note;
  ASSERT_TRUE(AddSignature({"first", 7, "new"}, &later).ok());
  ASSERT_TRUE(CosignNote(w1, 200, &later).ok());
  const absl::Status conflict = AddSignatures(later, &all);
  EXPECT_EQ(conflict.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(Message(conflict), HasSubstr("the note has another signature by `w1` ("));
  Note other_text = Signed("other\n", {log});
  EXPECT_EQ(Message(AddSignatures(other_text, &all)),
            "the signatures are over another text than the note's");
  EXPECT_EQ(all, before);
}

}  // namespace
}  // namespace changepolicy
