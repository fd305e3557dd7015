// The commands, each added to the application by its own file.
#ifndef CLI_COMMANDS_H_
#define CLI_COMMANDS_H_

#include "CLI/CLI.hpp"

namespace changepolicy::cli {

// Each sets `*exit_code` when it has run.
void AddCheck(CLI::App* app, int* exit_code);
void AddApprovers(CLI::App* app, int* exit_code);
void AddExplain(CLI::App* app, int* exit_code);
void AddQuestionnaire(CLI::App* app, int* exit_code);
void AddChecklist(CLI::App* app, int* exit_code);
void AddDocuments(CLI::App* app, int* exit_code);
void AddDue(CLI::App* app, int* exit_code);
void AddPolicy(CLI::App* app, int* exit_code);
// Below `policy`.
void AddPolicyClauses(CLI::App* policy, int* exit_code);
void AddPolicyCompare(CLI::App* policy, int* exit_code);
void AddCel(CLI::App* app, int* exit_code);
void AddCalendar(CLI::App* app, int* exit_code);
void AddAudit(CLI::App* app, int* exit_code);

}  // namespace changepolicy::cli

#endif  // CLI_COMMANDS_H_
