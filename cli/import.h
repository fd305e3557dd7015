// The command `import`.
#ifndef CLI_IMPORT_H_
#define CLI_IMPORT_H_

namespace changepolicy::cli {

class Command;

void AddImport(Command* app);

}  // namespace changepolicy::cli

#endif  // CLI_IMPORT_H_
