// Time zones and civil times. Which rules hold is said in base/zone_rules.h.
#ifndef LIBCHANGEPOLICY_CALENDAR_ZONE_H_
#define LIBCHANGEPOLICY_CALENDAR_ZONE_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace changepolicy {

// A zone of the IANA database by its name, by the rules that hold on this thread. Nothing for other
// names: no file, no offset, not the zone of this machine. Zones are loaded once and kept.
std::optional<absl::TimeZone> FindZone(std::string_view name);

// What to do about a name that is no zone: the one that was meant, or where names are from.
std::string SuggestZone(std::string_view name);

// `2026-11-01T01:00:00`, `2026-11-01T01:00`, or a date, which is its midnight.
std::optional<absl::CivilSecond> ParseLocal(std::string_view text);

// A civil time that occurs twice is the first; one that never occurs takes the offset before the
// gap.
absl::Time ToInstant(absl::CivilSecond local, absl::TimeZone zone);

// Version of the zone rules that hold on this thread, like `2026a`; `unknown` where the system does
// not say.
const std::string& TzdbVersion();

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_ZONE_H_
