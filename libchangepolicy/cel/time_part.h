// Parts of instants and durations as the language counts them, for all who evaluate expressions.
#ifndef LIBCHANGEPOLICY_CEL_TIME_PART_H_
#define LIBCHANGEPOLICY_CEL_TIME_PART_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/time/time.h"

namespace changepolicy::cel {

enum class TimePart : uint8_t {
  kYear,
  kMonth,  // January is 0
  kDate,   // of the month, from 1
  kDayOfMonth,
  kDayOfWeek,  // Sunday is 0
  kDayOfYear,
  kHours,
  kMinutes,
  kSeconds,
  kMilliseconds,
};

// What a function of that name tells, like `getHours`; nothing for other functions.
std::optional<TimePart> TimePartOf(std::string_view function);

// Of an instant, in the zone that gave `info`.
int64_t PartOf(const absl::TimeZone::CivilInfo& info, TimePart part);

// All of its hours, minutes or seconds, or the milliseconds beyond them. REQUIRES: one of these.
int64_t PartOf(absl::Duration duration, TimePart part);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_TIME_PART_H_
