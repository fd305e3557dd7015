// SEMANTICS section 4: revisions and aspects, vetoes, time to live, conditions, recusal, rosters,
// stages, exceptions.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "tests/approval/world.h"

namespace changepolicy {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

World OneOfCab() {
  return World().Role("cab", {"ann", "bob", "cy"}).Rule("at_least: 1 of { role: 'cab' }");
}

std::string Stamp(std::string_view field, std::string_view rfc3339) {
  return StrCat(field, " { seconds: ", absl::ToUnixSeconds(Utc(rfc3339)), " }");
}

std::string Given(std::string_view rfc3339) { return Stamp("happened_at", rfc3339); }

// --- revisions ---

// Revision 1 at 08:00; 2 at 09:00 edits the testing plan; 3 at 10:00 the title.
World Edited() {
  World world = OneOfCab();
  world.Change(StrCat("revisions { number: 1 ", Given("2026-06-10T08:00:00Z"), " }"));
  world.Change(StrCat("revisions { number: 2 edited: 'documents.testing_plan' ",
                      Given("2026-06-10T09:00:00Z"), " }"));
  world.Change(
      StrCat("revisions { number: 3 edited: 'title' ", Given("2026-06-10T10:00:00Z"), " }"));
  return world;
}

struct RevisionCase {
  const char* approval;
  const char* at;
  const char* status;
  const char* not_counted;
};

TEST(RevisionDigest, OfASubjectWithoutRevisionsIsThatOfItsArtifact) {
  const auto answer = [](std::string_view artifact) {
    return World()
        .Role("cab", {"ann"})
        .Rule("at_least: 1 of { role: 'cab' }")
        .Change(artifact)
        .Approve("ann", "revision_digest: 'A'")
        .Ask();
  };
  EXPECT_EQ(NotCountedOf(answer("artifact { revision: 'A' }")), "");
  EXPECT_EQ(NotCountedOf(answer("artifact { revision: 'B' digest: 'A' }")), "");
  EXPECT_EQ(NotCountedOf(answer("artifact { revision: 'B' }")), "ann REVISION A");
  EXPECT_EQ(NotCountedOf(answer("")), "ann REVISION A");
}

TEST(RevisionTest, AnApprovalCountsWhileItsAspectsAreUnchanged) {
  for (const RevisionCase& c : {
           RevisionCase{"revision: 3", "2026-06-10T11:00:00Z", "SATISFIED", ""},
           // The title is immaterial.
           RevisionCase{"revision: 2", "2026-06-10T09:30:00Z", "SATISFIED", ""},
           RevisionCase{"revision: 1", "2026-06-10T08:30:00Z", "UNSATISFIED", "ann VOIDED 2"},
           // Named late, but seen early.
           RevisionCase{"revision: 1", "2026-06-10T11:00:00Z", "UNSATISFIED", "ann VOIDED 2"},
           // None named: by its time.
           RevisionCase{"", "2026-06-10T09:30:00Z", "SATISFIED", ""},
           RevisionCase{"", "2026-06-10T08:30:00Z", "UNSATISFIED", "ann VOIDED 2"},
           // At the very time of an edit only if it names the new revision.
           RevisionCase{"", "2026-06-10T09:00:00Z", "UNSATISFIED", "ann VOIDED 2"},
           RevisionCase{"revision: 2", "2026-06-10T09:00:00Z", "SATISFIED", ""},
           // Nobody can have seen what was not there yet.
           RevisionCase{"revision: 2", "2026-06-10T08:59:59Z", "UNSATISFIED", "ann REVISION 2"},
           RevisionCase{"revision: 4", "2026-06-10T11:00:00Z", "UNSATISFIED", "ann REVISION 4"},
           RevisionCase{"revision: -1", "2026-06-10T11:00:00Z", "UNSATISFIED", "ann REVISION -1"},
           RevisionCase{"", "2026-06-10T08:00:00Z", "UNSATISFIED", "ann REVISION"},
       }) {
    World world = Edited();
    world.Approve("ann", StrCat(c.approval, " ", Given(c.at)));
    const RuleAnswer answer = world.Ask();
    EXPECT_EQ(StatusOf(answer), c.status) << c.approval << " at " << c.at;
    EXPECT_EQ(NotCountedOf(answer), c.not_counted) << c.approval << " at " << c.at;
  }
}

TEST(RevisionTest, OnlyTheRulesAspectsMatter) {
  World world = Edited();
  world.policy.mutable_approvals(0)->add_aspects(v1::ASPECT_CODE);
  world.Approve("ann", StrCat("revision: 1 ", Given("2026-06-10T08:30:00Z")));
  EXPECT_EQ(StatusOf(world.Ask()), "SATISFIED");
  world.policy.mutable_approvals(0)->add_aspects(v1::ASPECT_PLAN);
  EXPECT_EQ(NotCountedOf(world.Ask()), "ann VOIDED 2");
}

TEST(RevisionTest, AnApprovalMustCoverTheRulesAspects) {
  World world = OneOfCab();
  world.policy.mutable_approvals(0)->add_aspects(v1::ASPECT_PLAN);
  world.policy.mutable_approvals(0)->add_aspects(v1::ASPECT_RISK);
  world.Approve("ann", "aspects: ASPECT_CODE").Approve("bob", "aspects: ASPECT_PLAN");
  EXPECT_EQ(StatusOf(world.Ask()), "UNSATISFIED");
  EXPECT_EQ(NotCountedOf(world.Ask()), "ann WRONG_ASPECT RISK, bob WRONG_ASPECT RISK");
  // Bob's second approval covers what the first left out.
  world.Approve("bob", "aspects: ASPECT_RISK");
  const RuleAnswer answer = world.Ask();
  EXPECT_EQ(StatusOf(answer), "SATISFIED");
  EXPECT_EQ(answer.outcome.slots(0).assigned(0).approval(), "a2, a3");
}

TEST(RevisionTest, ARenewalOfTheVoidedAspectSuffices) {
  World world = Edited();
  world.Approve("ann", StrCat("revision: 1 ", Given("2026-06-10T08:30:00Z")))
      .Approve("ann", StrCat("revision: 3 aspects: ASPECT_PLAN ", Given("2026-06-10T11:00:00Z")));
  EXPECT_EQ(StatusOf(world.Ask()), "SATISFIED");
}

std::string Snapshot(int number, std::string_view plan) {
  return StrCat("revisions { number: ", number, " snapshot { documents { testing_plan { text: '",
                plan, "' } } } ", Given(StrCat("2026-06-10T0", number, ":00:00Z")), " }");
}

TEST(RevisionTest, GoingBackDoesNotRevive) {
  World world = OneOfCab();
  world.Change(Snapshot(1, "A")).Change(Snapshot(2, "B")).Change(Snapshot(3, "A"));
  world.Change("documents { testing_plan { text: 'A' } }");
  world.Approve("ann", StrCat("revision: 1 ", Given("2026-06-10T01:30:00Z")));
  EXPECT_EQ(StatusOf(world.Ask()), "UNSATISFIED");
  EXPECT_EQ(NotCountedOf(world.Ask()), "ann VOIDED 2");
}

TEST(RevisionTest, AnEditThatNoRevisionRecordsVoids) {
  World world = OneOfCab();
  world.Change(Snapshot(1, "A")).Change("documents { testing_plan { text: 'B' } }");
  world.Approve("ann", "revision: 1");
  EXPECT_EQ(NotCountedOf(world.Ask()), "ann VOIDED after 1");
}

TEST(RevisionTest, DigestsNameRevisionsToo) {
  World world = OneOfCab();
  world.Change(
      StrCat("revisions { number: 1 source_digest: 'A' ", Given("2026-06-10T08:00:00Z"), " }"));
  world.Change(StrCat("revisions { number: 2 source_digest: 'B' edited: 'artifact' ",
                      Given("2026-06-10T09:00:00Z"), " }"));
  struct Case {
    const char* approval;
    const char* not_counted;
  };
  for (const Case& c :
       {Case{"revision_digest: 'B'", ""}, Case{"revision: 2 revision_digest: 'B'", ""},
        Case{"revision_digest: 'A'", "ann VOIDED 2"},
        Case{"revision_digest: 'C'", "ann REVISION C"},
        Case{"revision: 2 revision_digest: 'A'", "ann REVISION A"}}) {
    World asked = world;
    EXPECT_EQ(NotCountedOf(asked.Approve("ann", c.approval).Ask()), c.not_counted) << c.approval;
  }
}

TEST(RevisionTest, ABrokenHistoryIsAnError) {
  World world = OneOfCab().Change("revisions { number: 1 } revisions { number: 3 }");
  const RuleAnswer answer = world.Approve("ann").Ask();
  EXPECT_EQ(answer.error_code, "bad_revisions");
  EXPECT_EQ(answer.error, "expected revision 2, found revision 3");
}

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
    const RuleAnswer answer = world.Approve(c.approver).Ask();
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
    EXPECT_TRUE(IsPlaceholder(text, policy)) << text;
  }
  // Somebody is meant: an author who must not get lost.
  for (const char* text : {"TBD <ann@example.org>", "Ann <none>", "Ann <>",
                           "a d\xc3\xa9"
                           "finir"}) {
    EXPECT_FALSE(IsPlaceholder(text, policy)) << text;
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
    const RuleAnswer answer = world.Approve("ann", c.approval).Ask();
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

// --- withdrawal, replacement, recusal, conditions ---

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
    const RuleAnswer answer = world.Ask();
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

// Ids should be unique, and what is listed first must not matter where they are not.
TEST(RecordsTest, OfOneIdAreOrderedByWhatTheySay) {
  World world;
  world.Role("cab", {"ann", "bob"})
      .Rule("at_least: 2 of { role: 'cab' } expires_after { seconds: 60 }")
      .Approve("ann", "id: 'a' comment: 'one'")
      .Approve("ann", "id: 'a' aspects: ASPECT_PLAN")
      .Approve("ann", "id: 'a' environment: ENVIRONMENT_TEST")
      .Change("vetoes { id: 'v' by: 'bob' } vetoes { id: 'v' by: 'ann' }");
  const RuleAnswer before = world.Ask();
  world.change.mutable_approvals()->SwapElements(0, 2);
  world.change.mutable_vetoes()->SwapElements(0, 1);
  EXPECT_EQ(world.Ask().outcome.DebugString(), before.outcome.DebugString());
}

TEST(WithdrawalTest, ALaterApprovalReplacesTheEarlier) {
  const RuleAnswer answer = OneOfCab()
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
  const RuleAnswer answer = OneOfCab().Approve("bob").Approve("ann").Ask();
  EXPECT_EQ(Witness(answer), "=ann");
  EXPECT_EQ(NotCountedOf(answer), "bob SURPLUS");
}

TEST(RecusalTest, LeavesTheDenominator) {
  World world = World().Role("cab", {"ann", "bob", "cy", "dee"});
  world.Rule("percent: 75 of { role: 'cab' }").Approve("ann").Approve("bob");
  EXPECT_EQ(world.Ask().outcome.slots(0).needed(), 3);
  world.Approve("cy", "kind: APPROVAL_KIND_RECUSED").Approve("dee", "kind: APPROVAL_KIND_RECUSED");
  const RuleAnswer answer = world.Ask();
  EXPECT_EQ(answer.outcome.slots(0).eligible(), 2);
  EXPECT_EQ(answer.outcome.slots(0).needed(), 2);
  EXPECT_EQ(StatusOf(answer), "SATISFIED");
  EXPECT_EQ(NotCountedOf(answer), "cy RECUSED, dee RECUSED");
}

TEST(RecusalTest, StandsUntilItIsTakenBack) {
  World world = World().Role("cab", {"ann"}).Rule("at_least: 1 of { role: 'cab' }");
  world.Approve("ann", StrCat("kind: APPROVAL_KIND_RECUSED ", Given("2026-06-10T08:00:00Z")))
      .Approve("ann", Given("2026-06-10T09:00:00Z"));
  RuleAnswer answer = world.Ask();
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
  RuleAnswer answer = world.Ask();
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
    const RuleAnswer answer = world.Ask();
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

// --- vetoes ---

std::string Veto(std::string_view by, std::string_view more = "") {
  return StrCat("vetoes { id: 'v1' by: '", by, "' ", Given("2026-06-10T09:00:00Z"), " ", more,
                " }");
}

TEST(VetoTest, StandsUntilTheSamePersonLiftsItLater) {
  struct Case {
    std::string lift;
    const char* status;
  };
  const std::string later = Stamp("lifted_at", "2026-06-10T09:00:01Z");
  for (const Case& c : {
           Case{"", "UNSATISFIED"},
           Case{"lifted_by: 'BOB@example.org' " + later, "SATISFIED"},
           Case{"lifted_by: 'bob' " + Stamp("lift_recorded_at", "2026-06-10T10:00:00Z"),
                "SATISFIED"},
           Case{"lifted_by: 'ann' " + later, "UNSATISFIED"},
           Case{"lifted_by: 'stranger' " + later, "UNSATISFIED"},
           // On equal times it stands, and where nobody knows when.
           Case{"lifted_by: 'bob' " + Stamp("lifted_at", "2026-06-10T09:00:00Z"), "UNSATISFIED"},
           Case{"lifted_by: 'bob' " + Stamp("lifted_at", "2026-06-10T08:00:00Z"), "UNSATISFIED"},
           Case{"lifted_by: 'bob'", "UNSATISFIED"},
       }) {
    World world = OneOfCab().Approve("ann").Change(Veto("bob", c.lift));
    const RuleAnswer answer = world.Ask();
    EXPECT_EQ(StatusOf(answer), c.status) << c.lift;
    EXPECT_EQ(answer.outcome.vetoes_size(), StatusOf(answer) == "SATISFIED" ? 0 : 1);
  }
}

TEST(VetoTest, StandsWhoeverRaisedIt) {
  const std::string left = Stamp("left_at", "2026-06-10T09:30:00Z");
  struct Case {
    const char* by;
    std::string more;
    const char* status;
  };
  for (const Case& c : {
           Case{"bot", "", "UNSATISFIED"},
           Case{"bot", "lifted_by: 'BOT' " + Stamp("lifted_at", "2026-06-10T10:00:00Z"),
                "SATISFIED"},
           // Who left before and who left after.
           Case{"old", "", "UNSATISFIED"},
           Case{"zoe", "", "UNSATISFIED"},
           Case{"zoe", "lifted_by: 'zoe' " + Stamp("lifted_at", "2026-06-10T09:10:00Z"),
                "SATISFIED"},
           Case{"zoe", "lifted_by: 'zoe' " + Stamp("lifted_at", "2026-06-10T09:30:00Z"),
                "UNSATISFIED"},
           // The requester and the author may object as well.
           Case{"req", "", "UNSATISFIED"},
           Case{"dev", "", "UNSATISFIED"},
           // One account raises it, another of the same person lifts it.
           Case{"Bob B <BOB@example.org>",
                "lifted_by: 'bob' " + Stamp("lifted_at", "2026-06-10T10:00:00Z"), "SATISFIED"},
       }) {
    World world = OneOfCab().Approve("ann").Change(Veto(c.by, c.more));
    world.Directory(StrCat("people { id: 'zoe' ", left, " } people { id: 'old' ",
                           Stamp("left_at", "2026-06-01T00:00:00Z"), " }"));
    EXPECT_EQ(StatusOf(world.Ask()), c.status) << c.by << " " << c.more;
  }
}

TEST(VetoTest, ALiftOfAVetoOfNoKnownTimeLiftsNothing) {
  World world =
      OneOfCab().Approve("ann").Change(StrCat("vetoes { id: 'v' by: 'bob' lifted_by: 'bob' ",
                                              Stamp("lifted_at", "2026-06-10T10:00:00Z"), " }"));
  EXPECT_EQ(StatusOf(world.Ask()), "UNSATISFIED");
  // Only recorded: that is its time.
  world.change.mutable_vetoes(0)->mutable_recorded_at()->set_seconds(
      absl::ToUnixSeconds(Utc("2026-06-10T09:59:59Z")));
  EXPECT_EQ(StatusOf(world.Ask()), "SATISFIED");
  world.change.mutable_vetoes(0)->mutable_recorded_at()->set_seconds(
      absl::ToUnixSeconds(Utc("2026-06-10T10:00:00Z")));
  EXPECT_EQ(StatusOf(world.Ask()), "UNSATISFIED");
}

TEST(VetoTest, OneOfSeveralStands) {
  World world = OneOfCab().Approve("ann");
  world.Change(Veto("bob", "lifted_by: 'bob' " + Stamp("lifted_at", "2026-06-10T10:00:00Z")))
      .Change(StrCat("vetoes { id: 'v2' by: 'BOB' ", Given("2026-06-10T10:30:00Z"), " }"));
  const RuleAnswer answer = world.Ask();
  EXPECT_EQ(StatusOf(answer), "UNSATISFIED");
  ASSERT_EQ(answer.outcome.vetoes_size(), 1);
  EXPECT_EQ(answer.outcome.vetoes(0).veto(), "v2");
  EXPECT_EQ(answer.outcome.vetoes(0).person(), "bob");
}

TEST(VetoTest, IsNamedAndSurvivesEditsAndOwnApprovals) {
  World world = Edited();
  world.Change(Veto("bob")).Approve("ann", "revision: 3").Approve("bob", "revision: 3");
  const RuleAnswer answer = world.Ask();
  EXPECT_EQ(StatusOf(answer), "UNSATISFIED");
  ASSERT_EQ(answer.outcome.vetoes_size(), 1);
  EXPECT_EQ(answer.outcome.vetoes(0).person(), "bob");
  EXPECT_EQ(answer.outcome.vetoes(0).veto(), "v1");
}

TEST(VetoTest, ALiftThatLiesAhead) {
  World world = OneOfCab().Approve("ann").Change(
      Veto("bob", "lifted_by: 'bob' " + Stamp("lifted_at", "2026-06-10T13:00:00Z")));
  EXPECT_EQ(StatusOf(world.Ask()), "UNSATISFIED");
  EXPECT_THAT(world.changes, Contains(Utc("2026-06-10T13:00:00Z")));
  EXPECT_EQ(StatusOf(world.At("2026-06-10T13:00:00Z").Ask()), "SATISFIED");
}

TEST(VetoTest, StrangersObjectPlaceholdersDoNot) {
  EXPECT_EQ(StatusOf(OneOfCab().Approve("ann").Change(Veto("stranger")).Ask()), "UNSATISFIED");
  EXPECT_EQ(StatusOf(OneOfCab().Approve("ann").Change(Veto("TBD")).Ask()), "SATISFIED");
  EXPECT_EQ(StatusOf(OneOfCab()
                         .Approve("ann")
                         .Change(Veto("stranger", "lifted_by: 'STRANGER' " +
                                                      Stamp("lifted_at", "2026-06-10T10:00:00Z")))
                         .Ask()),
            "SATISFIED");
}

TEST(VetoTest, HoldsWhereNoApprovalIsNeeded) {
  EXPECT_EQ(StatusOf(World().Rule("none: true").Change(Veto("bob")).Ask()), "UNSATISFIED");
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
    const RuleAnswer answer = world.Ask();
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
  const RuleAnswer answer =
      Staged("strict: true").Approve("cy", Given("2026-06-10T09:00:00Z")).Ask();
  EXPECT_EQ(StatusOf(answer), "UNSATISFIED");
  EXPECT_EQ(Suggested(answer), "all[0]:ann, all[1]:cy");
  EXPECT_EQ(NotCountedOf(answer), "cy TOO_EARLY");
}

// --- accepted risks ---

class ExceptionTest : public ::testing::Test {
 protected:
  ExceptionTest() {
    world_.Role("cto", {"ann", "cy"})
        .Role("dpo", {"bob"})
        .Policy(
            "exceptions { needs { all { at_least: 1 of { role: 'cto' } } "
            "all { at_least: 1 of { role: 'dpo' } } } }");
  }

  std::string Ask(std::string_view risk) {
    const v1::AcceptedRisk parsed = Parse<v1::AcceptedRisk>(risk);
    const RosterResult built = Roster::Build(world_.directory);
    ApprovalContext context;
    context.roster = built.roster.get();
    context.policy = &world_.policy;
    context.now = world_.now;
    context.change = &world_.change;
    // The subject's own revisions have nothing to do with it.
    context.history.problem = "broken";
    return StatusOf(EvaluateException(parsed, context));
  }

  World world_;
};

TEST_F(ExceptionTest, TwoPeopleNeitherTheRequester) {
  const std::string approvals = StrCat(
      "approvals { id: 'a' by: 'ann' kind: APPROVAL_KIND_APPROVED ", Given("2026-06-01T00:00:00Z"),
      " } ", "approvals { id: 'b' by: 'bob' kind: APPROVAL_KIND_APPROVED ",
      Given("2026-06-01T00:00:00Z"), " }");
  EXPECT_EQ(Ask(StrCat("id: 'x' requester: 'gil' ", approvals)), "SATISFIED");
  EXPECT_EQ(Ask(StrCat("id: 'x' requester: 'ANN' ", approvals)), "UNSATISFIED");
  EXPECT_EQ(Ask(StrCat("id: 'x' requester: 'bob' ", approvals)), "UNSATISFIABLE");
  EXPECT_EQ(Ask(StrCat("id: 'x' requester: 'stranger' ", approvals)), "UNKNOWN");
  EXPECT_EQ(Ask(StrCat("id: 'x' ", approvals)), "UNKNOWN");
  EXPECT_EQ(Ask("id: 'x' requester: 'gil'"), "UNSATISFIED");
  // The change's own requester may accept the risk that somebody else asks for.
  world_.change.mutable_people()->set_requester("ann");
  EXPECT_EQ(Ask(StrCat("id: 'x' requester: 'gil' ", approvals)), "SATISFIED");
}

TEST_F(ExceptionTest, OnlyWhatIsRecordedByNow) {
  const std::string approval = StrCat(
      "id: 'x' requester: 'gil' approvals { id: 'b' by: 'bob' kind: APPROVAL_KIND_APPROVED ",
      Given("2026-06-01T00:00:00Z"),
      " } approvals { id: 'a' by: 'ann' "
      "kind: APPROVAL_KIND_APPROVED ",
      Given("2026-06-01T00:00:00Z"), " ", Stamp("recorded_at", "2026-06-10T12:00:01Z"), " }");
  EXPECT_EQ(Ask(approval), "UNSATISFIED");
  world_.At("2026-06-10T12:00:01Z");
  EXPECT_EQ(Ask(approval), "SATISFIED");
}

TEST_F(ExceptionTest, APolicyWithoutExceptionsHasNone) {
  world_.policy.clear_exceptions();
  EXPECT_EQ(Ask("id: 'x' requester: 'gil'"), "ERROR");
}

}  // namespace
}  // namespace changepolicy
