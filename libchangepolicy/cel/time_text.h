// Instants, durations and zones as the language writes them.
#ifndef LIBCHANGEPOLICY_CEL_TIME_TEXT_H_
#define LIBCHANGEPOLICY_CEL_TIME_TEXT_H_

#include <optional>
#include <string_view>

#include "absl/time/time.h"

namespace changepolicy::cel {

// RFC 3339, in the range of years 1 to 9999.
std::optional<absl::Time> ParseTimestamp(std::string_view text);
// A sum of amounts with units h, m, s, ms, us, ns, like `1h30m` or `-1.5s`.
std::optional<absl::Duration> ParseDuration(std::string_view text);
// An IANA name, or an offset `+05:30`, `-08:00`, `05:30`.
std::optional<absl::TimeZone> ParseZone(std::string_view text);

// Within the years 1 to 9999, and within 64 bits of nanoseconds.
bool IsInRange(absl::Time time);
bool IsInRange(absl::Duration duration);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_TIME_TEXT_H_
