#include "cli/command_line.h"

#include <algorithm>
#include <exception>
#include <iostream>
#include <string_view>
#include <utility>

#include "CLI/CLI.hpp"
#include "cli/inputs.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/issue.h"

namespace changepolicy::cli {

namespace {

// CLI11 says of a misspelt subcommand only that one is required.
bool NamesSubcommand(const CLI::App& app, int argc, const char* const* argv) {
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

std::string FailureText(const CLI::App* failed, const CLI::Error& error) {
  // The help of the subcommand that was meant, not of the whole.
  std::string name = failed->get_name();
  while (!failed->get_subcommands().empty()) {
    failed = failed->get_subcommands().front();
    StrAppend(&name, " ", failed->get_name());
  }
  return StrCat("error: ", error.what(), "\n  help: `", name, " --help` lists what it takes\n");
}

}  // namespace

Option Option::Required() const { return Option(option_->required()); }

Option Option::ShowsDefault() const { return Option(option_->capture_default_str()); }

Option Option::NotEmpty() const {
  return Check([](const std::string& value) {
    return value.empty() ? "a value is expected, or leave the option out" : std::string();
  });
}

Option Option::OneOf(const std::vector<std::string>& words) const {
  return Option(option_->check(CLI::IsMember(words)));
}

Option Option::InRange(int least, int greatest) const {
  return Option(option_->check(CLI::Range(least, greatest)));
}

Option Option::NotNegative() const { return Option(option_->check(CLI::NonNegativeNumber)); }

Option Option::Positive() const { return Option(option_->check(CLI::PositiveNumber)); }

Option Option::Check(std::function<std::string(const std::string&)> problem) const {
  return Option(option_->check(std::move(problem)));
}

Option Option::Needs(const std::string& name) const { return Option(option_->needs(name)); }

Option Option::Excludes(const std::string& name) const { return Option(option_->excludes(name)); }

Option Option::OneValueEach() const { return Option(option_->allow_extra_args(false)); }

Option Option::AtMostOne() const { return Option(option_->expected(0, 1)); }

Command* Command::AddSubcommand(const std::string& name, const std::string& description) {
  subcommands_.push_back(std::make_unique<Command>(app_->add_subcommand(name, description)));
  return subcommands_.back().get();
}

void Command::RequiresSubcommand() { app_->require_subcommand(1); }

Option Command::AddOption(const std::string& name, std::string* value,
                          const std::string& description) {
  return Option(app_->add_option(name, *value, description));
}

Option Command::AddOption(const std::string& name, std::vector<std::string>* values,
                          const std::string& description) {
  return Option(app_->add_option(name, *values, description));
}

Option Command::AddOption(const std::string& name, int* value, const std::string& description) {
  return Option(app_->add_option(name, *value, description));
}

Option Command::AddOption(const std::string& name, int64_t* value, const std::string& description) {
  return Option(app_->add_option(name, *value, description));
}

Option Command::AddOption(const std::string& name, std::optional<int64_t>* value,
                          const std::string& description) {
  return Option(app_->add_option(name, *value, description));
}

Option Command::AddFlag(const std::string& name, bool* value, const std::string& description) {
  return Option(app_->add_flag(name, *value, description));
}

void Command::Footer(const std::string& text) { app_->footer(text); }

void Command::Runs(std::function<int()> action) { action_ = std::move(action); }

const Command& Command::Chosen() const {
  for (const std::unique_ptr<Command>& command : subcommands_) {
    if (command->app_->parsed()) return command->Chosen();
  }
  return *this;
}

CommandLine::CommandLine(const std::string& name, const std::string& description,
                         const std::string& version)
    : app_(std::make_unique<CLI::App>(description, name)), root_(app_.get()) {
  app_->set_version_flag("--version", version);
  app_->failure_message(FailureText);
}

CommandLine::~CommandLine() = default;

int CommandLine::Run(int argc, const char* const* argv) {
  int exit_code = kBadInput;
  try {
    if (!NamesSubcommand(*app_, argc, argv)) return kBadInput;
    app_->parse(argc, argv);
    exit_code = root_.Chosen().action_();
  } catch (const CLI::ParseError& error) {
    return app_->exit(error) == 0 ? kAllowed : kBadInput;
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << "\n";
    return kBadInput;
  }
  std::cout.flush();
  if (!std::cout) {
    std::cerr << "error: the answer could not be written to standard output\n";
    return std::max<int>(exit_code, kUndecided);
  }
  return exit_code;
}

}  // namespace changepolicy::cli
