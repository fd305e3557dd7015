// Lengths of time as people and calendars write them.
#ifndef LIBCHANGEPOLICY_CALENDAR_LENGTH_H_
#define LIBCHANGEPOLICY_CALENDAR_LENGTH_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace changepolicy {

// Exact time: `4h`, `90m`, `1h30m`, or as in RFC 5545, section 3.3.6, `PT4H`, `P1DT2H`, `P2W`,
// whose days have 24 hours. More than nothing, at most ten years; nothing for other texts.
std::optional<absl::Duration> ParseLength(std::string_view text);

// Time on the wall clock: whole days keep the time of day, whatever clocks do in between.
struct CivilLength {
  int64_t days = 0;
  int64_t seconds = 0;

  friend bool operator==(const CivilLength&, const CivilLength&) = default;
};

// `14d`, `2w`, `P14D`, `P2W`, and with a time `1d12h`, `P1DT12H`, `36h`. More than nothing, at most
// ten years.
std::optional<CivilLength> ParseCivilLength(std::string_view text);

absl::CivilSecond operator+(absl::CivilSecond time, CivilLength length);
absl::CivilSecond operator-(absl::CivilSecond time, CivilLength length);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_LENGTH_H_
