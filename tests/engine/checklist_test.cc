// Checklists: everything that the policy asks for, and what of it applies to one subject.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/duties.h"
#include "libchangepolicy/source/read.h"
#include "tests/engine/example.h"

namespace changepolicy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using List = std::vector<std::string>;

// `change SUBMIT`, then for each item `gate tracked SATISFIED`.
List Lines(const v1::Checklist& checklist) {
  List lines;
  for (const v1::ChecklistStep& step : checklist.steps()) {
    lines.push_back(StrCat(step.subject_kind() == v1::SUBJECT_KIND_RELEASE ? "release " : "change ",
                           ValueName(step.transition())));
    for (const v1::ChecklistItem& item : step.items()) {
      lines.push_back(StrCat(item.kind(), " ", item.rule(),
                             item.status() == v1::STATUS_UNSPECIFIED
                                 ? std::string()
                                 : StrCat(" ", ValueName(item.status()))));
    }
  }
  return lines;
}

constexpr char kRules[] = R"(
separation: {pairs: [{one: TESTER, other: AUTHOR, clause: C}, {one: DEPLOYER, other: APPROVER, clause: C}], at: [DEPLOY]}
approvals:
  - {id: nobody, at: [APPROVE], applies_if: category == Category.STANDARD, needs: {none: true}, clause: C}
  - id: board
    title: The board
    at: [APPROVE]
    applies_if: category == Category.NORMAL
    needs: {any: [{at_least: 1, of: {role: lead}}, {some_of: {at_least: 1, among: [{at_least: 2, of: {roles: [engineer, lead]}}]}}]}
    remedy: Ask them.
    clause: C
gates:
  - {id: tested, title: Tests, at: [DEPLOY], must: evidence.passed("unit"), supplied_by: [lead, engineer], supplied_by_parts: [TESTER, AUTHOR], remedy: Run them., clause: C}
  - {id: small, at: [SUBMIT], applies_if: size(change.assets) > 100, must: "false", clause: C}
  - {id: notes, at: [PUBLISH], must: 'release.version != ""', clause: C}
criteria:
  - {id: good, title: It is good, confirmed_by: {roles: [lead]}, clause: C}
documents:
  - {id: plan, title: The plan, field: documents.testing_plan, needed_at: APPROVE, later: [{category: EMERGENCY, needed_at: CLOSE}], clause: C}
  - {id: why, field: documents.rationale, needed_at: SUBMIT, categories: [NORMAL, EMERGENCY], later: [{category: EMERGENCY, needed_at: CLOSE}], clause: C}
obligations:
  - {id: review, title: Look back, at: [DEPLOY], met_if: reviews.held(), owner_part: OWNER, due_after: 'duration("1h")', message: Hold a review, clause: C}
  - {id: tell, at: [DEPLOY], subjects: [CHANGE], owner_role: lead, due_after: 'duration("1h")', message: "Tell of {{change.id}}", clause: C}
)";

TEST(Checklist, HasEveryStepInTheOrderOfTheMainPath) {
  const auto checklist = MakeChecklist(LoadOrDie(PolicyWith(kRules)), ChecklistQuestion());
  ASSERT_TRUE(checklist.ok()) << checklist.status();
  EXPECT_EQ(checklist->policy_id(), "test");
  EXPECT_EQ(checklist->policy_version(), "1");
  EXPECT_THAT(Lines(*checklist),
              ElementsAre("change SUBMIT", "gate small", "document why",        //
                          "change APPROVE", "approval board", "document plan",  //
                          "change DEPLOY", "separation apart-author-tester", "gate tested",
                          "obligation review", "obligation tell",                 //
                          "change CLOSE", "document plan", "document why",        //
                          "release APPROVE", "approval board", "criterion good",  //
                          "release DEPLOY", "separation apart-author-tester", "gate tested",
                          "obligation review",  //
                          "release PUBLISH", "gate notes"));
}

TEST(Checklist, SaysWhatToDoWhenAndByWhom) {
  const auto checklist =
      MakeChecklist(LoadOrDie(PolicyWith(kRules)), {.kind = v1::SUBJECT_KIND_CHANGE});
  ASSERT_EQ(checklist->steps_size(), 4);
  const v1::ChecklistItem& board = checklist->steps(1).items(0);
  EXPECT_EQ(board.title(), "The board");
  EXPECT_EQ(board.todo(), "Ask them.");
  EXPECT_EQ(board.when(), "category == Category.NORMAL");
  EXPECT_THAT(board.roles(), ElementsAre("engineer", "lead"));
  EXPECT_THAT(board.clauses(), ElementsAre("C"));
  const v1::ChecklistItem& plan = checklist->steps(1).items(1);
  EXPECT_EQ(plan.when(), "!(category in [Category.EMERGENCY])");
  EXPECT_EQ(plan.todo(), "Write `documents.testing_plan`.");
  EXPECT_EQ(checklist->steps(0).items(1).when(), "category in [Category.NORMAL]");
  EXPECT_EQ(checklist->steps(3).items(0).when(), "category in [Category.EMERGENCY]");
  const auto& deploy = checklist->steps(2).items();
  EXPECT_EQ(deploy[0].todo(), "Nobody is both tester and author.");
  EXPECT_THAT(deploy[0].parts(), ElementsAre(v1::PART_AUTHOR, v1::PART_TESTER));
  EXPECT_THAT(deploy[1].roles(), ElementsAre("engineer", "lead"));
  EXPECT_THAT(deploy[1].parts(), ElementsAre(v1::PART_AUTHOR, v1::PART_TESTER));
  EXPECT_THAT(deploy[2].parts(), ElementsAre(v1::PART_OWNER));
  EXPECT_EQ(deploy[2].todo(), "Hold a review");
  // Without a subject its message has nothing to say.
  EXPECT_EQ(deploy[3].todo(), "");
  EXPECT_THAT(deploy[3].roles(), ElementsAre("lead"));
}

TEST(Checklist, IsLimitedToARoleAStepOrAKind) {
  const Policy policy = LoadOrDie(PolicyWith(kRules));
  EXPECT_THAT(Lines(*MakeChecklist(policy, {.role = "engineer"})),
              ElementsAre("change APPROVE", "approval board", "change DEPLOY", "gate tested",
                          "release APPROVE", "approval board", "release DEPLOY", "gate tested"));
  EXPECT_THAT(Lines(*MakeChecklist(policy, {.transition = v1::TRANSITION_APPROVE,
                                            .kind = v1::SUBJECT_KIND_RELEASE})),
              ElementsAre("release APPROVE", "approval board", "criterion good"));
  const auto refused = MakeChecklist(policy, {.role = "enginer"});
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("did you mean `engineer`?"));
}

TEST(Checklist, FollowsTheLifeThatThePolicyDeclares) {
  const Policy policy = LoadOrDie(PolicyWith(StrCat(kRules, R"(
life_cycle:
  changes:
    - {id: fast, at: DEPLOY, from: [DRAFT], to: IMPLEMENTING, applies_if: category == Category.EMERGENCY, clause: C}
    - {id: submit, at: SUBMIT, from: [DRAFT], to: SUBMITTED, clause: C}
    - {id: close, at: CLOSE, from: [SUBMITTED, IMPLEMENTING], to: CLOSED, clause: C}
)")));
  const List lines = Lines(*MakeChecklist(policy, {.kind = v1::SUBJECT_KIND_CHANGE}));
  List steps;
  for (const std::string& line : lines) {
    if (line.starts_with("change")) steps.push_back(line);
  }
  // What is beside the main path comes after it; no change is approved there.
  EXPECT_THAT(steps, ElementsAre("change SUBMIT", "change CLOSE", "change DEPLOY"));
}

List LinesFor(std::string_view change, ChecklistQuestion question = {}) {
  question.now = At("2026-03-02T10:00:00Z");
  const auto checklist =
      MakeChecklist(Engine(LoadOrDie(PolicyWith(kRules)), Firm()), ReadChange(change), question);
  EXPECT_TRUE(checklist.ok()) << checklist.status();
  return checklist.ok() ? Lines(*checklist) : List();
}

constexpr char kChange[] = R"(
id: C-1
assets: [one]
people: {requester: ann, authors: [ann], testers: [ann], owner: bob}
documents: {testing_plan: {text: Run all of the tests and look at what they say}}
approvals: [{id: a, by: bob, kind: APPROVED, happened_at: 2026-03-01}, {id: b, by: cy, kind: APPROVED, happened_at: 2026-03-01}]
artifact: {revision: r1}
)";

TEST(Checklist, OfASubjectIsWhatAppliesToItAheadAndHowItStands) {
  EXPECT_THAT(LinesFor(StrCat(kChange, "state: DRAFT\n")),
              ElementsAre("change SUBMIT", "document why UNSATISFIED",  //
                          "change APPROVE", "approval board SATISFIED", "document plan SATISFIED",
                          "change DEPLOY", "separation apart-author-tester UNSATISFIED",
                          "gate tested UNSATISFIED", "obligation review UNSATISFIED",
                          "obligation tell UNSATISFIED"));
  EXPECT_THAT(LinesFor(StrCat(kChange,
                              "state: SCHEDULED\nreviews: [{by: cy, findings: All was well and "
                              "quick, happened_at: 2026-03-01}]\n")),
              ElementsAre("change DEPLOY", "separation apart-author-tester UNSATISFIED",
                          "gate tested UNSATISFIED", "obligation review SATISFIED",
                          "obligation tell UNSATISFIED"));
  EXPECT_THAT(LinesFor(StrCat(kChange, "state: CLOSED\n")), IsEmpty());
}

TEST(Checklist, OfAReleaseTicksTheCriteriaThatAreConfirmed) {
  v1::Release release;
  ASSERT_FALSE(HasErrors(ReadMessage(R"(
id: R-1
state: VALIDATED
people: {requester: ann}
criteria_met: [{criterion: good, by: bob, happened_at: 2026-03-01, recorded_at: 2026-03-01}]
)",
                                     Format::kYaml, "release.yaml", &release)));
  const auto lines = [&](std::string_view who, std::string_view limits = "") {
    std::string rules = StrCat(kRules, limits);
    rules.replace(rules.find("confirmed_by: {roles: [lead]}"), 29,
                  StrCat("confirmed_by: {roles: [", who, "]}"));
    const auto checklist =
        MakeChecklist(Engine(LoadOrDie(PolicyWith(rules)), Firm()), release,
                      {.now = At("2026-03-02T10:00:00Z"), .transition = v1::TRANSITION_APPROVE});
    return Lines(*checklist);
  };
  using testing::Contains;
  EXPECT_THAT(lines("engineer"), Contains("criterion good SATISFIED"));
  // Bob is none of those who may.
  EXPECT_THAT(lines("lead"), Contains("criterion good UNSATISFIED"));
  EXPECT_THAT(lines("engineer", "limits: {directory_age: 24h}\n"),
              Contains("criterion good UNKNOWN"));
}

TEST(Checklist, OfASubjectOfUnknownStateIsTheMainPath) {
  EXPECT_EQ(LinesFor(kChange), LinesFor(StrCat(kChange, "state: DRAFT\n")));
}

TEST(Checklist, OfASubjectMayBeAskedOfAnyStep) {
  EXPECT_THAT(LinesFor(StrCat(kChange, "state: DRAFT\n"), {.transition = v1::TRANSITION_APPROVE}),
              ElementsAre("change APPROVE", "approval board SATISFIED", "document plan SATISFIED"));
  // Also of one that lies behind.
  EXPECT_THAT(LinesFor(StrCat(kChange, "state: CLOSED\n"), {.transition = v1::TRANSITION_SUBMIT}),
              ElementsAre("change SUBMIT", "document why UNSATISFIED"));
  EXPECT_THAT(LinesFor(StrCat(kChange, "state: DRAFT\n"), {.role = "engineer"}),
              ElementsAre("change APPROVE", "approval board SATISFIED", "change DEPLOY",
                          "gate tested UNSATISFIED"));
}

}  // namespace
}  // namespace changepolicy
