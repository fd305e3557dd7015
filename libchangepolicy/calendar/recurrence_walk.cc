#include "libchangepolicy/calendar/recurrence_walk.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace changepolicy {

// The next period that INTERVAL keeps and, for days and shorter ones, that no part rules out as a
// whole. Days and months without an instance are stepped over at once.
std::optional<int64_t> RecurrenceWalk::NextPeriod(int64_t period) {
  const int64_t per_day = plan_.units_per_day;
  const Frequency frequency = plan_.rule.frequency;
  for (int64_t tries = 0;; ++tries) {
    period = plan_.Align(period);
    if (plan_.PeriodBegin(period) >= to_) return std::nullopt;
    if (++steps_ > most_steps_) {
      cut_ = true;
      return std::nullopt;
    }
    if (frequency > Frequency::kDaily) return period;
    const DayNumber day = FloorDivide(period, per_day);
    if (frequency == Frequency::kDaily && plan_.rule.interval >= 7) {
      if (plan_.days.Passes(Date::Of(day))) return period;
      // So many days apart by one interval stand at every place of the calendar that it comes to.
      if (tries > kCycleDays) return std::nullopt;
      ++period;
      continue;
    }
    if (day != good_day_) {
      good_day_ = plan_.days.NextPassing(day, FloorDivide(to_ - 1, kSecondsOfDay) + 1, &steps_);
      if (!good_day_.has_value()) return std::nullopt;
      if (*good_day_ != day) {
        period = *good_day_ * per_day;
        continue;
      }
    }
    if (frequency == Frequency::kDaily) return period;
    const int64_t unit = period - day * per_day;
    const int64_t next = plan_.NextUnit(unit);
    if (next == unit) return period;
    period += next - unit;
  }
}

TimesOfDay RecurrenceWalk::Fill(int64_t period) {
  days_.clear();
  TimesOfDay times{.hours = plan_.hours.data(),
                   .minutes = plan_.minutes.data(),
                   .seconds = plan_.seconds.data(),
                   .hour_count = std::ssize(plan_.hours),
                   .minute_count = std::ssize(plan_.minutes),
                   .second_count = std::ssize(plan_.seconds)};
  const Frequency frequency = plan_.rule.frequency;
  if (frequency == Frequency::kYearly) {
    steps_ += 12;
    plan_.days.OfYear(static_cast<int>(period), &days_);
  } else if (frequency == Frequency::kMonthly) {
    plan_.days.OfMonth(static_cast<int>(period / 12), static_cast<int>(period % 12) + 1, &days_);
  } else if (frequency == Frequency::kWeekly) {
    plan_.days.OfWeek(period * 7 + plan_.week_phase, &days_);
  } else {
    const DayNumber day = FloorDivide(period, plan_.units_per_day);
    days_.push_back(day);
    const LocalSeconds rest =
        (period - day * plan_.units_per_day) * (kSecondsOfDay / plan_.units_per_day);
    if (frequency <= Frequency::kHourly) {
      hour_ = static_cast<int>(rest / 3'600);
      times.hours = &hour_;
      times.hour_count = 1;
    }
    if (frequency <= Frequency::kMinutely) {
      minute_ = static_cast<int>(rest / 60 % 60);
      times.minutes = &minute_;
      times.minute_count = 1;
    }
    if (frequency == Frequency::kSecondly) {
      second_ = static_cast<int>(rest % 60);
      times.seconds = &second_;
      times.second_count = 1;
    }
  }
  return times;
}

bool RecurrenceWalk::Offer(LocalSeconds time, absl::FunctionRef<bool(LocalSeconds)> each) {
  if (time < from_ || time >= to_ || plan_.IsAfterEnd(time)) return true;
  if (++steps_ > most_steps_) {
    cut_ = true;
    return false;
  }
  return each(time);
}

bool RecurrenceWalk::Release(LocalSeconds before, absl::FunctionRef<bool(LocalSeconds)> each) {
  std::sort(waiting_.begin(), waiting_.end());
  waiting_.erase(std::unique(waiting_.begin(), waiting_.end()), waiting_.end());
  size_t released = 0;
  bool more = true;
  while (more && released < waiting_.size() && waiting_[released] < before) {
    more = Offer(waiting_[released++], each);
  }
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(released));
  return more;
}

// The instances of one period; false where no more are wanted.
bool RecurrenceWalk::Take(const TimesOfDay& times, absl::FunctionRef<bool(LocalSeconds)> each) {
  const int64_t count = times.size();
  const int64_t size = std::ssize(days_) * count;
  const auto at = [&](int64_t place) {
    return days_[static_cast<size_t>(place / count)] * kSecondsOfDay + times[place % count];
  };
  const auto give = [&](LocalSeconds time) {
    if (plan_.rule.skip == Skip::kOmit) return Offer(time, each);
    waiting_.push_back(time);
    return true;
  };
  if (!plan_.rule.positions.empty()) {
    absl::InlinedVector<int64_t, 8> places;
    plan_.Places(size, &places);
    gave_ = !places.empty();
    return std::all_of(places.begin(), places.end(),
                       [&](int64_t place) { return give(at(place)); });
  }
  gave_ = size > 0;
  // A day may have 86,400 times: those before `from` are passed over by halves.
  int64_t place = 0;
  for (int64_t above = size; place < above;) {
    const int64_t middle = place + (above - place) / 2;
    if (at(middle) < from_) {
      place = middle + 1;
    } else {
      above = middle;
    }
  }
  for (; place < size; ++place) {
    const LocalSeconds time = at(place);
    if (time >= to_) return true;
    if (!give(time)) return false;
  }
  return true;
}

// What the start's week has, where INTERVAL steps over its year; false where no more are wanted.
bool RecurrenceWalk::TakeFirstWeek(absl::FunctionRef<bool(LocalSeconds)> each) {
  if (from_ >= plan_.first_week_end) return true;
  const LocalSeconds to = std::exchange(to_, std::min(to_, plan_.first_week_end));
  const bool more = Take(Fill(plan_.PeriodOf(plan_.start)), each) && Release(kNoEnd, each);
  to_ = to;
  return more;
}

Ending RecurrenceWalk::Run(absl::FunctionRef<bool(LocalSeconds)> each) {
  if (plan_.never || from_ >= to_) return Ending::kDone;
  if (!TakeFirstWeek(each)) return cut_ ? Ending::kCut : Ending::kStopped;
  const Frequency frequency = plan_.rule.frequency;
  const int64_t cycle = frequency == Frequency::kYearly    ? kCycleYears
                        : frequency == Frequency::kMonthly ? kCycleYears * 12
                        : frequency == Frequency::kWeekly  ? kCycleDays / 7
                                                           : std::numeric_limits<int64_t>::max();
  int64_t period = plan_.PeriodOf(from_) - (plan_.rule.skip == Skip::kOmit ? 0 : 1);
  for (int64_t empty = 0; empty <= cycle; ++empty) {
    const std::optional<int64_t> next = NextPeriod(period);
    if (!next.has_value()) break;
    const TimesOfDay times = Fill(*next);
    if (!Take(times, each)) return cut_ ? Ending::kCut : Ending::kStopped;
    period = *next + 1;
    if (!waiting_.empty() && !Release(plan_.PeriodBegin(plan_.Align(period)), each)) {
      return cut_ ? Ending::kCut : Ending::kStopped;
    }
    // So many empty periods, one interval apart, have shown all that the calendar has for them.
    if (gave_) empty = -1;
  }
  if (cut_) return Ending::kCut;
  if (!Release(kNoEnd, each)) return cut_ ? Ending::kCut : Ending::kStopped;
  return Ending::kDone;
}

}  // namespace changepolicy
