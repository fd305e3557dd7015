// Suites of cases: what passes, what differs and in which words, and what is no suite at all.
#include "libchangepolicy/trial/suite.h"

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

constexpr std::string_view kPolicy = R"(
policy: {id: firm, version: "1", next_review: 2027-01-01}
clauses: {C: {title: a clause, controls: [soc2/CC8.1]}}
roles: [engineer, lead]
risk:
  factors:
    - {id: many, applies_if: size(change.services) > 1, points: 3, dimension: AVAILABILITY, clause: C}
    - {id: new, applies_if: size(change.depends_on) > 0, points: 2, dimension: AVAILABILITY, clause: C}
  levels: [{level: LOW, from: 0}, {level: HIGH, from: 3}]
categories:
  - {id: outage, category: EMERGENCY, applies_if: size(change.emergency_basis) > 0, clause: C}
  - {id: ordinary, category: NORMAL, applies_if: "true", clause: C}
priorities:
  - {id: any, priority: MODERATE, applies_if: "true", clause: C}
approvals:
  - id: peer
    subjects: CHANGE
    at: DEPLOY
    needs: {at_least: 1, of: {role: engineer}}
    clause: C
gates:
  - {id: told, subjects: CHANGE, at: DEPLOY, must: size(change.communications) == 0, clause: C}
  - {id: titled, subjects: CHANGE, at: DEPLOY, must: change.title != "", clause: C}
  - {id: shut, subjects: RELEASE, at: DEPLOY, must: "false", clause: C}
obligations:
  - {id: look-back, at: DEPLOY, owner_role: lead, due_after: 'duration("24h")', message: look back, clause: C}
  - {id: report, at: DEPLOY, owner_role: lead, due_after: 'duration("1h")', message: report, clause: C}
lints:
  - {id: dated, on: POLICY, must: has(policy.policy.next_review), message: no date, clause: C}
  - {id: staffed, on: ORGANIZATION, must: size(organization.directory.people) > 1, message: nobody, clause: C}
  - id: closed
    on: POPULATION
    must: population.changes.all(c, c.state == ChangeState.CLOSED)
    message: open
    clause: C
)";

constexpr std::string_view kOrganization = R"(
directory:
  people: [{id: ann}, {id: bob}, {id: cy}]
  roles: [{id: engineer, members: [ann, bob, cy]}, {id: lead, members: [cy]}]
)";

constexpr std::string_view kSubjects = R"(
changes:
  small:
    id: C-1
    title: Faster search
    state: SCHEDULED
    environments: [STAGING]
    services: [{id: web}]
    people: {requester: ann, authors: [ann]}
    approvals: [{id: a1, by: bob, kind: APPROVED, happened_at: 2026-03-01, recorded_at: 2026-03-01}]
  bare: {id: C-2, state: SCHEDULED, people: {requester: ann, authors: [ann]}}
releases:
  spring: {id: R-1, state: APPROVED}
)";

const std::map<std::string, std::string>& Files() {
  static const auto* const kFiles = new std::map<std::string, std::string>{
      {"firm/policy.yaml", std::string(kPolicy)},
      {"firm/broken.yaml", StrCat(kPolicy, "invariants: 7\n")},
      {"firm/overlay.yaml",
       "policy: {id: strict, version: '1'}\n"
       "overlay: {of: firm, reason: tests}\n"
       "gates:\n"
       "  - {id: never, subjects: CHANGE, at: DEPLOY, must: 'false', clause: C}\n"},
      {"firm/organization.yaml", std::string(kOrganization)},
      {"firm/nobody.yaml", "directory: {peple: []}\n"},
      {"firm/change.yaml", "{id: C-9, state: SCHEDULED, people: {authors: [ann]}}"},
      {"firm/release.json", R"({"id": "R-9", "state": "APPROVED"})"},
      {"/all/change.yaml", "{id: C-10, state: SCHEDULED, title: t, people: {authors: [ann]}}"},
      {"firm/typo.yaml", "id: C-9\nstat: SCHEDULED\n"},
  };
  return *kFiles;
}

absl::StatusOr<std::string> ReadTestFile(const std::string& path) {
  const auto found = Files().find(path);
  if (found == Files().end()) return NotFound(StrCat(path, ": no such file"));
  return found->second;
}

SuiteResult RunText(std::string_view text, const std::string& file = "firm/a.suite.yaml",
                    const SuiteOptions& options = {}) {
  return RunSuite(text, file, ReadTestFile, options);
}

// A suite of the firm's policy, organization and subjects.
std::string Suite(std::string_view cases) {
  return StrCat(
      "title: Firm\npolicies: [policy.yaml]\norganization_file: organization.yaml\n"
      "now: 2026-03-02T10:00:00Z\n",
      kSubjects, "cases:\n", cases);
}

// A suite of one case, of which everything but the name is given.
std::string OneCase(std::string_view fields) {
  return Suite(StrCat("  - {name: one, transition: DEPLOY, ", fields, "}\n"));
}

std::vector<std::string> Differences(std::string_view fields) {
  const SuiteResult result = RunText(OneCase(fields));
  EXPECT_THAT(result.issues, IsEmpty()) << ToText(result.issues);
  EXPECT_EQ(result.cases.size(), 1u);
  if (result.cases.size() != 1) return {"no case"};
  EXPECT_EQ(result.passed(), result.cases[0].differences.empty());
  return result.cases[0].differences;
}

TEST(Suite, PassesWhereEverythingIsAsExpected) {
  EXPECT_THAT(Differences("change: small, expect: {verdict: ALLOWED, category: NORMAL, risk: LOW, "
                          "score: 0, priority: MODERATE, rules: {peer: SATISFIED, told: SATISFIED, "
                          "titled: SATISFIED}, obligations: [report, look-back], "
                          "only_obligations: true, remarks: [unknown-service]}"),
              IsEmpty());
  EXPECT_THAT(Differences("change: bare, expect: {verdict: DENIED, blocked_by: [titled, peer], "
                          "rules: {peer: UNSATISFIED, titled: UNKNOWN}, suggestions: [bob]}"),
              IsEmpty());
}

TEST(Suite, HasATitleAndCasesInTheirOrder) {
  const SuiteResult result = RunText(
      Suite("  - {name: b, change: small, transition: DEPLOY, expect: {verdict: ALLOWED}}\n"
            "  - {name: a, change: bare, transition: DEPLOY, expect: {verdict: ALLOWED}}\n"
            "  - {name: c, release: spring, transition: DEPLOY, expect: {verdict: DENIED}}\n"));
  EXPECT_EQ(result.title, "Firm");
  EXPECT_FALSE(result.passed());
  std::vector<std::pair<std::string, bool>> cases;
  for (const CaseResult& each : result.cases) {
    cases.emplace_back(each.name, each.differences.empty());
  }
  EXPECT_THAT(cases, ElementsAre(Pair("b", true), Pair("a", false), Pair("c", true)));
}

struct Row {
  std::string fields;
  std::vector<std::string> differences;
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.fields; }

class Cases : public testing::TestWithParam<Row> {};

TEST_P(Cases, SayWhatDiffers) {
  EXPECT_THAT(Differences(GetParam().fields), testing::ElementsAreArray(GetParam().differences));
}

INSTANTIATE_TEST_SUITE_P(
    Expectations, Cases,
    testing::Values(
        Row{"change: small, expect: {verdict: DENIED}",
            {"expected verdict DENIED, found ALLOWED (unknown-service)"}},
        Row{"change: bare, expect: {verdict: ALLOWED}",
            {"expected verdict ALLOWED, found DENIED (peer UNSATISFIED, titled UNKNOWN)"}},
        Row{"change: small, expect: {category: EMERGENCY}",
            {"expected category EMERGENCY, found NORMAL by ordinary"}},
        Row{"change: small, expect: {risk: HIGH}", {"expected risk HIGH, found LOW"}},
        Row{"change: small, with: [{path: 'services[+]', set: {id: pay}}], expect: {risk: LOW}",
            {"expected risk LOW, found HIGH (many 3)"}},
        Row{"change: small, with: [{path: 'services[+]', set: {id: pay}}, "
            "{path: depends_on, set: [C-7]}], expect: {score: 3}",
            {"expected score 3, found 5 (many 3, new 2)"}},
        Row{"change: small, expect: {score: 1}", {"expected score 1, found 0"}},
        Row{"change: small, expect: {priority: HIGH}", {"expected priority HIGH, found MODERATE"}},
        Row{"change: small, expect: {rules: {told: UNSATISFIED, peer: NOT_APPLICABLE}}",
            {"expected peer NOT_APPLICABLE, found SATISFIED",
             "expected told UNSATISFIED, found SATISFIED"}},
        Row{"change: small, expect: {rules: {pear: SATISFIED}}",
            {"expected pear SATISFIED, found no such rule among those that were asked"}},
        Row{"change: bare, expect: {blocked_by: [titled]}",
            {"expected to be held by titled, found peer, titled"}},
        Row{"change: bare, expect: {blocked_by: [titled, peer, told]}",
            {"expected to be held by peer, titled, told, found peer, titled"}},
        Row{"change: small, expect: {blocked_by: [told]}",
            {"expected to be held by told, found none"}},
        Row{"change: small, expect: {obligations: [audit]}",
            {"expected obligations audit, found look-back, report"}},
        Row{"change: small, expect: {obligations: [report]}", {}},
        Row{"change: small, expect: {obligations: [report], only_obligations: true}",
            {"expected obligations report, found look-back, report"}},
        Row{"change: small, expect: {only_obligations: true}",
            {"expected obligations none, found look-back, report"}},
        Row{"change: small, expect: {remarks: [directory-outdated]}",
            {"expected remarks directory-outdated, found unknown-service"}},
        Row{"change: bare, expect: {suggestions: [bob, cy]}",
            {"expected suggestions bob, cy, found bob"}},
        Row{"change: bare, expect: {verdict: UNKNOWN, risk: LOW, suggestions: [dee]}",
            {"expected verdict UNKNOWN, found DENIED (peer UNSATISFIED, titled UNKNOWN)",
             "expected risk LOW, found HIGH (many 3)", "expected suggestions dee, found bob"}},
        Row{"change: bare, expect: {missing_facts: [change.title]}",
            {"expected missing facts change.title, found none"}},
        Row{"change: small, with: [{path: title, remove: true}], "
            "expect: {verdict: UNKNOWN, missing_facts: [change.title]}",
            {}},
        Row{"change: small, with: [{path: title, remove: true}], "
            "expect: {missing_facts: [change.title, change.team]}",
            {"expected missing facts change.team, change.title, found change.title"}},
        Row{"change: small, with: [{path: title, remove: true}, {path: people.authors, remove: "
            "true}], expect: {missing_facts: [change.title]}",
            {"expected missing facts change.title, found change.people.authors, change.title"}},
        Row{"change: small, with: [{path: deployments, set: [{environment: STAGING, conclusion: "
            "PASSED, happened_at: 2026-03-01}]}, {path: health_checks, set: [{name: smoke, "
            "environment: STAGING, conclusion: FAILED, happened_at: 2026-03-02}]}, "
            "{path: state, set: VERIFYING}, {path: rollback.irreversible, set: false}], "
            "expect: {health: GOOD, advised: REVIEW}",
            {"expected health GOOD, found BAD (STAGING smoke)",
             "expected to be advised REVIEW, found ROLL_BACK (STAGING smoke)"}},
        Row{"release: spring, with: [{path: notes.fixes, set: [x]}], expect: {implied_kind: MINOR}",
            {"expected implied kind MINOR, found PATCH by notes"}},
        Row{"change: small, expect: {health: GOOD}", {"expected health GOOD, found UNSPECIFIED"}},
        Row{"change: small", {"the case expects nothing"}},
        Row{"change: small, expect: {}", {"the case expects nothing"}}));

INSTANTIATE_TEST_SUITE_P(
    Subjects, Cases,
    testing::Values(
        Row{"change_file: change.yaml, expect: {verdict: ALLOWED}",
            {"expected verdict ALLOWED, found DENIED (peer UNSATISFIED, titled UNKNOWN)"}},
        Row{"change_file: /all/change.yaml, expect: {blocked_by: [peer]}", {}},
        Row{"release_file: release.json, expect: {blocked_by: [shut]}", {}},
        Row{"release: spring, expect: {verdict: ALLOWED}",
            {"expected verdict ALLOWED, found DENIED (shut UNSATISFIED)"}},
        Row{"change_is: {id: C-3, state: SCHEDULED, title: t, people: {authors: [ann]}}, "
            "expect: {blocked_by: [peer]}",
            {}},
        Row{"release_is: {id: R-3, state: APPROVED}, expect: {blocked_by: [shut]}", {}},
        Row{"change: smal, expect: {verdict: ALLOWED}", {"the suite has no subject `smal`"}},
        Row{"release: small, expect: {verdict: ALLOWED}", {"the suite has no subject `small`"}},
        Row{"change_file: gone.yaml, expect: {verdict: ALLOWED}", {"firm/gone.yaml: no such file"}},
        Row{"change: small, release: spring, expect: {verdict: ALLOWED}",
            {"a case has at most one subject"}},
        Row{"change: small, change_file: change.yaml, expect: {verdict: ALLOWED}",
            {"a case has at most one subject"}},
        Row{"change: small, change_is: {id: C-3}, expect: {verdict: ALLOWED}",
            {"a case has at most one subject"}},
        Row{"change: small, population: {}, expect: {verdict: ALLOWED}",
            {"a case asks about a subject or about a population, not both"}}));

INSTANTIATE_TEST_SUITE_P(
    Edits, Cases,
    testing::Values(
        Row{"change: small, with: [{path: 'approvals[a1]', remove: true}], "
            "expect: {blocked_by: [peer]}",
            {}},
        Row{"change: bare, with: [{path: title, set: t}], expect: {blocked_by: [peer]}", {}},
        Row{"release: spring, with: [{path: id, set: R-2}], expect: {blocked_by: [shut]}", {}},
        Row{"change: small, organization_with: [{path: 'directory.roles[engineer].members', "
            "set: [ann]}], expect: {verdict: DENIED, rules: {peer: UNSATISFIABLE}}",
            {}},
        Row{"change: small, policy_with: [{path: 'gates[told].must', set: 'false'}], "
            "expect: {blocked_by: [told]}",
            {}},
        Row{"change: small, with: [{path: titel, set: t}], expect: {verdict: ALLOWED}",
            {"edit of `titel`: ChangeRequest has no field `titel`; did you mean `title`?"}},
        Row{"change: small, organization_with: [{path: directry, remove: true}], "
            "expect: {verdict: ALLOWED}",
            {"edit of `directry`: Organization has no field `directry`; did you mean "
             "`directory`?"}},
        Row{"with: [{path: title, set: t}], expect: {rules: {dated: SATISFIED}}",
            {"there is no subject to edit"}}));

INSTANTIATE_TEST_SUITE_P(
    Lints, Cases,
    testing::Values(
        Row{"expect: {rules: {dated: SATISFIED, staffed: SATISFIED}}", {}},
        Row{"policy_with: [{path: policy.next_review, remove: true}], "
            "expect: {rules: {dated: SATISFIED}}",
            {"expected dated SATISFIED, found UNSATISFIED"}},
        Row{"population: {changes: [{id: C-1, state: CLOSED}]}, expect: {rules: {closed: "
            "SATISFIED}}",
            {}},
        Row{"population: {changes: [{id: C-1, state: DRAFT}]}, expect: {rules: {closed: "
            "SATISFIED}}",
            {"expected closed SATISFIED, found UNSATISFIED"}},
        Row{"expect: {rules: {closed: SATISFIED}}",
            {"expected closed SATISFIED, found no such rule among those that were asked"}},
        Row{"expect: {rules: {dated: SATISFIED}, verdict: ALLOWED}",
            {"without a subject there is no decision, and only rules can be expected"}}));

// What an edit breaks is told with the policy's own complaint.
TEST(Suite, ACaseWhosePolicyCannotBeEditedSoFails) {
  const std::vector<std::string> differences = Differences(
      "change: small, policy_with: [{path: 'gates[told].must', set: 'nonsense'}], "
      "expect: {verdict: ALLOWED}");
  ASSERT_EQ(differences.size(), 1u);
  EXPECT_THAT(differences[0], HasSubstr("`nonsense`"));
}

TEST(Suite, ACaseWhoseOrganizationCannotBeFails) {
  const std::vector<std::string> differences = Differences(
      "change: small, organization_with: [{path: 'directory.people[+]', set: {id: ann}}], "
      "expect: {verdict: ALLOWED}");
  ASSERT_EQ(differences.size(), 1u);
  EXPECT_THAT(differences[0], HasSubstr("ann"));
}

TEST(Suite, ACaseWhoseFileHasAMistakeFailsWithItsPlace) {
  const std::vector<std::string> differences =
      Differences("change_file: typo.yaml, expect: {verdict: ALLOWED}");
  ASSERT_EQ(differences.size(), 1u);
  EXPECT_THAT(differences[0], HasSubstr("firm/typo.yaml:2:1: error: unknown field `stat`"));
}

// Edits belong to their case alone.
TEST(Suite, CasesDoNotTouchEachOther) {
  const SuiteResult result = RunText(Suite(R"(
  - name: edited
    change: small
    with: [{path: 'approvals[a1]', remove: true}]
    organization_with: [{path: 'directory.roles[engineer].members', set: [ann]}]
    policy_with: [{path: 'gates[titled].must', set: 'false'}]
    transition: DEPLOY
    expect: {rules: {peer: UNSATISFIABLE, titled: UNSATISFIED}}
  - {name: as it was, change: small, transition: DEPLOY, expect: {verdict: ALLOWED}}
)"));
  EXPECT_TRUE(result.passed()) << testing::PrintToString(result.cases[1].differences);
}

TEST(Suite, NamesOfCasesAreUnique) {
  const SuiteResult result =
      RunText(Suite("  - {name: a, change: small, transition: DEPLOY, expect: {verdict: ALLOWED}}\n"
                    "  - {name: a, change: small, transition: DEPLOY, expect: {verdict: ALLOWED}}\n"
                    "  - {change: small, transition: DEPLOY, expect: {verdict: ALLOWED}}\n"));
  ASSERT_EQ(result.cases.size(), 3u);
  EXPECT_THAT(result.cases[0].differences, IsEmpty());
  EXPECT_THAT(result.cases[1].differences, ElementsAre("a case needs a name of its own"));
  EXPECT_THAT(result.cases[2].differences, ElementsAre("a case needs a name of its own"));
  EXPECT_FALSE(result.passed());
}

TEST(Suite, TheInstantIsTheCasesOrTheSuites) {
  const std::string cases = R"(cases:
  - {name: now, change: small, transition: DEPLOY, expect: {remarks: [policy-review-overdue]},
     now: 2027-06-01}
  - {name: missing, change: small, transition: DEPLOY, expect: {verdict: ALLOWED}}
)";
  const std::string head = "policies: [policy.yaml]\norganization_file: organization.yaml\n";
  const SuiteResult without = RunText(StrCat(head, kSubjects, cases));
  ASSERT_EQ(without.cases.size(), 2u) << ToText(without.issues);
  EXPECT_THAT(without.cases[0].differences, IsEmpty());
  EXPECT_THAT(without.cases[1].differences,
              ElementsAre("neither the case nor the suite says `now`"));
  EXPECT_TRUE(RunText(StrCat(head, "now: 2026-03-02\n", kSubjects, cases)).passed());
}

TEST(Suite, TellsTheRulesThatItSaw) {
  const SuiteResult result = RunText(Suite(R"(
  - {name: a decision, change: bare, transition: DEPLOY, expect: {verdict: DENIED}}
  - {name: a lint, population: {}, expect: {rules: {dated: SATISFIED}}}
  - {name: nothing, change: gone, expect: {verdict: DENIED}}
)"));
  ASSERT_EQ(result.cases.size(), 3u) << ToText(result.issues);
  EXPECT_THAT(result.cases[0].seen,
              ElementsAre(Pair("peer", v1::STATUS_UNSATISFIED), Pair("titled", v1::STATUS_UNKNOWN),
                          Pair("told", v1::STATUS_SATISFIED)));
  EXPECT_THAT(result.cases[1].seen,
              ElementsAre(Pair("closed", v1::STATUS_SATISFIED), Pair("dated", v1::STATUS_SATISFIED),
                          Pair("staffed", v1::STATUS_SATISFIED)));
  EXPECT_THAT(result.cases[2].seen, IsEmpty());
}

TEST(Suite, AnotherPolicyIsAskedTheSame) {
  const PolicyResult strict = Policy::Load({{"policy.yaml", Files().at("firm/policy.yaml")},
                                            {"overlay.yaml", Files().at("firm/overlay.yaml")}});
  ASSERT_TRUE(strict.policy.has_value()) << ToText(strict.issues);
  const std::string text = OneCase("change: small, expect: {verdict: ALLOWED}");
  EXPECT_TRUE(RunText(text).passed());
  const SuiteResult result = RunText(text, "firm/a.suite.yaml", {.policy = &*strict.policy});
  ASSERT_EQ(result.cases.size(), 1u) << ToText(result.issues);
  EXPECT_THAT(
      result.cases[0].differences,
      ElementsAre("expected verdict ALLOWED, found DENIED (never UNSATISFIED, unknown-service)"));
}

TEST(Suite, OverlaysAreLaidOverThePolicyInTheirOrder) {
  std::string text = OneCase("change: small, expect: {blocked_by: [never]}");
  text.replace(text.find("[policy.yaml]"), 13, "[policy.yaml, overlay.yaml]");
  EXPECT_TRUE(RunText(text).passed());
}

TEST(Suite, WithoutPoliciesTheBuiltInOneIsAsked) {
  const SuiteResult result = RunText(
      "{now: 2026-03-02, cases: [{name: one, change_is: {id: C-1, state: SCHEDULED}, "
      "transition: DEPLOY, expect: {verdict: DENIED}}]}");
  ASSERT_EQ(result.cases.size(), 1u) << ToText(result.issues);
  EXPECT_THAT(result.cases[0].differences, IsEmpty());
  EXPECT_THAT(result.cases[0].seen, testing::Contains(Pair("peer-review", testing::_)));
}

TEST(Suite, ReadsEveryFormat) {
  constexpr std::string_view kJson = R"({
    "policies": ["policy.yaml"], "organizationFile": "organization.yaml",
    "now": "2026-03-02T10:00:00Z",
    "cases": [{"name": "one", "changeFile": "change.yaml", "transition": "DEPLOY",
               "expect": {"blockedBy": ["peer", "titled"]}}]})";
  constexpr std::string_view kTextproto = R"(
    policies: "policy.yaml"
    organization_file: "organization.yaml"
    now { seconds: 1772445600 }
    cases {
      name: "one" change_file: "change.yaml" transition: TRANSITION_DEPLOY
      with { path: "title" set { string_value: "t" } }
      expect { blocked_by: "peer" rules { key: "titled" value: STATUS_SATISFIED } }
    })";
  EXPECT_TRUE(RunText(kJson, "firm/a.suite.json").passed());
  const SuiteResult textproto = RunText(kTextproto, "firm/a.suite.textproto");
  EXPECT_TRUE(textproto.passed()) << ToText(textproto.issues);
  // The same with something to differ.
  std::string wrong(kTextproto);
  wrong.replace(wrong.find("\"peer\""), 6, "\"told\"");
  EXPECT_FALSE(RunText(wrong, "firm/a.suite.textproto").passed());
}

// ---- What is no suite that could be run

struct Broken {
  std::string name;
  std::string text;
  // The start of each complaint.
  std::vector<std::string> issues;
  std::string file = "firm/a.suite.yaml";
};
void PrintTo(const Broken& row, std::ostream* out) { *out << row.name; }

class BrokenSuites : public testing::TestWithParam<Broken> {};

TEST_P(BrokenSuites, DoNotPassAndSayWhy) {
  const SuiteResult result = RunText(GetParam().text, GetParam().file);
  EXPECT_FALSE(result.passed());
  EXPECT_THAT(result.cases, IsEmpty());
  ASSERT_EQ(result.issues.size(), GetParam().issues.size()) << ToText(result.issues);
  for (size_t i = 0; i < result.issues.size(); ++i) {
    EXPECT_THAT(ToText(result.issues[i]), testing::StartsWith(GetParam().issues[i]));
  }
}

std::string Replaced(std::string_view from, std::string_view to) {
  std::string text = OneCase("change: small, expect: {verdict: ALLOWED}");
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

INSTANTIATE_TEST_SUITE_P(
    Suites, BrokenSuites,
    testing::Values(
        Broken{"empty document", "", {"firm/a.suite.yaml: error: the document is empty"}},
        Broken{"no cases", "title: t\n", {"firm/a.suite.yaml: error: the suite has no cases"}},
        Broken{"empty list of cases",
               "title: t\ncases: []\n",
               {"firm/a.suite.yaml: error: the suite has no cases"}},
        Broken{"unknown field",
               Replaced("title: Firm", "titel: Firm"),
               {"firm/a.suite.yaml:1:1: error: unknown field `titel` in Suite"}},
        Broken{"unknown field in a case",
               "cases:\n  - name: a\n    expct: {}\n",
               {"firm/a.suite.yaml:3:5: error: unknown field `expct` in Case"}},
        Broken{"two mistakes",
               "cases:\n  - {name: a, expect: {verdict: YES}}\n  - {nam: b}\n",
               {"firm/a.suite.yaml:2:33: error: `YES` is no Verdict",
                "firm/a.suite.yaml:3:6: error: unknown field `nam` in Case"}},
        Broken{"subject with a mistake",
               Replaced("title: Faster", "titel: Faster"),
               {"firm/a.suite.yaml:9:5: error: unknown field `titel` in ChangeRequest"}},
        Broken{"JSON",
               R"({"cases": [{"nam": "a"}]})",
               {"firm/a.suite.json:1:13: error: unknown field `nam` in Case"},
               "firm/a.suite.json"},
        Broken{"textproto",
               "cases {\n  nam: \"a\"\n}",
               {"firm/a.suite.textproto:2:"},
               "firm/a.suite.textproto"}));

INSTANTIATE_TEST_SUITE_P(
    Files, BrokenSuites,
    testing::Values(
        Broken{"no policy there",
               Replaced("[policy.yaml]", "[gone.yaml]"),
               {"firm/a.suite.yaml: error: firm/gone.yaml: no such file"}},
        Broken{"no organization there",
               Replaced("organization.yaml", "gone.yaml"),
               {"firm/a.suite.yaml: error: firm/gone.yaml: no such file"}},
        Broken{"policy that does not load",
               Replaced("[policy.yaml]", "[broken.yaml]"),
               {"firm/broken.yaml:36:13: error: expected a list, found `7`"}},
        Broken{"overlay without its policy",
               Replaced("[policy.yaml]", "[overlay.yaml]"),
               {"firm/overlay.yaml:"}},
        Broken{"organization with a mistake",
               Replaced("organization.yaml", "nobody.yaml"),
               {"firm/nobody.yaml:1:13: error: unknown field `peple` in Directory"}},
        Broken{
            "two organizations",
            Replaced("title: Firm", "organization: {directory: {}}"),
            {"firm/a.suite.yaml: error: the suite has both an organization and a file of one"}}));

TEST(SuiteResult, WithoutCasesIsNoPass) { EXPECT_FALSE(SuiteResult().passed()); }

}  // namespace
}  // namespace changepolicy
