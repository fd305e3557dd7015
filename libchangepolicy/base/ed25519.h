// Ed25519 signatures (RFC 8032, PureEdDSA), by OpenSSL.
#ifndef LIBCHANGEPOLICY_BASE_ED25519_H_
#define LIBCHANGEPOLICY_BASE_ED25519_H_

#include <array>
#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"

namespace changepolicy {

// What RFC 8032 calls the private key: 32 secret bytes. They are not wiped from memory.
using Ed25519Seed = std::array<uint8_t, 32>;
using Ed25519PublicKey = std::array<uint8_t, 32>;
using Ed25519Signature = std::array<uint8_t, 64>;

// Both are deterministic. Internal where OpenSSL has no Ed25519 or no memory.
absl::StatusOr<Ed25519PublicKey> Ed25519PublicKeyOf(const Ed25519Seed& seed);
absl::StatusOr<Ed25519Signature> Ed25519Sign(const Ed25519Seed& seed, std::string_view message);

// Whether `signature` is the key's own over exactly `message`. False for everything else: a key
// that is no point of the curve, a signature that has not 64 bytes, a failure of OpenSSL.
bool Ed25519Verifies(const Ed25519PublicKey& key, std::string_view message,
                     std::string_view signature);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_BASE_ED25519_H_
