// Which cases count as showing that a clause holds, and which that it fails by itself.
#include "libchangepolicy/trial/clauses.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using List = std::vector<std::string>;

constexpr std::string_view kPolicy = R"(
policy: {id: firm, version: "1", next_review: 2027-01-01}
clauses: {A: , B: , C: , N: , U: , P: , O: , W: , G: , L: , M: , Z: }
roles: [engineer]
risk: {levels: [{level: LOW, from: 0}]}
categories:
  - {id: outage, category: EMERGENCY, applies_if: size(change.emergency_basis) > 0, clause: U}
  - {id: ordinary, category: NORMAL, applies_if: "true", clause: N}
priorities: [{id: any, priority: MODERATE, applies_if: "true", clause: P}]
approvals: [{id: free, at: DEPLOY, needs: {none: true}, clause: N}]
gates:
  - {id: ab, at: DEPLOY, must: "size(change.paths) < 1", clauses: [A, B]}
  - {id: b, at: DEPLOY, must: size(change.assets) < 2, clause: B}
  - {id: c, at: DEPLOY, must: size(change.assets) < 3, clause: C}
obligations: [{id: look-back, at: DEPLOY, applies_if: size(change.depends_on) > 0, owner_role: engineer, due_after: 'duration("1h")', clause: O}]
exceptions: {needs: {at_least: 1, of: {role: engineer}}, clause: W}
overrides: [{id: glass, rules: [c], by: {role: engineer}, clause: G}]
lints:
  - {id: dated, on: POLICY, must: has(policy.policy.next_review), clause: L}
  - {id: staffed, on: ORGANIZATION, must: size(organization.directory.people) > 1, clauses: [L, M]}
  - {id: some, on: POPULATION, must: size(population.changes) > 0, clause: M}
)";

constexpr std::string_view kSuite = R"(
title: Suite
policies: [policy.yaml]
now: 2026-03-02T10:00:00Z
organization:
  directory:
    people: [{id: ann}, {id: bob}]
    roles: [{id: engineer, members: [ann, bob]}]
    accepted_risks:
      - {id: r, rules: [b], subjects: [C-2], start: 2026-03-01, end: 2026-03-09, requester: ann, reason: known,
         approvals: [{id: a, by: bob, kind: APPROVED, happened_at: 2026-03-01}]}
changes:
  small: {id: C-1, state: SCHEDULED, assets: [x], paths: [], stated: [{field: paths, by: ann}]}
cases:
)";

// One case: what follows `- name:`, with the step DEPLOY.
std::string Case(std::string_view name, std::string_view more, std::string_view expect) {
  return StrCat("  - {name: ", name, ", transition: DEPLOY, change: small, ", more, "expect: {",
                expect, "}}\n");
}

std::string Edit(std::string_view path, std::string_view value) {
  return StrCat("{path: '", path, "', set: ", value, "}");
}

absl::StatusOr<std::string> Read(const std::string& path) {
  if (path == "policy.yaml") return std::string(kPolicy);
  return NotFound(path);
}

std::vector<ClauseEvidence> Evidence(const std::string& cases) {
  const SuiteResult result = RunSuite(StrCat(kSuite, cases), "s.suite.yaml", Read);
  EXPECT_FALSE(HasErrors(result.issues)) << ToText(result.issues);
  const PolicyResult policy = Policy::Load({{"policy.yaml", std::string(kPolicy)}});
  EXPECT_TRUE(policy.policy.has_value()) << ToText(policy.issues);
  return FindClauseEvidence(*policy.policy, {result});
}

// Clauses with such a case, with the kind of document where it is no subject.
List With(const std::vector<ClauseEvidence>& rows,
          std::array<std::vector<CaseName>, 4> ClauseEvidence::*cases) {
  List clauses;
  for (const ClauseEvidence& row : rows) {
    for (const ShownOn kind : kAllShownOn) {
      if ((row.*cases)[static_cast<size_t>(kind)].empty()) continue;
      clauses.push_back(kind == ShownOn::kSubject ? row.clause
                                                  : StrCat(row.clause, " ", ShownOnName(kind)));
    }
  }
  return clauses;
}
List Passes(const std::string& cases) { return With(Evidence(cases), &ClauseEvidence::passes); }
List Fails(const std::string& cases) { return With(Evidence(cases), &ClauseEvidence::fails_alone); }

TEST(ClauseEvidence, WhatHeldAndWhatItGave) {
  const std::string good = Case("good", "", "verdict: ALLOWED");
  EXPECT_THAT(Passes(good), ElementsAre("A", "B", "C", "N", "P"));
  EXPECT_THAT(Fails(good), IsEmpty());
  const std::string edits =
      StrCat("with: [", Edit("emergency_basis[+]", "{kind: OUTAGE, reference: INC-1}"), ", ",
             Edit("depends_on", "[C-0]"), "], ");
  EXPECT_THAT(Passes(Case("owes", edits, "verdict: ALLOWED")),
              ElementsAre("A", "B", "C", "N", "O", "P", "U"));
}

TEST(ClauseEvidence, WhatWaivesAndWhatSetsAside) {
  const std::string waived =
      StrCat("with: [", Edit("id", "C-2"), ", ", Edit("assets", "[x, y]"), "], ");
  EXPECT_THAT(Passes(Case("waived", waived, "verdict: ALLOWED, rules: {b: WAIVED}")),
              ElementsAre("A", "B", "C", "N", "P", "W"));
  const std::string set_aside = StrCat(
      "with: [", Edit("id", "C-2"), ", ", Edit("assets", "[x, y, z]"), ", ",
      Edit("overrides[+]", "{id: o, rules: [c], by: bob, reason: fire, happened_at: 2026-03-02}"),
      "], ");
  EXPECT_THAT(Passes(Case("set aside", set_aside, "verdict: ALLOWED, rules: {c: OVERRIDDEN}")),
              ElementsAre("A", "B", "G", "N", "P", "W"));
}

TEST(ClauseEvidence, AloneMeansThatEverythingThatBlocksCarriesIt) {
  const std::string two = StrCat("with: [", Edit("assets", "[x, y]"), "], ");
  EXPECT_THAT(Fails(Case("b", two, "verdict: DENIED")), ElementsAre("B"));
  // Both that fail carry B.
  const std::string ab =
      StrCat("with: [", Edit("assets", "[x, y]"), ", ", Edit("paths", "[p]"), "], ");
  EXPECT_THAT(Fails(Case("ab", ab, "verdict: DENIED")), ElementsAre("B"));
  const std::string only_ab = StrCat("with: [", Edit("paths", "[p]"), "], ");
  EXPECT_THAT(Fails(Case("only ab", only_ab, "verdict: DENIED")), ElementsAre("A", "B"));
  // Nothing is common to b and c.
  const std::string bc = StrCat("with: [", Edit("assets", "[x, y, z]"), "], ");
  EXPECT_THAT(Fails(Case("bc", bc, "verdict: DENIED")), IsEmpty());
  // What is not known blocks as well.
  EXPECT_THAT(Fails(Case("unknown",
                         "with: [{path: stated, remove: true}, {path: assets, set: [x, "
                         "y]}], ",
                         "verdict: DENIED")),
              ElementsAre("B"));
}

TEST(ClauseEvidence, ARefusedClaimFailsByTheRuleThatWouldGiveIt) {
  const std::string claims = StrCat("with: [", Edit("claimed_category", "EMERGENCY"), "], ");
  EXPECT_THAT(Fails(Case("claims", claims, "category: NORMAL")), ElementsAre("U"));
}

TEST(ClauseEvidence, CasesThatFailedAsTestsShowNothing) {
  EXPECT_THAT(Passes(Case("wrong", "", "verdict: DENIED")), IsEmpty());
  EXPECT_THAT(
      Fails(Case("wrong", StrCat("with: [", Edit("paths", "[p]"), "], "), "verdict: ALLOWED")),
      IsEmpty());
}

TEST(ClauseEvidence, LintsByTheirTarget) {
  const std::string good = "  - {name: good, expect: {rules: {dated: SATISFIED}}}\n";
  EXPECT_THAT(Passes(good), ElementsAre("L policy", "L organization", "M organization"));
  EXPECT_THAT(Passes("  - {name: p, population: {changes: [{id: C-1}]}, expect: {rules: {some: "
                     "SATISFIED}}}\n"),
              ElementsAre("L policy", "L organization", "M organization", "M population"));
  EXPECT_THAT(
      Fails("  - {name: p, policy_with: [{path: policy.next_review, remove: true}], expect: "
            "{rules: {dated: UNSATISFIED}}}\n"),
      ElementsAre("L policy"));
  const std::string alone =
      "organization_with: [{path: 'directory.people[bob]', remove: true}, {path: "
      "'directory.roles[engineer].members', set: [ann]}]";
  EXPECT_THAT(
      Fails(StrCat("  - {name: p, ", alone, ", expect: {rules: {staffed: UNSATISFIED}}}\n")),
      ElementsAre("L organization", "M organization"));
  // With another one that fails, what is common to both, on either target.
  EXPECT_THAT(Fails(StrCat("  - {name: p, population: {}, ", alone,
                           ", expect: {rules: {staffed: UNSATISFIED}}}\n")),
              ElementsAre("M organization", "M population"));
}

TEST(ClauseEvidence, TheMostTellingCaseComesFirst) {
  const std::string cases =
      StrCat(Case("any", "", "verdict: ALLOWED"),
             Case("names both", "", "verdict: ALLOWED, rules: {ab: SATISFIED}"),
             Case("names it", "", "verdict: ALLOWED, rules: {b: SATISFIED}"));
  for (const ClauseEvidence& row : Evidence(cases)) {
    List names;
    for (const CaseName& each : row.passes[0]) names.push_back(each.name);
    if (row.clause == "A") {
      EXPECT_THAT(names, ElementsAre("names both", "any", "names it"));
    } else if (row.clause == "B") {
      EXPECT_THAT(names, ElementsAre("names it", "names both", "any"));
    }
    EXPECT_EQ(row.IsShown(), false);
  }
}

TEST(ClauseEvidence, OnlySuitesOfThisPolicyCount) {
  const SuiteResult result =
      RunSuite(StrCat(kSuite, Case("good", "", "verdict: ALLOWED")), "s.suite.yaml", Read);
  std::string other(kPolicy);
  other.replace(other.find("id: firm"), 8, "id: farm");
  const PolicyResult policy = Policy::Load({{"policy.yaml", other}});
  const auto rows = FindClauseEvidence(*policy.policy, {result});
  EXPECT_EQ(rows.size(), 12u);
  EXPECT_THAT(With(rows, &ClauseEvidence::passes), IsEmpty());
}

}  // namespace
}  // namespace changepolicy
