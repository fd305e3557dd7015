// SEMANTICS section 4: who gave an approval, for what, for how long, and when.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "tests/approval/world.h"

namespace changepolicy {
namespace {

using ::testing::Contains;

// --- identities ---

TEST(IdentityTest, AnyAccountOfAPersonIsThatPerson) {
  struct Case {
    const char* author;
    const char* approver;
    const char* not_counted;
  };
  for (const Case& c : {
           Case{"Ann", "ann@EXAMPLE.org", "ann APART AUTHOR"},
           Case{"Ann Lee <ann@example.org>", "ann", "ann APART AUTHOR"},
           Case{"JO\xcc\x88RG", "j\xc3\xb6rg@x", "j\xc3\xb6rg APART AUTHOR"},
           Case{"STRASSE", "j\xc3\xb6rg", "j\xc3\xb6rg APART AUTHOR"},
           Case{"bob", "Ann Lee <ann@example.org>", ""},
           // The name that git writes before an address is nobody's account.
           Case{"bob", "ann <stranger@example.org>",
                "ann <stranger@example.org> UNKNOWN_IDENTITY "
                "ann <stranger@example.org>"},
       }) {
    World world = World().Role("cab", {"Ann <ANN@example.org>", "J\xc3\x96RG@X"});
    world
        .Directory(
            "people { id: 'j\xc3\xb6rg' accounts: ['J\xc3\x96RG@x', 'stra\xc3\x9f"
            "e'] }")
        .Rule("at_least: 1 of { role: 'cab' }");
    world.change.mutable_people()->set_authors(0, c.author);
    const Answer answer = world.Approve(c.approver).Ask();
    EXPECT_EQ(NotCountedOf(answer), c.not_counted) << c.author << " / " << c.approver;
    EXPECT_EQ(StatusOf(answer), *c.not_counted == 0 ? "SATISFIED" : "UNSATISFIED");
  }
}

TEST(IdentityTest, PlaceholdersHaveNoCaseAndNoAddress) {
  v1::Policy policy;
  policy.mutable_text()->add_placeholders(
      "\xc3\xa0 d\xc3\xa9"
      "finir");
  for (const char* text : {"TBD", "<tbd>",
                           "\xc3\x80 D\xc3\x89"
                           "FINIR",
                           "A\xcc\x80 de\xcc\x81"
                           "finir?"}) {
    EXPECT_TRUE(Placeholders(policy).Has(text)) << text;
  }
  // Somebody is meant: an author who must not get lost.
  for (const char* text : {"TBD <ann@example.org>", "Ann <none>", "Ann <>",
                           "a d\xc3\xa9"
                           "finir"}) {
    EXPECT_FALSE(Placeholders(policy).Has(text)) << text;
  }
}

// --- context ---

TEST(ContextTest, EnvironmentsAndCriteria) {
  struct Case {
    const char* rule;
    const char* approval;
    const char* not_counted;
  };
  for (const Case& c : {
           Case{"environment: ENVIRONMENT_PRODUCTION", "", ""},
           Case{"environment: ENVIRONMENT_PRODUCTION", "environment: ENVIRONMENT_PRODUCTION", ""},
           Case{"environment: ENVIRONMENT_PRODUCTION", "environment: ENVIRONMENT_STAGING",
                "ann WRONG_CONTEXT STAGING"},
           // The change goes to production only, so this is about all of it.
           Case{"", "environment: ENVIRONMENT_PRODUCTION", ""},
           Case{"", "environment: ENVIRONMENT_STAGING", "ann WRONG_CONTEXT STAGING"},
           Case{"criterion: 'docs'", "criterion: 'docs'", ""},
           Case{"criterion: 'docs'", "", "ann WRONG_CONTEXT"},
           Case{"", "criterion: 'docs'", "ann WRONG_CONTEXT docs"},
       }) {
    World world = World().Role("cab", {"ann"}).Rule("at_least: 1 of { role: 'cab' }", c.rule);
    const Answer answer = world.Approve("ann", c.approval).Ask();
    EXPECT_EQ(NotCountedOf(answer), c.not_counted) << c.rule << " / " << c.approval;
    EXPECT_EQ(StatusOf(answer), *c.not_counted == 0 ? "SATISFIED" : "UNSATISFIED");
  }
}

// Of a later version of the model, or made up: numbers that no value has.
TEST(ContextTest, UnknownValuesAreToldAsNumbers) {
  World world = World().Role("cab", {"ann", "bob"});
  world.Rule("at_least: 1 of { role: 'cab' }").Approve("ann").Approve("bob");
  world.change.mutable_approvals(0)->set_environment(static_cast<v1::Environment>(99));
  world.policy.mutable_approvals(0)->mutable_needs()->set_trust(static_cast<v1::Trust>(9));
  EXPECT_EQ(NotCountedOf(world.Ask()), "ann WRONG_CONTEXT 99, bob TRUST 9");
}

TEST(ContextTest, AssuranceOfIdentity) {
  World world = World().Role("cab", {"ann", "bob"});
  world.Rule("at_least: 1 of { role: 'cab' } trust: TRUST_SIGNED")
      .Approve("ann", "trust: TRUST_REPORTED");
  EXPECT_EQ(NotCountedOf(world.Ask()), "ann TRUST SIGNED");
  EXPECT_EQ(StatusOf(world.Approve("bob", "trust: TRUST_SIGNED").Ask()), "SATISFIED");
}

TEST(ContextTest, EachAssuranceIncludesTheLowerOnes) {
  const std::vector<const char*> grades = {"UNSPECIFIED", "CLAIMED", "REPORTED", "SIGNED"};
  for (size_t asked = 0; asked < grades.size(); ++asked) {
    for (size_t given = 0; given < grades.size(); ++given) {
      World world = World().Role("cab", {"ann"});
      world.Rule(StrCat("at_least: 1 of { role: 'cab' } trust: TRUST_", grades[asked]))
          .Approve("ann", StrCat("trust: TRUST_", grades[given]));
      EXPECT_EQ(NotCountedOf(world.Ask()),
                given >= asked ? "" : StrCat("ann TRUST ", grades[asked]));
    }
  }
  // What a later version may mean by a larger number is not known here.
  World world = World().Role("cab", {"ann"});
  world.Rule("at_least: 1 of { role: 'cab' } trust: TRUST_CLAIMED").Approve("ann");
  world.change.mutable_approvals(0)->set_trust(static_cast<v1::Trust>(9));
  EXPECT_EQ(NotCountedOf(world.Ask()), "ann TRUST CLAIMED");
}

// --- time to live ---

TEST(ExpiryTest, TheEndIsNotPartOfIt) {
  World world = World().Role("cab", {"ann"});
  world.Rule("at_least: 1 of { role: 'cab' } expires_after { seconds: 3600 }")
      .Approve("ann", Given("2026-06-10T10:00:00Z"));
  EXPECT_EQ(StatusOf(world.At("2026-06-10T10:59:59Z").Ask()), "SATISFIED");
  EXPECT_THAT(world.changes, Contains(Utc("2026-06-10T11:00:00Z")));
  EXPECT_EQ(StatusOf(world.At("2026-06-10T11:00:00Z").Ask()), "UNSATISFIED");
  EXPECT_EQ(NotCountedOf(world.Ask()), "ann EXPIRED 2026-06-10T11:00:00+00:00");
  EXPECT_EQ(Suggested(world.Ask()), ":ann");
}

TEST(ExpiryTest, TheApproversOwnEnd) {
  World world = OneOfCab().Approve("ann", Stamp("expires_at", "2026-06-10T13:00:00Z"));
  EXPECT_EQ(StatusOf(world.At("2026-06-10T12:59:59Z").Ask()), "SATISFIED");
  EXPECT_THAT(world.changes, Contains(Utc("2026-06-10T13:00:00Z")));
  EXPECT_EQ(StatusOf(world.At("2026-06-10T13:00:00Z").Ask()), "UNSATISFIED");
}

TEST(ExpiryTest, WithoutATimeALimitedApprovalDoesNotCount) {
  World world = World().Role("cab", {"ann"});
  world.Rule("at_least: 1 of { role: 'cab' } expires_after { seconds: 3600 }").Approve("ann");
  world.change.mutable_approvals(0)->clear_happened_at();
  EXPECT_EQ(NotCountedOf(world.Ask()), "ann EXPIRED");
}

// --- rosters ---

TEST(RosterTimeTest, AtApprovalUnlessThePolicySaysAtDecision) {
  World world = World().Directory(
      StrCat("roles { id: 'cab' memberships { person: 'ann' ", Stamp("end", "2026-06-10T11:30:00Z"),
             " } memberships { person: 'bob' ", Stamp("start", "2026-06-10T11:30:00Z"), " } }"));
  world.Rule("at_least: 1 of { role: 'cab' }");
  World ann = world, bob = world;
  ann.Approve("ann");  // at 11:00
  bob.Approve("bob");
  EXPECT_EQ(StatusOf(ann.Ask()), "SATISFIED");
  EXPECT_EQ(StatusOf(bob.Ask()), "UNSATISFIED");
  EXPECT_EQ(NotCountedOf(bob.Ask()), "bob INELIGIBLE");
  ann.Policy("separation { roster: ROSTER_AT_DECISION }");
  bob.Policy("separation { roster: ROSTER_AT_DECISION }");
  EXPECT_EQ(StatusOf(ann.Ask()), "UNSATISFIED");
  EXPECT_EQ(StatusOf(bob.Ask()), "SATISFIED");
  // Half-open: at the instant of the change the new holder has it.
  EXPECT_EQ(StatusOf(ann.At("2026-06-10T11:29:59Z").Ask()), "SATISFIED");
  EXPECT_THAT(ann.changes, Contains(Utc("2026-06-10T11:30:00Z")));
  EXPECT_EQ(StatusOf(ann.At("2026-06-10T11:30:00Z").Ask()), "UNSATISFIED");
}

TEST(RosterTimeTest, PeopleWhoLeft) {
  World world = World().Role("cab", {"ann", "zoe"});
  world.Directory(StrCat("people { id: 'zoe' ", Stamp("joined_at", "2026-06-01T00:00:00Z"), " ",
                         Stamp("left_at", "2026-06-10T10:00:00Z"), " }"));
  world.Rule("at_least: 1 of { role: 'cab' }");
  World before = world, after = world;
  before.Approve("zoe", Given("2026-06-10T09:59:59Z"));
  EXPECT_EQ(StatusOf(before.Ask()), "SATISFIED");
  EXPECT_EQ(before.Ask().outcome.slots(0).eligible(), 1);
  after.Approve("zoe", Given("2026-06-10T10:00:00Z"));
  EXPECT_EQ(StatusOf(after.Ask()), "UNSATISFIED");
  EXPECT_EQ(NotCountedOf(after.Ask()), "zoe LEFT");
  EXPECT_EQ(Suggested(after.Ask()), ":ann");
}

TEST(RosterTimeTest, SuggestionsPreferPeopleWhoCanBeAsked) {
  World world = World().Role("cab", {"zoe", "yves"});
  world.Directory(StrCat("people { id: 'yves' unavailable { ", Stamp("end", "2026-06-10T13:00:00Z"),
                         " } } people { id: 'zoe' }"));
  world.Rule("at_least: 1 of { role: 'cab' }");
  EXPECT_EQ(Suggested(world.Ask()), ":zoe");
  EXPECT_THAT(world.changes, Contains(Utc("2026-06-10T13:00:00Z")));
  EXPECT_EQ(Suggested(world.At("2026-06-10T13:00:00Z").Ask()), ":yves");
  // Who cannot be asked now is asked where nobody else is left.
  world.Rule("none: true");
  world.policy.mutable_approvals(0)->mutable_needs()->set_at_least(2);
  EXPECT_EQ(Suggested(world.At("2026-06-10T12:00:00Z").AskAll()[0]), ":zoe, :yves");
}

TEST(RosterTimeTest, WhatHappensLaterDoesNotCountYet) {
  World world = OneOfCab().Approve("ann", Given("2026-06-10T12:00:01Z"));
  EXPECT_EQ(NotCountedOf(world.Ask()), "ann TOO_EARLY 2026-06-10T12:00:01+00:00");
  EXPECT_THAT(world.changes, Contains(Utc("2026-06-10T12:00:01Z")));
}

// --- stages ---

World Staged(std::string_view more) {
  return World()
      .Role("peer", {"ann", "bob"})
      .Role("cto", {"cy"})
      .Rule(StrCat("all { at_least: 1 of { role: 'peer' } stage: 1 } "
                   "all { at_least: 1 of { role: 'cto' } stage: 2 ",
                   more, " }"));
}

TEST(StageTest, StrictStagesComeAfterTheLowerOnes) {
  const std::string early = Given("2026-06-10T08:00:00Z");
  const std::string middle = Given("2026-06-10T09:00:00Z");
  const std::string late = Given("2026-06-10T10:00:00Z");
  EXPECT_EQ(StatusOf(Staged("strict: true").Approve("ann", early).Approve("cy", middle).Ask()),
            "SATISFIED");
  // Together is not after.
  for (const std::string& at : {early, middle}) {
    World world = Staged("strict: true").Approve("ann", middle).Approve("cy", at);
    const Answer answer = world.Ask();
    EXPECT_EQ(StatusOf(answer), "UNSATISFIED");
    EXPECT_EQ(NotCountedOf(answer), "cy TOO_EARLY");
    EXPECT_EQ(Suggested(answer), "all[1]:cy");
    EXPECT_EQ(StatusOf(world.Approve("cy", late).Ask()), "SATISFIED");
  }
  EXPECT_EQ(StatusOf(Staged("").Approve("ann", middle).Approve("cy", early).Ask()), "SATISFIED");
}

TEST(StageTest, AnEarlierCompletionOfTheLowerStageSuffices) {
  EXPECT_EQ(StatusOf(Staged("strict: true")
                         .Approve("ann", Given("2026-06-10T08:00:00Z"))
                         .Approve("cy", Given("2026-06-10T09:00:00Z"))
                         .Approve("bob", Given("2026-06-10T10:00:00Z"))
                         .Ask()),
            "SATISFIED");
}

TEST(StageTest, WhoApprovedTooEarlyIsAskedAgain) {
  const Answer answer = Staged("strict: true").Approve("cy", Given("2026-06-10T09:00:00Z")).Ask();
  EXPECT_EQ(StatusOf(answer), "UNSATISFIED");
  EXPECT_EQ(Suggested(answer), "all[0]:ann, all[1]:cy");
  EXPECT_EQ(NotCountedOf(answer), "cy TOO_EARLY");
}

// --- order ---

// Ids should be unique, and what is listed first must not matter where they are not.
TEST(RecordsTest, OfOneIdAreOrderedByWhatTheySay) {
  World world;
  world.Role("cab", {"ann", "bob"})
      .Rule("at_least: 2 of { role: 'cab' } expires_after { seconds: 60 }")
      .Approve("ann", "id: 'a' comment: 'one'")
      .Approve("ann", "id: 'a' aspects: ASPECT_PLAN")
      .Approve("ann", "id: 'a' environment: ENVIRONMENT_TEST")
      .Change("vetoes { id: 'v' by: 'bob' } vetoes { id: 'v' by: 'ann' }");
  const Answer before = world.Ask();
  world.change.mutable_approvals()->SwapElements(0, 2);
  world.change.mutable_vetoes()->SwapElements(0, 1);
  EXPECT_EQ(world.Ask().outcome.DebugString(), before.outcome.DebugString());
}

}  // namespace
}  // namespace changepolicy
