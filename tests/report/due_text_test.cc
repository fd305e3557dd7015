// What is due, as a person reads it and as other programs do.
#include "libchangepolicy/report/due_text.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {
namespace {

using testing::HasSubstr;
using testing::Not;

Policy SomePolicy() {
  const PolicyResult result = Policy::Load({{"policy.yaml", R"(
policy: {id: test, version: "1"}
clauses: {C: {title: a clause}}
roles: [lead]
risk: {levels: [{level: LOW, from: 0}]}
categories: [{id: normal, category: NORMAL, applies_if: "true", clause: C}]
obligations:
  - {id: review, title: Look back, at: [DEPLOY], owner_role: lead, due_after: 'duration("1h")', message: "Review {{change.id}}, now", clause: C}
  - {id: bare, at: [DEPLOY], owner_role: lead, due_after: 'duration("1h")', clause: C}
)"}});
  EXPECT_TRUE(result.policy.has_value()) << ToText(result.issues);
  return *result.policy;
}

v1::DueAnswer Parse(const std::string& yaml) {
  v1::DueAnswer answer;
  const Issues issues = ReadMessage(yaml, Format::kYaml, "test.yaml", &answer);
  EXPECT_TRUE(issues.empty()) << ToText(issues);
  return answer;
}

v1::DueAnswer Some() {
  return Parse(R"(
now: 2026-03-10T12:00:00Z
items:
  - {kind: OBLIGATION, id: C-1-bare, rule: bare, subject_id: C-1, unknown: [change.history]}
  - {kind: OBLIGATION, id: O-1, rule: review, subject_id: C-1, owner: ann, team: web, due_at: 2026-03-07T12:00:00Z,
     overdue: true, clauses: [C], source: LEDGER}
  - {kind: OBLIGATION, id: C-2-review, rule: review, subject_id: "C|2", owner: lead, due_at: 2026-03-10T12:00:00Z,
     overdue: true, clauses: [C, D], parameters: [{name: change.id, value: "C|2"}], source: RECORD}
  - {kind: COMPENSATING_CONTROL, id: R-1, owner: bob, due_at: 2026-03-10T13:30:00Z,
     parameters: [{name: compensating_control, value: "watch \"it\", closely"}], source: DIRECTORY}
  - {kind: EXCEPTION_END, id: R-1, owner: bob, due_at: 2026-03-12T11:00:00Z, source: DIRECTORY}
  - {kind: TRAINING, id: safety, owner: cy, due_at: 2026-03-14T12:00:00Z, source: DIRECTORY}
  - {kind: CHANGE_MODEL, id: patch, owner: cy, due_at: 2026-04-14T12:00:00Z, source: DIRECTORY}
  - {kind: POLICY_REVIEW, id: test, owner: lead, due_at: 2027-03-10T12:00:00Z, source: POLICY}
problems: ["change C-9: revisions are not numbered"]
)");
}

TEST(DueText, IsATableByDateThatSaysHowLate) {
  EXPECT_EQ(DueText(Some(), SomePolicy(), {}), R"(Due: 8 things, 2 overdue, 1 not known

      due                   owner         what                                    for  how late
  ??  as soon as possible   nobody named  bare                                    C-1
  !!  2026-03-07T12:00:00Z  ann           review: Look back                       C-1  3 d late
  !!  2026-03-10T12:00:00Z  lead          review: Review C|2, now                 C|2  now
      2026-03-10T13:30:00Z  bob           instead, under accepted risk R-1:       -    in 1 h 30 min
                                          watch "it", closely
      2026-03-12T11:00:00Z  bob           accepted risk R-1 ends                  -    in 1 d 23 h
      2026-03-14T12:00:00Z  cy            training safety                         -    in 4 d
      2026-04-14T12:00:00Z  cy            approval of the change model patch      -    in 35 d
                                          ends
      2027-03-10T12:00:00Z  lead          review of the policy test               -    in 365 d

Not known
  C-1-bare  change.history

Could not be asked
  change C-9: revisions are not numbered
)");
}

TEST(DueText, NothingIsAnAnswer) {
  EXPECT_EQ(
      DueText(Parse("{now: 2026-03-10T12:00:00Z, until: 2026-03-11T12:00:00Z}"), SomePolicy(), {}),
      "Due until 2026-03-11T12:00:00Z: no things\n");
}

TEST(DueMarkdown, KeepsItsCells) {
  const std::string text = DueMarkdown(Some(), SomePolicy());
  EXPECT_THAT(text,
              HasSubstr("# Due: 8 things, 2 overdue, 1 not known\n\nAt 2026-03-10T12:00:00Z\n"));
  EXPECT_THAT(text,
              HasSubstr("| 2026-03-10T12:00:00Z | **now** | lead | review: Review C\\|2, now | "
                        "C\\|2 | C, D |  |\n"));
  EXPECT_THAT(text, HasSubstr("| as soon as possible |  |  | bare | C-1 |  | change.history |\n"));
  EXPECT_THAT(text,
              HasSubstr("\nCould not be asked:\n\n- change C-9: revisions are not numbered\n"));
}

TEST(DueCsv, QuotesWhatNeedsIt) {
  const std::string text = DueCsv(Some(), SomePolicy());
  EXPECT_THAT(text, HasSubstr("due_at,overdue,kind,id,rule,subject_id,owner,team,source,clauses,"
                              "unknown,what\n,false,OBLIGATION,C-1-bare,"));
  EXPECT_THAT(text,
              HasSubstr("2026-03-07T12:00:00Z,true,OBLIGATION,O-1,review,C-1,ann,web,LEDGER,C,,"
                        "review: Look back\n"));
  EXPECT_THAT(text, HasSubstr("\"review: Review C|2, now\"\n"));
  EXPECT_THAT(text, HasSubstr("\"instead, under accepted risk R-1: watch \"\"it\"\", closely\"\n"));
}

TEST(DueText, ARecordForgesNoLine) {
  v1::DueAnswer answer = Some();
  answer.mutable_items(1)->set_owner("ann\n!! bob");
  answer.set_problems(0, "change C\x1b[2J\nC-8");
  for (const std::string& text :
       {DueText(answer, SomePolicy(), {}), DueMarkdown(answer, SomePolicy()),
        DueCsv(answer, SomePolicy())}) {
    EXPECT_THAT(text, Not(HasSubstr("\n!! bob")));
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  }
}

}  // namespace
}  // namespace changepolicy
