// The commands below `changepolicy calendar`, each added by its own file.
#ifndef CLI_CALENDAR_H_
#define CLI_CALENDAR_H_

#include "CLI/CLI.hpp"

namespace changepolicy::cli {}  // namespace changepolicy::cli

#endif  // CLI_CALENDAR_H_
