// What of the calendars concerns a piece of work, whenever it is.
#ifndef LIBCHANGEPOLICY_CALENDAR_CONCERNS_H_
#define LIBCHANGEPOLICY_CALENDAR_CONCERNS_H_

#include <string>

#include "absl/container/inlined_vector.h"
#include "libchangepolicy/calendar/compiled_calendar.h"
#include "libchangepolicy/calendar/interval_set.h"
#include "libchangepolicy/calendar/relations.h"
#include "libchangepolicy/calendar/scope.h"
#include "libchangepolicy/calendar/work.h"
#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/flat/repeated.h"

namespace changepolicy {

// Somebody without whom the work cannot go on.
struct Helper {
  std::string name;  // `person <id>` or `team <id>`
  // Not owned. When they work; null: always.
  const Times* hours = nullptr;
  IntervalSet away;
};

// Where answers come from. Nothing is owned; pointers are set.
struct CalendarSources {
  absl::InlinedVector<const CompiledCalendar*, 2> calendars;
  const Relations* relations = nullptr;
  absl::InlinedVector<const Helper*, 8> helpers;
};

// Keeps pointers to its arguments, and lies in the arena; all must outlive it.
struct Concerns {
  // O(what is declared), times the parts of the work.
  Concerns(const CalendarSources& sources, const Work& work, flat::Arena* arena);

  struct Window {
    const CompiledWindow* window;
    PartSet parts;  // that it concerns for certain; some
  };

  const CalendarSources& sources;
  const Work& work;
  const WorkParts parts;
  // Some window is declared that may concern the work.
  bool windows_declared = false;
  PartSet declared;                               // parts that windows are declared for
  flat::Repeated<Window> windows;                 // in the order of their declaration
  flat::Repeated<const CompiledFreeze*> freezes;  // that may concern any part; likewise
  // Of the work, where a scope asks about them and nobody stated them. A freeze then counts, and a
  // window does not.
  UnknownLists unknown;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_CONCERNS_H_
