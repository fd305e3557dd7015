// Which missing facts a Decision at detail FULL names, and that it names none in vain.
#include "libchangepolicy/eval/missing_facts.h"

#include <algorithm>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/source/read.h"
#include "tests/engine/example.h"

namespace changepolicy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const absl::Time kNow = At("2026-03-02T10:00:00Z");

template <typename Subject>
v1::Decision Full(const Engine& engine, const Subject& subject,
                  v1::Transition transition = v1::TRANSITION_DEPLOY) {
  return *engine.Decide(subject,
                        {.now = kNow, .transition = transition, .detail = v1::DETAIL_FULL});
}

v1::Decision Full(const std::string& rules, const v1::ChangeRequest& change) {
  return Full(Engine(LoadOrDie(PolicyWith(rules)), Firm()), change);
}

std::vector<std::string> Paths(const v1::Decision& decision) {
  std::vector<std::string> paths;
  for (const auto& fact : decision.explanation().missing()) paths.push_back(fact.path());
  return paths;
}

// The head's own rules, where a policy has others.
void Remove(const std::string& rules, std::string* policy) {
  policy->erase(policy->find(rules), rules.size());
}

std::string Gate(std::string_view id, std::string_view must, std::string_view applies_if = "true") {
  return StrCat("  - {id: ", id, ", at: DEPLOY, clause: C, must: '", must, "', applies_if: '",
                applies_if, "'}\n");
}

TEST(MissingFacts, TheMostDecisiveComesFirst) {
  const v1::Decision decision =
      Full("gates:\n" + Gate("g",
                             "change.rollback.irreversible || change.impact.availability == "
                             "Effect.NONE || change.urgency == Urgency.LOW"),
           SmallChange());
  EXPECT_TRUE(decision.explanation().missing_exact());
  EXPECT_THAT(Paths(decision), ElementsAre("change.rollback.irreversible",
                                           "change.impact.availability", "change.urgency"));
  const auto& facts = decision.explanation().missing();
  // Three of four ways of each of the others leave it open.
  EXPECT_EQ(facts[0].decides_permille(), 563);
  EXPECT_EQ(facts[1].decides_permille(), 375);
  EXPECT_EQ(facts[2].decides_permille(), 375);
  EXPECT_THAT(facts[0].values(), ElementsAre("false", "true"));
  EXPECT_THAT(facts[2].values(),
              ElementsAre("Urgency.LOW", "Urgency.MEDIUM", "Urgency.HIGH", "Urgency.URGENT"));
  EXPECT_THAT(facts[2].rules(), ElementsAre("g"));
}

// Any value will do, and still it has to be stated.
TEST(MissingFacts, WhatHasOnlyToBeStatedIsMissing) {
  const v1::Decision decision = Full("gates:\n" + Gate("stated", "change.urgency >= Urgency.LOW") +
                                         Gate("also", "change.impact.security >= Effect.NONE"),
                                     SmallChange());
  EXPECT_EQ(decision.verdict(), v1::VERDICT_UNKNOWN);
  EXPECT_THAT(Paths(decision), ElementsAre("change.impact.security", "change.urgency"));
  EXPECT_EQ(decision.explanation().missing(0).decides_permille(), 1000);
}

TEST(MissingFacts, NothingIsMissingWhereTheVerdictStands) {
  const std::string gates =
      "gates:\n" + Gate("waits", "change.urgency == Urgency.LOW") + Gate("shut", "false");
  const v1::Decision decision = Full(gates, SmallChange());
  EXPECT_EQ(decision.verdict(), v1::VERDICT_DENIED);
  EXPECT_THAT(Paths(decision), IsEmpty());
  EXPECT_TRUE(decision.explanation().missing_exact());
  // What would decide whether it is missing is missing itself.
  EXPECT_THAT(Paths(Full("gates:\n" + Gate("waits", "change.urgency == Urgency.LOW",
                                           "change.rollback.irreversible"),
                         SmallChange())),
              ElementsAre("change.rollback.irreversible", "change.urgency"));
}

TEST(MissingFacts, FactsBehindRiskMatterWhereTheyHoldAGateShut) {
  const std::string rules = R"(
risk:
  levels: [{level: LOW, from: 0}, {level: HIGH, from: 2}]
  factors:
    - {id: security, applies_if: change.impact.security >= Effect.MEDIUM, points: 1, dimension: SECURITY, clause: C}
    - {id: downtime, applies_if: change.rollback.irreversible, points: 1, dimension: AVAILABILITY, clause: C}
    - {id: idle, applies_if: change.impact.performance == Effect.HIGH && false, points: 1, dimension: PERFORMANCE, clause: C}
approvals:
  - {id: board, at: DEPLOY, clause: C, applies_if: risk.level == RiskLevel.HIGH, needs: {at_least: 1, of: {role: engineer}}}
gates:
)";
  std::string policy = PolicyWith(rules + Gate("open", "true"));
  // The head's own risk gives way.
  Remove("risk:\n  factors: []\n  levels: [{level: LOW, from: 0}]\n", &policy);
  const Engine engine(LoadOrDie(policy), Firm());
  const v1::Decision decision = Full(engine, SmallChange());
  EXPECT_EQ(decision.verdict(), v1::VERDICT_DENIED);
  EXPECT_THAT(Paths(decision),
              ElementsAre("change.impact.security", "change.rollback.irreversible"));
  EXPECT_THAT(decision.explanation().missing(0).rules(), ElementsAre("board"));
}

TEST(MissingFacts, TextsAndListsStayOpen) {
  const v1::Decision decision = Full(
      "gates:\n" + Gate("named", "change.tracker.key != \"\"") +
          Gate("kinds", "ChangeKind.CONFIGURATION in change.kinds && change.rollback.irreversible"),
      SmallChange());
  EXPECT_FALSE(decision.explanation().missing_exact());
  EXPECT_THAT(Paths(decision),
              ElementsAre("change.kinds", "change.rollback.irreversible", "change.tracker.key"));
  EXPECT_THAT(decision.explanation().missing(0).values(), IsEmpty());
  EXPECT_EQ(decision.explanation().missing(0).decides_permille(), 0);
}

struct ManyFacts {
  std::string facts = "facts:\n";
  // An odd number of them is true: each decides whatever the others are.
  std::string odd = "facts.f0";
};

ManyFacts Many() {
  ManyFacts many;
  for (int i = 0; i < 14; ++i) {
    StrAppend(&many.facts, "  - {name: f", i, ", type: BOOL, meaning: a fact}\n");
    if (i > 0) many.odd = StrCat("(", many.odd, ") != facts.f", i);
  }
  return many;
}

TEST(MissingFacts, BeyondTheBoundEveryFactIsNamed) {
  const ManyFacts many = Many();
  const v1::Decision decision =
      Full(many.facts + "gates:\n" + Gate("odd", many.odd), SmallChange());
  EXPECT_FALSE(decision.explanation().missing_exact());
  EXPECT_EQ(decision.explanation().missing_size(), 14);
}

// Nobody asks for them as long as the texts are not stated.
TEST(MissingFacts, FactsBehindTextsAreNamed) {
  const std::string rules = R"(
categories:
  - {id: partner, category: EMERGENCY, applies_if: 'change.tracker.system == "partner"', clause: C}
  - {id: small, category: STANDARD, applies_if: 'change.tracker.key == "small"', clause: C}
  - {id: other, category: NORMAL, applies_if: "true", clause: C}
)";
  std::string gates =
      "gates:\n" + Gate("behind", "change.rollback.irreversible", "category == Category.STANDARD");
  const auto ask = [&](const std::string& facts) {
    std::string policy = PolicyWith(facts + rules + gates);
    Remove("categories: [{id: normal, category: NORMAL, applies_if: \"true\", clause: C}]\n",
           &policy);
    return Full(Engine(LoadOrDie(policy), Firm()), SmallChange());
  };
  const v1::Decision decision = ask("");
  EXPECT_FALSE(decision.explanation().missing_exact());
  EXPECT_THAT(Paths(decision), ElementsAre("change.rollback.irreversible", "change.tracker.key",
                                           "change.tracker.system"));
  // Beyond the bound too.
  const ManyFacts many = Many();
  gates += Gate("odd", many.odd);
  EXPECT_EQ(ask(many.facts).explanation().missing_size(), 17);
}

// What is unknown of a value that was only tried is not.
TEST(MissingFacts, NothingIsNamedThatIsNotThere) {
  const Engine engine(
      LoadOrDie(PolicyWith(
          "gates:\n" + Gate("known", "people.has_role(change.people.requester, \"lead\")") +
          Gate("services", "size(change.services) > 0 && change.services.all(s, s.critical)"))),
      Firm("  services: [{id: api}]\n"));
  v1::ChangeRequest change = SmallChange();
  change.mutable_people()->clear_requester();
  EXPECT_THAT(Paths(Full(engine, change)),
              ElementsAre("change.people.requester", "change.services"));
}

TEST(MissingFacts, TheDirectorysWordOnAServiceIsNotMissing) {
  const Policy policy = LoadOrDie(PolicyWith(
      "gates:\n" + Gate("g", "!change.services.exists(s, s.critical || s.client_facing)")));
  const Engine engine(
      policy, Firm("  services: [{id: api, critical: false, client_facing: false}, {id: web}]\n"));
  EXPECT_THAT(Paths(Full(engine, SmallChange("services: [{id: api}]\n"))), IsEmpty());
  EXPECT_THAT(Paths(Full(engine, SmallChange("services: [{id: web}, {id: api}]\n"))),
              ElementsAre("change.services[0].client_facing", "change.services[0].critical"));
}

TEST(MissingFacts, OrganizationsThatAreTooOldAreMissing) {
  const Engine engine(LoadOrDie(PolicyWith("limits: {directory_age: 1h}\ngates:\n" +
                                           Gate("g", "people.known(\"ann\")"))),
                      Firm("  taken_at: 2026-03-01T00:00:00Z\n"));
  const v1::Decision decision = Full(engine, SmallChange());
  EXPECT_THAT(Paths(decision), ElementsAre("organization.directory.taken_at"));
  EXPECT_FALSE(decision.explanation().missing_exact());
}

TEST(MissingFacts, TheStateIsMissingWhereNoStepIsAskedFor) {
  v1::ChangeRequest change = SmallChange();
  change.clear_state();
  const Engine engine(LoadOrDie(PolicyWith("gates:\n" + Gate("g", "true"))), Firm());
  EXPECT_THAT(Paths(Full(engine, change, v1::TRANSITION_UNSPECIFIED)), ElementsAre("change.state"));
}

// A fact on which it hangs which step comes next.
TEST(MissingFacts, OfALifeThatForks) {
  const std::string rules = R"(
life_cycle:
  changes:
    - {id: quick, at: DEPLOY, from: [DRAFT], to: IMPLEMENTING, applies_if: change.rollback.irreversible, clause: C}
    - {id: slow, at: CANCEL, from: [DRAFT], to: CANCELLED, clause: C}
gates:
  - {id: shut, at: DEPLOY, clause: C, must: 'false'}
  - {id: open, at: CANCEL, clause: C, must: 'true'}
)";
  v1::ChangeRequest change = SmallChange();
  change.set_state(v1::CHANGE_STATE_DRAFT);
  const Engine engine(LoadOrDie(PolicyWith(rules)), Firm());
  EXPECT_THAT(Paths(Full(engine, change, v1::TRANSITION_UNSPECIFIED)),
              ElementsAre("change.rollback.irreversible"));
  EXPECT_THAT(Paths(Full(engine, change, v1::TRANSITION_DEPLOY)),
              ElementsAre("change.rollback.irreversible"));
  EXPECT_THAT(Paths(Full(engine, change, v1::TRANSITION_CANCEL)), IsEmpty());
}

// Whether a field that nobody stated departs from the model is not known.
TEST(MissingFacts, AFieldThatAModelFixes) {
  const std::string rules = R"(
gates:
  - {id: model, at: DEPLOY, clause: C, must: 'size(model.drift) == 0'}
)";
  const Engine engine(
      LoadOrDie(PolicyWith(rules)),
      Firm("  change_models: [{id: m, title: a model, approved_by: [bob], approved_at: "
           "2026-01-01T00:00:00Z, fixed: [{field: urgency, values: [LOW]}]}]\n"));
  EXPECT_THAT(Paths(Full(engine, SmallChange("change_model: m\n"))), ElementsAre("change.urgency"));
  EXPECT_THAT(Paths(Full(engine, SmallChange("change_model: m\nurgency: HIGH\n"))), IsEmpty());
}

TEST(MissingFacts, AnAcceptedRiskMayConcernAServiceThatNobodyNamed) {
  const std::string rules =
      "exceptions: {needs: {at_least: 1, of: {role: engineer}, apart_from: [REQUESTER]}, clause: "
      "C}\n"
      "gates:\n" +
      Gate("shut", "false");
  const Engine engine(
      LoadOrDie(PolicyWith(rules)),
      Firm("  accepted_risks: [{id: r, rules: [shut], services: [api], requester: ann, start: "
           "2026-01-01T00:00:00Z, end: 2027-01-01T00:00:00Z, approvals: [{id: x, by: bob, kind: "
           "APPROVED, happened_at: 2026-01-01T00:00:00Z}]}]\n"));
  EXPECT_THAT(Paths(Full(engine, SmallChange())), ElementsAre("change.services"));
  EXPECT_EQ(Full(engine, SmallChange("services: [{id: api}]\n")).verdict(), v1::VERDICT_ALLOWED);
  EXPECT_THAT(Paths(Full(engine, SmallChange("services: [{id: web}]\n"))), IsEmpty());
}

TEST(MissingFacts, LeadTimesMayConcernACategory) {
  const std::string rules = R"(
categories: [{id: urgent, category: EMERGENCY, applies_if: change.urgency == Urgency.URGENT, clause: C}, {id: normal, category: NORMAL, applies_if: "true", clause: C}]
calendar: {lead_times: [{id: ahead, audience: CLIENTS, lead: 24h, categories: [EMERGENCY], clause: C}]}
gates:
  - {id: told, at: DEPLOY, clause: C, must: 'calendar.notices.all(n, n.met)'}
)";
  std::string policy = PolicyWith(rules);
  Remove("categories: [{id: normal, category: NORMAL, applies_if: \"true\", clause: C}]\n",
         &policy);
  const Engine engine(LoadOrDie(policy), Firm());
  EXPECT_THAT(Paths(Full(engine, SmallChange("schedule: {start: 2026-03-02T09:00:00Z, end: "
                                             "2026-03-02T11:00:00Z, rollback_reserve: 0s}\n"))),
              ElementsAre("change.urgency"));
}

// What cannot change the level is not asked for.
TEST(MissingFacts, ALevelThatStandsNeedsNoSearch) {
  std::string rules = R"(
risk:
  levels: [{level: LOW, from: 0}, {level: HIGH, from: 2}]
  factors:
    - {id: undo, applies_if: change.rollback.irreversible, points: 2, dimension: AVAILABILITY, clause: C}
    - {id: urgent, applies_if: change.urgency == Urgency.URGENT, points: 1, dimension: AVAILABILITY, clause: C}
  matrix:
)";
  for (const char* const impact : {"NONE", "LOW", "MEDIUM", "HIGH"}) {
    for (const char* const likelihood : {"RARE", "POSSIBLE", "LIKELY"}) {
      StrAppend(&rules, "    - {impact: ", impact, ", likelihood: ", likelihood,
                ", level: ", impact == std::string("HIGH") ? "HIGH" : "LOW", "}\n");
    }
  }
  std::string text = PolicyWith(rules + "gates:\n" + Gate("high", "risk.level == RiskLevel.HIGH"));
  Remove("risk:\n  factors: []\n  levels: [{level: LOW, from: 0}]\n", &text);
  const Policy policy = LoadOrDie(text);
  const auto decisions = [&](std::string_view facts) {
    return FindMissingFacts(*policy.checked(), *Firm().bound(), SmallChange(facts),
                            {.now = kNow, .transition = v1::TRANSITION_DEPLOY})
        ->decisions;
  };
  EXPECT_EQ(decisions("rollback: {irreversible: true}\n"), 1);
  EXPECT_EQ(decisions("impact: {security: HIGH}\n"), 1);
  EXPECT_GT(decisions("impact: {security: MEDIUM}\n"), 1);
}

// ---- Releases

v1::Release ReleaseOf(std::string_view changes) {
  v1::Release release;
  const Issues issues = ReadMessage(
      StrCat("id: R-1\nstate: APPROVED\nversion: 1.0.1\nprevious_version: 1.0.0\nchanges:\n",
             changes),
      Format::kYaml, "release.yaml", &release);
  EXPECT_FALSE(HasErrors(issues)) << ToText(issues);
  return release;
}

TEST(MissingFacts, OfTheChangesOfARelease) {
  const std::string rules =
      "gates:\n  - {id: ready, subjects: [RELEASE], at: DEPLOY, clause: C, must: "
      "changes.all_allowed()}\n" +
      StrCat("  - {id: calm, at: DEPLOY, clause: C, must: 'change.urgency == Urgency.LOW'}\n");
  const Engine engine(LoadOrDie(PolicyWith(rules)), Firm());
  // Canonical order puts the shorter one first.
  const v1::Decision decision = Full(
      engine, ReleaseOf("  - {id: C-2, state: SCHEDULED}\n  - {id: C-1, state: SCHEDULED, urgency: "
                        "LOW}\n"));
  EXPECT_EQ(decision.verdict(), v1::VERDICT_DENIED);
  EXPECT_THAT(Paths(decision), ElementsAre("release.changes[0].urgency"));
  EXPECT_TRUE(decision.explanation().missing_exact());
  // Where another change stands in the way, it does not help.
  EXPECT_THAT(Paths(Full(engine, ReleaseOf("  - {id: C-2, state: SCHEDULED}\n  - {id: C-1, state: "
                                           "SCHEDULED, urgency: HIGH}\n"))),
              IsEmpty());
}

TEST(MissingFacts, BehindTheHighestRiskOfAReleasesChanges) {
  const std::string rules = R"(
risk:
  levels: [{level: LOW, from: 0}, {level: HIGH, from: 1}]
  factors: [{id: undo, applies_if: change.rollback.irreversible, points: 1, dimension: AVAILABILITY, clause: C}]
gates:
  - {id: low, at: DEPLOY, clause: C, must: changes.highest_risk() == RiskLevel.LOW}
)";
  std::string policy = PolicyWith(rules);
  Remove("risk:\n  factors: []\n  levels: [{level: LOW, from: 0}]\n", &policy);
  const Engine engine(LoadOrDie(policy), Firm());
  EXPECT_THAT(Paths(Full(engine, ReleaseOf("  - {id: C-1}\n  - {id: C-2, rollback: {irreversible: "
                                           "false}}\n"))),
              ElementsAre("release.changes[0].rollback.irreversible"));
  EXPECT_THAT(Paths(Full(engine, ReleaseOf("  - {id: C-1}\n  - {id: C-2}\n"))),
              ElementsAre("release.changes[0].rollback.irreversible",
                          "release.changes[1].rollback.irreversible"));
}

// ---- What holds of every explanation

TEST(MissingFacts, DoNotDependOnTheOrderOfLists) {
  const Engine engine(
      LoadOrDie(PolicyWith("gates:\n" + Gate("g", "change.services.all(s, s.critical)"))), Firm());
  v1::ChangeRequest change = SmallChange(
      "services: [{id: b}, {id: a, client_facing: true}, {id: c, critical: true}, {id: b, "
      "notice_owed: true}]\n");
  const std::string first = Full(engine, change).SerializeAsString();
  std::reverse(change.mutable_services()->begin(), change.mutable_services()->end());
  EXPECT_EQ(Full(engine, change).SerializeAsString(), first);
  EXPECT_EQ(Full(engine, change).explanation().missing_size(), 3);
}

TEST(MissingFacts, MoreDetailDoesNotChangeTheRest) {
  const Engine engine(LoadOrDie(PolicyWith("gates:\n" + Gate("g", "change.rollback.irreversible"))),
                      Firm());
  v1::Decision full = Full(engine, SmallChange());
  v1::Decision reasons =
      *engine.Decide(SmallChange(), {.now = kNow, .transition = v1::TRANSITION_DEPLOY});
  EXPECT_TRUE(full.has_explanation());
  EXPECT_FALSE(reasons.has_explanation());
  full.clear_explanation();
  full.set_detail(reasons.detail());
  EXPECT_EQ(full.SerializeAsString(), reasons.SerializeAsString());
}

}  // namespace
}  // namespace changepolicy
