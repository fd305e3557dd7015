// SEMANTICS section 4, sentence by sentence: slots, assignment, separation of duties, nominees.
#include "libchangepolicy/approval/approval.h"

#include <algorithm>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/flat/copy.h"
#include "tests/approval/world.h"

namespace changepolicy {
namespace {

using ::testing::ElementsAre;

constexpr char kCabAndSecurity[] =
    "all { at_least: 2 of { role: 'cab' } } all { at_least: 1 of { role: 'security' } }";

World Board() { return World().Role("cab", {"ann", "bob", "cy"}).Role("security", {"ann"}); }

TEST(AssignmentExamplesTest, OverlappingGroupsInAnyOrder) {
  std::vector<std::string> people = {"ann", "bob", "cy"};
  do {
    World world = Board().Rule(kCabAndSecurity);
    for (const std::string& person : people) world.Approve(person);
    const Answer answer = world.Ask();
    EXPECT_EQ(StatusOf(answer), "SATISFIED");
    EXPECT_EQ(Witness(answer), "all[0]=bob,cy|all[1]=ann");
    EXPECT_EQ(Suggested(answer), "");
  } while (std::next_permutation(people.begin(), people.end()));
}

TEST(AssignmentExamplesTest, OneMissingIsNamed) {
  const Answer answer = Board().Rule(kCabAndSecurity).Approve("bob").Approve("ann").Ask();
  EXPECT_EQ(StatusOf(answer), "UNSATISFIED");
  EXPECT_EQ(Witness(answer), "all[0]=bob|all[1]=ann");
  EXPECT_EQ(Suggested(answer), "all[0]:cy");
}

TEST(AssignmentExamplesTest, OnePersonInTwoRolesIsUnsatisfiable) {
  const Answer answer =
      World()
          .Role("cto", {"ann"})
          .Role("dpo", {"ann"})
          .Rule("all { at_least: 1 of { role: 'cto' } } all { at_least: 1 of { role: 'dpo' } }")
          .Ask();
  EXPECT_EQ(StatusOf(answer), "UNSATISFIABLE");
  EXPECT_EQ(Joined(answer.outcome.violating_slots()), "all[0],all[1]");
  EXPECT_EQ(Joined(answer.outcome.violating_people()), "ann");
  EXPECT_EQ(Suggested(answer), "");
}

TEST(AssignmentExamplesTest, SharingIsAllowedWhereSaidAndTold) {
  const Answer answer = World()
                            .Role("cto", {"ann"})
                            .Role("dpo", {"ann"})
                            .Rule(
                                "all { at_least: 1 of { role: 'cto' } } "
                                "all { at_least: 1 of { role: 'dpo' } may_share: true }")
                            .Approve("ann")
                            .Ask();
  EXPECT_EQ(StatusOf(answer), "SATISFIED");
  EXPECT_EQ(Witness(answer), "all[0]=ann|all[1]=ann");
  EXPECT_EQ(Joined(answer.outcome.shared()), "ann");
}

TEST(AssignmentExamplesTest, SharingIsAvoidedWhereOthersApproved) {
  const Answer answer = World()
                            .Role("cto", {"ann", "bob"})
                            .Role("dpo", {"ann"})
                            .Rule(
                                "all { at_least: 1 of { role: 'cto' } } "
                                "all { at_least: 1 of { role: 'dpo' } may_share: true }")
                            .Approve("ann")
                            .Approve("bob")
                            .Ask();
  EXPECT_EQ(Witness(answer), "all[0]=bob|all[1]=ann");
  EXPECT_EQ(Joined(answer.outcome.shared()), "");
}

TEST(AssignmentExamplesTest, NamedGroupsReachAcrossRules) {
  World world = World().Role("cto", {"ann", "bob"}).Role("dpo", {"ann"});
  world.Rule("at_least: 1 of { role: 'cto' } distinct: 'eyes'")
      .Rule("at_least: 1 of { role: 'dpo' } distinct: 'eyes'")
      .Approve("ann");
  std::vector<Answer> answers = world.AskAll();
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(StatusOf(answers[0]), "UNSATISFIED");
  EXPECT_EQ(Suggested(answers[0]), ":bob");
  EXPECT_EQ(Joined(answers[0].outcome.waits_for()), "");
  // Ann is enough for the other, but as yet she could be wanted for the first.
  EXPECT_EQ(StatusOf(answers[1]), "UNSATISFIED");
  EXPECT_EQ(Witness(answers[1]), "=ann");
  EXPECT_EQ(Suggested(answers[1]), "");
  EXPECT_EQ(Joined(answers[1].outcome.waits_for()), "r1");
  answers = world.Approve("bob").AskAll();
  EXPECT_EQ(StatusOf(answers[0]), "SATISFIED");
  EXPECT_EQ(StatusOf(answers[1]), "SATISFIED");
}

TEST(AssignmentExamplesTest, ARuleWhosePeopleNobodyElseWantsDoesNotWait) {
  World world = World().Role("cto", {"ann", "bob"}).Role("dpo", {"ann", "cy"});
  world.Rule("at_least: 1 of { role: 'cto' } distinct: 'eyes'")
      .Rule("at_least: 1 of { role: 'dpo' } distinct: 'eyes'")
      .Approve("cy");
  std::vector<Answer> answers = world.AskAll();
  EXPECT_EQ(StatusOf(answers[0]), "UNSATISFIED");
  EXPECT_EQ(Suggested(answers[0]), ":ann");
  EXPECT_EQ(StatusOf(answers[1]), "SATISFIED");
  EXPECT_EQ(Witness(answers[1]), "=cy");
  // Cy may come to speak for ann, who could be wanted by both: until then he waits.
  world.Directory(Timed("delegations { id: 'd1' from: 'ann' to: 'cy' end @23 }"));
  answers = world.AskAll();
  EXPECT_EQ(StatusOf(answers[1]), "UNSATISFIED");
  EXPECT_EQ(Joined(answers[1].outcome.waits_for()), "r1");
}

TEST(AssignmentExamplesTest, SlotsMayBeInSeveralGroups) {
  // Whoever tests may also release, but neither of them does the third.
  const auto needs = [](const char* third) {
    return StrCat("all { at_least: 1 of { role: 'cab' } distinct: 'a' } ",
                  "all { at_least: 1 of { role: 'cto' } distinct: 'b' } ",
                  "all { at_least: 1 of { role: 'dpo' } ", third, " }");
  };
  World world = World().Role("cab", {"ann"}).Role("cto", {"ann"}).Role("dpo", {"ann", "bob"});
  world.Approve("ann").Approve("bob");
  EXPECT_EQ(Witness(World(world).Rule(needs("distinct: ['a', 'b']")).Ask()),
            "all[0]=ann|all[1]=ann|all[2]=bob");
  // A slot that names no group keeps apart from all of its rule.
  EXPECT_EQ(Witness(World(world).Rule(needs("")).Ask()), "all[0]=ann|all[1]=ann|all[2]=bob");
  const Answer apart_from_nobody = World(world).Rule(needs("distinct: 'c'")).Ask();
  EXPECT_EQ(Witness(apart_from_nobody), "all[0]=ann|all[1]=ann|all[2]=ann");
  EXPECT_EQ(Joined(apart_from_nobody.outcome.shared()), "ann");
}

TEST(AssignmentExamplesTest, QuarrellingRulesAreNamedAndOthersJudgedWithoutThem) {
  World world = World().Role("cto", {"ann"}).Role("dpo", {"ann"}).Role("cab", {"bob"});
  world.Rule("at_least: 1 of { role: 'cto' } distinct: 'eyes'")
      .Rule("at_least: 1 of { role: 'dpo' } distinct: 'eyes'")
      .Rule("at_least: 1 of { role: 'cab' } distinct: 'eyes'")
      .Approve("bob");
  const std::vector<Answer> answers = world.AskAll();
  EXPECT_EQ(StatusOf(answers[0]), "UNSATISFIABLE");
  EXPECT_EQ(Joined(answers[0].outcome.violating_slots()), ",r2:");
  EXPECT_EQ(StatusOf(answers[1]), "UNSATISFIABLE");
  EXPECT_EQ(Joined(answers[1].outcome.violating_slots()), "r1:,");
  EXPECT_EQ(StatusOf(answers[2]), "SATISFIED");
}

TEST(AssignmentExamplesTest, RulesAreGroupsOfTheirOwnOtherwise) {
  World world = World().Role("cto", {"ann"}).Role("dpo", {"ann"});
  world.Rule("at_least: 1 of { role: 'cto' }")
      .Rule("at_least: 1 of { role: 'dpo' }")
      .Approve("ann");
  for (const Answer& answer : world.AskAll()) EXPECT_EQ(StatusOf(answer), "SATISFIED");
}

TEST(SlotTest, PercentagesRoundUpAndAreAtLeastOne) {
  struct Case {
    int percent, people, needed;
  };
  for (const Case& c : {Case{50, 5, 3}, Case{50, 4, 2}, Case{1, 3, 1}, Case{34, 3, 2},
                        Case{100, 3, 3}, Case{33, 3, 1}}) {
    std::vector<std::string> cab = {"ann", "bob", "cy", "dee", "eve"};
    cab.resize(c.people);
    const Answer answer =
        World().Role("cab", cab).Rule(StrCat("percent: ", c.percent, " of { role: 'cab' }")).Ask();
    ASSERT_EQ(answer.outcome.slots_size(), 1);
    EXPECT_EQ(answer.outcome.slots(0).needed(), c.needed) << c.percent << "% of " << c.people;
    EXPECT_EQ(answer.outcome.slots(0).eligible(), c.people);
    EXPECT_EQ(answer.outcome.suggestions_size(), c.needed);
  }
}

TEST(SlotTest, NobodyEligibleAndTooLargeQuorumsAreUnsatisfiable) {
  EXPECT_EQ(StatusOf(World().Role("cab", {}).Rule("at_least: 1 of { role: 'cab' }").Ask()),
            "UNSATISFIABLE");
  EXPECT_EQ(StatusOf(World().Rule("at_least: 1 of { role: 'nobody-has-it' }").Ask()),
            "UNSATISFIABLE");
  EXPECT_EQ(StatusOf(World().Role("cab", {}).Rule("percent: 1 of { role: 'cab' }").Ask()),
            "UNSATISFIABLE");
  const Answer answer =
      World().Role("cab", {"ann", "bob"}).Rule("at_least: 3 of { role: 'cab' }").Ask();
  EXPECT_EQ(StatusOf(answer), "UNSATISFIABLE");
  EXPECT_EQ(Joined(answer.outcome.violating_people()), "ann,bob");
  EXPECT_EQ(
      StatusOf(World().Role("cab", {"ann"}).Rule("at_least: 2147483647 of { role: 'cab' }").Ask()),
      "UNSATISFIABLE");
}

TEST(SlotTest, MalformedRequirementsAreErrors) {
  for (const char* needs :
       {"", "at_least: 0 of { anyone: true }", "percent: 0 of { anyone: true }",
        "percent: 101 of { anyone: true }", "of { anyone: true }",
        "at_least: 1 percent: 5 of { anyone: true }", "none: true at_least: 1 of { anyone: true }",
        "some_of { at_least: 2 among { none: true } }", "some_of { }",
        "all { at_least: 1 of { anyone: true } } any { none: true }"}) {
    const Answer answer = World().Rule(needs).Approve("ann").Ask();
    EXPECT_EQ(StatusOf(answer), "ERROR") << needs;
    EXPECT_EQ(answer.error_code, "bad_requirement") << needs;
    EXPECT_FALSE(answer.error.empty());
  }
  World world;
  world.Policy("approvals { id: 'r1' }");
  EXPECT_EQ(StatusOf(world.Ask()), "ERROR");
}

TEST(SlotTest, NoneHasToBeSaidAndIsSatisfied) {
  const Answer answer = World().Rule("none: true").Ask();
  EXPECT_EQ(StatusOf(answer), "SATISFIED");
  EXPECT_EQ(answer.outcome.slots_size(), 0);
}

TEST(SlotTest, NestingAndSlotsAreLimited) {
  v1::Requirement needs;
  needs.set_at_least(1);
  needs.mutable_of()->set_anyone(true);
  for (int i = 0; i < 10'000; ++i) {
    v1::Requirement outer;
    outer.add_all()->Swap(&needs);
    needs.Swap(&outer);
  }
  World world;
  world.Rule("none: true");
  world.policy.mutable_approvals(0)->mutable_needs()->Swap(&needs);
  EXPECT_EQ(world.Ask().error_code, "limit");
  World wide;
  wide.limits.slots = 3;
  wide.Rule(
      "all { at_least: 1 of { anyone: true } } all { at_least: 1 of { anyone: true } } "
      "all { at_least: 1 of { anyone: true } } all { at_least: 1 of { anyone: true } }");
  EXPECT_EQ(wide.Ask().error_code, "limit");
}

struct EligibleCase {
  const char* of;
  const char* label;
  const char* people;  // who counts of all who approve
};

TEST(EligibilityTest, EveryWayOfNamingPeople) {
  for (const EligibleCase& c : {
           EligibleCase{"role: 'cab'", "role cab", "ann,bob"},
           EligibleCase{"roles: ['cab', 'dpo']", "role cab or role dpo", "ann,bob,cy"},
           EligibleCase{"team: 'ops'", "team ops", "cy,dee"},
           EligibleCase{"own_team: true", "own team", "eve,fay"},
           EligibleCase{"own_team_leads: true", "leads of own team", "fay"},
           EligibleCase{"people: ['GIL@example.ORG', 'tbd']", "person gil or person tbd", "gil"},
           EligibleCase{"role: 'dpo' people: 'gil'", "role dpo or person gil", "cy,gil"},
           EligibleCase{"anyone: true", "anyone", "ann,bob,cy,dee,eve,fay,gil"},
       }) {
    World world = World()
                      .Role("cab", {"ann", "bob"})
                      .Role("dpo", {"cy"})
                      .Directory(
                          "teams { id: 'ops' members: 'dee' leads: 'cy' } "
                          "teams { id: 'core' members: 'eve' leads: 'fay' }")
                      .Rule(StrCat("percent: 100 of { ", c.of, " }"));
    for (const char* id : {"ann", "bob", "cy", "dee", "eve", "fay", "gil", "req", "dev", "bot"}) {
      world.Approve(id);
    }
    const Answer answer = world.Ask();
    EXPECT_EQ(Witness(answer), StrCat("=", c.people)) << c.of;
    EXPECT_EQ(answer.outcome.slots(0).of(), c.label);
    EXPECT_EQ(StatusOf(answer), "SATISFIED") << c.of;
  }
}

constexpr char kServices[] =
    "services { id: 'pay' team: 'core' } services { id: 'web' owners: ['bob', 'cy'] } "
    "services { id: 'idle' } teams { id: 'core' members: ['ann', 'bob'] }";

TEST(EligibilityTest, OwnersOfEachTouchedServiceAreAsked) {
  World world = World().Directory(kServices).Change("services { id: 'web' }");
  world.Rule("at_least: 1 of { service_owners: true }");
  Answer answer = world.Ask();
  EXPECT_EQ(StatusOf(answer), "UNSATISFIED");
  EXPECT_EQ(Witness(answer), "services[pay]=|services[web]=");
  // One who owns both is asked rather than two.
  EXPECT_EQ(Suggested(answer), "services[pay]:bob, services[web]:bob");
  answer = world.Approve("ann").Ask();
  EXPECT_EQ(Suggested(answer), "services[web]:bob");
  answer = world.Approve("cy").Ask();
  EXPECT_EQ(StatusOf(answer), "SATISFIED");
  EXPECT_EQ(Witness(answer), "services[pay]=ann|services[web]=cy");
}

TEST(EligibilityTest, AnOwnerOfTwoServicesIsStillOnePerson) {
  World world = World().Directory(kServices).Change("services { id: 'web' }").Role("cab", {"bob"});
  world
      .Rule(
          "all { at_least: 1 of { service_owners: true } } all { at_least: 1 of { role: 'cab' } }")
      .Approve("bob");
  const Answer answer = world.Ask();
  EXPECT_EQ(StatusOf(answer), "UNSATISFIED");
  EXPECT_EQ(Suggested(answer), "all[0].services[pay]:ann, all[0].services[web]:cy");
}

TEST(EligibilityTest, AServiceWithoutOwnersHolds) {
  for (const char* service : {"idle", "nobody-knows-it"}) {
    World world = World().Directory(kServices).Change(StrCat("services { id: '", service, "' }"));
    world.Rule("at_least: 1 of { service_owners: true }").Approve("ann");
    const Answer answer = world.Ask();
    EXPECT_EQ(StatusOf(answer), "UNSATISFIABLE");
    EXPECT_EQ(Joined(answer.outcome.violating_slots()), StrCat("services[", service, "]"));
  }
}

TEST(EligibilityTest, UnknownListsMakeTheRuleUnknown) {
  struct Case {
    const char* of;
    const char* fact;
  };
  for (const Case& c :
       {Case{"service_owners: true", "change.services"}, Case{"path_owners: true", "change.paths"},
        Case{"own_team: true", "change.team"},
        Case{"own_team_leads: true role: 'cab'", "change.team"}}) {
    World world = World().Role("cab", {"ann"}).Rule(StrCat("at_least: 1 of { ", c.of, " }"));
    world.change.clear_services();
    world.change.clear_team();
    const Answer answer = world.Approve("ann").Ask();
    EXPECT_EQ(StatusOf(answer), "UNKNOWN") << c.of;
    EXPECT_THAT(answer.unknown, ElementsAre(c.fact));
  }
}

TEST(EligibilityTest, OwnersOfNothingAreNobody) {
  World world;
  world.change.clear_services();
  world.Change("stated { field: 'services' by: 'req' }");
  world.Rule("at_least: 1 of { service_owners: true }").Approve("ann");
  EXPECT_EQ(StatusOf(world.Ask()), "UNSATISFIABLE");
}

TEST(EligibilityTest, OwnersOfEachTouchedPath) {
  World world = World().Directory(
      "path_owners { pattern: 'src/**' owners: ['ann', 'bob'] } "
      "path_owners { pattern: 'src/net/*.cc' owners: 'cy' } "
      "path_owners { pattern: 'docs' teams: 'writers' } "
      "teams { id: 'writers' members: 'dee' }");
  world.Rule("at_least: 1 of { path_owners: true }");
  world.Change("paths: ['src/a.cc', 'src/b.cc', 'docs/x/y.md']");
  Answer answer = world.Approve("bob").Ask();
  EXPECT_EQ(Witness(answer), "paths[docs/x/y.md]=|paths[src/a.cc]=bob");
  EXPECT_EQ(Suggested(answer), "paths[docs/x/y.md]:dee");
  EXPECT_EQ(StatusOf(world.Approve("dee").Ask()), "SATISFIED");
  answer = world.Change("paths: 'Makefile'").Ask();
  EXPECT_EQ(StatusOf(answer), "UNSATISFIABLE");
  EXPECT_EQ(Joined(answer.outcome.violating_slots()), "paths[Makefile]");
}

TEST(EligibilityTest, ComparisonsOfPathsAreLimited) {
  World world = World().Directory("path_owners { pattern: '**' owners: 'ann' }");
  world.limits.path_comparisons = 1;
  world.Rule("at_least: 1 of { path_owners: true }").Change("paths: ['a', 'b']").Approve("ann");
  EXPECT_EQ(world.Ask().error_code, "limit");
}

// --- separation of duties ---

TEST(SeparationTest, ByDefaultThoseWhoMadeItDoNotCount) {
  World world = World().Change(
      "people { co_authors: 'ann' committers: 'bob' landers: 'cy' implementers: 'dee' "
      "testers: 'eve' deployers: 'fay' }");
  world.Rule("percent: 100 of { anyone: true }");
  for (const char* id : {"req", "dev", "ann", "bob", "cy", "dee", "eve", "fay", "gil"}) {
    world.Approve(id);
  }
  const Answer answer = world.Ask();
  EXPECT_EQ(StatusOf(answer), "SATISFIED");
  EXPECT_EQ(Witness(answer), "=cy,dee,eve,fay,gil");
  EXPECT_EQ(NotCountedOf(answer),
            "ann APART CO_AUTHOR, bob APART COMMITTER, dev APART AUTHOR, req APART REQUESTER");
  EXPECT_EQ(answer.outcome.slots(0).eligible(), 5);
}

TEST(SeparationTest, APolicyOrASlotDeclaresOtherParts) {
  World world = World()
                    .Policy("separation { apart: [PART_AUTHOR, PART_LANDER] }")
                    .Change("people { landers: 'cy' deployers: 'fay' }")
                    .Rule(
                        "all { percent: 100 of { people: ['cy', 'req'] } } "
                        "all { percent: 100 of { people: ['fay', 'dev', 'gil'] } "
                        "      apart_from: PART_DEPLOYER }");
  for (const char* id : {"cy", "req", "fay", "dev", "gil"}) world.Approve(id);
  const Answer answer = world.Ask();
  EXPECT_EQ(StatusOf(answer), "SATISFIED");
  EXPECT_EQ(Witness(answer), "all[0]=req|all[1]=dev,gil");
  EXPECT_EQ(NotCountedOf(answer), "cy APART LANDER, fay APART DEPLOYER");
}

TEST(SeparationTest, AuthorsStayExcludedWhoeverLandsIt) {
  World world = World().Change("people { landers: 'ann' committers: 'bob' }");
  world.Rule("at_least: 1 of { people: ['dev', 'ann'] }").Approve("dev");
  EXPECT_EQ(StatusOf(world.Ask()), "UNSATISFIED");
  EXPECT_EQ(Suggested(world.Ask()), ":ann");
}

TEST(SeparationTest, AnUnmappedCommitIdentityIsUnknownAndHolds) {
  World world = World().Role("cab", {"ann", "bob"}).Rule("at_least: 1 of { role: 'cab' }");
  world.Change("people { co_authors: 'stranger@elsewhere.org' }").Approve("ann");
  Answer answer = world.Ask();
  EXPECT_EQ(StatusOf(answer), "UNKNOWN");
  EXPECT_THAT(answer.unknown, ElementsAre("change.people.co_authors"));
  EXPECT_EQ(Joined(answer.outcome.unknown_people()), "stranger@elsewhere.org");
  // A part that need not stay apart asks nothing of its holders.
  world.policy.mutable_separation()->add_apart(v1::PART_AUTHOR);
  EXPECT_EQ(StatusOf(world.Ask()), "SATISFIED");
}

TEST(SeparationTest, WhatIsMissingAnywayIsMissing) {
  World world = World().Role("cab", {"ann", "bob"}).Rule("at_least: 2 of { role: 'cab' }");
  world.Change("people { co_authors: 'stranger@elsewhere.org' }").Approve("ann");
  const Answer answer = world.Ask();
  EXPECT_EQ(StatusOf(answer), "UNSATISFIED");
  EXPECT_EQ(Joined(answer.outcome.unknown_people()), "stranger@elsewhere.org");
  // A percentage shrinks with the people who are kept apart, so nothing is certain.
  World share = World().Role("cab", {"ann", "bob"}).Rule("percent: 100 of { role: 'cab' }");
  share.Change("people { co_authors: 'stranger@elsewhere.org' }").Approve("ann");
  EXPECT_EQ(StatusOf(share.Ask()), "UNKNOWN");
}

TEST(SeparationTest, NobodySaidWhoWroteIt) {
  World world = World().Role("cab", {"ann"}).Rule("at_least: 1 of { role: 'cab' }").Approve("ann");
  world.change.mutable_people()->clear_authors();
  EXPECT_EQ(StatusOf(world.Ask()), "UNKNOWN");
  EXPECT_THAT(world.Ask().unknown, ElementsAre("change.people.authors"));
  // A placeholder says no more than that.
  World tbd = world;
  tbd.Change("people { authors: 'TBD' }");
  EXPECT_EQ(StatusOf(tbd.Ask()), "UNKNOWN");
  World stated = world;
  stated.Change("stated { field: 'people.authors' by: 'req' }");
  EXPECT_EQ(StatusOf(stated.Ask()), "SATISFIED");
  // Not applicable only where the policy lets that person say so.
  World claimed = world;
  claimed.Change("stated { field: 'people.authors' by: 'req' not_applicable: true reason: 'os' }");
  EXPECT_EQ(StatusOf(claimed.Ask()), "UNKNOWN");
  claimed.Policy("not_applicable { id: 'n' fields: 'people.authors' by { people: 'req' } }");
  EXPECT_EQ(StatusOf(claimed.Ask()), "SATISFIED");
}

TEST(SeparationTest, AccountsOfOnePersonAreOnePerson) {
  World world = World().Role("cab", {"ANN@Example.org", "bob"});
  world.Directory("people { id: 'zoe' accounts: ['z-work', 'zoe@example.org'] }");
  world.Rule("at_least: 2 of { people: ['zoe', 'z-work', 'ann'] }")
      .Approve("Z-WORK")
      .Approve("zoe@EXAMPLE.org");
  Answer answer = world.Ask();
  EXPECT_EQ(StatusOf(answer), "UNSATISFIED");
  EXPECT_EQ(Witness(answer), "=zoe");
  EXPECT_EQ(NotCountedOf(answer), "zoe WITHDRAWN a1");
  // The author under another name.
  World own = World().Role("cab", {"dev"}).Rule("at_least: 1 of { role: 'cab' }");
  EXPECT_EQ(NotCountedOf(own.Approve("Dev@Example.ORG").Ask()), "dev APART AUTHOR");
}

TEST(SeparationTest, ServiceAccountsAndStrangersDoNotCount) {
  World world = World().Role("cab", {"bot", "ann"}).Rule("percent: 100 of { role: 'cab' }");
  world.Approve("bot").Approve("stranger").Approve("TBD").Approve("n/a").Approve("?");
  const Answer answer = world.Ask();
  EXPECT_EQ(StatusOf(answer), "UNSATISFIED");
  EXPECT_EQ(answer.outcome.slots(0).eligible(), 1);
  EXPECT_EQ(NotCountedOf(answer),
            "? PLACEHOLDER ?, TBD PLACEHOLDER TBD, bot SERVICE_ACCOUNT, n/a PLACEHOLDER n/a, "
            "stranger UNKNOWN_IDENTITY stranger");
}

TEST(SeparationTest, AllPeopleOverNoPeopleIsNotTrue) {
  const Answer answer =
      World().Role("cab", {"bot"}).Rule("percent: 100 of { role: 'cab' }").Approve("bot").Ask();
  EXPECT_EQ(StatusOf(answer), "UNSATISFIABLE");
}

TEST(SeparationTest, NomineesAreNotApprovers) {
  World world = World().Change("people { nominees: ['ann', 'bob'] }").Role("cab", {"ann", "bob"});
  const Answer answer = world.Rule("at_least: 1 of { role: 'cab' }").Ask();
  EXPECT_EQ(StatusOf(answer), "UNSATISFIED");
  EXPECT_EQ(Witness(answer), "=");
}

TEST(SeparationTest, PlaceholdersOfThePolicy) {
  const v1::Policy policy = Parse<v1::Policy>("text { placeholders: 'Some One' }");
  for (const char* text :
       {"someone", "SOME-ONE", "tbd", "T.B.D.", "N/A", "none", "todo", "-", "?", "", "  "}) {
    EXPECT_TRUE(Placeholders(policy).Has(text)) << text;
  }
  for (const char* text : {"ann", "todor", "nona", "\xc3\xa9"}) {
    EXPECT_FALSE(Placeholders(policy).Has(text)) << text;
  }
}

TEST(SeparationTest, WhoPlaysAPart) {
  World world = World().Change("people { implementers: ['BOB', 'ann', 'stranger', 'TBD'] }");
  const RosterResult built = Roster::Build(world.directory);
  flat::Arena arena;
  ApprovalContext context;
  context.roster = built.roster.get();
  context.policy = &world.policy;
  context.arena = &arena;
  context.change = flat::CopyOf<flat::ChangeRequest>(world.change, &arena);
  context.now = world.now;
  std::vector<std::string> unmapped;
  EXPECT_THAT(PeopleOf(v1::PART_IMPLEMENTER, context, &unmapped), ElementsAre("ann", "bob"));
  EXPECT_THAT(unmapped, ElementsAre("stranger"));
}

TEST(ContextTest, WrongCallsAreErrors) {
  const v1::ApprovalRule rule;
  const v1::ApprovalRule* rules[] = {&rule};
  flat::Arena arena;
  ApprovalContext context;
  context.arena = &arena;
  const std::span<const RuleAnswer> answers = EvaluateApprovals(rules, context, nullptr);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].status, v1::STATUS_ERROR);
  EXPECT_EQ(answers[0].error, "no directory was given");
}

TEST(CountedTest, PeopleAndTheRolesByWhichTheyCount) {
  World world = World().Role("cab", {"ann", "bob"}).Role("dpo", {"ann"});
  world.Rule("at_least: 2 of { roles: ['cab', 'dpo'] people: 'cy' }").Approve("ann").Approve("cy");
  const Answer answer = world.Ask();
  ASSERT_EQ(answer.counted.size(), 2u);
  EXPECT_EQ(answer.counted[0].person, "ann");
  EXPECT_THAT(answer.counted[0].roles, ElementsAre("cab", "dpo"));
  EXPECT_EQ(answer.counted[1].person, "cy");
  EXPECT_TRUE(answer.counted[1].roles.empty());
}

}  // namespace
}  // namespace changepolicy
