// A minimal set of facts on which ALLOWED rests.
#include "libchangepolicy/eval/minimal_reason.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <functional>
#include <random>
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
v1::MinimalReason ReasonOf(const Policy& policy, const Organization& firm, const Subject& subject) {
  const v1::Decision decision =
      *Engine(policy, firm)
           .Decide(subject,
                   {.now = kNow, .transition = v1::TRANSITION_DEPLOY, .detail = v1::DETAIL_FULL});
  EXPECT_EQ(decision.verdict(), v1::VERDICT_ALLOWED) << decision.ShortDebugString();
  EXPECT_FALSE(decision.explanation().has_fix());
  return decision.explanation().reason();
}

v1::MinimalReason ReasonOf(const std::string& rules, const v1::ChangeRequest& change) {
  return ReasonOf(LoadOrDie(PolicyWith(rules)), Firm(), change);
}

std::vector<std::string> TextsOf(const v1::MinimalReason& reason) {
  std::vector<std::string> texts;
  for (const v1::FactRead& fact : reason.facts()) {
    EXPECT_TRUE(fact.known());
    texts.push_back(fact.value().empty() ? fact.path() : StrCat(fact.path(), " = ", fact.value()));
  }
  return texts;
}

std::string Gate(std::string_view id, std::string_view must) {
  return StrCat("  - {id: ", id, ", at: DEPLOY, clause: C, must: '", must, "'}\n");
}

TEST(MinimalReason, NamesRecordsAndStatements) {
  const std::string rules =
      "facts: [{name: region, type: STRING, meaning: where}]\n"
      "approvals: [{id: board, at: DEPLOY, clause: C, needs: {at_least: 1, of: {role: "
      "engineer}}}]\n"
      "gates:\n" +
      Gate("tested", "evidence.passed(\"unit\") && documents.written(change.documents.rationale)") +
      Gate("stated",
           "change.impact.security == Effect.NONE && size(change.third_parties) == 0 && "
           "facts.region == \"sg\" && !change.rollback.irreversible");
  const v1::MinimalReason reason = ReasonOf(rules, SmallChange(R"(
title: nobody looks at it
urgency: HIGH
artifact: {digest: 'sha256:aa', name: portal}
documents: {rationale: {text: because it is needed}, description: {text: what it is}}
impact: {security: NONE, performance: LOW}
rollback: {irreversible: false, known_good_state: v1}
facts: {region: sg, other: 7}
stated: [{field: third_parties, by: ann}, {field: paths, by: ann}]
approvals:
  - {id: a2, by: cy, kind: APPROVED, happened_at: 2026-03-01T00:00:00Z}
evidence:
  - {id: e1, type: unit, conclusion: PASSED, digest: 'sha256:aa', trust: REPORTED, source: ci, happened_at: 2026-03-01T00:00:00Z}
reviews: [{by: bob, findings: all well}]
)"));
  EXPECT_TRUE(reason.optimal());
  EXPECT_THAT(
      TextsOf(reason),
      ElementsAre("change.documents.rationale = because it is needed",
                  "change.impact.security = Effect.NONE", "change.people.requester = \"ann\"",
                  "change.people.authors = [\"ann\"]", "change.artifact.digest = \"sha256:aa\"",
                  "change.rollback.irreversible = false", "change.approvals[\"a2\"] = cy APPROVED",
                  "change.evidence[\"e1\"] = unit PASSED ci REPORTED",
                  "change.facts.region = \"sg\"",
                  "change.stated[\"third_parties\"] = third_parties ann"));
}

TEST(MinimalReason, OfSeveralThatDoTheFirstIsNamed) {
  const std::string rules =
      "approvals: [{id: board, at: DEPLOY, clause: C, needs: {at_least: 1, of: {role: engineer}, "
      "apart_from: [REQUESTER]}}]\n";
  const v1::MinimalReason reason = ReasonOf(rules, SmallChange(R"(
approvals:
  - {id: b, by: cy, kind: APPROVED, happened_at: 2026-03-01T00:00:00Z}
  - {id: a, by: bob, kind: APPROVED, happened_at: 2026-03-01T00:00:00Z}
)"));
  EXPECT_THAT(TextsOf(reason), ElementsAre("change.people.requester = \"ann\"",
                                           "change.approvals[\"a\"] = bob APPROVED"));
  EXPECT_TRUE(reason.optimal());
}

TEST(MinimalReason, RestsOnNothingWhereNothingIsAsked) {
  const v1::MinimalReason reason = ReasonOf("gates:\n" + Gate("open", "true"), SmallChange());
  EXPECT_THAT(TextsOf(reason), IsEmpty());
  EXPECT_TRUE(reason.optimal());
}

// What speaks against permission stays in place, so that what answers it counts.
TEST(MinimalReason, KeepsWhatSpeaksAgainst) {
  const std::string failed =
      "artifact: {digest: 'sha256:aa'}\n"
      "evidence:\n"
      "  - {id: e1, type: unit, conclusion: FAILED, digest: 'sha256:aa', trust: REPORTED, "
      "happened_at: 2026-03-01T00:00:00Z}\n"
      "  - {id: e2, type: unit, conclusion: PASSED, digest: 'sha256:aa', trust: REPORTED, "
      "happened_at: 2026-03-01T01:00:00Z}\n";
  const v1::MinimalReason reason =
      ReasonOf("gates:\n" + Gate("g", "!evidence.failed(\"unit\")"), SmallChange(failed));
  EXPECT_THAT(TextsOf(reason), ElementsAre("change.artifact.digest = \"sha256:aa\"",
                                           "change.evidence[\"e2\"] = unit PASSED REPORTED"));
}

TEST(MinimalReason, LeavesOutWhatIsNotVisible) {
  const v1::MinimalReason reason = ReasonOf(
      "gates:\n" + Gate("g", "reviews.held()"),
      SmallChange("reviews: [{by: bob, findings: all well, recorded_at: 2026-03-03T00:00:00Z}, "
                  "{by: cy, findings: it went well, recorded_at: 2026-03-01T00:00:00Z}]\n"));
  EXPECT_THAT(TextsOf(reason), ElementsAre("change.reviews[0] = cy it went well"));
}

TEST(MinimalReason, NamesTheChangesOfARelease) {
  v1::Release release;
  const Issues issues = ReadMessage(R"(
id: R-1
state: APPROVED
version: 2.0.0
previous_version: 1.0.0
changes: [{id: A, state: SCHEDULED}, {id: B, state: SCHEDULED, urgency: LOW}]
)",
                                    Format::kYaml, "release.yaml", &release);
  ASSERT_FALSE(HasErrors(issues));
  const Policy policy =
      LoadOrDie(PolicyWith("gates:\n  - {id: r, subjects: [RELEASE], at: DEPLOY, clause: C, must: "
                           "'release.changes.exists(c, c.urgency == Urgency.LOW)'}\n"));
  EXPECT_THAT(TextsOf(ReasonOf(policy, Firm(), release)),
              ElementsAre("release.changes[\"B\"] = SCHEDULED LOW"));
}

TEST(MinimalReason, DoesNotDependOnTheOrderOfLists) {
  const Policy policy = LoadOrDie(
      PolicyWith("gates:\n" + Gate("g", "reviews.held() && materials.updated(Material.RUNBOOK)")));
  v1::ChangeRequest change = SmallChange(
      "reviews: [{by: bob, findings: all well}, {by: cy, findings: it went well}]\n"
      "material_updates: [{material: RUNBOOK, by: cy}, {material: RUNBOOK, by: bob}]\n");
  const std::string first = ReasonOf(policy, Firm(), change).SerializeAsString();
  std::reverse(change.mutable_reviews()->begin(), change.mutable_reviews()->end());
  std::reverse(change.mutable_material_updates()->begin(),
               change.mutable_material_updates()->end());
  EXPECT_EQ(ReasonOf(policy, Firm(), change).SerializeAsString(), first);
}

// Many records at a time: not one decision for each of them.
TEST(MinimalReason, ThousandsOfRecordsTakeFewDecisions) {
  const Policy policy = LoadOrDie(PolicyWith("gates:\n" + Gate("g", "reviews.held()")));
  v1::ChangeRequest change = SmallChange();
  for (int i = 0; i < 2000; ++i) {
    v1::MaterialUpdate& update = *change.add_material_updates();
    update.set_material(v1::MATERIAL_RUNBOOK);
    update.set_by(StrCat("somebody ", i));
  }
  change.add_reviews()->set_by("bob");
  change.mutable_reviews(0)->set_findings("all well");
  const Organization firm = Firm();
  const v1::Decision decision =
      *Engine(policy, firm).Decide(change, {.now = kNow, .transition = v1::TRANSITION_DEPLOY});
  const auto search =
      FindMinimalReason(*policy.checked(), *firm.bound(), change,
                        {.now = kNow, .transition = v1::TRANSITION_DEPLOY}, decision);
  EXPECT_THAT(TextsOf(search->reason), ElementsAre("change.reviews[0] = bob all well"));
  EXPECT_LT(search->decisions, 40);
}

// ---- Against the trying out of every set

struct Part {
  std::string condition;  // empty: none reads it alone
  std::string path;
  std::function<void(v1::ChangeRequest*)> add;
};

std::vector<Part> Parts() {
  const auto evidence = [](v1::Environment environment, const std::string& id) {
    return [environment, id](v1::ChangeRequest* change) {
      v1::Evidence& evidence = *change->add_evidence();
      evidence.set_id(id);
      evidence.set_type("unit");
      evidence.set_conclusion(v1::CONCLUSION_PASSED);
      evidence.set_trust(v1::TRUST_REPORTED);
      evidence.set_environment(environment);
      evidence.mutable_happened_at()->set_seconds(absl::ToUnixSeconds(kNow));
    };
  };
  return {{"evidence.passed(\"unit\", Environment.TEST)", "change.evidence[\"t\"]",
           evidence(v1::ENVIRONMENT_TEST, "t")},
          {"evidence.passed(\"unit\")", "change.evidence[\"s\"]",
           evidence(v1::ENVIRONMENT_STAGING, "s")},
          {"reviews.held()", "change.reviews[0]",
           [](v1::ChangeRequest* change) {
             change->add_reviews()->set_by("bob");
             change->mutable_reviews(0)->set_findings("all well");
           }},
          {"materials.updated(Material.RUNBOOK)", "change.material_updates[0]",
           [](v1::ChangeRequest* change) {
             change->add_material_updates()->set_material(v1::MATERIAL_RUNBOOK);
           }},
          {"documents.written(change.documents.rationale)", "change.documents.rationale",
           [](v1::ChangeRequest* change) {
             change->mutable_documents()->mutable_rationale()->set_text("because");
           }},
          {"change.rollback.irreversible", "change.rollback.irreversible",
           [](v1::ChangeRequest* change) { change->mutable_rollback()->set_irreversible(true); }},
          {"change.urgency == Urgency.HIGH", "change.urgency",
           [](v1::ChangeRequest* change) { change->set_urgency(v1::URGENCY_HIGH); }},
          {"facts.a", "change.facts.a", [](v1::ChangeRequest* change) {
             (*change->mutable_facts())["a"].set_bool_value(true);
           }}};
}

class PolicyWriter {
 public:
  explicit PolicyWriter(uint32_t seed) : random_(seed) {}

  std::string Write() {
    std::string text =
        "facts: [{name: a, type: BOOL, meaning: a fact}]\n"
        "approvals: [{id: free, at: DEPLOY, clause: C, needs: {none: true}}]\ngates:\n";
    for (int i = static_cast<int>(random_() % 3); i >= 0; --i) {
      StrAppend(&text, Gate(StrCat("gate-", i), Expression(2)));
    }
    return text;
  }

 private:
  std::string Expression(int depth) {
    static const std::vector<Part> kParts = Parts();
    if (depth == 0) return kParts[random_() % (kParts.size() - 2)].condition;
    switch (random_() % 4) {
      case 0:
        return StrCat("(", Expression(depth - 1), ") && (", Expression(depth - 1), ")");
      case 1:
        return StrCat("(", Expression(depth - 1), ") || (", Expression(depth - 1), ")");
      case 2:
        return StrCat("(", Expression(depth - 1), ") ? (", Expression(depth - 1), ") : (",
                      Expression(depth - 1), ")");
      default:
        return Expression(depth - 1);
    }
  }

  std::mt19937 random_;
};

TEST(ReasonsOfRandomPolicies, AreMinimalAndSmallestWhereTheySaySo) {
  const std::vector<Part> parts = Parts();
  const Organization firm = Firm();
  int allowed = 0;
  int optimal = 0;
  for (uint32_t seed = 1; seed <= 300 && !HasFailure(); ++seed) {
    const std::string text = PolicyWith(PolicyWriter(seed).Write());
    SCOPED_TRACE(StrCat("seed ", seed, "\n", text));
    const Policy policy = LoadOrDie(text);
    const Engine engine(policy, firm);
    const auto opens = [&](uint32_t set) {
      v1::ChangeRequest change = SmallChange();
      for (size_t i = 0; i < parts.size(); ++i) {
        if ((set >> i & 1) != 0) parts[i].add(&change);
      }
      return engine.Decide(change, {.now = kNow, .transition = v1::TRANSITION_DEPLOY})->verdict() ==
             v1::VERDICT_ALLOWED;
    };
    const uint32_t all = (1u << parts.size()) - 1;
    if (!opens(all)) continue;
    ++allowed;
    v1::ChangeRequest whole = SmallChange();
    for (const Part& part : parts) part.add(&whole);
    const v1::MinimalReason reason = ReasonOf(policy, firm, whole);
    uint32_t named = 0;
    for (const v1::FactRead& fact : reason.facts()) {
      for (size_t i = 0; i < parts.size(); ++i) {
        if (parts[i].path == fact.path()) named |= 1u << i;
      }
    }
    EXPECT_TRUE(opens(named)) << reason.ShortDebugString();
    int fewest = std::popcount(all);
    for (uint32_t set = 0; set <= all; ++set) {
      if (std::popcount(set) < fewest && opens(set)) fewest = std::popcount(set);
    }
    for (size_t i = 0; i < parts.size(); ++i) {
      if ((named >> i & 1) != 0) {
        EXPECT_FALSE(opens(named & ~(1u << i))) << parts[i].path;
      }
    }
    if (reason.optimal()) {
      ++optimal;
      EXPECT_EQ(std::popcount(named), fewest) << reason.ShortDebugString();
    }
  }
  EXPECT_GE(allowed, 100);
  EXPECT_GT(optimal, 80);
}

}  // namespace
}  // namespace changepolicy
