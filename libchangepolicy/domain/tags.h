// Whether a release is tagged in its repository.
#ifndef LIBCHANGEPOLICY_DOMAIN_TAGS_H_
#define LIBCHANGEPOLICY_DOMAIN_TAGS_H_

#include <string_view>

#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/domain/artifact_identity.h"
#include "libchangepolicy/domain/finding.h"

namespace changepolicy {

// Whether there is a tag of `kind` for `version`, the release's own (empty: not stated).
//   CANDIDATE: its name gives a version with the release's core, like `v1.4.0-rc.2` for 1.4.0; for
//              a release that is itself a pre-release, exactly that one.
//   FINAL:     its name gives exactly this version, build metadata aside, and the latest such tag
//              points to the revision from which the artifact was built.
// A name gives the version that it ends with, at its start or after `v`, `/`, `-`, `_` or `@`. A
// version that is not semantic must be the whole name, or all after a leading `v`.
// Needs `version` or `artifact.revision` where these are unstated and could decide. Linear.
Finding HasTag(const v1::VersionControl& version_control, v1::TagKind kind,
               std::string_view version, const ArtifactIdentity& artifact);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_TAGS_H_
