// How many emergencies there were, and whether what they owe was done.
#include <algorithm>
#include <map>
#include <string>

#include "libchangepolicy/audit/programme_tests.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/utc_text.h"

namespace changepolicy {
namespace {

// The changes that went out in the period, each with its first deployment in it: by themselves, or
// in a release.
std::map<std::string, const Deployed*> DeployedChanges(const Examination& examination) {
  std::map<std::string, const Deployed*> changes;
  for (const Deployed& deployed : examination.deployments) {
    if (deployed.trail == nullptr || !examination.Covers(deployed.at)) continue;
    if (deployed.trail->kind == v1::SUBJECT_KIND_CHANGE) {
      changes.emplace(deployed.subject, &deployed);
    } else if (deployed.governing.decision != nullptr) {
      for (const std::string& change : deployed.governing.decision->changes) {
        changes.emplace(change, &deployed);
      }
    }
  }
  return changes;
}

// Decisions that let emergencies go, by entry: those behind deployments, once each.
std::map<int64_t, const Deployed*> EmergencyDecisions(const Examination& examination) {
  std::map<int64_t, const Deployed*> decisions;
  for (const Deployed& deployed : examination.deployments) {
    const DecisionTrace* const decision = deployed.governing.decision;
    if (decision != nullptr && decision->verdict == v1::VERDICT_ALLOWED &&
        decision->category == v1::CATEGORY_EMERGENCY && examination.Covers(decision->now)) {
      decisions.emplace(decision->index, &deployed);
    }
  }
  return decisions;
}

}  // namespace

void TestEmergencyShare(Examination* examination) {
  AuditTestRun run(v1::AUDIT_TEST_KIND_EMERGENCY_SHARE, &examination->findings);
  int64_t all = 0, emergencies = 0;
  absl::Time last = absl::InfinitePast();
  for (const auto& [change, deployed] : DeployedChanges(*examination)) {
    run.Examine();
    ++all;
    const SubjectTrail* const trail = examination->trails.Find(change);
    if (trail == nullptr ||
        examination->CategoryOf(*trail, deployed->at) != v1::CATEGORY_EMERGENCY) {
      continue;
    }
    ++emergencies;
    last = std::max(last, deployed->at);
  }
  const v1::AuditRules& rules = examination->rules().audit();
  if (!rules.has_emergency_percent()) {
    run.CannotRun("the policy's `audit.emergency_percent` says not how many may be emergencies");
    return;
  }
  if (emergencies * 100 <= all * rules.emergency_percent()) return;
  run.Find({.id = "too-many-emergencies",
            .text = StrCat("Of ", all, " deployed changes ", emergencies,
                           " were emergencies, which is more than ", rules.emergency_percent(),
                           " per cent"),
            .at = last});
}

DutyNames TestEmergencyFollowUp(const DutyBook& duties, Examination* examination) {
  AuditTestRun run(v1::AUDIT_TEST_KIND_EMERGENCY_FOLLOW_UP, &examination->findings);
  DutyNames looked_at;
  for (const auto& [index, deployed] : EmergencyDecisions(*examination)) {
    const std::string& subject = deployed->governing.subject->id;
    for (const BroughtTrace& brought : deployed->governing.decision->brought) {
      // A change that went out twice owes it once.
      if (!looked_at.insert({brought.rule, subject}).second) continue;
      run.Examine();
      const DutyState state =
          duties.StateOf({brought.rule, subject, deployed->governing.decision->now, brought.due});
      if (state == DutyState::kDone || state == DutyState::kNotYetDue) continue;
      const bool is_late = state == DutyState::kDoneLate;
      const std::string when =
          brought.due ? StrCat(", due on ", UtcText(*brought.due), ",") : ", due at once,";
      run.Find({.id = is_late ? "follow-up-late" : "follow-up-missing",
                .subject = subject,
                .index = index,
                .text = StrCat("What emergency ", subject, " owes by ", brought.rule, when,
                               is_late ? " was done late" : " is not done"),
                .rules = {brought.rule},
                .at = brought.due});
    }
  }
  return looked_at;
}

}  // namespace changepolicy
