// The commands, each added to the application by its own file.
#ifndef CLI_COMMANDS_H_
#define CLI_COMMANDS_H_

namespace changepolicy::cli {

class Command;

void AddCheck(Command* app);
void AddApprovers(Command* app);
void AddExplain(Command* app);
void AddQuestionnaire(Command* app);
void AddChecklist(Command* app);
void AddDocuments(Command* app);
void AddDue(Command* app);
void AddPolicy(Command* app);
// Below `policy`.
void AddPolicyClauses(Command* policy);
void AddPolicyCompare(Command* policy);
void AddCel(Command* app);
void AddCalendar(Command* app);
void AddAudit(Command* app);

}  // namespace changepolicy::cli

#endif  // CLI_COMMANDS_H_
