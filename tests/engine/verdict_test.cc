// Statuses and verdict (docs/evaluation.md): what opens a gate, and above all what does not.
#include <ostream>

#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "tests/engine/example.h"

namespace changepolicy {
namespace {

std::string Gate(std::string_view id, std::string_view must, std::string_view applies_if = "") {
  return StrCat("  - {id: ", id, ", at: DEPLOY, clause: C, must: '", must, "'",
                applies_if.empty() ? "" : StrCat(", applies_if: '", applies_if, "'"), "}\n");
}

struct Row {
  std::string name;
  std::string gates;
  v1::Verdict verdict;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class Lattice : public testing::TestWithParam<Row> {};

TEST_P(Lattice, GivesTheVerdict) {
  const v1::Decision decision =
      Decide(PolicyWith(StrCat("gates:\n", GetParam().gates)), SmallChange());
  EXPECT_EQ(decision.verdict(), GetParam().verdict) << decision.ShortDebugString();
}

const std::string kTrue = Gate("yes", "true");
const std::string kFalse = Gate("no", "false");
const std::string kUnknown = Gate("unknown", "change.urgency == Urgency.HIGH");
const std::string kError = Gate("error", "1 / (size(change.vetoes)) == 1");
const std::string kNotApplicable = Gate("not", "false", "false");

INSTANTIATE_TEST_SUITE_P(
    Rows, Lattice,
    testing::Values(Row{"satisfied", kTrue, v1::VERDICT_ALLOWED},
                    Row{"nothing applies", kNotApplicable, v1::VERDICT_ERROR},
                    Row{"unsatisfied", kTrue + kFalse, v1::VERDICT_DENIED},
                    Row{"unsatisfied beats error", kFalse + kError, v1::VERDICT_DENIED},
                    Row{"error beats unknown", kTrue + kError + kUnknown, v1::VERDICT_ERROR},
                    Row{"unknown holds", kTrue + kUnknown, v1::VERDICT_UNKNOWN},
                    Row{"error holds", kTrue + kError, v1::VERDICT_ERROR},
                    Row{"what does not apply does not count", kTrue + kNotApplicable,
                        v1::VERDICT_ALLOWED}));

TEST(Verdict, AnErrorNamesItsLine) {
  const v1::Decision decision = Decide(PolicyWith("gates:\n" + kError), SmallChange());
  const v1::EvaluationError& error = decision.outcomes(0).error();
  EXPECT_EQ(error.element(), "gates[error].must");
  EXPECT_GT(error.line(), 10);
  EXPECT_GT(error.column(), 0);
}

TEST(Verdict, ASubjectOfANewerSchemaIsAnErrorThatNamesTheField) {
  v1::ChangeRequest change = SmallChange();
  change.GetReflection()->MutableUnknownFields(&change)->AddVarint(9999, 1);
  const v1::Decision decision = Decide(PolicyWith("gates:\n" + kTrue), change);
  EXPECT_EQ(decision.verdict(), v1::VERDICT_ERROR);
  ASSERT_EQ(decision.remarks_size(), 1);
  EXPECT_EQ(decision.remarks(0).id(), "newer-schema");
  EXPECT_EQ(decision.remarks(0).about(0), "#9999");
}

TEST(Verdict, WrongCallsAreErrors) {
  const Engine engine(LoadOrDie(PolicyWith("gates:\n" + kTrue)), Firm());
  EXPECT_FALSE(engine.Decide(SmallChange(), {}).ok());
  EXPECT_FALSE(engine.Decide(v1::ChangeRequest(), {.now = At("2026-03-02")}).ok());
  EXPECT_FALSE(engine
                   .AnswerBytes(Engine::Ask::kDecide, v1::SUBJECT_KIND_CHANGE, "\xff\xff",
                                {.now = At("2026-03-02")})
                   .ok());
}

TEST(Verdict, AnIllegalTransitionIsNotAllowed) {
  const Engine engine(LoadOrDie(PolicyWith("gates:\n" + kTrue)), Firm());
  v1::ChangeRequest draft = SmallChange();
  draft.set_state(v1::CHANGE_STATE_DRAFT);
  const auto decision =
      engine.Decide(draft, {.now = At("2026-03-02"), .transition = v1::TRANSITION_DEPLOY});
  EXPECT_EQ(decision->verdict(), v1::VERDICT_ERROR);
}

constexpr char kApproval[] = R"(
approvals:
  - {id: peers, clause: C, needs: {at_least: 2, of: {role: engineer}}}
  - {id: leads, clause: C, applies_if: "APPLIES", needs: {at_least: 1, of: {role: lead}}}
)";

std::string Approvals(std::string_view applies) {
  std::string text = kApproval;
  text.replace(text.find("APPLIES"), 7, applies);
  return PolicyWith(text);
}

constexpr char kApproved[] = R"(
approvals:
  - {id: a1, by: BOB, kind: APPROVED, happened_at: 2026-03-01, recorded_at: 2026-03-01}
  - {id: a2, by: cy, kind: APPROVED, happened_at: 2026-03-01, recorded_at: 2026-03-01}
  - {id: a3, by: ann@firm.example, kind: APPROVED, happened_at: 2026-03-01, recorded_at: 2026-03-01}
)";

TEST(Approvals, CountWhoIsApartAndAnyAccount) {
  const v1::Decision decision = Decide(Approvals("false"), SmallChange(kApproved));
  EXPECT_EQ(decision.verdict(), v1::VERDICT_ALLOWED) << decision.ShortDebugString();
  const v1::ApprovalOutcome& approval = decision.outcomes(0).approval();
  ASSERT_EQ(approval.not_counted_size(), 1);
  EXPECT_EQ(approval.not_counted(0).person(), "ann");
  EXPECT_EQ(approval.not_counted(0).reason(), v1::NOT_COUNTED_APART);
}

TEST(Calendar, AnyAccountOfAPersonConflicts) {
  const std::string policy = PolicyWith(
      "gates:\n  - {id: free, at: DEPLOY, clause: C, must: size(calendar.conflicts) == 0}\n");
  const auto status = [&](std::string_view implementer, std::string_view busy) {
    const Engine engine(
        LoadOrDie(policy),
        Firm(StrCat("ledger: {scheduled: [{subject_id: C-2, start: 2026-03-03T11:00:00Z, end: "
                    "2026-03-03T13:00:00Z, people: ['",
                    busy, "']}]}")));
    v1::ChangeRequest change = SmallChange(
        "services: [{id: web}]\n"
        "schedule: {start: 2026-03-03T10:00:00Z, end: 2026-03-03T12:00:00Z, rollback_reserve: 0s}");
    change.mutable_people()->add_implementers(std::string(implementer));
    return StatusOf(*engine.Decide(change, {.now = At("2026-03-02T10:00:00Z"),
                                            .transition = v1::TRANSITION_DEPLOY}),
                    "free");
  };
  EXPECT_EQ(status("ann", "bob"), v1::STATUS_SATISFIED);
  EXPECT_EQ(status("ann", "ann"), v1::STATUS_UNSATISFIED);
  EXPECT_EQ(status("ann", "Ann Lee <ANN@firm.example>"), v1::STATUS_UNSATISFIED);
  EXPECT_EQ(status("ANN", "ann@FIRM.example"), v1::STATUS_UNSATISFIED);
  // Two people whom the directory does not know are one where their accounts are.
  EXPECT_EQ(status("J\u00d6RG", "jo\u0308rg"), v1::STATUS_UNSATISFIED);
}

TEST(Approvals, AMissingOneIsSuggested) {
  v1::ChangeRequest change = SmallChange(kApproved);
  change.mutable_approvals()->DeleteSubrange(1, 1);
  const v1::Decision decision = Decide(Approvals("false"), change);
  EXPECT_EQ(decision.verdict(), v1::VERDICT_DENIED);
  ASSERT_EQ(decision.outcomes(0).approval().suggestions_size(), 1);
  EXPECT_EQ(decision.outcomes(0).approval().suggestions(0).person(), "cy");
}

TEST(Approvals, ARoleThatNobodyHasIsUnsatisfiable) {
  const v1::Decision decision = Decide(Approvals("true"), SmallChange(kApproved));
  EXPECT_EQ(StatusOf(decision, "leads"), v1::STATUS_UNSATISFIABLE);
  EXPECT_EQ(decision.verdict(), v1::VERDICT_DENIED);
}

TEST(Approvals, NoRuleThatAppliesIsNotAllowed) {
  const std::string policy = PolicyWith(
      "approvals:\n  - {id: p, clause: C, applies_if: \"false\", needs: {at_least: 1, of: {role: "
      "engineer}}}\ngates:\n" +
      kTrue);
  EXPECT_EQ(Decide(policy, SmallChange()).verdict(), v1::VERDICT_ERROR);
}

TEST(Questions, AgreeWithDecide) {
  const Engine engine(LoadOrDie(Approvals("true")), Firm());
  const Question question{.now = At("2026-03-02T10:00:00Z"), .transition = v1::TRANSITION_DEPLOY};
  const v1::ChangeRequest change = SmallChange(kApproved);
  const v1::Decision decision = *engine.Decide(change, question);
  const v1::TransitionAnswer answer = *engine.EvaluateTransition(change, question);
  EXPECT_EQ(answer.verdict(), decision.verdict());
  EXPECT_TRUE(answer.legal());
  EXPECT_EQ(answer.outcomes_size(), decision.outcomes_size());
  const v1::ApprovalsAnswer approvals = *engine.RequiredApprovals(change, question);
  EXPECT_EQ(approvals.outcomes_size(), 2);
  const v1::CategorizeAnswer category = *engine.Categorize(change, question);
  EXPECT_EQ(category.categorization().category(), v1::CATEGORY_NORMAL);
  const v1::ReadinessAnswer readiness = *engine.CheckReadiness(change, question);
  ASSERT_EQ(readiness.transitions_size(), 1);
  EXPECT_EQ(readiness.verdict(), decision.verdict());
}

}  // namespace
}  // namespace changepolicy
