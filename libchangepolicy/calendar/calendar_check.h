// Whether a calendar can be understood.
#ifndef LIBCHANGEPOLICY_CALENDAR_CALENDAR_CHECK_H_
#define LIBCHANGEPOLICY_CALENDAR_CALENDAR_CHECK_H_

#include <string_view>

#include "changepolicy/v1/calendar.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "libchangepolicy/issue.h"

namespace changepolicy {

// Everything that is wrong with a calendar: ids that are missing or stand twice, zones,
// recurrences, local times, holiday sets that are named and not declared, trains whose dates are
// not in their order, lead times without audience. Paths begin with `path`.
Issues CheckCalendar(const v1::Calendar& calendar, std::string_view path);

// Warnings for services, teams and change models that a scope names and the directory does not
// have: a slip makes a freeze that stops nothing. A kind of which the directory lists none is not
// asked about.
Issues CheckScope(const v1::CalendarScope& scope, const v1::Directory& directory,
                  std::string_view path);
// The same for everything in the directory's own calendar.
Issues CheckScopes(const v1::Directory& directory, std::string_view path);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_CALENDAR_CHECK_H_
