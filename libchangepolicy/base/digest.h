// SHA-256, by OpenSSL.
#ifndef LIBCHANGEPOLICY_BASE_DIGEST_H_
#define LIBCHANGEPOLICY_BASE_DIGEST_H_

#include <string>
#include <string_view>

namespace changepolicy {

// `sha256:` and 64 lower case hexadecimal digits. Thread-safe.
std::string Sha256(std::string_view bytes);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_BASE_DIGEST_H_
