// `changepolicy audit verify`: is the log whole, and what was signed?
#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/audit.h"
#include "cli/command_line.h"
#include "cli/json.h"
#include "cli/progress.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/audit_text.h"

namespace changepolicy::cli {

namespace {

struct Options {
  std::string file;
  std::vector<std::string> keys, witnesses, checkpoints;
  std::string against;
  std::string format = "text";
};

// The first entry that two logs do not have in common, by their trees alone.
absl::StatusOr<std::optional<int64_t>> FirstDifference(AuditLog* one, AuditLog* other) {
  CP_ASSIGN_OR_RETURN(const int64_t size_of_one, one->Size());
  CP_ASSIGN_OR_RETURN(const int64_t size_of_other, other->Size());
  int64_t same = 0, different = std::min(size_of_one, size_of_other) + 1;
  while (different - same > 1) {
    const int64_t size = same + (different - same) / 2;
    CP_ASSIGN_OR_RETURN(const std::string root_of_one, one->Root(size));
    CP_ASSIGN_OR_RETURN(const std::string root_of_other, other->Root(size));
    (root_of_one == root_of_other ? same : different) = size;
  }
  if (different > std::min(size_of_one, size_of_other)) return std::optional<int64_t>();
  return std::optional(same);
}

absl::Status CompareWith(const Options& options, AuditLog* log, v1::VerificationReport* report) {
  const std::unique_ptr<AuditLog> other = OpenToRead(options.against);
  if (other == nullptr) return InvalidArgument("the other log cannot be read");
  if (other->origin() != log->origin()) {
    return InvalidArgument(StrCat("the other log is `", other->origin(), "`, this one `",
                                  log->origin(), "`: they have nothing in common"));
  }
  CP_ASSIGN_OR_RETURN(const std::optional<int64_t> first, FirstDifference(log, other.get()));
  if (!first.has_value()) return absl::OkStatus();
  v1::LogProblem* const problem = report->add_problems();
  problem->set_kind(v1::LOG_PROBLEM_KIND_FORKED);
  problem->set_first_bad_index(*first);
  problem->set_detail(
      StrCat("`", options.against, "` is another log of this name: they part at entry ", *first));
  return absl::OkStatus();
}

int Run(const Options& options) {
  const std::optional<std::vector<std::string>> keys = ReadKeys(options.keys);
  const std::optional<std::vector<std::string>> witnesses = ReadKeys(options.witnesses);
  const std::optional<std::vector<std::string>> checkpoints = ReadNotes(options.checkpoints);
  if (!keys.has_value() || !witnesses.has_value() || !checkpoints.has_value()) return kBadInput;
  const std::unique_ptr<AuditLog> log = OpenToRead(options.file);
  if (log == nullptr) return kBadInput;
  absl::StatusOr<v1::VerificationReport> report = absl::InternalError("");
  {
    Progress progress("verify");
    report =
        log->Verify({.keys = *keys,
                     .witnesses = *witnesses,
                     .checkpoints = *checkpoints,
                     .progress = [&](int64_t done, int64_t total) { progress.Show(done, total); }});
  }
  if (!report.ok()) return Fail(report.status());
  if (!options.against.empty()) {
    const absl::Status compared = CompareWith(options, log.get(), &*report);
    if (!compared.ok()) return Fail(compared);
  }
  std::cout << (options.format == "json" ? MessageJson(*report, true) + "\n"
                                         : VerificationText(*report));
  return report->problems().empty() ? kAllowed : kDenied;
}

}  // namespace

void AddAuditVerify(Command* audit) {
  auto options = std::make_shared<Options>();
  Command* const command = audit->AddSubcommand(
      "verify",
      "Hash everything again: is each entry, blob and opening what it was, is the tree that "
      "was signed, is it the same log as before? Names the first bad entry");
  command->AddOption("LOG", &options->file, "the log's file").Required();
  command->AddOption(
      "--key", &options->keys,
      "verifier keys to trust (files, or keys): without them only hashes are checked");
  command->AddOption("--witness", &options->witnesses, "verifier keys of witnesses");
  command->AddOption("--checkpoint", &options->checkpoints,
                     "checkpoints that you kept: the log must go on from each");
  command
      ->AddOption("--against", &options->against,
                  "another copy of the log: the first entry at which they part")
      .NotEmpty();
  command->AddOption("--format", &options->format, "text or json")
      .OneOf({"text", "json"})
      .ShowsDefault();
  command->Runs([options] { return Run(*options); });
}

}  // namespace changepolicy::cli
