// When a window, freeze or team's day is: patterns and holidays together.
#ifndef LIBCHANGEPOLICY_CALENDAR_TIMES_H_
#define LIBCHANGEPOLICY_CALENDAR_TIMES_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "changepolicy/v1/calendar.pb.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "libchangepolicy/calendar/interval.h"
#include "libchangepolicy/calendar/pattern.h"
#include "libchangepolicy/calendar/stretches.h"

namespace changepolicy {

// Immutable once it is made, thread-safe; owns what it keeps. Copies share what was worked out.
class Times {
 public:
  Times() = default;
  explicit Times(const google::protobuf::RepeatedPtrField<v1::TimePattern>& patterns);

  // The days of a set, each a whole local day.
  void AddHolidays(const v1::HolidaySet& set);
  // A set of holidays that is nowhere declared.
  void AddUnknown(const std::string& holidays);

  // Calls `add` for each interval that meets the span, in no order, and `report` for what could not
  // be computed and what is no interval. False where more than is given may belong to it: whoever
  // asks then takes the side that closes.
  bool Expand(const Interval& span, absl::FunctionRef<void(const Interval&)> add,
              absl::FunctionRef<void(std::string_view)> report) const;
  // The same; adds to both lists.
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

  bool ExpandPatterns(const Interval& span, absl::FunctionRef<void(const Interval&)> add,
                      absl::FunctionRef<void(std::string_view)> report) const;

  std::vector<CompiledPattern> patterns_;
  // Of the patterns; null: there are none.
  std::shared_ptr<const Stretches> stretches_;
  std::vector<std::string> unreadable_;  // starts of patterns with errors
  std::vector<Days> holidays_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_TIMES_H_
