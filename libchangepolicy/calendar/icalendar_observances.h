// A zone of the IANA database as the observances of a VTIMEZONE, section 3.6.5 of RFC 5545. For the
// files of this folder.
#ifndef LIBCHANGEPOLICY_CALENDAR_ICALENDAR_OBSERVANCES_H_
#define LIBCHANGEPOLICY_CALENDAR_ICALENDAR_OBSERVANCES_H_

#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace changepolicy {

// A STANDARD or DAYLIGHT.
struct Observance {
  bool daylight = false;
  int from = 0, to = 0;  // offsets in seconds
  std::string name;      // TZNAME
  absl::CivilSecond start;
  std::string rrule;                      // without end
  std::vector<absl::CivilSecond> rdates;  // further onsets
};

// Everything that the zone does from `first_year` to `last_year`, and at least to 2037, by start.
// What repeats every year to the end is a rule, the rest is listed.
std::vector<Observance> ObservancesOf(absl::TimeZone zone, int64_t first_year, int64_t last_year);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_ICALENDAR_OBSERVANCES_H_
