#include "libchangepolicy/audit/trails.h"

#include <algorithm>
#include <type_traits>
#include <variant>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"

namespace changepolicy {
namespace {

bool IsShut(v1::Status status) {
  return status == v1::STATUS_UNSATISFIED || status == v1::STATUS_UNSATISFIABLE;
}

LatestDecision LatestOf(const DecisionTrace& trace, const v1::Decision& decision) {
  LatestDecision latest{trace.index, trace.waived, {}};
  for (const v1::RuleOutcome& outcome : decision.outcomes()) {
    if (IsShut(outcome.status())) latest.shut.push_back(outcome.rule());
  }
  return latest;
}

const char* KindName(v1::SubjectKind kind) {
  return kind == v1::SUBJECT_KIND_RELEASE ? "release" : "change";
}

}  // namespace

const SubjectTrail* Trails::Find(const std::string& id) const {
  const auto found = subjects_.find(id);
  return found == subjects_.end() ? nullptr : &found->second;
}

SubjectTrail& Trails::TrailOf(const std::string& id) {
  SubjectTrail& trail = subjects_[id];
  if (trail.id.empty()) trail.id = id;
  return trail;
}

void Trails::Add(const LoggedEntry& entry) {
  const absl::Time logged_at =
      entry.entry.has_recorded_at() ? FromProto(entry.entry.recorded_at()) : absl::InfiniteFuture();
  begins_at_ = std::min(begins_at_, logged_at);
  if (entry.erased) ++erased_;
  if (entry.decision) {
    AddDecision(entry);
  } else if (entry.entry.has_decision()) {
    problems_.insert(StrCat("entry ", entry.index, ": the decision cannot be read"));
  } else if (entry.entry.has_event()) {
    AddEvent(entry.entry.event(), entry.index, logged_at);
  }
}

void Trails::AddDecision(const LoggedEntry& entry) {
  const v1::Decision& decision = entry.decision->decision;
  DecisionTrace trace = TraceDecision(entry, policy_, roster_);
  std::visit([&](const auto& subject) { AddVersion(subject, entry.index, trace.logged_at); },
             entry.decision->subject);
  const std::string id =
      std::visit([](const auto& subject) { return subject.id(); }, entry.decision->subject);
  SubjectTrail& trail = TrailOf(id);
  trail.facts.AddDecision(entry.index, trace.now, trace.logged_at);
  for (const std::string& change : trace.changes) {
    trail.facts_inside[change].AddDecision(entry.index, trace.now, trace.logged_at);
  }
  for (const SetAsideTrace& waived : trace.waived) {
    if (trace.tells_people) waived_.push_back({entry.index, trace.now, id, waived});
  }
  if (!trace.tells_people) ++verdicts_only_;
  trail.latest = LatestOf(trace, decision);
  if (trace.transition == v1::TRANSITION_DEPLOY || trace.transition == v1::TRANSITION_APPROVE) {
    trail.decisions.push_back(std::move(trace));
  }
}

template <typename Subject>
void Trails::AddVersion(const Subject& subject, int64_t index, absl::Time logged_at) {
  constexpr bool kIsRelease = std::is_same_v<Subject, v1::Release>;
  constexpr v1::SubjectKind kKind = kIsRelease ? v1::SUBJECT_KIND_RELEASE : v1::SUBJECT_KIND_CHANGE;
  SubjectTrail& trail = TrailOf(subject.id());
  if (trail.kind != v1::SUBJECT_KIND_UNSPECIFIED && trail.kind != kKind) {
    problems_.insert(StrCat("entry ", index, ": ", subject.id(), " is a ", KindName(kKind),
                            ", and a ", KindName(trail.kind), " before"));
  }
  trail.kind = kKind;
  trail.only_inside = false;
  trail.version = subject.SerializeAsString();
  trail.version_index = index;
  trail.version_at = logged_at;
  trail.facts.AddVersion(subject, index, logged_at);
  if constexpr (kIsRelease) {
    for (const v1::ChangeRequest& change : subject.changes()) {
      trail.facts_inside[change.id()].AddVersion(change, index, logged_at);
      SubjectTrail& inside = TrailOf(change.id());
      if (!inside.only_inside) continue;
      inside.kind = v1::SUBJECT_KIND_CHANGE;
      inside.version = change.SerializeAsString();
      inside.version_index = index;
      inside.version_at = logged_at;
    }
  }
}

void Trails::AddFact(const std::string& subject, const google::protobuf::Message& record,
                     int64_t index, absl::Time logged_at) {
  RecordTimes times = TimesOfRecord(record);
  if (times.recorded_at == absl::InfinitePast() && logged_at != absl::InfiniteFuture()) {
    times.recorded_at = logged_at;
  }
  if (subject.empty() || !times.AreKnown()) return;
  TrailOf(subject).facts.AddRecord(record, times, index, logged_at);
}

void Trails::AddEvent(const v1::EventRecord& event, int64_t index, absl::Time logged_at) {
  const auto keep = [&](const std::string& subject, const google::protobuf::Message& record) {
    AddFact(subject, record, index, logged_at);
    if (!subject.empty()) TrailOf(subject).events.push_back(event);
  };
  switch (event.event_case()) {
    case v1::EventRecord::kChange:
      AddVersion(event.change(), index, logged_at);
      break;
    case v1::EventRecord::kRelease:
      AddVersion(event.release(), index, logged_at);
      break;
    case v1::EventRecord::kDeployment: {
      Logged<v1::Deployment> told{event.deployment(), index, logged_at};
      if (!event.subject_id().empty()) told.record.set_subject_id(event.subject_id());
      keep(told.record.subject_id(), told.record);
      deployments_.push_back(std::move(told));
      break;
    }
    case v1::EventRecord::kCommunication:
      keep(event.subject_id(), event.communication());
      break;
    case v1::EventRecord::kApproval:
      keep(event.subject_id(), event.approval());
      break;
    case v1::EventRecord::kEvidence:
      keep(event.subject_id(), event.evidence());
      break;
    case v1::EventRecord::kObligation: {
      Logged<v1::Obligation> told{event.obligation(), index, logged_at};
      if (told.record.subject_id().empty()) told.record.set_subject_id(event.subject_id());
      obligations_.push_back(std::move(told));
      break;
    }
    case v1::EventRecord::kAcceptedRisk:
      risks_.push_back({event.accepted_risk(), index, logged_at});
      break;
    case v1::EventRecord::kIncident:
    case v1::EventRecord::EVENT_NOT_SET:
      break;
  }
}

}  // namespace changepolicy
