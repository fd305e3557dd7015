// `changepolicy audit sample`: entries for an auditor to look at, drawn so that anybody can draw
// them again.
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "cli/audit.h"
#include "cli/command_line.h"
#include "cli/json.h"
#include "libchangepolicy/audit/sample.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/audit_text.h"

namespace changepolicy::cli {

namespace {

struct Options {
  std::string file;
  SampleOptions sample;
  std::string by = "category";
  std::string format = "text";
};

const std::map<std::string, v1::AuditStratum>& Strata() {
  static const auto* const kStrata = new std::map<std::string, v1::AuditStratum>{
      {"category", v1::AUDIT_STRATUM_CATEGORY}, {"verdict", v1::AUDIT_STRATUM_VERDICT},
      {"month", v1::AUDIT_STRATUM_MONTH},       {"team", v1::AUDIT_STRATUM_TEAM},
      {"risk", v1::AUDIT_STRATUM_RISK},         {"transition", v1::AUDIT_STRATUM_TRANSITION},
      {"kind", v1::AUDIT_STRATUM_KIND}};
  return *kStrata;
}

absl::StatusOr<v1::AuditSample> Draw(const Options& options, AuditLog* log) {
  SampleOptions asked = options.sample;
  asked.stratum = Strata().at(options.by);
  CP_ASSIGN_OR_RETURN(Sampler sampler, Sampler::Create(std::move(asked)));
  CP_ASSIGN_OR_RETURN(const int64_t size, log->Size());
  CP_RETURN_IF_ERROR(log->ReadAll(0, [&](LoggedEntry entry) {
    if (entry.index < size) sampler.Add(entry);
    return absl::OkStatus();
  }));
  v1::AuditSample sample = std::move(sampler).Finish();
  sample.set_origin(log->origin());
  sample.set_size(size);
  CP_ASSIGN_OR_RETURN(const std::string root, log->Root(size));
  sample.set_root(absl::Base64Escape(root));
  return sample;
}

int Run(const Options& options) {
  if ((options.sample.count > 0) == (options.sample.percent > 0)) {
    Complain(
        "error: nothing says how many to draw\n  help: give `--count N` or `--percent N`, for "
        "each part");
    return kBadInput;
  }
  const std::unique_ptr<AuditLog> log = OpenToRead(options.file);
  if (log == nullptr) return kBadInput;
  const absl::StatusOr<v1::AuditSample> sample = Draw(options, log.get());
  if (!sample.ok()) return Fail(sample.status());
  std::cout << (options.format == "json" ? MessageJson(*sample, true) + "\n" : SampleText(*sample));
  return kAllowed;
}

}  // namespace

void AddAuditSample(Command* audit) {
  auto options = std::make_shared<Options>();
  Command* const command = audit->AddSubcommand(
      "sample", "Draw entries from each part of the log by a seed: the same on any machine");
  command->AddOption("LOG", &options->file, "the log's file").Required();
  command->AddOption("--seed", &options->sample.seed, "any text, agreed with whoever is audited")
      .Required()
      .NotEmpty();
  std::vector<std::string> names;
  for (const auto& [name, unused] : Strata()) names.push_back(name);
  command->AddOption("--by", &options->by, "what the parts are").OneOf(names).ShowsDefault();
  command->AddOption("--count", &options->sample.count, "so many of each part").Positive();
  command->AddOption("--percent", &options->sample.percent, "so many per cent of each part")
      .InRange(1, 100);
  command->AddOption("--format", &options->format, "text or json")
      .OneOf({"text", "json"})
      .ShowsDefault();
  command->Runs([options] { return Run(*options); });
}

}  // namespace changepolicy::cli
