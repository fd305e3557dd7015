// `changepolicy audit replay`: the same decisions again.
#include <iostream>
#include <memory>
#include <string>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "cli/audit.h"
#include "cli/command_line.h"
#include "cli/json.h"
#include "cli/progress.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/audit_text.h"

namespace changepolicy::cli {

namespace {

struct Options {
  std::string file;
  ReplayOptions replay;
  std::string format = "text";
};

int Run(const Options& options) {
  const std::unique_ptr<AuditLog> log = OpenToRead(options.file);
  if (log == nullptr) return kBadInput;
  ReplayOptions replay = options.replay;
  absl::StatusOr<v1::ReplayReport> report = absl::InternalError("");
  {
    Progress progress("replay");
    replay.progress = [&](int64_t done, int64_t total) { progress.Show(done, total); };
    report = Replay(log.get(), replay);
  }
  if (!report.ok()) return Fail(report.status());
  std::cout << (options.format == "json" ? MessageJson(*report, true) + "\n" : ReplayText(*report));
  if (report->different() > 0) return kDenied;
  return report->failed() > 0 ? kUndecided : kAllowed;
}

}  // namespace

void AddAuditReplay(Command* audit) {
  auto options = std::make_shared<Options>();
  Command* const command = audit->AddSubcommand(
      "replay",
      "Decide every logged decision again from its stored inputs and compare the bytes; "
      "the log is not written to");
  command->AddOption("LOG", &options->file, "the log's file").Required();
  command->AddOption("--first", &options->replay.first, "the first entry").ShowsDefault();
  command->AddOption("--end", &options->replay.end, "the first entry that is not looked at");
  command->AddOption("--threads", &options->replay.threads, "default: one for each processor")
      .InRange(0, 1024);
  command->AddOption("--list", &options->replay.listed, "how many differing entries are listed")
      .NotNegative()
      .ShowsDefault();
  command->AddOption("--format", &options->format, "text or json")
      .OneOf({"text", "json"})
      .ShowsDefault();
  command->Runs([options] { return Run(*options); });
}

}  // namespace changepolicy::cli
