// What is due: by the ledger, by the steps of records, by the directory and by the policy.
#include <algorithm>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/duties.h"
#include "libchangepolicy/source/read.h"
#include "tests/engine/example.h"

namespace changepolicy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using List = std::vector<std::string>;

std::string Text(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%m-%dT%H:%M:%SZ", FromProto(time), absl::UTCTimeZone());
}

// `OBLIGATION id ann 03-02T10:00:00Z overdue ?change.history`.
List Lines(const v1::DueAnswer& answer) {
  List lines;
  for (const v1::DueItem& item : answer.items()) {
    std::string line =
        StrCat(v1::DueKind_Name(item.kind()).substr(9), " ", item.id(), " ",
               item.owner().empty() ? "-" : item.owner(), " ",
               item.has_due_at() ? Text(item.due_at()) : "-", item.overdue() ? " overdue" : "");
    for (const std::string& fact : item.unknown()) StrAppend(&line, " ?", fact);
    lines.push_back(line);
  }
  return lines;
}

struct Question {
  std::string policy;
  std::string organization = "";
  std::vector<v1::ChangeRequest> changes = {};
  std::vector<v1::Release> releases = {};
  std::string now = "2026-03-10T12:00:00Z";
  std::string until = "";
};

v1::DueAnswer Ask(const Question& question) {
  DueQuestion due{.now = At(question.now)};
  if (!question.until.empty()) due.until = At(question.until);
  const auto answer = ListDue(LoadOrDie(PolicyWith(question.policy)), Firm(question.organization),
                              question.changes, question.releases, due);
  EXPECT_TRUE(answer.ok()) << answer.status();
  return answer.ok() ? *answer : v1::DueAnswer();
}

List LinesOf(const Question& question) { return Lines(Ask(question)); }

// ---- Records

constexpr char kReview[] = R"(
obligations:
  - id: review
    at: [DEPLOY]
    subjects: [CHANGE]
    met_if: reviews.held()
    owner_part: REQUESTER
    due_after: duration("48h")
    starts_at: DECISION
    message: Look back on {{change.id}}
    clause: C
)";

constexpr char kDeployed[] = R"(
state: IMPLEMENTING
team: web
deployments:
  - {id: d, environment: PRODUCTION, conclusion: PASSED, happened_at: 2026-03-02T10:00:00Z, recorded_at: 2026-03-02T10:00:00Z}
)";

v1::ChangeRequest Change(std::string_view more) {
  return ReadChange(StrCat("id: C-1\npeople: {requester: Ann@firm.example}\n", more));
}

TEST(DueRecords, AreThoseThatStepsBehindTheStateBrought) {
  const v1::DueAnswer answer = Ask({.policy = kReview, .changes = {Change(kDeployed)}});
  EXPECT_THAT(Lines(answer), ElementsAre("OBLIGATION C-1-review ann 03-04T10:00:00Z overdue"));
  const v1::DueItem& item = answer.items(0);
  EXPECT_EQ(item.rule(), "review");
  EXPECT_EQ(item.subject_id(), "C-1");
  EXPECT_EQ(item.team(), "web");
  EXPECT_EQ(item.source(), v1::DUE_SOURCE_RECORD);
  EXPECT_EQ(item.clauses(0), "C");
  ASSERT_EQ(item.parameters_size(), 1);
  EXPECT_EQ(item.parameters(0).value(), "C-1");
  EXPECT_THAT(answer.problems(), IsEmpty());
}

struct StateRow {
  std::string state;
  List lines;
};
class OfState : public testing::TestWithParam<StateRow> {};

TEST_P(OfState, AStepThatMayLieBehindIsListedAsUnknown) {
  const v1::ChangeRequest change = Change(GetParam().state);
  EXPECT_EQ(LinesOf({.policy = kReview, .changes = {change}}), GetParam().lines);
}

const char kSure[] = "OBLIGATION C-1-review ann - ?change.history";

INSTANTIATE_TEST_SUITE_P(
    Rows, OfState,
    testing::Values(StateRow{"state: DRAFT", {}}, StateRow{"state: SCHEDULED", {}},
                    // When it was deployed, nobody says.
                    StateRow{"state: IMPLEMENTING", {kSure}}, StateRow{"state: CLOSED", {kSure}},
                    StateRow{"state: ROLLED_BACK", {kSure}}, StateRow{"state: CANCELLED", {}},
                    // Where nobody says how far it is, anything may have been done.
                    StateRow{"title: no state",
                             {"OBLIGATION C-1-review ann - ?change.history ?change.state"}}),
    [](const auto& info) {
      return info.param.state.substr(info.param.state.find(':') + 2, 2) +
             std::to_string(info.index);
    });

TEST(DueRecords, TheHistorySaysWhichStepsAndWhen) {
  constexpr char kAtClose[] = R"(
obligations:
  - {id: training, at: [CLOSE], owner_role: lead, due_after: 'duration("24h")', clause: C}
)";
  const auto with = [](std::string_view history, std::string_view state) {
    return Change(StrCat("state: ", state, "\nhistory:\n", history));
  };
  constexpr char kClosed[] =
      "  - {transition: CLOSE, happened_at: 2026-03-05T10:00:00Z, recorded_at: "
      "2026-03-05T10:00:00Z}\n";
  EXPECT_THAT(LinesOf({.policy = kAtClose, .changes = {with(kClosed, "CLOSED")}}),
              ElementsAre("OBLIGATION C-1-training lead 03-06T10:00:00Z overdue"));
  // A step that was recorded after the question is not seen, and the state tells nothing of it.
  EXPECT_THAT(LinesOf({.policy = kAtClose,
                       .changes = {with(kClosed, "REVIEW")},
                       .now = "2026-03-05T09:59:59Z"}),
              IsEmpty());
  // Taken twice, it is owed since the first time.
  EXPECT_THAT(LinesOf({.policy = kAtClose,
                       .changes = {with(StrCat(kClosed,
                                               "  - {transition: CLOSE, happened_at: "
                                               "2026-03-04T10:00:00Z}\n"),
                                        "CLOSED")}}),
              ElementsAre("OBLIGATION C-1-training lead 03-05T10:00:00Z overdue"));
  // What the state tells beside the history counts too, ...
  EXPECT_THAT(
      LinesOf({.policy = kAtClose,
               .changes = {with("  - {transition: SUBMIT, happened_at: 2026-03-01}\n", "CLOSED")}}),
      ElementsAre("OBLIGATION C-1-training lead - ?change.history"));
  // ... and with a history a step that need not have been taken was not.
  constexpr char kAtSubmit[] = R"(
obligations:
  - {id: reason, at: [SUBMIT], owner_role: lead, due_after: 'duration("24h")', clause: C}
)";
  EXPECT_THAT(LinesOf({.policy = kAtSubmit,
                       .changes = {with("  - {transition: CANCEL, happened_at: 2026-03-01}\n",
                                        "CANCELLED")}}),
              IsEmpty());
  EXPECT_THAT(LinesOf({.policy = kAtSubmit, .changes = {Change("state: CANCELLED")}}),
              ElementsAre("OBLIGATION C-1-reason lead - ?change.history"));
}

TEST(DueRecords, TheTimeRunsFromWhatTheRuleSays) {
  const auto rule = [](std::string_view starts_at) {
    return StrCat(
        "obligations:\n  - {id: o, at: [DEPLOY], owner_role: lead, due_after: "
        "'duration(\"1h\")', clause: C, starts_at: ",
        starts_at, "}\n");
  };
  const v1::ChangeRequest change =
      Change(StrCat(kDeployed,
                    "history: [{transition: DEPLOY, happened_at: 2026-03-02T09:00:00Z}]\n"
                    "schedule: {start: 2026-03-02T08:00:00Z, end: 2026-03-02T12:00:00Z}\n"));
  const auto due = [&](std::string_view starts_at) {
    return LinesOf({.policy = rule(starts_at), .changes = {change}});
  };
  EXPECT_THAT(due("DECISION"), ElementsAre("OBLIGATION C-1-o lead 03-02T10:00:00Z overdue"));
  EXPECT_THAT(due("DEPLOYMENT"), ElementsAre("OBLIGATION C-1-o lead 03-02T11:00:00Z overdue"));
  EXPECT_THAT(due("PLANNED_END"), ElementsAre("OBLIGATION C-1-o lead 03-02T13:00:00Z overdue"));
}

TEST(DueRecords, ATimeBeyondAllCalendarsIsTheLastThereIs) {
  constexpr char kRule[] = R"(
obligations:
  - {id: o, at: [DEPLOY], owner_role: lead, due_after: 'duration("48h")', starts_at: PLANNED_END, clause: C}
)";
  const v1::ChangeRequest change =
      Change(StrCat(kDeployed, "schedule: {end: 9999-12-31T23:59:59Z}\n"));
  const v1::DueAnswer answer = Ask({.policy = kRule, .changes = {change}});
  constexpr int64_t kLastSecond = 253402300799;
  ASSERT_EQ(answer.items_size(), 1);
  EXPECT_EQ(answer.items(0).due_at().seconds(), kLastSecond);
  EXPECT_EQ(Decide(PolicyWith(kRule), change).obligations(0).due_at().seconds(), kLastSecond);
}

TEST(DueRecords, WhatIsMetIsNotListed) {
  const v1::ChangeRequest reviewed =
      Change(StrCat(kDeployed,
                    "reviews: [{by: bob, happened_at: 2026-03-03T10:00:00Z, recorded_at: "
                    "2026-03-03T11:00:00Z, findings: It went well and nothing was missed.}]\n"));
  EXPECT_THAT(LinesOf({.policy = kReview, .changes = {reviewed}}), IsEmpty());
  // Before the review was on record it was owed, and not overdue.
  EXPECT_THAT(LinesOf({.policy = kReview, .changes = {reviewed}, .now = "2026-03-03T10:59:59Z"}),
              ElementsAre("OBLIGATION C-1-review ann 03-04T10:00:00Z"));
}

// Evidence grows old; that tests were run does not become untrue.
TEST(DueRecords, WhatWasMetOnceIsMet) {
  constexpr char kTests[] = R"(
obligations:
  - {id: tests, at: [DEPLOY], met_if: evidence.passed("unit"), owner_role: lead, due_after: 'duration("48h")', clause: C}
)";
  const auto policy = [&](std::string_view passed) { return StrCat(kTests, passed); };
  const auto with = [](std::string_view conclusion, std::string_view at) {
    return Change(
        StrCat(kDeployed, "artifact: {digest: \"sha256:", std::string(64, 'a'),
               "\"}\nevidence: [{id: e, type: unit, digest: \"sha256:", std::string(64, 'a'),
               "\", trust: REPORTED, source: ci, conclusion: ", conclusion, ", happened_at: ", at,
               ", recorded_at: ", at, "}]\n"));
  };
  const auto lines = [&](const v1::ChangeRequest& change, const std::string& now) {
    Question question{.policy = policy(""), .changes = {change}, .now = now};
    // The head of the policies of these tests has evidence rules of its own.
    std::string text = PolicyWith(question.policy);
    text.replace(text.find("types: [unit]"), 13, "types: [unit], fresh_for: 24h");
    const auto answer = ListDue(LoadOrDie(text), Firm(), question.changes, {}, {.now = At(now)});
    return answer.ok() ? Lines(*answer) : List{"error"};
  };
  const v1::ChangeRequest tested = with("PASSED", "2026-03-04T10:00:00Z");
  EXPECT_THAT(lines(tested, "2026-03-04T09:00:00Z"),
              ElementsAre("OBLIGATION C-1-tests lead 03-04T10:00:00Z"));
  EXPECT_THAT(lines(tested, "2026-03-04T10:00:00Z"), IsEmpty());
  EXPECT_THAT(lines(tested, "2026-06-04T10:00:00Z"), IsEmpty());
  EXPECT_THAT(lines(with("FAILED", "2026-03-04T10:00:00Z"), "2026-03-04T10:00:00Z"),
              ElementsAre("OBLIGATION C-1-tests lead 03-04T10:00:00Z overdue"));
}

TEST(DueRecords, TrainingThatWasDoneAndEndedSinceCountsAsDone) {
  constexpr char kCourse[] = R"(
obligations:
  - {id: course, at: [DEPLOY], met_if: 'people.trained(Part.REQUESTER, "safety")', owner_part: REQUESTER, due_after: 'duration("48h")', clause: C}
)";
  const auto firm = [](std::string_view from, std::string_view to) {
    return StrCat("  training: [{person: ann, course: safety, completed_at: ", from,
                  ", expires_at: ", to, "}]\n");
  };
  EXPECT_THAT(LinesOf({.policy = kCourse,
                       .organization = firm("2026-03-03", "2026-03-05"),
                       .changes = {Change(kDeployed)}}),
              ElementsAre("TRAINING safety ann 03-05T00:00:00Z overdue"));
  // Training that had ended before the step is no answer to what the step brought.
  EXPECT_THAT(LinesOf({.policy = kCourse,
                       .organization = firm("2026-02-03", "2026-03-02"),
                       .changes = {Change(kDeployed)}}),
              ElementsAre("TRAINING safety ann 03-02T00:00:00Z overdue",
                          "OBLIGATION C-1-course ann 03-04T10:00:00Z overdue"));
}

TEST(DueRecords, WhatIsNotKnownIsListedWithTheFactsThatAreMissing) {
  constexpr char kAbout[] = R"(
obligations:
  - {id: o, at: [DEPLOY], applies_if: change.impact.security >= Effect.HIGH, met_if: "!change.outcome.problematic", owner_role: lead, due_after: 'change.schedule.end - change.schedule.start', clause: C}
)";
  EXPECT_THAT(LinesOf({.policy = kAbout, .changes = {Change(kDeployed)}}),
              ElementsAre("OBLIGATION C-1-o lead - ?change.impact.security "
                          "?change.outcome.problematic ?change.schedule.end "
                          "?change.schedule.start"));
  EXPECT_THAT(LinesOf({.policy = kAbout,
                       .changes = {Change(StrCat(kDeployed, "impact: {security: LOW}\n"))}}),
              IsEmpty());
  // An expression that fails is named, and what it decides is listed.
  constexpr char kFails[] = R"(
obligations:
  - {id: o, at: [DEPLOY], applies_if: 'change.facts["x"] == 1', owner_role: lead, due_after: 'duration("1h")', clause: C}
)";
  const v1::DueAnswer failed = Ask({.policy = kFails, .changes = {Change(kDeployed)}});
  EXPECT_EQ(failed.items_size(), 1);
}

// What was on record when the step was taken, and what came to be known later: either brings it.
TEST(DueRecords, AStepBringsWhatItsDecisionListedAndWhatIsKnownSince) {
  constexpr char kEmergency[] = R"(
obligations:
  - {id: o, at: [DEPLOY], applies_if: size(change.emergency_basis) > 0, owner_role: lead, due_after: 'duration("1h")', clause: C}
  - {id: p, at: [DEPLOY], applies_if: size(change.emergency_basis) == 0, owner_role: lead, due_after: 'duration("2h")', clause: C}
)";
  const v1::ChangeRequest change =
      Change(StrCat(kDeployed,
                    "emergency_basis: [{kind: OUTAGE, reference: INC-1, happened_at: "
                    "2026-03-02T09:00:00Z, recorded_at: 2026-03-02T15:00:00Z}]\n"));
  EXPECT_THAT(LinesOf({.policy = kEmergency, .changes = {change}}),
              ElementsAre("OBLIGATION C-1-o lead 03-02T11:00:00Z overdue",
                          "OBLIGATION C-1-p lead 03-02T12:00:00Z overdue"));
}

TEST(DueRecords, BreakGlassThatWasUsedBringsItsObligation) {
  constexpr char kBreakGlass[] = R"(
gates:
  - {id: g, at: [DEPLOY], must: evidence.passed("unit"), clause: C}
overrides:
  - {id: glass, rules: [g], by: {role: engineer}, expires_after: 1h, obligation: ratify, clause: C}
obligations:
  - {id: ratify, at: [CLOSE], applies_if: "false", owner_role: lead, due_after: 'duration("4h")', clause: C}
)";
  const auto with = [](std::string_view by, std::string_view at) {
    return Change(StrCat(kDeployed, "overrides: [{id: b, rules: [g], by: ", by,
                         ", reason: the site is down, happened_at: ", at, ", recorded_at: ", at,
                         "}]\n"));
  };
  const char kOwed[] = "OBLIGATION C-1-ratify lead 03-02T14:00:00Z overdue";
  EXPECT_THAT(LinesOf({.policy = kBreakGlass, .changes = {with("bob", "2026-03-02T09:30:00Z")}}),
              ElementsAre(kOwed));
  // By somebody who may not, it set nothing aside; nor where it had ended, or was made afterwards.
  for (const auto& [by, at] :
       {std::pair("dan", "2026-03-02T09:30:00Z"), std::pair("bob", "2026-03-02T09:00:00Z")}) {
    EXPECT_THAT(LinesOf({.policy = kBreakGlass, .changes = {with(by, at)}}), IsEmpty()) << by << at;
  }
  // Where nobody says when it was deployed, it counts as used.
  v1::ChangeRequest undated = with("bob", "2026-03-02T09:00:00Z");
  undated.clear_deployments();
  EXPECT_THAT(LinesOf({.policy = kBreakGlass, .changes = {undated}}),
              ElementsAre("OBLIGATION C-1-ratify lead - ?change.history"));
}

TEST(DueRecords, ARecordThatCannotBeAskedIsNamed) {
  v1::ChangeRequest nameless = Change(kDeployed);
  nameless.clear_id();
  v1::ChangeRequest again = Change("state: IMPLEMENTING");
  const v1::DueAnswer answer =
      Ask({.policy = kReview, .changes = {nameless, Change(kDeployed), again}});
  ASSERT_EQ(answer.problems_size(), 2);
  EXPECT_THAT(answer.problems(0), HasSubstr("change ?: "));
  EXPECT_EQ(answer.problems(1), "change C-1: is given twice");
  // Which of the two is right is open: what either owes is listed.
  EXPECT_THAT(Lines(answer),
              ElementsAre(kSure, "OBLIGATION C-1-review ann 03-04T10:00:00Z overdue"));
}

TEST(DueRecords, AStepThatNoChangeTakesIsNamedAndTheRestIsAsked) {
  const v1::DueAnswer answer =
      Ask({.policy = kReview,
           .changes = {Change(StrCat(kDeployed,
                                     "history: [{transition: PUBLISH, happened_at: "
                                     "2026-03-02}]\n"))}});
  EXPECT_THAT(answer.problems(),
              ElementsAre("change C-1: history names the step `PUBLISH`, which no change takes"));
  EXPECT_THAT(Lines(answer), ElementsAre("OBLIGATION C-1-review ann 03-04T10:00:00Z overdue"));
}

TEST(DueRecords, ReleasesOweToo) {
  constexpr char kRetrospective[] = R"(
obligations:
  - {id: look-back, at: [PUBLISH], subjects: [RELEASE], owner_part: RELEASE_MANAGER, due_after: 'duration("24h")', starts_at: DEPLOYMENT, clause: C}
)";
  v1::Release release;
  ASSERT_FALSE(HasErrors(ReadMessage(R"(
id: R-1
state: RELEASED
people: {release_manager: bob}
deployments: [{id: d, environment: PRODUCTION, happened_at: 2026-03-02T10:00:00Z}]
)",
                                     Format::kYaml, "release.yaml", &release)));
  EXPECT_THAT(LinesOf({.policy = kRetrospective, .releases = {release}}),
              ElementsAre("OBLIGATION R-1-look-back bob 03-03T10:00:00Z overdue"));
  release.set_state(v1::RELEASE_STATE_MONITORING);
  EXPECT_THAT(LinesOf({.policy = kRetrospective, .releases = {release}}), IsEmpty());
  // It may have been published before it was taken back.
  release.set_state(v1::RELEASE_STATE_ROLLED_BACK);
  EXPECT_THAT(LinesOf({.policy = kRetrospective, .releases = {release}}),
              ElementsAre("OBLIGATION R-1-look-back bob 03-03T10:00:00Z overdue ?release.history"));
}

// ---- The ledger

constexpr char kLedger[] = R"(
ledger:
  obligations:
    - {id: O-1, rule: review, subject_id: C-1, team: web, owner: bob, due_at: 2026-03-10T12:00:00Z}
    - {id: O-2, rule: review, subject_id: C-2, owner: lead, due_at: 2026-03-10T12:00:01Z}
    - {id: O-3, rule: review, subject_id: C-3, owner: cy, due_at: 2026-03-01T00:00:00Z, done_at: 2026-03-10T12:00:00Z}
    - {id: O-4, rule: review, subject_id: C-4, owner: cy, due_at: 2026-03-01T00:00:00Z, done_at: 2026-03-10T12:00:01Z}
    - {id: O-5, rule: unheard-of, subject_id: C-5}
)";

TEST(DueLedger, OpenObligationsAreListedAndDoneOnesAreNot) {
  const v1::DueAnswer answer = Ask({.policy = kReview, .organization = kLedger});
  EXPECT_THAT(Lines(answer),
              ElementsAre("OBLIGATION O-5 - - ?organization.ledger.obligations[\"O-5\"].due_at",
                          "OBLIGATION O-4 cy 03-01T00:00:00Z overdue",
                          "OBLIGATION O-1 bob 03-10T12:00:00Z overdue",
                          "OBLIGATION O-2 lead 03-10T12:00:01Z"));
  EXPECT_EQ(answer.items(1).source(), v1::DUE_SOURCE_LEDGER);
  EXPECT_EQ(answer.items(1).clauses(0), "C");
}

TEST(DueLedger, WhatItListsIsNotListedForTheRecord) {
  // Open: as the ledger has it. Done: not at all.
  EXPECT_THAT(LinesOf({.policy = kReview,
                       .organization = kLedger,
                       .changes = {Change(kDeployed)},
                       .until = "2026-03-10T12:00:00Z"}),
              ElementsAre("OBLIGATION O-5 - - ?organization.ledger.obligations[\"O-5\"].due_at",
                          "OBLIGATION O-4 cy 03-01T00:00:00Z overdue",
                          "OBLIGATION O-1 bob 03-10T12:00:00Z overdue"));
  v1::ChangeRequest other = Change(kDeployed);
  other.set_id("C-3");
  const List lines = LinesOf({.policy = kReview, .organization = kLedger, .changes = {other}});
  EXPECT_EQ(std::count_if(lines.begin(), lines.end(),
                          [](const auto& line) { return line.find("C-3") != std::string::npos; }),
            0);
}

TEST(DueLedger, APartThatIsTooOldIsUnknown) {
  const v1::DueAnswer answer =
      Ask({.policy = "limits: {ledger_age: 24h, directory_age: 48h}\n", .organization = R"(
  taken_at: 2026-03-08T12:00:01Z
  training: [{person: ann, course: safety, completed_at: 2026-03-01, expires_at: 2026-03-20}]
ledger:
  taken_at: 2026-03-09T11:59:59Z
  obligations: [{id: O-1, rule: r, subject_id: C-1, owner: bob, due_at: 2026-03-11T00:00:00Z}]
)"});
  EXPECT_THAT(Lines(answer),
              ElementsAre("OBLIGATION O-1 bob 03-11T00:00:00Z ?organization.ledger.taken_at",
                          "TRAINING safety ann 03-20T00:00:00Z"));
  EXPECT_THAT(answer.problems(),
              ElementsAre("organization.ledger.taken_at: the ledger is not up to date"));
}

// ---- Directory and policy

TEST(DueDirectory, AcceptedRisksUntilTheyEnd) {
  constexpr char kPolicy[] =
      "exceptions: {needs: {at_least: 1, of: {role: engineer}, apart_from: [REQUESTER]}, longest: "
      "240h, clause: C}\n";
  const auto risk = [](std::string_view id, std::string_view period, std::string_view by,
                       std::string_view more = "") {
    return StrCat("    - {id: ", id, ", rules: [g], ", period, ", requester: ann, reason: known, ",
                  more, "approvals: [{id: a, by: ", by,
                  ", kind: APPROVED, happened_at: 2026-03-01}]}\n");
  };
  const std::string risks = StrCat(
      "  accepted_risks:\n",
      risk("now", "start: 2026-03-05, end: 2026-03-12", "bob",
           "compensating_control: watch it, subjects: [C-7], "),
      risk("ahead", "start: 2026-03-11, end: 2026-03-14", "bob", "compensating_control: more, "),
      risk("ended", "start: 2026-03-05, end: 2026-03-10T12:00:00Z", "bob"),
      risk("unapproved", "start: 2026-03-05, end: 2026-03-12", "ann"),
      risk("too-long", "start: 2026-03-05, end: 2026-03-30", "bob"));
  const v1::DueAnswer answer = Ask({.policy = kPolicy, .organization = risks});
  EXPECT_THAT(Lines(answer), ElementsAre("COMPENSATING_CONTROL now ann 03-05T00:00:00Z overdue",
                                         "COMPENSATING_CONTROL ahead ann 03-11T00:00:00Z",
                                         "EXCEPTION_END now ann 03-12T00:00:00Z",
                                         "EXCEPTION_END ahead ann 03-14T00:00:00Z"));
  EXPECT_EQ(answer.items(0).subject_id(), "C-7");
  EXPECT_EQ(answer.items(0).parameters(0).value(), "watch it");
  EXPECT_EQ(answer.items(0).clauses(0), "C");
  // Once the ledger has the control, the ledger tells.
  const auto with = [&](std::string_view done) {
    return Ask(
        {.policy = kPolicy,
         .organization = StrCat(risks,
                                "ledger: {obligations: [{id: now, rule: compensating-control, "
                                "owner: bob, due_at: 2026-03-05",
                                done, "}]}\n"),
         .until = "2026-03-10T12:00:00Z"});
  };
  EXPECT_THAT(Lines(with("")), ElementsAre("COMPENSATING_CONTROL now bob 03-05T00:00:00Z overdue"));
  EXPECT_EQ(with("").items(0).source(), v1::DUE_SOURCE_LEDGER);
  EXPECT_THAT(Lines(with(", done_at: 2026-03-06")), IsEmpty());
  // A policy that honours no accepted risk has none that ends.
  EXPECT_THAT(LinesOf({.policy = "", .organization = risks}), IsEmpty());
}

TEST(DueDirectory, TrainingOfThoseWhoHaveARole) {
  EXPECT_THAT(LinesOf({.policy = "", .organization = R"(
  teams: [{id: web, members: [ann]}, {id: ops, members: [bob]}, {id: qa, members: [bob]}]
  training:
    - {person: ANN@firm.example, course: safety, completed_at: 2025-03-01, expires_at: 2026-03-01}
    - {person: ann, course: safety, completed_at: 2026-02-01, expires_at: 2026-04-01}
    - {person: bob, course: safety, completed_at: 2025-03-01, expires_at: 2026-03-01}
    - {person: bob, course: privacy, completed_at: 2025-03-01}
    - {person: bob, course: privacy, completed_at: 2025-03-01, expires_at: 2026-03-01}
    - {person: cy, course: safety, expires_at: 2026-03-01}
    - {person: dora, course: safety, completed_at: 2025-03-01, expires_at: 2026-03-01}
)"}),
              ElementsAre("TRAINING safety bob 03-01T00:00:00Z overdue",
                          "TRAINING safety ann 04-01T00:00:00Z"));
}

TEST(DueDirectory, ChangeModelsWhileTheyAreInUse) {
  EXPECT_THAT(LinesOf({.policy = "", .organization = R"(
  change_models:
    - {id: m1, approved_by: [bob, ann], approved_at: 2026-01-01, expires_at: 2026-03-10T12:00:00Z}
    - {id: m2, approved_at: 2026-01-01, expires_at: 2026-03-11T00:00:00Z}
    - {id: m3, approved_by: [ann], expires_at: 2026-03-01T00:00:00Z, retired_at: 2026-03-05T00:00:00Z}
    - {id: m4, approved_by: [ann], expires_at: 2026-03-20T00:00:00Z, retired_at: 2026-03-20T00:00:00Z}
    - {id: m5, approved_by: [ann]}
)"}),
              ElementsAre("CHANGE_MODEL m1 ann 03-10T12:00:00Z overdue",
                          "CHANGE_MODEL m1 bob 03-10T12:00:00Z overdue",
                          "CHANGE_MODEL m2 - 03-11T00:00:00Z"));
}

TEST(DuePolicy, ItsReviewByEachOfItsApprovers) {
  std::string text = PolicyWith("");
  text.replace(text.find("version: \"1\""), 12,
               "version: \"1\", approvers: [lead, engineer], next_review: 2026-03-10T12:00:00Z");
  const auto lines = [&](std::string_view now) {
    return Lines(*ListDue(LoadOrDie(text), Firm(), {}, {}, {.now = At(now)}));
  };
  EXPECT_THAT(lines("2026-03-10T12:00:00Z"),
              ElementsAre("POLICY_REVIEW test engineer 03-10T12:00:00Z overdue",
                          "POLICY_REVIEW test lead 03-10T12:00:00Z overdue"));
  EXPECT_THAT(lines("2026-03-10T11:59:59Z"),
              ElementsAre("POLICY_REVIEW test engineer 03-10T12:00:00Z",
                          "POLICY_REVIEW test lead 03-10T12:00:00Z"));
}

TEST(Due, IsTheSameForAnyOrder) {
  std::vector<v1::ChangeRequest> changes;
  for (const char* const id : {"C-1", "C-9", "C-5", "C-1"}) {
    changes.push_back(Change(kDeployed));
    changes.back().set_id(id);
  }
  changes[3].set_team("other");
  const auto bytes = [&] {
    return Ask({.policy = kReview, .organization = kLedger, .changes = changes})
        .SerializeAsString();
  };
  const std::string first = bytes();
  for (int i = 0; i < 4; ++i) {
    std::rotate(changes.begin(), changes.begin() + 1, changes.end());
    EXPECT_EQ(bytes(), first);
  }
}

TEST(Due, NeedsAnInstant) {
  EXPECT_FALSE(ListDue(LoadOrDie(PolicyWith("")), Firm(), {}, {}, {}).ok());
}

}  // namespace
}  // namespace changepolicy
