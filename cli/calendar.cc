// `changepolicy calendar`: the commands about time, each in a file of its own.
#include "cli/calendar.h"

#include "cli/command_line.h"
#include "cli/commands.h"

namespace changepolicy::cli {

void AddCalendar(Command* app) {
  Command* const calendar =
      app->AddSubcommand("calendar", "Windows, freezes, conflicts, slots, trains");
  calendar->RequiresSubcommand();
  AddCalendarShow(calendar);
  AddCalendarNext(calendar);
  AddCalendarConflicts(calendar);
  AddCalendarTrains(calendar);
  AddCalendarExport(calendar);
  AddCalendarImport(calendar);
  AddCalendarInstances(calendar);
}

}  // namespace changepolicy::cli
