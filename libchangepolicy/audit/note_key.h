// Keys of signed notes, in the texts of golang.org/x/mod/sumdb/note and
// https://c2sp.org/signed-note:
//
//   public   name+hash+key               audit.example/log+5b9fe23c+AdXsVg...
//   secret   PRIVATE+KEY+name+hash+key   PRIVATE+KEY+audit.example/log+5b9fe23c+AQECAw...
//
// where `key` is base 64 of the signature type's byte and the 32 bytes of the public key or the
// seed, and `hash` the key id in eight hexadecimal digits.
#ifndef LIBCHANGEPOLICY_AUDIT_NOTE_KEY_H_
#define LIBCHANGEPOLICY_AUDIT_NOTE_KEY_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libchangepolicy/base/ed25519.h"

namespace changepolicy {

enum class SignatureType : uint8_t {
  kEd25519 = 0x01,      // over the text of the note
  kCosignature = 0x04,  // over a time and the text, https://c2sp.org/tlog-cosignature
};

// InvalidArgument unless the name of a key is one or more characters of UTF-8 without Unicode's
// spaces, `+` and control characters.
absl::Status CheckKeyName(std::string_view name);

// Whom to believe.
struct VerifierKey {
  std::string name;
  SignatureType type = SignatureType::kEd25519;
  Ed25519PublicKey public_key = {};

  friend bool operator==(const VerifierKey&, const VerifierKey&) = default;
};

// The first four bytes of SHA-256(name || "\n" || type || public key), big-endian. Name and id
// together say which key a signature is by.
uint32_t KeyId(const VerifierKey& key);

// What signs. `seed` is secret and is not wiped from memory.
struct SignerKey {
  VerifierKey verifier;
  Ed25519Seed seed = {};
};

// The key that belongs to a seed; a new one where the seed comes from FillRandom (base/random.h).
// CheckKeyName's error.
absl::StatusOr<SignerKey> GenerateKey(std::string_view name, const Ed25519Seed& seed,
                                      SignatureType type = SignatureType::kEd25519);

std::string WriteVerifierKey(const VerifierKey& key);
std::string WriteSignerKey(const SignerKey& key);

// InvalidArgument for a text that is no such key, whose id is not its own, or whose type is not one
// of SignatureType. Messages never show a secret key.
absl::StatusOr<VerifierKey> ParseVerifierKey(std::string_view text);
absl::StatusOr<SignerKey> ParseSignerKey(std::string_view text);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_NOTE_KEY_H_
