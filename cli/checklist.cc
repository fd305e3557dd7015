// `changepolicy checklist`: what there is to do at each step, by the policy or for one subject.
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/calendar_options.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/subject_options.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/duties.h"
#include "libchangepolicy/report/checklist_text.h"

namespace changepolicy::cli {

namespace {

struct Options {
  SubjectOptions subject;
  std::string role;
  std::string format = "markdown";
};

absl::StatusOr<v1::Checklist> Ask(const Options& options, const Session& session,
                                  const std::optional<Record>& record) {
  ChecklistQuestion question{
      .now = session.question.now, .role = options.role, .transition = session.question.transition};
  if (!record.has_value()) {
    question.kind = options.subject.kind == "change"    ? v1::SUBJECT_KIND_CHANGE
                    : options.subject.kind == "release" ? v1::SUBJECT_KIND_RELEASE
                                                        : v1::SUBJECT_KIND_UNSPECIFIED;
    return MakeChecklist(session.policy, question);
  }
  return AskAbout<v1::Checklist>(
      *record,
      [&](const v1::ChangeRequest& change) {
        return MakeChecklist(session.engine, change, question);
      },
      [&](const v1::Release& release) { return MakeChecklist(session.engine, release, question); });
}

int Run(const Options& options) {
  const std::optional<Session> session = Open(options.subject);
  if (!session.has_value()) return kBadInput;
  std::optional<Record> record;
  if (!options.subject.files.empty()) {
    const std::optional<std::vector<Record>> records = ReadAll(options.subject);
    if (!records.has_value()) return kBadInput;
    if (records->size() != 1) {
      Complain(StrCat("error: ", Printable(options.subject.files[0]), ": holds ", records->size(),
                      " records\n  help: a checklist is for one; give one file with one record"));
      return kBadInput;
    }
    record = records->front();
    if (!record->subject.has_value()) {
      Complain(record->problem);
      return kBadInput;
    }
  }
  const absl::StatusOr<v1::Checklist> checklist = Ask(options, *session, record);
  if (!checklist.ok()) {
    Complain(StrCat(record.has_value() ? StrCat(Printable(record->name), ": ") : "",
                    "error: ", Printable(FromAbsl(checklist.status().message())),
                    "\n  help: `changepolicy policy show` lists the roles of the policy"));
    return kBadInput;
  }
  if (options.format == "json") {
    std::cout << MessageJson(*checklist, true) << "\n";
  } else {
    std::cout << ChecklistMarkdown(*checklist, session->policy);
  }
  return kAllowed;
}

}  // namespace

void AddChecklist(Command* app) {
  auto options = std::make_shared<Options>();
  Command* const command = app->AddSubcommand(
      "checklist",
      "What there is to do at each step, and who sees to it; of a change or release what applies "
      "to it and is ahead, with what is satisfied ticked");
  command->AddOption("FILE", &options->subject.files, "one change or release, as for `check`")
      .AtMostOne();
  AddContextOptions(command, &options->subject);
  AddRecordOptions(command, &options->subject);
  command->AddOption("--role", &options->role, "only what this role sees to").NotEmpty();
  command->AddOption("--transition", &options->subject.transition, "only this step").NotEmpty();
  AddFormat(command, &options->format, {"markdown", "json"});
  command->Runs([options] { return Run(*options); });
}

}  // namespace changepolicy::cli
