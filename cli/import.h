// The command `import`.
#ifndef CLI_IMPORT_H_
#define CLI_IMPORT_H_

#include "CLI/CLI.hpp"

namespace changepolicy::cli {

// Sets `*exit_code` when it has run.
void AddImport(CLI::App* app, int* exit_code);

}  // namespace changepolicy::cli

#endif  // CLI_IMPORT_H_
