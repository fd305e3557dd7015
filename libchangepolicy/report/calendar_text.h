// The planned time held against the calendar, for the text of a decision.
#ifndef LIBCHANGEPOLICY_REPORT_CALENDAR_TEXT_H_
#define LIBCHANGEPOLICY_REPORT_CALENDAR_TEXT_H_

#include <string>
#include <vector>

#include "changepolicy/v1/decision.pb.h"

namespace changepolicy {

// A line for everything that stands in the way of the planned time, and what it would take; with
// `verbose` also what allows it. Texts must be safe to print already.
std::vector<std::string> CalendarLines(const v1::CalendarAnswer& calendar, bool verbose);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_CALENDAR_TEXT_H_
