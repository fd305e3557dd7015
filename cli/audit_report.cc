// `changepolicy audit report`: the auditor's programme over every record, as a document.
#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "cli/audit.h"
#include "cli/command_line.h"
#include "cli/files.h"
#include "cli/json.h"
#include "cli/progress.h"
#include "libchangepolicy/audit/note_key.h"
#include "libchangepolicy/audit/programme.h"
#include "libchangepolicy/audit/statement.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/audit_html.h"
#include "libchangepolicy/report/audit_report_text.h"
#include "libchangepolicy/source/scalar.h"

namespace changepolicy::cli {

namespace {

struct Options {
  std::string file, out;
  SubjectOptions context;
  std::string start, end;
  std::vector<std::string> keys, checkpoints;
  std::string signer, verifier_id;
  std::string format = "text";
  bool replay = true;
  bool verbose = false;
};

// The organization as the log knows it last, where none is given.
absl::StatusOr<v1::Organization> LastOrganization(AuditLog* log) {
  CP_ASSIGN_OR_RETURN(const int64_t size, log->Size());
  v1::Organization organization;
  for (int64_t index = size - 1; index >= 0; --index) {
    CP_ASSIGN_OR_RETURN(const LoggedEntry entry, log->Read(index));
    if (!entry.decision.has_value()) continue;
    bool erased = false;
    const v1::DecisionRecord& record = entry.entry.decision();
    CP_RETURN_IF_ERROR(
        log->ReadBlob(record.directory(), organization.mutable_directory(), &erased));
    CP_RETURN_IF_ERROR(log->ReadBlob(record.ledger(), organization.mutable_ledger(), &erased));
    break;
  }
  return organization;
}

absl::StatusOr<v1::AuditReport> Examine(const Options& options, const Session& session,
                                        const Programme::Options& asked,
                                        const std::vector<std::string>& keys,
                                        const std::vector<std::string>& checkpoints,
                                        AuditLog* log) {
  Organization organization = session.engine.organization();
  if (options.context.organization.empty() && options.context.organization_mapping.empty()) {
    CP_ASSIGN_OR_RETURN(v1::Organization last, LastOrganization(log));
    OrganizationResult created = Organization::Create(std::move(last));
    if (created.organization.has_value()) {
      organization = *std::move(created.organization);
    } else {
      return FailedPrecondition(
          StrCat("the organization of the last decision is none for this library: ",
                 created.issues.empty() ? "" : created.issues.front().message,
                 "; give one with --organization"));
    }
  }
  CP_ASSIGN_OR_RETURN(Programme programme,
                      Programme::Create(session.policy, std::move(organization), asked));
  CP_ASSIGN_OR_RETURN(const int64_t size, log->Size());
  {
    Progress progress("examine");
    const absl::Status read = log->ReadAll(0, [&](LoggedEntry entry) {
      if (entry.index >= size) return absl::CancelledError();
      programme.Add(entry);
      progress.Show(entry.index + 1, size);
      return absl::OkStatus();
    });
    if (!read.ok() && !absl::IsCancelled(read)) return read;
  }
  v1::AuditReport report = std::move(programme).Finish();
  report.set_origin(log->origin());
  report.set_size(size);
  CP_ASSIGN_OR_RETURN(const std::string root, log->Root(size));
  report.set_root(absl::Base64Escape(root));
  {
    Progress progress("verify");
    CP_ASSIGN_OR_RETURN(*report.mutable_verification(),
                        log->Verify({.keys = keys,
                                     .checkpoints = checkpoints,
                                     .progress = [&](int64_t done, int64_t total) {
                                       progress.Show(done, total);
                                     }}));
  }
  if (options.replay) {
    Progress progress("replay");
    CP_ASSIGN_OR_RETURN(*report.mutable_replay(),
                        Replay(log, {.end = size, .progress = [&](int64_t done, int64_t total) {
                                       progress.Show(done, total);
                                     }}));
  }
  return report;
}

absl::StatusOr<std::string> Written(const Options& options, const v1::AuditReport& report) {
  if (options.format == "json") return MessageJson(report, true) + "\n";
  if (options.format == "csv") return AuditReportCsv(report);
  if (options.format == "markdown") return AuditReportMarkdown(report);
  if (options.format == "html") {
    const std::string name = options.file.substr(options.file.rfind('/') + 1);
    return AuditReportHtml(report, {.log_file = name});
  }
  if (options.format == "in-toto") {
    const std::optional<std::vector<std::string>> keys = ReadKeys({options.signer});
    if (!keys.has_value() || keys->size() != 1) {
      return InvalidArgument("--sign: it holds not exactly one key");
    }
    CP_ASSIGN_OR_RETURN(const SignerKey signer, ParseSignerKey(keys->front()));
    // Who has the report can tell that it is the one that was signed.
    const StatementFile file{.name = "audit-report.json",
                             .bytes = MessageJson(report, true) + "\n"};
    return SignedStatement(report, options.verifier_id, signer, {&file, 1});
  }
  return AuditReportText(
      report, {.color = options.out.empty() && IsTerminal(1), .verbose = options.verbose});
}

std::optional<absl::Time> ReadBound(const std::string& text, std::string_view option, bool* wrong) {
  if (text.empty()) return std::nullopt;
  std::optional<absl::Time> time = ReadInstant(text);
  if (!time.has_value()) {
    *wrong = true;
    Complain(StrCat("error: ", option, ": `", Printable(text),
                    "` is no instant\n  help: write a date, or `2026-01-31T09:30:00Z`"));
  }
  return time;
}

int Run(const Options& options) {
  if (options.format == "in-toto" && options.signer.empty()) {
    Complain("error: a statement needs a key that signs it\n  help: give `--sign FILE`");
    return kBadInput;
  }
  bool wrong = false;
  const std::optional<absl::Time> start = ReadBound(options.start, "--from", &wrong);
  const std::optional<absl::Time> end = ReadBound(options.end, "--to", &wrong);
  const std::optional<std::vector<std::string>> keys = ReadKeys(options.keys);
  const std::optional<std::vector<std::string>> checkpoints = ReadNotes(options.checkpoints);
  if (wrong || !keys.has_value() || !checkpoints.has_value()) return kBadInput;
  const std::optional<Session> session = Open(options.context);
  if (!session.has_value()) return kBadInput;
  const std::unique_ptr<AuditLog> log = OpenToRead(options.file);
  if (log == nullptr) return kBadInput;
  const absl::StatusOr<v1::AuditReport> report =
      Examine(options, *session, {.now = session->question.now, .start = start, .end = end}, *keys,
              *checkpoints, log.get());
  if (!report.ok()) return Fail(report.status());
  const absl::StatusOr<std::string> text = Written(options, *report);
  if (!text.ok()) return Fail(text.status());
  if (!WriteOut(options.out, *text)) return kUndecided;
  if (AuditPassed(*report)) return kAllowed;
  // Nothing was found, and not everything could be looked at.
  const bool found = !report->findings().empty() || !report->verification().problems().empty() ||
                     report->replay().different() > 0;
  return found ? kDenied : kUndecided;
}

}  // namespace

void AddAuditReport(Command* audit) {
  auto options = std::make_shared<Options>();
  Command* const command = audit->AddSubcommand(
      "report",
      "The auditor's programme over every record: completeness, approvals, separation of "
      "duties, evidence, communications, retention, emergencies, exceptions, obligations, "
      "backdated facts");
  command->AddOption("LOG", &options->file, "the log's file").Required();
  AddContextOptions(command, &options->context);
  command->AddOption("--from", &options->start, "the first instant that is examined").NotEmpty();
  command->AddOption("--to", &options->end, "the first instant that is not").NotEmpty();
  command->AddOption("--key", &options->keys, "verifier keys of the log to trust");
  command->AddOption("--checkpoint", &options->checkpoints, "checkpoints that you kept");
  command->AddFlag("!--no-replay", &options->replay, "do not decide everything again");
  command->AddOption("--format", &options->format, "text, markdown, html, csv, json or in-toto")
      .OneOf({"text", "markdown", "html", "csv", "json", "in-toto"})
      .ShowsDefault();
  command
      ->AddOption("--sign", &options->signer,
                  "of in-toto: the file of the key that signs the statement")
      .NotEmpty();
  command
      ->AddOption("--verifier-id", &options->verifier_id,
                  "of in-toto: who examined, as an address; default: this library")
      .NotEmpty();
  command->AddOption("--out", &options->out, "the file; default: standard output").NotEmpty();
  command->AddFlag("--verbose", &options->verbose, "every finding, as text");
  command->Runs([options] { return Run(*options); });
}

}  // namespace changepolicy::cli
