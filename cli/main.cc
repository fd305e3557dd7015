// The command: asks and prints, decides nothing.
#include <exception>
#include <iostream>

#include "CLI/CLI.hpp"
#include "cli/commands.h"
#include "cli/inputs.h"

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  CLI::App app("Decides whether a change or a release may go ahead, who must approve it, and why",
               "changepolicy");
  app.require_subcommand(1);
  app.set_version_flag("--version", CHANGEPOLICY_VERSION);
  app.footer("Exit codes: 0 allowed, 1 denied, 2 unknown or error, 3 bad input");
  int exit_code = changepolicy::cli::kBadInput;
  changepolicy::cli::AddCheck(&app, &exit_code);
  changepolicy::cli::AddApprovers(&app, &exit_code);
  changepolicy::cli::AddExplain(&app, &exit_code);
  changepolicy::cli::AddPolicy(&app, &exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : changepolicy::cli::kBadInput;
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << "\n";
    return changepolicy::cli::kBadInput;
  }
  return exit_code;
}
