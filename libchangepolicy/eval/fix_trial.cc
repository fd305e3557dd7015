#include "libchangepolicy/eval/fix_trial.h"

#include <algorithm>
#include <set>
#include <utility>

#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/eval/apply_steps.h"
#include "libchangepolicy/eval/fix_approvals.h"
#include "libchangepolicy/eval/rule_clock.h"
#include "libchangepolicy/eval/slots.h"

namespace changepolicy {
namespace {

// Instants at which it is asked whether waiting helps.
constexpr int kMostInstants = 32;
// Rounds of approvals: those of one may make a gate ask for others.
constexpr int kMostRounds = 4;

bool OnlyAwaitsApprovals(const v1::Decision& decision) {
  bool some = false;
  for (const v1::RuleOutcome& outcome : decision.outcomes()) {
    if (!HoldsShut(outcome)) continue;
    if (!AwaitsApprovals(outcome)) return false;
    some = true;
  }
  return some;
}

std::vector<std::string> Holding(const v1::Decision& decision) {
  std::vector<std::string> rules;
  for (const v1::RuleOutcome& outcome : decision.outcomes()) {
    if (HoldsShut(outcome) && !AwaitsApprovals(outcome)) rules.push_back(outcome.rule());
  }
  return rules;
}

}  // namespace

bool HoldsShut(const v1::RuleOutcome& outcome) {
  return outcome.status() != v1::STATUS_SATISFIED &&
         outcome.status() != v1::STATUS_NOT_APPLICABLE && outcome.status() != v1::STATUS_WAIVED &&
         outcome.status() != v1::STATUS_OVERRIDDEN;
}

bool AwaitsApprovals(const v1::RuleOutcome& outcome) {
  if (outcome.kind() == "approval") {
    return outcome.status() == v1::STATUS_UNSATISFIED && outcome.approval().vetoes().empty() &&
           (!outcome.approval().suggestions().empty() || !outcome.approval().waits_for().empty());
  }
  return std::any_of(outcome.facts().begin(), outcome.facts().end(),
                     [](const auto& fact) { return fact.path().starts_with("approvals."); });
}

template <typename SubjectMessage>
FixTrials<SubjectMessage>::FixTrials(const CheckedPolicy& policy,
                                     const BoundOrganization& organization,
                                     const SubjectMessage& subject, const DecideOptions& options,
                                     int limit)
    : policy_(policy),
      organization_(organization),
      options_(options),
      facts_(policy, organization, subject, options.now),
      something_begins_(
          SomethingBegins(policy, organization.directory().proto(), subject, options.now)),
      limit_(limit) {
  options_.detail = v1::DETAIL_REASONS;
  options_.subject_digest = false;
}

template <typename SubjectMessage>
const BoundOrganization& FixTrials<SubjectMessage>::later_organization() {
  if (later_organization_ != nullptr) return *later_organization_;
  const v1::Limits& limits = policy_.policy().limits();
  v1::Organization anew = organization_.proto();
  const auto take_anew = [&](bool has_limit, const google::protobuf::Duration& limit, auto* part) {
    const bool holds_now =
        part->has_taken_at() && FromProto(part->taken_at()) + FromProto(limit) > options_.now;
    if (!has_limit || !holds_now) return false;
    ToProto(options_.now + kLongestSearch, part->mutable_taken_at());
    return true;
  };
  const bool directory =
      take_anew(limits.has_directory_age(), limits.directory_age(), anew.mutable_directory());
  const bool ledger =
      take_anew(limits.has_ledger_age(), limits.ledger_age(), anew.mutable_ledger());
  Issues issues;
  if (directory) {
    later_organization_ = BoundOrganization::Create(std::move(anew), &issues);
  } else if (ledger) {
    later_organization_ = organization_.WithLedger(std::move(*anew.mutable_ledger()), &issues);
  }
  if (later_organization_ == nullptr) {
    later_organization_ = {std::shared_ptr<const BoundOrganization>(), &organization_};
  }
  return *later_organization_;
}

template <typename SubjectMessage>
absl::StatusOr<v1::Decision> FixTrials<SubjectMessage>::DecideAt(const SubjectMessage& subject,
                                                                 absl::Time now) {
  ++decisions_;
  DecideOptions options = options_;
  options.now = now;
  return Decide(policy_, now == options_.now ? organization_ : later_organization(), subject,
                options);
}

template <typename SubjectMessage>
absl::StatusOr<SubjectMessage> FixTrials<SubjectMessage>::SubjectAfter(
    const std::vector<v1::FixStep>& steps) {
  CP_ASSIGN_OR_RETURN(Taken<SubjectMessage> taken, TakeSteps(&facts_, steps));
  return std::move(taken.subject);
}

template <typename SubjectMessage>
absl::StatusOr<v1::Decision> FixTrials<SubjectMessage>::DecideAfter(
    const std::vector<v1::FixStep>& steps) {
  CP_ASSIGN_OR_RETURN(const Taken<SubjectMessage> taken, TakeSteps(&facts_, steps));
  return DecideAt(taken.subject, taken.now);
}

template <typename SubjectMessage>
absl::StatusOr<bool> FixTrials<SubjectMessage>::Approve(std::vector<v1::FixStep> steps,
                                                        v1::Decision decision,
                                                        std::vector<v1::FixStep>* approvals) {
  for (int round = 0; round < kMostRounds; ++round) {
    if (decision.verdict() == v1::VERDICT_ALLOWED) return true;
    if (!OnlyAwaitsApprovals(decision)) return false;
    const size_t before = approvals->size();
    for (const v1::RuleOutcome& outcome : decision.outcomes()) {
      if (!HoldsShut(outcome)) continue;
      for (v1::FixStep& step : ApprovalsFor(policy_.policy(), outcome)) {
        const auto same =
            std::find_if(approvals->begin(), approvals->end(), [&](const v1::FixStep& other) {
              return other.person() == step.person() && other.what() == step.what();
            });
        if (same == approvals->end()) {
          step.add_rules(outcome.rule());
          approvals->push_back(std::move(step));
        } else {
          same->add_rules(outcome.rule());
          std::set<std::string> roles(same->roles().begin(), same->roles().end());
          roles.insert(step.roles().begin(), step.roles().end());
          *same->mutable_roles() = {roles.begin(), roles.end()};
        }
      }
    }
    if (approvals->size() == before) return false;
    std::vector<v1::FixStep> all = steps;
    all.insert(all.end(), approvals->begin(), approvals->end());
    CP_ASSIGN_OR_RETURN(decision, DecideAfter(all));
  }
  return decision.verdict() == v1::VERDICT_ALLOWED;
}

template <typename SubjectMessage>
absl::StatusOr<Trial> FixTrials<SubjectMessage>::Try(const std::vector<v1::FixStep>& steps) {
  Trial trial;
  const absl::StatusOr<SubjectMessage> taken = SubjectAfter(steps);
  trial.possible = taken.ok();
  if (!taken.ok()) return trial;
  const SubjectMessage& subject = *taken;
  CP_ASSIGN_OR_RETURN(trial.decision, DecideAt(subject, options_.now));
  CP_ASSIGN_OR_RETURN(trial.allowed, Approve(steps, trial.decision, &trial.approvals));
  if (trial.allowed) return trial;
  trial.approvals.clear();
  trial.holding = Holding(trial.decision);
  for (const v1::RuleOutcome& outcome : trial.decision.outcomes()) {
    if (HoldsShut(outcome) && !AwaitsApprovals(outcome) && !something_begins_ &&
        !MayOpenInTime(policy_, outcome)) {
      trial.need_steps.push_back(outcome.rule());
    }
  }
  if (trial.need_steps.empty()) CP_RETURN_IF_ERROR(Wait(steps, subject, &trial));
  if (!trial.allowed && trial.holding.empty()) {
    for (const v1::RuleOutcome& outcome : trial.decision.outcomes()) {
      if (HoldsShut(outcome)) trial.holding.push_back(outcome.rule());
    }
  }
  return trial;
}

template <typename SubjectMessage>
absl::Status FixTrials<SubjectMessage>::Wait(const std::vector<v1::FixStep>& steps,
                                             const SubjectMessage& subject, Trial* trial) {
  const std::vector<std::string> held_now = trial->holding;
  trial->need_steps = held_now;
  absl::Time at = options_.now;
  bool has_next = trial->decision.has_next_evaluation();
  if (has_next) at = FromProto(trial->decision.next_evaluation());
  for (int i = 0; i < kMostInstants && has_next; ++i) {
    CP_ASSIGN_OR_RETURN(v1::Decision then, DecideAt(subject, at));
    const std::vector<std::string> holding = Holding(then);
    if (!trial->later.has_value() || holding.size() < trial->holding.size()) {
      trial->holding = holding;
      trial->later = then;
    }
    trial->need_steps.erase(std::remove_if(trial->need_steps.begin(), trial->need_steps.end(),
                                           [&](const std::string& rule) {
                                             return std::find(holding.begin(), holding.end(),
                                                              rule) == holding.end();
                                           }),
                            trial->need_steps.end());
    const absl::Time this_time = at;
    has_next = then.has_next_evaluation();
    if (has_next) at = FromProto(then.next_evaluation());
    if (!holding.empty()) continue;
    v1::FixStep wait;
    wait.set_kind(v1::FIX_KIND_WAIT);
    ToProto(this_time, wait.mutable_start());
    *wait.mutable_rules() = {held_now.begin(), held_now.end()};
    std::vector<v1::FixStep> waited = steps;
    waited.push_back(wait);
    CP_ASSIGN_OR_RETURN(trial->allowed, Approve(waited, std::move(then), &trial->approvals));
    if (trial->allowed) {
      trial->wait = std::move(wait);
      trial->later.reset();
      trial->holding.clear();
      return absl::OkStatus();
    }
    trial->approvals.clear();
  }
  return absl::OkStatus();
}

template class FixTrials<v1::ChangeRequest>;
template class FixTrials<v1::Release>;

}  // namespace changepolicy
