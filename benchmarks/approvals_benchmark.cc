// How long it takes to say who counts for which slot. In a firm of N people, from 10 to 10,000:
//
//   Usual/N/V        two engineers, a lead and one of the board; everybody who is needed has
//                    approved where V is 4, and nobody where it is 0
//   Overlapping/N    a slot for each of up to 40 groups that share their people, and nobody yet
//   Join/N           what is worked out once for a policy and a directory
//
// And at the bounds: 10,000 people in 40 overlapping groups, and one rule with 200 slots, 5 for
// each group.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "benchmark/benchmark.h"
#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/approval/plan.h"
#include "libchangepolicy/approval/roster.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/flat/copy.h"

namespace changepolicy {
namespace {

constexpr int kPeople = 10'000;
constexpr int kGroups = 40;
constexpr int kSlotsOfAGroup = 5;

std::string PersonId(int person) { return StrCat("person-", 10'000 + person); }
std::string GroupId(int group) { return StrCat("group-", group); }

// What a question needs, and stays the same from one to the next.
struct Company {
  v1::Directory directory;
  v1::Policy policy;
  v1::ChangeRequest change;
  std::shared_ptr<const Roster> roster;
  absl::Time now = absl::FromUnixSeconds(1'700'000'000);
  std::mt19937_64 random{7};

  // So many people, without roles and rules.
  explicit Company(int people) {
    for (int p = 0; p < people; ++p) {
      v1::Person* person = directory.add_people();
      person->set_id(PersonId(p));
      person->set_open_requests(static_cast<int>(random() % 8));
      person->set_seniority(static_cast<int>(random() % 5));
    }
    policy.mutable_asking()->set_per_open_request(2);
    policy.mutable_asking()->set_per_grade(1);
    change.set_id("CHG-1");
    change.mutable_people()->set_requester(PersonId(people - 1));
    change.mutable_people()->add_authors(PersonId(people - 2));
  }

  // Each slot asks for so many people; the first `voices` people have approved.
  Company(int needed, int voices, bool choice) : Company(kPeople) {
    for (int g = 0; g < kGroups; ++g) {
      v1::Role* group = directory.add_roles();
      group->set_id(GroupId(g));
      // The first group has a fifth of all people, the last a fiftieth; everybody is in four or so.
      const uint64_t share = 20 - static_cast<uint64_t>(g) * 18 / kGroups;
      for (int p = 0; p < kPeople; ++p) {
        if (random() % 100 < share) group->add_members(PersonId(p));
      }
    }
    v1::Requirement* needs = AddRule();
    for (int g = 0; g < kGroups; ++g) {
      for (int i = 0; i < kSlotsOfAGroup; ++i) {
        v1::Requirement* slot = needs->add_all();
        if (choice && g == 0) slot = slot->add_any();
        slot->set_at_least(needed);
        slot->mutable_of()->set_role(GroupId(g));
        if (choice && g == 0) {
          v1::Requirement* other = needs->mutable_all(i)->add_any();
          other->set_at_least(needed);
          other->mutable_of()->set_role(GroupId(kGroups - 1));
        }
      }
    }
    Approve(voices);
    roster = Roster::Build(directory).roster;
  }

  v1::Requirement* AddRule() {
    v1::ApprovalRule* rule = policy.add_approvals();
    rule->set_id("all-groups");
    return rule->mutable_needs();
  }

  static void AddSlot(const std::string& role, int needed, v1::Requirement* needs) {
    v1::Requirement* slot = needs->add_all();
    slot->set_at_least(needed);
    slot->mutable_of()->set_role(role);
  }

  void Approve(int voices) {
    for (int v = 0; v < voices; ++v) {
      v1::Approval* approval = change.add_approvals();
      approval->set_id(StrCat("a", 10'000 + v));
      approval->set_by(PersonId(v));
      approval->set_kind(v1::APPROVAL_KIND_APPROVED);
      ToProto(now - absl::Hours(1), approval->mutable_happened_at());
    }
  }

  // The same slots, each as a rule of its own; with a group they still keep apart.
  void SplitIntoRules(const std::string& group) {
    const v1::Requirement needs = policy.approvals(0).needs();
    policy.clear_approvals();
    for (const v1::Requirement& slot : needs.all()) {
      v1::ApprovalRule* rule = policy.add_approvals();
      rule->set_id(StrCat("rule-", policy.approvals_size()));
      *rule->mutable_needs() = slot;
      if (!group.empty()) rule->mutable_needs()->add_distinct(group);
    }
  }

  // The answers lie in the arena.
  std::span<const RuleAnswer> Ask(const ApprovalPlan& plan, flat::Arena* arena) const {
    ApprovalContext context;
    context.roster = roster.get();
    context.policy = &policy;
    context.plan = &plan;
    context.arena = arena;
    context.now = now;
    context.change = flat::CopyOf<flat::ChangeRequest>(change, arena);
    std::vector<const v1::ApprovalRule*> rules;
    for (const v1::ApprovalRule& rule : policy.approvals()) rules.push_back(&rule);
    return EvaluateApprovals(rules, context, nullptr);
  }
};

void Ask(benchmark::State& state, const Company& company, v1::Status expected, int suggestions) {
  const ApprovalPlan plan(company.policy, *company.roster);
  flat::Arena arena;
  for (auto _ : state) {
    arena.Reset();
    const std::span<const RuleAnswer> answers = company.Ask(plan, &arena);
    std::set<std::string_view> asked;
    for (const RuleAnswer& answer : answers) {
      for (const flat::Suggestion& one : answer.outcome.suggestions()) asked.insert(one.person());
    }
    const v1::Status status = answers.front().status;
    if (status != expected || static_cast<int>(asked.size()) != suggestions) {
      state.SkipWithError(StrCat("another answer: ", v1::Status_Name(status), ", ", asked.size(),
                                 " people are asked")
                              .c_str());
    }
    benchmark::DoNotOptimize(answers);
  }
}

// Every second of the people is an engineer, every tenth a lead, another tenth is the board.
Company UsualFirm(int people, int voices) {
  Company made(people);
  v1::Requirement* const needs = made.AddRule();
  const struct {
    const char* role;
    int each, first, needed;
  } kRoles[] = {{"engineer", 2, 0, 2}, {"lead", 10, 1, 1}, {"board", 10, 3, 1}};
  for (const auto& [role, each, first, needed] : kRoles) {
    v1::Role* const group = made.directory.add_roles();
    group->set_id(role);
    for (int p = first; p < people; p += each) group->add_members(PersonId(p));
    Company::AddSlot(role, needed, needs);
  }
  made.Approve(voices);
  made.roster = Roster::Build(made.directory).roster;
  return made;
}
void Usual(benchmark::State& state) {
  const auto voices = static_cast<int>(state.range(1));
  const Company company = UsualFirm(static_cast<int>(state.range(0)), voices);
  Ask(state, company, voices == 0 ? v1::STATUS_UNSATISFIED : v1::STATUS_SATISFIED, 4 - voices);
}

// Each person is in four of ten groups, whichever those are.
void Overlapping(benchmark::State& state) {
  const auto people = static_cast<int>(state.range(0));
  const int slots = std::min(kGroups, people / 2);
  Company company(people);
  v1::Requirement* const needs = company.AddRule();
  for (int g = 0; g < slots; ++g) {
    v1::Role* const group = company.directory.add_roles();
    group->set_id(GroupId(g));
    for (int p = 0; p < people; ++p) {
      if ((7 * p + 13 * g) % 10 < 4) group->add_members(PersonId(p));
    }
    Company::AddSlot(GroupId(g), 1, needs);
  }
  company.roster = Roster::Build(company.directory).roster;
  Ask(state, company, v1::STATUS_UNSATISFIED, slots);
}

void Join(benchmark::State& state) {
  const Company company = UsualFirm(static_cast<int>(state.range(0)), 0);
  for (auto _ : state) {
    const std::shared_ptr<const Roster> roster = Roster::Build(company.directory).roster;
    const ApprovalPlan plan(company.policy, *roster);
    benchmark::DoNotOptimize(&plan);
  }
}

void Firms(benchmark::internal::Benchmark* made) {
  made->RangeMultiplier(10)->Range(10, 10'000)->Unit(benchmark::kMicrosecond);
}
BENCHMARK(Usual)->ArgsProduct({{10, 100, 1'000, 10'000}, {0, 4}})->Unit(benchmark::kMicrosecond);
BENCHMARK(Overlapping)->Apply(Firms);
BENCHMARK(Join)->Apply(Firms);

// 400 people are needed: 2,000 approved, or some, or nobody. 12,000 are needed of 10,000. A choice
// for five of the slots.
void Satisfied(benchmark::State& state) {
  static const Company& company = *new Company(2, 2'000, false);
  Ask(state, company, v1::STATUS_SATISFIED, 0);
}
void SomeMissing(benchmark::State& state) {
  static const Company& company = *new Company(2, 300, false);
  Ask(state, company, v1::STATUS_UNSATISFIED, 101);
}
void NobodyYet(benchmark::State& state) {
  static const Company& company = *new Company(2, 0, false);
  Ask(state, company, v1::STATUS_UNSATISFIED, 400);
}
void FiveChoices(benchmark::State& state) {
  static const Company& company = *new Company(2, 2'000, true);
  Ask(state, company, v1::STATUS_SATISFIED, 0);
}
void TooManyAsked(benchmark::State& state) {
  static const Company& company = *new Company(60, 500, false);
  Ask(state, company, v1::STATUS_UNSATISFIABLE, 0);
}
// 200 rules for two people each: of one group, or of none, where the same two do for many.
void RulesOfAGroup(benchmark::State& state) {
  static const Company& company = *[] {
    auto* made = new Company(2, 2'000, false);
    made->SplitIntoRules("eyes");
    return made;
  }();
  Ask(state, company, v1::STATUS_SATISFIED, 0);
}
void RulesOfAGroupIncomplete(benchmark::State& state) {
  static const Company& company = *[] {
    auto* made = new Company(2, 300, false);
    made->SplitIntoRules("eyes");
    return made;
  }();
  Ask(state, company, v1::STATUS_UNSATISFIED, 101);
}
void RulesByThemselves(benchmark::State& state) {
  static const Company& company = *[] {
    auto* made = new Company(2, 0, false);
    made->SplitIntoRules("");
    return made;
  }();
  Ask(state, company, v1::STATUS_UNSATISFIED, 12);
}
// 400 paths, each owned by 3 of 150 people, of whom 10 approved: the fewest further owners who
// cover the others are a set cover, which the bound cuts.
void OwnersOfPaths(benchmark::State& state) {
  static const Company& company = *[] {
    auto* made = new Company(1, 10, false);
    std::mt19937_64 random(5);
    for (int path = 0; path < 400; ++path) {
      v1::PathOwnership* owned = made->directory.add_path_owners();
      owned->set_pattern(StrCat("src/", path, "/**"));
      for (int i = 0; i < 3; ++i) owned->add_owners(PersonId(static_cast<int>(random() % 150)));
      made->change.add_paths(StrCat("src/", path, "/a.cc"));
    }
    made->roster = Roster::Build(made->directory).roster;
    made->policy.mutable_approvals(0)->clear_needs();
    v1::Requirement* needs = made->policy.mutable_approvals(0)->mutable_needs();
    needs->set_at_least(1);
    needs->mutable_of()->set_path_owners(true);
    return made;
  }();
  Ask(state, company, v1::STATUS_UNSATISFIED, 63);
}
BENCHMARK(OwnersOfPaths)->Unit(benchmark::kMillisecond);
BENCHMARK(RulesOfAGroup)->Unit(benchmark::kMillisecond);
BENCHMARK(RulesOfAGroupIncomplete)->Unit(benchmark::kMillisecond);
BENCHMARK(RulesByThemselves)->Unit(benchmark::kMillisecond);
BENCHMARK(Satisfied)->Unit(benchmark::kMillisecond);
BENCHMARK(SomeMissing)->Unit(benchmark::kMillisecond);
BENCHMARK(NobodyYet)->Unit(benchmark::kMillisecond);
BENCHMARK(FiveChoices)->Unit(benchmark::kMillisecond);
BENCHMARK(TooManyAsked)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace changepolicy
