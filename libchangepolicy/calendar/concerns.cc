#include "libchangepolicy/calendar/concerns.h"

namespace changepolicy {

Concerns::Concerns(const CalendarSources& sources, const Work& work, flat::Arena* arena)
    : sources(sources),
      work(work),
      parts(work, *sources.relations, arena),
      declared(parts.size(), arena) {
  for (const CompiledCalendar* const calendar : sources.calendars) {
    for (const CompiledWindow& window : calendar->windows()) {
      const WorkParts::Answer answer = parts.Ask(window.scope, arena);
      if (answer.None()) continue;
      windows_declared = true;
      unknown.Add(answer.unknown);
      declared.Add(answer.yes);
      declared.Add(answer.maybe);
      if (!answer.yes.empty()) windows.Add({&window, answer.yes}, arena);
    }
    for (const CompiledFreeze& freeze : calendar->freezes()) {
      const WorkParts::Answer answer = parts.Ask(freeze.scope, arena);
      if (answer.None()) continue;
      unknown.Add(answer.unknown);
      freezes.Add(&freeze, arena);
    }
  }
}

}  // namespace changepolicy
