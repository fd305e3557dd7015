// Whether each change and release was approved before it went out, by somebody who had no hand in
// it.
#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "libchangepolicy/audit/programme_tests.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/base/utc_text.h"

namespace changepolicy {
namespace {

using Accounts = std::set<std::string>;

// The latest decision on the subject by then, whether it let anything go or not.
const DecisionTrace* LatestBefore(const SubjectTrail& subject, absl::Time at) {
  const DecisionTrace* latest = nullptr;
  for (const DecisionTrace& decision : subject.decisions) {
    if (decision.now <= at && (latest == nullptr || latest->now <= decision.now)) {
      latest = &decision;
    }
  }
  return latest;
}

// Rules of the policy say that a model, or nothing, stands for the approval.
bool NeedsNobody(const DecisionTrace& decision) {
  return !decision.approvals.empty() &&
         std::all_of(decision.approvals.begin(), decision.approvals.end(),
                     [](const ApprovalTrace& rule) { return rule.asks_nobody; });
}

class ApprovalTester {
 public:
  ApprovalTester(const Examination& examination, const Deployed& deployed)
      : examination_(examination),
        deployed_(deployed),
        subject_(*examination.Find(deployed.subject)),
        began_(FindBegin()) {
    const std::vector<std::string> hands = subject_.With(
        [&](const auto& subject) { return HandsOf(subject.people(), examination.roster); });
    hands_.insert(hands.begin(), hands.end());
    for (const std::string& account : deployed.by) {
      hands_.insert(examination.roster.Canonical(account));
    }
    FindDecisions();
  }

  std::optional<Found> Test() {
    for (const DecisionTrace* const decision : decisions_) {
      if (NeedsNobody(*decision) || IsApproved(*decision)) return std::nullopt;
    }
    Found found{.subject = deployed_.subject, .index = deployed_.index, .at = deployed_.at};
    if (!found.index && !decisions_.empty()) found.index = decisions_.front()->index;
    found.rules = {rules_.begin(), rules_.end()};
    const Approver later = FindLaterApproval();
    if (!later.person.empty()) {
      found.id = "implemented-before-approval";
      found.text = StrCat(deployed_.Name(), " began on ", UtcText(began_),
                          " and was first approved by somebody else, ", later.person, ", on ",
                          UtcText(later.at));
    } else if (!own_hands_.empty()) {
      found.id = "approved-by-own-hand";
      found.text =
          StrCat(deployed_.Name(),
                 " was approved only by who had a hand in it: ", absl::StrJoin(own_hands_, ", "));
    } else {
      found.id = "no-approval";
      found.text = StrCat(deployed_.Name(),
                          decisions_.empty() ? " has no decision before it that shows an approval"
                                             : " went out without an approval that counts");
    }
    return found;
  }

 private:
  // The step to DEPLOY, unless that led to an earlier deployment.
  absl::Time FindBegin() const {
    absl::Time earlier = absl::InfinitePast();
    for (const Deployed* const other : examination_.DeploymentsOf(deployed_.subject)) {
      if (other->at < deployed_.at) earlier = std::max(earlier, other->at);
    }
    absl::Time began = absl::InfinitePast();
    subject_.With([&](const auto& subject) {
      for (const v1::StepTaken& step : subject.history()) {
        if (step.transition() != v1::TRANSITION_DEPLOY || !step.has_happened_at()) continue;
        const absl::Time at = FromProto(step.happened_at());
        if (at > earlier && at <= deployed_.at) began = std::max(began, at);
      }
    });
    return began == absl::InfinitePast() ? deployed_.at : began;
  }

  // The one that let it go; for what went out in a release, or by none, the one on the change
  // itself, too.
  void FindDecisions() {
    const Governing& governing = deployed_.governing;
    if (governing.decision != nullptr) decisions_.push_back(governing.decision);
    if (governing.decision != nullptr && governing.subject == subject_.trail) return;
    const DecisionTrace* const own = LatestBefore(*subject_.trail, deployed_.at);
    if (own != nullptr) decisions_.push_back(own);
  }

  bool IsHuman(const std::string& person) const {
    const int known = examination_.roster.Find(person);
    return known == kNobody || !examination_.roster.IsServiceAccount(known);
  }

  // Somebody without a hand in it approved in time. Notes those who had one.
  bool IsApproved(const DecisionTrace& decision) {
    for (const ApprovalTrace& rule : decision.approvals) {
      if (!rule.asks_nobody) rules_.insert(rule.rule);
      for (const Approver& approver : rule.approvers) {
        if (approver.at > began_ || !IsHuman(approver.person)) continue;
        const bool has_hand =
            hands_.count(approver.person) > 0 ||
            std::binary_search(decision.hands.begin(), decision.hands.end(), approver.person);
        if (!has_hand) return true;
        own_hands_.insert(approver.person);
      }
    }
    return false;
  }

  // The first by somebody else that came too late.
  Approver FindLaterApproval() const {
    Approver first;
    subject_.With([&](const auto& subject) {
      for (const v1::Approval& approval : subject.approvals()) {
        if (!approval.has_happened_at() || (approval.kind() != v1::APPROVAL_KIND_APPROVED &&
                                            approval.kind() != v1::APPROVAL_KIND_CONDITIONAL)) {
          continue;
        }
        const Approver approver{examination_.roster.Canonical(approval.by()),
                                FromProto(approval.happened_at())};
        if (approver.at <= began_ || hands_.count(approver.person) > 0 ||
            !IsHuman(approver.person)) {
          continue;
        }
        if (first.person.empty() ||
            std::tie(approver.at, approver.person) < std::tie(first.at, first.person)) {
          first = approver;
        }
      }
    });
    return first;
  }

  const Examination& examination_;
  const Deployed& deployed_;
  const KnownSubject& subject_;
  const absl::Time began_;
  Accounts hands_;
  std::vector<const DecisionTrace*> decisions_;
  Accounts own_hands_;
  std::set<std::string> rules_;
};

}  // namespace

void TestApproval(Examination* examination) {
  AuditTestRun run(v1::AUDIT_TEST_KIND_APPROVAL, &examination->findings);
  for (const Deployed& deployed : examination->deployments) {
    if (deployed.trail == nullptr || !examination->Covers(deployed.at)) continue;
    run.Examine();
    if (std::optional<Found> found = ApprovalTester(*examination, deployed).Test()) {
      run.Find(*std::move(found));
    }
  }
}

}  // namespace changepolicy
