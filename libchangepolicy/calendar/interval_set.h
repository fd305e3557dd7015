// Sets of instants as disjoint half-open intervals.
#ifndef LIBCHANGEPOLICY_CALENDAR_INTERVAL_SET_H_
#define LIBCHANGEPOLICY_CALENDAR_INTERVAL_SET_H_

#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "libchangepolicy/calendar/interval.h"

namespace changepolicy {

// Intervals by start, none empty, none touching the next.
class IntervalSet {
 public:
  IntervalSet() = default;
  // The union of intervals in any order; empty ones are left out. O(n log n).
  explicit IntervalSet(std::vector<Interval> intervals);

  const std::vector<Interval>& intervals() const& { return intervals_; }
  std::vector<Interval> intervals() && { return std::move(intervals_); }
  bool empty() const { return intervals_.empty(); }

  // Every instant of the interval is in the set; an empty interval is. O(log n).
  bool Contains(const Interval& interval) const;

  IntervalSet Minus(const IntervalSet& other) const;  // O(n + m)
  IntervalSet And(const IntervalSet& other) const;    // O(n + m)
  IntervalSet Within(const Interval& span) const;     // O(n)
  // What of the span is not in the set. O(n).
  IntervalSet Gaps(const Interval& span) const;

 private:
  std::vector<Interval> intervals_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_INTERVAL_SET_H_
