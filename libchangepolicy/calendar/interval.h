// A stretch of time.
#ifndef LIBCHANGEPOLICY_CALENDAR_INTERVAL_H_
#define LIBCHANGEPOLICY_CALENDAR_INTERVAL_H_

#include <tuple>

#include "absl/time/time.h"

namespace changepolicy {

// Half-open, [start, end).
struct Interval {
  absl::Time start;
  absl::Time end;

  bool empty() const { return end <= start; }
  // Has an instant in common; intervals that touch have none.
  bool Meets(const Interval& other) const { return start < other.end && other.start < end; }

  friend bool operator==(const Interval& a, const Interval& b) {
    return a.start == b.start && a.end == b.end;
  }
  friend bool operator<(const Interval& a, const Interval& b) {
    return std::tie(a.start, a.end) < std::tie(b.start, b.end);
  }
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_INTERVAL_H_
