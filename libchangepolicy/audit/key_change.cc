#include "libchangepolicy/audit/key_change.h"

#include "libchangepolicy/audit/lines.h"
#include "libchangepolicy/base/ed25519.h"
#include "libchangepolicy/base/status.h"

namespace changepolicy {

namespace {

// What is signed. The keys are written anew, so that a change has one text whatever came in.
absl::StatusOr<std::string> SignedText(std::string_view origin, const VerifierKey& old_key,
                                       const VerifierKey& new_key) {
  CP_RETURN_IF_ERROR(CheckLine(origin, "the origin of the log"));
  for (const VerifierKey* key : {&old_key, &new_key}) {
    if (key->type != SignatureType::kEd25519) {
      return InvalidArgument(StrCat("key `", Printable(key->name),
                                    "` makes cosignatures, and a log's key makes signatures"));
    }
  }
  if (old_key.public_key == new_key.public_key) {
    return InvalidArgument(StrCat("key `", Printable(new_key.name),
                                  "` is the old one, and a change of keys needs another"));
  }
  return StrCat("changepolicy key change/v1\n", origin, "\n", WriteVerifierKey(old_key), "\n",
                WriteVerifierKey(new_key), "\n");
}

}  // namespace

absl::StatusOr<KeyChange> MakeKeyChange(std::string_view origin, const SignerKey& old_key,
                                        const VerifierKey& new_key) {
  CP_ASSIGN_OR_RETURN(const std::string text, SignedText(origin, old_key.verifier, new_key));
  CP_ASSIGN_OR_RETURN(const Ed25519Signature signature, Ed25519Sign(old_key.seed, text));
  return KeyChange{WriteVerifierKey(old_key.verifier), WriteVerifierKey(new_key),
                   std::string(signature.begin(), signature.end())};
}

absl::StatusOr<VerifierKey> VerifyKeyChange(std::string_view origin, const KeyChange& change) {
  CP_ASSIGN_OR_RETURN(const VerifierKey old_key, ParseVerifierKey(change.old_key));
  CP_ASSIGN_OR_RETURN(VerifierKey new_key, ParseVerifierKey(change.new_key));
  CP_ASSIGN_OR_RETURN(const std::string text, SignedText(origin, old_key, new_key));
  if (Ed25519Verifies(old_key.public_key, text, change.signature)) return new_key;
  return absl::DataLossError(
      ToAbsl(StrCat("the change to key `", Printable(new_key.name), "` is not signed by key `",
                    Printable(old_key.name), "` for the log `", Printable(origin), "`")));
}

}  // namespace changepolicy
