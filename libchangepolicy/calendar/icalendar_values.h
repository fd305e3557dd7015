// The value types of RFC 5545, section 3.3: whether a text is one. For the files of this folder.
#ifndef LIBCHANGEPOLICY_CALENDAR_ICALENDAR_VALUES_H_
#define LIBCHANGEPOLICY_CALENDAR_ICALENDAR_VALUES_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace changepolicy {

// DATE or DATE-TIME.
struct ICalTime {
  absl::CivilSecond local;
  bool date = false;
  bool utc = false;
};
// `20260117`, `20260117T090000`, `20260117T090000Z`; nothing for a day that no month has.
std::optional<ICalTime> ParseICalTime(std::string_view text);

// DURATION, like `-P1DT2H`: days (and weeks) are nominal, the rest is exact.
struct ICalDuration {
  int64_t days = 0;
  int64_t seconds = 0;
  bool negative = false;
};
std::optional<ICalDuration> ParseICalDuration(std::string_view text);

// A length as TimePattern writes it, `4h` or `PT4H`; days are 24 hours.
std::optional<absl::Duration> ReadLength(std::string_view text);

// UTC-OFFSET in seconds, like `-0500`; `-0000` is none.
std::optional<int> ParseICalOffset(std::string_view text);

// What is wrong; empty for a good one.
std::string CheckPeriod(std::string_view text);
std::string CheckGeo(std::string_view text);
// What is unescaped, or is an escape that there is not; `list` allows commas.
std::string CheckText(std::string_view text, bool list);

// In [low, high].
bool IsICalInteger(std::string_view text, int64_t low, int64_t high);
bool IsBase64(std::string_view text);
bool IsICalToken(std::string_view text);

// `UNTIL` of a rule; empty for none. With another value in its place; empty takes it out.
std::string_view UntilOf(std::string_view rule);
std::string WithUntil(std::string_view rule, std::string_view until);
// A part of the rule, in upper case; empty for none.
std::string RulePart(std::string_view rule, std::string_view name);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_ICALENDAR_VALUES_H_
