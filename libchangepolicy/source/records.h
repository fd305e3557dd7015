// Files of records: a change or a release, or an organization or a part of it.
#ifndef LIBCHANGEPOLICY_SOURCE_RECORDS_H_
#define LIBCHANGEPOLICY_SOURCE_RECORDS_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "changepolicy/v1/policy.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/issue.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {

using AnySubject = std::variant<v1::ChangeRequest, v1::Release>;

struct SubjectResult {
  // Nothing when an issue is an error.
  std::optional<AnySubject> subject;
  Issues issues;
};

// A document whose only key is `change` or `release` says what it holds, and must not say other
// than `kind`. Otherwise it is of that kind; where that is unspecified, its fields tell (textproto
// and serialized bytes: a change).
SubjectResult ReadSubject(std::string_view bytes, Format format, std::string_view file,
                          v1::SubjectKind kind = v1::SUBJECT_KIND_UNSPECIFIED);

// An organization in one file or several, each of which holds an Organization, or a Directory or a
// Ledger by itself.
class OrganizationFiles {
 public:
  // What is wrong with the file; one that has an error leaves nothing behind.
  Issues Add(std::string_view bytes, Format format, std::string_view file);
  const v1::Organization& organization() const { return organization_; }
  // Gives issues of the organization as a whole their place in the files.
  void Locate(Issues* issues) const;

 private:
  struct File {
    std::string name;
    std::shared_ptr<const Document> document;  // null for textproto and serialized bytes
    std::string prefix;                        // of paths: `directory.` for a Directory by itself
  };
  v1::Organization organization_;
  std::vector<File> files_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_SOURCE_RECORDS_H_
