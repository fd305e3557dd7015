// Random bytes, for keys and salts only: nothing that is decided, ordered or sampled may use them,
// or its answer would differ from run to run.
#ifndef LIBCHANGEPOLICY_BASE_RANDOM_H_
#define LIBCHANGEPOLICY_BASE_RANDOM_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/types/span.h"

namespace changepolicy {

// Fills `bytes` from OpenSSL's generator, which the system seeds. Internal where it has no
// randomness; `bytes` must then not be used. Thread-safe.
absl::Status FillRandom(absl::Span<uint8_t> bytes);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_BASE_RANDOM_H_
