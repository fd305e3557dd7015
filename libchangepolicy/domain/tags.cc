#include "libchangepolicy/domain/tags.h"

#include <algorithm>
#include <optional>

#include "absl/time/time.h"
#include "libchangepolicy/domain/branching.h"
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

Finding IsCandidateFirst(const v1::VersionControl& version_control, std::string_view version) {
  bool any_final = false;
  bool timed = true;
  absl::Time final_at = absl::InfinitePast();
  absl::Time candidate_at = absl::InfiniteFuture();
  for (const v1::Tag& tag : version_control.tags()) {
    if (!version.empty() && !Names(tag.name(), tag.kind(), version)) continue;
    const absl::Time at = HappenedAt(tag, false);
    if (tag.kind() == v1::TAG_KIND_FINAL) {
      any_final = true;
      timed = timed && tag.has_happened_at();
      final_at = std::max(final_at, at);
    } else if (tag.kind() == v1::TAG_KIND_CANDIDATE) {
      candidate_at = std::min(candidate_at, at);
    }
  }
  if (!any_final) return Finding::Of(true);
  if (version.empty()) return Finding::Needs("version");
  return Finding::Of(timed && candidate_at < final_at);
}

Finding AreTagsNamed(const v1::VersionControl& version_control, v1::TagKind kind,
                     bool strategy_known, const v1::Policy& policy) {
  bool any = false;
  bool all = true;
  for (const v1::Tag& tag : version_control.tags()) {
    if (tag.kind() != kind) continue;
    any = true;
    all = all && IsTagOfStrategy(version_control.strategy(), kind, tag.name(), policy);
  }
  if (any && !strategy_known) return Finding::Needs("version_control.strategy");
  return Finding::Of(any && all);
}

}  // namespace changepolicy
