// SEMANTICS section 4: what people say beside approving: withdrawals, recusals, conditions.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "tests/approval/world.h"

namespace changepolicy {
namespace {

using ::testing::Contains;

TEST(WithdrawalTest, TakesBackTheOwnEarlierApprovals) {
  World world = OneOfCab().Approve("ann").Approve("ann", "kind: APPROVAL_KIND_WITHDRAWN");
  EXPECT_EQ(StatusOf(world.Ask()), "UNSATISFIED");
  EXPECT_EQ(NotCountedOf(world.Ask()), "ann WITHDRAWN a2");
  world.Approve("ann", Given("2026-06-10T11:30:00Z"));
  EXPECT_EQ(StatusOf(world.Ask()), "SATISFIED");
  // Somebody else's withdrawal takes nothing back.
  EXPECT_EQ(
      StatusOf(OneOfCab().Approve("ann").Approve("bob", "kind: APPROVAL_KIND_WITHDRAWN").Ask()),
      "SATISFIED");
}

TEST(WithdrawalTest, OnlyWhatItNames) {
  World world =
      World().Role("cab", {"ann"}).Rule("at_least: 1 of { role: 'cab' }", "criterion: 'x'");
  world.Approve("ann", "criterion: 'x'")
      .Approve("ann", "criterion: 'y' kind: APPROVAL_KIND_WITHDRAWN");
  EXPECT_EQ(StatusOf(world.Ask()), "SATISFIED");
  world.Approve("ann", "criterion: 'x' kind: APPROVAL_KIND_WITHDRAWN");
  EXPECT_EQ(StatusOf(world.Ask()), "UNSATISFIED");
}

TEST(WithdrawalTest, TakesBackOnlyTheAspectsThatItNames) {
  struct Case {
    const char* rule;  // aspects that it asks for
    const char* withdrawal;
    const char* not_counted;
  };
  for (const Case& c : {
           Case{"aspects: ASPECT_RISK", "aspects: ASPECT_PLAN", ""},
           Case{"aspects: ASPECT_PLAN", "aspects: ASPECT_PLAN", "ann WITHDRAWN a2"},
           Case{"aspects: ASPECT_PLAN", "", "ann WITHDRAWN a2"},
           // The rest stands, but the rule asks for more.
           Case{"", "aspects: ASPECT_PLAN", "ann WITHDRAWN a2"},
           Case{"aspects: [ASPECT_PLAN, ASPECT_RISK]", "aspects: ASPECT_PLAN", "ann WITHDRAWN a2"},
           // What nobody knows may be anything.
           Case{"aspects: ASPECT_RISK", "aspects: ASPECT_UNSPECIFIED", "ann WITHDRAWN a2"},
           Case{"aspects: ASPECT_RISK", "on_behalf_of: 'stranger'", "ann WITHDRAWN a2"},
           Case{"aspects: ASPECT_RISK", "on_behalf_of: 'bob'", ""},
       }) {
    World world = World().Role("cab", {"ann"}).Rule("at_least: 1 of { role: 'cab' }", c.rule);
    world.Approve("ann").Approve("ann", StrCat("kind: APPROVAL_KIND_WITHDRAWN ", c.withdrawal));
    const Answer answer = world.Ask();
    EXPECT_EQ(NotCountedOf(answer), c.not_counted) << c.rule << " / " << c.withdrawal;
    EXPECT_EQ(StatusOf(answer), *c.not_counted == 0 ? "SATISFIED" : "UNSATISFIED");
    // Given again, it is whole.
    world.Approve("ann", StrCat("aspects: [ASPECT_PLAN, ASPECT_RISK, ASPECT_CODE, "
                                "ASPECT_SCHEDULE, ASPECT_DESCRIPTION] ",
                                Given("2026-06-10T11:30:00Z")));
    EXPECT_EQ(StatusOf(world.Ask()), "SATISFIED");
  }
  // Aspect by aspect it is gone as a whole.
  World world = OneOfCab().Approve("ann", "aspects: [ASPECT_PLAN, ASPECT_RISK]");
  world.Approve("ann", "kind: APPROVAL_KIND_WITHDRAWN aspects: ASPECT_PLAN")
      .Approve("ann", "kind: APPROVAL_KIND_WITHDRAWN aspects: ASPECT_RISK");
  EXPECT_EQ(NotCountedOf(world.Ask()), "ann WITHDRAWN a3");
}

TEST(WithdrawalTest, TakesBackOnlyThePlaceThatItNames) {
  struct Case {
    const char* rule;
    const char* approval;
    const char* withdrawal;
    const char* not_counted;
  };
  for (const Case& c : {
           Case{"environment: ENVIRONMENT_PRODUCTION", "", "environment: ENVIRONMENT_STAGING", ""},
           Case{"environment: ENVIRONMENT_STAGING", "", "environment: ENVIRONMENT_STAGING",
                "ann WITHDRAWN a2"},
           Case{"environment: ENVIRONMENT_PRODUCTION", "environment: ENVIRONMENT_PRODUCTION",
                "environment: ENVIRONMENT_STAGING", ""},
           Case{"environment: ENVIRONMENT_PRODUCTION", "environment: ENVIRONMENT_PRODUCTION",
                "environment: ENVIRONMENT_PRODUCTION", "ann WITHDRAWN a2"},
           // A rule about everywhere is about production, where the change goes.
           Case{"", "", "environment: ENVIRONMENT_PRODUCTION", "ann WITHDRAWN a2"},
           Case{"", "", "environment: ENVIRONMENT_STAGING", ""},
       }) {
    World world = World().Role("cab", {"ann"}).Rule("at_least: 1 of { role: 'cab' }", c.rule);
    world.Approve("ann", c.approval)
        .Approve("ann", StrCat("kind: APPROVAL_KIND_WITHDRAWN ", c.withdrawal));
    EXPECT_EQ(NotCountedOf(world.Ask()), c.not_counted) << c.rule << " / " << c.withdrawal;
  }
}

TEST(WithdrawalTest, ALaterApprovalReplacesTheEarlier) {
  const Answer answer = OneOfCab()
                            .Approve("ann", Given("2026-06-10T09:00:00Z"))
                            .Approve("ann", Given("2026-06-10T10:00:00Z"))
                            .Ask();
  EXPECT_EQ(answer.outcome.slots(0).assigned(0).approval(), "a2");
  EXPECT_EQ(NotCountedOf(answer), "ann WITHDRAWN a2");
}

TEST(WithdrawalTest, WhatSaysNothingDoesNotCount) {
  World world = OneOfCab().Approve("ann");
  world.change.mutable_approvals(0)->clear_kind();
  EXPECT_EQ(NotCountedOf(world.Ask()), "ann KIND");
}

TEST(WithdrawalTest, SurplusIsSaid) {
  const Answer answer = OneOfCab().Approve("bob").Approve("ann").Ask();
  EXPECT_EQ(Witness(answer), "=ann");
  EXPECT_EQ(NotCountedOf(answer), "bob SURPLUS");
}

TEST(RecusalTest, LeavesTheDenominator) {
  World world = World().Role("cab", {"ann", "bob", "cy", "dee"});
  world.Rule("percent: 75 of { role: 'cab' }").Approve("ann").Approve("bob");
  EXPECT_EQ(world.Ask().outcome.slots(0).needed(), 3);
  world.Approve("cy", "kind: APPROVAL_KIND_RECUSED").Approve("dee", "kind: APPROVAL_KIND_RECUSED");
  const Answer answer = world.Ask();
  EXPECT_EQ(answer.outcome.slots(0).eligible(), 2);
  EXPECT_EQ(answer.outcome.slots(0).needed(), 2);
  EXPECT_EQ(StatusOf(answer), "SATISFIED");
  EXPECT_EQ(NotCountedOf(answer), "cy RECUSED, dee RECUSED");
}

TEST(RecusalTest, StandsUntilItIsTakenBack) {
  World world = World().Role("cab", {"ann"}).Rule("at_least: 1 of { role: 'cab' }");
  world.Approve("ann", StrCat("kind: APPROVAL_KIND_RECUSED ", Given("2026-06-10T08:00:00Z")))
      .Approve("ann", Given("2026-06-10T09:00:00Z"));
  Answer answer = world.Ask();
  EXPECT_EQ(StatusOf(answer), "UNSATISFIABLE");
  EXPECT_EQ(NotCountedOf(answer), "ann RECUSED, ann RECUSED ann");
  world.Approve("ann", StrCat("kind: APPROVAL_KIND_WITHDRAWN ", Given("2026-06-10T08:30:00Z")));
  EXPECT_EQ(StatusOf(world.Ask()), "SATISFIED");
}

// A rule about everywhere asks for a decision about each place, also the one recused from.
TEST(RecusalTest, FromOnePlaceOfSeveral) {
  for (const char* place : {"ENVIRONMENT_STAGING", "ENVIRONMENT_PRODUCTION", "ENVIRONMENT_TEST"}) {
    World world = World().Role("cab", {"ann"}).Rule("at_least: 1 of { role: 'cab' }");
    world.Change("environments: ENVIRONMENT_STAGING")
        .Approve("ann")
        .Approve("ann", StrCat("kind: APPROVAL_KIND_RECUSED environment: ", place));
    EXPECT_EQ(StatusOf(world.Ask()),
              place == std::string_view("ENVIRONMENT_TEST") ? "SATISFIED" : "UNSATISFIABLE")
        << place;
  }
}

TEST(RecusalTest, ConcernsWhatItNames) {
  struct Case {
    const char* rule;
    const char* recusal;
    const char* withdrawal;  // of the recusal; null: none
    const char* status;
  };
  for (const Case& c : {
           Case{"aspects: ASPECT_RISK", "aspects: ASPECT_PLAN", nullptr, "SATISFIED"},
           Case{"aspects: ASPECT_PLAN", "aspects: ASPECT_PLAN", nullptr, "UNSATISFIABLE"},
           Case{"", "aspects: ASPECT_PLAN", nullptr, "UNSATISFIABLE"},
           Case{"aspects: ASPECT_RISK", "aspects: ASPECT_UNSPECIFIED", nullptr, "UNSATISFIABLE"},
           Case{"environment: ENVIRONMENT_STAGING", "environment: ENVIRONMENT_PRODUCTION", nullptr,
                "SATISFIED"},
           // Taken back as far as the withdrawal goes, and no further.
           Case{"aspects: ASPECT_PLAN", "", "aspects: ASPECT_PLAN", "SATISFIED"},
           Case{"aspects: ASPECT_RISK", "", "aspects: ASPECT_PLAN", "UNSATISFIABLE"},
           Case{"", "aspects: ASPECT_PLAN", "aspects: ASPECT_PLAN", "SATISFIED"},
           Case{"", "", "environment: ENVIRONMENT_STAGING", "UNSATISFIABLE"},
           Case{"", "", "criterion: 'x'", "UNSATISFIABLE"},
           Case{"", "", "on_behalf_of: 'bob'", "UNSATISFIABLE"},
           Case{"", "", "aspects: ASPECT_UNSPECIFIED", "UNSATISFIABLE"},
           // It speaks for permission, so it has to be on record: here a second later.
           Case{"", "", "recorded_at { seconds: 1781092801 }", "UNSATISFIABLE"},
       }) {
    World world = World().Role("cab", {"ann"}).Rule("at_least: 1 of { role: 'cab' }", c.rule);
    world.Approve("ann", StrCat("kind: APPROVAL_KIND_RECUSED ", c.recusal, " ",
                                Given("2026-06-10T08:00:00Z")));
    if (c.withdrawal != nullptr) {
      world.Approve("ann", StrCat("kind: APPROVAL_KIND_WITHDRAWN ", c.withdrawal, " ",
                                  Given("2026-06-10T09:00:00Z")));
    }
    world.Approve("ann");
    EXPECT_EQ(StatusOf(world.Ask()), c.status) << c.rule << " / " << c.recusal;
  }
}

// Approvals are given at 11:00 where nothing else is said.
std::string Met(std::string_view condition, std::string_view by,
                std::string_view at = "2026-06-10T11:30:00Z") {
  return StrCat("conditions_met { condition: '", condition, "' by: '", by, "' ",
                at.empty() ? "" : Given(at), " }");
}

TEST(ConditionTest, AConditionBecomesARequirement) {
  World world = OneOfCab().Approve(
      "ann", "kind: APPROVAL_KIND_CONDITIONAL conditions: ['load test', 'backup']");
  Answer answer = world.Ask();
  EXPECT_EQ(StatusOf(answer), "UNSATISFIED");
  EXPECT_EQ(Witness(answer), "=ann");
  EXPECT_EQ(Joined(answer.outcome.open_conditions()), "backup,load test");
  EXPECT_EQ(Suggested(answer), "");
  EXPECT_TRUE(answer.counted.empty());
  answer = world.Change(Met("backup", "ann")).Ask();
  EXPECT_EQ(Joined(answer.outcome.open_conditions()), "load test");
  answer = world.Change(Met("load test", "ann")).Ask();
  EXPECT_EQ(StatusOf(answer), "SATISFIED");
  EXPECT_EQ(answer.counted.size(), 1u);
}

constexpr char kIfBackup[] = "kind: APPROVAL_KIND_CONDITIONAL conditions: 'backup'";

TEST(ConditionTest, WhoMayConfirmIt) {
  struct Case {
    std::string met;
    const char* status;
  };
  for (const Case& c : {
           Case{Met("backup", "ann"), "SATISFIED"},
           Case{Met("backup", "ANN@example.org"), "SATISFIED"},
           // Neither eligible nor kept apart.
           Case{Met("backup", "gil"), "SATISFIED"},
           Case{Met("backup", "bob") + Met("backup", "bob"), "SATISFIED"},
           Case{Met("backup", "dev"), "UNSATISFIED"},
           Case{Met("backup", "req"), "UNSATISFIED"},
           Case{Met("backup", "stranger"), "UNSATISFIED"},
           Case{Met("backup", "bot"), "UNSATISFIED"},
           Case{Met("backup", "TBD"), "UNSATISFIED"},
           Case{Met("backup", ""), "UNSATISFIED"},
           Case{Met("backup", "dev") + Met("backup", "gil"), "SATISFIED"},
           // Whoever was not there, or not yet, or takes no part.
           Case{Met("backup", "zoe"), "UNSATISFIED"},
           Case{Met("backup", "zoe", "2026-06-10T11:10:00Z"), "SATISFIED"},
           Case{Met("backup", "cy"), "UNSATISFIED"},
           // Word for word.
           Case{Met("Backup", "ann"), "UNSATISFIED"},
           Case{Met("backup ", "ann"), "UNSATISFIED"},
       }) {
    World world = OneOfCab().Approve("ann", kIfBackup).Change(c.met);
    world.Approve("cy", "kind: APPROVAL_KIND_RECUSED");
    world.Directory(StrCat("people { id: 'zoe' ", Stamp("left_at", "2026-06-10T11:20:00Z"), " }"));
    const Answer answer = world.Ask();
    EXPECT_EQ(StatusOf(answer), c.status) << c.met;
    EXPECT_EQ(Joined(answer.outcome.open_conditions()),
              StatusOf(answer) == "SATISFIED" ? "" : "backup");
  }
}

TEST(ConditionTest, AConfirmationComesAfterTheApproval) {
  struct Case {
    const char* approval;  // empty: nobody knows when
    const char* met;
    const char* status;
  };
  for (const Case& c : {
           Case{"2026-06-10T09:00:00Z", "2026-06-10T09:00:00Z", "SATISFIED"},
           Case{"2026-06-10T09:00:00Z", "2026-06-10T08:59:59Z", "UNSATISFIED"},
           Case{"2026-06-10T09:00:00Z", "2026-06-10T12:00:00Z", "SATISFIED"},
           Case{"2026-06-10T09:00:00Z", "2026-06-10T12:00:01Z", "UNSATISFIED"},
           Case{"2026-06-10T09:00:00Z", "", "UNSATISFIED"},
           Case{"", "2026-06-10T09:00:00Z", "UNSATISFIED"},
           Case{"", "", "UNSATISFIED"},
       }) {
    World world = OneOfCab().Approve("ann", kIfBackup).Change(Met("backup", "ann", c.met));
    v1::Approval& approval = *world.change.mutable_approvals(0);
    approval.clear_happened_at();
    if (*c.approval != 0) ToProto(Utc(c.approval), approval.mutable_happened_at());
    EXPECT_EQ(StatusOf(world.Ask()), c.status) << c.approval << " / " << c.met;
  }
  // One that lies ahead counts when its time has come.
  World world =
      OneOfCab().Approve("ann", kIfBackup).Change(Met("backup", "ann", "2026-06-10T13:00:00Z"));
  world.Ask();
  EXPECT_THAT(world.changes, Contains(Utc("2026-06-10T13:00:00Z")));
  EXPECT_EQ(StatusOf(world.At("2026-06-10T13:00:00Z").Ask()), "SATISFIED");
  // Only recorded: that is its time.
  World recorded = OneOfCab().Approve("ann", kIfBackup);
  recorded.Change(StrCat("conditions_met { condition: 'backup' by: 'ann' ",
                         Stamp("recorded_at", "2026-06-10T11:30:00Z"), " }"));
  EXPECT_EQ(StatusOf(recorded.Ask()), "SATISFIED");
}

TEST(ConditionTest, TheSlotSaysWhoIsKeptApart) {
  // The tester may confirm where testers may approve.
  for (const bool apart : {false, true}) {
    World world = World().Role("cab", {"ann"}).Change("people { testers: 'gil' }");
    world.Rule(StrCat("at_least: 1 of { role: 'cab' } ",
                      apart ? "apart_from: [PART_AUTHOR, PART_TESTER]" : ""));
    world.Approve("ann", kIfBackup).Change(Met("backup", "gil"));
    EXPECT_EQ(StatusOf(world.Ask()), apart ? "UNSATISFIED" : "SATISFIED");
  }
}

TEST(ConditionTest, ADelegatesApprovalIsConfirmedByEither) {
  for (const char* by : {"ann", "bob"}) {
    World world = World().Role("cab", {"ann"}).Rule("at_least: 1 of { role: 'cab' }");
    world.Directory(StrCat("delegations { id: 'd' from: 'ann' to: 'bob' ",
                           Stamp("end", "2026-07-01T00:00:00Z"), " }"));
    world.Approve("bob", StrCat("on_behalf_of: 'ann' ", kIfBackup)).Change(Met("backup", by));
    EXPECT_EQ(StatusOf(world.Ask()), "SATISFIED") << by;
  }
}

TEST(ConditionTest, AnEditVoidsTheApprovalWhoeverConfirmed) {
  World world = Edited();
  world.Approve("ann", StrCat("revision: 1 ", kIfBackup, " ", Given("2026-06-10T08:30:00Z")))
      .Change(Met("backup", "ann"));
  EXPECT_EQ(StatusOf(world.Ask()), "UNSATISFIED");
  EXPECT_EQ(NotCountedOf(world.Ask()), "ann VOIDED 2");
  // What was confirmed before does not serve the new approval.
  world.Approve("ann", StrCat("revision: 3 ", kIfBackup, " ", Given("2026-06-10T11:45:00Z")));
  EXPECT_EQ(Joined(world.Ask().outcome.open_conditions()), "backup");
  EXPECT_EQ(StatusOf(world.Change(Met("backup", "ann", "2026-06-10T11:50:00Z")).Ask()),
            "SATISFIED");
}

TEST(ConditionTest, HoldsEvenWhereOthersApproved) {
  World world = OneOfCab().Approve("bob").Approve(
      "ann", "kind: APPROVAL_KIND_CONDITIONAL conditions: 'load test'");
  EXPECT_EQ(StatusOf(world.Ask()), "UNSATISFIED");
  // Not where its giver has no say.
  World stranger = OneOfCab().Approve("bob").Approve(
      "gil", "kind: APPROVAL_KIND_CONDITIONAL conditions: 'load test'");
  EXPECT_EQ(StatusOf(stranger.Ask()), "SATISFIED");
}

TEST(ConditionTest, ALaterApprovalWithoutItReleases) {
  const std::string conditional = StrCat("kind: APPROVAL_KIND_CONDITIONAL conditions: 'load test' ",
                                         Given("2026-06-10T09:00:00Z"));
  EXPECT_EQ(StatusOf(OneOfCab()
                         .Approve("ann", conditional)
                         .Approve("ann", Given("2026-06-10T10:00:00Z"))
                         .Ask()),
            "SATISFIED");
  for (const char* at : {"2026-06-10T09:00:00Z", "2026-06-10T08:00:00Z"}) {
    EXPECT_EQ(StatusOf(OneOfCab().Approve("ann", conditional).Approve("ann", Given(at)).Ask()),
              "UNSATISFIED");
  }
}

TEST(ConditionTest, AConditionThatNobodyWroteIsNeverMet) {
  EXPECT_EQ(NotCountedOf(OneOfCab().Approve("ann", "kind: APPROVAL_KIND_CONDITIONAL").Ask()),
            "ann CONDITION");
}

}  // namespace
}  // namespace changepolicy
