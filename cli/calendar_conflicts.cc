// `changepolicy calendar conflicts`: which scheduled work is in each other's way, and what a freeze
// would hit.
#include <filesystem>
#include <iostream>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/calendar.h"
#include "cli/calendar_options.h"
#include "cli/command_line.h"
#include "cli/files.h"
#include "cli/json.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/calendar/calendar_check.h"
#include "libchangepolicy/issue.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy::cli {

namespace {

struct Options {
  SubjectOptions subject;
  std::string zone = "UTC";
  std::string freeze;
  std::string format = "text";
};

// The freeze of that id, which may have a dot like `close.v2`; or the one that the file holds.
std::optional<v1::Freeze> FindFreeze(const Planner& planner, const std::string& name) {
  absl::StatusOr<v1::Freeze> found = planner.FindFreeze(name);
  if (found.ok()) return *std::move(found);
  std::error_code error;
  if (name != "-" && !std::filesystem::exists(name, error)) {
    Complain(StrCat("error: --freeze: no such file, and ",
                    Printable(FromAbsl(found.status().message())),
                    "\n  help: name one that is declared, or a file that holds one"));
    return std::nullopt;
  }
  const absl::StatusOr<std::string> text = ReadFile(name);
  if (!text.ok()) {
    Complain(StrCat("error: ", FromAbsl(text.status().message())));
    return std::nullopt;
  }
  v1::Freeze freeze;
  const Issues issues = ReadMessage(*text, FormatOf(name, *text), name, &freeze);
  if (!issues.empty()) Complain(ToText(issues));
  return HasErrors(issues) ? std::nullopt : std::optional(std::move(freeze));
}

// Where something could not be compared, that nothing was found says nothing.
int ExitCodeOf(int found, int problems) {
  return found > 0 ? kDenied : problems > 0 ? kUndecided : kAllowed;
}

int ShowImpact(const Options& options, const Planner& planner, const v1::Directory& directory,
               absl::Time now, absl::TimeZone zone) {
  const std::optional<v1::Freeze> freeze = FindFreeze(planner, options.freeze);
  if (!freeze.has_value()) return kBadInput;
  const Issues unknown = CheckScope(freeze->scope(), directory, StrCat(freeze->id(), ".scope"));
  if (!unknown.empty()) Complain(ToText(unknown));
  const absl::StatusOr<v1::FreezeImpactAnswer> answer = planner.FreezeImpact(*freeze, now);
  if (!answer.ok()) {
    Complain(StrCat(Printable(options.freeze), ": ", FromAbsl(answer.status().message())));
    return kBadInput;
  }
  if (options.format == "text") {
    std::cout << FreezeImpactText(*answer, TextOptions(zone));
  } else {
    std::cout << MessageJson(*answer, true) << "\n";
  }
  return ExitCodeOf(answer->hits_size(), answer->problems_size());
}

int Run(const Options& options) {
  const std::optional<Session> session = Open(options.subject);
  const std::optional<absl::TimeZone> zone = ReadZone(options.zone);
  if (!session.has_value() || !zone.has_value()) return kBadInput;
  const Planner planner(session->policy, session->engine.organization());
  if (options.format == "text") PrintNow(*session);
  if (!options.freeze.empty()) {
    return ShowImpact(options, planner, session->engine.organization().proto().directory(),
                      session->question.now, *zone);
  }
  const absl::StatusOr<v1::ConflictsAnswer> answer = planner.Conflicts(session->question.now);
  if (!answer.ok()) {
    Complain(StrCat("error: ", FromAbsl(answer.status().message())));
    return kBadInput;
  }
  if (options.format == "text") {
    std::cout << ConflictsText(*answer, TextOptions(*zone));
  } else {
    std::cout << MessageJson(*answer, true) << "\n";
  }
  return ExitCodeOf(answer->conflicts_size(), answer->problems_size());
}

}  // namespace

void AddCalendarConflicts(Command* calendar) {
  auto options = std::make_shared<Options>();
  Command* const command = calendar->AddSubcommand(
      "conflicts",
      "Every pair of scheduled work that is in each other's way, or what a freeze would hit. "
      "Exits with 0 none, 1 some, 2 none is known but something could not be computed, 3 bad "
      "input");
  AddContextOptions(command, &options->subject);
  command->AddOption("--zone", &options->zone, "zone in which times are shown").ShowsDefault();
  command
      ->AddOption("--freeze", &options->freeze,
                  "a freeze that is declared, by id, or a file that holds a new one")
      .NotEmpty();
  AddFormat(command, &options->format, {"text", "json"});
  command->Runs([options] { return Run(*options); });
}

}  // namespace changepolicy::cli
