#include "libchangepolicy/base/random.h"

#include <algorithm>
#include <climits>

#include "libchangepolicy/base/status.h"
#include "openssl/rand.h"

namespace changepolicy {

absl::Status FillRandom(absl::Span<uint8_t> bytes) {
  while (!bytes.empty()) {
    const size_t count = std::min<size_t>(bytes.size(), INT_MAX);
    if (RAND_bytes(bytes.data(), static_cast<int>(count)) != 1) {
      return Internal("the system gives no random bytes");
    }
    bytes.remove_prefix(count);
  }
  return absl::OkStatus();
}

}  // namespace changepolicy
