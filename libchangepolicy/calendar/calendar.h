// What the calendars say of a planned interval: windows, freezes, people, other work.
#ifndef LIBCHANGEPOLICY_CALENDAR_CALENDAR_H_
#define LIBCHANGEPOLICY_CALENDAR_CALENDAR_H_

#include "changepolicy/v1/decision.flat.h"
#include "libchangepolicy/calendar/concerns.h"
#include "libchangepolicy/calendar/work.h"
#include "libchangepolicy/calendar/work_index.h"
#include "libchangepolicy/flat/arena.h"

namespace changepolicy {

// All of the answer but the notices. The interval is inside where at each instant of it a window is
// open for every part of the work that windows are declared for; windows that touch or overlap are
// as good as one. Any freeze that touches the interval wins over all windows, but for one that
// begins during it and lets begun work finish.
//
// Lies in the arena; its texts are those of the calendars, of the index and of the work, or in the
// arena.
flat::CalendarAnswer* AnswerCalendar(const Concerns& concerns, const WorkIndex& index,
                                     flat::Arena* arena);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_CALENDAR_H_
