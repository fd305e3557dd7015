// Suites whose cases import foreign records: tests of mappings, alone and with a policy.
#include <map>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/trial/suite.h"

namespace changepolicy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kMapping = R"(
mapping: {id: tickets, title: Tickets, to: CHANGE, libraries: [optionals]}
sources:
  - {id: ticket, when: has(record.key), key: record.key}
  - {id: votes, when: has(record.vote), many: true, key: record.of, order: instant(record.at)}
tables:
  risk: {values: {minor: LOW, major: HIGH}}
required: [id]
fields:
  id: ticket.key
  title: ticket.?title
  state: '"SCHEDULED"'
  team: given.?team
  urgency: lookup("risk", at(ticket, "risk"))
  facts: '{"cost": at(ticket, "cost")}'
  people.authors: ticket.?authors
  people.requester: 'at(ticket, "authors") == null ? dyn(null) : dyn(ticket.authors[0])'
  approvals: >-
    votes.map(v, {"id": text(v.id), "by": v.by, "kind": v.vote, "happened_at": instant(v.at)})
)";

constexpr std::string_view kPolicy = R"(
policy: {id: firm, version: "1"}
clauses: {C: {title: a clause}}
roles: [engineer]
risk: {levels: [{level: LOW, from: 0}]}
categories: [{id: ordinary, category: NORMAL, applies_if: "true", clause: C}]
priorities: [{id: any, priority: MODERATE, applies_if: "true", clause: C}]
approvals:
  - {id: peer, subjects: CHANGE, at: DEPLOY, needs: {at_least: 1, of: {role: engineer}}, clause: C}
gates: [{id: cheap, subjects: CHANGE, at: DEPLOY, must: change.title != "Dear", clause: C}]
)";

const std::map<std::string, std::string>& Files() {
  static const auto* const kFiles = new std::map<std::string, std::string>{
      {"dir/tickets.yaml", std::string(kMapping)},
      {"dir/policy.yaml", std::string(kPolicy)},
      {"dir/ticket.json", R"({"key": "T-1", "title": "Faster", "risk": "minor", "cost": 7,
                              "authors": ["ann", "bob"]})"},
      {"dir/vote.yaml", "{of: T-1, id: 4, by: cy, vote: APPROVED, at: 2026-03-02T10:00:00Z}"},
      {"dir/two.jsonl", "{\"key\": \"T-1\"}\n{\"key\": \"T-2\", \"title\": \"Other\"}\n"},
      {"dir/broken.json", "{\"key\": "},
  };
  return *kFiles;
}

SuiteResult RunSuiteOf(const std::string& cases,
                       const std::string& head = "mappings: [tickets.yaml]\n") {
  const FileReader reader = [](const std::string& path) -> absl::StatusOr<std::string> {
    const auto found = Files().find(path);
    if (found == Files().end()) {
      return absl::NotFoundError(ToAbsl(StrCat(path, ": no such file")));
    }
    return found->second;
  };
  return RunSuite(StrCat(head, "cases:\n", cases), "dir/tickets.suite.yaml", reader);
}

std::vector<std::string> DifferencesOf(const std::string& one_case) {
  const SuiteResult result = RunSuiteOf(one_case);
  EXPECT_EQ(ToText(result.issues), "");
  return result.cases.empty() ? std::vector<std::string>{"no case"} : result.cases[0].differences;
}

TEST(ImportedTest, ComparesFieldsByPath) {
  EXPECT_THAT(DifferencesOf(R"(
  - name: all
    records: [ticket.json, vote.yaml]
    given: {team: search}
    expect:
      fields:
        id: T-1
        title: Faster
        state: SCHEDULED
        team: search
        urgency: LOW
        documents: null
        documents.rationale: null
        people.authors: [ann, bob]
        people.authors[0]: ann
        'facts["cost"]': 7
        approvals: [{id: "4", by: cy, kind: APPROVED, happened_at: 2026-03-02T10:00:00Z}]
        approvals[4].by: null
        approvals["4"].by: cy
        approvals["4"].comment: null
)"),
              ElementsAre(HasSubstr("approvals[4].by")));
}

TEST(ImportedTest, SaysWhatDiffers) {
  const std::vector<std::string> differences = DifferencesOf(R"(
  - name: wrong
    records: [ticket.json, vote.yaml]
    expect:
      fields:
        title: Slower
        urgency: HIGH
        state: null
        team: search
        people.authors: [bob]
        'facts["cost"]': 8
        'approvals["4"].kind': WITHDRAWN
        'approvals["5"].kind': APPROVED
        'approvals["4"]': null
        tittle: Faster
)");
  EXPECT_THAT(
      differences,
      ElementsAre(
          R"(expected approvals["4"] unset, found {"id":"4","by":"cy","kind":"APPROVAL_KIND_APPROVED","happened_at":"2026-03-02T10:00:00Z"})",
          R"(expected approvals["4"].kind "WITHDRAWN", found APPROVED)",
          R"(expected approvals["5"].kind "APPROVED", found nothing (edit of `approvals["5"].kind`: `approvals` has no element `5`))",
          R"(expected facts["cost"] 8, found 7)",
          R"(expected people.authors ["bob"], found ["ann","bob"])",
          R"(expected state unset, found SCHEDULED)", R"(expected team "search", found nothing)",
          R"(expected title "Slower", found "Faster")",
          R"(expected tittle "Faster", found nothing (edit of `tittle`: ChangeRequest has no field `tittle`; did you mean `title`?))",
          R"(expected urgency "HIGH", found LOW)"));
}

TEST(ImportedTest, HoldsRecordsInPlaceOfAnyForm) {
  EXPECT_THAT(DifferencesOf(R"(
  - name: in place
    records_are:
      - {key: T-9, risk: huge}
      - '{"of": "T-9", "id": "1", "by": "bob", "vote": "APPROVED", "at": "2026-03-02T10:00:00Z"}'
    expect:
      fields: {id: T-9, urgency: null, 'approvals[0].by': bob}
      unmapped: ["risk: huge"]
)"),
              IsEmpty());
}

TEST(ImportedTest, WordsThatNoTableHasAreExpectedOrDiffer) {
  EXPECT_THAT(DifferencesOf(R"(
  - name: silent
    records_are: [{key: T-9, risk: huge}]
    expect: {fields: {id: T-9}}
)"),
              ElementsAre("expected unmapped words none, found risk: huge"));
  EXPECT_THAT(DifferencesOf(R"(
  - name: expected in vain
    records_are: [{key: T-9, risk: minor}]
    expect: {fields: {id: T-9}, unmapped: ["risk: huge"]}
)"),
              ElementsAre("expected unmapped words risk: huge, found none"));
}

TEST(ImportedTest, RefusalsAreExpectedOrDiffer) {
  EXPECT_THAT(DifferencesOf(R"(
  - name: refused
    records_are: [{title: No key}]
    expect: {refused: no mapping covers it}
)"),
              IsEmpty());
  EXPECT_THAT(DifferencesOf(R"(
  - name: refused otherwise
    records: [broken.json]
    expect: {refused: no mapping covers it}
)"),
              ElementsAre(HasSubstr("expected the records to be refused: no mapping covers it, "
                                    "found broken.json:1")));
  EXPECT_THAT(DifferencesOf(R"(
  - name: imported
    records: [ticket.json]
    expect: {refused: no mapping covers it}
)"),
              ElementsAre("expected the records to be refused: no mapping covers it, found that "
                          "they are imported"));
  EXPECT_THAT(DifferencesOf(R"(
  - name: left over
    records: [vote.yaml]
    expect: {fields: {id: T-1}}
)"),
              ElementsAre(HasSubstr("the records are refused: vote.yaml: error: it belongs to "
                                    "none of the records that were given")));
}

TEST(ImportedTest, OfSeveralSubjectsTheCaseNamesOne) {
  EXPECT_THAT(DifferencesOf(R"(
  - name: the second
    records: [two.jsonl]
    imported: T-2
    expect: {fields: {title: Other}}
)"),
              IsEmpty());
  EXPECT_THAT(DifferencesOf(R"(
  - name: any
    records: [two.jsonl]
    expect: {fields: {title: Other}}
)"),
              ElementsAre("the records make T-1, T-2; name one with `imported`"));
  EXPECT_THAT(DifferencesOf(R"(
  - name: none
    records: [two.jsonl]
    imported: T-3
    expect: {fields: {title: Other}}
)"),
              ElementsAre("the records make T-1, T-2, and not one `T-3`"));
}

// The whole way: what a system sends, through its mapping, to the policy's answer.
TEST(ImportedTest, WhatIsImportedIsTheSubjectOfTheCase) {
  const SuiteResult result = RunSuiteOf(R"(
  - name: approved
    records: [ticket.json, vote.yaml]
    expect: {verdict: ALLOWED, fields: {title: Faster}}
  - name: edited after the import
    records: [ticket.json, vote.yaml]
    with: [{path: title, set: Dear}]
    expect: {verdict: DENIED, rules: {cheap: UNSATISFIED}, fields: {title: Faster}}
  - name: without the vote
    records: [ticket.json]
    expect: {rules: {peer: UNSATISFIED}}
)",
                                        R"(
policies: [policy.yaml]
mappings: [tickets.yaml]
now: 2026-03-03T00:00:00Z
organization:
  directory:
    people: [{id: ann}, {id: bob}, {id: cy}]
    roles: [{id: engineer, members: [ann, bob, cy]}]
)");
  EXPECT_EQ(ToText(result.issues), "");
  ASSERT_EQ(result.cases.size(), 3u);
  for (const CaseResult& each : result.cases) {
    EXPECT_THAT(each.differences, IsEmpty()) << each.name;
    EXPECT_TRUE(each.decision.has_value()) << each.name;
  }
}

TEST(ImportedTest, RefusesExpectationsThatCompareNothing) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"records: [ticket.json], expect: {}", "the case expects nothing"},
      {"change_is: {id: C}, expect: {fields: {id: C}}",
       "`fields`, `unmapped` and `refused` can be expected of `records` only"},
      {"records: [ticket.json], change_is: {id: C}, expect: {verdict: ALLOWED}",
       "a case has at most one subject"},
      {"records: [ticket.json], expect: {refused: x, fields: {id: T-1}}",
       "of records that are refused nothing else can be expected"},
      {"records: [ticket.json], release: R, expect: {fields: {id: T-1}}",
       "a case has at most one subject"},
      {"records: [ticket.json], given: {tema: a}, expect: {fields: {id: T-1}}",
       "`given.tema` is read by none of the mappings"},
      {"records: [nowhere.json], expect: {fields: {id: T-1}}", "dir/nowhere.json: no such file"},
  };
  for (const auto& [text, problem] : cases) {
    EXPECT_THAT(DifferencesOf(StrCat("  - {name: a, ", text, "}\n")),
                testing::Contains(HasSubstr(problem)))
        << text;
  }
  EXPECT_THAT(RunSuiteOf("  - {name: a, records: [ticket.json], expect: {fields: {id: T-1}}}\n", "")
                  .cases[0]
                  .differences,
              ElementsAre("the case has records, and the suite names no `mappings`"));
}

TEST(ImportedTest, RefusesMappingsAndKeysThatAreNone) {
  const std::string one = "  - {name: a, records: [ticket.json], expect: {fields: {id: T-1}}}\n";
  const std::vector<std::pair<std::string, std::string>> heads = {
      {"mappings: [gitlap]\n", "`gitlap` is no mapping that is built in"},
      {"mappings: [nowhere.yaml]\n", "dir/nowhere.yaml: no such file"},
      {"mappings: [policy.yaml]\n", "dir/policy.yaml:2:"},
      {"mappings: [tickets.yaml]\nkeys: [ticket.json]\n", "`ticket.json`: "},
  };
  for (const auto& [head, problem] : heads) {
    const SuiteResult result = RunSuiteOf(one, head);
    EXPECT_TRUE(HasErrors(result.issues)) << head;
    EXPECT_FALSE(result.passed()) << head;
    EXPECT_THAT(ToText(result.issues), HasSubstr(problem)) << head;
  }
}

TEST(ImportedTest, TakesMappingsThatAreBuiltIn) {
  const SuiteResult result = RunSuiteOf(R"(
  - name: a release
    records_are:
      - action: published
        release:
          url: https://api.github.com/repos/acme/shop/releases/7
          tag_name: v1.2.0
          draft: false
          prerelease: false
          created_at: "2026-03-02T09:00:00Z"
          published_at: "2026-03-02T10:00:00Z"
    expect: {fields: {version: 1.2.0}}
)",
                                        "mappings: [github]\n");
  EXPECT_EQ(ToText(result.issues), "");
  ASSERT_EQ(result.cases.size(), 1u);
  EXPECT_THAT(result.cases[0].differences, IsEmpty());
}

}  // namespace
}  // namespace changepolicy
