// Semantic Versioning 2.0.0: what a version is, which of two is lower, and what kind of release
// leads from one to the other.
//
// Numbers may be of any length; nothing overflows. All functions are pure, linear and thread-safe.
#ifndef LIBCHANGEPOLICY_DOMAIN_SEMANTIC_VERSION_H_
#define LIBCHANGEPOLICY_DOMAIN_SEMANTIC_VERSION_H_

#include <compare>
#include <optional>
#include <string_view>
#include <vector>

#include "changepolicy/v1/release.pb.h"

namespace changepolicy {

// Parts of a version; they point into the text that was parsed.
struct SemanticVersion {
  std::string_view major;
  std::string_view minor;
  std::string_view patch;
  // Identifiers after `-`; a numeric one has no leading zero.
  std::vector<std::string_view> prerelease;
  // Identifiers after `+`; they take no part in precedence.
  std::vector<std::string_view> build;

  bool is_prerelease() const { return !prerelease.empty(); }
  bool has_core_of(const SemanticVersion& other) const {
    return major == other.major && minor == other.minor && patch == other.patch;
  }
};

// Nothing where `text` is no version; a leading `v` makes it none.
std::optional<SemanticVersion> ParseSemanticVersion(std::string_view text);

bool IsSemanticVersion(std::string_view text);

// Precedence by item 11 of the specification. Versions that differ in build metadata alone are
// equivalent.
std::weak_ordering Compare(const SemanticVersion& a, const SemanticVersion& b);

// Nothing where either text is no version.
std::optional<std::weak_ordering> CompareVersions(std::string_view a, std::string_view b);

// The kind of the release `next` that follows `previous`: by the first of major, minor and patch
// that grows. A pre-release stands for a core that is not out yet, so what follows it is at least
// of the kind that its own core announces: 2.0.0-rc.1 to 2.0.0 is MAJOR. UNSPECIFIED where either
// is no version or `next` has no higher precedence.
v1::ReleaseKind KindOf(std::string_view previous, std::string_view next);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_SEMANTIC_VERSION_H_
