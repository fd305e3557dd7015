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

void AddPolicyCompare(CLI::App* policy, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* const command = policy->add_subcommand(
      "compare",
      "Which open changes and releases a new version answers differently. Exits with 0 none, 1 "
      "some, 3 bad input");
  command->add_option("BEFORE", options->before.policy, "the policy in force, a file or a name")
      ->required();
  command->add_option("AFTER", options->after.policy, "the new version, a file or a name")
      ->required();
  command->add_option("FILE", options->subject.files, "changes or releases, as for `check`")
      ->required();
  command->add_option("--overlay", options->before.overlays, "overlays over the first")
      ->allow_extra_args(false);
  command->add_option("--after-overlay", options->after.overlays, "overlays over the second")
      ->allow_extra_args(false);
  command->add_option("--organization", options->subject.organization,
                      "directory and ledger, in one file or several");
  command
      ->add_option("--now", options->subject.now, "the instant of the question; default: the clock")
      ->check(NotEmpty);
  AddRecordOptions(command, &options->subject);
  AddFormat(command, &options->format, {"text", "json"});
  command->callback([options, exit_code] { *exit_code = Run(*options); });
}

}  // namespace changepolicy::cli
