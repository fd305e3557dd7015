// A TimePattern as the intervals that it stands for.
#ifndef LIBCHANGEPOLICY_CALENDAR_PATTERN_H_
#define LIBCHANGEPOLICY_CALENDAR_PATTERN_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/calendar.pb.h"
#include "libchangepolicy/calendar/interval.h"
#include "libchangepolicy/issue.h"

namespace changepolicy {

struct Expansion {
  std::vector<Interval> intervals;  // by start; those that touch what was asked about
  // What could not be computed, and instances that are no interval because they end before they
  // begin.
  std::vector<std::string> problems;
  // False where further intervals may belong to it: it could not be followed to its end.
  bool complete = true;
};

// Everything that is wrong with the pattern. `path` is put before the paths of the issues.
Issues CheckPattern(const v1::TimePattern& pattern, std::string_view path);

// The intervals that meet [from, to). DTEND (`end`) is local time, `duration` is exact.
Expansion Expand(const v1::TimePattern& pattern, absl::Time from, absl::Time to);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_PATTERN_H_
