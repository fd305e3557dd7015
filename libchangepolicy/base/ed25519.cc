#include "libchangepolicy/base/ed25519.h"

#include <cstddef>
#include <memory>

#include "libchangepolicy/base/status.h"
#include "openssl/err.h"
#include "openssl/evp.h"

namespace changepolicy {

namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Context = std::unique_ptr<EVP_MD_CTX, Free>;

// A signature that does not verify is an answer here, not an error that a program's next use of
// OpenSSL in this thread should find in the queue.
class ErrorsLeftAsFound {
 public:
  ErrorsLeftAsFound() { ERR_set_mark(); }
  ~ErrorsLeftAsFound() { ERR_pop_to_mark(); }
  ErrorsLeftAsFound(const ErrorsLeftAsFound&) = delete;
  ErrorsLeftAsFound& operator=(const ErrorsLeftAsFound&) = delete;
};

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Key PrivateKey(const Ed25519Seed& seed) {
  return Key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
}

}  // namespace

absl::StatusOr<Ed25519PublicKey> Ed25519PublicKeyOf(const Ed25519Seed& seed) {
  const ErrorsLeftAsFound errors;
  const Key key = PrivateKey(seed);
  Ed25519PublicKey bytes;
  size_t length = bytes.size();
  if (key == nullptr || EVP_PKEY_get_raw_public_key(key.get(), bytes.data(), &length) != 1 ||
      length != bytes.size()) {
    return Internal("OpenSSL makes no Ed25519 key of a seed");
  }
  return bytes;
}

absl::StatusOr<Ed25519Signature> Ed25519Sign(const Ed25519Seed& seed, std::string_view message) {
  const ErrorsLeftAsFound errors;
  const Key key = PrivateKey(seed);
  const Context context(EVP_MD_CTX_new());
  Ed25519Signature signature;
  size_t length = signature.size();
  if (key == nullptr || context == nullptr ||
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), signature.data(), &length, Bytes(message), message.size()) !=
          1 ||
      length != signature.size()) {
    return Internal("OpenSSL does not sign with an Ed25519 key");
  }
  return signature;
}

bool Ed25519Verifies(const Ed25519PublicKey& key, std::string_view message,
                     std::string_view signature) {
  const ErrorsLeftAsFound errors;
  const Key public_key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  const Context context(EVP_MD_CTX_new());
  return public_key != nullptr && context != nullptr &&
         signature.size() == Ed25519Signature().size() &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, public_key.get()) == 1 &&
         EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(message),
                          message.size()) == 1;
}

}  // namespace changepolicy
