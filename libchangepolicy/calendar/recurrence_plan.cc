#include "libchangepolicy/calendar/recurrence_plan.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "libchangepolicy/calendar/recurrence_walk.h"

namespace changepolicy {

namespace {

// Local time differs from UTC by less, on both sides of a change of clocks.
constexpr LocalSeconds kMostOffset = 26 * 3'600;
// Enough to walk once through 400 years by days.
constexpr int64_t kStepsToProve = 200'000;

using Values = RecurrencePlan::Values;

LocalSeconds BeginningOfTime() { return DayNumberOf(1, 1, 1) * kSecondsOfDay; }
LocalSeconds EndOfTime() { return DayNumberOf(10'000, 1, 1) * kSecondsOfDay; }

Values ValuesOf(uint64_t mask) {
  Values values;
  for (int i = 0; i < 60; ++i) {
    if ((mask >> i & 1) != 0) values.push_back(i);
  }
  return values;
}

// The first value from `value` on that the mask has; `none` where there is none.
int NextBit(uint64_t mask, int value, int none) {
  const uint64_t rest = value > 63 ? 0 : mask >> value;
  return rest == 0 ? none : value + std::countr_zero(rest);
}

}  // namespace

LocalSeconds ToSeconds(absl::CivilSecond time) {
  if (time.year() < 1) return BeginningOfTime();
  if (time.year() > 9'999) return EndOfTime();
  return DayNumberOf(static_cast<int>(time.year()), time.month(), time.day()) * kSecondsOfDay +
         time.hour() * 3'600 + time.minute() * 60 + time.second();
}

absl::CivilSecond FromSeconds(LocalSeconds seconds) {
  const DayNumber day = FloorDivide(seconds, kSecondsOfDay);
  const Date date = Date::Of(day);
  const int rest = static_cast<int>(seconds - day * kSecondsOfDay);
  return absl::CivilSecond(date.year, date.month, date.day, rest / 3'600, rest / 60 % 60,
                           rest % 60);
}

RecurrencePlan::RecurrencePlan(const RecurrenceRule& rule, absl::CivilSecond start,
                               absl::TimeZone zone, const RecurrenceLimits& limits)
    : rule(rule), limits(limits), zone(zone), start(ToSeconds(start)), days(rule, start) {
  const Frequency frequency = rule.frequency;
  // A time part limits where the frequency is as fine as it, and else expands, or is the start's.
  const auto fill = [](uint64_t given, bool limits, int from_start, int size) {
    return given != 0 ? given : limits ? (uint64_t{1} << size) - 1 : uint64_t{1} << from_start;
  };
  hour_mask = fill(rule.hours, frequency <= Frequency::kHourly, start.hour(), 24);
  minute_mask = fill(rule.minutes, frequency <= Frequency::kMinutely, start.minute(), 60);
  second_mask = fill(rule.seconds, frequency == Frequency::kSecondly, start.second(), 60);
  hours = ValuesOf(hour_mask);
  minutes = ValuesOf(minute_mask);
  seconds = ValuesOf(second_mask);
  units_per_day = frequency == Frequency::kSecondly   ? kSecondsOfDay
                  : frequency == Frequency::kMinutely ? 1'440
                  : frequency == Frequency::kHourly   ? 24
                                                      : 1;
  const DayNumber first_week = days.WeekStart(FloorDivide(this->start, kSecondsOfDay));
  week_phase = first_week - FloorDivide(first_week, 7) * 7;
  first_period = PeriodOf(this->start);
  // Years count from that of the start. The rest of its week is meant also where it is of another.
  if (!rule.weeks.empty() && rule.interval > 1 && first_period != start.year()) {
    first_period = start.year();
    first_week_end = (first_week + 7) * kSecondsOfDay;
  }
  end = EndOfTime();
  if (rule.until.has_value() && rule.until->is_utc) {
    until = ToInstant(rule.until->time, absl::UTCTimeZone());
    const LocalSeconds local = ToSeconds(absl::ToCivilSecond(*until, zone));
    until_near = local - kMostOffset;
    end = std::min(end, local + kMostOffset);
  } else if (rule.until.has_value()) {
    end = ToSeconds(rule.until->time) + 1;
  }
  never = HasNoPlace() || HasNoUnit();
  if (never) return;
  never = RecurrenceWalk(*this, this->start, end, kStepsToProve).Run([](LocalSeconds) {
    return false;
  }) == Ending::kDone;
  if (rule.count.has_value() && !never) Count();
}

// COUNT becomes the end that it stands for.
void RecurrencePlan::Count() {
  int64_t count = 0;
  LocalSeconds last = start;
  const Ending ending = RecurrenceWalk(*this, start, end, limits.steps).Run([&](LocalSeconds time) {
    last = time;
    return ++count < *rule.count;
  });
  if (ending == Ending::kDone) return;
  end = last + 1;
  if (ending == Ending::kCut) counted_to = end;
}

// Whether BYSETPOS asks for more than a day or less ever has; those sets are all of one size.
bool RecurrencePlan::HasNoPlace() const {
  const Frequency frequency = rule.frequency;
  if (rule.positions.empty() || frequency > Frequency::kDaily) return false;
  const int64_t size = (frequency < Frequency::kDaily ? 1 : std::ssize(hours)) *
                       (frequency < Frequency::kHourly ? 1 : std::ssize(minutes)) *
                       (frequency < Frequency::kMinutely ? 1 : std::ssize(seconds));
  absl::InlinedVector<int64_t, 8> places;
  Places(size, &places);
  return places.empty();
}

// Whether INTERVAL always steps over the times of a week that the rule admits: steps of `interval`
// units come to all of them that agree with the start modulo the greatest common divisor with a
// week.
bool RecurrencePlan::HasNoUnit() const {
  if (rule.interval == 1 || rule.frequency > Frequency::kDaily) return false;
  const int64_t step = std::gcd(rule.interval, 7 * units_per_day);
  const DayNumber first_day = FloorDivide(start, kSecondsOfDay);
  for (DayNumber day = first_day; day < first_day + 7; ++day) {
    if (rule.weekdays != 0 && (rule.weekdays >> Date::Of(day).weekday & 1) == 0) continue;
    for (int64_t unit = NextUnit(0); unit < units_per_day; unit = NextUnit(unit + 1)) {
      if ((day * units_per_day + unit - first_period) % step == 0) return false;
    }
  }
  return true;
}

int64_t RecurrencePlan::PeriodOf(LocalSeconds time) const {
  const DayNumber day = FloorDivide(time, kSecondsOfDay);
  switch (rule.frequency) {
    case Frequency::kYearly:
      return rule.weeks.empty() ? Date::Of(day).year : days.WeekYear(day);
    case Frequency::kMonthly: {
      const Date date = Date::Of(day);
      return date.year * 12 + date.month - 1;
    }
    case Frequency::kWeekly:
      return (days.WeekStart(day) - week_phase) / 7;
    default:
      return FloorDivide(time, kSecondsOfDay / units_per_day);
  }
}

LocalSeconds RecurrencePlan::PeriodBegin(int64_t period) const {
  switch (rule.frequency) {
    case Frequency::kYearly:
      if (period > 10'000) return kNoEnd;
      // Week 1 may begin up to three days before its year; SKIP may go back by one.
      return (DayNumberOf(static_cast<int>(period), 1, 1) - 7) * kSecondsOfDay;
    case Frequency::kMonthly:
      if (period > 10'000 * 12) return kNoEnd;
      return (DayNumberOf(static_cast<int>(period / 12), static_cast<int>(period % 12) + 1, 1) -
              1) *
             kSecondsOfDay;
    case Frequency::kWeekly:
      return (period * 7 + week_phase) * kSecondsOfDay;
    default:
      return period * (kSecondsOfDay / units_per_day);
  }
}

int64_t RecurrencePlan::NextUnit(int64_t unit) const {
  if (units_per_day == 1) return unit;
  const int64_t per_hour = units_per_day / 24;
  int hour = static_cast<int>(unit / per_hour);
  int minute = per_hour == 1 ? 0 : static_cast<int>(unit % per_hour / (per_hour / 60));
  int second = per_hour == 3'600 ? static_cast<int>(unit % 60) : 0;
  if (hour > 23) return units_per_day;
  const int good_hour = NextBit(hour_mask, hour, 24);
  if (good_hour != hour) minute = second = 0;
  hour = good_hour;
  if (per_hour == 1 || hour == 24) return hour * per_hour;
  if (per_hour == 3'600) {
    const bool same = NextBit(minute_mask, minute, 60) == minute;
    second = same ? NextBit(second_mask, second, 60) : NextBit(second_mask, 0, 60);
    if (second == 60) {
      ++minute;
      second = NextBit(second_mask, 0, 60);
    }
  }
  minute = NextBit(minute_mask, minute, 60);
  if (minute == 60) {
    hour = NextBit(hour_mask, hour + 1, 24);
    if (hour == 24) return units_per_day;
    minute = NextBit(minute_mask, 0, 60);
    second = per_hour == 3'600 ? NextBit(second_mask, 0, 60) : 0;
  }
  return per_hour == 60 ? hour * 60 + minute : hour * 3'600 + minute * 60 + second;
}

void RecurrencePlan::Places(int64_t size, absl::InlinedVector<int64_t, 8>* places) const {
  for (const int position : rule.positions) {
    const int64_t place = position > 0 ? position - 1 : size + position;
    if (place >= 0 && place < size) places->push_back(place);
  }
  std::sort(places->begin(), places->end());
  places->erase(std::unique(places->begin(), places->end()), places->end());
}

}  // namespace changepolicy
