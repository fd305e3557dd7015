// A recurrence rule with all that its start supplies, ready to be walked. Internal to
// recurrence.cc.
#ifndef LIBCHANGEPOLICY_CALENDAR_RECURRENCE_PLAN_H_
#define LIBCHANGEPOLICY_CALENDAR_RECURRENCE_PLAN_H_

#include <cstdint>
#include <limits>
#include <optional>

#include "absl/container/inlined_vector.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "libchangepolicy/calendar/recurrence.h"
#include "libchangepolicy/calendar/recurrence_days.h"
#include "libchangepolicy/calendar/recurrence_rule.h"
#include "libchangepolicy/calendar/zone.h"

namespace changepolicy {

// Seconds from 1970-01-01T00:00:00 on the wall clock, as if each day had 86,400.
using LocalSeconds = int64_t;
inline constexpr LocalSeconds kSecondsOfDay = 86'400;
inline constexpr LocalSeconds kNoEnd = std::numeric_limits<LocalSeconds>::max();

// Times outside of the years 1 to 9999 become the end of them that is nearer.
LocalSeconds ToSeconds(absl::CivilSecond time);
absl::CivilSecond FromSeconds(LocalSeconds seconds);

// Rounded down.
inline int64_t FloorDivide(int64_t value, int64_t by) {
  const int64_t quotient = value / by;
  return quotient * by > value ? quotient - 1 : quotient;
}

// A rule with all that its start supplies.
struct RecurrencePlan {
  using Values = absl::InlinedVector<int, 24>;

  RecurrencePlan(const RecurrenceRule& rule, absl::CivilSecond start, absl::TimeZone zone,
                 const RecurrenceLimits& limits);

  int64_t PeriodOf(LocalSeconds time) const;
  // No instance of the period is earlier.
  LocalSeconds PeriodBegin(int64_t period) const;
  // The first period from `period` on that INTERVAL keeps.
  int64_t Align(int64_t period) const {
    if (period <= first_period) return first_period;
    const int64_t intervals = (period - first_period + rule.interval - 1) / rule.interval;
    return first_period + intervals * rule.interval;
  }
  // The first unit of the day from `unit` on that BYHOUR, BYMINUTE and BYSECOND admit.
  int64_t NextUnit(int64_t unit) const;
  // Places in a set of so many; all of them without BYSETPOS.
  void Places(int64_t size, absl::InlinedVector<int64_t, 8>* places) const;
  bool IsAfterEnd(LocalSeconds time) const {
    return until.has_value() && time >= until_near && ToInstant(FromSeconds(time), zone) > *until;
  }

  const RecurrenceRule rule;
  const RecurrenceLimits limits;
  const absl::TimeZone zone;
  const LocalSeconds start;
  const DaySelector days;
  Values hours, minutes, seconds;
  uint64_t hour_mask, minute_mask, second_mask;
  int64_t units_per_day = 1;
  int64_t week_phase = 0;
  int64_t first_period = 0;
  // BYWEEKNO with INTERVAL: the end of the start's week, where that is of another year than the
  // start; else before all.
  LocalSeconds first_week_end = std::numeric_limits<LocalSeconds>::min();
  LocalSeconds end;  // no instance from here on
  std::optional<absl::Time> until;
  LocalSeconds until_near = kNoEnd;
  bool never = false;
  // COUNT was counted only so far.
  LocalSeconds counted_to = kNoEnd;

 private:
  bool HasNoPlace() const;
  bool HasNoUnit() const;
  void Count();
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_RECURRENCE_PLAN_H_
