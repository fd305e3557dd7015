// Whether anybody held two parts that must stay apart.
#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/approval/separation.h"
#include "libchangepolicy/audit/programme_tests.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/flat/copy.h"

namespace changepolicy {
namespace {

class SeparationTester {
 public:
  SeparationTester(const Examination& examination, const KnownSubject& subject,
                   const std::vector<const Deployed*>& deployments, AuditTestRun* run)
      : examination_(examination), subject_(subject), deployments_(deployments), run_(run) {
    // Only who plays which part is read.
    subject.With([&](const auto& message) { *parts_.mutable_people() = message.people(); });
    for (const Deployed* const deployed : deployments) {
      for (const std::string& account : deployed->by) {
        parts_.mutable_people()->add_deployers(account);
      }
    }
    context_.roster = &examination.roster;
    context_.policy = &examination.rules();
    context_.now = examination.options.now;
    context_.arena = &arena_;
    context_.change = flat::CopyOf<flat::ChangeRequest>(parts_, &arena_);
    context_.known = [](std::string_view) { return true; };
  }

  void Test(const v1::PartPair& pair) {
    const std::vector<std::string> held_by = HeldBy(pair);
    if (!held_by.empty()) {
      Find("parts-held-together", pair,
           StrCat("is held together with ", ValueName(pair.other()), " by ",
                  absl::StrJoin(held_by, ", ")));
      return;
    }
    for (const Deployed* const deployed : deployments_) {
      const DecisionTrace* const decision = deployed->governing.decision;
      if (decision == nullptr || deployed->governing.subject != subject_.trail) continue;
      if (std::find(decision->pairs_broken.begin(), decision->pairs_broken.end(), pair.id()) ==
          decision->pairs_broken.end()) {
        continue;
      }
      index_ = decision->index;
      Find("separation-not-satisfied", pair,
           StrCat("was not kept apart from ", ValueName(pair.other()),
                  " when it was decided to deploy it"));
      return;
    }
  }

 private:
  // Of a pair with APPROVER: who counted in the decision of a deployment and holds the other part.
  std::vector<std::string> HeldBy(const v1::PartPair& pair) const {
    const std::optional<v1::Part> kept = KeptFromApproving(pair);
    if (!kept) {
      const PairAnswer answer = EvaluatePair(pair, context_);
      return {answer.outcome.held_by().begin(), answer.outcome.held_by().end()};
    }
    std::vector<std::string> unmapped;
    std::vector<std::string> holders = PeopleOf(*kept, context_, &unmapped);
    holders.insert(holders.end(), unmapped.begin(), unmapped.end());
    std::set<std::string> canonical;
    for (const std::string& account : holders) {
      canonical.insert(examination_.roster.Canonical(account));
    }
    std::set<std::string> both;
    for (const Deployed* const deployed : deployments_) {
      if (deployed->governing.decision == nullptr) continue;
      for (const ApprovalTrace& rule : deployed->governing.decision->approvals) {
        // A pair without an id stands for what the policy keeps apart where no slot says otherwise.
        if (pair.id().empty() && SaysOtherwise(rule.rule)) continue;
        for (const Approver& approver : rule.approvers) {
          if (canonical.count(approver.person) > 0) both.insert(approver.person);
        }
      }
    }
    return {both.begin(), both.end()};
  }

  bool SaysOtherwise(const std::string& rule) const {
    const auto& rules = examination_.rules().approvals();
    return std::any_of(rules.begin(), rules.end(), [&](const v1::ApprovalRule& approval) {
      return approval.id() == rule && NamesParts(approval.needs());
    });
  }
  static bool NamesParts(const v1::Requirement& requirement) {
    const auto any = [](const auto& list) {
      return std::any_of(list.begin(), list.end(), NamesParts);
    };
    return !requirement.apart_from().empty() || any(requirement.all()) || any(requirement.any()) ||
           any(requirement.some_of().among());
  }

  void Find(std::string_view id, const v1::PartPair& pair, const std::string& what) {
    Found found{
        .id = std::string(id),
        .subject = subject_.trail->id,
        .index = index_ ? index_ : subject_.trail->version_index,
        .text = StrCat("Part ", ValueName(pair.one()), " of ", subject_.trail->id, " ", what),
        .rules = {}};
    if (!pair.id().empty()) found.rules.push_back(pair.id());
    if (!deployments_.empty()) found.at = deployments_.front()->at;
    run_->Find(std::move(found));
  }

  const Examination& examination_;
  const KnownSubject& subject_;
  const std::vector<const Deployed*>& deployments_;
  AuditTestRun* const run_;
  v1::ChangeRequest parts_;
  flat::Arena arena_;
  ApprovalContext context_;
  std::optional<int64_t> index_;
};

// The policy's pairs, and with APPROVER every part whose holders do not approve.
std::vector<v1::PartPair> PairsOf(const v1::SeparationOfDuties& separation) {
  std::vector<v1::PartPair> pairs(separation.pairs().begin(), separation.pairs().end());
  for (const v1::Part part : PartsApart(separation)) {
    const bool named = std::any_of(pairs.begin(), pairs.end(), [&](const v1::PartPair& pair) {
      return KeptFromApproving(pair) == part;
    });
    if (named) continue;
    v1::PartPair& pair = pairs.emplace_back();
    pair.set_one(part);
    pair.set_other(v1::PART_APPROVER);
  }
  return pairs;
}

}  // namespace

void TestSeparation(Examination* examination) {
  AuditTestRun run(v1::AUDIT_TEST_KIND_SEPARATION, &examination->findings);
  const std::vector<v1::PartPair> pairs = PairsOf(examination->rules().separation());
  for (const auto& [id, subject] : examination->subjects) {
    std::vector<const Deployed*> deployments = examination->DeploymentsOf(id);
    deployments.erase(
        std::remove_if(deployments.begin(), deployments.end(),
                       [&](const Deployed* d) { return !examination->Covers(d->at); }),
        deployments.end());
    if (deployments.empty() && !examination->Covers(subject.trail->version_at)) continue;
    run.Examine();
    SeparationTester tester(*examination, subject, deployments, &run);
    for (const v1::PartPair& pair : pairs) tester.Test(pair);
  }
}

}  // namespace changepolicy
