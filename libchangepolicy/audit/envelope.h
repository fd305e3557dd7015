// Signed envelopes (DSSE 1.0, https://github.com/secure-systems-lab/dsse): bytes of a stated type
// that one or more Ed25519 keys have signed, as JSON.
//
//   {"payload": "<base 64>", "payloadType": "application/vnd.in-toto+json",
//    "signatures": [{"keyid": "audit.example/auditor+5b9fe23c", "sig": "<base 64>"}]}
//
// What is signed is the pre-authentication encoding of type and payload, so that a signature over
// one type is none over another. It begins with `DSSEv1 ` and is no text of a signed note (note.h)
// unless the payload ends with a line break, which those written here do not; still, a log's own
// key is better not used for statements about it. Functions are thread-safe.
#ifndef LIBCHANGEPOLICY_AUDIT_ENVELOPE_H_
#define LIBCHANGEPOLICY_AUDIT_ENVELOPE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "libchangepolicy/audit/note_key.h"

namespace changepolicy {

inline constexpr std::string_view kInTotoPayloadType = "application/vnd.in-toto+json";

// Limits of an envelope that is read.
inline constexpr size_t kMaxEnvelopeBytes = 1'000'000;
inline constexpr size_t kMaxEnvelopeSignatures = 64;

// The envelope, on one line that ends with a line feed. Signatures are in the order of the keys;
// the id of a key is its name, `+` and its key id in eight hexadecimal digits, as in the text of
// the key. InvalidArgument without a key, for a key that is no Ed25519 key of notes
// (SignatureType), and for a type that is empty or no UTF-8.
absl::StatusOr<std::string> SignEnvelope(std::string_view payload_type, std::string_view payload,
                                         absl::Span<const SignerKey> signers);

struct VerifiedEnvelope {
  std::string payload;
  // Trusted keys that signed it, in the order of `trusted`, each public key once: at least one.
  // Whoever asks for several signers counts them.
  std::vector<VerifierKey> signers;
};

// Believes only the keys that are given: the ids of keys in the envelope are hints that nobody
// signed, and are not looked at. Both alphabets of base 64 are read, fields that are not known are
// passed over. InvalidArgument for what is no such envelope; ResourceExhausted beyond the limits;
// FailedPrecondition for another type, and where no trusted key has signed. O(size * keys *
// signatures).
absl::StatusOr<VerifiedEnvelope> VerifyEnvelope(std::string_view envelope,
                                                absl::Span<const VerifierKey> trusted,
                                                std::string_view payload_type = kInTotoPayloadType);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_ENVELOPE_H_
