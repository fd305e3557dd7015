#include "libchangepolicy/base/pre_authentication.h"

#include "libchangepolicy/base/text.h"

namespace changepolicy {

std::string PreAuthenticationEncoding(std::string_view payload_type, std::string_view payload) {
  return StrCat("DSSEv1 ", payload_type.size(), " ", payload_type, " ", payload.size(), " ",
                payload);
}

}  // namespace changepolicy
