// Whether accepted risks were used within their time, and whether one is still needed past it.
#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/audit/programme_tests.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/base/utc_text.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/domain/life_cycle.h"

namespace changepolicy {
namespace {

// Accepted risks by id, as directory and log tell them at different times.
class Risks {
 public:
  explicit Risks(const Examination& examination) {
    for (const v1::AcceptedRisk& risk :
         examination.organization.proto().directory().accepted_risks()) {
      Add(risk, absl::InfinitePast());
    }
    for (const auto& told : examination.trails.risks()) Add(told.record, told.logged_at);
    for (auto& [id, versions] : by_id_) {
      std::sort(versions.begin(), versions.end(), [](const Version& a, const Version& b) {
        if (a.told_at != b.told_at) return a.told_at < b.told_at;
        // Of two told at once the one that ends earlier counts: it stands last.
        const absl::Time a_end = FromProto(a.risk.end()), b_end = FromProto(b.risk.end());
        if (a_end != b_end) return a_end > b_end;
        return a.risk.SerializeAsString() < b.risk.SerializeAsString();
      });
    }
  }

  // As it was told by then; the first that was told later, where none was. Null: nobody tells it.
  const v1::AcceptedRisk* Find(const std::string& id, absl::Time at) const {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return nullptr;
    const v1::AcceptedRisk* risk = &found->second.front().risk;
    for (const Version& version : found->second) {
      if (version.told_at <= at) risk = &version.risk;
    }
    return risk;
  }

  std::vector<std::string> Ids() const {
    std::vector<std::string> ids;
    for (const auto& [id, versions] : by_id_) ids.push_back(id);
    return ids;
  }

 private:
  struct Version {
    absl::Time told_at;
    v1::AcceptedRisk risk;
  };

  void Add(const v1::AcceptedRisk& risk, absl::Time told_at) {
    if (risk.has_recorded_at()) told_at = FromProto(risk.recorded_at());
    by_id_[risk.id()].push_back({told_at, risk});
  }

  std::map<std::string, std::vector<Version>> by_id_;
};

// Somebody else than the requester accepted it by then.
bool IsAccepted(const v1::AcceptedRisk& risk, absl::Time at, const Roster& roster) {
  const std::string requester = roster.Canonical(risk.requester());
  return std::any_of(risk.approvals().begin(), risk.approvals().end(), [&](const auto& approval) {
    return (approval.kind() == v1::APPROVAL_KIND_APPROVED ||
            approval.kind() == v1::APPROVAL_KIND_CONDITIONAL) &&
           approval.has_happened_at() && FromProto(approval.happened_at()) <= at &&
           roster.Canonical(approval.by()) != requester;
  });
}

// No step of the policy's life leads on from where it stands.
bool IsOver(const KnownSubject& subject, const v1::LifeCycle& life) {
  const auto is_left = [](const auto& steps, auto state) {
    return state == 0 || std::any_of(steps.begin(), steps.end(),
                                     [&](const auto& step) { return LeavesFrom(step, state); });
  };
  return subject.change != nullptr ? !is_left(life.changes(), subject.change->state())
                                   : !is_left(life.releases(), subject.release->state());
}

class ExceptionTester {
 public:
  ExceptionTester(Examination* examination, AuditTestRun* run)
      : examination_(*examination), risks_(*examination), run_(run) {
    for (const Deployed& deployed : examination_.deployments) {
      const DecisionTrace* const decision = deployed.governing.decision;
      if (decision == nullptr || !examination_.Covers(deployed.at)) continue;
      const Deployed*& last = deployed_by_[decision->index];
      if (last == nullptr || last->at < deployed.at) last = &deployed;
    }
    for (const auto& [id, subject] : examination_.subjects) {
      const LatestDecision& latest = subject.trail->latest;
      if (latest.waived.empty() && latest.shut.empty()) continue;
      if (!IsOver(subject, examination_.policy.checked()->life_cycle())) open_.push_back(&subject);
    }
  }

  void TestUse(const WaivedUse& use) {
    const auto found = deployed_by_.find(use.index);
    const Deployed* const deployed = found == deployed_by_.end() ? nullptr : found->second;
    if (deployed == nullptr && !examination_.Covers(use.now)) return;
    run_->Examine();
    const v1::AcceptedRisk* const risk = risks_.Find(use.waived.by, use.now);
    if (risk == nullptr) {
      Find("exception-unknown", use, "is on no record", use.now);
      return;
    }
    const absl::Time end = risk->has_end() ? FromProto(risk->end()) : absl::InfinitePast();
    const std::string ended =
        risk->has_end() ? StrCat("had ended on ", UtcText(end)) : "says not when it ends";
    if (end <= use.now) {
      Find("exception-past-its-end", use, ended, use.now);
    } else if (deployed != nullptr && end <= deployed->at) {
      Find("exception-past-its-end", use,
           StrCat(ended, " when it went out, on ", UtcText(deployed->at)), deployed->at);
    }
    if (!IsAccepted(*risk, use.now, examination_.roster)) {
      Find("exception-not-approved", use, "was accepted by nobody but its requester", use.now);
    }
  }

  // A risk that is past its end, and work that is open and rests on it.
  void TestRisk(const std::string& id) {
    run_->Examine();
    const v1::AcceptedRisk& risk = *risks_.Find(id, examination_.options.now);
    const absl::Time end = FromProto(risk.end());
    if (!risk.has_end() || end > examination_.options.now ||
        (examination_.options.end && end >= *examination_.options.end)) {
      return;
    }
    for (const KnownSubject* const subject : open_) {
      for (const std::string& rule : risk.rules()) {
        if (!Needs(*subject->trail, rule, risk)) continue;
        run_->Find({.id = "exception-still-needed",
                    .subject = subject->trail->id,
                    .index = subject->trail->latest.index,
                    .text = StrCat("Exception ", id, " ended on ", UtcText(end), ", and ",
                                   subject->trail->id, " still needs it for ", rule),
                    .rules = {rule},
                    .clauses = Clauses(),
                    .at = end});
      }
    }
  }

  const Risks& risks() const { return risks_; }

 private:
  // By the latest decision: it waived the rule, or the rule holds the step shut and the risk is
  // about this subject.
  static bool Needs(const SubjectTrail& trail, const std::string& rule,
                    const v1::AcceptedRisk& risk) {
    const LatestDecision& latest = trail.latest;
    if (std::any_of(latest.waived.begin(), latest.waived.end(), [&](const SetAsideTrace& waived) {
          return waived.rule == rule && waived.by == risk.id();
        })) {
      return true;
    }
    return std::find(latest.shut.begin(), latest.shut.end(), rule) != latest.shut.end() &&
           std::find(risk.subjects().begin(), risk.subjects().end(), trail.id) !=
               risk.subjects().end();
  }

  std::vector<std::string> Clauses() const {
    const auto& clauses = examination_.rules().exceptions().clauses();
    return {clauses.begin(), clauses.end()};
  }

  void Find(std::string_view id, const WaivedUse& use, const std::string& what, absl::Time at) {
    run_->Find({.id = std::string(id),
                .subject = use.subject,
                .index = use.index,
                .text = StrCat("Exception ", use.waived.by, ", by which ", use.waived.rule,
                               " was waived for ", use.subject, ", ", what),
                .rules = {use.waived.rule},
                .clauses = Clauses(),
                .at = at});
  }

  const Examination& examination_;
  const Risks risks_;
  AuditTestRun* const run_;
  std::map<int64_t, const Deployed*> deployed_by_;  // by the decision's entry: the last
  std::vector<const KnownSubject*> open_;           // those that need something
};

}  // namespace

void TestExceptions(Examination* examination) {
  AuditTestRun run(v1::AUDIT_TEST_KIND_EXCEPTIONS, &examination->findings);
  ExceptionTester tester(examination, &run);
  for (const WaivedUse& use : examination->trails.waived()) tester.TestUse(use);
  for (const std::string& id : tester.risks().Ids()) tester.TestRisk(id);
}

}  // namespace changepolicy
