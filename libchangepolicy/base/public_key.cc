#include "libchangepolicy/base/public_key.h"

#include <climits>
#include <cstddef>
#include <utility>

#include "libchangepolicy/base/digest.h"
#include "libchangepolicy/base/status.h"
#include "openssl/bio.h"
#include "openssl/err.h"
#include "openssl/evp.h"
#include "openssl/pem.h"
#include "openssl/rsa.h"
#include "openssl/x509.h"

namespace changepolicy {

namespace {

constexpr int kLeastRsaBits = 2048;
constexpr std::string_view kBegin = "-----BEGIN PUBLIC KEY-----";

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

// What does not verify is an answer here, not an error for a program's next use of OpenSSL.
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

// Null where the algorithm makes its own digest; nothing sound for a key that is not taken.
absl::StatusOr<const EVP_MD*> DigestFor(const EVP_PKEY* key) {
  const int bits = EVP_PKEY_get_bits(key);
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_ED25519:
      return nullptr;
    case EVP_PKEY_RSA:
      if (bits >= kLeastRsaBits) return EVP_sha256();
      return InvalidArgument(
          StrCat("an RSA key of ", bits, " bits is too weak; ", kLeastRsaBits, " are the least"));
    case EVP_PKEY_EC: {
      char curve[32];
      size_t length = 0;
      if (EVP_PKEY_get_group_name(key, curve, sizeof(curve), &length) != 1) break;
      const std::string_view name(curve, length);
      if (name == "prime256v1") return EVP_sha256();
      if (name == "secp384r1") return EVP_sha384();
      if (name == "secp521r1") return EVP_sha512();
      return InvalidArgument(StrCat("the curve `", name, "` is not P-256, P-384 or P-521"));
    }
    default:
      break;
  }
  return InvalidArgument("the key is not of Ed25519, ECDSA or RSA");
}

bool VerifiesAs(EVP_PKEY* key, const EVP_MD* digest, int rsa_padding, std::string_view message,
                std::string_view signature) {
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;  // the context's
  if (context == nullptr ||
      EVP_DigestVerifyInit(context.get(), &options, digest, nullptr, key) != 1) {
    return false;
  }
  if (rsa_padding != 0 && EVP_PKEY_CTX_set_rsa_padding(options, rsa_padding) != 1) return false;
  return EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(message),
                          message.size()) == 1;
}

}  // namespace

struct PublicKey::Key {
  Owned<EVP_PKEY> owned;
  const EVP_MD* digest = nullptr;
};

absl::StatusOr<PublicKey> PublicKey::FromPem(std::string_view pem) {
  const ErrorsLeftAsFound errors;
  const size_t begin = pem.find(kBegin);
  if (begin == std::string_view::npos || pem.size() > INT_MAX) {
    return InvalidArgument(StrCat("it has no `", kBegin, "`"));
  }
  pem.remove_prefix(begin);
  const Owned<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  auto key = std::make_shared<Key>();
  if (bio != nullptr) key->owned.reset(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
  if (key->owned == nullptr) return InvalidArgument("its public key cannot be read");
  CP_ASSIGN_OR_RETURN(key->digest, DigestFor(key->owned.get()));
  unsigned char* der = nullptr;
  const int length = i2d_PUBKEY(key->owned.get(), &der);
  if (length <= 0) return Internal("OpenSSL does not write the key as DER");
  PublicKey read;
  constexpr size_t kPrefix = std::string_view("sha256:").size();
  read.id_ =
      Sha256({reinterpret_cast<const char*>(der), static_cast<size_t>(length)}).substr(kPrefix);
  OPENSSL_free(der);
  read.key_ = std::move(key);
  return read;
}

bool PublicKey::Verifies(std::string_view message, std::string_view signature) const {
  const ErrorsLeftAsFound errors;
  EVP_PKEY* const key = key_->owned.get();
  if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) {
    return VerifiesAs(key, key_->digest, 0, message, signature);
  }
  return VerifiesAs(key, key_->digest, RSA_PKCS1_PADDING, message, signature) ||
         VerifiesAs(key, key_->digest, RSA_PKCS1_PSS_PADDING, message, signature);
}

}  // namespace changepolicy
