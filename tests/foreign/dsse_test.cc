// Envelopes: what a signature is over, and who signed. The command's tests have every kind of key.
#include "libchangepolicy/foreign/dsse.h"

#include <array>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/base64.h"
#include "libchangepolicy/base/ed25519.h"
#include "libchangepolicy/base/pre_authentication.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

using google::protobuf::Value;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kType = "application/vnd.in-toto+json";

Ed25519Seed SeedOf(uint8_t fill) {
  Ed25519Seed seed;
  seed.fill(fill);
  return seed;
}

NamedKey KeyOf(const std::string& name, const Ed25519Seed& seed) {
  // A public key of Ed25519 in DER (RFC 8410) is these bytes and the key.
  constexpr std::array<unsigned char, 12> kHead = {0x30, 0x2A, 0x30, 0x05, 0x06, 0x03,
                                                   0x2B, 0x65, 0x70, 0x03, 0x21, 0x00};
  const Ed25519PublicKey key = *Ed25519PublicKeyOf(seed);
  std::string der(kHead.begin(), kHead.end());
  der.append(key.begin(), key.end());
  const auto read = PublicKey::FromPem(
      StrCat("-----BEGIN PUBLIC KEY-----\n", EncodeBase64(der), "\n-----END PUBLIC KEY-----\n"));
  EXPECT_TRUE(read.ok()) << read.status();
  return {name, *read};
}

Value Envelope(std::string_view payload, const Ed25519Seed& seed, std::string_view key_id = "") {
  const Ed25519Signature signature = *Ed25519Sign(seed, PreAuthenticationEncoding(kType, payload));
  Value envelope;
  auto& fields = *envelope.mutable_struct_value()->mutable_fields();
  fields["payloadType"].set_string_value(std::string(kType));
  fields["payload"].set_string_value(EncodeBase64(payload));
  auto& signed_by = *fields["signatures"]
                         .mutable_list_value()
                         ->add_values()
                         ->mutable_struct_value()
                         ->mutable_fields();
  signed_by["sig"].set_string_value(
      EncodeBase64({reinterpret_cast<const char*>(signature.data()), signature.size()}));
  signed_by["keyid"].set_string_value(std::string(key_id));
  return envelope;
}

TEST(DsseTest, TheEncodingOfTheSpecification) {
  EXPECT_EQ(PreAuthenticationEncoding("http://example.com/HelloWorld", "hello world"),
            "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  EXPECT_EQ(PreAuthenticationEncoding("", ""), "DSSEv1 0  0 ");
}

TEST(DsseTest, WhoSigned) {
  const Value envelope = Envelope("{}", SeedOf(1));
  const std::vector<NamedKey> keys = {KeyOf("two", SeedOf(2)), KeyOf("one", SeedOf(1))};
  const auto opened = OpenEnvelope(*FindEnvelope(envelope), keys);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->payload, "{}");
  EXPECT_THAT(opened->signers, ElementsAre("one"));
}

TEST(DsseTest, WithoutKeysNobodySigned) {
  const Value envelope = Envelope("{}", SeedOf(1));
  const auto opened = OpenEnvelope(*FindEnvelope(envelope), {});
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_THAT(opened->signers, IsEmpty());
}

TEST(DsseTest, AKeyIdThatIsTheKeysDigestTellsThatThePayloadWasChanged) {
  const NamedKey key = KeyOf("one", SeedOf(1));
  Value envelope = Envelope("{}", SeedOf(1), key.key.id());
  (*envelope.mutable_struct_value()->mutable_fields())["payload"].set_string_value(
      EncodeBase64("[]"));
  const auto opened = OpenEnvelope(*FindEnvelope(envelope), {key});
  ASSERT_FALSE(opened.ok());
  EXPECT_THAT(std::string(MessageOf(opened.status())),
              HasSubstr("names the key `one` is not over this payload"));
}

TEST(DsseTest, ARecordThatIsNoEnvelope) {
  Value record;
  EXPECT_EQ(FindEnvelope(record), nullptr);
  (*record.mutable_struct_value()->mutable_fields())["payload"].set_string_value("x");
  EXPECT_EQ(FindEnvelope(record), nullptr);
}

}  // namespace
}  // namespace changepolicy
