// When a window, freeze or team's day is: patterns and holidays together.
#ifndef LIBCHANGEPOLICY_CALENDAR_TIMES_H_
#define LIBCHANGEPOLICY_CALENDAR_TIMES_H_

#include <string>
#include <vector>

#include "changepolicy/v1/calendar.pb.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "libchangepolicy/calendar/interval.h"
#include "libchangepolicy/calendar/pattern.h"

namespace changepolicy {

// Immutable, thread-safe; owns what it keeps.
class Times {
 public:
  Times() = default;
  explicit Times(const google::protobuf::RepeatedPtrField<v1::TimePattern>& patterns);

  // The days of a set, each a whole local day.
  void AddHolidays(const v1::HolidaySet& set);
  // A set of holidays that is nowhere declared.
  void AddUnknown(const std::string& holidays);

  // The intervals that meet the span, in no order; adds to `problems` what could not be computed
  // and what is no interval. False where more than is given may belong to it: whoever asks then
  // takes the side that closes.
  bool Expand(const Interval& span, std::vector<Interval>* intervals,
              std::vector<std::string>* problems) const;

 private:
  struct Days {
    std::string id;
    std::vector<Interval> intervals;  // by start
    // Instants for which the days are known.
    Interval known{absl::InfinitePast(), absl::InfiniteFuture()};
    std::string problem;  // not empty: not all days are known
  };

  std::vector<CompiledPattern> patterns_;
  std::vector<std::string> unreadable_;  // starts of patterns with errors
  std::vector<Days> holidays_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_TIMES_H_
