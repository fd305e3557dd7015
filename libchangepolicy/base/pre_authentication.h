// What signatures of DSSE 1.0 are over (https://github.com/secure-systems-lab/dsse).
#ifndef LIBCHANGEPOLICY_BASE_PRE_AUTHENTICATION_H_
#define LIBCHANGEPOLICY_BASE_PRE_AUTHENTICATION_H_

#include <string>
#include <string_view>

namespace changepolicy {

// `DSSEv1 <length> <type> <length> <payload>`, lengths in bytes. Thread-safe.
std::string PreAuthenticationEncoding(std::string_view payload_type, std::string_view payload);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_BASE_PRE_AUTHENTICATION_H_
