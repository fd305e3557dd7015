// Minimal fixes against the trying out of every set of steps: random policies over a dozen things
// that people can do.
#include <bit>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/eval/minimal_fix.h"
#include "tests/engine/example.h"
#include "tests/engine/fixing.h"

namespace changepolicy {
namespace {

struct Thing {
  std::string condition;
  v1::FixStep step;
};

v1::FixStep Step(v1::FixKind kind, const std::string& what = "",
                 v1::Environment environment = v1::ENVIRONMENT_UNSPECIFIED,
                 const std::string& value = "") {
  v1::FixStep step;
  step.set_kind(kind);
  step.set_what(what);
  step.set_environment(environment);
  step.set_value(value);
  return step;
}

std::vector<Thing> Things() {
  return {
      {"evidence.passed(\"unit\")", Step(v1::FIX_KIND_EVIDENCE, "unit")},
      {"evidence.passed(\"unit\", Environment.TEST)",
       Step(v1::FIX_KIND_EVIDENCE, "unit", v1::ENVIRONMENT_TEST)},
      {"evidence.passed(\"unit\", Environment.STAGING)",
       Step(v1::FIX_KIND_EVIDENCE, "unit", v1::ENVIRONMENT_STAGING)},
      {"reviews.held()", Step(v1::FIX_KIND_REVIEW)},
      {"documents.written(change.documents.rationale)",
       Step(v1::FIX_KIND_DOCUMENT, "documents.rationale")},
      {"communications.sent(Audience.CLIENTS, Notice.UPCOMING)",
       Step(v1::FIX_KIND_COMMUNICATION, "CLIENTS")},
      {"facts.a", Step(v1::FIX_KIND_STATE, "change.facts.a", v1::ENVIRONMENT_UNSPECIFIED, "true")},
      {"change.rollback.irreversible", Step(v1::FIX_KIND_STATE, "change.rollback.irreversible",
                                            v1::ENVIRONMENT_UNSPECIFIED, "true")}};
}

class PolicyWriter {
 public:
  explicit PolicyWriter(uint32_t seed) : random_(seed) {
    for (const Thing& thing : Things()) atoms_.push_back(thing.condition);
  }

  // With `negations` a step may also do harm.
  std::string Write(bool negations) {
    std::string text =
        "facts: [{name: a, type: BOOL, meaning: a fact}]\n"
        "approvals:\n"
        "  - {id: free, at: DEPLOY, clause: C, needs: {none: true}}\n";
    if (Number(2) == 0) {
      StrAppend(&text, "  - {id: asked, at: DEPLOY, clause: C, needs: {at_least: ", 1 + Number(2),
                ", of: {role: engineer}}, applies_if: '", Expression(1, negations), "'}\n");
    }
    StrAppend(&text, "gates:\n");
    for (int i = Number(4); i >= 0; --i) {
      StrAppend(&text, "  - {id: gate-", i, ", at: DEPLOY, clause: C, must: '",
                Expression(2, negations), "'}\n");
    }
    return text;
  }

  std::string WriteOfStatements() {
    atoms_ = {"facts.a",
              "facts.b",
              "facts.c",
              "change.services.exists(s, s.critical)",
              "change.services.all(s, s.critical)",
              "change.services.exists_one(s, s.critical)"};
    std::string text = "facts:\n";
    for (const char name : {'a', 'b', 'c'}) {
      StrAppend(&text, "  - {name: ", std::string(1, name), ", type: BOOL, meaning: a fact}\n");
    }
    StrAppend(&text, "gates:\n");
    for (int i = Number(3); i >= 0; --i) {
      StrAppend(&text, "  - {id: gate-", i, ", at: DEPLOY, clause: C, must: '(",
                Expression(1, true), ") == (", Expression(2, true), ")'}\n");
    }
    return text;
  }

 private:
  int Number(int below) { return static_cast<int>(random_() % static_cast<uint32_t>(below)); }

  std::string Expression(int depth, bool negations) {
    if (depth == 0) return atoms_[random_() % atoms_.size()];
    const auto part = [&] { return Expression(depth - 1, negations); };
    switch (Number(negations ? 5 : 3)) {
      case 0:
        return StrCat("(", part(), ") && (", part(), ")");
      case 1:
        return StrCat("(", part(), ") || (", part(), ")");
      case 3:
        return StrCat("!(", part(), ")");
      case 4:
        return StrCat("(", part(), ") ? (", part(), ") : (", part(), ")");
      default:
        return part();
    }
  }

  std::mt19937 random_;
  std::vector<std::string> atoms_;
};

const Question kQuestion = {.now = At("2026-03-02T10:00:00Z"), .transition = v1::TRANSITION_DEPLOY};

v1::ChangeRequest Change() { return SmallChange("artifact: {digest: 'sha256:aa'}\n"); }

// The size of the smallest set of `steps` that opens the gate, with the approvals that it then
// takes; 0: none does.
size_t FewestOf(const Policy& policy, const Organization& firm,
                const std::vector<v1::FixStep>& steps) {
  const std::vector<std::string> approvers = {"bob", "cy"};
  size_t fewest = 0;
  for (uint32_t set = 1; set < (1u << (steps.size() + approvers.size())); ++set) {
    const auto size = static_cast<size_t>(std::popcount(set));
    if (fewest != 0 && size >= fewest) continue;
    std::vector<v1::FixStep> taken;
    for (size_t i = 0; i < steps.size(); ++i) {
      if ((set >> i & 1) != 0) taken.push_back(steps[i]);
    }
    for (size_t i = 0; i < approvers.size(); ++i) {
      if ((set >> (steps.size() + i) & 1) == 0) continue;
      taken.push_back(Step(v1::FIX_KIND_APPROVAL));
      taken.back().set_person(approvers[i]);
    }
    if (VerdictAfter(policy, firm, Change(), kQuestion, taken) == v1::VERDICT_ALLOWED) {
      fewest = size;
    }
  }
  return fewest;
}

FixSearch Search(const Policy& policy, const Organization& firm,
                 const v1::ChangeRequest& change = Change()) {
  const v1::Decision decision = *Engine(policy, firm).Decide(change, kQuestion);
  if (decision.verdict() == v1::VERDICT_ALLOWED) return FixSearch();
  return *FindMinimalFix(*policy.checked(), *firm.bound(), change,
                         {.now = kQuestion.now, .transition = kQuestion.transition}, decision);
}

// Where steps do no harm, there is a fix whenever any set of all things is one, and it is smallest.
TEST(FixesOfRandomPolicies, AreTheSmallestOfAll) {
  std::vector<v1::FixStep> all;
  for (const Thing& thing : Things()) {
    all.push_back(thing.step);
    if (thing.step.kind() != v1::FIX_KIND_STATE) continue;
    all.push_back(thing.step);
    all.back().set_value("false");
  }
  const Organization firm = Firm();
  int found = 0;
  std::vector<uint32_t> seeds = {163, 196};  // of facts that matter only once others are done
  for (uint32_t seed = 1; seed <= 80; ++seed) seeds.push_back(seed);
  for (const uint32_t seed : seeds) {
    if (HasFailure()) break;
    const std::string text = PolicyWith(PolicyWriter(seed).Write(false));
    SCOPED_TRACE(StrCat("seed ", seed, "\n", text));
    const Policy policy = LoadOrDie(text);
    const FixSearch search = Search(policy, firm);
    const size_t fewest = FewestOf(policy, firm, all);
    if (Engine(policy, firm).Decide(Change(), kQuestion)->verdict() == v1::VERDICT_ALLOWED) {
      continue;
    }
    EXPECT_EQ(search.fix.found(), fewest > 0);
    EXPECT_EQ(static_cast<size_t>(search.fix.steps_size()), fewest)
        << search.fix.ShortDebugString();
    EXPECT_EQ(search.fix.optimal(), search.fix.found());
    found += search.fix.found();
  }
  EXPECT_GT(found, 40);
}

// Whatever the policy, none of the steps that were considered makes for a smaller set.
TEST(FixesOfRandomPolicies, AreTheSmallestOfWhatWasConsidered) {
  const Organization firm = Firm();
  int found = 0;
  int optimal = 0;
  for (uint32_t seed = 1001; seed <= 1150 && !HasFailure(); ++seed) {
    const std::string text = PolicyWith(PolicyWriter(seed).Write(true));
    SCOPED_TRACE(StrCat("seed ", seed, "\n", text));
    const Policy policy = LoadOrDie(text);
    const FixSearch search = Search(policy, firm);
    if (!search.fix.found()) continue;
    ++found;
    const std::vector<v1::FixStep> steps(search.fix.steps().begin(), search.fix.steps().end());
    EXPECT_EQ(VerdictAfter(policy, firm, Change(), kQuestion, steps), v1::VERDICT_ALLOWED);
    if (!search.fix.optimal()) continue;
    ++optimal;
    EXPECT_EQ(steps.size(), FewestOf(policy, firm, search.considered))
        << search.fix.ShortDebugString();
  }
  EXPECT_GT(found, 60);
  EXPECT_GT(optimal, 60);
}

// What is only to be stated, so that each of the values may do harm, and some may only together be
// of use.
TEST(FixesOfRandomPolicies, StateTheFewestFacts) {
  const std::vector<std::string> facts = {"change.facts.a", "change.facts.b",
                                          "change.services[0].critical",
                                          "change.services[1].critical", "change.facts.c"};
  const v1::ChangeRequest change = SmallChange("services: [{id: web}, {id: api}]\n");
  const Organization firm = Firm();
  int found = 0;
  for (uint32_t seed = 2001; seed <= 2120 && !HasFailure(); ++seed) {
    const std::string text = PolicyWith(PolicyWriter(seed).WriteOfStatements());
    SCOPED_TRACE(StrCat("seed ", seed, "\n", text));
    const Policy policy = LoadOrDie(text);
    size_t fewest = facts.size() + 1;
    for (int way = 0; way < 243; ++way) {
      std::vector<v1::FixStep> steps;
      int rest = way;
      for (const std::string& fact : facts) {
        const int value = rest % 3;
        rest /= 3;
        if (value == 0) continue;
        steps.push_back(Step(v1::FIX_KIND_STATE, fact, v1::ENVIRONMENT_UNSPECIFIED,
                             value == 1 ? "true" : "false"));
      }
      if (steps.size() < fewest &&
          VerdictAfter(policy, firm, change, kQuestion, steps) == v1::VERDICT_ALLOWED) {
        fewest = steps.size();
      }
    }
    if (fewest == 0) continue;
    const FixSearch search = Search(policy, firm, change);
    ASSERT_EQ(search.fix.found(), fewest <= facts.size());
    if (!search.fix.found()) continue;
    ++found;
    EXPECT_EQ(static_cast<size_t>(search.fix.steps_size()), fewest)
        << search.fix.ShortDebugString();
    EXPECT_TRUE(search.fix.optimal());
  }
  EXPECT_GT(found, 60);
}

}  // namespace
}  // namespace changepolicy
