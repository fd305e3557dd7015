// `changepolicy audit erase`: personal data goes, the record stays.
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/audit.h"
#include "cli/command_line.h"
#include "cli/inputs.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::cli {

namespace {

struct Options {
  LogTarget target;
  std::vector<std::string> values;
  std::string reason;
};

int Run(const Options& options) {
  const std::optional<absl::Time> at = ParseNow(options.target.recorded_at);
  if (!at.has_value()) return kBadInput;
  const std::unique_ptr<AuditLog> log = OpenToAppend({.file = options.target.file});
  if (log == nullptr) return kBadInput;
  const absl::StatusOr<ErasedValues> erased =
      log->Erase(options.values, options.reason, *at, options.target.recorded_by);
  if (!erased.ok()) return Fail(erased.status());
  std::cout << "erased " << erased->openings << (erased->openings == 1 ? " value" : " values")
            << "; recorded as entry " << erased->index << "\n";
  return kAllowed;
}

}  // namespace

void AddAuditErase(Command* audit) {
  auto options = std::make_shared<Options>();
  Command* const command = audit->AddSubcommand(
      "erase",
      "Erase personal data: every kept value that is one of these texts or contains one. "
      "Proofs stay valid; decisions that rest on them cannot be replayed any more");
  command->AddOption("LOG", &options->target.file, "the log's file").Required();
  command->AddOption("--value", &options->values, "an account, address or name; once for each")
      .Required()
      .NotEmpty();
  command->AddOption("--reason", &options->reason, "why, like `GDPR Art. 17 request 2026-14`")
      .Required()
      .NotEmpty();
  command->AddOption("--recorded-by", &options->target.recorded_by,
                     "the system or account that erases, as it is to stand in the log");
  command
      ->AddOption("--recorded-at", &options->target.recorded_at,
                  "when, as it is to stand in the log; default: the clock")
      .NotEmpty();
  command->Runs([options] { return Run(*options); });
}

}  // namespace changepolicy::cli
