// Instants in sentences and statements.
#ifndef LIBCHANGEPOLICY_BASE_UTC_TEXT_H_
#define LIBCHANGEPOLICY_BASE_UTC_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace changepolicy {

// UTC, RFC 3339, like `2026-01-31T09:00:00Z`, with as many digits of a second as it needs. RFC 3339
// has no form for instants outside of the years 0 to 9999: their years are written as they are.
std::string UtcText(absl::Time time);

// How long the text of an instant of whole seconds is, without the `Z`.
inline constexpr int kUtcSecondsSize = 19;

// Of the years 0 to 9999, in seconds since 1970.
bool HasUtcSeconds(int64_t seconds);

// Writes `2026-01-31T09:00:00`, and gives the end. REQUIRES: HasUtcSeconds(seconds).
char* WriteUtcSeconds(int64_t seconds, char* to);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_BASE_UTC_TEXT_H_
