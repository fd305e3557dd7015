// The answer about approvals as a person reads it: the table, whom to ask, what is in the way, who
// did not count. And pairs of parts, in a Decision as well.
#include <string>
#include <string_view>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "libchangepolicy/report/decision_text.h"

namespace changepolicy {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kPolicy = R"(
policy: {id: tiny, title: Tiny, version: "1"}
clauses:
  C-1: {title: Somebody else approves}
risk:
  levels: [{level: LOW, from: 0}]
categories:
  - {id: normal, category: NORMAL, applies_if: "true", clause: C-1}
approvals:
  - {id: free, title: Nobody has to approve, needs: {none: true}, clause: C-1}
)";

const Policy& TinyPolicy() {
  static const Policy* const policy = [] {
    PolicyResult result = Policy::Load({{"tiny.yaml", std::string(kPolicy)}});
    EXPECT_TRUE(result.policy.has_value()) << ToText(result.issues);
    return new Policy(*std::move(result.policy));
  }();
  return *policy;
}

template <typename Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

std::string Answer(const std::string& outcomes, TextOptions options = {}) {
  return ApprovalsText(
      Parse<v1::ApprovalsAnswer>("subject_id: 'C-1' verdict: VERDICT_DENIED " + outcomes),
      TinyPolicy(), options);
}

constexpr char kMissing[] = R"(
  outcomes { rule: 'board' kind: 'approval' status: STATUS_UNSATISFIED approval {
    slots { path: 'any[0]' of: 'role cab' needed: 2 eligible: 4 chosen: true
            assigned { person: 'ann' approval: 'a1' on_behalf_of: 'bob' } }
    slots { path: 'any[1]' of: 'role cto' needed: 1 eligible: 1 }
    suggestions { slot: 'any[0]' person: 'Zoë' cost: 7 }
    not_counted { person: 'dan' approval: 'a2' reason: NOT_COUNTED_VOIDED detail: '2' }
    not_counted { person: 'eve' approval: 'a3' reason: NOT_COUNTED_INELIGIBLE } } }
  outcomes { rule: 'peer' kind: 'approval' status: STATUS_SATISFIED approval {
    slots { of: 'own team' needed: 1 eligible: 2 chosen: true
            assigned { person: 'eve' approval: 'a3' } }
    not_counted { person: 'ann' approval: 'a1' reason: NOT_COUNTED_SURPLUS }
    not_counted { person: 'dan' approval: 'a2' reason: NOT_COUNTED_INELIGIBLE } } }
)";

TEST(ApprovalsTextTest, SaysAtOnceWhomToAskForWhat) {
  EXPECT_EQ(Answer(kMissing), R"(Approvals of C-1: DENIED, 1 approval is missing

      rule   status       asks for       filled by    missing
  no  board  UNSATISFIED  2 of role cab  ann for bob  1
  or  board  UNSATISFIED  1 of role cto  nobody       (alternative)
  ok  peer   SATISFIED    1 of own team  eve          -

Whom to ask
  Zoë (cost 7)  for role cab (board)

Who did not count
  dan  a2  edited since, in revision 2  for board
)");
}

TEST(ApprovalsTextTest, VerboseListsThoseWhoCountElsewhereToo) {
  const std::string text = Answer(kMissing, {.verbose = true});
  EXPECT_THAT(text, HasSubstr("  eve  a3  not eligible                  for board\n"));
  EXPECT_THAT(text, HasSubstr("  dan  a2  not eligible                  for peer\n"));
  EXPECT_THAT(text, HasSubstr("  ann  a1  not needed for any open slot  for peer\n"));
}

TEST(ApprovalsTextTest, WhoCountsForNoRuleIsListedUnderEach) {
  EXPECT_THAT(Answer(R"(
    outcomes { rule: 'a' kind: 'approval' status: STATUS_UNSATISFIED approval {
      slots { of: 'role cab' needed: 1 eligible: 1 chosen: true }
      not_counted { person: 'eve' approval: 'a3' reason: NOT_COUNTED_INELIGIBLE } } }
    outcomes { rule: 'b' kind: 'approval' status: STATUS_UNSATISFIED approval {
      slots { of: 'role cto' needed: 1 eligible: 1 chosen: true }
      not_counted { person: 'eve' approval: 'a3' reason: NOT_COUNTED_INELIGIBLE } } })"),
              HasSubstr("\n  eve  a3  not eligible  for a, b\n"));
}

TEST(ApprovalsTextTest, ColoursOnlyWhereAsked) {
  EXPECT_THAT(Answer(kMissing), Not(HasSubstr("\x1b[")));
  EXPECT_THAT(Answer(kMissing, {.color = true}), HasSubstr("\x1b[1;31mDENIED\x1b[0m"));
}

TEST(ApprovalsTextTest, NamesTheSlotsThatCannotBeFilledTogether) {
  const std::string officers = R"(
    outcomes { rule: 'cto' kind: 'approval' status: STATUS_UNSATISFIABLE approval {
      slots { of: 'role cto' needed: 1 eligible: 1 }
      violating_slots: '' violating_slots: 'dpo:all[0]' violating_people: 'ann'
      violating_may_exceed_minimum: true } }
    outcomes { rule: 'dpo' kind: 'approval' status: STATUS_UNSATISFIABLE approval {
      slots { path: 'all[0]' of: 'role dpo' needed: 1 eligible: 1 }
      violating_slots: 'cto:' violating_slots: 'all[0]' violating_people: 'ann' } })";
  const std::string text = Answer(officers);
  EXPECT_THAT(text, HasSubstr("DENIED, and cannot be complete as things stand\n"));
  // Words of a cell may stand on several lines.
  std::string words;
  for (const char c : text) {
    if (c != '\n' && !(c == ' ' && words.ends_with(' '))) words += c;
  }
  EXPECT_THAT(words, HasSubstr("cannot be filled together: 1 of role cto and 1 of role dpo (dpo)"));
  EXPECT_THAT(words,
              HasSubstr("cannot be filled together: 1 of role cto (cto) and 1 of role dpo;"));
  EXPECT_THAT(words, HasSubstr("only ann could, which is too few (fewer slots might show it:"));
}

TEST(ApprovalsTextTest, SaysWhatElseIsInTheWayOnce) {
  const std::string text = Answer(R"(
    outcomes { rule: 'a' kind: 'approval' status: STATUS_UNSATISFIED approval {
      slots { of: 'role cab' needed: 1 eligible: 3 chosen: true
              assigned { person: 'ann' approval: 'a1' } }
      vetoes { person: 'bob' veto: 'v1' } open_conditions: 'tests run'
      waits_for: 'b' shared: 'ann' } }
    outcomes { rule: 'b' kind: 'approval' status: STATUS_UNKNOWN unknown: 'change.people.authors'
      approval {
      slots { of: 'role cto' needed: 1 eligible: 1 chosen: true }
      suggestions { person: 'cy' } suggestions_may_exceed_minimum: true
      vetoes { person: 'bob' veto: 'v1' } unknown_people: 'zed' } })");
  EXPECT_THAT(text, HasSubstr(R"(
Whom to ask
  cy  for role cto (b)
  Fewer people, or others at less cost, might do: the search for the fewest was cut at its bound.

Of note
  a, b  vetoed by bob (v1)
  a     condition open: tests run
  a     waits for b: until all are complete, who counts where may still change
  a     ann fills more than one slot, as the policy allows
  b     the directory does not know zed
  b     not known: change.people.authors
  b     -> add these people to the directory, or their accounts to the people they belong to
)"));
}

TEST(ApprovalsTextTest, ARecordCannotForgeALine) {
  const std::string text = Answer(R"(
    outcomes { rule: 'a' kind: 'approval' status: STATUS_UNSATISFIED approval {
      slots { of: 'role cab' needed: 1 eligible: 1 chosen: true }
      not_counted { person: "eve\nWhom to ask\n  eve" approval: "\x1b[2J"
                    reason: NOT_COUNTED_INELIGIBLE } } })");
  EXPECT_THAT(text, HasSubstr("eve\\nWhom to ask"));
  EXPECT_THAT(text, Not(HasSubstr("\nWhom to ask")));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(ApprovalsTextTest, PairsOfPartsAreRowsOfTheirOwn) {
  const std::string text = Answer(R"(
    outcomes { rule: 'apart-developer-tester' kind: 'separation' status: STATUS_UNSATISFIED
      separation { one: PART_IMPLEMENTER other: PART_TESTER held_by: 'ben' } }
    outcomes { rule: 'apart-author-deployer' kind: 'separation' status: STATUS_UNKNOWN
      unknown: 'change.people.authors'
      separation { one: PART_AUTHOR other: PART_DEPLOYER unknown_people: 'zed' } }
    outcomes { rule: 'apart-owner-tester' kind: 'separation' status: STATUS_SATISFIED
      separation { one: PART_OWNER other: PART_TESTER } })");
  EXPECT_THAT(text, HasSubstr("no  apart-developer-tester  UNSATISFIED  "
                              "ben is implementer and tester"));
  EXPECT_THAT(text,
              HasSubstr("??  apart-author-deployer   UNKNOWN      whether somebody is author"));
  EXPECT_THAT(text,
              HasSubstr("ok  apart-owner-tester      SATISFIED    nobody is owner and tester"));
  EXPECT_THAT(text, HasSubstr("-> add these people to the directory"));
}

TEST(OutcomeTextTest, OfAPairOfParts) {
  const auto of = [](const std::string& text) {
    return OutcomeText(Parse<v1::RuleOutcome>("rule: 'p' kind: 'separation' " + text),
                       TinyPolicy());
  };
  EXPECT_EQ(of(R"(status: STATUS_UNSATISFIED separation { one: PART_REQUESTER other: PART_TESTER
                  held_by: ['ann', 'ben'] unknown_people: 'zed' })"),
            "ann, ben are requester and tester; the directory does not know zed");
  EXPECT_EQ(of(R"(status: STATUS_UNKNOWN unknown: 'change.people.requester'
                  separation { one: PART_REQUESTER other: PART_TESTER })"),
            "whether somebody is requester and tester is not known: change.people.requester");
  EXPECT_EQ(of(R"(status: STATUS_WAIVED waived_by: 'R-1'
                  separation { one: PART_REQUESTER other: PART_TESTER held_by: 'ann' })"),
            "ann is requester and tester (accepted risk R-1)");
}

}  // namespace
}  // namespace changepolicy
