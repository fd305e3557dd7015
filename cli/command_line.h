// What the user may write behind `changepolicy`: commands, what each of them takes, and what runs.
//
// A command describes itself in a function of its own:
//
//   void AddGreet(Command* app) {
//     auto options = std::make_shared<GreetOptions>();
//     Command* const command = app->AddSubcommand("greet", "Says hello");
//     command->AddOption("NAME", &options->name, "whom to greet").Required();
//     command->AddOption("--times", &options->times, "how often").InRange(1, 9).ShowsDefault();
//     command->Runs([options] { return Greet(*options); });
//   }
//
// CLI11 reads the words and writes the help. command_line.cc alone includes it: its templates cost
// every file that sees them more than all else in that file, and what it throws at a user's words
// ends there. A header that only names Command declares it instead of including this one.
//
// A description that contradicts itself, like a name that is given twice or an option that needs
// one that is not there, is our own mistake, and ends the program while it is described, by an
// exception that nobody catches: in every run, whatever is asked for.
#ifndef CLI_COMMAND_LINE_H_
#define CLI_COMMAND_LINE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace changepolicy::cli {

// An option, a flag, or words that stand alone: a handle to it, which may be copied and is good for
// as long as the CommandLine. Each function gives the option back, for the next one. Checks see one
// value at a time, in the order in which they were added.
class Option {
 public:
  // The command is refused without it.
  Option Required() const;
  // The help tells the value that the variable holds now.
  Option ShowsDefault() const;

  // An empty value is refused, as of `--now "$NOW"` where NOW is not set: the default is for what
  // was not asked.
  Option NotEmpty() const;
  Option OneOf(const std::vector<std::string>& words) const;
  // Both ends are allowed.
  Option InRange(int least, int greatest) const;
  Option NotNegative() const;
  Option Positive() const;
  // `problem` gives what is expected instead, or nothing for a good value.
  Option Check(std::function<std::string(const std::string&)> problem) const;

  // It is refused without the other, or together with it. REQUIRES: the command has an option
  // `name` by now.
  Option Needs(const std::string& name) const;
  Option Excludes(const std::string& name) const;

  // Of a list, which otherwise takes all words up to the next option: one value each time that the
  // option is named.
  Option OneValueEach() const;
  // Of a list: it holds no more than one value.
  Option AtMostOne() const;

 private:
  friend class Command;
  explicit Option(CLI::Option* option) : option_(option) {}

  CLI::Option* option_;
};

// One command. It belongs to the command that it was added to, and is good for as long as the
// CommandLine.
class Command {
 public:
  // Only command_line.cc has a CLI::App.
  explicit Command(CLI::App* app) : app_(app) {}
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  Command* AddSubcommand(const std::string& name, const std::string& description);
  // Exactly one of its subcommands must be named; it runs nothing itself.
  void RequiresSubcommand();

  // `--name` may stand anywhere among the words of the command; NAME, without hyphens, takes the
  // words that no option takes, in the order in which such are added. `*value` holds the default;
  // CommandLine::Run writes to it before the action runs, so it must live until then: an action
  // that shares it sees to that. What is no value of its type is refused.
  Option AddOption(const std::string& name, std::string* value, const std::string& description);
  Option AddOption(const std::string& name, std::vector<std::string>* values,
                   const std::string& description);
  Option AddOption(const std::string& name, int* value, const std::string& description);
  Option AddOption(const std::string& name, int64_t* value, const std::string& description);
  Option AddOption(const std::string& name, std::optional<int64_t>* value,
                   const std::string& description);
  // True where it is given; as `!--name` false. `*value` as above.
  Option AddFlag(const std::string& name, bool* value, const std::string& description);

  // The last lines of the help; of subcommands that are added afterwards too, where they have no
  // footer of their own.
  void Footer(const std::string& text);

  // What is done when the command was asked for; it gives the exit code. REQUIRES: every command
  // has this or RequiresSubcommand().
  void Runs(std::function<int()> action);

 private:
  friend class CommandLine;

  // The one that was asked for: this one, or one below it.
  const Command& Chosen() const;

  CLI::App* const app_;
  std::vector<std::unique_ptr<Command>> subcommands_;
  std::function<int()> action_;
};

// The program, as its user sees it.
class CommandLine {
 public:
  // `--help` and `--version` are there already.
  CommandLine(const std::string& name, const std::string& description, const std::string& version);
  ~CommandLine();

  // What the program's name stands for. Everything is added before Run().
  Command* root() { return &root_; }

  // Runs what was asked for, once, and returns its exit code. kBadInput, with a complaint on
  // standard error, where the arguments are wrong or the action threw something; at least
  // kUndecided, with a complaint, where standard output did not take the answer.
  int Run(int argc, const char* const* argv);

 private:
  std::unique_ptr<CLI::App> app_;
  Command root_;
};

}  // namespace changepolicy::cli

#endif  // CLI_COMMAND_LINE_H_
