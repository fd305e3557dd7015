// `changepolicy calendar`: the commands about time, each in a file of its own.
#include "cli/calendar.h"

#include "cli/commands.h"

namespace changepolicy::cli {

void AddCalendar(CLI::App* app, int* exit_code) {
  CLI::App* const calendar =
      app->add_subcommand("calendar", "Windows, freezes, conflicts, slots, trains");
  calendar->require_subcommand(1);
  AddCalendarShow(calendar, exit_code);
  AddCalendarNext(calendar, exit_code);
  AddCalendarConflicts(calendar, exit_code);
  AddCalendarTrains(calendar, exit_code);
  AddCalendarExport(calendar, exit_code);
  AddCalendarImport(calendar, exit_code);
  AddCalendarInstances(calendar, exit_code);
}

}  // namespace changepolicy::cli
