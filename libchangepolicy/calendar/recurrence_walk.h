// The way through the periods of a recurrence rule. Internal to recurrence.cc.
#ifndef LIBCHANGEPOLICY_CALENDAR_RECURRENCE_WALK_H_
#define LIBCHANGEPOLICY_CALENDAR_RECURRENCE_WALK_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "libchangepolicy/calendar/recurrence_plan.h"

namespace changepolicy {

// Times of the day, ascending: all combinations of three lists, found by their place.
struct TimesOfDay {
  const int* hours;
  const int* minutes;
  const int* seconds;
  int64_t hour_count;
  int64_t minute_count;
  int64_t second_count;

  int64_t size() const { return hour_count * minute_count * second_count; }
  LocalSeconds operator[](int64_t place) const {
    return hours[place / (minute_count * second_count)] * LocalSeconds{3'600} +
           minutes[place / second_count % minute_count] * LocalSeconds{60} +
           seconds[place % second_count];
  }
};

enum class Ending {
  kDone,     // there are no more
  kStopped,  // no more were wanted
  kCut,      // the steps did not suffice
};

// One way through the periods.
class RecurrenceWalk {
 public:
  RecurrenceWalk(const RecurrencePlan& plan, LocalSeconds from, LocalSeconds to, int64_t most_steps)
      : plan_(plan),
        from_(std::max(from, plan.start)),
        to_(std::min(to, plan.end)),
        most_steps_(most_steps) {}

  Ending Run(absl::FunctionRef<bool(LocalSeconds)> each);
  int64_t steps() const { return steps_; }

 private:
  std::optional<int64_t> NextPeriod(int64_t period);
  TimesOfDay Fill(int64_t period);
  bool Take(const TimesOfDay& times, absl::FunctionRef<bool(LocalSeconds)> each);
  bool Offer(LocalSeconds time, absl::FunctionRef<bool(LocalSeconds)> each);
  bool Release(LocalSeconds before, absl::FunctionRef<bool(LocalSeconds)> each);
  bool TakeFirstWeek(absl::FunctionRef<bool(LocalSeconds)> each);

  const RecurrencePlan& plan_;
  const LocalSeconds from_;
  LocalSeconds to_;
  const int64_t most_steps_;
  int64_t steps_ = 0;
  bool cut_ = false;
  bool gave_ = false;  // the last period has instances, wanted or not
  std::optional<DayNumber> good_day_;
  DayList days_;
  int hour_ = 0, minute_ = 0, second_ = 0;
  // With SKIP, days of neighbouring periods meet; they wait until no earlier one can come.
  std::vector<LocalSeconds> waiting_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_RECURRENCE_WALK_H_
