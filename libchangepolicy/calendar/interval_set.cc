#include "libchangepolicy/calendar/interval_set.h"

#include <algorithm>

namespace changepolicy {

IntervalSet::IntervalSet(std::vector<Interval> intervals) {
  std::sort(intervals.begin(), intervals.end());
  for (const Interval& interval : intervals) {
    if (interval.empty()) continue;
    if (!intervals_.empty() && interval.start <= intervals_.back().end) {
      intervals_.back().end = std::max(intervals_.back().end, interval.end);
    } else {
      intervals_.push_back(interval);
    }
  }
}

bool IntervalSet::Contains(const Interval& interval) const {
  if (interval.empty()) return true;
  const auto after =
      std::upper_bound(intervals_.begin(), intervals_.end(), interval.start,
                       [](absl::Time time, const Interval& each) { return time < each.start; });
  return after != intervals_.begin() && interval.end <= std::prev(after)->end;
}

IntervalSet IntervalSet::And(const IntervalSet& other) const {
  IntervalSet both;
  auto a = intervals_.begin(), b = other.intervals_.begin();
  while (a != intervals_.end() && b != other.intervals_.end()) {
    const Interval common{std::max(a->start, b->start), std::min(a->end, b->end)};
    if (!common.empty()) both.intervals_.push_back(common);
    (a->end < b->end ? a : b)++;
  }
  return both;
}

IntervalSet IntervalSet::Minus(const IntervalSet& other) const {
  if (empty()) return *this;
  return And(other.Gaps({intervals_.front().start, intervals_.back().end}));
}

IntervalSet IntervalSet::Within(const Interval& span) const { return And(IntervalSet({span})); }

IntervalSet IntervalSet::Gaps(const Interval& span) const {
  IntervalSet gaps;
  absl::Time at = span.start;
  for (const Interval& interval : intervals_) {
    if (interval.end <= at) continue;
    if (interval.start >= span.end) break;
    if (interval.start > at) gaps.intervals_.push_back({at, interval.start});
    at = interval.end;
  }
  if (at < span.end) gaps.intervals_.push_back({at, span.end});
  return gaps;
}

}  // namespace changepolicy
