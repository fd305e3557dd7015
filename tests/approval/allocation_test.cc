// A program of its own, since it counts what the whole program takes from the heap.
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/approval/plan.h"
#include "libchangepolicy/approval/subject.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/flat/copy.h"
#include "tests/allocations/allocations.h"
#include "tests/approval/world.h"

namespace changepolicy {
namespace {

// A usual policy; some approvals count, some do not, and further people are wanted.
World Usual() {
  World world = World()
                    .Directory("teams { id: 'core' members: ['ann', 'bob', 'dev'] leads: 'cy' }")
                    .Role("cab", {"cy", "dee", "eve"})
                    .Role("cto", {"fay"})
                    .Role("reviewer", {"dee", "gil"});
  world
      .Rule(
          "at_least: 1 of { own_team: true own_team_leads: true role: 'reviewer' } "
          "distinct: 'reviewers' expires_after { seconds: 86400 }",
          "aspects: [ASPECT_PLAN, ASPECT_CODE]")
      .Rule("at_least: 2 of { role: 'cab' } distinct: 'reviewers' apart_from: PART_AUTHOR")
      .Rule("at_least: 1 of { role: 'cto' } distinct: 'officers'")
      .Rule("none: true");
  world.Approve("Ann@Example.org").Approve("dee").Approve("dev").Approve("stranger");
  return world.Approve("eve", "expires_at { seconds: 1 }");
}

// Choices, voices that compete, shared slots, strict stages, and rules that nobody can meet
// together: whatever a matching does not decide.
World Searched() {
  World world =
      World()
          .Directory(Timed("delegations { id: 'd' from: 'ann' to: 'cy' start @8 end @23 }"))
          .Role("cab", {"ann", "bob", "cy"})
          .Role("security", {"dee", "gil"})
          .Role("ops", {"eve", "fay", "gil"})
          .Role("dba", {"gil"});
  world
      .Rule(
          "any { all { at_least: 2 of { role: 'ops' } } all { at_least: 1 of { role: 'dba' } } } "
          "any { at_least: 2 of { role: 'security' } }")
      .Rule(
          "some_of { at_least: 2 among { at_least: 1 of { role: 'cab' } } "
          "among { at_least: 1 of { role: 'ops' } } among { at_least: 1 of { role: 'dba' } } }")
      .Rule("at_least: 2 of { role: 'cab' }")
      .Rule(
          "all { at_least: 1 may_share: true of { role: 'security' } } "
          "all { at_least: 1 may_share: true of { role: 'ops' } }")
      .Rule(
          "all { at_least: 1 stage: 1 of { role: 'cab' } } "
          "all { at_least: 1 stage: 2 strict: true of { role: 'ops' } }")
      .Rule("at_least: 1 of { role: 'dba' } distinct: 'experts'")
      .Rule(
          "all { at_least: 1 of { role: 'dba' } distinct: 'experts' } "
          "all { at_least: 1 of { role: 'cab' } }");
  world.Approve("cy").Approve("cy", "on_behalf_of: 'ann'").Approve("gil").Approve("eve");
  return world;
}

// What is told of the rules, once nothing is taken from the heap any more.
struct Told {
  std::map<v1::Status, int> statuses;
  int uncounted = 0;
};

Told AskWithoutTheHeap(World world) {
  const std::shared_ptr<const Roster> roster = Roster::Build(world.directory).roster;
  const ApprovalPlan plan(world.policy, *roster);
  std::vector<const v1::ApprovalRule*> rules;
  for (const v1::ApprovalRule& rule : world.policy.approvals()) rules.push_back(&rule);
  flat::Arena kept, arena;
  ApprovalContext context;
  context.roster = roster.get();
  context.policy = &world.policy;
  context.plan = &plan;
  context.arena = &arena;
  context.now = world.now;
  context.change = flat::CopyOf<flat::ChangeRequest>(world.change, &kept);
  context.known = [](std::string_view) { return true; };
  std::vector<absl::Time> changes;
  Told told;
  const auto decide = [&] {
    arena.Reset();
    changes.clear();
    const ApprovalSubject subject(context);
    ApprovalContext own = context;
    own.subject = &subject;
    own.history = BuildAspectHistory(*context.change, world.policy, {}, &arena);
    for (const RuleAnswer& answer : EvaluateApprovals(rules, own, &changes)) {
      ++told.statuses[answer.status];
      told.uncounted += answer.outcome.not_counted_size();
    }
  };
  decide();
  decide();
  EXPECT_GT(CountAllocations(), 0);
  for (auto& [status, count] : told.statuses) count = 0;
  told.uncounted = 0;
  const long before = CountAllocations();
  for (int run = 0; run < 100; ++run) decide();
  EXPECT_EQ(CountAllocations(), before);
  return told;
}

TEST(AllocationTest, NothingAfterTheFirstDecision) {
  const Told told = AskWithoutTheHeap(Usual());
  EXPECT_EQ(told.statuses.at(v1::STATUS_SATISFIED), 200);
  EXPECT_GT(told.uncounted, 0);
}

TEST(AllocationTest, NothingWhereOnlyASearchTells) {
  const Told told = AskWithoutTheHeap(Searched());
  EXPECT_GT(told.statuses.at(v1::STATUS_SATISFIED), 0);
  EXPECT_GT(told.statuses.at(v1::STATUS_UNSATISFIED), 0);
  EXPECT_GT(told.statuses.at(v1::STATUS_UNSATISFIABLE), 0);
}

}  // namespace
}  // namespace changepolicy
