// The text of a recurrence rule (RFC 5545, section 3.3.10) as data.
#ifndef LIBCHANGEPOLICY_CALENDAR_RECURRENCE_RULE_H_
#define LIBCHANGEPOLICY_CALENDAR_RECURRENCE_RULE_H_

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"

namespace changepolicy {

enum class Frequency { kSecondly, kMinutely, kHourly, kDaily, kWeekly, kMonthly, kYearly };

// Places in something of known length, counted from 1, or from -1 at its end.
template <int kMost>
class Ordinals {
 public:
  void Add(int place) {
    (place > 0 ? from_start_ : from_end_).set(static_cast<size_t>(place > 0 ? place : -place));
    empty_ = false;
  }
  bool empty() const { return empty_; }
  // Whether the `index`th of `length` is meant; `index` counts from 1.
  bool Has(int index, int length) const {
    return from_start_[static_cast<size_t>(index)] ||
           from_end_[static_cast<size_t>(length + 1 - index)];
  }
  // Whether the place itself, with its sign, was added.
  bool Names(int place) const {
    return (place > 0 ? from_start_ : from_end_)[static_cast<size_t>(place > 0 ? place : -place)];
  }

 private:
  bool empty_ = true;
  std::bitset<kMost + 1> from_start_;
  std::bitset<kMost + 1> from_end_;
};

// `2TU`: days of the week count from 0, Monday.
struct NumberedDay {
  int weekday;
  int number;  // from 1, or from -1 at the end
};

struct RuleEnd {
  absl::CivilSecond time;
  bool is_utc = false;   // written with `Z`: an instant, not a local time
  bool is_date = false;  // written without a time: its midnight
};

// What becomes of a date that does not exist, like February 30 (RFC 7529, section 4.1).
enum class Skip { kOmit, kBackward, kForward };

// As it is written: what it leaves open, the start supplies (recurrence.h). Bit n of a mask stands
// for the value n; an empty mask for a part that is not there.
struct RecurrenceRule {
  std::string text;
  Frequency frequency = Frequency::kDaily;
  int64_t interval = 1;
  std::optional<int64_t> count;
  std::optional<RuleEnd> until;
  int week_start = 0;
  Skip skip = Skip::kOmit;
  uint64_t seconds = 0;
  uint64_t minutes = 0;
  uint64_t hours = 0;
  uint64_t months = 0;
  uint64_t weekdays = 0;
  std::vector<NumberedDay> numbered_days;
  Ordinals<31> month_days;
  Ordinals<366> year_days;
  Ordinals<53> weeks;
  std::vector<int> positions;  // BYSETPOS, sorted

  bool HasDays() const { return weekdays != 0 || !numbered_days.empty(); }
};

struct ParsedRule {
  std::optional<RecurrenceRule> rule;
  // Where there is none: what is wrong with it, in the grammar of issues.
  std::string problem;
};

// Refuses by name what RFC 5545 forbids. Letters of either case.
ParsedRule ParseRule(std::string_view text);

// `20260103`, `20260103T090000`, `20260103T090000Z`: the forms of RFC 5545, sections 3.3.4 and
// 3.3.5, in the years 1 to 9999. A second 60 is taken as 59 (section 3.3.12).
std::optional<RuleEnd> ParseBasicTime(std::string_view text);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_RECURRENCE_RULE_H_
