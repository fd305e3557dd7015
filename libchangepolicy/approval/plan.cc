#include "libchangepolicy/approval/plan.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/approval/requirement.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {

namespace {

std::vector<const v1::ApprovalRule*> RulesOf(const v1::Policy& policy) {
  std::vector<const v1::ApprovalRule*> rules;
  for (const v1::ApprovalRule& rule : policy.approvals()) rules.push_back(&rule);
  return rules;
}

// How many values there are of the one thing that is asked of a subject.
size_t ValuesOf(const Asked& asked, const v1::Directory& directory) {
  return static_cast<size_t>(asked.team       ? directory.teams_size()
                             : asked.services ? directory.services_size()
                                              : directory.roles_size());
}

}  // namespace

ApprovalPlan::ApprovalPlan(const v1::Policy& policy, const Roster& roster)
    : ApprovalPlan(policy, roster, RulesOf(policy), ApprovalLimits{}.depth) {
  const auto add = [this](const v1::Eligible& eligible) {
    others_.try_emplace(&eligible, EligibleNumber(eligible));
  };
  for (const v1::NotApplicableRule& rule : policy.not_applicable()) add(rule.by());
  for (const v1::OverrideRule& rule : policy.overrides()) add(rule.by());
  for (const v1::Criterion& criterion : policy.criteria()) add(criterion.confirmed_by());
  add(policy.evidence().not_applicable_by());
}

ApprovalPlan::ApprovalPlan(const v1::Policy& policy, const Roster& roster,
                           absl::Span<const v1::ApprovalRule* const> rules, int depth)
    : policy_(policy), roster_(roster), depth_(depth), placeholders_(policy) {
  for (const v1::ApprovalRule* const rule : rules) {
    std::unique_ptr<const RulePlan>& plan = rules_[rule];
    if (plan == nullptr) plan = Compile(*rule);
  }
  const v1::Exceptions& exceptions = policy.exceptions();
  exceptions_ = RequirementCompiler(policy.separation(), this)
                    .Compile(exceptions.has_needs() ? &exceptions.needs() : nullptr,
                             v1::ApprovalRule::default_instance());
}

ApprovalPlan::~ApprovalPlan() = default;

int ApprovalPlan::NumberOf(const v1::Eligible& eligible) const {
  const auto found = others_.find(&eligible);
  return found == others_.end() ? -1 : found->second;
}

std::unique_ptr<const RulePlan> ApprovalPlan::Compile(const v1::ApprovalRule& rule) {
  return RequirementCompiler(policy_.separation(), this)
      .Compile(rule.has_needs() ? &rule.needs() : nullptr, rule);
}

const RulePlan* ApprovalPlan::Find(const v1::ApprovalRule& rule) const {
  const auto found = rules_.find(&rule);
  return found == rules_.end() ? nullptr : found->second.get();
}

int ApprovalPlan::EligibleNumber(const v1::Eligible& eligible) {
  const auto [entry, added] = eligible_numbers_.try_emplace(eligible.SerializeAsString(),
                                                            static_cast<int>(eligible_.size()));
  if (added) {
    const ElectorateMaker maker(eligible, roster_, placeholders_);
    Electorate whole = maker.Whole(maker.Common({}));
    CountSizes(&whole);
    const Asked asked(eligible);
    eligible_.push_back(std::make_unique<const EligiblePlan>(
        EligiblePlan{&eligible, asked, std::make_unique<const Electorate>(std::move(whole)),
                     asked.count() == 1 && !asked.paths
                         ? std::make_unique<KeptElectorates>(ValuesOf(asked, roster_.directory()))
                         : nullptr}));
  }
  return entry->second;
}

const Electorate* ApprovalPlan::FindKept(int eligible, std::string_view value) const {
  const EligiblePlan& plan = *eligible_[eligible];
  if (plan.kept == nullptr) return nullptr;
  if (const Electorate* const found = plan.kept->Find(value); found != nullptr) return found;
  const bool known = plan.asked.team       ? roster_.KnowsTeam(value)
                     : plan.asked.services ? roster_.FindService(value) != nullptr
                                           : roster_.KnowsRole(value);
  if (!known) return nullptr;
  const std::lock_guard<std::mutex> lock(adding_);
  // Another thread may have been faster.
  if (const Electorate* const found = plan.kept->Find(value); found != nullptr) return found;
  if (tenures_ >= kMostTenures) return nullptr;
  const ElectorateMaker maker(*plan.declared, roster_, placeholders_);
  Electorate made = plan.asked.team       ? maker.Whole(maker.Common({&value, 1}))
                    : plan.asked.services ? maker.OwnersOfService(maker.Common({}), value)
                                          : maker.ApproversOfFreeze(maker.Common({}), value);
  CountSizes(&made);
  tenures_ += made.tenures.size() + kTenuresOfAnEntry;
  return plan.kept->Add(value, std::move(made));
}

std::shared_ptr<const ApprovalPlan> ApprovalPlans::Of(const v1::Policy& policy, uint64_t serial,
                                                      const Roster& roster) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (size_t i = 0; i < last_.size(); ++i) {
    if (last_[i].serial != serial) continue;
    std::rotate(last_.begin(), last_.begin() + static_cast<std::ptrdiff_t>(i),
                last_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    return last_.front().plan;
  }
  if (last_.size() == kMost) last_.pop_back();
  last_.insert(last_.begin(), {serial, std::make_shared<const ApprovalPlan>(policy, roster)});
  return last_.front().plan;
}

}  // namespace changepolicy
