// `changepolicy audit replay`: the same decisions again.
#include <iostream>
#include <memory>
#include <string>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "cli/audit.h"
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

void AddAuditReplay(CLI::App* audit, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* const command = audit->add_subcommand(
      "replay",
      "Decide every logged decision again from its stored inputs and compare the bytes; "
      "the log is not written to");
  command->add_option("LOG", options->file, "the log's file")->required();
  command->add_option("--first", options->replay.first, "the first entry")->capture_default_str();
  command->add_option("--end", options->replay.end, "the first entry that is not looked at");
  command->add_option("--threads", options->replay.threads, "default: one for each processor")
      ->check(CLI::Range(0, 1024));
  command->add_option("--list", options->replay.listed, "how many differing entries are listed")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--format", options->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->callback([options, exit_code] { *exit_code = Run(*options); });
}

}  // namespace changepolicy::cli
