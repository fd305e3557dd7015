#include "cli/import_organization.h"

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "changepolicy/v1/organization.pb.h"
#include "cli/files.h"
#include "cli/import_records.h"
#include "cli/inputs.h"
#include "cli/json.h"
#include "cli/merge_message.h"
#include "cli/yaml.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/source/records.h"

namespace changepolicy::cli {

namespace {

// Path owners have no id by which one would take the place of another, and are many.
void Add(v1::Organization part, v1::Organization* whole) {
  whole->mutable_directory()->mutable_path_owners()->MergeFrom(part.directory().path_owners());
  part.mutable_directory()->clear_path_owners();
  MergeMessage(part, whole);
}

v1::Organization WholeOf(const ImportResult& result) {
  v1::Organization whole;
  for (const ImportedRecord& each : result.subjects) {
    Add(dynamic_cast<const v1::Organization&>(*each.mapped.message), &whole);
  }
  return whole;
}

std::string Written(const v1::Organization& organization, const std::string& format) {
  if (format == "json") return MessageJson(organization, true) + "\n";
  if (format == "jsonl") return MessageJson(organization, false) + "\n";
  return format == "binary" ? MessageBytes(organization) : MessageYaml(organization);
}

std::string FormatOfFile(const std::string& file) {
  if (file.ends_with(".json")) return "json";
  return file.ends_with(".binpb") || file.ends_with(".pb") ? "binary" : "yaml";
}

}  // namespace

void PrintOrganization(const ImportResult& result, const std::string& format) {
  std::cout << Written(WholeOf(result), format);
}

int WriteIntoOrganization(const ImportResult& result, const std::string& file) {
  v1::Organization organization;
  if (std::filesystem::exists(file)) {
    const absl::StatusOr<std::string> text = ReadFile(file);
    if (!text.ok()) {
      Complain(StrCat("error: ", MessageOf(text.status())));
      return kBadInput;
    }
    OrganizationFiles known;
    const Issues issues = known.Add(*text, Format::kAuto, file);
    if (!issues.empty()) Complain(ToText(issues));
    if (HasErrors(issues)) return kBadInput;
    organization = known.organization();
  }
  const bool tells_owners =
      std::any_of(result.subjects.begin(), result.subjects.end(),
                  [](const ImportedRecord& each) { return TellsPathOwners(*each.mapping); });
  if (tells_owners) organization.mutable_directory()->clear_path_owners();
  Add(WholeOf(result), &organization);
  const absl::Status written = ReplaceFile(file, Written(organization, FormatOfFile(file)));
  if (!written.ok()) {
    Complain(StrCat("error: ", MessageOf(written)));
    return kBadInput;
  }
  std::cout << "wrote " << Printable(file) << ": " << result.subjects.size()
            << (result.subjects.size() == 1 ? " record\n" : " records\n");
  return 0;
}

}  // namespace changepolicy::cli
