// SEMANTICS section 4: vetoes, and the approvals of accepted risks.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/flat/copy.h"
#include "tests/approval/world.h"

namespace changepolicy {
namespace {

using ::testing::Contains;

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
    const Answer answer = world.Ask();
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
  const Answer answer = world.Ask();
  EXPECT_EQ(StatusOf(answer), "UNSATISFIED");
  ASSERT_EQ(answer.outcome.vetoes_size(), 1);
  EXPECT_EQ(answer.outcome.vetoes(0).veto(), "v2");
  EXPECT_EQ(answer.outcome.vetoes(0).person(), "bob");
}

TEST(VetoTest, IsNamedAndSurvivesEditsAndOwnApprovals) {
  World world = Edited();
  world.Change(Veto("bob")).Approve("ann", "revision: 3").Approve("bob", "revision: 3");
  const Answer answer = world.Ask();
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
    flat::Arena arena;
    ApprovalContext context;
    context.roster = built.roster.get();
    context.policy = &world_.policy;
    context.arena = &arena;
    context.now = world_.now;
    context.change = flat::CopyOf<flat::ChangeRequest>(world_.change, &arena);
    // The subject's own revisions have nothing to do with it.
    context.history.problem = "broken";
    return StatusOf(CopyOf(EvaluateException(parsed, context)));
  }

  World world_;
};

// What the approvals name is no revision or artifact of the subject that is decided.
TEST_F(ExceptionTest, IsAskedWithoutItsSubject) {
  const auto approvals = [](std::string_view more) {
    return StrCat(
        "id: 'x' requester: 'gil' approvals { id: 'a' by: 'ann' kind: "
        "APPROVAL_KIND_APPROVED ",
        more, " ", Given("2026-06-01T00:00:00Z"),
        " } approvals { id: 'b' by: 'bob' kind: APPROVAL_KIND_APPROVED ",
        Given("2026-06-01T00:00:00Z"), " }");
  };
  world_.change.mutable_artifact()->set_digest("sha256:1");
  EXPECT_EQ(Ask(approvals("")), "SATISFIED");
  EXPECT_EQ(Ask(approvals("revision_digest: 'sha256:1'")), "UNSATISFIED");
}

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
