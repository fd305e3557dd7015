// The fewest steps that open a gate: what each kind of rule is opened by, and what is counted.
#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/source/read.h"
#include "tests/engine/example.h"
#include "tests/engine/fixing.h"

namespace changepolicy {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;
using testing::SizeIs;

const Question kQuestion = {.now = At("2026-03-02T10:00:00Z"),
                            .transition = v1::TRANSITION_DEPLOY,
                            .detail = v1::DETAIL_FULL};

template <typename Subject>
v1::MinimalFix FixOf(const Policy& policy, const Organization& organization,
                     const Subject& subject) {
  const v1::Decision decision = *Engine(policy, organization).Decide(subject, kQuestion);
  EXPECT_NE(decision.verdict(), v1::VERDICT_ALLOWED);
  v1::MinimalFix fix = decision.explanation().fix();
  EXPECT_EQ(fix.found(), !fix.steps().empty());
  const std::vector<v1::FixStep> steps(fix.steps().begin(), fix.steps().end());
  if (fix.found()) {
    EXPECT_EQ(VerdictAfter(policy, organization, subject, kQuestion, steps), v1::VERDICT_ALLOWED);
    EXPECT_THAT(fix.remaining(), IsEmpty());
  }
  for (size_t i = 0; i < steps.size(); ++i) {
    std::vector<v1::FixStep> fewer = steps;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_NE(VerdictAfter(policy, organization, subject, kQuestion, fewer), v1::VERDICT_ALLOWED)
        << TextOf(steps[i]) << " can be left out";
  }
  return fix;
}

std::string Gate(std::string_view id, std::string_view must) {
  return StrCat("  - {id: ", id, ", at: DEPLOY, clause: C, must: '", must, "'}\n");
}

v1::MinimalFix FixOf(const std::string& rules, const v1::ChangeRequest& change) {
  return FixOf(LoadOrDie(PolicyWith(rules)), Firm(), change);
}

// ---- What each kind of demand is opened by

struct Row {
  std::string must;
  std::string change;
  std::vector<std::string> steps;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.must; }

class Demand : public testing::TestWithParam<Row> {};

TEST_P(Demand, IsOpenedBy) {
  const v1::MinimalFix fix =
      FixOf("gates:\n" + Gate("g", GetParam().must), SmallChange(GetParam().change));
  EXPECT_THAT(TextsOf(fix), ElementsAreArray(GetParam().steps));
  EXPECT_TRUE(fix.optimal());
  for (const v1::FixStep& step : fix.steps()) EXPECT_THAT(step.rules(), ElementsAre("g"));
}

const char kDigest[] = "artifact: {digest: 'sha256:aa'}\n";

INSTANTIATE_TEST_SUITE_P(
    Rows, Demand,
    testing::Values(
        Row{"evidence.passed(\"unit\")", kDigest, {"EVIDENCE unit"}},
        Row{"evidence.settled(\"unit\", Environment.TEST)", kDigest, {"EVIDENCE unit TEST"}},
        // The latest decides.
        Row{"!evidence.failed(\"unit\") && true",
            StrCat(kDigest,
                   "evidence: [{id: e, type: unit, conclusion: FAILED, digest: "
                   "'sha256:aa', trust: REPORTED, happened_at: 2026-03-01T00:00:00Z}]\n"),
            {"EVIDENCE unit"}},
        // A result says nothing of an artifact that nobody knows.
        Row{"evidence.passed(\"unit\")",
            "",
            {StrCat("STATE change.artifact.digest = \"sha256:", std::string(64, '0'), "\""),
             "EVIDENCE unit"}},
        Row{"documents.written(change.documents.rationale)", "", {"DOCUMENT documents.rationale"}},
        Row{"documents.written(change.rollback.forward_recovery)",
            "documents: {rationale: {text: something else}}\n",
            {"DOCUMENT rollback.forward_recovery"}},
        Row{"communications.sent(Audience.CLIENTS, Notice.COMPLETED)",
            "",
            {"COMMUNICATION CLIENTS COMPLETED"}},
        Row{"communications.sent(Audience.SUPPORT, Notice.UPCOMING)",
            "",
            {"COMMUNICATION SUPPORT"}},
        Row{"deployments.done(Environment.TEST)", kDigest, {"DEPLOYMENT TEST"}},
        Row{"health.passed(Environment.TEST)", kDigest, {"DEPLOYMENT TEST", "HEALTH_CHECK TEST"}},
        // Whatever failed runs again.
        Row{"health.passed(Environment.TEST)",
            StrCat(kDigest,
                   "deployments: [{id: d, environment: TEST, digest: 'sha256:aa', conclusion: "
                   "PASSED, happened_at: 2026-03-01T00:00:00Z}]\n"
                   "health_checks: [{name: smoke, environment: TEST, conclusion: FAILED, "
                   "happened_at: 2026-03-01T01:00:00Z}, {name: load, environment: TEST, "
                   "conclusion: FAILED, happened_at: 2026-03-01T01:00:00Z}]\n"),
            {"HEALTH_CHECK TEST"}},
        Row{"reviews.held()", "", {"REVIEW"}},
        Row{"materials.updated(Material.RUNBOOK)", "", {"MATERIAL RUNBOOK"}},
        Row{"people.have_role(Part.TESTER, \"engineer\")", "", {"PERSON TESTER ann"}},
        Row{"size(people.of(Part.DEPLOYER)) > 0 && people.of(Part.DEPLOYER).all(p, "
            "people.has_role(p, \"engineer\"))",
            "",
            {"PERSON DEPLOYER ann"}},
        // Whoever is the author is not the tester.
        Row{"people.have_role(Part.TESTER, \"engineer\") && people.apart(Part.AUTHOR, "
            "Part.TESTER)",
            "",
            {"PERSON TESTER bob"}},
        Row{"change.rollback.irreversible", "", {"STATE change.rollback.irreversible = true"}},
        Row{"change.urgency == Urgency.HIGH", "", {"STATE change.urgency = Urgency.HIGH"}},
        Row{"change.tracker.key != \"\"", "", {"STATE change.tracker.key = \"as it is\""}},
        Row{"change.team == \"web\"", "", {"STATE change.team = \"web\""}},
        Row{"size(change.third_parties) == 0", "", {"STATE change.third_parties = []"}},
        Row{"ChangeKind.OS_UPDATE in change.kinds",
            "",
            {"STATE change.kinds = [ChangeKind.OS_UPDATE]"}},
        Row{"change.schedule.rollback_reserve >= duration(\"90m\")",
            "",
            {"STATE change.schedule.rollback_reserve = duration(\"5400s\")"}},
        Row{"change.services.all(s, s.critical || !s.client_facing)",
            "services: [{id: b, client_facing: true}, {id: a, client_facing: false}]\n",
            {"STATE change.services[1].critical = true"}}));

TEST(MinimalFix, WhatIsStatedIsNotMadeMilder) {
  const v1::MinimalFix fix = FixOf("gates:\n" + Gate("g", "change.impact.security == Effect.NONE") +
                                       Gate("other", "reviews.held()"),
                                   SmallChange("impact: {security: HIGH}\n"));
  EXPECT_FALSE(fix.found());
  EXPECT_THAT(fix.remaining(), ElementsAre("g"));
}

TEST(MinimalFix, ThereIsNoneForAStepThatIsNotLegal) {
  v1::ChangeRequest change = SmallChange();
  change.set_state(v1::CHANGE_STATE_DRAFT);
  const v1::MinimalFix fix = FixOf("gates:\n" + Gate("g", "reviews.held()"), change);
  EXPECT_FALSE(fix.found());
  EXPECT_THAT(fix.remaining(), IsEmpty());
}

// ---- Fewest

TEST(MinimalFix, OneStepMayServeSeveralRules) {
  const std::string types = "evidence: {types: [unit, security]}\n";
  std::string policy = PolicyWith("gates:\n" + Gate("somewhere", "evidence.passed(\"security\")") +
                                  Gate("outside",
                                       "[Environment.TEST, Environment.STAGING].exists(e, "
                                       "evidence.passed(\"security\", e))") +
                                  Gate("either",
                                       "evidence.passed(\"unit\", Environment.TEST) || "
                                       "evidence.passed(\"security\", Environment.STAGING)"));
  policy.replace(policy.find("evidence: {types: [unit]}\n"),
                 sizeof("evidence: {types: [unit]}\n") - 1, types);
  const v1::MinimalFix fix = FixOf(LoadOrDie(policy), Firm(), SmallChange(kDigest));
  EXPECT_THAT(TextsOf(fix), ElementsAre("EVIDENCE security STAGING"));
  EXPECT_TRUE(fix.optimal());
}

TEST(MinimalFix, AnotherStatementMayNeedFewerSteps) {
  const v1::MinimalFix fix =
      FixOf("gates:\n" + Gate("back", "change.rollback.irreversible || reviews.held()") +
                Gate("forward",
                     "!change.rollback.irreversible || "
                     "(documents.written(change.rollback.forward_recovery) && "
                     "materials.updated(Material.RUNBOOK) && "
                     "documents.written(change.documents.rationale))"),
            SmallChange());
  EXPECT_THAT(TextsOf(fix), ElementsAre("STATE change.rollback.irreversible = false", "REVIEW"));
}

// ---- Approvals

constexpr char kBoard[] = R"(
approvals:
  - {id: board, at: DEPLOY, clause: C, needs: {at_least: 1, of: {role: engineer}}}
)";

// Some facts are there to be stated only after others are.
TEST(MinimalFix, StatesFactsOfWhatWasStated) {
  const Policy policy = LoadOrDie(PolicyWith(
      "gates:\n" +
      Gate("s",
           "size(change.services) > 0 && change.services.all(s, s.critical || s.notice_owed)")));
  const Organization firm = Firm("  services: [{id: api}, {id: web}]\n");
  EXPECT_THAT(
      TextsOf(FixOf(policy, firm, SmallChange())),
      ElementsAre("STATE change.services = [\"api\"]", "STATE change.services[0].critical = true"));
  EXPECT_THAT(TextsOf(FixOf(policy, firm, SmallChange("services: [{id: web}, {id: api}]\n"))),
              ElementsAre("STATE change.services[0].critical = true",
                          "STATE change.services[1].critical = true"));
  const std::string many = "services: [{id: a}, {id: b}, {id: c}, {id: d}, {id: e}]\n";
  EXPECT_THAT(TextsOf(FixOf(policy, firm, SmallChange(many))), SizeIs(5));
}

// No single other value brings it nearer.
TEST(MinimalFix, StatesSeveralFactsOtherwise) {
  std::string facts = "facts:\n";
  for (const char name : {'a', 'b', 'c', 'd'}) {
    StrAppend(&facts, "  - {name: ", std::string(1, name), ", type: BOOL, meaning: a fact}\n");
  }
  const v1::MinimalFix fix =
      FixOf(facts + "gates:\n" +
                Gate("g", "facts.a == facts.b && facts.c == facts.d && facts.a != facts.c"),
            SmallChange());
  EXPECT_THAT(TextsOf(fix), SizeIs(4));
  EXPECT_TRUE(fix.optimal());
}

TEST(MinimalFix, ApprovalsComeLastAndNameTheirRoles) {
  const v1::MinimalFix fix =
      FixOf(StrCat(kBoard, "gates:\n",
                   Gate("described", "documents.written(change.documents.rationale)")),
            SmallChange());
  EXPECT_THAT(TextsOf(fix), ElementsAre("DOCUMENT documents.rationale", "APPROVAL bob"));
  EXPECT_THAT(fix.steps(1).roles(), ElementsAre("engineer"));
  EXPECT_THAT(fix.steps(1).rules(), ElementsAre("board"));
}

// An approval that covers the description falls with an edit of it.
TEST(MinimalFix, AnEditVoidsApprovals) {
  const std::string rules = StrCat(
      kBoard, "gates:\n", Gate("described", "documents.written(change.documents.rationale)"));
  const std::string approved =
      "approvals: [{id: a, by: bob, kind: APPROVED, revision: 1, happened_at: "
      "2026-03-01T02:00:00Z}]\n"
      "revisions: [{number: 1, by: ann, happened_at: 2026-03-01T01:00:00Z, source_digest: abc}]\n";
  EXPECT_THAT(TextsOf(FixOf(rules, SmallChange(approved))),
              ElementsAre("DOCUMENT documents.rationale", "APPROVAL bob"));
  // Of what only other aspects cover it stands.
  std::string narrow = rules;
  narrow.replace(narrow.find("clause: C, needs"), 9, "clause: C, aspects: [PLAN]");
  EXPECT_THAT(TextsOf(FixOf(narrow, SmallChange(approved))),
              ElementsAre("DOCUMENT documents.rationale"));
}

TEST(MinimalFix, ForACriterionAndWithACondition) {
  const std::string rules = R"(
approvals:
  - {id: ready, at: DEPLOY, clause: C, criterion: readiness, needs: {at_least: 1, of: {role: engineer}}}
)";
  EXPECT_THAT(TextsOf(FixOf(rules, SmallChange())), ElementsAre("APPROVAL readiness bob"));
  const v1::ChangeRequest conditional = SmallChange(
      "approvals: [{id: a, by: cy, kind: CONDITIONAL, conditions: [tell the night shift], "
      "happened_at: 2026-03-01T00:00:00Z}]\n");
  EXPECT_THAT(TextsOf(FixOf(kBoard, conditional)),
              ElementsAre("CONDITION tell the night shift cy"));
}

TEST(MinimalFix, NobodyLiftsAVetoForAnother) {
  const v1::MinimalFix fix =
      FixOf(kBoard, SmallChange("vetoes: [{id: v, by: cy, happened_at: 2026-03-01T00:00:00Z}]\n"));
  EXPECT_FALSE(fix.found());
  EXPECT_THAT(fix.remaining(), ElementsAre("board"));
}

TEST(MinimalFix, AGateMayLookAtApprovals) {
  EXPECT_THAT(TextsOf(FixOf(StrCat(kBoard, "gates:\n", Gate("two", "approvals.people >= 1")),
                            SmallChange())),
              ElementsAre("APPROVAL bob"));
}

// ---- The clock

constexpr char kSchedule[] =
    "schedule: {start: 2026-03-03T09:00:00Z, end: 2026-03-03T10:00:00Z, rollback_reserve: 0s}\n";

TEST(MinimalFix, WaitsForThePlannedTime) {
  const std::string gates =
      "gates:\n" + Gate("time", "now >= change.schedule.start && now < change.schedule.end");
  EXPECT_THAT(TextsOf(FixOf(gates, SmallChange(kSchedule))),
              ElementsAre("WAIT 2026-03-03T09:00:00Z"));
  // People approve before they wait, unless that lasts too short.
  EXPECT_THAT(TextsOf(FixOf(kBoard + gates, SmallChange(kSchedule))),
              ElementsAre("APPROVAL bob", "WAIT 2026-03-03T09:00:00Z"));
  std::string brief = kBoard + gates;
  brief.replace(brief.find("{role: engineer}}"), 17, "{role: engineer}, expires_after: 2h}");
  EXPECT_THAT(TextsOf(FixOf(brief, SmallChange(kSchedule))),
              ElementsAre("WAIT 2026-03-03T09:00:00Z", "APPROVAL bob"));
}

TEST(MinimalFix, WaitsForASoak) {
  const std::string gates =
      "gates:\n" + Gate("soak", "evidence.soaked(Environment.STAGING, duration(\"24h\"))");
  EXPECT_THAT(TextsOf(FixOf(gates, SmallChange(kDigest))),
              ElementsAre("DEPLOYMENT STAGING", "WAIT 2026-03-03T10:00:00Z"));
  // What runs there already goes on.
  EXPECT_THAT(
      TextsOf(FixOf(gates, SmallChange(StrCat(kDigest,
                                              "deployments: [{id: d, environment: STAGING, digest: "
                                              "'sha256:aa', conclusion: PASSED, happened_at: "
                                              "2026-03-01T20:00:00Z}]\n")))),
      ElementsAre("WAIT 2026-03-02T20:00:00Z"));
}

TEST(MinimalFix, WaitsForARecordThatIsUnderWay) {
  EXPECT_THAT(TextsOf(FixOf("gates:\n" + Gate("broken", "size(change.overrides) > 0"),
                            SmallChange("overrides: [{id: o, by: cy, reason: night, happened_at: "
                                        "2026-03-02T09:00:00Z, recorded_at: "
                                        "2026-03-02T11:00:00Z}]\n"))),
              ElementsAre("WAIT 2026-03-02T11:00:00Z"));
}

// While nothing is done the organization does not become unknown: somebody takes it anew.
TEST(MinimalFix, WaitsLongerThanTheLedgerHolds) {
  const Policy policy =
      LoadOrDie(PolicyWith("limits: {ledger_age: 2h, directory_age: 2h}\ngates:\n" +
                           Gate("time",
                                "now >= change.schedule.start && !obligations.overdue() && "
                                "people.known(\"ann\")")));
  const Organization firm =
      Firm("  taken_at: 2026-03-02T09:00:00Z\nledger: {taken_at: 2026-03-02T09:30:00Z}\n");
  const v1::MinimalFix fix = FixOf(policy, firm, SmallChange(kSchedule));
  EXPECT_THAT(TextsOf(fix), ElementsAre("WAIT 2026-03-03T09:00:00Z"));
}

TEST(MinimalFix, AnOrganizationThatIsTooOldHelpsNobody) {
  const Policy policy = LoadOrDie(
      PolicyWith("limits: {directory_age: 2h}\ngates:\n" + Gate("known", "people.known(\"ann\")")));
  const v1::MinimalFix fix =
      FixOf(policy, Firm("  taken_at: 2026-03-01T09:00:00Z\n"), SmallChange());
  EXPECT_FALSE(fix.found());
  EXPECT_THAT(fix.remaining(), ElementsAre("known"));
}

constexpr char kCalendar[] = R"(
  calendar:
    windows: [{id: w, title: w, times: [{zone: UTC, start: "2026-03-01T20:00:00", duration: 4h, rrule: FREQ=DAILY}]}]
    freezes: [{id: f, title: f, times: [{zone: UTC, start: "2026-03-03T00:00:00", end: "2026-03-04T12:00:00"}]}]
)";

TEST(MinimalFix, MovesTheWorkIntoAWindow) {
  const Policy policy = LoadOrDie(
      PolicyWith("gates:\n" + Gate("w", "calendar.inside_window") + Gate("f", "!calendar.frozen")));
  const Organization firm = Firm(kCalendar);
  EXPECT_THAT(TextsOf(FixOf(policy, firm, SmallChange(kSchedule))),
              ElementsAre("SLOT 2026-03-02T20:00:00Z 2026-03-02T21:00:00Z"));
  // Without a plan, an hour.
  EXPECT_THAT(TextsOf(FixOf(policy, firm, SmallChange("schedule: {rollback_reserve: 30m}\n"))),
              ElementsAre("SLOT 2026-03-02T20:00:00Z 2026-03-02T21:00:00Z"));
}

// The notice counts from when it is sent; the window after it is the one in which all holds.
TEST(MinimalFix, ANoticeMovesTheWork) {
  const Policy policy = LoadOrDie(
      PolicyWith("gates:\n" + Gate("w", "calendar.inside_window && !calendar.frozen") +
                 Gate("told", "communications.sent_ahead(Audience.CLIENTS, duration(\"24h\"))") +
                 Gate("time", "now >= change.schedule.start")));
  const v1::MinimalFix fix = FixOf(policy, Firm(kCalendar), SmallChange(kSchedule));
  EXPECT_THAT(TextsOf(fix), ElementsAre("SLOT 2026-03-04T20:00:00Z 2026-03-04T21:00:00Z",
                                        "COMMUNICATION CLIENTS", "WAIT 2026-03-04T20:00:00Z"));
}

TEST(MinimalFix, MovingTheWorkVoidsApprovalsOfItsTime) {
  const Policy policy =
      LoadOrDie(PolicyWith(StrCat(kBoard, "gates:\n", Gate("w", "calendar.inside_window"))));
  const v1::ChangeRequest change =
      SmallChange(StrCat(kSchedule,
                         "approvals: [{id: a, by: cy, kind: APPROVED, revision: 1, happened_at: "
                         "2026-03-01T02:00:00Z}]\n"
                         "revisions: [{number: 1, by: ann, happened_at: 2026-03-01T01:00:00Z, "
                         "source_digest: abc}]\n"));
  EXPECT_THAT(TextsOf(FixOf(policy, Firm(kCalendar), change)),
              ElementsAre("SLOT 2026-03-02T20:00:00Z 2026-03-02T21:00:00Z", "APPROVAL bob"));
}

// ---- Releases

v1::Release ReadRelease(std::string_view yaml) {
  v1::Release release;
  const Issues issues = ReadMessage(
      StrCat("id: R-1\nstate: APPROVED\nversion: 2.0.0\nprevious_version: 1.0.0\n", yaml),
      Format::kYaml, "release.yaml", &release);
  EXPECT_FALSE(HasErrors(issues)) << ToText(issues);
  return release;
}

std::string ReleaseGate(std::string_view must) {
  return StrCat("  - {id: r, subjects: [RELEASE], at: DEPLOY, clause: C, must: '", must, "'}\n");
}

v1::MinimalFix ReleaseFix(const std::string& must, std::string_view release,
                          std::string_view more = "") {
  return FixOf(LoadOrDie(PolicyWith(StrCat(more, "gates:\n", ReleaseGate(must)))), Firm(),
               ReadRelease(release));
}

TEST(MinimalFix, TagsARelease) {
  EXPECT_THAT(TextsOf(ReleaseFix("tags.has(TagKind.FINAL)", "artifact: {revision: abc}\n")),
              ElementsAre("TAG FINAL"));
  EXPECT_THAT(TextsOf(ReleaseFix("tags.has(TagKind.CANDIDATE)", "")), ElementsAre("TAG CANDIDATE"));
}

TEST(MinimalFix, ConfirmsWhatARuleNames) {
  EXPECT_THAT(
      TextsOf(ReleaseFix(
          "[\"tested\", \"documented\"].all(c, release.criteria_met.exists(m, m.criterion == c))",
          "people: {owner: ann}\ncriteria_met: [{criterion: tested, by: bob}]\n")),
      ElementsAre("CRITERION documented ann"));
}

TEST(MinimalFix, WatchesARelease) {
  EXPECT_THAT(TextsOf(ReleaseFix("release.monitoring.logs && has(release.monitoring.started_at) && "
                                 "now >= release.monitoring.started_at + duration(\"6h\")",
                                 "")),
              ElementsAre("MONITORING", "WAIT 2026-03-02T16:00:00Z"));
}

TEST(MinimalFix, RecordsWhatHappened) {
  EXPECT_THAT(TextsOf(ReleaseFix("has(release.notes.published_at)", "")),
              ElementsAre("STATE release.notes.published_at = "
                          "timestamp(\"2026-03-02T10:00:00Z\")"));
}

TEST(MinimalFix, TakesOutTheChangeThatBlocks) {
  const std::string change_gate =
      "  - {id: c, subjects: [CHANGE], at: DEPLOY, clause: C, must: 'change.urgency == "
      "Urgency.LOW'}\n";
  const Policy policy =
      LoadOrDie(PolicyWith("gates:\n" + ReleaseGate("changes.all_allowed()") + change_gate));
  EXPECT_THAT(TextsOf(FixOf(policy, Firm(),
                            ReadRelease("changes: [{id: A, state: SCHEDULED, urgency: LOW}, {id: "
                                        "B, state: SCHEDULED, urgency: HIGH}]\n"))),
              ElementsAre("CHANGE B"));
  EXPECT_THAT(TextsOf(FixOf(policy, Firm(),
                            ReadRelease("changes: [{id: B, state: SCHEDULED, urgency: HIGH}]\n"))),
              ElementsAre("CHANGE B"));
}

// The changes' own time comes with that of the release.
TEST(MinimalFix, WaitsForTheChangesOfARelease) {
  const Policy policy =
      LoadOrDie(PolicyWith("gates:\n" + ReleaseGate("changes.all_allowed()") +
                           "  - {id: c, subjects: [CHANGE], at: DEPLOY, clause: C, must: 'now >= "
                           "change.schedule.start'}\n"));
  EXPECT_THAT(TextsOf(FixOf(
                  policy, Firm(),
                  ReadRelease(StrCat("changes: [{id: A, state: SCHEDULED, ", kSchedule, "}]\n")))),
              ElementsAre("WAIT 2026-03-03T09:00:00Z"));
}

// ---- What holds of every fix

TEST(MinimalFix, DoesNotDependOnTheOrderOfLists) {
  const Policy policy = LoadOrDie(PolicyWith(StrCat(
      kBoard, "gates:\n", Gate("g", "change.services.all(s, s.critical) && reviews.held()"))));
  v1::ChangeRequest change =
      SmallChange("services: [{id: b}, {id: a}, {id: b, notice_owed: true}]\n");
  const std::string first = FixOf(policy, Firm(), change).SerializeAsString();
  std::reverse(change.mutable_services()->begin(), change.mutable_services()->end());
  EXPECT_EQ(FixOf(policy, Firm(), change).SerializeAsString(), first);
}

TEST(MinimalFix, SaysWhoCanSupplyIt) {
  const v1::MinimalFix fix = FixOf(
      "gates:\n  - {id: g, at: DEPLOY, clause: C, must: reviews.held(), supplied_by: [lead, "
      "engineer]}\n",
      SmallChange());
  ASSERT_EQ(fix.steps_size(), 1);
  EXPECT_THAT(fix.steps(0).roles(), ElementsAre("engineer", "lead"));
}

}  // namespace
}  // namespace changepolicy
