// When an answer changes by the clock alone: next_evaluation names it, and nothing changes before.
#include "libchangepolicy/base/time.h"

#include <ostream>

#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "tests/engine/example.h"

namespace changepolicy {
namespace {

struct Row {
  std::string must;
  std::string flips;  // when it turns
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.must; }

class Clock : public testing::TestWithParam<Row> {};

TEST_P(Clock, NextEvaluationIsWhenItTurns) {
  const Engine engine(
      LoadOrDie(PolicyWith(
          StrCat("gates:\n  - {id: g, at: DEPLOY, clause: C, must: '", GetParam().must, "'}\n"))),
      Firm());
  const v1::ChangeRequest change = SmallChange(
      "schedule: {start: 2026-03-03T10:00:00Z, end: 2026-03-03T12:00:00Z, rollback_reserve: 0s}");
  const absl::Time now = At("2026-03-02T10:00:00Z");
  const auto ask = [&](absl::Time at) {
    return *engine.Decide(change, {.now = at, .transition = v1::TRANSITION_DEPLOY});
  };
  const v1::Decision first = ask(now);
  ASSERT_TRUE(first.has_next_evaluation()) << first.ShortDebugString();
  const absl::Time next = FromProto(first.next_evaluation());
  EXPECT_EQ(next, At(GetParam().flips));
  const v1::Status before = StatusOf(first, "g");
  EXPECT_EQ(StatusOf(ask(next - absl::Nanoseconds(1)), "g"), before);
  EXPECT_NE(StatusOf(ask(next + absl::Nanoseconds(1)), "g"), before);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Clock,
    testing::Values(Row{"now < change.schedule.start", "2026-03-03T10:00:00Z"},
                    Row{"now >= change.schedule.start", "2026-03-03T10:00:00Z"},
                    Row{"change.schedule.start - now > duration(\"5h\")", "2026-03-03T05:00:00Z"},
                    Row{"now + duration(\"24h\") <= change.schedule.end", "2026-03-02T12:00:00Z"},
                    Row{"now - duration(\"1h\") < change.schedule.start", "2026-03-03T11:00:00Z"}));

// Functions about people turn when memberships begin and end.
TEST(Memberships, NextEvaluationIsWhenOneBeginsOrEnds) {
  v1::Organization firm = Firm().proto();
  v1::Membership membership;
  membership.set_person("bob");
  ToProto(At("2026-03-02T12:00:00Z"), membership.mutable_start());
  ToProto(At("2026-03-02T15:00:00Z"), membership.mutable_end());
  for (v1::Role& role : *firm.mutable_directory()->mutable_roles()) {
    if (role.id() == "lead") *role.add_memberships() = membership;
  }
  v1::Team& team = *firm.mutable_directory()->add_teams();
  team.set_id("web");
  *team.add_memberships() = membership;
  for (const char* must :
       {"people.has_role(\"bob\", \"lead\")", "people.in_team(\"bob\", \"web\")",
        "\"bob\" in people.with_role(\"lead\")", "people.have_role(Part.IMPLEMENTER, \"lead\")"}) {
    const Engine engine(
        LoadOrDie(PolicyWith(
            StrCat("gates:\n  - {id: g, subjects: [CHANGE], at: DEPLOY, clause: C, must: '", must,
                   "'}\n"))),
        *Organization::Create(firm).organization);
    v1::ChangeRequest change = SmallChange();
    change.mutable_people()->add_implementers("bob");
    const auto ask = [&](std::string_view at) {
      return *engine.Decide(change, {.now = At(at), .transition = v1::TRANSITION_DEPLOY});
    };
    const v1::Decision before = ask("2026-03-02T10:00:00Z");
    EXPECT_EQ(StatusOf(before, "g"), v1::STATUS_UNSATISFIED) << must;
    EXPECT_EQ(FromProto(before.next_evaluation()), At("2026-03-02T12:00:00Z")) << must;
    const v1::Decision during = ask("2026-03-02T12:00:00Z");
    EXPECT_EQ(StatusOf(during, "g"), v1::STATUS_SATISFIED) << must;
    EXPECT_EQ(FromProto(during.next_evaluation()), At("2026-03-02T15:00:00Z")) << must;
    EXPECT_EQ(StatusOf(ask("2026-03-02T15:00:00Z"), "g"), v1::STATUS_UNSATISFIED) << must;
  }
}

TEST(Visibility, WhatIsRecordedLaterIsNotSeen) {
  const Engine engine(LoadOrDie(PolicyWith("gates:\n  - {id: g, at: DEPLOY, clause: C, must: "
                                           "'size(change.communications) == 1'}\n")),
                      Firm());
  const v1::ChangeRequest change = SmallChange(
      "communications: [{id: m, audience: CLIENTS, notice: UPCOMING, happened_at: "
      "2026-03-01, recorded_at: 2026-03-02T11:00:00Z}]");
  const auto status = [&](std::string_view now) {
    return StatusOf(*engine.Decide(change, {.now = At(now), .transition = v1::TRANSITION_DEPLOY}),
                    "g");
  };
  EXPECT_EQ(status("2026-03-02T10:59:59Z"), v1::STATUS_UNSATISFIED);
  EXPECT_EQ(status("2026-03-02T11:00:00Z"), v1::STATUS_SATISFIED);
}

TEST(Visibility, AConfirmationCountsFromItsRecordingOn) {
  // Within the clock skew only what speaks against permission counts.
  const Engine engine(
      LoadOrDie(PolicyWith("limits: {clock_skew: 5m}\n"
                           "approvals: [{id: p, clause: C, needs: {at_least: 1, of: {role: "
                           "engineer}}}]\n")),
      Firm());
  const v1::ChangeRequest change = SmallChange(R"(
approvals:
  - {id: a, by: bob, kind: CONDITIONAL, conditions: [backup], happened_at: 2026-03-01, recorded_at: 2026-03-01}
conditions_met:
  - {condition: backup, by: bob, happened_at: 2026-03-02T10:00:00Z, recorded_at: 2026-03-02T11:00:00Z}
)");
  const auto decide = [&](std::string_view now) {
    return *engine.Decide(change, {.now = At(now), .transition = v1::TRANSITION_DEPLOY});
  };
  const v1::Decision before = decide("2026-03-02T10:59:59Z");
  EXPECT_EQ(StatusOf(before, "p"), v1::STATUS_UNSATISFIED);
  EXPECT_EQ(FromProto(before.next_evaluation()), At("2026-03-02T11:00:00Z"));
  EXPECT_EQ(StatusOf(decide("2026-03-02T11:00:00Z"), "p"), v1::STATUS_SATISFIED);
}

TEST(Visibility, AVetoHoldsFromTheClockSkewOnAndItsLiftFromItsRecordingOn) {
  const Engine engine(
      LoadOrDie(PolicyWith("limits: {clock_skew: 5m}\n"
                           "approvals: [{id: p, clause: C, needs: {none: true}}]\n")),
      Firm());
  const v1::ChangeRequest change = SmallChange(R"(
vetoes:
  - {id: v, by: bob, happened_at: 2026-03-02T10:00:00Z, recorded_at: 2026-03-02T11:00:00Z,
     lifted_by: BOB, lifted_at: 2026-03-02T11:30:00Z, lift_recorded_at: 2026-03-02T12:00:00Z}
)");
  const auto status = [&](std::string_view now) {
    return StatusOf(*engine.Decide(change, {.now = At(now), .transition = v1::TRANSITION_DEPLOY}),
                    "p");
  };
  EXPECT_EQ(status("2026-03-02T10:54:59Z"), v1::STATUS_SATISFIED);
  EXPECT_EQ(status("2026-03-02T10:55:00Z"), v1::STATUS_UNSATISFIED);
  EXPECT_EQ(status("2026-03-02T11:59:59Z"), v1::STATUS_UNSATISFIED);
  EXPECT_EQ(status("2026-03-02T12:00:00Z"), v1::STATUS_SATISFIED);
}

constexpr char kAcceptedRisk[] = R"(
  accepted_risks:
    - {id: r, rules: [g], start: 2026-03-01T00:00:00Z, end: 2026-03-03T00:00:00Z, requester: ann,
       reason: known, services: [web], recorded_at: 2026-03-01T00:00:00Z,
       approvals: [{id: a, by: bob, kind: APPROVED, happened_at: 2026-03-01T00:00:00Z, recorded_at: 2026-03-01T00:00:00Z}]}
)";

TEST(Exceptions, OnlyAnOverrideSetsAVetoAside) {
  const Engine engine(
      LoadOrDie(PolicyWith("approvals: [{id: g, clause: C, needs: {at_least: 1, of: {role: "
                           "lead}}}]\n"
                           "exceptions: {needs: {at_least: 1, of: {role: engineer}}, clause: C}\n"
                           "overrides: [{id: o, rules: [g], by: {role: engineer}, clause: C}]\n")),
      Firm(kAcceptedRisk));
  const auto status = [&](std::string_view more) {
    const v1::ChangeRequest change = SmallChange(StrCat("services: [{id: web}]\n", more));
    return StatusOf(*engine.Decide(change, {.now = At("2026-03-02T10:00:00Z"),
                                            .transition = v1::TRANSITION_DEPLOY}),
                    "g");
  };
  const std::string veto =
      "vetoes: [{id: v, by: cy, happened_at: 2026-03-02, recorded_at: 2026-03-02}]\n";
  EXPECT_EQ(status(""), v1::STATUS_WAIVED);
  EXPECT_EQ(status(veto), v1::STATUS_UNSATISFIABLE);
  EXPECT_EQ(status(veto + "overrides: [{id: x, rules: [g], by: bob, reason: outage, happened_at: "
                          "2026-03-02T09:00:00Z, recorded_at: 2026-03-02T09:00:00Z}]\n"),
            v1::STATUS_OVERRIDDEN);
}

TEST(Exceptions, AnAcceptedRiskCoversItsScopeAndPeriodOnly) {
  const Engine engine(LoadOrDie(PolicyWith(
                          "gates:\n  - {id: g, at: DEPLOY, clause: C, must: 'false'}\n"
                          "exceptions: {needs: {at_least: 1, of: {role: engineer}}, clause: C}\n")),
                      Firm(kAcceptedRisk));
  const auto status = [&](std::string_view service, std::string_view now) {
    const v1::ChangeRequest change = SmallChange(StrCat("services: [{id: ", service, "}]"));
    return StatusOf(*engine.Decide(change, {.now = At(now), .transition = v1::TRANSITION_DEPLOY}),
                    "g");
  };
  EXPECT_EQ(status("web", "2026-03-02T23:59:59Z"), v1::STATUS_WAIVED);
  EXPECT_EQ(status("web", "2026-03-03T00:00:00Z"), v1::STATUS_UNSATISFIED);
  EXPECT_EQ(status("db", "2026-03-02T00:00:00Z"), v1::STATUS_UNSATISFIED);
}

// Two rules that are filled by different people; the first is covered by an accepted risk.
TEST(Exceptions, WhatIsWaivedTakesNobodyFromItsGroup) {
  const std::string policy = PolicyWith(R"(
approvals:
  - {id: g, clause: C, needs: {at_least: 1, of: {role: engineer}, distinct: eyes}}
  - {id: h, clause: C, needs: {at_least: 1, of: {people: [bob]}, distinct: eyes}}
exceptions: {needs: {at_least: 1, of: {role: engineer}}, clause: C}
)");
  const v1::ChangeRequest change = SmallChange(
      "services: [{id: web}]\napprovals: [{id: a, by: bob, kind: APPROVED, "
      "happened_at: 2026-03-01, recorded_at: 2026-03-01}]\n");
  const auto decide = [&](std::string_view risks) {
    return *Engine(LoadOrDie(policy), Firm(risks))
                .Decide(change,
                        {.now = At("2026-03-02T10:00:00Z"), .transition = v1::TRANSITION_DEPLOY});
  };
  const v1::Decision without = decide("");
  EXPECT_EQ(StatusOf(without, "g"), v1::STATUS_UNSATISFIED);
  EXPECT_EQ(StatusOf(without, "h"), v1::STATUS_UNSATISFIED);
  EXPECT_EQ(without.outcomes(1).approval().waits_for(0), "g");
  const v1::Decision with = decide(kAcceptedRisk);
  EXPECT_EQ(StatusOf(with, "g"), v1::STATUS_WAIVED);
  EXPECT_EQ(StatusOf(with, "h"), v1::STATUS_SATISFIED);
  EXPECT_EQ(with.verdict(), v1::VERDICT_ALLOWED);
}

}  // namespace
}  // namespace changepolicy
