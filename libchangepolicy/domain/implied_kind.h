// What kind of release the contents of a release call for, whatever its version claims.
#ifndef LIBCHANGEPOLICY_DOMAIN_IMPLIED_KIND_H_
#define LIBCHANGEPOLICY_DOMAIN_IMPLIED_KIND_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/domain/evidence.h"

namespace changepolicy {

// By the message of one commit (conventional_commit.h): MAJOR where it breaks something, MINOR for
// the type `feat`, PATCH otherwise: a revert too, whatever it takes back. O(length).
v1::ReleaseKind KindOfCommit(std::string_view message);

struct ImpliedKind {
  // UNSPECIFIED where nothing is said of the contents.
  v1::ReleaseKind kind = v1::RELEASE_KIND_UNSPECIFIED;
  // What calls for that kind, sorted: `commit <id>` for a commit of the release (its first line
  // where it has no id), `change <id>` for a change with such a commit, `evidence <id>`, `notes`.
  std::vector<std::string> by;
  // Not empty: `kind` is what is known; with this unstated attribute it could be MAJOR.
  std::string needs_fact;
};

// The greatest kind that anything calls for: a commit of the release or of one of its changes;
// features and fixes of the notes, MINOR and PATCH; and MAJOR where evidence of one of the policy's
// types of `compatibility` counts and did not pass (evidence.h, wherever it ran). `evidence` holds
// the release's. To `changes` (may be null) go later instants at which this changes. O(contents).
ImpliedKind ImpliedKindOf(const v1::Release& release, const EvidenceQuestion& evidence,
                          std::vector<absl::Time>* changes);

// The versions make it a smaller release than its contents call for. Never so for 0.y.z, where
// Semantic Versioning lets anything change, nor where the versions give no kind.
bool ClaimsLessThan(v1::ReleaseKind implied, const v1::Release& release);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_IMPLIED_KIND_H_
