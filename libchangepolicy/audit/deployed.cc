#include "libchangepolicy/audit/deployed.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/base/utc_text.h"

namespace changepolicy {
namespace {

bool MayHaveReachedProduction(v1::Conclusion conclusion) {
  return conclusion == v1::CONCLUSION_PASSED || conclusion == v1::CONCLUSION_NEUTRAL ||
         conclusion == v1::CONCLUSION_UNSPECIFIED;
}

std::string NameOf(const ToldDeployment& told) {
  return StrCat("deployment ", told.record->id().empty() ? "without id" : told.record->id(),
                told.subject.empty() ? "" : " of ", told.subject);
}

// Whether it counts, with its instant.
std::optional<absl::Time> InstantOf(const ToldDeployment& told, std::set<std::string>* problems) {
  const v1::Deployment& record = *told.record;
  if (!MayHaveReachedProduction(record.conclusion())) return std::nullopt;
  if (record.environment() == v1::ENVIRONMENT_UNSPECIFIED) {
    problems->insert(StrCat(NameOf(told), " does not say where to"));
  }
  if (record.environment() != v1::ENVIRONMENT_PRODUCTION) return std::nullopt;
  if (record.has_happened_at()) return FromProto(record.happened_at());
  if (record.has_recorded_at()) return FromProto(record.recorded_at());
  if (told.logged_at != absl::InfinitePast() && told.logged_at != absl::InfiniteFuture()) {
    return told.logged_at;
  }
  problems->insert(StrCat(NameOf(told), " does not say when"));
  return std::nullopt;
}

// Merges in a fixed order, so that it does not matter in which order sources are read.
class Merger {
 public:
  void Add(Deployed one) { (one.subject.empty() ? strays_ : owned_).push_back(std::move(one)); }

  std::vector<Deployed> Run() && {
    Sort(&owned_);
    Sort(&strays_);
    for (Deployed& one : owned_) AddOwned(std::move(one));
    for (Deployed& one : strays_) AddStray(std::move(one));
    return std::move(merged_);
  }

 private:
  using Place = std::tuple<std::string, std::string, absl::Time>;

  // Those with a digest first: one without it joins them, and does not make two of them one.
  static void Sort(std::vector<Deployed>* list) {
    std::sort(list->begin(), list->end(), [](const Deployed& a, const Deployed& b) {
      return std::tuple(a.digest.empty(), a.at, a.subject, a.digest, a.id, a.index, a.by) <
             std::tuple(b.digest.empty(), b.at, b.subject, b.digest, b.id, b.index, b.by);
    });
  }

  static bool MayAgree(const std::string& a, const std::string& b) {
    return a.empty() || b.empty() || a == b;
  }

  static std::string Folded(const Deployed& one) { return absl::AsciiStrToLower(one.digest); }

  void AddOwned(Deployed one) {
    if (!one.id.empty()) {
      for (const size_t at : by_id_[{one.subject, one.id}]) {
        if (MayAgree(Folded(one), Folded(merged_[at]))) return Join(at, one);
      }
    }
    const auto same = by_place_.find(Place{one.subject, Folded(one), one.at});
    if (same != by_place_.end()) return Join(same->second, one);
    Keep(std::move(one));
  }

  void AddStray(Deployed one) {
    for (const Place& place : StrayPlaces(one)) {
      const auto same = strays_by_.find(place);
      if (same == strays_by_.end()) continue;
      const Deployed& other = merged_[same->second];
      if (MayAgree(one.id, other.id) && MayAgree(Folded(one), Folded(other))) {
        return Join(same->second, one);
      }
    }
    Keep(std::move(one));
  }

  static std::vector<Place> StrayPlaces(const Deployed& one) {
    std::vector<Place> places;
    if (!one.id.empty()) places.emplace_back("id", one.id, one.at);
    if (!one.digest.empty()) places.emplace_back("digest", Folded(one), one.at);
    return places;
  }

  void Keep(Deployed one) {
    NotePlaces(one, merged_.size());
    merged_.push_back(std::move(one));
  }

  void NotePlaces(const Deployed& one, size_t at) {
    by_id_[{one.subject, one.id}].push_back(at);
    by_place_.emplace(Place{one.subject, Folded(one), one.at}, at);
    for (const Place& place : StrayPlaces(one)) strays_by_.emplace(place, at);
  }

  void Join(size_t at, const Deployed& one) {
    NotePlaces(one, at);
    Deployed& kept = merged_[at];
    kept.at = std::min(kept.at, one.at);
    kept.by.insert(one.by.begin(), one.by.end());
    if (kept.id.empty()) kept.id = one.id;
    if (one.index && (!kept.index || *one.index < *kept.index)) kept.index = one.index;
  }

  std::vector<Deployed> owned_, strays_, merged_;
  std::map<std::pair<std::string, std::string>, std::vector<size_t>> by_id_;
  std::map<Place, size_t> by_place_, strays_by_;
};

bool IsEarlier(const DecisionTrace* a, const DecisionTrace& b) {
  return a == nullptr || std::tie(a->now, a->index) < std::tie(b.now, b.index);
}

std::string Decided(const DecisionTrace& decision, const SubjectTrail& subject,
                    const Deployed& deployed) {
  return StrCat("the decision of ", UtcText(decision.now),
                subject.id == deployed.subject ? "" : StrCat(" on release ", subject.id));
}

std::vector<Flaw> FlawsOf(const DecisionTrace& decision, const SubjectTrail& subject,
                          const Deployed& deployed) {
  std::vector<Flaw> flaws;
  const std::string decided = Decided(decision, subject, deployed);
  if (decision.logged_at > deployed.at) {
    const bool says = decision.logged_at != absl::InfiniteFuture();
    flaws.push_back({"decision-after-the-fact",
                     StrCat("went out before ", decided, " was recorded",
                            says ? StrCat(", on ", UtcText(decision.logged_at)) : ""),
                     decision.index});
  }
  if (decision.verdict != v1::VERDICT_ALLOWED) {
    flaws.push_back({"deployment-not-allowed",
                     StrCat("went out although ", decided, " was ", ValueName(decision.verdict)),
                     decision.index});
    return flaws;
  }
  if (decision.valid_until <= deployed.at) {
    flaws.push_back(
        {"decision-expired",
         StrCat("went out after ", decided, " had run out, on ", UtcText(decision.valid_until)),
         decision.index});
  }
  if (!deployed.digest.empty() && !decision.digests.empty() &&
      !std::binary_search(decision.digests.begin(), decision.digests.end(),
                          absl::AsciiStrToLower(deployed.digest))) {
    flaws.push_back(
        {"other-artifact",
         StrCat("brought ", deployed.digest, ", and ", decided, " was about ",
                decision.digests.front(), decision.digests.size() > 1 ? " and others" : ""),
         decision.index});
  }
  return flaws;
}

// On this subject; of those that were written too late the latest, where there is no other.
Governing GovernBy(const SubjectTrail& subject, const Deployed& deployed) {
  const DecisionTrace* in_time = nullptr;
  const DecisionTrace* late = nullptr;
  for (const DecisionTrace& decision : subject.decisions) {
    if (decision.transition != v1::TRANSITION_DEPLOY || decision.now > deployed.at) continue;
    const bool about_it =
        subject.id == deployed.subject ||
        std::binary_search(decision.changes.begin(), decision.changes.end(), deployed.subject);
    if (!about_it) continue;
    const DecisionTrace*& latest = decision.logged_at <= deployed.at ? in_time : late;
    if (IsEarlier(latest, decision)) latest = &decision;
  }
  Governing governing;
  governing.decision = in_time != nullptr ? in_time : late;
  governing.subject = &subject;
  if (governing.decision != nullptr) {
    governing.flaws = FlawsOf(*governing.decision, subject, deployed);
  }
  return governing;
}

}  // namespace

std::string Deployed::Name() const {
  return StrCat("Deployment", id.empty() ? "" : " ", id, subject.empty() ? "" : " of ", subject,
                " on ", UtcText(at));
}

std::vector<Deployed> MergeDeployments(const std::vector<ToldDeployment>& told,
                                       std::set<std::string>* problems) {
  Merger merger;
  for (const ToldDeployment& one : told) {
    const std::optional<absl::Time> at = InstantOf(one, problems);
    if (!at) continue;
    Deployed deployed;
    deployed.subject = one.subject;
    deployed.id = one.record->id();
    deployed.digest = one.record->digest();
    if (!one.record->by().empty()) deployed.by.insert(one.record->by());
    deployed.at = *at;
    deployed.index = one.index;
    merger.Add(std::move(deployed));
  }
  std::vector<Deployed> merged = std::move(merger).Run();
  std::sort(merged.begin(), merged.end(), [](const Deployed& a, const Deployed& b) {
    return std::tie(a.at, a.subject, a.digest, a.id, a.index, a.by) <
           std::tie(b.at, b.subject, b.digest, b.id, b.index, b.by);
  });
  return merged;
}

ReleasesOf FindReleases(const Trails& trails) {
  ReleasesOf releases;
  for (const auto& [id, trail] : trails.subjects()) {
    std::set<std::string> changes;
    for (const DecisionTrace& decision : trail.decisions) {
      changes.insert(decision.changes.begin(), decision.changes.end());
    }
    for (const std::string& change : changes) releases[change].push_back(&trail);
  }
  return releases;
}

Governing FindGoverning(const Deployed& deployed, const ReleasesOf& releases) {
  Governing own;
  if (deployed.trail != nullptr) own = GovernBy(*deployed.trail, deployed);
  if (own.decision != nullptr && own.flaws.empty()) return own;
  Governing best = own;
  const auto containing = releases.find(deployed.subject);
  if (containing != releases.end()) {
    for (const SubjectTrail* const release : containing->second) {
      Governing by_release = GovernBy(*release, deployed);
      if (by_release.decision == nullptr) continue;
      if (by_release.flaws.empty()) return by_release;
      if (own.decision == nullptr && IsEarlier(best.decision, *by_release.decision)) {
        best = std::move(by_release);
      }
    }
  }
  if (best.decision == nullptr && deployed.trail != nullptr) {
    best.flaws.push_back(
        {"deployment-without-decision", "has no decision at DEPLOY before it", {}});
  }
  return best;
}

}  // namespace changepolicy
