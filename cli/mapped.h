// Foreign records through a mapping document.
#ifndef CLI_MAPPED_H_
#define CLI_MAPPED_H_

#include <optional>
#include <string>
#include <vector>

#include "cli/inputs.h"

namespace changepolicy::cli {

// Each primary record below the given files and folders; nothing where the mapping is wrong.
std::optional<std::vector<Record>> ReadMapped(const std::vector<std::string>& paths,
                                              const std::string& mapping);

std::optional<Organization> LoadMappedOrganization(const std::vector<std::string>& paths,
                                                   const std::string& mapping);

}  // namespace changepolicy::cli

#endif  // CLI_MAPPED_H_
