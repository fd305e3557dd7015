#include "libchangepolicy/source/records.h"

#include <algorithm>
#include <string>
#include <utility>

#include "google/protobuf/descriptor.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {

namespace {

template <typename Subject>
SubjectResult FromMessage(std::string_view bytes, Format format, std::string_view file) {
  SubjectResult result;
  Subject subject;
  result.issues = ReadMessage(bytes, format, file, &subject);
  if (!HasErrors(result.issues)) result.subject = std::move(subject);
  return result;
}

template <typename Subject>
SubjectResult FromNode(const Document& document, const Node& node) {
  SubjectResult result;
  Subject subject;
  result.issues = BindNode(document, node, "", &subject, nullptr);
  if (!HasErrors(result.issues)) result.subject = std::move(subject);
  return result;
}

// Where `change: {...}` or `release: {...}` says what it is.
v1::SubjectKind StatedKind(const Node& root) {
  if (root.kind != Node::Kind::kMap || root.entries.size() != 1 ||
      root.entries[0].value.kind != Node::Kind::kMap) {
    return v1::SUBJECT_KIND_UNSPECIFIED;
  }
  if (root.entries[0].key == "change") return v1::SUBJECT_KIND_CHANGE;
  if (root.entries[0].key == "release") return v1::SUBJECT_KIND_RELEASE;
  return v1::SUBJECT_KIND_UNSPECIFIED;
}

std::string_view NameOf(v1::SubjectKind kind) {
  return kind == v1::SUBJECT_KIND_RELEASE ? "release" : "change";
}

// What lies beside records in a folder, and is none.
std::optional<Issue> NoSubject(const Document& document) {
  const Node& root = document.root;
  const auto has = [&](std::string_view key) { return root.Find(key) != nullptr; };
  if (root.kind == Node::Kind::kList) {
    return document.MakeIssue("wrong-type", "this is a list, and a change or a release is one map",
                              "write one record to a file, or one per line of a `.jsonl` file", "",
                              root);
  }
  if (has("id")) return std::nullopt;
  if (has("directory") || has("ledger")) {
    return document.MakeIssue("wrong-subject", "this is an organization, not a change or a release",
                              "give it with `--organization`, from another folder", "", root);
  }
  if (has("policy") || has("overlay")) {
    return document.MakeIssue("wrong-subject", "this is a policy, not a change or a release",
                              "give it with `--policy` or `--overlay`, from another folder", "",
                              root);
  }
  if (has("cases")) {
    return document.MakeIssue("wrong-subject", "this is a suite, not a change or a release",
                              "run it with `changepolicy policy test`", "", root);
  }
  return std::nullopt;
}

SubjectResult FromDocument(const Document& document, v1::SubjectKind kind) {
  const Node& root = document.root;
  const v1::SubjectKind stated = StatedKind(root);
  if (stated != v1::SUBJECT_KIND_UNSPECIFIED) {
    if (kind != v1::SUBJECT_KIND_UNSPECIFIED && kind != stated) {
      return {.issues = {document.MakeIssue(
                  "wrong-subject",
                  StrCat("this is a ", NameOf(stated), ", and a ", NameOf(kind), " is asked for"),
                  "name the other file, or ask for the other kind", "", root)}};
    }
    const Node& inner = root.entries[0].value;
    return stated == v1::SUBJECT_KIND_RELEASE ? FromNode<v1::Release>(document, inner)
                                              : FromNode<v1::ChangeRequest>(document, inner);
  }
  if (const std::optional<Issue> issue = NoSubject(document); issue.has_value()) {
    return {.issues = {*issue}};
  }
  if (kind == v1::SUBJECT_KIND_CHANGE) return FromNode<v1::ChangeRequest>(document, root);
  if (kind == v1::SUBJECT_KIND_RELEASE) return FromNode<v1::Release>(document, root);
  // What only a release has decides; otherwise whichever reads with fewer complaints.
  SubjectResult release = FromNode<v1::Release>(document, root);
  if (root.Find("version") != nullptr || root.Find("changes") != nullptr) return release;
  SubjectResult change = FromNode<v1::ChangeRequest>(document, root);
  return release.issues.size() < change.issues.size() ? release : change;
}

int CountFieldsOf(const google::protobuf::Descriptor& type, const Node& root) {
  return static_cast<int>(
      std::count_if(root.entries.begin(), root.entries.end(), [&](const Entry& entry) {
        return type.FindFieldByName(entry.key) != nullptr ||
               type.FindFieldByCamelcaseName(entry.key) != nullptr;
      }));
}

}  // namespace

SubjectResult ReadSubject(std::string_view bytes, Format format, std::string_view file,
                          v1::SubjectKind kind) {
  if (format == Format::kAuto) format = FormatOf(file, bytes);
  if (format == Format::kBinary || format == Format::kTextproto) {
    return kind == v1::SUBJECT_KIND_RELEASE ? FromMessage<v1::Release>(bytes, format, file)
                                            : FromMessage<v1::ChangeRequest>(bytes, format, file);
  }
  const DocumentResult read = ReadDocument(bytes, format, file);
  if (read.document == nullptr) return {.issues = read.issues};
  SubjectResult result = FromDocument(*read.document, kind);
  result.issues.insert(result.issues.begin(), read.issues.begin(), read.issues.end());
  return result;
}

Issues OrganizationFiles::Add(std::string_view bytes, Format format, std::string_view file) {
  if (format == Format::kAuto) format = FormatOf(file, bytes);
  v1::Organization part;
  File added{.name = std::string(file)};
  Issues issues;
  if (format == Format::kBinary || format == Format::kTextproto) {
    issues = ReadMessage(bytes, format, file, &part);
  } else {
    DocumentResult read = ReadDocument(bytes, format, file);
    if (read.document == nullptr) return read.issues;
    google::protobuf::Message* target = &part;
    const Node& root = read.document->root;
    if (CountFieldsOf(*v1::Organization::descriptor(), root) == 0) {
      const int of_directory = CountFieldsOf(*v1::Directory::descriptor(), root);
      const int of_ledger = CountFieldsOf(*v1::Ledger::descriptor(), root);
      if (of_ledger > of_directory) {
        target = part.mutable_ledger();
        added.prefix = "ledger.";
      } else if (of_directory > 0) {
        target = part.mutable_directory();
        added.prefix = "directory.";
      }
    }
    issues = Bind(*read.document, target, nullptr);
    issues.insert(issues.begin(), read.issues.begin(), read.issues.end());
    added.document = std::move(read.document);
  }
  if (HasErrors(issues)) return issues;
  organization_.MergeFrom(part);
  files_.push_back(std::move(added));
  return issues;
}

void OrganizationFiles::Locate(Issues* issues) const {
  for (Issue& issue : *issues) {
    if (!issue.file.empty()) continue;
    if (files_.size() == 1) issue.file = files_.front().name;
    for (const File& file : files_) {
      std::string_view path = issue.path;
      if (file.document == nullptr || !path.starts_with(file.prefix)) continue;
      path.remove_prefix(file.prefix.size());
      const Node* const node = file.document->FindPath(path);
      if (node == nullptr) continue;
      Issue placed =
          file.document->MakeIssue(issue.id, issue.message, issue.help, issue.path, *node);
      placed.severity = issue.severity;
      issue = std::move(placed);
      break;
    }
  }
}

}  // namespace changepolicy
