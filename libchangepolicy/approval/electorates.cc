#include "libchangepolicy/approval/electorates.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "libchangepolicy/approval/lists.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {

const Electorates& ElectorateIndex::Resolve(int eligible) {
  for (const Resolved& resolved : resolved_) {
    if (resolved.eligible == eligible) return *resolved.electorates;
  }
  Electorates* const electorates = context_.arena->New<Electorates>();
  *electorates = Spread(eligible);
  resolved_.Add({eligible, electorates}, context_.arena);
  return *electorates;
}

Electorates ElectorateIndex::Spread(int eligible) {
  const EligiblePlan& plan = plan_.eligible(eligible);
  Electorates spread;
  flat::Repeated<std::string_view> unknown;
  const auto note = [&](bool asked, std::string_view fact) {
    if (asked && !fact.empty()) unknown.Add(fact, context_.arena);
  };
  note(plan.asked.team, subject_.team().unknown_fact);
  note(plan.asked.services, subject_.services().unknown_fact);
  if (plan.asked.paths) note(true, subject_.paths().unknown_fact);
  spread.unknown = SpanOf(unknown);
  flat::Repeated<const Electorate*> all;
  if (plan.asked.services) AddServices(eligible, &all);
  if (plan.asked.freezes) AddFreezes(eligible, &all);
  if (plan.asked.paths) AddPaths(eligible, &all, &spread.error);
  if (all.empty()) AddTeams(eligible, &all);
  spread.all = SpanOf(all);
  return spread;
}

// Where nothing else makes several of it.
void ElectorateIndex::AddTeams(int eligible, flat::Repeated<const Electorate*>* all) {
  const EligiblePlan& plan = plan_.eligible(eligible);
  const std::span<const std::string_view> team = subject_.team().values;
  const Electorate* found = plan.whole.get();
  if (plan.asked.team && !team.empty()) {
    found = plan_.FindKept(eligible, team.front());
    if (found == nullptr) {
      const ElectorateMaker maker = MakerOf(eligible);
      found = Own(maker.Whole(maker.Common(team)));
    }
  }
  all->Add(found, context_.arena);
}

void ElectorateIndex::AddServices(int eligible, flat::Repeated<const Electorate*>* all) {
  for (const std::string_view service : subject_.services().values) {
    const Electorate* found = plan_.FindKept(eligible, service);
    if (found == nullptr) {
      const ElectorateMaker maker = MakerOf(eligible);
      found = Own(maker.OwnersOfService(maker.Common(subject_.team().values), service));
    }
    all->Add(found, context_.arena);
  }
}

void ElectorateIndex::AddFreezes(int eligible, flat::Repeated<const Electorate*>* all) {
  for (const std::string_view role : context_.freeze_roles) {
    const Electorate* found = plan_.FindKept(eligible, role);
    if (found == nullptr) {
      const ElectorateMaker maker = MakerOf(eligible);
      found = Own(maker.ApproversOfFreeze(maker.Common(subject_.team().values), role));
    }
    all->Add(found, context_.arena);
  }
}

// Paths with the same owners are one demand, named after the first of them.
void ElectorateIndex::AddPaths(int eligible, flat::Repeated<const Electorate*>* all,
                               std::string_view* error) {
  const int64_t comparisons = static_cast<int64_t>(subject_.paths().values.size()) *
                              context_.roster->directory().path_owners_size();
  if (comparisons > context_.limits.path_comparisons) {
    *error = context_.arena->Copy(StrCat("the subject's paths and the directory's owners need ",
                                         comparisons, " comparisons, more than ",
                                         context_.limits.path_comparisons));
    return;
  }
  using Key = std::vector<std::tuple<int, absl::Time, absl::Time>>;
  std::set<Key> seen;
  const ElectorateMaker maker = MakerOf(eligible);
  for (const std::string_view path : subject_.paths().values) {
    const Tenures tenures = context_.roster->PathOwners(path);
    Key key;
    for (const Tenure& tenure : tenures) key.emplace_back(tenure.person, tenure.start, tenure.end);
    key.erase(std::unique(key.begin(), key.end()), key.end());
    if (!seen.insert(key).second) continue;
    all->Add(Own(maker.OwnersOfPath(maker.Common(subject_.team().values), path, tenures)),
             context_.arena);
  }
}

ElectorateMaker ElectorateIndex::MakerOf(int eligible) const {
  return {*plan_.eligible(eligible).declared, *context_.roster, plan_.placeholders()};
}

const Electorate* ElectorateIndex::Own(Electorate electorate) {
  own_.push_back(std::make_unique<const Electorate>(std::move(electorate)));
  return own_.back().get();
}

std::vector<std::string> EligiblePeople(const v1::Eligible& eligible,
                                        const ApprovalContext& context, absl::Time at) {
  // Whether a list of the subject is known makes no difference here; not asking also keeps the
  // question who may state a field from asking itself.
  ApprovalContext plain = context;
  plain.known = [](std::string_view) { return true; };
  std::optional<ApprovalSubject> own;
  const ApprovalSubject& subject =
      context.subject != nullptr ? *context.subject : own.emplace(plain);
  v1::ApprovalRule rule;
  *rule.mutable_needs()->mutable_of() = eligible;
  rule.mutable_needs()->set_at_least(1);
  const v1::ApprovalRule* const only = &rule;
  const ApprovalPlan plan(*context.policy, *context.roster, {&only, 1}, ApprovalLimits{}.depth);
  ElectorateIndex index(plain, plan, subject);
  std::set<std::string> ids;
  for (const Electorate* const electorate :
       index.Resolve(plan.Find(rule)->slots.front().eligible).all) {
    electorate->ForEachMember(at, [&](int person) { ids.insert(context.roster->id(person)); });
  }
  return {ids.begin(), ids.end()};
}

}  // namespace changepolicy
