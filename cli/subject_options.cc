#include "cli/subject_options.h"

#include <iostream>
#include <iterator>
#include <utility>

#include "cli/command_line.h"
#include "cli/files.h"
#include "cli/mapped.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy::cli {

void AddContextOptions(Command* command, SubjectOptions* options) {
  command
      ->AddOption("--policy", &options->policy.policy,
                  "a policy file, or the name of one that is built in")
      .ShowsDefault();
  command->AddOption("--overlay", &options->policy.overlays, "overlays, in their order");
  command->AddOption("--organization", &options->organization,
                     "directory and ledger, in one file or several");
  command->AddOption("--organization-mapping", &options->organization_mapping,
                     "mapping documents, or names of those that are built in, that turn foreign "
                     "records into the organization");
  command->AddOption("--organization-records", &options->organization_records,
                     "the foreign records of the organization; default: the files to check");
  command
      ->AddOption("--now", &options->now,
                  "the instant of the question, like 2026-01-31T09:30:00Z; default: the "
                  "clock, and the one that was used is printed")
      .NotEmpty();
}

void AddRecordOptions(Command* command, SubjectOptions* options) {
  command->AddOption("--kind", &options->kind, "change or release, where the file does not say")
      .OneOf({"change", "release"});
  command->AddOption("--mapping", &options->mapping,
                     "a mapping document, or the name of one that is built in, that turns foreign "
                     "records into ours");
}

void AddSubjectOptions(Command* command, SubjectOptions* options) {
  command
      ->AddOption("FILE", &options->files,
                  "changes or releases: YAML, JSON, JSON lines, textproto or serialized; "
                  "folders are searched; - is standard input")
      .Required();
  AddContextOptions(command, options);
  command
      ->AddOption("--transition", &options->transition,
                  "the step that is asked about; default: the next one")
      .NotEmpty();
  AddRecordOptions(command, options);
}

void AddVerboseFlag(Command* command, SubjectOptions* options) {
  command->AddFlag("--verbose", &options->verbose, "every rule, and the facts that it read");
}

void AddEarlierOption(Command* command, SubjectOptions* options) {
  command
      ->AddOption("--earlier", &options->earlier,
                  "an earlier version of the policy, from the first on, once for each; every "
                  "subject is decided by the version that is in force for it")
      .OneValueEach()
      .NotEmpty();
}

namespace {

std::optional<PolicySeries> OpenSeries(const std::vector<std::string>& earlier,
                                       const Policy& policy) {
  std::vector<Policy> versions;
  for (const std::string& name : earlier) {
    std::optional<Policy> version = LoadPolicy({.policy = name});
    if (!version.has_value()) return std::nullopt;
    versions.push_back(*std::move(version));
  }
  versions.push_back(policy);
  PolicySeriesResult result = PolicySeries::Create(std::move(versions));
  if (!result.issues.empty()) Complain(ToText(result.issues));
  return std::move(result.series);
}

std::optional<Organization> OpenOrganization(const SubjectOptions& options) {
  if (options.organization_mapping.empty()) return LoadOrganization(options.organization);
  const std::optional<OrganizationFiles> own = ReadOrganization(options.organization);
  if (!own.has_value()) return std::nullopt;
  return LoadMappedOrganization(
      options.organization_records.empty() ? options.files : options.organization_records,
      options.organization_mapping, own->organization());
}

}  // namespace

std::optional<Session> Open(const SubjectOptions& options) {
  const std::optional<absl::Time> now = ParseNow(options.now);
  const std::optional<v1::Transition> transition = ParseTransition(options.transition);
  if (!now.has_value() || !transition.has_value()) return std::nullopt;
  std::optional<Policy> policy = LoadPolicy(options.policy);
  if (!policy.has_value()) return std::nullopt;
  std::optional<Organization> organization = OpenOrganization(options);
  if (!organization.has_value()) return std::nullopt;
  Question question{.now = *now, .transition = *transition};
  Engine engine(*policy, *std::move(organization));
  std::optional<PolicySeries> series;
  if (!options.earlier.empty()) {
    series = OpenSeries(options.earlier, *policy);
    if (!series.has_value()) return std::nullopt;
  }
  return Session{*std::move(policy), std::move(engine), question, std::move(series)};
}

absl::StatusOr<v1::Decision> Session::Decide(const v1::ChangeRequest& change,
                                             const Question& asked) const {
  return series.has_value() ? series->Decide(change, engine.organization(), asked)
                            : engine.Decide(change, asked);
}

absl::StatusOr<v1::Decision> Session::Decide(const v1::Release& release,
                                             const Question& asked) const {
  return series.has_value() ? series->Decide(release, engine.organization(), asked)
                            : engine.Decide(release, asked);
}

absl::StatusOr<PolicySeries::Choice> ChooseVersion(const Session& session, const Record& record) {
  if (!session.series.has_value()) return PolicySeries::Choice{session.policy, std::nullopt};
  return std::visit(
      [&](const auto& subject) { return session.series->For(subject, session.question.now); },
      *record.subject);
}

std::string VersionText(const Session& session, const Record& record,
                        const PolicySeries::Choice& choice) {
  if (!session.series.has_value()) return "";
  const v1::PolicyHeader& header = choice.policy.proto().policy();
  const std::string version =
      StrCat("version ", Printable(header.version()), " of ", Printable(header.id()));
  if (!choice.grandfathered_until.has_value()) return version;
  const std::string& id = std::visit(
      [](const auto& subject) -> const std::string& { return subject.id(); }, *record.subject);
  return StrCat(version, ", with which ", Printable(id), " stays until ",
                InstantText(*choice.grandfathered_until), " (grandfathered)");
}

std::optional<std::vector<Record>> ReadAll(const SubjectOptions& options) {
  if (!options.mapping.empty()) return ReadMapped(options.files, options.mapping);
  const absl::StatusOr<std::vector<std::string>> files = ExpandFolders(
      options.files, {".yaml", ".yml", ".json", ".jsonl", ".textproto", ".txtpb", ".binpb", ".pb"});
  if (!files.ok()) {
    Complain(StrCat("error: ", FromAbsl(files.status().message())));
    return std::nullopt;
  }
  if (files->empty()) {
    std::string folders;
    for (const std::string& folder : options.files)
      StrAppend(&folders, folders.empty() ? "" : ", ", folder);
    Complain(StrCat("error: no records in ", Printable(folders),
                    "\n  help: records are the files that end with .yaml, .yml, .json, .jsonl, "
                    ".textproto, .txtpb, .binpb or .pb"));
    return std::nullopt;
  }
  const v1::SubjectKind kind = options.kind == "change"    ? v1::SUBJECT_KIND_CHANGE
                               : options.kind == "release" ? v1::SUBJECT_KIND_RELEASE
                                                           : v1::SUBJECT_KIND_UNSPECIFIED;
  std::vector<Record> records;
  for (const std::string& file : *files) {
    std::vector<Record> found = ReadSubjects(file, kind);
    std::move(found.begin(), found.end(), std::back_inserter(records));
  }
  return records;
}

void PrintNow(const Session& session) {
  std::cout << "now " << InstantText(session.question.now) << "\n";
}

int ExitCodeOf(v1::Verdict verdict) {
  switch (verdict) {
    case v1::VERDICT_ALLOWED:
      return kAllowed;
    case v1::VERDICT_DENIED:
      return kDenied;
    default:
      return kUndecided;
  }
}

}  // namespace changepolicy::cli
