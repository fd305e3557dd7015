// One pass over a log: what is kept of each change and release, of deployments, exceptions and
// obligations. Not the entries: of a subject its latest version, as bytes, and a trace of each
// decision that can let something go.
#ifndef LIBCHANGEPOLICY_AUDIT_TRAILS_H_
#define LIBCHANGEPOLICY_AUDIT_TRAILS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/audit.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "libchangepolicy/approval/roster.h"
#include "libchangepolicy/audit/decision_trace.h"
#include "libchangepolicy/audit/fact_trail.h"
#include "libchangepolicy/audit_log.h"

namespace changepolicy {

// A record that came as an event of its own.
template <typename Record>
struct Logged {
  Record record;
  int64_t index = 0;
  absl::Time logged_at;
};

// The latest decision on a subject, whatever it was asked about.
struct LatestDecision {
  int64_t index = -1;
  std::vector<SetAsideTrace> waived;
  std::vector<std::string> shut;  // rules that hold the step shut
};

// What a log says of one change or release.
struct SubjectTrail {
  std::string id;
  v1::SubjectKind kind = v1::SUBJECT_KIND_UNSPECIFIED;
  // The latest version, serialized; nothing where no entry holds one.
  std::optional<std::string> version;
  int64_t version_index = 0;
  absl::Time version_at;  // when that entry was written
  // No entry holds it by itself: it is known as a part of releases, or by what happened to it.
  bool only_inside = true;
  // Decisions at APPROVE and DEPLOY, in the log's order.
  std::vector<DecisionTrace> decisions;
  LatestDecision latest;
  FactTrail facts;
  // Of a release: the facts of the changes in it, held against the decisions on it.
  std::map<std::string, FactTrail> facts_inside;
  std::vector<v1::EventRecord> events;  // approvals, evidence, communications, in the log's order

  bool IsKnown() const { return version.has_value(); }
};

// An outcome that an accepted risk waived.
struct WaivedUse {
  int64_t index = 0;
  absl::Time now;
  std::string subject;
  SetAsideTrace waived;
};

// Thread-compatible. Policy and roster must outlive it.
class Trails {
 public:
  Trails(const v1::Policy& policy, const Roster& roster) : policy_(policy), roster_(roster) {}

  void Add(const LoggedEntry& entry);

  const std::map<std::string, SubjectTrail>& subjects() const { return subjects_; }
  std::map<std::string, SubjectTrail>& subjects() { return subjects_; }
  const SubjectTrail* Find(const std::string& id) const;
  const std::vector<Logged<v1::Deployment>>& deployments() const { return deployments_; }
  const std::vector<Logged<v1::AcceptedRisk>>& risks() const { return risks_; }
  const std::vector<Logged<v1::Obligation>>& obligations() const { return obligations_; }
  const std::vector<WaivedUse>& waived() const { return waived_; }
  // When the first entry was written that says so; the infinite future where none does.
  absl::Time begins_at() const { return begins_at_; }
  // What could not be read, sorted.
  const std::set<std::string>& problems() const { return problems_; }
  // Entries with erased personal data, and decisions that were asked for the verdict alone.
  int64_t erased() const { return erased_; }
  int64_t verdicts_only() const { return verdicts_only_; }

 private:
  SubjectTrail& TrailOf(const std::string& id);
  void AddDecision(const LoggedEntry& entry);
  void AddEvent(const v1::EventRecord& event, int64_t index, absl::Time logged_at);
  template <typename Subject>
  void AddVersion(const Subject& subject, int64_t index, absl::Time logged_at);
  void AddFact(const std::string& subject, const google::protobuf::Message& record, int64_t index,
               absl::Time logged_at);

  const v1::Policy& policy_;
  const Roster& roster_;
  std::map<std::string, SubjectTrail> subjects_;
  std::vector<Logged<v1::Deployment>> deployments_;
  std::vector<Logged<v1::AcceptedRisk>> risks_;
  std::vector<Logged<v1::Obligation>> obligations_;
  std::vector<WaivedUse> waived_;
  absl::Time begins_at_ = absl::InfiniteFuture();
  std::set<std::string> problems_;
  int64_t erased_ = 0;
  int64_t verdicts_only_ = 0;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_TRAILS_H_
