#include "libchangepolicy/domain/implied_kind.h"

#include <optional>
#include <set>
#include <utility>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/domain/changelog.h"
#include "libchangepolicy/domain/conventional_commit.h"
#include "libchangepolicy/domain/semantic_version.h"

namespace changepolicy {
namespace {

// The greatest kind so far, and what called for it.
class Greatest {
 public:
  void Take(v1::ReleaseKind kind, std::string source) {
    if (kind == v1::RELEASE_KIND_UNSPECIFIED || kind < kind_) return;
    if (kind > kind_) sources_.clear();
    kind_ = kind;
    sources_.insert(std::move(source));
  }

  ImpliedKind Result() const { return {kind_, {sources_.begin(), sources_.end()}, ""}; }

 private:
  v1::ReleaseKind kind_ = v1::RELEASE_KIND_UNSPECIFIED;
  std::set<std::string> sources_;
};

std::string NameOf(const v1::Commit& commit) {
  if (!commit.id().empty()) return commit.id();
  return commit.message().substr(0, commit.message().find_first_of("\r\n"));
}

}  // namespace

v1::ReleaseKind KindOfCommit(std::string_view message) {
  if (IsBreakingCommit(message)) return v1::RELEASE_KIND_MAJOR;
  const std::optional<CommitHeader> header = ParseCommitHeader(message);
  return header.has_value() && header->is("feat") ? v1::RELEASE_KIND_MINOR : v1::RELEASE_KIND_PATCH;
}

ImpliedKind ImpliedKindOf(const v1::Release& release, const EvidenceQuestion& evidence,
                          std::vector<absl::Time>* changes) {
  Greatest greatest;
  if (!release.notes().fixes().empty()) greatest.Take(v1::RELEASE_KIND_PATCH, "notes");
  for (const std::string& feature : release.notes().features()) {
    greatest.Take(
        feature.starts_with(kRemovedFeature) ? v1::RELEASE_KIND_MAJOR : v1::RELEASE_KIND_MINOR,
        "notes");
  }
  for (const v1::Commit& commit : release.version_control().commits()) {
    greatest.Take(KindOfCommit(commit.message()), StrCat("commit ", NameOf(commit)));
  }
  for (const v1::ChangeRequest& change : release.changes()) {
    for (const v1::Commit& commit : change.commits()) {
      greatest.Take(KindOfCommit(commit.message()), StrCat("change ", change.id()));
    }
  }
  std::string needs_fact;
  for (const std::string& type : evidence.rules->compatibility()) {
    const EvidenceState state = evidence.State(type, v1::ENVIRONMENT_UNSPECIFIED, changes);
    if (state.result == EvidenceResult::kUnknown) needs_fact = state.needs_fact;
    if (state.result != EvidenceResult::kFailed) continue;
    greatest.Take(v1::RELEASE_KIND_MAJOR, StrCat("evidence ", state.record->id()));
  }
  ImpliedKind implied = greatest.Result();
  if (implied.kind != v1::RELEASE_KIND_MAJOR) implied.needs_fact = std::move(needs_fact);
  return implied;
}

bool ClaimsLessThan(v1::ReleaseKind implied, const v1::Release& release) {
  const v1::ReleaseKind kind = KindOf(release.previous_version(), release.version());
  if (kind == v1::RELEASE_KIND_UNSPECIFIED) return false;
  return ParseSemanticVersion(release.version())->major != "0" && kind < implied;
}

}  // namespace changepolicy
