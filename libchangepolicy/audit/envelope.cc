#include "libchangepolicy/audit/envelope.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libchangepolicy/base/base64.h"
#include "libchangepolicy/base/pre_authentication.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/utf8.h"
#include "nlohmann/json.hpp"

namespace changepolicy {

namespace {

using nlohmann::ordered_json;

struct Envelope {
  std::string payload_type;
  std::string payload;
  std::vector<std::string> signatures;
};

// Base 64 in either alphabet, but not in both at once.
absl::StatusOr<std::string> DecodeEither(std::string_view text) {
  if (text.find_first_of("-_") == std::string_view::npos) return DecodeBase64(text);
  if (text.find_first_of("+/") != std::string_view::npos) {
    return InvalidArgument("two alphabets of base 64 in one text");
  }
  std::string standard(text);
  std::replace(standard.begin(), standard.end(), '-', '+');
  std::replace(standard.begin(), standard.end(), '_', '/');
  return DecodeBase64(standard);
}

// The text of a field; one that is not there is empty.
absl::StatusOr<std::string> TextOf(const ordered_json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return std::string();
  if (!found->is_string()) return InvalidArgument(StrCat("`", name, "` is no text"));
  return found->get<std::string>();
}

absl::StatusOr<std::string> BytesOf(const ordered_json& object, const char* name) {
  CP_ASSIGN_OR_RETURN(const std::string text, TextOf(object, name));
  absl::StatusOr<std::string> bytes = DecodeEither(text);
  if (bytes.ok()) return bytes;
  return InvalidArgument(StrCat("`", name, "`: ", MessageOf(bytes.status())));
}

absl::StatusOr<Envelope> ReadEnvelope(std::string_view text) {
  if (text.size() > kMaxEnvelopeBytes) {
    return ResourceExhausted(
        StrCat("the envelope has ", text.size(), " bytes, and the limit is ", kMaxEnvelopeBytes));
  }
  const ordered_json json = ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return InvalidArgument("the envelope is no object of JSON");
  Envelope envelope;
  CP_ASSIGN_OR_RETURN(envelope.payload_type, TextOf(json, "payloadType"));
  CP_ASSIGN_OR_RETURN(envelope.payload, BytesOf(json, "payload"));
  const auto signatures = json.find("signatures");
  if (signatures == json.end() || !signatures->is_array()) {
    return InvalidArgument("the envelope has no list `signatures`");
  }
  if (signatures->size() > kMaxEnvelopeSignatures) {
    return ResourceExhausted(StrCat("the envelope has ", signatures->size(),
                                    " signatures, and the limit is ", kMaxEnvelopeSignatures));
  }
  for (const ordered_json& signature : *signatures) {
    if (!signature.is_object()) return InvalidArgument("a signature is no object of JSON");
    CP_ASSIGN_OR_RETURN(std::string bytes, BytesOf(signature, "sig"));
    envelope.signatures.push_back(std::move(bytes));
  }
  return envelope;
}

absl::Status CheckType(SignatureType type) {
  if (type == SignatureType::kEd25519) return absl::OkStatus();
  return InvalidArgument("a key for cosignatures does not sign envelopes");
}

std::string KeyIdText(const VerifierKey& key) {
  return StrCat(key.name, "+", absl::Hex(KeyId(key), absl::kZeroPad8));
}

}  // namespace

absl::StatusOr<std::string> SignEnvelope(std::string_view payload_type, std::string_view payload,
                                         absl::Span<const SignerKey> signers) {
  if (signers.empty()) return InvalidArgument("an envelope needs a key that signs it");
  if (payload_type.empty() || !IsUtf8(payload_type)) {
    return InvalidArgument("the type of the payload is empty, or is no UTF-8");
  }
  const std::string encoding = PreAuthenticationEncoding(payload_type, payload);
  ordered_json signatures = ordered_json::array();
  for (const SignerKey& signer : signers) {
    CP_RETURN_IF_ERROR(CheckType(signer.verifier.type));
    CP_RETURN_IF_ERROR(CheckKeyName(signer.verifier.name));
    CP_ASSIGN_OR_RETURN(const Ed25519Signature signature, Ed25519Sign(signer.seed, encoding));
    const std::string_view bytes(reinterpret_cast<const char*>(signature.data()), signature.size());
    signatures.push_back({{"keyid", KeyIdText(signer.verifier)}, {"sig", EncodeBase64(bytes)}});
  }
  const ordered_json json = {{"payload", EncodeBase64(payload)},
                             {"payloadType", std::string(payload_type)},
                             {"signatures", std::move(signatures)}};
  return json.dump() + "\n";
}

absl::StatusOr<VerifiedEnvelope> VerifyEnvelope(std::string_view text,
                                                absl::Span<const VerifierKey> trusted,
                                                std::string_view payload_type) {
  CP_ASSIGN_OR_RETURN(Envelope envelope, ReadEnvelope(text));
  if (envelope.payload_type != payload_type) {
    return FailedPrecondition(StrCat("the payload is of type `", Printable(envelope.payload_type),
                                     "`, not of `", payload_type, "`"));
  }
  const std::string encoding = PreAuthenticationEncoding(envelope.payload_type, envelope.payload);
  VerifiedEnvelope verified;
  for (const VerifierKey& key : trusted) {
    CP_RETURN_IF_ERROR(CheckType(key.type));
    const bool counted = std::any_of(
        verified.signers.begin(), verified.signers.end(),
        [&key](const VerifierKey& other) { return other.public_key == key.public_key; });
    const bool signed_by_it =
        !counted && std::any_of(envelope.signatures.begin(), envelope.signatures.end(),
                                [&](const std::string& signature) {
                                  return Ed25519Verifies(key.public_key, encoding, signature);
                                });
    if (signed_by_it) verified.signers.push_back(key);
  }
  if (verified.signers.empty()) {
    return FailedPrecondition("no trusted key has signed the envelope");
  }
  verified.payload = std::move(envelope.payload);
  return verified;
}

}  // namespace changepolicy
