// `changepolicy check`: may it go ahead?
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "cli/audit.h"
#include "cli/checked_records.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/json.h"
#include "cli/progress.h"
#include "cli/subject_options.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/decision_text.h"
#include "libchangepolicy/report/junit.h"
#include "libchangepolicy/report/sarif.h"
#include "libchangepolicy/report/wording.h"
#include "libchangepolicy/report/workflow_commands.h"

namespace changepolicy::cli {

namespace {

struct CheckOptions {
  SubjectOptions subject;
  std::string format = "text";
  std::string detail = "reasons";
  LogTarget log;
  std::string summary, clause_url;

  // One document about all records, at the end.
  bool is_whole() const { return format == "github" || format == "sarif" || format == "junit"; }
  // What is shown are texts of reasons, so that they are kept.
  bool keeps() const { return is_whole() || !summary.empty(); }
};

// Decisions that are committed to the log together.
constexpr size_t kLogBatch = 256;

class Checker {
 public:
  // `log` may be null; it must outlive this.
  Checker(const CheckOptions& options, const Session& session, AuditLog* log, absl::Time logged_at)
      : options_(options), session_(session), log_(log), logged_at_(logged_at) {}

  int Run(const std::vector<Record>& records) {
    many_ = records.size() > 1;
    if (options_.format == "text") PrintNow(session_);
    for (const Record& record : records) {
      if (record.subject.has_value()) ++records_of_[IdOf(record)];
    }
    Progress progress;
    int64_t done = 0;
    for (const Record& record : records) {
      Check(record);
      progress.Show(++done, static_cast<int64_t>(records.size()));
    }
    Flush();
    if (many_ && options_.format == "text") PrintSummary();
    if (!options_.summary.empty() &&
        !AppendSummary(options_.summary, checked_, options_.clause_url)) {
      exit_code_ = std::max<int>(exit_code_, kUndecided);
    }
    PrintWhole();
    return exit_code_;
  }

 private:
  void Check(const Record& record) {
    if (!record.subject.has_value()) {
      Refuse(record, record.problem);
      return;
    }
    const auto ask = [&](const auto& subject) {
      return session_.Decide(subject, session_.question);
    };
    const absl::StatusOr<v1::Decision> decided = AskAbout<v1::Decision>(record, ask, ask);
    const auto version = ChooseVersion(session_, record);
    if (!decided.ok() || !version.ok()) {
      Refuse(record,
             StrCat(Printable(record.name), ": error: ", FromAbsl(decided.status().message())));
      return;
    }
    if (log_ == nullptr) {
      Answer({&record, *decided, *version});
      return;
    }
    unlogged_.push_back({&record, *decided, *version});
    if (unlogged_.size() >= kLogBatch) Flush();
  }

  struct Answered {
    const Record* record;
    v1::Decision decision;
    PolicySeries::Choice version;
  };

  void Answer(const Answered& answered) {
    exit_code_ = std::max(exit_code_, ExitCodeOf(answered.decision.verdict()));
    ++verdicts_[ShortName(answered.decision.verdict())];
    if (options_.keeps()) {
      checked_.push_back(
          Checked(*answered.record, options_.subject, answered.decision, answered.version.policy));
    }
    if (!options_.is_whole()) Print(*answered.record, answered.decision, answered.version);
  }

  void PrintWhole() const {
    if (options_.format == "github") std::cout << WorkflowAnnotations(checked_);
    if (options_.format == "junit") std::cout << JUnit(checked_);
    if (options_.format == "sarif") {
      std::cout << Sarif(checked_, {.tool_version = CHANGEPOLICY_VERSION,
                                    .clause_url = options_.clause_url,
                                    .exit_code = exit_code_});
    }
  }

  // An answer is given when it lies in the log: what is not on record lets nothing go ahead.
  void Flush() {
    if (unlogged_.empty()) return;
    std::vector<LogItem> items;
    for (const Answered& answered : unlogged_) {
      items.push_back({.recorded_at = logged_at_,
                       .recorded_by = options_.log.recorded_by,
                       .content = LoggedQuestion{
                           answered.version.policy, session_.engine.organization(),
                           *answered.record->subject, session_.question, answered.decision}});
    }
    const absl::StatusOr<std::vector<int64_t>> logged = log_->AppendAll(items);
    if (!logged.ok()) {
      exit_code_ = std::max<int>(exit_code_, kUndecided);
      Complain(StrCat("error: ", FromAbsl(logged.status().message())));
    }
    for (const Answered& answered : unlogged_) {
      if (logged.ok()) {
        Answer(answered);
        continue;
      }
      const std::string problem =
          StrCat(Printable(answered.record->name),
                 ": error: decided, but not logged, and therefore not answered");
      Complain(problem);
      if (options_.keeps())
        checked_.push_back(Undecided(*answered.record, options_.subject, problem));
      ++verdicts_["UNLOGGED"];
    }
    unlogged_.clear();
  }

  void Refuse(const Record& record, const std::string& problem) {
    exit_code_ = kBadInput;
    ++verdicts_["INVALID"];
    Complain(problem);
    if (options_.keeps()) checked_.push_back(Undecided(record, options_.subject, problem));
    if (options_.format == "jsonl") std::cout << InvalidLine(record, problem) << "\n";
    if (options_.format == "text" && many_) PrintRow(record.name, "INVALID", "");
  }

  void Print(const Record& record, v1::Decision decision, const PolicySeries::Choice& version) {
    if (options_.detail == "full") Render(version.policy, &decision);
    const std::string version_text = VersionText(session_, record, version);
    if (options_.format == "json") {
      std::cout << DecisionJson(decision, record, true) << "\n";
    } else if (options_.format == "jsonl") {
      std::cout << DecisionJson(decision, record, false) << "\n";
    } else if (options_.format == "binary") {
      WriteBytes(NormativeBytes(decision), many_);
    } else if (many_ && !options_.subject.verbose) {
      // Records of one id are told apart by their files.
      const std::string& id = decision.subject_id();
      PrintRow(records_of_[id] > 1 ? StrCat(id, " (", record.name, ")") : id,
               ShortName(decision.verdict()),
               StrCat(Reason(decision), version_text.empty() ? "" : " by ", version_text));
    } else {
      if (!version_text.empty()) std::cout << version_text << "\n";
      std::cout << DecisionText(
          decision, version.policy,
          {.color = IsTerminal(STDOUT_FILENO), .verbose = options_.subject.verbose});
    }
  }

  static std::string Reason(const v1::Decision& decision) {
    std::string rules;
    for (const v1::RuleOutcome& outcome : decision.outcomes()) {
      const bool holds =
          outcome.status() == v1::STATUS_SATISFIED || outcome.status() == v1::STATUS_NOT_APPLICABLE;
      if (!holds) {
        StrAppend(&rules, rules.empty() ? "" : ", ", outcome.rule(), " ",
                  ShortName(outcome.status()));
      }
    }
    if (!rules.empty()) return rules;
    for (const v1::Remark& remark : decision.remarks()) {
      if (decision.verdict() != v1::VERDICT_ALLOWED) {
        StrAppend(&rules, rules.empty() ? "" : "; ", RemarkText(remark));
      }
    }
    return rules;
  }

  static std::string IdOf(const Record& record) {
    return std::visit([](const auto& subject) { return subject.id(); }, *record.subject);
  }

  static void PrintRow(const std::string& name, const std::string& verdict,
                       const std::string& reason) {
    std::string row = absl::StrFormat("%-8s %-32s %s", verdict, Printable(name), Printable(reason));
    absl::StripTrailingAsciiWhitespace(&row);
    std::cout << row << "\n";
  }

  void PrintSummary() const {
    std::cout << "\n";
    for (const auto& [verdict, count] : verdicts_) {
      std::cout << absl::StreamFormat("%-8s %d\n", verdict, count);
    }
  }

  const CheckOptions& options_;
  const Session& session_;
  AuditLog* const log_;
  const absl::Time logged_at_;
  std::vector<Answered> unlogged_;
  std::vector<CheckedRecord> checked_;
  bool many_ = false;
  int exit_code_ = kAllowed;
  std::map<std::string, int> verdicts_;
  std::map<std::string, int> records_of_;  // by their subject's id
};

int Run(const CheckOptions& options) {
  std::optional<Session> session = Open(options.subject);
  if (!session.has_value()) return kBadInput;
  const std::string detail =
      options.detail == "reasons" && (options.subject.verbose || options.format == "junit")
          ? "rules"
          : options.detail;
  if (detail == "full") session->question.detail = v1::DETAIL_FULL;
  if (detail == "rules") session->question.detail = v1::DETAIL_RULES;
  if (detail == "verdict") session->question.detail = v1::DETAIL_VERDICT;
  const std::optional<std::vector<Record>> records = ReadAll(options.subject);
  if (!records.has_value()) return kBadInput;
  std::unique_ptr<AuditLog> log;
  std::optional<absl::Time> logged_at = absl::InfinitePast();
  if (!options.log.file.empty()) {
    logged_at = ParseNow(options.log.recorded_at);
    if (!logged_at.has_value()) return kBadInput;
    log = OpenToAppend(options.log);
    if (log == nullptr) return kBadInput;
    session->question.subject_digest = true;  // always in the log
  }
  return Checker(options, *session, log.get(), *logged_at).Run(*records);
}

}  // namespace

void AddCheck(Command* app) {
  auto options = std::make_shared<CheckOptions>();
  Command* const command = app->AddSubcommand(
      "check", "May it go ahead? Exits with 0 allowed, 1 denied, 2 unknown or error, 3 bad input");
  AddSubjectOptions(command, &options->subject);
  AddVerboseFlag(command, &options->subject);
  AddEarlierOption(command, &options->subject);
  command
      ->AddOption("--format", &options->format,
                  "text, json, jsonl or binary; github (annotations of a workflow), sarif or junit")
      .OneOf({"text", "json", "jsonl", "binary", "github", "sarif", "junit"})
      .ShowsDefault();
  command->AddOption("--detail", &options->detail, "verdict, reasons, rules or full")
      .OneOf({"verdict", "reasons", "rules", "full"})
      .ShowsDefault();
  command
      ->AddOption("--summary", &options->summary,
                  "append the answers as Markdown to this file, like \"$GITHUB_STEP_SUMMARY\"")
      .NotEmpty();
  AddClauseUrl(command, &options->clause_url);
  command
      ->AddOption(
          "--log", &options->log.file,
          "append every decision to this audit log, with what it was made from, before it is "
          "printed")
      .NotEmpty();
  for (const Option& option : AddLogTargetOptions(command, "log-", &options->log)) {
    option.Needs("--log");
  }
  command->Runs([options] { return Run(*options); });
}

}  // namespace changepolicy::cli
