// Recurrence rules of RFC 5545 over civil times: the instances of a rule from a start.
//
// Read where the RFC leaves it open: a start that its rule does not match is no instance and COUNT
// does not count it; BYSETPOS counts in the whole set of a period, also what lies before the start;
// the weeks of BYWEEKNO belong to the year whose weeks they are, and without BYDAY all their days
// are meant; UNTIL as a date is its midnight. docs/recurrences.md has the reasons.
#ifndef LIBCHANGEPOLICY_CALENDAR_RECURRENCE_H_
#define LIBCHANGEPOLICY_CALENDAR_RECURRENCE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "libchangepolicy/calendar/recurrence_rule.h"

namespace changepolicy {

struct RecurrencePlan;

struct RecurrenceLimits {
  // Instances that one expansion returns.
  int64_t instances = 100'000;
  // Periods, days and instances that one expansion looks at; some nanoseconds each.
  int64_t steps = 2'000'000;
};

struct Occurrences {
  std::vector<absl::CivilSecond> starts;
  // Not empty: the rule was not followed to its end, and why.
  std::string problem;
};

// A rule from a start on. Immutable, cheap to copy, safe to use from many threads. The years are 1
// to 9999. Without COUNT an expansion goes straight to what it is asked about; COUNT is counted
// once, when the recurrence is made.
class Recurrence {
 public:
  // UNTIL with `Z` is an instant; `zone` is that of the local times.
  Recurrence(const RecurrenceRule& rule, absl::CivilSecond start,
             absl::TimeZone zone = absl::UTCTimeZone(), const RecurrenceLimits& limits = {});

  // The instances in [from, to), ascending.
  Occurrences Between(absl::CivilSecond from, absl::CivilSecond to) const;

  // The same one by one, while `each` wants more; any number of them, but bounded steps. Returns a
  // problem as in Occurrences. Allocates nothing for rules of at most 32 days in a period.
  std::string Visit(absl::CivilSecond from, absl::CivilSecond to,
                    absl::FunctionRef<bool(absl::CivilSecond)> each) const;

  bool Contains(absl::CivilSecond time) const;

  // Not empty where COUNT could not be counted as far as `to` within the limits: then what is taken
  // out up to there, or not, is not known.
  std::string CountProblem(absl::CivilSecond to) const;

  // There is proof that the rule has no instance up to the year 9999. False also where a bounded
  // search did not find out.
  bool NeverFires() const;

  // What one expansion has looked at; for tests of bounds.
  int64_t StepsBetween(absl::CivilSecond from, absl::CivilSecond to) const;

  Frequency frequency() const;
  const std::string& text() const;

 private:
  std::shared_ptr<const RecurrencePlan> plan_;
};

// What is wrong with a rule, in the grammar of issues; empty for a good one.
std::string CheckRule(std::string_view rule);

// The instances in [from, to). REQUIRES: CheckRule(rule) is empty.
Occurrences ExpandRule(std::string_view rule, absl::CivilSecond start, absl::CivilSecond from,
                       absl::CivilSecond to);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_RECURRENCE_H_
