// Sets of instants as disjoint half-open intervals: on the heap as objects, and in an arena as
// lists.
#ifndef LIBCHANGEPOLICY_CALENDAR_INTERVAL_SET_H_
#define LIBCHANGEPOLICY_CALENDAR_INTERVAL_SET_H_

#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "libchangepolicy/calendar/interval.h"
#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/flat/repeated.h"

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

// The same in an arena. A list is a set where its intervals stand by start, none of them is empty,
// and none touches the next.
using IntervalList = flat::Repeated<Interval>;

// Makes intervals in any order the set that is their union, where they stand. O(n log n).
void Unite(IntervalList* intervals);

// Of sets, as the methods of IntervalSet.
bool Contains(const IntervalList& set, const Interval& interval);
IntervalList Minus(const IntervalList& set, const IntervalList& other, flat::Arena* arena);
IntervalList And(const IntervalList& set, const IntervalList& other, flat::Arena* arena);
IntervalList Gaps(const IntervalList& set, const Interval& span, flat::Arena* arena);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_INTERVAL_SET_H_
