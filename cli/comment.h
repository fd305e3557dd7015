// `changepolicy comment`.
#ifndef CLI_COMMENT_H_
#define CLI_COMMENT_H_

#include "CLI/CLI.hpp"

namespace changepolicy::cli {

// Sets `*exit_code` when it has run.
void AddComment(CLI::App* app, int* exit_code);

}  // namespace changepolicy::cli

#endif  // CLI_COMMENT_H_
