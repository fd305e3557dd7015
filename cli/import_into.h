// `import --into FILE`: what was imported beside what the file says already.
#ifndef CLI_IMPORT_INTO_H_
#define CLI_IMPORT_INTO_H_

#include <string>

#include "libchangepolicy/mapping/import.h"

namespace changepolicy::cli {

// Writes the file anew and as a whole, in the format that its ending names; the exit code.
// REQUIRES: no subject has an error.
int WriteInto(const ImportResult& result, const std::string& file);

}  // namespace changepolicy::cli

#endif  // CLI_IMPORT_INTO_H_
