#include "libchangepolicy/approval/demands.h"

#include <algorithm>
#include <utility>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/flat/lists.h"

namespace changepolicy {
namespace {

class Finder {
 public:
  Finder(std::span<const RulePlan* const> plans, std::span<const std::string_view> ids,
         const ApprovalContext& context, const ApprovalSubject& subject, const BallotBox& box,
         bool temporary, ElectorateIndex* electorates)
      : plans_(plans),
        ids_(ids),
        context_(context),
        subject_(subject),
        box_(box),
        temporary_(temporary),
        electorates_(*electorates),
        rules_(NewList<Demand>(plans.size(), context.arena)) {}

  Demands Find() {
    for (rule_ = 0; rule_ < static_cast<int>(rules_.size()); ++rule_) AddRule();
    Demands demands;
    demands.rules = rules_;
    demands.slots = SpanOf(slots_);
    demands.electorates = seen_.size();
    demands.components = Components();
    return demands;
  }

 private:
  // A rule of a group, by number.
  struct User {
    int group;
    int rule;
  };

  Demand& rule() { return rules_[rule_]; }

  std::string_view Keep(std::string_view text) const {
    return temporary_ ? context_.arena->Copy(text) : text;
  }

  void Fail(std::string_view code, std::string_view message) {
    if (!rule().error.empty()) return;
    rule().error = message;
    rule().error_code = code;
  }

  void AddRule() {
    const RulePlan& plan = *plans_[rule_];
    rule() = {};
    rule().plan = &plan;
    rule().id = ids_[rule_];
    rule().first_slot = slots_.size();
    rule().recused = box_.Recused(plan);
    unknown_ = {};
    uncertain_ = 0;
    const auto fail_by_plan = [&] {
      if (!plan.error.empty()) Fail(Keep(plan.error_code), Keep(plan.error));
    };
    for (size_t i = 0; i < plan.slots.size(); ++i) {
      if (i == plan.sound_slots) fail_by_plan();
      AddSlots(static_cast<int>(i));
    }
    if (plan.sound_slots >= plan.slots.size()) fail_by_plan();
    rule().slots = slots_.size() - rule().first_slot;
    TakeUncertain();
    rule().unknown = SortOnce(SpanOf(unknown_));
  }

  // Those who play a part that keeps from some slot and whom nobody knows.
  void TakeUncertain() {
    flat::Repeated<std::string_view> unmapped;
    for (PartMask parts = uncertain_; parts != 0; parts &= parts - 1) {
      const PartHolders& holders = subject_.Holders(static_cast<v1::Part>(__builtin_ctz(parts)));
      for (const std::string_view account : holders.unmapped) unmapped.Add(account, context_.arena);
      unknown_.Add(holders.fact, context_.arena);
    }
    rule().unmapped = SortOnce(SpanOf(unmapped));
  }

  void AddSlots(int place) {
    const SlotPlan& plan = rule().plan->slots[place];
    const Electorates& electorates = electorates_.Resolve(plan.eligible);
    if (!electorates.error.empty()) return Fail("limit", electorates.error);
    for (const std::string_view fact : electorates.unknown) unknown_.Add(fact, context_.arena);
    rule().electorate_unknown |= !electorates.unknown.empty();
    uncertain_ |= subject_.uncertain() & plan.apart;
    const int family = electorates.all.size() > 1 ? families_++ : -1;
    for (const Electorate* const electorate : electorates.all) {
      AddSlot(plan, place, electorate, family);
    }
    for (const int group : plan.groups) users_.Add({group, rule_}, context_.arena);
    if (slots_.size() > context_.limits.slots) {
      Fail("limit", context_.arena->Copy(
                        StrCat("the rules ask for more than ", context_.limits.slots, " slots")));
    }
  }

  void AddSlot(const SlotPlan& plan, int place, const Electorate* electorate, int family) {
    Slot slot;
    slot.rule = rule_;
    slot.plan = &plan;
    slot.electorate = electorate;
    slot.electorate_number = NumberOf(electorate);
    slot.place = place;
    slot.family = family;
    slot.path = electorate->path.empty()
                    ? Keep(plan.path)
                    : context_.arena->Copy(
                          StrCat(plan.path, plan.path.empty() ? "" : ".", electorate->path));
    slot.eligible = CountEligible(plan, *electorate);
    const v1::Requirement& declared = *plan.declared;
    slot.needed = declared.has_at_least()
                      ? declared.at_least()
                      : static_cast<int>(std::max<int64_t>(
                            1, (int64_t{slot.eligible} * declared.percent() + 99) / 100));
    // More than everybody is as impossible as any larger number.
    slot.places = std::min(slot.needed, context_.roster->size() + 1);
    slots_.Add(slot, context_.arena);
  }

  int NumberOf(const Electorate* electorate) {
    const auto found = std::find(seen_.begin(), seen_.end(), electorate);
    const int number = static_cast<int>(found - seen_.begin());
    if (found == seen_.end()) seen_.Add(electorate, context_.arena);
    return number;
  }

  // All but those who play a part or take no part.
  int CountEligible(const SlotPlan& plan, const Electorate& electorate) const {
    int count = electorate.SizeAt(context_.now);
    const std::span<const int> recused = rules_[rule_].recused;
    for (const ApprovalSubject::Player& player : subject_.players()) {
      if ((player.parts & plan.apart) == 0) continue;
      if (electorate.Contains(player.person, context_.now)) --count;
    }
    for (const int person : recused) {
      if ((subject_.PartsOf(person) & plan.apart) != 0) continue;
      if (electorate.Contains(person, context_.now)) --count;
    }
    return count;
  }

  std::span<const std::span<const int>> Components() {
    const std::span<int> leader = NewList<int>(rules_.size(), context_.arena);
    for (size_t r = 0; r < leader.size(); ++r) leader[r] = static_cast<int>(r);
    const auto find = [&](int r) {
      while (leader[r] != r) r = leader[r] = leader[leader[r]];
      return r;
    };
    const std::span<User> users = SpanOf(users_);
    StableSort(users, [](const User& a, const User& b) { return a.group < b.group; });
    for (size_t i = 1; i < users.size(); ++i) {
      if (users[i].group != users[i - 1].group) continue;
      const int one = find(users[i - 1].rule);
      const int other = find(users[i].rule);
      leader[std::max(one, other)] = std::min(one, other);
    }
    // Each rule behind those of its component.
    const std::span<int> end = NewList<int>(rules_.size(), context_.arena);
    for (size_t r = 0; r < leader.size(); ++r) ++end[find(static_cast<int>(r))];
    int sum = 0;
    size_t count = 0;
    for (int& size : end) {
      count += size > 0 ? 1 : 0;
      sum = std::exchange(size, sum) + sum;
    }
    const std::span<int> order = NewList<int>(rules_.size(), context_.arena);
    for (size_t r = 0; r < leader.size(); ++r) {
      order[end[find(static_cast<int>(r))]++] = static_cast<int>(r);
    }
    const auto components = NewList<std::span<const int>>(count, context_.arena);
    size_t next = 0;
    int begin = 0;
    for (size_t r = 0; r < leader.size(); ++r) {
      if (leader[r] != static_cast<int>(r)) continue;
      components[next++] = order.subspan(begin, end[r] - begin);
      begin = end[r];
    }
    return components;
  }

  const std::span<const RulePlan* const> plans_;
  const std::span<const std::string_view> ids_;
  const ApprovalContext& context_;
  const ApprovalSubject& subject_;
  const BallotBox& box_;
  const bool temporary_;
  ElectorateIndex& electorates_;
  const std::span<Demand> rules_;
  flat::Repeated<Slot> slots_;
  flat::Repeated<User> users_;
  flat::Repeated<const Electorate*> seen_;
  int rule_ = 0;
  int families_ = 0;
  flat::Repeated<std::string_view> unknown_;  // of the rule
  PartMask uncertain_ = 0;                    // of the rule
};

}  // namespace

Demands FindDemands(std::span<const RulePlan* const> rules, std::span<const std::string_view> ids,
                    const ApprovalContext& context, const ApprovalSubject& subject,
                    const BallotBox& box, bool temporary, ElectorateIndex* electorates) {
  return Finder(rules, ids, context, subject, box, temporary, electorates).Find();
}

}  // namespace changepolicy
