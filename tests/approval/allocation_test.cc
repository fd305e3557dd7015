// A program of its own, since it counts what the whole program takes from the heap.
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

TEST(AllocationTest, NothingAfterTheFirstDecision) {
  World world = Usual();
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
  int satisfied = 0;
  int uncounted = 0;
  const auto decide = [&] {
    arena.Reset();
    changes.clear();
    const ApprovalSubject subject(context);
    ApprovalContext own = context;
    own.subject = &subject;
    own.history = BuildAspectHistory(*context.change, world.policy, {}, &arena);
    for (const RuleAnswer& answer : EvaluateApprovals(rules, own, &changes)) {
      satisfied += answer.status == v1::STATUS_SATISFIED ? 1 : 0;
      uncounted += answer.outcome.not_counted_size();
    }
  };
  decide();
  decide();
  EXPECT_GT(CountAllocations(), 0);
  satisfied = uncounted = 0;
  const long before = CountAllocations();
  for (int run = 0; run < 100; ++run) decide();
  EXPECT_EQ(CountAllocations(), before);
  EXPECT_EQ(satisfied, 200);
  EXPECT_GT(uncounted, 0);
}

}  // namespace
}  // namespace changepolicy
