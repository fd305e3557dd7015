// The command: asks and prints, decides nothing.
#include <algorithm>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "CLI/CLI.hpp"
#include "cli/commands.h"
#include "cli/comment.h"
#include "cli/import.h"
#include "cli/inputs.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/issue.h"

namespace changepolicy::cli {

namespace {

// CLI11 says of a misspelt subcommand only that one is required.
bool NamesSubcommand(const CLI::App& app, int argc, char** argv) {
  const CLI::App* at = &app;
  std::string path = at->get_name();
  for (int i = 1; i < argc && argv[i][0] != '-'; ++i) {
    std::vector<std::string> names;
    for (const CLI::App* const command : at->get_subcommands({})) {
      names.push_back(command->get_name());
    }
    if (names.empty()) return true;
    const auto found = std::find(names.begin(), names.end(), argv[i]);
    if (found == names.end()) {
      const std::string_view nearest = Nearest(argv[i], {names.begin(), names.end()});
      Complain(StrCat("error: `", Printable(argv[i]), "` is no command\n  help: ",
                      nearest.empty() ? StrCat("`", path, " --help` lists them")
                                      : StrCat("did you mean `", nearest, "`?")));
      return false;
    }
    at = at->get_subcommand(argv[i]);
    StrAppend(&path, " ", at->get_name());
  }
  return true;
}

}  // namespace
}  // namespace changepolicy::cli

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  CLI::App app("Decides whether a change or a release may go ahead, who must approve it, and why",
               "changepolicy");
  app.require_subcommand(1);
  app.set_version_flag("--version", CHANGEPOLICY_VERSION);
  app.failure_message([](const CLI::App* failed, const CLI::Error& error) {
    // The help of the subcommand that was meant, not of the whole.
    std::string name = failed->get_name();
    while (!failed->get_subcommands().empty()) {
      failed = failed->get_subcommands().front();
      changepolicy::StrAppend(&name, " ", failed->get_name());
    }
    return changepolicy::StrCat("error: ", error.what(), "\n  help: `", name,
                                " --help` lists what it takes\n");
  });
  app.footer("Exit codes: 0 allowed, 1 denied, 2 unknown or error, 3 bad input");
  int exit_code = changepolicy::cli::kBadInput;
  changepolicy::cli::AddCheck(&app, &exit_code);
  changepolicy::cli::AddComment(&app, &exit_code);
  changepolicy::cli::AddApprovers(&app, &exit_code);
  changepolicy::cli::AddExplain(&app, &exit_code);
  changepolicy::cli::AddQuestionnaire(&app, &exit_code);
  changepolicy::cli::AddChecklist(&app, &exit_code);
  changepolicy::cli::AddDocuments(&app, &exit_code);
  changepolicy::cli::AddDue(&app, &exit_code);
  changepolicy::cli::AddPolicy(&app, &exit_code);
  changepolicy::cli::AddCel(&app, &exit_code);
  changepolicy::cli::AddCalendar(&app, &exit_code);
  changepolicy::cli::AddAudit(&app, &exit_code);
  changepolicy::cli::AddImport(&app, &exit_code);
  try {
    if (!changepolicy::cli::NamesSubcommand(app, argc, argv)) return changepolicy::cli::kBadInput;
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : changepolicy::cli::kBadInput;
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << "\n";
    return changepolicy::cli::kBadInput;
  }
  std::cout.flush();
  if (!std::cout) {
    std::cerr << "error: the answer could not be written to standard output\n";
    return std::max<int>(exit_code, changepolicy::cli::kUndecided);
  }
  return exit_code;
}
