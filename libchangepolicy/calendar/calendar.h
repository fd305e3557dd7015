// What the calendars say of a planned interval: windows, freezes, people, other work.
#ifndef LIBCHANGEPOLICY_CALENDAR_CALENDAR_H_
#define LIBCHANGEPOLICY_CALENDAR_CALENDAR_H_

#include <string>
#include <vector>

#include "changepolicy/v1/decision.pb.h"
#include "libchangepolicy/calendar/survey.h"
#include "libchangepolicy/calendar/work.h"
#include "libchangepolicy/calendar/work_index.h"

namespace changepolicy {

struct CalendarResult {
  v1::CalendarAnswer answer;
  // Lists of the subject that a scope asks about and nobody stated: `services`, `environments`,
  // `team`. A freeze then counts, and a window does not.
  std::vector<std::string> unknown;
};

// All of the answer but the notices. The interval is inside where at each instant of it a window is
// open for every part of the work that windows are declared for; windows that touch or overlap are
// as good as one. Any freeze that touches the interval wins over all windows, but for one that
// begins during it and lets begun work finish.
CalendarResult AnswerCalendar(const CalendarSources& sources, const WorkIndex& index,
                              const Work& work);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_CALENDAR_H_
