// The commands below `changepolicy calendar`, each added by a file of its own.
#ifndef CLI_CALENDAR_H_
#define CLI_CALENDAR_H_

namespace changepolicy::cli {

class Command;

void AddCalendarShow(Command* calendar);
void AddCalendarNext(Command* calendar);
void AddCalendarConflicts(Command* calendar);
void AddCalendarTrains(Command* calendar);
void AddCalendarExport(Command* calendar);
void AddCalendarImport(Command* calendar);
void AddCalendarInstances(Command* calendar);

}  // namespace changepolicy::cli

#endif  // CLI_CALENDAR_H_
