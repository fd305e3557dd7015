// Foreign records through a mapping document.
#ifndef CLI_MAPPED_H_
#define CLI_MAPPED_H_

#include <optional>
#include <string>
#include <vector>

#include "cli/inputs.h"

namespace changepolicy::cli {

// Mappings are files, or names of those that are built in. Each primary record below the given
// files and folders; nothing where the mapping is wrong.
std::optional<std::vector<Record>> ReadMapped(const std::vector<std::string>& paths,
                                              const std::string& mapping);

// Every mapping over all of the paths, added to `organization`, which nothing has checked yet;
// otherwise as below.
std::optional<v1::Organization> MapOrganization(const std::vector<std::string>& paths,
                                                const std::vector<std::string>& mappings,
                                                v1::Organization organization);

// Every mapping over all of the paths, added to what is known already; nothing where a mapping or
// a record is wrong. A file that cannot be read is named, and what it says is missing; nothing,
// where the mapping tells who owns paths.
std::optional<Organization> LoadMappedOrganization(const std::vector<std::string>& paths,
                                                   const std::vector<std::string>& mappings,
                                                   v1::Organization organization);

}  // namespace changepolicy::cli

#endif  // CLI_MAPPED_H_
