// What kind of release the contents of a release call for, whatever its version claims.
#ifndef LIBCHANGEPOLICY_DOMAIN_IMPLIED_KIND_H_
#define LIBCHANGEPOLICY_DOMAIN_IMPLIED_KIND_H_

#include <string_view>

#include "changepolicy/v1/release.pb.h"

namespace changepolicy {

// By the message of one commit, where it keeps to Conventional Commits 1.0.0: MAJOR with `!` before
// the colon or a line that begins with `BREAKING CHANGE: ` or `BREAKING-CHANGE: `; MINOR for the
// type `feat`; PATCH otherwise. O(length).
v1::ReleaseKind KindOfCommit(std::string_view message);

// The greatest kind that any commit, new feature or fix of the release calls for; UNSPECIFIED
// where nothing is said of its contents. O(contents).
v1::ReleaseKind ImpliedKind(const v1::Release& release);

// The versions make it a smaller release than its contents call for. Never so for 0.y.z, where
// Semantic Versioning lets anything change, nor where the versions give no kind.
bool ClaimsLessThanImplied(const v1::Release& release);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_IMPLIED_KIND_H_
