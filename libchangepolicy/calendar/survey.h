// What windows, freezes and people say about a piece of work over a stretch of time.
#ifndef LIBCHANGEPOLICY_CALENDAR_SURVEY_H_
#define LIBCHANGEPOLICY_CALENDAR_SURVEY_H_

#include <string_view>

#include "changepolicy/v1/calendar.pb.h"
#include "libchangepolicy/calendar/concerns.h"
#include "libchangepolicy/calendar/interval_set.h"
#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/flat/repeated.h"

namespace changepolicy {

// Lies in an arena; its texts are those of the calendars, of the helpers, or in the arena.
struct Survey {
  struct Window {
    const v1::MaintenanceWindow* window;
    Interval interval;
    int place;  // in the order of declaration, of one that concerns the work
  };
  struct Freeze {
    const v1::Freeze* freeze;
    Interval interval;  // runs that touch are one
    int place;
  };
  struct Absence {
    std::string_view who;
    Interval interval;
  };
  // What the work touches and windows are declared for.
  struct Part {
    int part;           // of the work's parts
    IntervalList open;  // some window is; a set, which may be that of another part too
  };

  flat::Repeated<Part> parts;        // those that windows are declared for, by number
  flat::Repeated<Window> windows;    // that concern some part for certain; by start, id, end, place
  flat::Repeated<Freeze> freezes;    // that may concern any part; by start, id, end, place
  flat::Repeated<Absence> absences;  // by start, who, end
  NameList problems;                 // sorted, each once

  // Instants at which every part has an open window: all of the span where none is declared.
  IntervalList Open(const Interval& span, flat::Arena* arena) const;
};

// When what concerns a piece of work is, over a span. Lies in an arena.
struct Expansions {
  Interval span;
  flat::Repeated<IntervalList> windows, freezes;  // of each that concerns it, in no order
  // Something could not be computed, or is no interval; freezes that could not be hold for all of
  // the span.
  NameList problems;
};

// Everything that meets the span. O(what concerns the work + what meets the span).
Expansions Expand(const Concerns& concerns, const Interval& span, flat::Arena* arena);

// The same for a span that lies inside of that of the expansions. REQUIRES: these have no problem.
Expansions Narrow(const Expansions& expansions, const Interval& span, flat::Arena* arena);

// What cannot be computed closes: a freeze holds for all of the span, people are away, a window
// does not open. O(n log n) in what meets the span, and the parts of the work.
Survey TakeSurvey(const Concerns& concerns, const Expansions& expansions, flat::Arena* arena);
Survey TakeSurvey(const Concerns& concerns, const Interval& span, flat::Arena* arena);

// Without absences.
Survey SurveyCalendars(const Concerns& concerns, const Expansions& expansions, flat::Arena* arena);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_SURVEY_H_
