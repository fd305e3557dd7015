// Pairs of parts that one person must not hold together: as rules of their own, and with APPROVER.
#include <ostream>

#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "tests/engine/example.h"

namespace changepolicy {
namespace {

constexpr char kPair[] =
    "separation: {pairs: [{one: AUTHOR, other: TESTER, title: Two pairs of eyes, clause: C}]}\n";
constexpr char kGate[] = "gates: [{id: yes, at: DEPLOY, clause: C, must: 'true'}]\n";
constexpr char kRule[] = "apart-author-tester";

v1::ChangeRequest Change(std::string_view people, std::string_view more = "") {
  return ReadChange(
      StrCat("id: C-1\nstate: SCHEDULED\nenvironments: [STAGING]\npeople: {", people, "}\n", more));
}

const v1::RuleOutcome& OutcomeOf(const v1::Decision& decision, std::string_view rule) {
  for (const v1::RuleOutcome& outcome : decision.outcomes()) {
    if (outcome.rule() == rule) return outcome;
  }
  return v1::RuleOutcome::default_instance();
}

struct Row {
  std::string people;
  v1::Status status;
  v1::Verdict verdict;
  std::string held_by;
  std::string unknown;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.people; }

class Pair : public testing::TestWithParam<Row> {};

TEST_P(Pair, IsARuleOfItsOwn) {
  const v1::Decision decision = Decide(PolicyWith(StrCat(kPair, kGate)), Change(GetParam().people));
  const v1::RuleOutcome& outcome = OutcomeOf(decision, kRule);
  EXPECT_EQ(outcome.status(), GetParam().status) << decision.ShortDebugString();
  EXPECT_EQ(decision.verdict(), GetParam().verdict);
  std::string held_by, unknown;
  for (const std::string& person : outcome.separation().held_by()) StrAppend(&held_by, person, " ");
  for (const std::string& fact : outcome.unknown()) StrAppend(&unknown, fact, " ");
  EXPECT_EQ(held_by, GetParam().held_by);
  EXPECT_EQ(unknown, GetParam().unknown);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Pair,
    testing::Values(Row{"authors: [ann], testers: [bob]", v1::STATUS_SATISFIED, v1::VERDICT_ALLOWED,
                        "", ""},
                    Row{"authors: [ann, bob], testers: [cy, bob]", v1::STATUS_UNSATISFIED,
                        v1::VERDICT_DENIED, "bob ", ""},
                    // Several accounts of one person are one person.
                    Row{"authors: ['Ann L <ANN@firm.example>'], testers: [Ann]",
                        v1::STATUS_UNSATISFIED, v1::VERDICT_DENIED, "ann ", ""},
                    // An account that nobody knows is the same in both parts.
                    Row{"authors: [zoe], testers: [ZOE]", v1::STATUS_UNSATISFIED,
                        v1::VERDICT_DENIED, "zoe ", ""},
                    Row{"authors: [zoe], testers: [bob]", v1::STATUS_UNKNOWN, v1::VERDICT_UNKNOWN,
                        "", "change.people.authors "},
                    Row{"authors: [ann], testers: [zoe]", v1::STATUS_UNKNOWN, v1::VERDICT_UNKNOWN,
                        "", "change.people.testers "},
                    Row{"authors: [yves], testers: [zoe]", v1::STATUS_UNKNOWN, v1::VERDICT_UNKNOWN,
                        "", "change.people.authors change.people.testers "},
                    // What is certain is not made uncertain by what is not.
                    Row{"authors: [ann, zoe], testers: [ann]", v1::STATUS_UNSATISFIED,
                        v1::VERDICT_DENIED, "ann ", ""},
                    Row{"testers: [bob]", v1::STATUS_UNKNOWN, v1::VERDICT_UNKNOWN, "",
                        "change.people.authors "},
                    // Nobody tests, whoever the author is.
                    Row{"authors: [zoe]", v1::STATUS_NOT_APPLICABLE, v1::VERDICT_ALLOWED, "", ""},
                    Row{"requester: ann", v1::STATUS_NOT_APPLICABLE, v1::VERDICT_ALLOWED, "", ""},
                    Row{"authors: [ann], testers: [TBD]", v1::STATUS_NOT_APPLICABLE,
                        v1::VERDICT_ALLOWED, "", ""}));

TEST(Separation, ANobodyThatIsStatedIsKnown) {
  const v1::Decision decision =
      Decide(PolicyWith(StrCat(kPair, kGate)),
             Change("testers: [bob]", "stated: [{field: people.authors, by: ann}]\n"));
  const v1::RuleOutcome& outcome = OutcomeOf(decision, kRule);
  EXPECT_EQ(outcome.status(), v1::STATUS_NOT_APPLICABLE);
  EXPECT_TRUE(outcome.facts(0).known());
}

TEST(Separation, TellsClausesControlsAndFacts) {
  const v1::Decision decision =
      Decide(PolicyWith(StrCat(kPair, kGate)), Change("testers: [zoe, bob]"));
  const v1::RuleOutcome& outcome = OutcomeOf(decision, kRule);
  EXPECT_EQ(outcome.kind(), "separation");
  ASSERT_EQ(outcome.clauses_size(), 1);
  EXPECT_EQ(outcome.clauses(0), "C");
  ASSERT_EQ(outcome.controls_size(), 1);
  EXPECT_EQ(outcome.controls(0), "soc2/CC8.1");
  EXPECT_EQ(outcome.separation().one(), v1::PART_AUTHOR);
  EXPECT_EQ(outcome.separation().other(), v1::PART_TESTER);
  ASSERT_EQ(outcome.separation().unknown_people_size(), 1);
  EXPECT_EQ(outcome.separation().unknown_people(0), "zoe");
  ASSERT_EQ(outcome.facts_size(), 2);
  EXPECT_EQ(outcome.facts(0).path(), "change.people.authors");
  EXPECT_FALSE(outcome.facts(0).known());
  EXPECT_EQ(outcome.facts(1).path(), "change.people.testers");
  EXPECT_TRUE(outcome.facts(1).known());
  EXPECT_EQ(outcome.facts(1).value(), "[\"bob\", \"zoe\"]");
  // Between approvals, of which there are none, and gates.
  EXPECT_EQ(decision.outcomes(0).rule(), kRule);
}

TEST(Separation, APartOfOnePersonIsAFactToo) {
  const v1::Decision decision = Decide(
      PolicyWith(StrCat(
          "separation: {pairs: [{one: RELEASE_MANAGER, other: REQUESTER, clause: C}]}\n", kGate)),
      Change("requester: ann, release_manager: ANN"));
  const v1::RuleOutcome& outcome = OutcomeOf(decision, "apart-requester-release-manager");
  EXPECT_EQ(outcome.status(), v1::STATUS_UNSATISFIED);
  ASSERT_EQ(outcome.facts_size(), 2);
  EXPECT_EQ(outcome.facts(0).value(), "\"ANN\"");
}

// That nobody holds both is no reason to allow anything.
TEST(Separation, NeverOpensAGate) {
  const auto verdict = [](std::string_view more, std::string_view people) {
    return Decide(PolicyWith(StrCat(kPair, more)), Change(people)).verdict();
  };
  constexpr char kApart[] = "authors: [ann], testers: [bob]";
  EXPECT_EQ(verdict("", kApart), v1::VERDICT_ERROR);
  EXPECT_EQ(verdict("gates: [{id: g, at: DEPLOY, clause: C, applies_if: 'false', must: 'true'}]\n",
                    kApart),
            v1::VERDICT_ERROR);
  // No approval rule applies, and none says that none is needed.
  EXPECT_EQ(verdict("approvals: [{id: p, clause: C, applies_if: 'false', needs: {at_least: 1, of: "
                    "{role: engineer}}}]\n",
                    kApart),
            v1::VERDICT_ERROR);
  EXPECT_EQ(verdict("approvals: [{id: p, clause: C, applies_if: 'false', needs: {at_least: 1, of: "
                    "{role: engineer}}}]\ngates: [{id: g, at: DEPLOY, clause: C, must: 'true'}]\n",
                    kApart),
            v1::VERDICT_ERROR);
  // Nor where it is set aside.
  EXPECT_EQ(verdict("overrides: [{id: o, rules: [apart-author-tester], by: {role: engineer}, "
                    "clause: C}]\n",
                    kApart),
            v1::VERDICT_ERROR);
}

TEST(Separation, CanBeOverriddenByItsId) {
  const std::string policy = PolicyWith(
      StrCat(kPair, kGate,
             "overrides: [{id: o, rules: [apart-author-tester], by: {role: engineer}, clause: "
             "C}]\n"));
  constexpr char kOverride[] =
      "overrides: [{id: x, rules: [apart-author-tester], by: cy, reason: at night, happened_at: "
      "2026-03-02T09:00:00Z, recorded_at: 2026-03-02T09:00:00Z}]\n";
  const v1::Decision decision = Decide(policy, Change("authors: [ann], testers: [ann]", kOverride));
  const v1::RuleOutcome& outcome = OutcomeOf(decision, kRule);
  EXPECT_EQ(outcome.status(), v1::STATUS_OVERRIDDEN);
  EXPECT_EQ(outcome.underlying(), v1::STATUS_UNSATISFIED);
  EXPECT_EQ(decision.verdict(), v1::VERDICT_ALLOWED);
  // Set aside alone it opens nothing.
  const std::string alone =
      PolicyWith(StrCat(kPair,
                        "overrides: [{id: o, rules: [apart-author-tester], by: {role: engineer}, "
                        "clause: C}]\n"));
  EXPECT_EQ(Decide(alone, Change("authors: [ann], testers: [ann]", kOverride)).verdict(),
            v1::VERDICT_ERROR);
}

TEST(Separation, CanBeWaivedByItsId) {
  const Engine engine(
      LoadOrDie(PolicyWith(StrCat(
          kPair, kGate, "exceptions: {needs: {at_least: 1, of: {role: engineer}}, clause: C}\n"))),
      Firm(R"(
  accepted_risks:
    - {id: r, rules: [apart-author-tester], start: 2026-03-01T00:00:00Z, end: 2026-03-03T00:00:00Z,
       requester: ann, reason: small team, recorded_at: 2026-03-01T00:00:00Z,
       approvals: [{id: a, by: bob, kind: APPROVED, happened_at: 2026-03-01T00:00:00Z, recorded_at: 2026-03-01T00:00:00Z}]}
)"));
  const v1::Decision decision =
      *engine.Decide(Change("authors: [ann], testers: [ann]"),
                     {.now = At("2026-03-02T10:00:00Z"), .transition = v1::TRANSITION_DEPLOY});
  EXPECT_EQ(StatusOf(decision, kRule), v1::STATUS_WAIVED);
  EXPECT_EQ(decision.verdict(), v1::VERDICT_ALLOWED);
}

TEST(Separation, StandsOnTheTransitionsThatItNames) {
  const auto status = [](std::string_view at, v1::ChangeState state, v1::Transition transition) {
    const Engine engine(
        LoadOrDie(PolicyWith(StrCat("separation: {", at,
                                    "pairs: [{one: AUTHOR, other: TESTER, clause: C}]}\n",
                                    "gates: [{id: g, at: [SUBMIT, DEPLOY], clause: C, must: "
                                    "'true'}]\n"))),
        Firm());
    v1::ChangeRequest change = Change("authors: [ann], testers: [ann]");
    change.set_state(state);
    return StatusOf(*engine.Decide(change, {.now = At("2026-03-02"), .transition = transition}),
                    kRule);
  };
  EXPECT_EQ(status("", v1::CHANGE_STATE_SCHEDULED, v1::TRANSITION_DEPLOY), v1::STATUS_UNSATISFIED);
  EXPECT_EQ(status("", v1::CHANGE_STATE_DRAFT, v1::TRANSITION_SUBMIT), v1::STATUS_UNSPECIFIED);
  EXPECT_EQ(status("at: SUBMIT, ", v1::CHANGE_STATE_DRAFT, v1::TRANSITION_SUBMIT),
            v1::STATUS_UNSATISFIED);
  EXPECT_EQ(status("at: SUBMIT, ", v1::CHANGE_STATE_SCHEDULED, v1::TRANSITION_DEPLOY),
            v1::STATUS_UNSPECIFIED);
}

TEST(Separation, IsAskedOfReleasesAndOutdatedDirectoriesAreUnknown) {
  const Engine engine(LoadOrDie(PolicyWith(StrCat(kPair, kGate, "limits: {directory_age: 24h}\n"))),
                      Firm("  taken_at: 2026-03-01T12:00:00Z\n"));
  v1::Release release;
  release.set_id("R-1");
  release.set_state(v1::RELEASE_STATE_APPROVED);
  release.mutable_people()->add_authors("ann");
  release.mutable_people()->add_testers("ANN");
  const auto decide = [&](std::string_view now) {
    return *engine.Decide(release, {.now = At(now), .transition = v1::TRANSITION_DEPLOY});
  };
  const v1::Decision fresh = decide("2026-03-02T10:00:00Z");
  EXPECT_EQ(StatusOf(fresh, kRule), v1::STATUS_UNSATISFIED);
  EXPECT_EQ(OutcomeOf(fresh, kRule).facts(0).path(), "release.people.authors");
  EXPECT_EQ(StatusOf(decide("2026-03-02T12:00:00Z"), kRule), v1::STATUS_UNKNOWN);
}

// With APPROVER the part does not count in any slot, also where a slot names its own parts.
TEST(Separation, APartThatMayNotApprove) {
  const auto status = [](std::string_view apart_from, std::string_view people) {
    const std::string policy = PolicyWith(
        StrCat("separation: {pairs: [{one: IMPLEMENTER, other: APPROVER}]}\n",
               "approvals: [{id: p, clause: C, needs: {at_least: 1, of: {role: engineer}",
               apart_from, "}}]\n"));
    const v1::Decision decision = Decide(policy, Change(people, R"(
approvals: [{id: a1, by: bob, kind: APPROVED, happened_at: 2026-03-01, recorded_at: 2026-03-01}]
)"));
    EXPECT_EQ(decision.outcomes_size(), 1);  // it is no rule of its own
    return StatusOf(decision, "p");
  };
  constexpr char kOthers[] = "requester: ann, authors: [ann]";
  for (const char* apart_from : {"", ", apart_from: [REQUESTER]", ", apart_from: [TESTER]"}) {
    EXPECT_EQ(status(apart_from, kOthers), v1::STATUS_SATISFIED) << apart_from;
    EXPECT_EQ(status(apart_from, StrCat(kOthers, ", implementers: [BOB]")), v1::STATUS_UNSATISFIED)
        << apart_from;
    // The implementer may be anybody.
    EXPECT_EQ(status(apart_from, StrCat(kOthers, ", implementers: [zoe]")), v1::STATUS_UNKNOWN)
        << apart_from;
  }
}

TEST(Separation, EverybodyOfNobodyIsNotTrue) {
  const auto status = [](std::string_view must, std::string_view people) {
    return StatusOf(
        Decide(PolicyWith(StrCat("gates: [{id: g, at: DEPLOY, clause: C, must: '", must, "'}]\n")),
               Change(people)),
        "g");
  };
  for (const char* must : {"people.have_role(Part.TESTER, \"engineer\")",
                           "people.trained(Part.TESTER, \"testing\")"}) {
    EXPECT_EQ(status(must, "requester: ann"), v1::STATUS_UNSATISFIED) << must;
    EXPECT_EQ(status(must, "testers: [zoe]"), v1::STATUS_UNKNOWN) << must;
  }
}

TEST(Separation, WhatNobodyPlaysIsNoAnswer) {
  for (const char* must :
       {"people.apart(Part.AUTHOR, Part.APPROVER)", "people.apart(Part.UNSPECIFIED, Part.AUTHOR)",
        "size(people.of(Part.APPROVER)) == 0", "people.trained(Part.APPROVER, \"c\")",
        "people.have_role(Part.APPROVER, \"lead\") || true == false"}) {
    const v1::Decision decision =
        Decide(PolicyWith(StrCat("gates: [{id: g, at: DEPLOY, clause: C, must: '", must, "'}]\n")),
               Change("requester: ann, authors: [ann]"));
    EXPECT_EQ(StatusOf(decision, "g"), v1::STATUS_ERROR) << must;
  }
}

}  // namespace
}  // namespace changepolicy
