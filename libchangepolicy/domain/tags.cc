#include "libchangepolicy/domain/tags.h"

#include <optional>

#include "absl/time/time.h"
#include "libchangepolicy/domain/instants.h"
#include "libchangepolicy/domain/semantic_version.h"

namespace changepolicy {
namespace {

// No repository takes longer ones; with the bound, trying each place in a name stays cheap.
constexpr size_t kLongestName = 1000;

std::optional<SemanticVersion> VersionIn(std::string_view name) {
  if (name.size() > kLongestName) return std::nullopt;
  constexpr std::string_view kBefore = "vV/-_@";
  for (size_t i = 0; i < name.size(); ++i) {
    if (i > 0 && kBefore.find(name[i - 1]) == kBefore.npos) continue;
    if (auto version = ParseSemanticVersion(name.substr(i))) return version;
  }
  return std::nullopt;
}

bool Names(std::string_view tag, v1::TagKind kind, std::string_view version) {
  const auto wanted = ParseSemanticVersion(version);
  if (!wanted) {
    return tag == version || (!tag.empty() && tag[0] == 'v' && tag.substr(1) == version);
  }
  const auto given = VersionIn(tag);
  if (!given) return false;
  if (kind == v1::TAG_KIND_CANDIDATE && !wanted->is_prerelease()) {
    return given->has_core_of(*wanted);
  }
  return Compare(*given, *wanted) == 0;
}

}  // namespace

Finding HasTag(const v1::VersionControl& version_control, v1::TagKind kind,
               std::string_view version, const ArtifactIdentity& artifact) {
  if (kind == v1::TAG_KIND_UNSPECIFIED) return Finding::Of(false);
  bool any = false;
  bool on_revision = false;
  absl::Time latest = absl::InfinitePast();
  for (const v1::Tag& tag : version_control.tags()) {
    if (tag.kind() != kind || (!version.empty() && !Names(tag.name(), kind, version))) continue;
    const bool matches = !tag.commit().empty() && artifact.revision_known &&
                         IsSameIdentity(tag.commit(), artifact.revision);
    const absl::Time at = HappenedAt(tag, matches);
    if (!any || at > latest) {
      latest = at;
      on_revision = matches;
    } else if (at == latest) {
      on_revision = on_revision && matches;
    }
    any = true;
  }
  if (!any) return Finding::Of(false);
  if (version.empty()) return Finding::Needs("version");
  if (kind == v1::TAG_KIND_CANDIDATE) return Finding::Of(true);
  return artifact.revision_known ? Finding::Of(on_revision) : Finding::Needs(kRevisionFact);
}

}  // namespace changepolicy
