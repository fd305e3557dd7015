// `changepolicy approvers` and `changepolicy explain`: who must approve, and why it came out so.
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/json.h"
#include "cli/subject_options.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/decision_text.h"

namespace changepolicy::cli {

namespace {

struct Options {
  SubjectOptions subject;
  std::string format = "text";
};

template <typename Print>
int ForEach(const Options& options, Print print) {
  const std::optional<Session> session = Open(options.subject);
  if (!session.has_value()) return kBadInput;
  const std::optional<std::vector<Record>> records = ReadAll(options.subject);
  if (!records.has_value()) return kBadInput;
  if (options.format == "text") PrintNow(*session);
  int exit_code = kAllowed;
  for (const Record& record : *records) {
    if (!record.subject.has_value()) {
      Complain(record.problem);
      exit_code = kBadInput;
      continue;
    }
    exit_code = std::max(exit_code, print(*session, record));
  }
  return exit_code;
}

int Fail(const Record& record, const absl::Status& status) {
  Complain(StrCat(Printable(record.name), ": error: ", FromAbsl(status.message())));
  return kBadInput;
}

int Approvers(const Options& options) {
  return ForEach(options, [&](const Session& session, const Record& record) {
    const auto answer = AskAbout<v1::ApprovalsAnswer>(
        record,
        [&](const v1::ChangeRequest& change) {
          return session.engine.RequiredApprovals(change, session.question);
        },
        [&](const v1::Release& release) {
          return session.engine.RequiredApprovals(release, session.question);
        });
    if (!answer.ok()) return Fail(record, answer.status());
    if (options.format == "text") {
      std::cout << ApprovalsText(
          *answer, session.policy,
          {.color = IsTerminal(STDOUT_FILENO), .verbose = options.subject.verbose});
    } else {
      std::cout << ApprovalsJson(*answer, record, session.question.now, options.format == "json")
                << "\n";
    }
    return ExitCodeOf(answer->verdict());
  });
}

int Explain(const Options& options) {
  return ForEach(options, [&](const Session& session, const Record& record) {
    Question question = session.question;
    question.detail = v1::DETAIL_FULL;
    auto decision = AskAbout<v1::Decision>(
        record,
        [&](const v1::ChangeRequest& change) { return session.engine.Decide(change, question); },
        [&](const v1::Release& release) { return session.engine.Decide(release, question); });
    if (!decision.ok()) return Fail(record, decision.status());
    if (options.format == "text") {
      std::cout << DecisionText(*decision, session.policy,
                                {.color = IsTerminal(STDOUT_FILENO), .verbose = true});
    } else {
      Render(session.policy, &*decision);
      std::cout << DecisionJson(*decision, record, options.format == "json") << "\n";
    }
    return ExitCodeOf(decision->verdict());
  });
}

void Add(CLI::App* app, const std::string& name, const std::string& description,
         int (*run)(const Options&), int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* const command = app->add_subcommand(name, description);
  AddSubjectOptions(command, &options->subject);
  command->add_option("--format", options->format, "text, json or jsonl")
      ->check(CLI::IsMember({"text", "json", "jsonl"}))
      ->capture_default_str();
  command->callback([options, run, exit_code] { *exit_code = run(*options); });
}

}  // namespace

void AddApprovers(CLI::App* app, int* exit_code) {
  Add(app, "approvers", "Who must approve, who has, who does not count, whom to ask", Approvers,
      exit_code);
}

void AddExplain(CLI::App* app, int* exit_code) {
  Add(app, "explain", "Every rule with its clause, and the facts that it read", Explain, exit_code);
}

}  // namespace changepolicy::cli
