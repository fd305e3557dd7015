#include "cli/inputs.h"

#include <algorithm>
#include <iostream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "cli/files.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/source/read.h"
#include "libchangepolicy/source/scalar.h"

namespace changepolicy::cli {

void Complain(std::string_view text) { std::cerr << text << "\n"; }

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

namespace {

// A file may hold the whole organization, a directory alone or a ledger alone.
Issues ReadOrganizationFile(const std::string& file, std::string_view text,
                            v1::Organization* organization) {
  const Format format = FormatOf(file, text);
  if (format == Format::kBinary || format == Format::kTextproto) {
    return ReadMessage(text, format, file, organization);
  }
  DocumentResult read = ReadDocument(text, format, file);
  if (read.document == nullptr) return read.issues;
  const Node& root = read.document->root;
  const auto has = [&](std::string_view key) { return root.Find(key) != nullptr; };
  Issues issues;
  if (has("directory") || has("ledger")) {
    issues = Bind(*read.document, organization, nullptr);
  } else if (has("scheduled") || has("past_runs") || has("incidents") || has("obligations")) {
    issues = Bind(*read.document, organization->mutable_ledger(), nullptr);
  } else {
    issues = Bind(*read.document, organization->mutable_directory(), nullptr);
  }
  issues.insert(issues.begin(), read.issues.begin(), read.issues.end());
  return issues;
}

}  // namespace

std::optional<v1::Organization> ReadOrganization(const std::vector<std::string>& files) {
  v1::Organization organization;
  for (const std::string& file : files) {
    const std::optional<std::string> text = ReadOrComplain(file);
    if (!text.has_value()) return std::nullopt;
    v1::Organization part;
    const Issues issues = ReadOrganizationFile(file, *text, &part);
    if (!issues.empty()) Complain(ToText(issues));
    if (HasErrors(issues)) return std::nullopt;
    organization.MergeFrom(part);
  }
  return organization;
}

std::optional<Organization> LoadOrganization(const std::vector<std::string>& files) {
  std::optional<v1::Organization> organization = ReadOrganization(files);
  if (!organization.has_value()) return std::nullopt;
  OrganizationResult result = Organization::Create(*std::move(organization));
  if (!result.issues.empty()) {
    for (Issue& issue : result.issues) {
      if (issue.file.empty() && files.size() == 1) issue.file = files[0];
    }
    Complain(ToText(result.issues));
  }
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

Record ReadDocumentSubject(const Document& document, const std::string& name,
                           const std::string& kind) {
  Record record{.name = name};
  const Node* root = &document.root;
  std::string wanted = kind;
  // `change: {...}` and `release: {...}` say what they are.
  if (root->kind == Node::Kind::kMap && root->entries.size() == 1 &&
      (root->entries[0].key == "change" || root->entries[0].key == "release") &&
      root->entries[0].value.kind == Node::Kind::kMap) {
    wanted = root->entries[0].key;
    root = &root->entries[0].value;
  }
  v1::ChangeRequest change;
  v1::Release release;
  const Issues as_change = BindNode(document, *root, "", &change, nullptr);
  const Issues as_release = BindNode(document, *root, "", &release, nullptr);
  if (wanted.empty()) {
    // What only a release has decides; otherwise whichever reads with fewer complaints.
    const bool release_only = root->Find("version") != nullptr || root->Find("changes") != nullptr;
    wanted = release_only || as_release.size() < as_change.size() ? "release" : "change";
  }
  const Issues& issues = wanted == "release" ? as_release : as_change;
  if (HasErrors(issues)) {
    record.problem = ToText(issues);
  } else if (wanted == "release") {
    record.subject = std::move(release);
  } else {
    record.subject = std::move(change);
  }
  return record;
}

Record ReadText(const std::string& name, std::string_view text, Format format,
                const std::string& kind) {
  const DocumentResult read = ReadDocument(text, format, name);
  if (read.document == nullptr) return {.name = name, .problem = ToText(read.issues)};
  return ReadDocumentSubject(*read.document, name, kind);
}

Record ReadMessageSubject(const std::string& name, std::string_view bytes, Format format,
                          const std::string& kind) {
  Record record{.name = name};
  Issues issues;
  if (kind == "release") {
    v1::Release release;
    issues = ReadMessage(bytes, format, name, &release);
    if (!HasErrors(issues)) record.subject = std::move(release);
  } else {
    v1::ChangeRequest change;
    issues = ReadMessage(bytes, format, name, &change);
    if (!HasErrors(issues)) record.subject = std::move(change);
  }
  if (HasErrors(issues)) record.problem = ToText(issues);
  return record;
}

}  // namespace

std::vector<Record> ReadSubjects(const std::string& file, const std::string& kind) {
  const absl::StatusOr<std::string> text = ReadFile(file);
  if (!text.ok()) {
    return {{.name = file, .problem = StrCat("error: ", FromAbsl(text.status().message()))}};
  }
  if (file.ends_with(".jsonl")) {
    std::vector<Record> records;
    int number = 0;
    for (const absl::string_view line : absl::StrSplit(*text, '\n')) {
      ++number;
      if (absl::StripAsciiWhitespace(line).empty()) continue;
      records.push_back(ReadText(StrCat(file, ":", number), FromAbsl(line), Format::kJson, kind));
    }
    return records;
  }
  const Format format = FormatOf(file, *text);
  if (format == Format::kBinary || format == Format::kTextproto) {
    return {ReadMessageSubject(file, *text, format, kind)};
  }
  return {ReadText(file, *text, format, kind)};
}

}  // namespace changepolicy::cli
