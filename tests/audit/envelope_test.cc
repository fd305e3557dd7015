// Signed envelopes: what is written, what is read, whom is believed.
#include "libchangepolicy/audit/envelope.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/base64.h"
#include "libchangepolicy/base/pre_authentication.h"
#include "libchangepolicy/base/status.h"

namespace changepolicy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

SignerKey One() { return GenerateKey("audit.example/log", {1, 2, 3, 4}).value(); }
SignerKey Two() { return GenerateKey("audit.example/two", {9}).value(); }

std::string Message(const absl::Status& status) { return std::string(MessageOf(status)); }

// The signatures were made by Python's cryptography over an encoding that was built there.
struct Vector {
  std::string_view type;
  std::string payload;
  std::string_view by_one, by_two;
};

std::vector<Vector> Vectors() {
  return {
      {"application/vnd.in-toto+json", R"({"a":1})",
       "LjjhuZ3sAK4jtUv4m4Fyi0o01gwmk7q6yPnpxgpOsg0pm5Rt6OhlK5XLd1ym1XhddPPURVtOC3yA57sISLmzBw==",
       "oy2PpF7ObflVj4AB6PesEd8RJqo7GW+9XW9sew9J4kYUgBLEAUXe2qYr0hi8Rfo16139Q6cZv6UHfawu0Lo7AA=="},
      {"text/größe", std::string("\0\xFF\xFE>>>???", 9),
       "+olUrGCIQx7x8eyGdM2zKkosjohJMLwoJDITFk2Tz08cdWzt6NXTOcJ09Mb+tXYJYd3Eqh1mOloitF4PDwprAg==",
       "aQI9ab16gg1wF7D+4sILhVyfqUOHGBUSCXhIH0wTfNUC/oJw86IARKg4wv/jPjvEegIQf0Zzm3JMevKsUg45Aw=="},
      {"application/vnd.in-toto+json", "",
       "0LlUHG3AT/jBRacB/NBLB18jPf3LEFzXCCHiW9VPpGAyEei+63wfFrbiyC0iJhKmONE3bIltRVvjWkb+pzv8CQ==",
       "29s934A8Y8fhzBmdXaO4RJ1QlpJQk2WZrDZ0hAoJLhu1PKGTibzKSfi6CIMXwlV5d2t6wda3wD2z0POuyNtsBQ=="}};
}

TEST(Envelope, EncodesLengthsInBytes) {
  EXPECT_EQ(PreAuthenticationEncoding("http://example.com/HelloWorld", "hello world"),
            "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  EXPECT_EQ(PreAuthenticationEncoding("ö", ""), "DSSEv1 2 ö 0 ");
  EXPECT_EQ(PreAuthenticationEncoding("", std::string_view("\0", 1)),
            std::string_view("DSSEv1 0  1 \0", 13));
}

TEST(Envelope, IsWrittenAsOthersRecomputeIt) {
  EXPECT_EQ(
      SignEnvelope(kInTotoPayloadType, R"({"a":1})", {One()}).value(),
      R"({"payload":"eyJhIjoxfQ==","payloadType":"application/vnd.in-toto+json",)"
      R"("signatures":[{"keyid":"audit.example/log+d5e7764c","sig":)"
      R"("LjjhuZ3sAK4jtUv4m4Fyi0o01gwmk7q6yPnpxgpOsg0pm5Rt6OhlK5XLd1ym1XhddPPURVtOC3yA57sISLmzBw=="}]})"
      "\n");
  for (const Vector& each : Vectors()) {
    const std::string envelope = SignEnvelope(each.type, each.payload, {One(), Two()}).value();
    EXPECT_THAT(envelope, HasSubstr(std::string(each.by_one)));
    EXPECT_THAT(envelope, HasSubstr(std::string(each.by_two)));
  }
}

TEST(Envelope, BothWays) {
  for (const Vector& each : Vectors()) {
    const std::string envelope = SignEnvelope(each.type, each.payload, {One(), Two()}).value();
    const absl::StatusOr<VerifiedEnvelope> verified =
        VerifyEnvelope(envelope, {Two().verifier, One().verifier}, each.type);
    ASSERT_TRUE(verified.ok()) << verified.status();
    EXPECT_EQ(verified->payload, each.payload);
    EXPECT_THAT(verified->signers, ElementsAre(Two().verifier, One().verifier));
  }
}

std::string Json(std::string_view payload, std::string_view type, std::string_view signatures) {
  return StrCat("{\"payload\":\"", payload, "\",\"payloadType\":\"", type, "\",\"signatures\":[",
                signatures, "]}");
}

constexpr std::string_view kGood =
    R"({"sig":"LjjhuZ3sAK4jtUv4m4Fyi0o01gwmk7q6yPnpxgpOsg0pm5Rt6OhlK5XLd1ym1XhddPPURVtOC3yA57sISLmzBw=="})";

TEST(Envelope, ReadsWhatOthersWrite) {
  const VerifierKey one = One().verifier;
  for (const std::string& envelope : {
           Json("eyJhIjoxfQ==", kInTotoPayloadType, kGood),
           // Signatures of strangers, broken ones, ids that lie, fields that are not known.
           Json("eyJhIjoxfQ==", kInTotoPayloadType, StrCat(R"({"sig":""},{"sig":"AAAA"},)", kGood)),
           Json("eyJhIjoxfQ==", kInTotoPayloadType,
                StrCat(R"({"keyid":"somebody else","cert":[[]],)", kGood.substr(1))),
           Json("eyJhIjoxfQ==", kInTotoPayloadType, StrCat(R"({"keyid":7,)", kGood.substr(1))),
       }) {
    const absl::StatusOr<VerifiedEnvelope> verified = VerifyEnvelope(envelope, {one});
    ASSERT_TRUE(verified.ok()) << verified.status() << envelope;
    EXPECT_EQ(verified->payload, R"({"a":1})");
  }
  // The other alphabet, and a payload that is left out.
  EXPECT_TRUE(
      VerifyEnvelope(
          Json(
              "AP_-Pj4-Pz8_", "text/größe",
              R"({"sig":"-olUrGCIQx7x8eyGdM2zKkosjohJMLwoJDITFk2Tz08cdWzt6NXTOcJ09Mb-tXYJYd3Eqh1mOloitF4PDwprAg=="})"),
          {one}, "text/größe")
          .ok());
  EXPECT_TRUE(
      VerifyEnvelope(
          R"({"payloadType":"application/vnd.in-toto+json","signatures":[{"sig":"0LlUHG3AT/jBRacB/NBLB18jPf3LEFzXCCHiW9VPpGAyEei+63wfFrbiyC0iJhKmONE3bIltRVvjWkb+pzv8CQ=="}]})",
          {one})
          .ok());
}

TEST(Envelope, BelievesNobodyElse) {
  const VerifierKey one = One().verifier, two = Two().verifier;
  const struct {
    std::string envelope;
    std::vector<VerifierKey> trusted;
    std::string_view type;
  } cases[] = {
      {Json("eyJhIjoxfQ==", kInTotoPayloadType, kGood), {two}, kInTotoPayloadType},
      {Json("eyJhIjoxfQ==", kInTotoPayloadType, kGood), {}, kInTotoPayloadType},
      {Json("eyJhIjoxfQ==", kInTotoPayloadType, ""), {one, two}, kInTotoPayloadType},
      // Another payload, another type, a type that nobody asked for.
      {Json("eyJhIjoyfQ==", kInTotoPayloadType, kGood), {one}, kInTotoPayloadType},
      {Json("eyJhIjoxfQ==", "text/plain", kGood), {one}, "text/plain"},
      {Json("eyJhIjoxfQ==", "text/plain", kGood), {one}, kInTotoPayloadType},
      {Json("eyJhIjoxfQ==", "", kGood), {one}, kInTotoPayloadType},
      // A signature over the payload alone.
      {Json("eyJhIjoxfQ==", kInTotoPayloadType,
            StrCat(R"({"sig":")", EncodeBase64([] {
                     const Ed25519Signature signature =
                         Ed25519Sign(One().seed, R"({"a":1})").value();
                     return std::string(signature.begin(), signature.end());
                   }()),
                   R"("})")),
       {one},
       kInTotoPayloadType},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(VerifyEnvelope(each.envelope, each.trusted, each.type).status().code(),
              absl::StatusCode::kFailedPrecondition)
        << each.envelope;
  }
}

TEST(Envelope, IsOfTheTypeThatIsAskedFor) {
  const std::string envelope = SignEnvelope("text/plain", R"({"a":1})", {One()}).value();
  EXPECT_TRUE(VerifyEnvelope(envelope, {One().verifier}, "text/plain").ok());
  const absl::Status status = VerifyEnvelope(envelope, {One().verifier}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Message(status),
            "the payload is of type `text/plain`, not of `application/vnd.in-toto+json`");
}

TEST(Envelope, OneKeyIsOneSigner) {
  const VerifierKey one = One().verifier;
  VerifierKey renamed = one;
  renamed.name = "another.name";
  const std::string envelope = Json("eyJhIjoxfQ==", kInTotoPayloadType, StrCat(kGood, ",", kGood));
  EXPECT_THAT(VerifyEnvelope(envelope, {one, renamed, one})->signers, ElementsAre(one));
}

TEST(Envelope, IsRefusedWhereItIsNone) {
  const VerifierKey one = One().verifier;
  for (const std::string& text : {
           std::string(),
           std::string("[]"),
           std::string("null"),
           std::string("{\"payload\":"),
           Json("eyJhIjoxfQ==", kInTotoPayloadType, kGood) + "}",
           std::string(R"({"payload":7,"signatures":[]})"),
           std::string(R"({"payload":"","payloadType":[],"signatures":[]})"),
           std::string(R"({"payload":"","payloadType":"application/vnd.in-toto+json"})"),
           std::string(R"({"payload":"","signatures":{}})"),
           Json("", kInTotoPayloadType, "7"),
           Json("", kInTotoPayloadType, "{\"sig\":7}"),
           // Base 64: blanks, no padding, stray bits, two alphabets at once.
           Json("eyJhIjoxfQ= =", kInTotoPayloadType, kGood),
           Json("eyJhIjoxfQ", kInTotoPayloadType, kGood),
           Json("eyJhIjoxfR==", kInTotoPayloadType, kGood),
           Json("AP/-", kInTotoPayloadType, kGood),
           Json("", kInTotoPayloadType, R"({"sig":"AP_+"})"),
           Json("\xFF", kInTotoPayloadType, kGood),
       }) {
    EXPECT_EQ(VerifyEnvelope(text, {one}).status().code(), absl::StatusCode::kInvalidArgument)
        << text;
  }
}

TEST(Envelope, HasLimits) {
  const VerifierKey one = One().verifier;
  EXPECT_EQ(VerifyEnvelope(std::string(kMaxEnvelopeBytes, '['), {one}).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(VerifyEnvelope(std::string(kMaxEnvelopeBytes + 1, ' '), {one}).status().code(),
            absl::StatusCode::kResourceExhausted);
  std::string many(kGood);
  for (size_t i = 1; i < kMaxEnvelopeSignatures; ++i) StrAppend(&many, ",", kGood);
  EXPECT_TRUE(VerifyEnvelope(Json("eyJhIjoxfQ==", kInTotoPayloadType, many), {one}).ok());
  StrAppend(&many, ",", kGood);
  EXPECT_EQ(VerifyEnvelope(Json("eyJhIjoxfQ==", kInTotoPayloadType, many), {one}).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(Envelope, IsSignedByKeysForIt) {
  const SignerKey witness = GenerateKey("witness", {5}, SignatureType::kCosignature).value();
  EXPECT_EQ(SignEnvelope("a", "b", {}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(SignEnvelope("a", "b", {witness}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(SignEnvelope("", "b", {One()}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(SignEnvelope("\xFF", "b", {One()}).status().code(), absl::StatusCode::kInvalidArgument);
  SignerKey unnamed = One();
  unnamed.verifier.name = "\xFF";
  EXPECT_EQ(SignEnvelope("a", "b", {unnamed}).status().code(), absl::StatusCode::kInvalidArgument);
  const absl::Status status =
      VerifyEnvelope(Json("eyJhIjoxfQ==", kInTotoPayloadType, kGood), {witness.verifier}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(Message(status), HasSubstr("cosignatures"));
}

}  // namespace
}  // namespace changepolicy
