// Whether a release is tagged in its repository, in which order and by which names.
#ifndef LIBCHANGEPOLICY_DOMAIN_TAGS_H_
#define LIBCHANGEPOLICY_DOMAIN_TAGS_H_

#include <string_view>

#include "changepolicy/v1/policy.pb.h"
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

// Where the version has a final tag, by the rules of HasTag, a tag of a candidate of it is older
// than the latest of these. True without a final tag. A candidate's tag without a time does not
// count, and nothing is older than a final tag without one. Needs `version` where that is unstated
// and there is a final tag. Linear.
Finding IsCandidateFirst(const v1::VersionControl& version_control, std::string_view version);

// Every tag of `kind` has a name that the release's branching strategy admits (branching.h), and
// there is one. Needs `version_control.strategy` where that is not stated and there is one.
Finding AreTagsNamed(const v1::VersionControl& version_control, v1::TagKind kind,
                     bool strategy_known, const v1::Policy& policy);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_TAGS_H_
