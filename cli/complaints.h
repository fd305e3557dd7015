// How complaints (inputs.h) are written.
#ifndef CLI_COMPLAINTS_H_
#define CLI_COMPLAINTS_H_

namespace changepolicy::cli {

// From now on they go to the log of one of GitHub's workflows, where text of a record must not be
// taken for a command.
void ComplainToWorkflow();

}  // namespace changepolicy::cli

#endif  // CLI_COMPLAINTS_H_
