// Recurrence rules of RFC 5545 over civil times.
#ifndef LIBCHANGEPOLICY_CALENDAR_RECURRENCE_H_
#define LIBCHANGEPOLICY_CALENDAR_RECURRENCE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"

namespace changepolicy {

// What is wrong with a rule, in the grammar of issues; empty for a good one. What RFC 5545 forbids
// is refused by name, and so are frequencies below DAILY, which no window has.
std::string CheckRule(std::string_view rule);

struct Occurrences {
  std::vector<absl::CivilSecond> starts;
  // Not empty: the rule was not followed to its end, and why.
  std::string problem;
};
// The instances in [from, to). A `start` that its rule does not match is none. Looks at no more
// than 100,000 instances. REQUIRES: CheckRule(rule) is empty.
Occurrences ExpandRule(std::string_view rule, absl::CivilSecond start, absl::CivilSecond from,
                       absl::CivilSecond to);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_RECURRENCE_H_
