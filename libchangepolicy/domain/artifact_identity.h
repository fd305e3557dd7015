// What a subject says about the artifact that it deploys, as far as records are held against it.
#ifndef LIBCHANGEPOLICY_DOMAIN_ARTIFACT_IDENTITY_H_
#define LIBCHANGEPOLICY_DOMAIN_ARTIFACT_IDENTITY_H_

#include <string_view>

#include "absl/strings/match.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {

inline constexpr char kDigestFact[] = "artifact.digest";
inline constexpr char kRevisionFact[] = "artifact.revision";

// Points into the artifact's message. An identity that is known and empty says that there is none:
// the subject stated so, like a change of configuration that builds nothing.
struct ArtifactIdentity {
  std::string_view digest;
  std::string_view revision;
  bool digest_known = false;
  bool revision_known = false;

  // Known is what is written. Of protobuf's message or a flat one.
  template <typename Artifact>
  static ArtifactIdentity Of(const Artifact& artifact) {
    return {artifact.digest(), artifact.revision(), !artifact.digest().empty(),
            !artifact.revision().empty()};
  }
};

// Digests and commit ids are hexadecimal; their case carries nothing.
inline bool IsSameIdentity(std::string_view a, std::string_view b) {
  return absl::EqualsIgnoreCase(ToAbsl(a), ToAbsl(b));
}

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_ARTIFACT_IDENTITY_H_
