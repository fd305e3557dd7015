// Public keys in PEM and the signatures that they verify, by OpenSSL: Ed25519, ECDSA on the curves
// of NIST, RSA.
#ifndef LIBCHANGEPOLICY_BASE_PUBLIC_KEY_H_
#define LIBCHANGEPOLICY_BASE_PUBLIC_KEY_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace changepolicy {

// Immutable, thread-safe; copies share the key.
class PublicKey {
 public:
  // The `PUBLIC KEY` of a PEM text (X.509's SubjectPublicKeyInfo). InvalidArgument for everything
  // else: a private key, a certificate, whose chain nobody would check here, another algorithm, RSA
  // below 2048 bits, a curve other than P-256, P-384 and P-521.
  static absl::StatusOr<PublicKey> FromPem(std::string_view pem);

  // SHA-256 of the key's DER form in hex, which many signers write as `keyid`.
  const std::string& id() const { return id_; }

  // Whether the signature is the key's own over exactly `message`. ECDSA signatures are in DER, by
  // SHA-256, 384 or 512 as the curve has bits; RSA's are PKCS #1 v1.5 or PSS, by SHA-256. False for
  // everything else, a failure of OpenSSL included.
  bool Verifies(std::string_view message, std::string_view signature) const;

 private:
  struct Key;
  PublicKey() = default;

  std::shared_ptr<const Key> key_;
  std::string id_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_BASE_PUBLIC_KEY_H_
