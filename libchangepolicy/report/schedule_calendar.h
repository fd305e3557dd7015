// The forward schedule of change for other calendars.
#ifndef LIBCHANGEPOLICY_REPORT_SCHEDULE_CALENDAR_H_
#define LIBCHANGEPOLICY_REPORT_SCHEDULE_CALENDAR_H_

#include <string>

#include "absl/status/statusor.h"
#include "changepolicy/v1/schedule.pb.h"

namespace changepolicy {

// Events of everything on the schedule: windows, freezes and dates of trains take nobody's time
// (TRANSP), work does; work in a conflict says so. Times are instants in UTC. UIDs are the same for
// the same thing at the same time, so that a program that reads the file again finds what it has.
v1::CalendarFile ScheduleEvents(const v1::ForwardSchedule& schedule);

// The same as text that WriteICalendar makes (RFC 5545), stamped with the schedule's `now`.
absl::StatusOr<std::string> ScheduleICalendar(const v1::ForwardSchedule& schedule);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_SCHEDULE_CALENDAR_H_
