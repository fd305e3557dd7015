#include "libchangepolicy/calendar/recurrence_days.h"

#include <algorithm>
#include <chrono>

namespace changepolicy {

namespace {

constexpr uint64_t kAllMonths = 0b1'1111'1111'1110;

bool HasBit(uint64_t mask, int bit) { return (mask >> bit & 1) != 0; }

bool IsLeap(int year) { return std::chrono::year(year).is_leap(); }

int MonthLength(int year, int month) {
  return month == 2 ? (IsLeap(year) ? 29 : 28)
                    : (month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31);
}

int WeekdayOf(DayNumber day) {
  // 1970-01-01 was a Thursday.
  return static_cast<int>((day % 7 + 10) % 7);
}

}  // namespace

DayNumber DayNumberOf(int year, int month, int day) {
  using std::chrono::sys_days, std::chrono::year_month_day;
  return sys_days(year_month_day(std::chrono::year(year),
                                 std::chrono::month(static_cast<unsigned>(month)),
                                 std::chrono::day(static_cast<unsigned>(day))))
      .time_since_epoch()
      .count();
}

Date Date::Of(DayNumber number) {
  const std::chrono::year_month_day date{
      std::chrono::sys_days(std::chrono::days(static_cast<int>(number)))};
  const int year = static_cast<int>(date.year());
  const int month = static_cast<int>(static_cast<unsigned>(date.month()));
  return {.number = number,
          .year = year,
          .month = month,
          .day = static_cast<int>(static_cast<unsigned>(date.day())),
          .month_length = MonthLength(year, month),
          .year_day = static_cast<int>(number - DayNumberOf(year, 1, 1)) + 1,
          .year_length = IsLeap(year) ? 366 : 365,
          .weekday = WeekdayOf(number)};
}

Date Date::Next() const {
  if (day == month_length) return Of(number + 1);
  Date next = *this;
  ++next.number;
  ++next.day;
  ++next.year_day;
  next.weekday = next.weekday == 6 ? 0 : next.weekday + 1;
  return next;
}

DaySelector::DaySelector(const RecurrenceRule& rule, absl::CivilSecond start)
    : frequency_(rule.frequency),
      week_start_(rule.week_start),
      skip_(rule.skip),
      months_narrow_days_(rule.frequency == Frequency::kMonthly || rule.months != 0),
      months_(rule.months),
      weekdays_(rule.weekdays),
      numbered_days_(rule.numbered_days),
      month_days_(rule.month_days),
      year_days_(rule.year_days),
      weeks_(rule.weeks) {
  // "Information, not contained in the rule, necessary to determine the various recurrence
  // instance start time and dates are derived from the Start Time". BYWEEKNO alone gives the whole
  // week, as dateutil reads it; the RFC does not say which day it would be.
  if (!rule.HasDays() && rule.month_days.empty() && rule.year_days.empty() && rule.weeks.empty()) {
    if (frequency_ == Frequency::kYearly && months_ == 0) months_ = uint64_t{1} << start.month();
    if (frequency_ == Frequency::kYearly || frequency_ == Frequency::kMonthly) {
      month_days_.Add(start.day());
    }
    if (frequency_ == Frequency::kWeekly) {
      weekdays_ = uint64_t{1} << static_cast<int>(absl::GetWeekday(start));
    }
  }
  if (months_ == 0) months_ = kAllMonths;
}

// BYDAY: notes 1 and 2 of the table. A number counts within the month for MONTHLY and where BYMONTH
// is given, and else within the year.
bool DaySelector::PassesWeekday(const Date& date) const {
  if (weekdays_ == 0 && numbered_days_.empty()) return true;
  if (HasBit(weekdays_, date.weekday)) return true;
  const int index = months_narrow_days_ ? date.day : date.year_day;
  const int length = months_narrow_days_ ? date.month_length : date.year_length;
  return std::any_of(numbered_days_.begin(), numbered_days_.end(), [&](const NumberedDay& each) {
    return each.weekday == date.weekday &&
           (each.number > 0 ? (index - 1) / 7 + 1 == each.number
                            : (length - index) / 7 + 1 == -each.number);
  });
}

// Parts that expand and parts that limit come to the same within a period: all must agree.
bool DaySelector::Passes(const Date& date) const {
  return HasBit(months_, date.month) &&
         (month_days_.empty() || month_days_.Has(date.day, date.month_length)) &&
         PassesWeekday(date) &&
         (year_days_.empty() || year_days_.Has(date.year_day, date.year_length));
}

std::optional<DayNumber> DaySelector::NextPassing(DayNumber day, DayNumber end,
                                                  int64_t* steps) const {
  end = std::min(end, day + kCycleDays);
  if (day >= end) return std::nullopt;
  Date date = Date::Of(day);
  while (date.number < end) {
    ++*steps;
    if (!HasBit(months_, date.month)) {
      date = Date::Of(date.number + date.month_length - date.day + 1);
    } else if (Passes(date)) {
      return date.number;
    } else {
      date = date.Next();
    }
  }
  return std::nullopt;
}

DayNumber DaySelector::WeekStart(DayNumber day) const {
  return day - (WeekdayOf(day) - week_start_ + 7) % 7;
}

// The first week of a year is the first with at least four of its days: that of January 4.
DayNumber DaySelector::FirstWeek(int year) const { return WeekStart(DayNumberOf(year, 1, 4)); }

int DaySelector::WeekYear(DayNumber day) const {
  const int year = Date::Of(day).year;
  if (day < FirstWeek(year)) return year - 1;
  return day < FirstWeek(year + 1) ? year : year + 1;
}

void DaySelector::OfWeek(DayNumber first, DayList* days) const {
  Date date = Date::Of(first);
  for (int i = 0; i < 7; ++i, date = date.Next()) {
    if (Passes(date)) days->push_back(date.number);
  }
}

// A date that does not exist, counted to either side of [first, first + length), goes to the day
// before or after it. It has passed BYMONTH before it was moved and meets BYDAY only then (RFC
// 7529, section 4.1).
void DaySelector::AddMoved(DayNumber first, int length, int place, DayList* days) const {
  const DayNumber after_gap = place > 0 ? first + length : first;
  const DayNumber moved = skip_ == Skip::kForward ? after_gap : after_gap - 1;
  if (PassesWeekday(Date::Of(moved))) days->push_back(moved);
}

void DaySelector::AddMonth(int year, int month, DayList* days) const {
  Date date = Date::Of(DayNumberOf(year, month, 1));
  const DayNumber first = date.number;
  const int length = date.month_length;
  for (int day = 1; day <= length; ++day, ++date.number, ++date.day, ++date.year_day) {
    if (Passes(date)) days->push_back(date.number);
    date.weekday = date.weekday == 6 ? 0 : date.weekday + 1;
  }
  if (skip_ == Skip::kOmit || month_days_.empty() || !year_days_.empty()) return;
  for (int place = length + 1; place <= 31; ++place) {
    if (month_days_.Names(place)) AddMoved(first, length, place, days);
    if (month_days_.Names(-place)) AddMoved(first, length, -place, days);
  }
}

namespace {

void SortAndUnite(DayList* days) {
  std::sort(days->begin(), days->end());
  days->erase(std::unique(days->begin(), days->end()), days->end());
}

}  // namespace

void DaySelector::OfMonth(int year, int month, DayList* days) const {
  if (!HasBit(months_, month)) return;
  AddMonth(year, month, days);
  if (skip_ != Skip::kOmit) SortAndUnite(days);
}

void DaySelector::OfYear(int year, DayList* days) const {
  if (!weeks_.empty()) {
    const DayNumber first = FirstWeek(year);
    const int count = static_cast<int>(FirstWeek(year + 1) - first) / 7;
    for (int week = 1; week <= count; ++week) {
      if (weeks_.Has(week, count)) OfWeek(first + (week - 1) * 7, days);
    }
    return;
  }
  for (int month = 1; month <= 12; ++month) {
    if (HasBit(months_, month)) AddMonth(year, month, days);
  }
  if (skip_ == Skip::kOmit) return;
  if (month_days_.empty() && !year_days_.empty() && !IsLeap(year)) {
    const DayNumber first = DayNumberOf(year, 1, 1);
    if (year_days_.Names(366)) AddMoved(first, 365, 366, days);
    if (year_days_.Names(-366)) AddMoved(first, 365, -366, days);
  }
  SortAndUnite(days);
}

}  // namespace changepolicy
