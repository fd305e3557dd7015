// The forward schedule of change: windows, freezes, work and trains between two instants.
#ifndef LIBCHANGEPOLICY_CALENDAR_FORWARD_SCHEDULE_H_
#define LIBCHANGEPOLICY_CALENDAR_FORWARD_SCHEDULE_H_

#include <vector>

#include "changepolicy/v1/calendar.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "changepolicy/v1/schedule.pb.h"
#include "libchangepolicy/calendar/compiled_calendar.h"
#include "libchangepolicy/calendar/interval.h"
#include "libchangepolicy/calendar/relations.h"
#include "libchangepolicy/calendar/work_index.h"

namespace changepolicy {

struct ScheduledCalendar {
  const CompiledCalendar* compiled;
  const v1::Calendar* calendar;
};

// All but the organization's name and the instant of the question. Instances of one window or
// freeze that touch are one period; its scope names also what is part of what it names. At most
// kMostPeriods windows and as many freezes; more are a problem that is told. Work of which it is
// not said when it is stands among the works of any span, and is a problem as well.
v1::ForwardSchedule BuildForwardSchedule(
    const std::vector<ScheduledCalendar>& calendars, const Relations& relations,
    const WorkIndex& index, const google::protobuf::RepeatedPtrField<v1::ScheduledWork>& scheduled,
    const Interval& span);

inline constexpr int kMostPeriods = 100'000;

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_FORWARD_SCHEDULE_H_
