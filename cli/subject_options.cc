#include "cli/subject_options.h"

#include <iostream>
#include <utility>

#include "cli/files.h"
#include "cli/mapped.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy::cli {

std::string NotEmpty(const std::string& text) {
  return text.empty() ? "a value is expected, or leave the option out" : "";
}

void AddContextOptions(CLI::App* command, SubjectOptions* options) {
  command
      ->add_option("--policy", options->policy.policy,
                   "a policy file, or the name of one that is built in")
      ->capture_default_str();
  command->add_option("--overlay", options->policy.overlays, "overlays, in their order");
  command->add_option("--organization", options->organization,
                      "directory and ledger, in one file or several");
  command->add_option("--organization-mapping", options->organization_mapping,
                      "mapping documents that turn foreign records into the organization");
  command->add_option("--organization-records", options->organization_records,
                      "the foreign records of the organization; default: the files to check");
  command
      ->add_option("--now", options->now,
                   "the instant of the question, like 2026-01-31T09:30:00Z; default: the "
                   "clock, and the one that was used is printed")
      ->check(NotEmpty);
}

void AddRecordOptions(CLI::App* command, SubjectOptions* options) {
  command->add_option("--kind", options->kind, "change or release, where the file does not say")
      ->check(CLI::IsMember({"change", "release"}));
  command->add_option("--mapping", options->mapping,
                      "a mapping document that turns foreign records into ours");
}

void AddSubjectOptions(CLI::App* command, SubjectOptions* options) {
  command
      ->add_option("FILE", options->files,
                   "changes or releases: YAML, JSON, JSON lines, textproto or serialized; "
                   "folders are searched; - is standard input")
      ->required();
  AddContextOptions(command, options);
  command
      ->add_option("--transition", options->transition,
                   "the step that is asked about; default: the next one")
      ->check(NotEmpty);
  AddRecordOptions(command, options);
  command->add_flag("--verbose", options->verbose, "every rule, and the facts that it read");
}

namespace {

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
  return Session{*std::move(policy), std::move(engine), question};
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
