#include "cli/inputs.h"

#include <algorithm>
#include <iostream>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "cli/files.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/workflow_commands.h"
#include "libchangepolicy/source/json_lines.h"
#include "libchangepolicy/source/read.h"
#include "libchangepolicy/source/scalar.h"

namespace changepolicy::cli {

void Complain(std::string_view text) {
  // A file that is read for the subjects and for the organization is wrong once.
  static std::set<std::string>* const said = new std::set<std::string>();
  // Where a workflow of GitHub runs this, its log must not take text of a record for a command.
  if (said->emplace(text).second) std::cerr << WorkflowLogText(text) << "\n";
}

namespace {

std::optional<std::string> ReadOrComplain(const std::string& path) {
  absl::StatusOr<std::string> text = ReadFile(path);
  if (text.ok()) return *std::move(text);
  Complain(StrCat("error: ", FromAbsl(text.status().message())));
  return std::nullopt;
}

bool LooksLikeFile(const std::string& name) {
  return name.find('/') != std::string::npos || name.find('.') != std::string::npos;
}

}  // namespace

std::optional<Policy> LoadPolicy(const PolicyOptions& options, bool print_warnings) {
  std::vector<NamedText> overlays;
  for (const std::string& path : options.overlays) {
    std::optional<std::string> text = ReadOrComplain(path);
    if (!text.has_value()) return std::nullopt;
    overlays.push_back({path, *std::move(text)});
  }
  PolicyResult result;
  if (LooksLikeFile(options.policy)) {
    std::optional<std::string> text = ReadOrComplain(options.policy);
    if (!text.has_value()) return std::nullopt;
    overlays.insert(overlays.begin(), {options.policy, *std::move(text)});
    result = Policy::Load(overlays);
  } else {
    result = Policy::Builtin(options.policy, overlays);
  }
  if (HasErrors(result.issues) || (print_warnings && !result.issues.empty())) {
    Complain(ToText(result.issues));
  }
  return std::move(result.policy);
}

std::optional<OrganizationFiles> ReadOrganization(const std::vector<std::string>& names) {
  OrganizationFiles files;
  for (const std::string& name : names) {
    const std::optional<std::string> text = ReadOrComplain(name);
    if (!text.has_value()) return std::nullopt;
    const Issues issues = files.Add(*text, Format::kAuto, name);
    if (!issues.empty()) Complain(ToText(issues));
    if (HasErrors(issues)) return std::nullopt;
  }
  return files;
}

std::optional<Organization> LoadOrganization(const std::vector<std::string>& names) {
  const std::optional<OrganizationFiles> files = ReadOrganization(names);
  if (!files.has_value()) return std::nullopt;
  OrganizationResult result = Organization::Create(files->organization());
  files->Locate(&result.issues);
  if (!result.issues.empty()) Complain(ToText(result.issues));
  return std::move(result.organization);
}

std::optional<absl::Time> ParseNow(const std::string& text) {
  if (text.empty()) return absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now()));
  std::optional<absl::Time> time = ReadInstant(text);
  if (!time.has_value()) {
    Complain(StrCat("error: --now: `", text,
                    "` is no instant\n  help: write "
                    "`2026-01-31T09:30:00Z`, or a date"));
  }
  return time;
}

std::optional<v1::Transition> ParseTransition(const std::string& text) {
  if (text.empty()) return v1::TRANSITION_UNSPECIFIED;
  std::string name = absl::AsciiStrToUpper(text);
  std::replace(name.begin(), name.end(), '-', '_');
  v1::Transition transition;
  if (v1::Transition_Parse(name, &transition) ||
      v1::Transition_Parse("TRANSITION_" + name, &transition)) {
    return transition;
  }
  std::vector<std::string> names;
  for (int i = 1; i < v1::Transition_descriptor()->value_count(); ++i) {
    names.push_back(absl::AsciiStrToLower(
        v1::Transition_descriptor()->value(i)->name().substr(std::string("TRANSITION_").size())));
  }
  const std::string_view nearest = Nearest(text, {names.begin(), names.end()});
  std::string help;
  for (const std::string& known : names) StrAppend(&help, help.empty() ? "" : ", ", known);
  Complain(StrCat(
      "error: --transition: `", text, "` is no transition\n  help: ",
      nearest.empty() ? StrCat("it is one of ", help) : StrCat("did you mean `", nearest, "`?")));
  return std::nullopt;
}

namespace {

Record ReadText(const std::string& name, std::string_view text, Format format,
                v1::SubjectKind kind) {
  SubjectResult read = ReadSubject(text, format, name, kind);
  Record record{.name = name, .subject = std::move(read.subject)};
  if (!record.subject.has_value()) record.problem = ToText(read.issues);
  return record;
}

Record ReadLine(const std::string& file, int number, std::string_view line, v1::SubjectKind kind) {
  SubjectResult read = ReadSubject(line, Format::kJson, file, kind);
  Record record{.name = StrCat(file, ":", number), .subject = std::move(read.subject)};
  PlaceInLine(number, &read.issues);
  if (!record.subject.has_value()) record.problem = ToText(read.issues);
  return record;
}

}  // namespace

std::vector<Record> ReadSubjects(const std::string& file, v1::SubjectKind kind) {
  const absl::StatusOr<std::string> text = ReadFile(file);
  if (!text.ok()) {
    return {{.name = file, .problem = StrCat("error: ", FromAbsl(text.status().message()))}};
  }
  if (file.ends_with(".jsonl")) {
    std::vector<Record> records;
    for (const auto& [number, line] : JsonLines(*text)) {
      records.push_back(ReadLine(file, number, line, kind));
    }
    if (records.empty()) {
      return {{.name = file,
               .problem = StrCat(Printable(file), ": error: there are no records in it\n  help: ",
                                 "write one JSON object per line")}};
    }
    return records;
  }
  return {ReadText(file, *text, Format::kAuto, kind)};
}

}  // namespace changepolicy::cli
