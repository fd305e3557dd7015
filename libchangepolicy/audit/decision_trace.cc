#include "libchangepolicy/audit/decision_trace.h"

#include <algorithm>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"

namespace changepolicy {
namespace {

using Approvals = google::protobuf::RepeatedPtrField<v1::Approval>;

void SortOnce(std::vector<std::string>* texts) {
  std::sort(texts->begin(), texts->end());
  texts->erase(std::unique(texts->begin(), texts->end()), texts->end());
}

void AddDigest(const std::string& digest, std::vector<std::string>* digests) {
  if (!digest.empty()) digests->push_back(absl::AsciiStrToLower(digest));
}

void ReadSubject(const v1::ChangeRequest& change, DecisionTrace* trace) {
  AddDigest(change.artifact().digest(), &trace->digests);
}

void ReadSubject(const v1::Release& release, DecisionTrace* trace) {
  AddDigest(release.artifact().digest(), &trace->digests);
  for (const v1::Component& component : release.components()) {
    AddDigest(component.digest(), &trace->digests);
  }
  for (const v1::ChangeRequest& change : release.changes()) {
    AddDigest(change.artifact().digest(), &trace->digests);
    trace->changes.push_back(change.id());
  }
}

bool Approves(const v1::Approval& approval) {
  return approval.kind() == v1::APPROVAL_KIND_APPROVED ||
         approval.kind() == v1::APPROVAL_KIND_CONDITIONAL;
}

// When the approvals of an assignment, joined by commas where several count together, had all been
// given. What they do not say was seen at the decision's instant at the latest.
absl::Time GivenAt(const std::string& ids, const Approvals& approvals, absl::Time now) {
  const auto given = [&](absl::string_view id) {
    for (const v1::Approval& approval : approvals) {
      if (ToAbsl(approval.id()) == id && approval.has_happened_at()) {
        return FromProto(approval.happened_at());
      }
    }
    return absl::InfinitePast();
  };
  absl::Time latest = given(ids);
  if (latest == absl::InfinitePast()) {
    for (const absl::string_view id : absl::StrSplit(ids, ", ")) {
      latest = std::max(latest, given(id));
    }
  }
  return latest == absl::InfinitePast() ? now : latest;
}

const v1::ApprovalRule* FindApprovalRule(const v1::Policy& policy, const std::string& id) {
  const auto found = std::find_if(policy.approvals().begin(), policy.approvals().end(),
                                  [&](const auto& rule) { return rule.id() == id; });
  return found == policy.approvals().end() ? nullptr : &*found;
}

class Tracer {
 public:
  Tracer(const LoggedEntry& entry, const v1::Policy& policy, const Roster& roster)
      : entry_(entry), decision_(entry.decision->decision), policy_(policy), roster_(roster) {}

  DecisionTrace Run() {
    trace_.index = entry_.index;
    trace_.now = FromProto(decision_.now());
    trace_.logged_at = entry_.entry.has_recorded_at() ? FromProto(entry_.entry.recorded_at())
                                                      : absl::InfiniteFuture();
    if (decision_.has_valid_until()) trace_.valid_until = FromProto(decision_.valid_until());
    trace_.transition = decision_.transition();
    trace_.verdict = decision_.verdict();
    trace_.category = decision_.categorization().category();
    trace_.tells_people = decision_.detail() != v1::DETAIL_VERDICT;
    std::visit(
        [&](const auto& subject) {
          ReadSubject(subject, &trace_);
          trace_.hands = HandsOf(subject.people(), roster_);
          for (const v1::RuleOutcome& outcome : decision_.outcomes()) {
            ReadOutcome(outcome, subject.approvals());
          }
        },
        entry_.decision->subject);
    SortOnce(&trace_.digests);
    SortOnce(&trace_.changes);
    for (const v1::ObligationDue& due : decision_.obligations()) {
      BroughtTrace& brought = trace_.brought.emplace_back();
      brought.rule = due.rule();
      if (due.has_due_at()) {
        brought.due = FromProto(due.due_at());
      } else if (due.has_due_after()) {
        brought.due = trace_.now + FromProto(due.due_after());
      }
    }
    return std::move(trace_);
  }

 private:
  void ReadOutcome(const v1::RuleOutcome& outcome, const Approvals& approvals) {
    if (outcome.status() == v1::STATUS_NOT_APPLICABLE) return;
    if (outcome.status() == v1::STATUS_WAIVED) {
      trace_.waived.push_back({outcome.rule(), outcome.waived_by()});
    }
    if (outcome.status() == v1::STATUS_OVERRIDDEN) {
      trace_.overridden.push_back({outcome.rule(), outcome.overridden_by()});
    }
    if (outcome.kind() == "separation" && outcome.status() != v1::STATUS_SATISFIED) {
      trace_.pairs_broken.push_back(outcome.rule());
    }
    if (outcome.kind() == "approval") ReadApproval(outcome, approvals);
  }

  void ReadApproval(const v1::RuleOutcome& outcome, const Approvals& approvals) {
    ApprovalTrace& told = trace_.approvals.emplace_back();
    told.rule = outcome.rule();
    told.status = outcome.status();
    if (told.status != v1::STATUS_SATISFIED) return;
    if (!outcome.has_approval()) {
      const v1::ApprovalRule* const rule = FindApprovalRule(policy_, told.rule);
      told.asks_nobody = rule != nullptr && rule->needs().none();
      if (!told.asks_nobody) TakeEverybody(approvals, &told);
      return;
    }
    told.asks_nobody = true;
    for (const v1::SlotOutcome& slot : outcome.approval().slots()) {
      if (slot.chosen() && slot.needed() > 0) told.asks_nobody = false;
      for (const v1::Assignment& assignment : slot.assigned()) {
        told.approvers.push_back({roster_.Canonical(assignment.person()),
                                  GivenAt(assignment.approval(), approvals, trace_.now)});
      }
    }
  }

  // The decision says that the rule is satisfied and not by whom: by some of these.
  void TakeEverybody(const Approvals& approvals, ApprovalTrace* told) {
    for (const v1::Approval& approval : approvals) {
      if (!Approves(approval) || !approval.has_happened_at()) continue;
      const absl::Time at = FromProto(approval.happened_at());
      if (at <= trace_.now) told->approvers.push_back({roster_.Canonical(approval.by()), at});
    }
  }

  const LoggedEntry& entry_;
  const v1::Decision& decision_;
  const v1::Policy& policy_;
  const Roster& roster_;
  DecisionTrace trace_;
};

}  // namespace

std::vector<std::string> HandsOf(const v1::People& people, const Roster& roster) {
  std::vector<std::string> hands;
  const auto add = [&](const auto& accounts) {
    for (const std::string& account : accounts) hands.push_back(roster.Canonical(account));
  };
  if (people.has_requester()) hands.push_back(roster.Canonical(people.requester()));
  add(people.authors());
  add(people.co_authors());
  add(people.implementers());
  add(people.deployers());
  SortOnce(&hands);
  return hands;
}

DecisionTrace TraceDecision(const LoggedEntry& entry, const v1::Policy& policy,
                            const Roster& roster) {
  return Tracer(entry, policy, roster).Run();
}

}  // namespace changepolicy
