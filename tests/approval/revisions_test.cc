// SEMANTICS section 4: which approvals of earlier revisions still count.
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "tests/approval/world.h"

namespace changepolicy {
namespace {

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
    const Answer answer = world.Ask();
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
  const Answer answer = world.Ask();
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
  const Answer answer = world.Approve("ann").Ask();
  EXPECT_EQ(answer.error_code, "bad_revisions");
  EXPECT_EQ(answer.error, "expected revision 2, found revision 3");
}

}  // namespace
}  // namespace changepolicy
