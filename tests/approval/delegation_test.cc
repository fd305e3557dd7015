// Delegation: what it covers and when, chains, and separation of duties and distinctness over it.
// The cab is ann and bob; cy speaks for ann at 11:00, and the answer is given at 12:00.
#include <ostream>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "tests/approval/world.h"

namespace changepolicy {
namespace {

using ::testing::Contains;
using ::testing::Not;

World Cab(std::string_view directory) {
  World world;
  world.Directory(Timed(directory)).Role("cab", {"ann", "bob"}).Role("dpo", {"ann", "dee"});
  world.Rule("at_least: 1 of { role: 'cab' }");
  return world;
}

struct Row {
  const char* what;
  std::string directory;
  const char* not_counted;  // empty: cy counts for ann
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.what; }

class Delegated : public testing::TestWithParam<Row> {};

TEST_P(Delegated, CountsOrSaysWhyNot) {
  const Row& row = GetParam();
  World world = Cab(row.directory);
  world.Approve("cy", "on_behalf_of: 'ann'");
  const Answer answer = world.Ask();
  EXPECT_EQ(NotCountedOf(answer), row.not_counted);
  if (*row.not_counted == 0) {
    EXPECT_EQ(StatusOf(answer), "SATISFIED");
    EXPECT_EQ(Witness(answer), "=cy(for ann)");
  } else {
    EXPECT_EQ(StatusOf(answer), "UNSATISFIED");
    EXPECT_EQ(Witness(answer), "=");
  }
}

// One delegation; an end in the far future unless it is said.
std::string Give(std::string_view from, std::string_view to, std::string_view more = "") {
  const bool ends = more.find("end") != std::string_view::npos;
  return StrCat("delegations { id: '", from, "-", to, "' from: '", from, "' to: '", to, "' ", more,
                ends ? "" : " end @23", " } ");
}

INSTANTIATE_TEST_SUITE_P(
    Scope, Delegated,
    testing::Values(
        Row{"everything", Give("ann", "cy"), ""},  //
        Row{"nothing was given", "", "cy DELEGATION ann"},
        Row{"the other way round", Give("cy", "ann"), "cy DELEGATION ann"},
        Row{"given by somebody else", Give("bob", "cy"), "cy DELEGATION ann"},
        Row{"given to somebody else", Give("ann", "dee"), "cy DELEGATION ann"},
        Row{"by other accounts", Give("ANN@example.org", "Cy@Example.org"), ""},
        Row{"the role", Give("ann", "cy", "roles: 'cab'"), ""},
        Row{"another role of the giver", Give("ann", "cy", "roles: 'dpo'"), "cy DELEGATION ann"},
        Row{"the role among others", Give("ann", "cy", "roles: ['dpo', 'cab']"), ""},
        Row{"the service", Give("ann", "cy", "services: 'pay'"), ""},
        Row{"another service", Give("ann", "cy", "services: 'web'"), "cy DELEGATION ann"},
        Row{"role and service", Give("ann", "cy", "roles: 'cab' services: 'pay'"), ""},
        Row{"role without service", Give("ann", "cy", "roles: 'cab' services: 'web'"),
            "cy DELEGATION ann"},
        // Two delegations do not make one that is wider than each.
        Row{"the role for another service, the service in another role",
            Give("ann", "cy", "roles: 'cab' services: 'web'") +
                Give("ann", "cy", "roles: 'dpo' services: 'pay'"),
            "cy DELEGATION ann"},
        Row{"one of several suffices",
            Give("ann", "cy", "roles: 'dpo'") + Give("ann", "cy", "roles: 'cab'"), ""}));

INSTANTIATE_TEST_SUITE_P(
    Period, Delegated,
    testing::Values(
        Row{"within", Give("ann", "cy", "start @9 end @13"), ""},
        Row{"from its very start", Give("ann", "cy", "start @11 end @13"), ""},
        Row{"before its start", Give("ann", "cy", "start @11:01 end @13"), "cy DELEGATION ann"},
        Row{"up to its end", Give("ann", "cy", "end @11:01"), ""},
        Row{"not at its end", Give("ann", "cy", "end @11"), "cy DELEGATION ann"},
        Row{"in a gap between two",
            Give("ann", "cy", "end @11") + Give("ann", "cy", "start @11:01"), "cy DELEGATION ann"},
        Row{"in the second of two", Give("ann", "cy", "end @11") + Give("ann", "cy", "start @11"),
            ""},
        Row{"an empty period", Give("ann", "cy", "start @11 end @11"), "cy DELEGATION ann"},
        Row{"recorded in time", Give("ann", "cy", "recorded_at @12"), ""},
        Row{"recorded after the decision", Give("ann", "cy", "recorded_at @12:01"),
            "cy DELEGATION ann"}));

INSTANTIATE_TEST_SUITE_P(
    Chain, Delegated,
    testing::Values(
        Row{"not passed on unless that is said", Give("ann", "dee") + Give("dee", "cy"),
            "cy DELEGATION ann"},
        Row{"one further step", Give("ann", "dee", "further_steps: 1") + Give("dee", "cy"), ""},
        // What the second allows has nothing to do with it.
        Row{"the last step's own allowance does not help",
            Give("ann", "dee") + Give("dee", "cy", "further_steps: 9"), "cy DELEGATION ann"},
        Row{"two further steps",
            Give("ann", "dee", "further_steps: 2") + Give("dee", "eve", "further_steps: 1") +
                Give("eve", "cy"),
            ""},
        Row{"the first allows one step too few",
            Give("ann", "dee", "further_steps: 1") + Give("dee", "eve", "further_steps: 1") +
                Give("eve", "cy"),
            "cy DELEGATION ann"},
        Row{"the second allows one step too few",
            Give("ann", "dee", "further_steps: 2") + Give("dee", "eve") + Give("eve", "cy"),
            "cy DELEGATION ann"},
        Row{"a negative allowance is none at all", Give("ann", "cy", "further_steps: -1"),
            "cy DELEGATION ann"},
        Row{"a shorter way beside one that is too long",
            Give("ann", "dee", "further_steps: 1") + Give("dee", "eve") + Give("eve", "cy") +
                Give("dee", "cy"),
            ""},
        Row{"the same role all the way",
            Give("ann", "dee", "roles: 'cab' further_steps: 1") + Give("dee", "cy", "roles: 'cab'"),
            ""},
        Row{"a narrower second step",
            Give("ann", "dee", "further_steps: 1") + Give("dee", "cy", "roles: 'cab'"), ""},
        Row{"a wider second step widens nothing",
            Give("ann", "dee", "roles: 'dpo' further_steps: 1") + Give("dee", "cy"),
            "cy DELEGATION ann"},
        Row{"roles that differ",
            Give("ann", "dee", "roles: 'cab' further_steps: 1") + Give("dee", "cy", "roles: 'dpo'"),
            "cy DELEGATION ann"},
        Row{"services that differ",
            Give("ann", "dee", "services: 'pay' further_steps: 1") +
                Give("dee", "cy", "services: 'web'"),
            "cy DELEGATION ann"},
        Row{"the first step has ended",
            Give("ann", "dee", "further_steps: 1 end @11") + Give("dee", "cy"),
            "cy DELEGATION ann"},
        Row{"the second step has not begun",
            Give("ann", "dee", "further_steps: 1") + Give("dee", "cy", "start @11:01"),
            "cy DELEGATION ann"},
        Row{"the one in between has left",
            "people { id: 'zoe' left_at @11 } " + Give("ann", "zoe", "further_steps: 1") +
                Give("zoe", "cy"),
            "cy DELEGATION ann"},
        Row{"the one in between leaves afterwards",
            "people { id: 'zoe' left_at @11:01 } " + Give("ann", "zoe", "further_steps: 1") +
                Give("zoe", "cy"),
            ""}));

// --- who speaks, and for whom ---

struct SpeakerCase {
  const char* what;
  std::string world;  // more of the directory
  const char* by;
  const char* approval;  // more of the approval
  const char* not_counted;
  const char* change = "";
};
std::ostream& operator<<(std::ostream& out, const SpeakerCase& row) { return out << row.what; }

class Speakers : public testing::TestWithParam<SpeakerCase> {};

TEST_P(Speakers, CountOrAreToldWhyNot) {
  const SpeakerCase& row = GetParam();
  World world = Cab(row.world).Change(row.change);
  const Answer answer = world.Approve(row.by, Timed(row.approval)).Ask();
  EXPECT_EQ(NotCountedOf(answer), row.not_counted);
  EXPECT_EQ(StatusOf(answer), *row.not_counted == 0 ? "SATISFIED" : "UNSATISFIED");
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Speakers,
    testing::Values(SpeakerCase{"nobody acts for another without saying so", Give("ann", "cy"),
                                "cy", "", "cy INELIGIBLE"},
                    SpeakerCase{"never more than the giver has", Give("dee", "cy"), "cy",
                                "on_behalf_of: 'dee'", "cy INELIGIBLE"},
                    SpeakerCase{"for oneself by another account", "", "ann",
                                "on_behalf_of: 'ANN@example.org'", ""},
                    SpeakerCase{"for a stranger", Give("ann", "cy"), "cy",
                                "on_behalf_of: 'stranger'", "cy UNKNOWN_IDENTITY stranger"},
                    SpeakerCase{"for a placeholder", Give("ann", "cy"), "cy", "on_behalf_of: 'TBD'",
                                "cy PLACEHOLDER TBD"},
                    SpeakerCase{"a service account", Give("ann", "bot"), "bot",
                                "on_behalf_of: 'ann'", "bot SERVICE_ACCOUNT"},
                    SpeakerCase{"for a service account",
                                "people { id: 'robot' service_account: true } "
                                "roles { id: 'x' members: 'robot' } " +
                                    Give("robot", "cy"),
                                "cy", "on_behalf_of: 'robot'", "cy INELIGIBLE"},
                    SpeakerCase{"a delegate who left before",
                                "people { id: 'zoe' left_at @11 } " + Give("ann", "zoe"), "zoe",
                                "on_behalf_of: 'ann'", "zoe LEFT"},
                    SpeakerCase{"a delegate who left since",
                                "people { id: 'zoe' left_at @11:01 } " + Give("ann", "zoe"), "zoe",
                                "on_behalf_of: 'ann'", ""},
                    // One who may not approve cannot have it done either, nor do it for another.
                    SpeakerCase{"for the requester", Give("ann", "cy"), "cy", "on_behalf_of: 'ann'",
                                "cy APART REQUESTER", "people { requester: 'ann' }"},
                    SpeakerCase{"for an author", Give("ann", "cy"), "cy", "on_behalf_of: 'ann'",
                                "cy APART AUTHOR", "people { authors: 'ann@example.org' }"},
                    SpeakerCase{"the requester for another", Give("ann", "req"), "req",
                                "on_behalf_of: 'ann'", "req APART REQUESTER"},
                    SpeakerCase{"an author for another", Give("ann", "dev"), "dev",
                                "on_behalf_of: 'ann'", "dev APART AUTHOR"},
                    // Nor choose who does it for another.
                    SpeakerCase{"passed on by the requester",
                                Give("ann", "req", "further_steps: 1") + Give("req", "cy"), "cy",
                                "on_behalf_of: 'ann'", "cy DELEGATION ann"},
                    SpeakerCase{"passed on by the requester under another account",
                                "people { id: 'sam' accounts: 'Sam S <SAM@x>' } " +
                                    Give("ann", "sam", "further_steps: 1") + Give("sam", "cy"),
                                "cy", "on_behalf_of: 'ann'", "cy DELEGATION ann",
                                "people { requester: 'sam@X' }"},
                    SpeakerCase{"an author in the middle of a longer chain",
                                Give("ann", "dee", "further_steps: 2") +
                                    Give("dee", "dev", "further_steps: 1") + Give("dev", "cy"),
                                "cy", "on_behalf_of: 'ann'", "cy DELEGATION ann"},
                    SpeakerCase{"a way around the author",
                                Give("ann", "dee", "further_steps: 2") +
                                    Give("dee", "dev", "further_steps: 1") + Give("dev", "cy") +
                                    Give("dee", "eve", "further_steps: 1") + Give("eve", "cy"),
                                "cy", "on_behalf_of: 'ann'", ""},
                    SpeakerCase{"a giver who left before",
                                "people { id: 'zoe' left_at @11 } " + Give("zoe", "cy"), "cy",
                                "on_behalf_of: 'zoe'", "cy INELIGIBLE"},
                    SpeakerCase{"passed on by somebody else",
                                Give("ann", "bob", "further_steps: 1") + Give("bob", "cy"), "cy",
                                "on_behalf_of: 'ann'", ""},
                    SpeakerCase{"passed on by a service account",
                                Give("ann", "bot", "further_steps: 1") + Give("bot", "cy"), "cy",
                                "on_behalf_of: 'ann'", "cy DELEGATION ann"},
                    SpeakerCase{"who only landed it for another", Give("ann", "cy"), "cy",
                                "on_behalf_of: 'ann'", "", "people { landers: 'cy' }"}));

TEST(DelegationTest, AGiverWhoLeftGivesNothingFromThatInstantOn) {
  for (const bool left : {false, true}) {
    World world;
    world
        .Directory(Timed(StrCat("people { id: 'zoe' left_at ", left ? "@11" : "@11:01", " } ",
                                Give("zoe", "cy"))))
        .Role("cab", {"zoe", "bob"})
        .Rule("at_least: 1 of { role: 'cab' }")
        .Approve("cy", "on_behalf_of: 'zoe'");
    EXPECT_EQ(StatusOf(world.Ask()), left ? "UNSATISFIED" : "SATISFIED");
    // At the decision she is gone in either case.
    world.Policy("separation { roster: ROSTER_AT_DECISION }");
    EXPECT_EQ(StatusOf(world.Ask()), "UNSATISFIED");
  }
}

TEST(DelegationTest, ThePairWithTheApproverHoldsForGiversAndDelegates) {
  for (const char* implementer : {"ann", "cy"}) {
    World world = Cab(Give("ann", "cy"))
                      .Policy("separation { pairs { one: PART_APPROVER other: PART_IMPLEMENTER } }")
                      .Change(StrCat("people { implementers: '", implementer, "' }"));
    world.Approve("cy", "on_behalf_of: 'ann'");
    EXPECT_EQ(NotCountedOf(world.Ask()), "cy APART IMPLEMENTER") << implementer;
  }
}

TEST(DelegationTest, WhoeverIsRecusedNeitherSpeaksNorIsSpokenFor) {
  for (const char* recused : {"ann", "cy"}) {
    World world = Cab(Give("ann", "cy")).Approve("cy", "on_behalf_of: 'ann'");
    ASSERT_EQ(StatusOf(world.Ask()), "SATISFIED");
    world.Approve(recused, "kind: APPROVAL_KIND_RECUSED");
    EXPECT_EQ(StatusOf(world.Ask()), "UNSATISFIED") << recused;
    EXPECT_THAT(NotCountedOf(world.Ask()), testing::HasSubstr(StrCat("cy RECUSED ", recused)));
  }
}

TEST(DelegationTest, NotWhereTheSlotAsksForThePersonThemselves) {
  World world = World().Directory(Timed(Give("ann", "cy"))).Role("cab", {"ann", "bob"});
  world.Rule("at_least: 1 of { role: 'cab' } in_person: true").Approve("cy", "on_behalf_of: 'ann'");
  EXPECT_EQ(NotCountedOf(world.Ask()), "cy DELEGATION ann");
  EXPECT_EQ(StatusOf(world.Approve("ann").Ask()), "SATISFIED");
}

TEST(DelegationTest, TheGiversRoleHasToHoldAtTheApproval) {
  for (const bool held : {true, false}) {
    World world;
    world.Directory(Timed(StrCat(Give("ann", "cy"), "roles { id: 'cab' members: 'bob' memberships ",
                                 "{ person: 'ann' end ", held ? "@11:01" : "@11", " } }")));
    world.Rule("at_least: 1 of { role: 'cab' }").Approve("cy", "on_behalf_of: 'ann'");
    EXPECT_EQ(StatusOf(world.Ask()), held ? "SATISFIED" : "UNSATISFIED");
  }
}

// A delegation of named roles covers just these; one of all, whatever makes the giver eligible.
TEST(DelegationTest, OfARoleDoesNotCoverATeamOrAName) {
  for (const char* of : {"team: 'core'", "people: 'ann'", "anyone: true", "own_team: true",
                         "service_owners: true"}) {
    for (const bool limited : {true, false}) {
      World world;
      world
          .Directory(Timed(StrCat("teams { id: 'core' members: ['ann', 'bob'] } ",
                                  "services { id: 'pay' owners: 'ann' } ",
                                  Give("ann", "cy", limited ? "roles: 'cab'" : ""))))
          .Role("cab", {"ann"});
      world.Rule(StrCat("at_least: 1 of { ", of, " }")).Approve("cy", "on_behalf_of: 'ann'");
      const Answer answer = world.Ask();
      EXPECT_EQ(StatusOf(answer), limited ? "UNSATISFIED" : "SATISFIED") << of;
      EXPECT_EQ(NotCountedOf(answer), limited ? "cy DELEGATION ann" : "") << of;
    }
  }
}

TEST(DelegationTest, OneOfTheRolesByWhichTheGiverIsEligibleSuffices) {
  struct Case {
    const char* roles;
    const char* status;
  };
  // Ann is in the cab and the dpo, but no cto.
  for (const Case& c :
       {Case{"'cab'", "SATISFIED"}, Case{"'dpo'", "SATISFIED"}, Case{"'cto'", "UNSATISFIED"}}) {
    World world = Cab(Give("ann", "cy", StrCat("roles: ", c.roles))).Role("cto", {"bob"});
    world.policy.clear_approvals();
    world.Rule("at_least: 1 of { roles: ['cab', 'cto', 'dpo'] }")
        .Approve("cy", "on_behalf_of: 'ann'");
    EXPECT_EQ(StatusOf(world.Ask()), c.status) << c.roles;
  }
}

TEST(DelegationTest, OfServicesHasToCoverAllThatAreTouched) {
  struct Case {
    const char* given;
    const char* touched;  // beside pay
    const char* status;
  };
  for (const Case& c : {Case{"services: 'pay'", "services { id: 'web' }", "UNSATISFIED"},
                        Case{"services: ['web', 'pay']", "services { id: 'web' }", "SATISFIED"},
                        Case{"", "services { id: 'web' }", "SATISFIED"}}) {
    World world = Cab(Give("ann", "cy", c.given)).Change(c.touched);
    EXPECT_EQ(StatusOf(world.Approve("cy", "on_behalf_of: 'ann'").Ask()), c.status)
        << c.given << " of " << c.touched;
  }
  // Nobody said which are touched, or that none is: only a delegation of all covers that.
  for (const char* stated : {"", "stated { field: 'services' by: 'req' }"}) {
    for (const char* given : {"services: 'pay'", ""}) {
      World world = Cab(Give("ann", "cy", given));
      world.change.clear_services();
      world.Change(stated).Approve("cy", "on_behalf_of: 'ann'");
      EXPECT_EQ(StatusOf(world.Ask()), *given == 0 ? "SATISFIED" : "UNSATISFIED");
    }
  }
}

TEST(DelegationTest, ForTheOwnerOfAServiceItHasToCoverThatOneOnly) {
  for (const char* given : {"pay", "web"}) {
    World world;
    world.Directory(Timed(StrCat("services { id: 'pay' owners: 'ann' } ",
                                 "services { id: 'web' owners: ['ann', 'eve'] } ",
                                 Give("ann", "cy", StrCat("services: '", given, "'")))));
    world.Change("services { id: 'web' }").Rule("at_least: 1 of { service_owners: true }");
    const Answer answer = world.Approve("cy", "on_behalf_of: 'ann'").Approve("eve").Ask();
    const bool pay = given == std::string_view("pay");
    EXPECT_EQ(StatusOf(answer), pay ? "SATISFIED" : "UNSATISFIED") << given;
    EXPECT_EQ(Witness(answer), pay ? "services[pay]=cy(for ann)|services[web]=eve"
                                   : "services[pay]=|services[web]=eve");
  }
}

// --- one person is one voice ---

struct VoicesCase {
  const char* what;
  const char* needs;
  const char* approvals;  // like `cy for ann, bob`
  const char* status;
  const char* witness;
  const char* suggested;
};
std::ostream& operator<<(std::ostream& out, const VoicesCase& row) { return out << row.what; }

class Voices : public testing::TestWithParam<VoicesCase> {};

// The cab is ann, bob and eve; security is cy and eve. Everybody may act for everybody in the cab.
TEST_P(Voices, AreCountedOnce) {
  const VoicesCase& row = GetParam();
  World world;
  world.Role("cab", {"ann", "bob", "eve"}).Role("security", {"cy", "eve"});
  for (const char* giver : {"ann", "bob"}) {
    for (const char* taker : {"cy", "dee", "eve"}) world.Directory(Timed(Give(giver, taker)));
  }
  world.Directory(Timed(Give("cy", "dee"))).Rule(row.needs);
  for (const absl::string_view one : absl::StrSplit(row.approvals, ", ")) {
    const std::vector<std::string> words = absl::StrSplit(one, " for ");
    world.Approve(words[0], words.size() > 1 ? StrCat("on_behalf_of: '", words[1], "'") : "");
  }
  const Answer answer = world.Ask();
  EXPECT_EQ(StatusOf(answer), row.status);
  EXPECT_EQ(Witness(answer), row.witness);
  EXPECT_EQ(Suggested(answer), row.suggested);
  for (const v1::Suggestion& one : answer.outcome.suggestions()) world.Approve(one.person());
  EXPECT_EQ(StatusOf(world.Ask()), "SATISFIED");
}

constexpr char kTwo[] = "at_least: 2 of { role: 'cab' }";
constexpr char kBoth[] =
    "all { at_least: 1 of { role: 'cab' } } all { at_least: 1 of { role: 'security' } }";

INSTANTIATE_TEST_SUITE_P(
    Rows, Voices,
    testing::Values(
        VoicesCase{"a delegate beside another member", kTwo, "cy for ann, bob", "SATISFIED",
                   "=bob,cy(for ann)", ""},
        VoicesCase{"two delegates for two members", kTwo, "cy for ann, dee for bob", "SATISFIED",
                   "=cy(for ann),dee(for bob)", ""},
        VoicesCase{"the giver and the delegate are one seat", kTwo, "cy for ann, ann",
                   "UNSATISFIED", "=ann", ":bob"},
        VoicesCase{"two delegates of one giver are one seat", kTwo, "cy for ann, dee for ann",
                   "UNSATISFIED", "=cy(for ann)", ":bob"},
        // Whichever seat cy takes, the other's holder has to speak; the earlier person is asked.
        VoicesCase{"one delegate of two givers is one person", kTwo, "cy for ann, cy for bob",
                   "UNSATISFIED", "=cy(for bob)", ":ann"},
        VoicesCase{"a member who also acts for another is one person", kTwo, "eve, eve for ann",
                   "UNSATISFIED", "=eve", ":ann"},
        VoicesCase{"a delegate with a role of their own fills either slot, not both", kBoth,
                   "cy, cy for ann", "UNSATISFIED", "all[0]=|all[1]=cy", "all[0]:ann"},
        VoicesCase{"the other slot may be filled by another", kBoth, "cy, cy for ann, eve",
                   "SATISFIED", "all[0]=eve|all[1]=cy", ""},
        VoicesCase{"seats change hands where only that helps", kBoth, "eve, dee for ann",
                   "SATISFIED", "all[0]=dee(for ann)|all[1]=eve", ""},
        VoicesCase{"two delegations compete for one person", kBoth, "dee for ann, dee for cy, bob",
                   "SATISFIED", "all[0]=bob|all[1]=dee(for cy)", ""}));

TEST(DelegationTest, WhereSharingIsAllowedADelegateMayFillBothSlots) {
  World world = Cab(Give("ann", "cy")).Role("security", {"cy"});
  world.policy.clear_approvals();
  world
      .Rule(
          "all { at_least: 1 of { role: 'cab' } may_share: true } "
          "all { at_least: 1 of { role: 'security' } }")
      .Approve("cy")
      .Approve("cy", "on_behalf_of: 'ann'");
  const Answer answer = world.Ask();
  EXPECT_EQ(StatusOf(answer), "SATISFIED");
  EXPECT_EQ(Witness(answer), "all[0]=cy(for ann)|all[1]=cy");
  EXPECT_EQ(Joined(answer.outcome.shared()), "cy");
}

TEST(DelegationTest, TheRolesOfACountedVoiceAreTheGivers) {
  const Answer answer = Cab(Give("ann", "cy")).Approve("cy", "on_behalf_of: 'ann'").Ask();
  ASSERT_EQ(answer.counted.size(), 1u);
  EXPECT_EQ(answer.counted[0].person, "cy");
  EXPECT_EQ(Joined(answer.counted[0].roles), "cab");
}

TEST(DelegationTest, WithdrawalsTakeBackWhatTheSamePersonSaidInThatSeat) {
  World world = Cab(Give("ann", "cy")).Approve("cy", "on_behalf_of: 'ann'");
  world.Approve("cy", "kind: APPROVAL_KIND_WITHDRAWN on_behalf_of: 'bob'");
  EXPECT_EQ(StatusOf(world.Ask()), "SATISFIED");
  world.Approve("ann", "kind: APPROVAL_KIND_WITHDRAWN");
  EXPECT_EQ(StatusOf(world.Ask()), "SATISFIED") << "cy spoke, not ann";
  world.Approve("cy", "kind: APPROVAL_KIND_WITHDRAWN on_behalf_of: 'ANN'");
  EXPECT_EQ(NotCountedOf(world.Ask()), "cy WITHDRAWN a4");
}

// --- when the answer changes ---

// By the roster of the decision. The status changes at `turns`, not before, and that was announced.
struct ClockCase {
  const char* what;
  std::string directory;
  const char* turns;
  const char* before;
  const char* after;
  const char* by = "cy";
};
std::ostream& operator<<(std::ostream& out, const ClockCase& row) { return out << row.what; }

class Clock : public testing::TestWithParam<ClockCase> {};

TEST_P(Clock, AnnouncesWhenTheAnswerTurns) {
  const ClockCase& row = GetParam();
  World world = Cab(row.directory).Policy("separation { roster: ROSTER_AT_DECISION }");
  world.Approve(row.by, "on_behalf_of: 'ann'");
  const absl::Time turns = Utc(StrCat("2026-06-10T", row.turns, ":00Z"));
  EXPECT_EQ(StatusOf(world.Ask()), row.before);
  EXPECT_THAT(world.changes, Contains(turns));
  world.now = turns - absl::Nanoseconds(1);
  EXPECT_EQ(StatusOf(world.Ask()), row.before);
  world.now = turns;
  EXPECT_EQ(StatusOf(world.Ask()), row.after);
  EXPECT_THAT(world.changes, Not(Contains(turns)));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Clock,
    testing::Values(
        ClockCase{"the delegation ends", Give("ann", "cy", "end @13"), "13:00", "SATISFIED",
                  "UNSATISFIED"},
        ClockCase{"the delegation begins", Give("ann", "cy", "start @13"), "13:00", "UNSATISFIED",
                  "SATISFIED"},
        ClockCase{"the delegation becomes visible", Give("ann", "cy", "recorded_at @13"), "13:00",
                  "UNSATISFIED", "SATISFIED"},
        ClockCase{"the chain breaks",
                  Give("ann", "dee", "further_steps: 1") + Give("dee", "cy", "end @13"), "13:00",
                  "SATISFIED", "UNSATISFIED"},
        ClockCase{"the delegate leaves", "people { id: 'zoe' left_at @13 } " + Give("ann", "zoe"),
                  "13:00", "SATISFIED", "UNSATISFIED", "zoe"},
        ClockCase{"the delegate joins", "people { id: 'zoe' joined_at @13 } " + Give("ann", "zoe"),
                  "13:00", "UNSATISFIED", "SATISFIED", "zoe"},
        ClockCase{"the one in between leaves",
                  "people { id: 'zoe' left_at @13 } " + Give("ann", "zoe", "further_steps: 1") +
                      Give("zoe", "cy"),
                  "13:00", "SATISFIED", "UNSATISFIED"},
        ClockCase{"the one in between joins",
                  "people { id: 'zoe' joined_at @13 } " + Give("ann", "zoe", "further_steps: 1") +
                      Give("zoe", "cy"),
                  "13:00", "UNSATISFIED", "SATISFIED"}));

// By the default roster what was given once is not lost with the delegation.
TEST(DelegationTest, AnApprovalOutlivesTheDelegation) {
  World world = Cab(Give("ann", "cy", "end @11:01")).Approve("cy", "on_behalf_of: 'ann'");
  EXPECT_EQ(StatusOf(world.Ask()), "SATISFIED");
  world.Policy("separation { roster: ROSTER_AT_DECISION }");
  EXPECT_EQ(StatusOf(world.Ask()), "UNSATISFIED");
}

TEST(DelegationTest, DelegatesAreNotSuggested) {
  World world = Cab(Give("ann", "cy") + Give("bob", "cy"));
  EXPECT_EQ(Suggested(world.Ask()), ":ann");
  World nobody = World().Directory(Timed(Give("dee", "cy"))).Role("cab", {});
  EXPECT_EQ(StatusOf(nobody.Rule("at_least: 1 of { role: 'cab' }").Ask()), "UNSATISFIABLE");
}

}  // namespace
}  // namespace changepolicy
