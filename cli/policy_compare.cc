// `changepolicy policy compare`: which open subjects a new version of a policy answers differently.
#include <unistd.h>

#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "cli/calendar_options.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/json.h"
#include "cli/subject_options.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/policy_series.h"
#include "libchangepolicy/report/comparison_text.h"

namespace changepolicy::cli {

namespace {

struct Options {
  PolicyOptions before, after;
  SubjectOptions subject;  // its policy is not read
  std::string format = "text";
};

int Run(const Options& options) {
  const std::optional<absl::Time> now = ParseNow(options.subject.now);
  if (!now.has_value()) return kBadInput;
  const std::optional<Policy> before = LoadPolicy(options.before);
  const std::optional<Policy> after = LoadPolicy(options.after);
  if (!before.has_value() || !after.has_value()) return kBadInput;
  const std::optional<Organization> organization = LoadOrganization(options.subject.organization);
  if (!organization.has_value()) return kBadInput;
  std::optional<std::vector<Record>> records = ReadAll(options.subject);
  if (!records.has_value()) return kBadInput;
  std::vector<v1::ChangeRequest> changes;
  std::vector<v1::Release> releases;
  bool is_bad = false;
  for (Record& record : *records) {
    if (!record.subject.has_value()) {
      Complain(record.problem);
      is_bad = true;
    } else if (auto* const change = std::get_if<v1::ChangeRequest>(&*record.subject)) {
      changes.push_back(std::move(*change));
    } else {
      releases.push_back(std::get<v1::Release>(std::move(*record.subject)));
    }
  }
  const auto comparison = ComparePolicies(*before, *after, *organization, changes, releases, *now);
  if (!comparison.ok()) {
    Complain(StrCat("error: ", Printable(FromAbsl(comparison.status().message()))));
    return kBadInput;
  }
  if (options.format == "json") {
    std::cout << MessageJson(*comparison, true) << "\n";
  } else {
    std::cout << ComparisonText(*comparison, {.color = IsTerminal(STDOUT_FILENO)});
  }
  if (is_bad || !comparison->problems().empty()) return kBadInput;
  return comparison->flips().empty() ? kAllowed : kDenied;
}

}  // namespace

void AddPolicyCompare(Command* policy) {
  auto options = std::make_shared<Options>();
  Command* const command = policy->AddSubcommand(
      "compare",
      "Which open changes and releases a new version answers differently. Exits with 0 none, 1 "
      "some, 3 bad input");
  command->AddOption("BEFORE", &options->before.policy, "the policy in force, a file or a name")
      .Required();
  command->AddOption("AFTER", &options->after.policy, "the new version, a file or a name")
      .Required();
  command->AddOption("FILE", &options->subject.files, "changes or releases, as for `check`")
      .Required();
  command->AddOption("--overlay", &options->before.overlays, "overlays over the first")
      .OneValueEach();
  command->AddOption("--after-overlay", &options->after.overlays, "overlays over the second")
      .OneValueEach();
  command->AddOption("--organization", &options->subject.organization,
                     "directory and ledger, in one file or several");
  command
      ->AddOption("--now", &options->subject.now, "the instant of the question; default: the clock")
      .NotEmpty();
  AddRecordOptions(command, &options->subject);
  AddFormat(command, &options->format, {"text", "json"});
  command->Runs([options] { return Run(*options); });
}

}  // namespace changepolicy::cli
