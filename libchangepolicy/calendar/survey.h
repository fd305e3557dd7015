// What windows, freezes and people say about a piece of work over a stretch of time.
#ifndef LIBCHANGEPOLICY_CALENDAR_SURVEY_H_
#define LIBCHANGEPOLICY_CALENDAR_SURVEY_H_

#include <string>
#include <vector>

#include "changepolicy/v1/calendar.pb.h"
#include "libchangepolicy/calendar/compiled_calendar.h"
#include "libchangepolicy/calendar/interval_set.h"
#include "libchangepolicy/calendar/relations.h"
#include "libchangepolicy/calendar/work.h"

namespace changepolicy {

// Somebody without whom the work cannot go on.
struct Helper {
  std::string name;  // `person <id>` or `team <id>`
  // Not owned. When they work; null: always.
  const Times* hours = nullptr;
  IntervalSet away;
};

// Where answers come from. Nothing is owned but the helpers; pointers are set.
struct CalendarSources {
  std::vector<const CompiledCalendar*> calendars;
  const Relations* relations = nullptr;
  std::vector<Helper> helpers;
};

struct Survey {
  struct Window {
    const v1::MaintenanceWindow* window;
    Interval interval;
  };
  struct Freeze {
    const v1::Freeze* freeze;
    Interval interval;  // runs that touch are one
  };
  struct Absence {
    std::string who;
    Interval interval;
  };
  // What the work touches and windows are declared for.
  struct Part {
    std::string name;
    IntervalSet open;  // some window is
  };

  // Some window is declared that may concern the work.
  bool windows_declared = false;
  std::vector<Part> parts;        // those that windows are declared for
  std::vector<Window> windows;    // that concern some part for certain; by start, id, end
  std::vector<Freeze> freezes;    // that may concern any part; by start, id, end
  std::vector<Absence> absences;  // by start, who, end
  // Of the work: `services`, `environments`, `team` where a scope asks about them and nobody stated
  // them. A freeze then counts, and a window does not. Sorted.
  std::vector<std::string> unknown;
  std::vector<std::string> problems;  // sorted, each once

  // Instants at which every part has an open window: all of the span where none is declared.
  IntervalSet Open(const Interval& span) const;
};

// Everything that meets the span. What cannot be computed closes: a freeze holds for all of the
// span, people are away, a window does not open. O(what is declared + what meets the span).
Survey TakeSurvey(const CalendarSources& sources, const Work& work, const Interval& span);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_SURVEY_H_
