#include "libchangepolicy/calendar/interval_set.h"

#include <algorithm>
#include <span>

namespace changepolicy {

namespace {

using Intervals = std::span<const Interval>;

// How many of the intervals, at their begin, are the union.
size_t UniteInPlace(std::span<Interval> intervals) {
  if (intervals.size() > 1) std::sort(intervals.begin(), intervals.end());
  size_t size = 0;
  for (const Interval& interval : intervals) {
    if (interval.empty()) continue;
    if (size > 0 && interval.start <= intervals[size - 1].end) {
      intervals[size - 1].end = std::max(intervals[size - 1].end, interval.end);
    } else {
      intervals[size++] = interval;
    }
  }
  return size;
}

bool IsIn(Intervals set, const Interval& interval) {
  if (interval.empty()) return true;
  const auto after =
      std::upper_bound(set.begin(), set.end(), interval.start,
                       [](absl::Time time, const Interval& each) { return time < each.start; });
  return after != set.begin() && interval.end <= std::prev(after)->end;
}

template <typename Add>
void Intersect(Intervals one, Intervals other, Add add) {
  auto a = one.begin(), b = other.begin();
  while (a != one.end() && b != other.end()) {
    const Interval common{std::max(a->start, b->start), std::min(a->end, b->end)};
    if (!common.empty()) add(common);
    (a->end < b->end ? a : b)++;
  }
}

template <typename Add>
void FindGaps(Intervals set, const Interval& span, Add add) {
  absl::Time at = span.start;
  for (const Interval& interval : set) {
    if (interval.end <= at) continue;
    if (interval.start >= span.end) break;
    if (interval.start > at) add({at, interval.start});
    at = interval.end;
  }
  if (at < span.end) add({at, span.end});
}

Intervals All(const IntervalList& list) { return {list.begin(), list.end()}; }

auto AddTo(std::vector<Interval>* list) {
  return [list](const Interval& interval) { list->push_back(interval); };
}

auto AddTo(IntervalList* list, flat::Arena* arena) {
  return [list, arena](const Interval& interval) { list->Add(interval, arena); };
}

}  // namespace

IntervalSet::IntervalSet(std::vector<Interval> intervals) : intervals_(std::move(intervals)) {
  intervals_.resize(UniteInPlace(intervals_));
}

bool IntervalSet::Contains(const Interval& interval) const { return IsIn(intervals_, interval); }

IntervalSet IntervalSet::And(const IntervalSet& other) const {
  IntervalSet both;
  Intersect(intervals_, other.intervals_, AddTo(&both.intervals_));
  return both;
}

IntervalSet IntervalSet::Minus(const IntervalSet& other) const {
  if (empty()) return *this;
  return And(other.Gaps({intervals_.front().start, intervals_.back().end}));
}

IntervalSet IntervalSet::Within(const Interval& span) const { return And(IntervalSet({span})); }

IntervalSet IntervalSet::Gaps(const Interval& span) const {
  IntervalSet gaps;
  FindGaps(intervals_, span, AddTo(&gaps.intervals_));
  return gaps;
}

void Unite(IntervalList* intervals) {
  intervals->Truncate(static_cast<int>(UniteInPlace({intervals->begin(), intervals->end()})));
}

bool Contains(const IntervalList& set, const Interval& interval) {
  return IsIn(All(set), interval);
}

IntervalList And(const IntervalList& set, const IntervalList& other, flat::Arena* arena) {
  IntervalList both;
  Intersect(All(set), All(other), AddTo(&both, arena));
  return both;
}

IntervalList Minus(const IntervalList& set, const IntervalList& other, flat::Arena* arena) {
  if (set.empty() || other.empty()) return set;
  return And(set, Gaps(other, {set[0].start, set[set.size() - 1].end}, arena), arena);
}

IntervalList Gaps(const IntervalList& set, const Interval& span, flat::Arena* arena) {
  IntervalList gaps;
  FindGaps(All(set), span, AddTo(&gaps, arena));
  return gaps;
}

}  // namespace changepolicy
