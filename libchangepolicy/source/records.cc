#include "libchangepolicy/source/records.h"

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
  if (kind == v1::SUBJECT_KIND_CHANGE) return FromNode<v1::ChangeRequest>(document, root);
  if (kind == v1::SUBJECT_KIND_RELEASE) return FromNode<v1::Release>(document, root);
  // What only a release has decides; otherwise whichever reads with fewer complaints.
  SubjectResult release = FromNode<v1::Release>(document, root);
  if (root.Find("version") != nullptr || root.Find("changes") != nullptr) return release;
  SubjectResult change = FromNode<v1::ChangeRequest>(document, root);
  return release.issues.size() < change.issues.size() ? release : change;
}

bool HasFieldOf(const google::protobuf::Descriptor& type, const Node& root) {
  for (const Entry& entry : root.entries) {
    if (type.FindFieldByName(std::string(entry.key)) != nullptr ||
        type.FindFieldByCamelcaseName(std::string(entry.key)) != nullptr) {
      return true;
    }
  }
  return false;
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

Issues ReadOrganization(std::string_view bytes, Format format, std::string_view file,
                        v1::Organization* organization) {
  if (format == Format::kAuto) format = FormatOf(file, bytes);
  if (format == Format::kBinary || format == Format::kTextproto) {
    return ReadMessage(bytes, format, file, organization);
  }
  DocumentResult read = ReadDocument(bytes, format, file);
  if (read.document == nullptr) return read.issues;
  const Node& root = read.document->root;
  google::protobuf::Message* target = organization;
  if (root.kind == Node::Kind::kMap &&
      !HasFieldOf(*v1::Organization::descriptor(), root)) {
    if (HasFieldOf(*v1::Directory::descriptor(), root)) {
      target = organization->mutable_directory();
    } else if (HasFieldOf(*v1::Ledger::descriptor(), root)) {
      target = organization->mutable_ledger();
    }
  }
  Issues issues = Bind(*read.document, target, nullptr);
  issues.insert(issues.begin(), read.issues.begin(), read.issues.end());
  return issues;
}

}  // namespace changepolicy
