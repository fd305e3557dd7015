// SHA-256 as 32 bytes, over a text in pieces: for trees that hash millions of short texts.
// digest.h has the form that documents show.
#ifndef LIBCHANGEPOLICY_BASE_SHA256_H_
#define LIBCHANGEPOLICY_BASE_SHA256_H_

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "absl/status/statusor.h"

namespace changepolicy {

using Hash = std::array<uint8_t, 32>;

// SHA-256 (FIPS 180-4) of the pieces, one after the other. Each thread keeps a context, so that
// nothing is looked up or allocated per call. Thread-safe. Ends the process where OpenSSL has no
// SHA-256 at all: no answer would be better than a wrong one.
Hash HashOf(std::initializer_list<std::string_view> pieces);

inline std::string_view BytesOf(const Hash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

// InvalidArgument where there are not exactly 32 bytes; `what` names them in the message.
absl::StatusOr<Hash> HashFromBytes(std::string_view bytes, std::string_view what);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_BASE_SHA256_H_
