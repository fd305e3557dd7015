#ifndef CLI_SCHEMA_H_
#define CLI_SCHEMA_H_

#include <string>

namespace changepolicy::cli {

// A JSON Schema (2020-12) of policy documents, for completion and hints in editors. It admits what
// the loader reads, shorthands included; the loader finds more.
std::string PolicySchema();

}  // namespace changepolicy::cli

#endif  // CLI_SCHEMA_H_
