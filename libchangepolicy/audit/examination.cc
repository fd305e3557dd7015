#include "libchangepolicy/audit/examination.h"

#include <algorithm>
#include <set>
#include <type_traits>
#include <utility>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/eval/bound_organization.h"

namespace changepolicy {
namespace {

template <typename Record>
void AddOnce(const Record& record, google::protobuf::RepeatedPtrField<Record>* list) {
  const RecordKey key = KeyOfRecord(record);
  for (const Record& known : *list) {
    const bool same = record.id().empty() ? KeyOfRecord(known) == key : known.id() == record.id();
    if (same) return;
  }
  *list->Add() = record;
}

template <typename Subject>
void AddEvents(const SubjectTrail& trail, Subject* subject) {
  for (const v1::EventRecord& event : trail.events) {
    if (event.has_deployment()) AddOnce(event.deployment(), subject->mutable_deployments());
    if (event.has_communication()) {
      AddOnce(event.communication(), subject->mutable_communications());
    }
    if (event.has_approval()) AddOnce(event.approval(), subject->mutable_approvals());
    if (event.has_evidence()) AddOnce(event.evidence(), subject->mutable_evidence());
  }
}

template <typename Subject>
void AddDeployments(const Subject& subject, const SubjectTrail& trail,
                    std::vector<ToldDeployment>* told) {
  const std::optional<int64_t> index = trail.version_index;
  for (const v1::Deployment& deployment : subject.deployments()) {
    told->push_back({&deployment, subject.id(), index, trail.version_at});
  }
}

}  // namespace

Examination::Examination(const Policy& given_policy, const Organization& given_organization,
                         const Programme::Options& given_options, Trails given_trails)
    : policy(given_policy),
      organization(given_organization),
      options(given_options),
      roster(given_organization.bound()->directory().roster()),
      trails(std::move(given_trails)),
      findings(given_policy.proto()) {
  size_t change_count = 0, release_count = 0;
  for (const auto& [id, trail] : trails.subjects()) {
    if (trail.IsKnown()) ++(trail.kind == v1::SUBJECT_KIND_RELEASE ? release_count : change_count);
  }
  changes.reserve(change_count);  // pointers into them stay
  releases.reserve(release_count);
  std::vector<ToldDeployment> told;
  for (auto& [id, trail] : trails.subjects()) {
    trail.facts.SortDecisions();
    for (auto& [change, facts] : trail.facts_inside) facts.SortDecisions();
    if (!trail.IsKnown()) continue;
    KnownSubject& known = subjects[id];
    known.trail = &trail;
    const auto read = [&](auto* list) {
      auto* const message = &list->emplace_back();
      if (!message->ParseFromString(*trail.version)) {
        findings.AddProblem(
            StrCat(id, ": its version in entry ", trail.version_index, " cannot be read"));
      }
      trail.version.emplace();  // read: its memory is not needed twice
      AddDeployments(*message, trail, &told);
      AddEvents(trail, message);
      return message;
    };
    if (trail.kind == v1::SUBJECT_KIND_RELEASE) {
      known.release = read(&releases);
    } else {
      known.change = read(&changes);
    }
  }

  for (const auto& deployment : trails.deployments()) {
    told.push_back({&deployment.record, deployment.record.subject_id(), deployment.index,
                    deployment.logged_at});
  }
  for (const v1::Deployment& deployment : organization.proto().ledger().deployments()) {
    told.push_back({&deployment, deployment.subject_id(), std::nullopt});
  }
  std::set<std::string> problems = trails.problems();
  deployments = MergeDeployments(told, &problems);
  for (const std::string& problem : problems) findings.AddProblem(problem);

  const ReleasesOf releases_of = FindReleases(trails);
  for (Deployed& deployed : deployments) {
    const SubjectTrail* const trail = trails.Find(deployed.subject);
    if (trail != nullptr && trail->IsKnown()) deployed.trail = trail;
    deployed.governing = FindGoverning(deployed, releases_of);
    if (!deployed.subject.empty()) deployments_of.emplace(deployed.subject, &deployed);
  }
}

const KnownSubject* Examination::Find(const std::string& id) const {
  const auto found = subjects.find(id);
  return found == subjects.end() ? nullptr : &found->second;
}

std::vector<const Deployed*> Examination::DeploymentsOf(const std::string& subject) const {
  std::vector<const Deployed*> found;
  const auto [first, last] = deployments_of.equal_range(subject);
  for (auto one = first; one != last; ++one) found.push_back(one->second);
  return found;
}

v1::Category Examination::CategoryOf(const SubjectTrail& trail, absl::Time at) const {
  if (trail.kind == v1::SUBJECT_KIND_RELEASE) return v1::CATEGORY_UNSPECIFIED;
  const DecisionTrace* before = nullptr;
  const DecisionTrace* after = nullptr;
  for (const DecisionTrace& decision : trail.decisions) {
    if (decision.category == v1::CATEGORY_UNSPECIFIED) continue;
    if (decision.now > at) {
      if (after == nullptr || decision.now < after->now) after = &decision;
    } else if (before == nullptr || decision.now >= before->now) {
      before = &decision;
    }
  }
  if (before != nullptr) return before->category;
  if (after != nullptr) return after->category;
  const KnownSubject* const known = Find(trail.id);
  if (known == nullptr || known->change == nullptr) return v1::CATEGORY_UNSPECIFIED;
  if (!known->change->emergency_basis().empty()) return v1::CATEGORY_EMERGENCY;
  return known->change->claimed_category();
}

}  // namespace changepolicy
