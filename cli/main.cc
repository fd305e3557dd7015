// The command: asks and prints, decides nothing.
#include <iostream>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/comment.h"
#include "cli/import.h"

int main(int argc, char** argv) {
  namespace cli = changepolicy::cli;
  std::ios::sync_with_stdio(false);
  cli::CommandLine command_line(
      "changepolicy",
      "Decides whether a change or a release may go ahead, who must approve it, and why",
      CHANGEPOLICY_VERSION);
  cli::Command* const root = command_line.root();
  root->RequiresSubcommand();
  root->Footer("Exit codes: 0 allowed, 1 denied, 2 unknown or error, 3 bad input");
  cli::AddCheck(root);
  cli::AddComment(root);
  cli::AddApprovers(root);
  cli::AddExplain(root);
  cli::AddQuestionnaire(root);
  cli::AddChecklist(root);
  cli::AddDocuments(root);
  cli::AddDue(root);
  cli::AddPolicy(root);
  cli::AddCel(root);
  cli::AddCalendar(root);
  cli::AddAudit(root);
  cli::AddImport(root);
  return command_line.Run(argc, argv);
}
