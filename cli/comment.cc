#include "cli/comment.h"

#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/checked_records.h"
#include "cli/command_line.h"
#include "cli/subject_options.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::cli {

namespace {

struct Options {
  SubjectOptions subject;
  CommentOptions comment{.key = "check"};
  bool mention = false;
};

CheckedRecord Ask(const Session& session, const SubjectOptions& options, const Record& record) {
  if (!record.subject.has_value()) return Undecided(record, options, record.problem);
  const auto ask = [&](const auto& subject) { return session.Decide(subject, session.question); };
  absl::StatusOr<v1::Decision> decision = AskAbout<v1::Decision>(record, ask, ask);
  const auto version = ChooseVersion(session, record);
  if (!decision.ok() || !version.ok()) {
    const absl::Status& status = decision.ok() ? version.status() : decision.status();
    return Undecided(record, options,
                     StrCat(Printable(record.name), ": error: ", FromAbsl(status.message())));
  }
  return Checked(record, options, *std::move(decision), version->policy);
}

int Run(Options options) {
  std::optional<Session> session = Open(options.subject);
  if (!session.has_value()) return kBadInput;
  session->question.detail = v1::DETAIL_FULL;
  const std::optional<std::vector<Record>> records = ReadAll(options.subject);
  if (!records.has_value()) return kBadInput;
  if (options.mention) {
    options.comment.mentions = Mentions(session->engine.organization().proto().directory());
  }
  int exit_code = kAllowed;
  std::vector<CheckedRecord> checked;
  for (const Record& record : *records) {
    checked.push_back(Ask(*session, options.subject, record));
    const CheckedRecord& last = checked.back();
    if (!last.decision.has_value()) Complain(last.problem);
    exit_code =
        std::max<int>(exit_code, last.decision.has_value() ? ExitCodeOf(last.decision->verdict())
                                                           : static_cast<int>(kBadInput));
  }
  std::cout << CommentMarkdown(checked, options.comment);
  return exit_code;
}

}  // namespace

void AddComment(Command* app) {
  auto options = std::make_shared<Options>();
  Command* const command = app->AddSubcommand(
      "comment",
      "The answer of `check` as Markdown for a pull request or a ticket: what is missing, who can "
      "supply it, and the clauses behind it; exits as `check` does");
  AddSubjectOptions(command, &options->subject);
  AddEarlierOption(command, &options->subject);
  command
      ->AddOption("--key", &options->comment.key,
                  "goes into the hidden first line <!-- changepolicy:KEY -->, by which a bot finds "
                  "its former comment")
      .Check([](const std::string& key) {
        return IsCommentKey(key) ? std::string()
                                 : "letters, digits, '.', '_' and single hyphens are expected";
      })
      .ShowsDefault();
  command->AddFlag("--mention", &options->mention,
                   "notify the people who can supply an approval, by the one login among their "
                   "accounts; otherwise they are named only");
  AddClauseUrl(command, &options->comment.clause_url);
  command->Runs([options] { return Run(*options); });
}

}  // namespace changepolicy::cli
