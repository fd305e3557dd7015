// `import` with mappings to an organization.
#ifndef CLI_IMPORT_ORGANIZATION_H_
#define CLI_IMPORT_ORGANIZATION_H_

#include <string>

#include "libchangepolicy/mapping/import.h"

namespace changepolicy::cli {

// All records together, in the format of `--format`. REQUIRES: none has an error, and all are
// organizations.
void PrintOrganization(const ImportResult& result, const std::string& format);

// The same put into the file, which is written anew and as a whole; the exit code. Path owners take
// the place of all that the file has, where the mappings tell of them: an owner who is no longer
// named must not stay.
int WriteIntoOrganization(const ImportResult& result, const std::string& file);

}  // namespace changepolicy::cli

#endif  // CLI_IMPORT_ORGANIZATION_H_
