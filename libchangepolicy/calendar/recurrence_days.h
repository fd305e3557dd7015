// Which days a recurrence rule names: the day half of RFC 5545, section 3.3.10. Internal to
// recurrence.cc; days count from 1970-01-01.
#ifndef LIBCHANGEPOLICY_CALENDAR_RECURRENCE_DAYS_H_
#define LIBCHANGEPOLICY_CALENDAR_RECURRENCE_DAYS_H_

#include <cstdint>
#include <optional>

#include "absl/container/inlined_vector.h"
#include "absl/time/civil_time.h"
#include "libchangepolicy/calendar/recurrence_rule.h"

namespace changepolicy {

using DayNumber = int64_t;
using DayList = absl::InlinedVector<DayNumber, 32>;

DayNumber DayNumberOf(int year, int month, int day);

// After 400 years the Gregorian calendar, days of the week included, repeats itself.
inline constexpr int64_t kCycleYears = 400;
inline constexpr int64_t kCycleDays = 146'097;

struct Date {
  DayNumber number;
  int year;
  int month;
  int day;
  int month_length;
  int year_day;
  int year_length;
  int weekday;  // from 0, Monday

  static Date Of(DayNumber number);
  // The next day; cheaper than Of within a month.
  Date Next() const;
};

class DaySelector {
 public:
  // What the rule leaves open about days, `start` supplies.
  DaySelector(const RecurrenceRule& rule, absl::CivilSecond start);

  // Whether all parts of the rule that speak of days let it pass.
  bool Passes(const Date& date) const;
  // The first day in [day, end) that passes; nothing also where 400 years hold none. Adds to
  // `steps` what it looked at.
  std::optional<DayNumber> NextPassing(DayNumber day, DayNumber end, int64_t* steps) const;

  // The days that a week, month or year gives, ascending, each once. With SKIP they may lie a day
  // beside it, with BYWEEKNO up to six.
  void OfWeek(DayNumber first, DayList* days) const;
  void OfMonth(int year, int month, DayList* days) const;
  void OfYear(int year, DayList* days) const;

  // The year to whose weeks a day belongs.
  int WeekYear(DayNumber day) const;
  // The first day of the week of `day`.
  DayNumber WeekStart(DayNumber day) const;

 private:
  DayNumber FirstWeek(int year) const;
  bool PassesWeekday(const Date& date) const;
  void AddMonth(int year, int month, DayList* days) const;
  void AddMoved(DayNumber first, int length, int place, DayList* days) const;

  const Frequency frequency_;
  const int week_start_;
  const Skip skip_;
  const bool months_narrow_days_;
  uint64_t months_;
  uint64_t weekdays_;
  std::vector<NumberedDay> numbered_days_;
  Ordinals<31> month_days_;
  Ordinals<366> year_days_;
  Ordinals<53> weeks_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_RECURRENCE_DAYS_H_
