// `changepolicy approvers` and `changepolicy explain`: who must approve, and why it came out so.
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <utility>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/json.h"
#include "cli/subject_options.h"
#include "cli/totals.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/decision_text.h"

namespace changepolicy::cli {

namespace {

struct Options {
  SubjectOptions subject;
  std::string format = "text";
  bool totals = false;
};

int Refuse(const Options& options, const Record& record, const std::string& problem) {
  Complain(problem);
  if (options.format == "jsonl" && !options.totals) {
    std::cout << InvalidLine(record, problem) << "\n";
  }
  return kBadInput;
}

int Fail(const Options& options, const Record& record, const absl::Status& status) {
  return Refuse(options, record,
                StrCat(Printable(record.name), ": error: ", FromAbsl(status.message())));
}

// `answer` is called with the session, the record, and whether there are several; it prints, and
// returns an exit code. `finish` comes after all of them.
template <typename Answer, typename Finish>
int ForEach(const Options& options, Answer answer, Finish finish) {
  const std::optional<Session> session = Open(options.subject);
  if (!session.has_value()) return kBadInput;
  const std::optional<std::vector<Record>> records = ReadAll(options.subject);
  if (!records.has_value()) return kBadInput;
  if (options.format == "text") PrintNow(*session);
  int exit_code = kAllowed;
  for (const Record& record : *records) {
    exit_code = std::max(exit_code, record.subject.has_value()
                                        ? answer(*session, record, records->size() > 1)
                                        : Refuse(options, record, record.problem));
  }
  finish(*session, *records);
  return exit_code;
}

void PrintVersion(const Session& session, const Record& record,
                  const PolicySeries::Choice& version) {
  const std::string text = VersionText(session, record, version);
  if (!text.empty()) std::cout << text << "\n";
}

void PrintApprovals(const Options& options, const Session& session, const Record& record,
                    const PolicySeries::Choice& version, const v1::ApprovalsAnswer& answer,
                    bool first, bool several) {
  if (options.format == "text") {
    if (!first) std::cout << "\n";
    PrintVersion(session, record, version);
    std::cout << ApprovalsText(
        answer, version.policy,
        {.color = IsTerminal(STDOUT_FILENO), .verbose = options.subject.verbose});
  } else if (options.format == "binary") {
    WriteBytes(MessageBytes(answer), several);
  } else {
    std::cout << ApprovalsJson(answer, record, session.question.now, options.format == "json")
              << "\n";
  }
}

int Approvers(const Options& options) {
  if (options.totals && options.format == "binary") {
    Complain("error: --totals are no message\n  help: ask for them as text, json or jsonl");
    return kBadInput;
  }
  ApprovalTotals totals;
  bool first = true;
  size_t answered = 0;
  return ForEach(
      options,
      [&](const Session& session, const Record& record, bool several) -> int {
        const auto version = ChooseVersion(session, record);
        if (!version.ok()) return Fail(options, record, version.status());
        const Engine engine(version->policy, session.engine.organization());
        const auto ask = [&](const auto& subject) {
          return engine.RequiredApprovals(subject, session.question);
        };
        const auto answer = AskAbout<v1::ApprovalsAnswer>(record, ask, ask);
        if (!answer.ok()) return Fail(options, record, answer.status());
        ++answered;
        totals.Add(record, *answer);
        if (!options.totals) {
          PrintApprovals(options, session, record, *version, *answer, first, several);
          first = false;
        }
        return ExitCodeOf(answer->verdict());
      },
      [&](const Session& session, const std::vector<Record>& records) {
        if (!options.totals) return;
        for (size_t bad = answered; bad < records.size(); ++bad) totals.AddBad();
        std::cout << (options.format == "text"
                          ? totals.Text()
                          : totals.Json(session.question.now, options.format == "json") + "\n");
      });
}

int Explain(const Options& options) {
  return ForEach(
      options,
      [&](const Session& session, const Record& record, bool) -> int {
        Question question = session.question;
        question.detail = v1::DETAIL_FULL;
        const auto version = ChooseVersion(session, record);
        if (!version.ok()) return Fail(options, record, version.status());
        const auto ask = [&](const auto& subject) { return session.Decide(subject, question); };
        auto decision = AskAbout<v1::Decision>(record, ask, ask);
        if (!decision.ok()) return Fail(options, record, decision.status());
        if (options.format == "text") {
          PrintVersion(session, record, *version);
          std::cout << DecisionText(*decision, version->policy,
                                    {.color = IsTerminal(STDOUT_FILENO), .verbose = true});
        } else {
          Render(version->policy, &*decision);
          std::cout << DecisionJson(*decision, record, options.format == "json") << "\n";
        }
        return ExitCodeOf(decision->verdict());
      },
      [](const Session&, const std::vector<Record>&) {});
}

// The command that was added, and where its options are kept.
std::pair<Command*, std::shared_ptr<Options>> Add(Command* app, const std::string& name,
                                                  const std::string& description,
                                                  const std::vector<std::string>& formats,
                                                  int (*run)(const Options&)) {
  auto options = std::make_shared<Options>();
  Command* const command = app->AddSubcommand(name, description);
  AddSubjectOptions(command, &options->subject);
  AddVerboseFlag(command, &options->subject);
  AddEarlierOption(command, &options->subject);
  command->AddOption("--format", &options->format, "text, json, jsonl or, of approvers, binary")
      .OneOf(formats)
      .ShowsDefault();
  command->Runs([options, run] { return run(*options); });
  return {command, options};
}

}  // namespace

void AddApprovers(Command* app) {
  const auto [command, options] =
      Add(app, "approvers", "Who must approve, who has, who does not count, whom to ask",
          {"text", "json", "jsonl", "binary"}, Approvers);
  command->AddFlag("--totals", &options->totals,
                   "how many records came out how, in place of the records");
}

void AddExplain(Command* app) {
  Add(app, "explain", "Every rule with its clause, and the facts that it read",
      {"text", "json", "jsonl"}, Explain);
}

}  // namespace changepolicy::cli
