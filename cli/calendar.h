// The commands below `changepolicy calendar`, each added by a file of its own.
#ifndef CLI_CALENDAR_H_
#define CLI_CALENDAR_H_

#include "CLI/CLI.hpp"

namespace changepolicy::cli {

// Each sets `*exit_code` when it has run.
void AddCalendarShow(CLI::App* calendar, int* exit_code);
void AddCalendarNext(CLI::App* calendar, int* exit_code);
void AddCalendarConflicts(CLI::App* calendar, int* exit_code);
void AddCalendarTrains(CLI::App* calendar, int* exit_code);
void AddCalendarExport(CLI::App* calendar, int* exit_code);
void AddCalendarImport(CLI::App* calendar, int* exit_code);
void AddCalendarInstances(CLI::App* calendar, int* exit_code);

}  // namespace changepolicy::cli

#endif  // CLI_CALENDAR_H_
