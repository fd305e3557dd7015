// A TimePattern as the intervals that it stands for.
#ifndef LIBCHANGEPOLICY_CALENDAR_PATTERN_H_
#define LIBCHANGEPOLICY_CALENDAR_PATTERN_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/calendar.pb.h"
#include "libchangepolicy/calendar/interval.h"
#include "libchangepolicy/issue.h"

namespace changepolicy {

struct Expansion {
  // By start, each once; those that touch what was asked about. They may abut and overlap.
  std::vector<Interval> intervals;
  // What could not be computed, and instances that are no interval because they end before they
  // begin.
  std::vector<std::string> problems;
  // False where further intervals may belong to it: it could not be followed to its end.
  bool complete = true;
};

// A pattern that was read once, to be asked many times. Immutable, cheap to copy, safe to use from
// many threads.
class CompiledPattern {
 public:
  // Nothing for a pattern with errors; CheckPattern says which.
  static std::optional<CompiledPattern> Compile(const v1::TimePattern& pattern);

  // The intervals that meet [from, to), at most 100,000. DTEND (`end`) is local time, `duration` is
  // exact. About a microsecond for a rule of days or weeks and a short time.
  Expansion Expand(absl::Time from, absl::Time to) const;

  // There is proof that its rule never fires, and there are no further dates.
  bool NeverFires() const;

 private:
  friend Issues CheckPattern(const v1::TimePattern& pattern, std::string_view path);
  struct Plan;
  class Reader;
  explicit CompiledPattern(std::shared_ptr<const Plan> plan) : plan_(std::move(plan)) {}

  std::shared_ptr<const Plan> plan_;
};

// Everything that is wrong with the pattern; what is likely not meant is a warning. `path` is put
// before the paths of the issues.
Issues CheckPattern(const v1::TimePattern& pattern, std::string_view path);

// The same as compiling and asking once.
Expansion Expand(const v1::TimePattern& pattern, absl::Time from, absl::Time to);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_PATTERN_H_
