#include "libchangepolicy/base/digest.h"

#include <array>

#include "absl/strings/escaping.h"
#include "libchangepolicy/base/text.h"
#include "openssl/sha.h"

namespace changepolicy {

std::string Sha256(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash.data());
  return StrCat("sha256:", absl::BytesToHexString(absl::string_view(
                               reinterpret_cast<const char*>(hash.data()), hash.size())));
}

}  // namespace changepolicy
