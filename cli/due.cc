// `changepolicy due`: what is owed, by whom and until when.
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "cli/calendar_options.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/json.h"
#include "cli/subject_options.h"
#include "cli/yaml.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/calendar/length.h"
#include "libchangepolicy/duties.h"
#include "libchangepolicy/eval/bound_organization.h"
#include "libchangepolicy/report/due_text.h"
#include "libchangepolicy/source/scalar.h"

namespace changepolicy::cli {

namespace {

struct Options {
  SubjectOptions subject;
  std::string until, owner, team;
  bool overdue = false;
  std::string format = "text";
};

// A length of time from now on, or an instant.
std::optional<absl::Time> ReadUntil(const std::string& text, absl::Time now) {
  if (const std::optional<CivilLength> length = ParseCivilLength(text)) {
    return now + absl::Hours(24 * length->days) + absl::Seconds(length->seconds);
  }
  std::optional<absl::Time> time = ReadInstant(text);
  if (!time.has_value()) {
    Complain(StrCat("error: --until: `", Printable(text),
                    "` is neither a length of time nor an instant\n  help: write `30d`, `36h`, a "
                    "date, or `2026-01-31T09:30:00Z`"));
  }
  return time;
}

// Whether a name that is asked for is one; an answer that nothing is owed by a slip of the pen
// would look like good news. Whoever owes something is known by that.
bool IsKnown(std::string_view option, const std::string& name, const std::set<std::string>& known) {
  if (name.empty() || known.count(name) > 0) return true;
  const std::string_view nearest = Nearest(name, {known.begin(), known.end()});
  Complain(StrCat("error: ", option, ": neither policy nor organization knows `", Printable(name),
                  "`\n  help: ",
                  nearest.empty() ? "give the organization (`--organization`), and a name of it"
                                  : StrCat("did you mean `", nearest, "`?")));
  return false;
}

bool KnowsNames(const Options& options, const Session& session, const v1::DueAnswer& answer) {
  std::set<std::string> owners, teams;
  for (const v1::RoleDeclaration& role : session.policy.proto().roles()) owners.insert(role.id());
  const v1::Directory& directory = session.engine.organization().proto().directory();
  for (const v1::Person& person : directory.people()) owners.insert(person.id());
  for (const v1::Team& team : directory.teams()) teams.insert(team.id());
  for (const v1::DueItem& item : answer.items()) {
    owners.insert(item.owner());
    teams.insert(item.team());
  }
  const Roster& roster = session.engine.organization().bound()->directory().roster();
  return (roster.Find(options.owner) != kNobody || IsKnown("--owner", options.owner, owners)) &&
         IsKnown("--team", options.team, teams);
}

// What is not asked about is left out; what could not be asked stays.
void Select(const Options& options, const Organization& organization, v1::DueAnswer* answer) {
  const Roster& roster = organization.bound()->directory().roster();
  const int person = roster.Find(options.owner);
  const std::string owner = person == kNobody ? options.owner : roster.id(person);
  const auto is_left_out = [&](const v1::DueItem& item) {
    return (!owner.empty() && item.owner() != owner) ||
           (!options.team.empty() && item.team() != options.team) ||
           (options.overdue && !item.overdue());
  };
  auto& items = *answer->mutable_items();
  items.erase(std::remove_if(items.begin(), items.end(), is_left_out), items.end());
}

int ExitCodeOf(const v1::DueAnswer& answer) {
  if (!answer.problems().empty()) return kUndecided;
  int code = kAllowed;
  for (const v1::DueItem& item : answer.items()) {
    if (!item.unknown().empty()) return kUndecided;
    if (item.overdue()) code = kDenied;
  }
  return code;
}

// What the ledger does not list yet, as it would list it.
std::string LedgerYaml(const v1::DueAnswer& answer) {
  v1::Organization organization;
  std::string notes;
  for (const v1::DueItem& item : answer.items()) {
    const bool is_duty =
        item.kind() == v1::DUE_KIND_OBLIGATION || item.kind() == v1::DUE_KIND_COMPENSATING_CONTROL;
    if (!is_duty || item.source() == v1::DUE_SOURCE_LEDGER) continue;
    v1::Obligation& obligation = *organization.mutable_ledger()->add_obligations();
    obligation.set_id(item.id());
    obligation.set_rule(item.rule());
    obligation.set_subject_id(item.subject_id());
    obligation.set_team(item.team());
    obligation.set_owner(item.owner());
    if (item.has_due_at()) *obligation.mutable_due_at() = item.due_at();
    *obligation.mutable_recorded_at() = answer.now();
    for (const std::string& fact : item.unknown()) {
      StrAppend(&notes, "# ", Printable(item.id()), ": not known: ", Printable(fact), "\n");
    }
    if (item.team().empty()) {
      StrAppend(&notes, "# ", Printable(item.id()),
                ": no team is stated; rules that ask what a team owes do not see it\n");
    }
  }
  if (!organization.has_ledger()) return "# nothing that the ledger does not list\nledger: {}\n";
  return notes + MessageYaml(organization);
}

void Print(const Options& options, const Session& session, const v1::DueAnswer& answer) {
  if (options.format == "json") {
    std::cout << MessageJson(answer, true) << "\n";
  } else if (options.format == "markdown") {
    std::cout << DueMarkdown(answer, session.policy);
  } else if (options.format == "csv") {
    std::cout << DueCsv(answer, session.policy);
  } else if (options.format == "ledger") {
    std::cout << LedgerYaml(answer);
  } else {
    PrintNow(session);
    std::cout << "\n" << DueText(answer, session.policy, {.color = IsTerminal(STDOUT_FILENO)});
  }
}

int Run(const Options& options) {
  const std::optional<Session> session = Open(options.subject);
  if (!session.has_value()) return kBadInput;
  DueQuestion question{.now = session->question.now};
  if (!options.until.empty()) {
    question.until = ReadUntil(options.until, question.now);
    if (!question.until.has_value()) return kBadInput;
  }
  std::vector<v1::ChangeRequest> changes;
  std::vector<v1::Release> releases;
  std::vector<std::string> unread;
  if (!options.subject.files.empty()) {
    std::optional<std::vector<Record>> records = ReadAll(options.subject);
    if (!records.has_value()) return kBadInput;
    for (Record& record : *records) {
      if (!record.subject.has_value()) {
        Complain(record.problem);
        unread.push_back(StrCat(record.name, ": could not be read"));
      } else if (auto* const change = std::get_if<v1::ChangeRequest>(&*record.subject)) {
        changes.push_back(std::move(*change));
      } else {
        releases.push_back(std::get<v1::Release>(std::move(*record.subject)));
      }
    }
  }
  absl::StatusOr<v1::DueAnswer> answer =
      ListDue(session->policy, session->engine.organization(), changes, releases, question);
  if (!answer.ok()) {
    Complain(StrCat("error: ", Printable(FromAbsl(answer.status().message()))));
    return kBadInput;
  }
  if (!KnowsNames(options, *session, *answer)) return kBadInput;
  for (const std::string& problem : unread) answer->add_problems(problem);
  std::sort(answer->mutable_problems()->begin(), answer->mutable_problems()->end());
  Select(options, session->engine.organization(), &*answer);
  Print(options, *session, *answer);
  return unread.empty() ? ExitCodeOf(*answer) : kBadInput;
}

}  // namespace

void AddDue(Command* app) {
  auto options = std::make_shared<Options>();
  Command* const command = app->AddSubcommand(
      "due",
      "What is owed, by whom and until when. Exits with 0 nothing is overdue, 1 something is, 2 "
      "something is not known, 3 bad input");
  command->AddOption("FILE", &options->subject.files,
                     "changes and releases, as for `check`: what their steps brought is listed");
  AddContextOptions(command, &options->subject);
  AddRecordOptions(command, &options->subject);
  command
      ->AddOption("--until", &options->until,
                  "what is due up to then: `30d` from now on, or an instant; default: everything")
      .NotEmpty();
  command->AddOption("--owner", &options->owner, "what this role or person owes, by any account")
      .NotEmpty();
  command->AddOption("--team", &options->team, "what this team owes").NotEmpty();
  command->AddFlag("--overdue", &options->overdue, "what is overdue");
  AddFormat(command, &options->format, {"text", "markdown", "json", "csv", "ledger"});
  command->Runs([options] { return Run(*options); });
}

}  // namespace changepolicy::cli
