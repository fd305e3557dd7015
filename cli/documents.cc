// `changepolicy documents`: which document of a change is weak, and why.
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <memory>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/json.h"
#include "cli/subject_options.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/documents_text.h"

namespace changepolicy::cli {

namespace {

struct Options {
  SubjectOptions subject;
  std::string format = "text";
};

class Linter {
 public:
  Linter(const Options& options, const Session& session) : options_(options), session_(session) {}

  int Run(const std::vector<Record>& records) {
    if (options_.format == "text") PrintNow(session_);
    for (const Record& record : records) Lint(record);
    return exit_code_;
  }

 private:
  void Lint(const Record& record) {
    if (!record.subject.has_value()) {
      Refuse(record, record.problem);
      return;
    }
    if (const auto* const change = std::get_if<v1::ChangeRequest>(&*record.subject)) {
      Lint(record, *change);
      return;
    }
    // A release is described by its changes.
    for (const v1::ChangeRequest& change : std::get<v1::Release>(*record.subject).changes()) {
      Lint(record, change);
    }
  }

  void Lint(const Record& record, const v1::ChangeRequest& change) {
    const auto answer = session_.engine.LintDocuments(change, session_.question);
    if (!answer.ok()) {
      Refuse(record,
             StrCat(Printable(record.name), ": error: ", FromAbsl(answer.status().message())));
      return;
    }
    if (IsWeak(*answer)) exit_code_ = std::max<int>(exit_code_, kDenied);
    if (options_.format == "text") {
      if (!first_) std::cout << "\n";
      std::cout << DocumentsText(*answer, {.color = IsTerminal(STDOUT_FILENO)});
    } else {
      std::cout << MessageJson(*answer, options_.format == "json") << "\n";
    }
    first_ = false;
  }

  void Refuse(const Record& record, const std::string& problem) {
    Complain(problem);
    if (options_.format == "jsonl") std::cout << InvalidLine(record, problem) << "\n";
    exit_code_ = kBadInput;
  }

  const Options& options_;
  const Session& session_;
  int exit_code_ = kAllowed;
  bool first_ = true;
};

int Run(const Options& options) {
  const std::optional<Session> session = Open(options.subject);
  if (!session.has_value()) return kBadInput;
  const std::optional<std::vector<Record>> records = ReadAll(options.subject);
  return records.has_value() ? Linter(options, *session).Run(*records) : kBadInput;
}

}  // namespace

void AddDocuments(Command* app) {
  auto options = std::make_shared<Options>();
  Command* const command = app->AddSubcommand(
      "documents",
      "Which document of a change is weak, and why; exits with 1 where one is that it needs");
  AddSubjectOptions(command, &options->subject);
  command->AddOption("--format", &options->format, "text, json or jsonl")
      .OneOf({"text", "json", "jsonl"})
      .ShowsDefault();
  command->Runs([options] { return Run(*options); });
}

}  // namespace changepolicy::cli
