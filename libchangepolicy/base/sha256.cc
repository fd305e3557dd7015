#include "libchangepolicy/base/sha256.h"

#include <algorithm>
#include <cstdlib>

#include "libchangepolicy/base/status.h"
#include "openssl/evp.h"

namespace changepolicy {

namespace {

// Fetched once: looking an algorithm up costs OpenSSL 3 as much as hashing some hundred bytes.
const EVP_MD* FetchedSha256() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

class Context {
 public:
  Context() : context_(EVP_MD_CTX_new()) {}
  ~Context() { EVP_MD_CTX_free(context_); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  bool Digest(std::initializer_list<std::string_view> pieces, Hash* hash) {
    if (context_ == nullptr || EVP_DigestInit_ex2(context_, FetchedSha256(), nullptr) != 1) {
      return false;
    }
    for (const std::string_view piece : pieces) {
      if (EVP_DigestUpdate(context_, piece.data(), piece.size()) != 1) return false;
    }
    return EVP_DigestFinal_ex(context_, hash->data(), nullptr) == 1;
  }

 private:
  EVP_MD_CTX* const context_;
};

}  // namespace

Hash HashOf(std::initializer_list<std::string_view> pieces) {
  thread_local Context context;
  Hash hash;
  if (!context.Digest(pieces, &hash)) std::abort();
  return hash;
}

absl::StatusOr<Hash> HashFromBytes(std::string_view bytes, std::string_view what) {
  Hash hash;
  if (bytes.size() != hash.size()) {
    return InvalidArgument(
        StrCat(what, " has ", bytes.size(), " bytes, and a SHA-256 hash has ", hash.size()));
  }
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

}  // namespace changepolicy
