#include "libchangepolicy/foreign/dsse.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "libchangepolicy/base/base64.h"
#include "libchangepolicy/base/pre_authentication.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {

namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

constexpr std::string_view kStatementType = "application/vnd.in-toto+json";
// More than anybody signs with, and few enough to be tried against every key.
constexpr int kMostSignatures = 100;

struct Signature {
  std::string key_id;
  std::string bytes;
};

const Value* Find(const Struct& fields, const std::string& name) {
  const auto found = fields.fields().find(name);
  return found == fields.fields().end() ? nullptr : &found->second;
}

absl::StatusOr<std::string> TextOf(const Struct& fields, const std::string& name,
                                   std::string_view whose) {
  const Value* const value = Find(fields, name);
  if (value == nullptr || !value->has_string_value()) {
    return InvalidArgument(StrCat("the ", whose, " has no text `", name, "`"));
  }
  return value->string_value();
}

// Both alphabets are allowed, each by itself; that for addresses often leaves out its padding.
absl::StatusOr<std::string> Decode(std::string text, std::string_view what) {
  const bool is_standard = text.find_first_of("+/") != std::string::npos;
  const bool is_for_addresses = text.find_first_of("-_") != std::string::npos;
  if (is_standard && is_for_addresses) {
    return InvalidArgument(StrCat("the ", what, " mixes the two alphabets of base 64"));
  }
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  if (text.find('=') == std::string::npos && text.size() % 4 > 1) {
    text.append(4 - text.size() % 4, '=');
  }
  absl::StatusOr<std::string> bytes = DecodeBase64(text);
  if (!bytes.ok()) return InvalidArgument(StrCat("the ", what, ": ", MessageOf(bytes.status())));
  return bytes;
}

absl::StatusOr<std::vector<Signature>> SignaturesOf(const Struct& envelope) {
  const Value* const list = Find(envelope, "signatures");
  if (list == nullptr || !list->has_list_value() || list->list_value().values_size() == 0) {
    return InvalidArgument("the envelope has no signatures");
  }
  if (list->list_value().values_size() > kMostSignatures) {
    return InvalidArgument(StrCat("the envelope has more than ", kMostSignatures, " signatures"));
  }
  std::vector<Signature> signatures;
  for (const Value& each : list->list_value().values()) {
    CP_ASSIGN_OR_RETURN(const std::string text, TextOf(each.struct_value(), "sig", "signature"));
    Signature signature;
    CP_ASSIGN_OR_RETURN(signature.bytes, Decode(text, "signature"));
    const Value* const key_id = Find(each.struct_value(), "keyid");
    if (key_id != nullptr) signature.key_id = key_id->string_value();
    signatures.push_back(std::move(signature));
  }
  return signatures;
}

// Why nobody of whom we know signed it, as far as that can be told.
absl::Status NotSigned(const std::vector<Signature>& signatures,
                       const std::vector<NamedKey>& keys) {
  std::string claimed;
  for (const Signature& signature : signatures) {
    for (const NamedKey& key : keys) {
      if (signature.key_id != key.key.id() && signature.key_id != key.name) continue;
      return InvalidArgument(StrCat("the signature that names the key `", Printable(key.name),
                                    "` is not over this payload: one of the two was changed"));
    }
    if (signature.key_id.empty()) continue;
    StrAppend(&claimed, claimed.empty() ? "" : ", ", "`", Printable(signature.key_id), "`");
  }
  return InvalidArgument(
      StrCat("none of the keys that were given signed this payload: it was changed, or somebody "
             "else signed it",
             claimed.empty() ? "" : StrCat("; its signatures name ", claimed)));
}

}  // namespace

const Struct* FindEnvelope(const Value& record) {
  if (!record.has_struct_value()) return nullptr;
  const Struct* fields = &record.struct_value();
  const Value* const bundled = Find(*fields, "dsseEnvelope");
  if (bundled != nullptr && bundled->has_struct_value()) fields = &bundled->struct_value();
  const bool is_envelope =
      Find(*fields, "payload") != nullptr &&
      (Find(*fields, "payloadType") != nullptr || Find(*fields, "signatures") != nullptr);
  return is_envelope || bundled != nullptr ? fields : nullptr;
}

absl::StatusOr<OpenedEnvelope> OpenEnvelope(const Struct& envelope,
                                            const std::vector<NamedKey>& keys) {
  CP_ASSIGN_OR_RETURN(const std::string type, TextOf(envelope, "payloadType", "envelope"));
  if (type != kStatementType) {
    return InvalidArgument(
        StrCat("the payload is `", Printable(type), "` and no statement (`", kStatementType, "`)"));
  }
  CP_ASSIGN_OR_RETURN(const std::string text, TextOf(envelope, "payload", "envelope"));
  OpenedEnvelope opened;
  CP_ASSIGN_OR_RETURN(opened.payload, Decode(text, "payload"));
  CP_ASSIGN_OR_RETURN(const std::vector<Signature> signatures, SignaturesOf(envelope));
  if (keys.empty()) return opened;
  const std::string signed_text = PreAuthenticationEncoding(type, opened.payload);
  for (const NamedKey& key : keys) {
    const bool is_signer = std::any_of(
        signatures.begin(), signatures.end(),
        [&](const Signature& signature) { return key.key.Verifies(signed_text, signature.bytes); });
    if (is_signer) opened.signers.push_back(key.name);
  }
  if (opened.signers.empty()) return NotSigned(signatures, keys);
  return opened;
}

}  // namespace changepolicy
