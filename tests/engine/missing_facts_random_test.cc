// Missing facts against the trying out of everything: random policies over a handful of facts, each
// way in which these can turn out decided, and the facts that decide counted by hand.
#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "tests/engine/example.h"

namespace changepolicy {
namespace {

struct TestFact {
  std::string path;
  std::vector<std::string> atoms;  // conditions that read it
  int values = 2;
  std::function<void(int, v1::ChangeRequest*)> set;  // to a value, from 0
};

TestFact OwnBool(const std::string& name) {
  return {StrCat("change.facts.", name),
          {StrCat("facts.", name)},
          2,
          [name](int value, v1::ChangeRequest* change) {
            (*change->mutable_facts())[name].set_bool_value(value == 1);
          }};
}

std::vector<TestFact> AllFacts() {
  std::vector<TestFact> facts = {OwnBool("a"), OwnBool("b"), OwnBool("c")};
  facts.push_back({"change.facts.t",
                   {"facts.t == \"x\"", "facts.t in [\"x\", \"y\"]", "facts.t != \"\""},
                   3,
                   [](int value, v1::ChangeRequest* change) {
                     const char* const kTexts[] = {"x", "y", "z"};
                     (*change->mutable_facts())["t"].set_string_value(kTexts[value]);
                   }});
  facts.push_back(
      {"change.impact.availability",
       {"change.impact.availability >= Effect.NONE", "change.impact.availability >= Effect.MEDIUM",
        "change.impact.availability == Effect.LOW"},
       4,
       [](int value, v1::ChangeRequest* change) {
         change->mutable_impact()->set_availability(static_cast<v1::Effect>(value + 1));
       }});
  facts.push_back({"change.impact.likelihood",
                   {"change.impact.likelihood == Likelihood.LIKELY"},
                   3,
                   [](int value, v1::ChangeRequest* change) {
                     change->mutable_impact()->set_likelihood(
                         static_cast<v1::Likelihood>(value + 1));
                   }});
  facts.push_back({"change.rollback.irreversible",
                   {"change.rollback.irreversible"},
                   2,
                   [](int value, v1::ChangeRequest* change) {
                     change->mutable_rollback()->set_irreversible(value == 1);
                   }});
  // The second in canonical order, the first in the caller's; critical or not, the order changes.
  facts.push_back({"change.services[1].critical",
                   {"change.services.exists(s, s.critical)", "change.services.all(s, s.critical)"},
                   2,
                   [](int value, v1::ChangeRequest* change) {
                     change->mutable_services(0)->set_critical(value == 1);
                   }});
  facts.push_back({"change.impact.answers[\"q\"]", {}, 3, [](int value, v1::ChangeRequest* change) {
                     const char* const kAnswers[] = {"no", "some", "yes"};
                     (*change->mutable_impact()->mutable_answers())["q"] = kAnswers[value];
                   }});
  return facts;
}

class PolicyWriter {
 public:
  PolicyWriter(uint32_t seed, const std::vector<TestFact>& facts) : random_(seed) {
    for (const TestFact& fact : facts) {
      atoms_.insert(atoms_.end(), fact.atoms.begin(), fact.atoms.end());
    }
    atoms_.emplace_back("true");
  }

  std::string Write() {
    std::string text = R"(
policy: {id: test, version: "1"}
clauses: {C: {title: a clause}}
roles: [engineer, lead]
evidence: {types: [unit]}
facts:
  - {name: a, type: BOOL, meaning: a fact}
  - {name: b, type: BOOL, meaning: a fact}
  - {name: c, type: BOOL, meaning: a fact}
  - {name: t, type: STRING, meaning: a text, values: [x, y, z]}
risk:
  levels: [{level: LOW, from: 0}, {level: MEDIUM, from: 2}, {level: HIGH, from: 4}]
  factors:
)";
    const size_t plain = atoms_.size();
    for (int i = Number(4); i >= 0; --i) {
      StrAppend(&text, "    - {id: factor-", i, ", points: ", 1 + Number(3),
                ", dimension: SECURITY, clause: C, applies_if: '", Expression(1, plain), "'}\n");
    }
    if (Number(3) == 0) {
      StrAppend(&text,
                "  questionnaire:\n"
                "    - {id: q, question: how, clause: C, answers: [{answer: 'no', points: 0}, "
                "{answer: some, points: 1}, {answer: 'yes', points: 4}]}\n"
                "  questionnaire_levels: [{level: LOW, from: 0}, {level: MEDIUM, from: 1}, "
                "{level: HIGH, from: 3}]\n");
    }
    if (Number(4) == 0) StrAppend(&text, Matrix());
    atoms_.emplace_back("risk.level >= RiskLevel.HIGH");
    atoms_.emplace_back("risk.level == RiskLevel.LOW");
    StrAppend(&text, "definitions:\n");
    for (const char* const name : {"one", "two"}) {
      StrAppend(&text, "  ", name, ": {is: '", Expression(2, atoms_.size()),
                "', meaning: a word, clause: C}\n");
    }
    StrAppend(&text, "categories:\n");
    for (const char* const category : {"EMERGENCY", "STANDARD"}) {
      StrAppend(&text, "  - {id: ", category[0] == 'E' ? "e" : "s", ", category: ", category,
                ", clause: C, applies_if: '", Expression(1, atoms_.size()), "'}\n");
    }
    StrAppend(&text, "  - {id: n, category: NORMAL, clause: C, applies_if: 'true'}\n");
    for (const char* const atom :
         {"category == Category.NORMAL", "category == Category.STANDARD", "one", "two"}) {
      atoms_.emplace_back(atom);
    }
    StrAppend(&text, "approvals:\n");
    StrAppend(&text,
              "  - {id: free, subjects: [CHANGE], at: DEPLOY, clause: C, needs: {none: true}, "
              "applies_if: '",
              Expression(1, atoms_.size()), "'}\n");
    StrAppend(&text,
              "  - {id: asked, subjects: [CHANGE], at: DEPLOY, clause: C, needs: {at_least: 1, of: "
              "{role: ",
              Number(2) == 0 ? "engineer" : "lead", "}}, applies_if: '",
              Expression(1, atoms_.size()), "'}\n");
    atoms_.emplace_back("approvals.complete");
    atoms_.emplace_back("approvals.people > 0");
    StrAppend(&text, "gates:\n");
    for (int i = Number(4); i >= 0; --i) {
      StrAppend(&text, "  - {id: gate-", i, ", subjects: [CHANGE], at: DEPLOY, clause: C, must: '",
                Expression(2, atoms_.size()), "'");
      if (Number(2) == 0) StrAppend(&text, ", applies_if: '", Expression(1, atoms_.size()), "'");
      StrAppend(&text, "}\n");
    }
    return text;
  }

  // Gates of a release over what is known of its changes.
  std::string WriteReleaseGates() {
    atoms_ = {"changes.all_allowed()", "changes.all_categorized()",
              "changes.highest_risk() == RiskLevel.LOW",
              "changes.highest_risk() >= RiskLevel.HIGH"};
    std::string text;
    for (int i = Number(2); i >= 0; --i) {
      StrAppend(&text, "  - {id: release-gate-", i,
                ", subjects: [RELEASE], at: DEPLOY, clause: C, must: '",
                Expression(2, atoms_.size()), "'}\n");
    }
    return text;
  }

  int Number(int below) { return static_cast<int>(random_() % static_cast<uint32_t>(below)); }

 private:
  std::string Expression(int depth, size_t atoms) {
    if (depth == 0) return atoms_[random_() % atoms];
    const auto part = [&] { return Expression(depth - 1, atoms); };
    switch (Number(6)) {
      case 0:
        return StrCat("(", part(), ") && (", part(), ")");
      case 1:
        return StrCat("(", part(), ") || (", part(), ")");
      case 2:
        return StrCat("!(", part(), ")");
      case 3:
        return StrCat("(", part(), ") ? (", part(), ") : (", part(), ")");
      default:
        return part();
    }
  }

  std::string Matrix() {
    std::string text = "  matrix:\n";
    const char* const kLevels[] = {"LOW", "MEDIUM", "HIGH"};
    int effect = 0;
    for (const char* const impact : {"NONE", "LOW", "MEDIUM", "HIGH"}) {
      int chance = 0;
      for (const char* const likelihood : {"RARE", "POSSIBLE", "LIKELY"}) {
        StrAppend(&text, "    - {impact: ", impact, ", likelihood: ", likelihood,
                  ", level: ", kLevels[(effect + chance++) / 2], "}\n");
      }
      ++effect;
    }
    return text;
  }

  std::mt19937 random_;
  std::vector<std::string> atoms_;
};

v1::ChangeRequest BareChange() {
  return SmallChange(R"(
services: [{id: z, client_facing: true}, {id: a, critical: false}]
impact: {performance: NONE, security: NONE, compliance: NONE, data_integrity: NONE,
         client_facing: NONE, third_party: NONE}
approvals: [{id: a1, by: bob, kind: APPROVED, happened_at: 2026-03-01T00:00:00Z}]
)");
}

v1::ChangeRequest* ChangeOf(v1::ChangeRequest* change) { return change; }
v1::ChangeRequest* ChangeOf(v1::Release* release) { return release->mutable_changes(0); }

const Question kQuestion = {.now = At("2026-03-02T10:00:00Z"), .transition = v1::TRANSITION_DEPLOY};

// Every way of the facts, and every way with one of them missing, decided.
template <typename Subject>
class Everything {
 public:
  Everything(const Engine& engine, const Subject& subject,
             const std::vector<const TestFact*>& facts)
      : engine_(engine), facts_(facts) {
    Decide(0, -1, subject, 0);
  }

  // In how many ways of the others the verdict is left to the fact, and how many these are.
  std::pair<int, int> Deciding(size_t fact) const {
    std::map<int64_t, std::set<int>> verdicts;  // by the way of the others
    const int64_t place = PlaceOf(fact);
    const int64_t size = facts_[fact]->values + 1;
    for (const auto& [way, verdict] : verdicts_) {
      const int64_t digit = way / place % size;
      // Only this one may be missing.
      bool others_stated = true;
      for (size_t i = 0; i < facts_.size(); ++i) {
        others_stated &= i == fact || way / PlaceOf(i) % (facts_[i]->values + 1) != 0;
      }
      if (others_stated) verdicts[way - digit * place].insert(verdict);
    }
    int deciding = 0;
    for (const auto& [way, seen] : verdicts) deciding += seen.size() > 1;
    return {deciding, static_cast<int>(verdicts.size())};
  }

 private:
  int64_t PlaceOf(size_t fact) const {
    int64_t place = 1;
    for (size_t i = 0; i < fact; ++i) place *= facts_[i]->values + 1;
    return place;
  }

  // A digit is 0 where the fact is missing.
  void Decide(size_t fact, int missing, const Subject& subject, int64_t way) {
    if (fact == facts_.size()) {
      verdicts_[way] = engine_.Decide(subject, kQuestion)->verdict();
      return;
    }
    for (int value = 0; value < facts_[fact]->values; ++value) {
      Subject stated = subject;
      facts_[fact]->set(value, ChangeOf(&stated));
      Decide(fact + 1, missing, stated, way + (value + 1) * PlaceOf(fact));
    }
    if (missing < 0) Decide(fact + 1, static_cast<int>(fact), subject, way);
  }

  const Engine& engine_;
  const std::vector<const TestFact*>& facts_;
  std::map<int64_t, int> verdicts_;
};

// What the test compares, and how much of it there was: a comparison of nothing shows nothing.
struct Tally {
  int matter = 0;
  int do_not = 0;
};

template <typename Subject>
void Compare(const Engine& engine, const Subject& subject,
             const std::vector<const TestFact*>& missing, Tally* tally) {
  Question question = kQuestion;
  question.detail = v1::DETAIL_FULL;
  const v1::Decision decision = *engine.Decide(subject, question);
  std::map<std::string, int> found;
  for (const v1::MissingFact& fact : decision.explanation().missing()) {
    // Which of the two changes comes first in canonical order depends on their bytes.
    std::string path = fact.path();
    if (path.starts_with("release.changes[1]")) path[sizeof("release.changes[") - 1] = '0';
    found[path] = fact.decides_permille();
    EXPECT_FALSE(fact.values().empty()) << fact.path();
    EXPECT_FALSE(fact.rules().empty()) << fact.path();
  }
  EXPECT_TRUE(decision.explanation().missing_exact());
  const Everything<Subject> everything(engine, subject, missing);
  for (size_t i = 0; i < missing.size(); ++i) {
    std::string path = missing[i]->path;
    if constexpr (std::is_same_v<Subject, v1::Release>) path.replace(0, 6, "release.changes[0]");
    const auto [deciding, ways] = everything.Deciding(i);
    const auto named = found.find(path);
    ++(deciding > 0 ? tally->matter : tally->do_not);
    EXPECT_EQ(deciding > 0, named != found.end())
        << path << " decides in " << deciding << " of " << ways << " ways";
    if (deciding > 0 && named != found.end()) {
      EXPECT_NEAR(1000.0 * deciding / ways, named->second, 1) << path;
      found.erase(named);
    }
  }
  for (const auto& [path, decides] : found) ADD_FAILURE() << path << " is not missing";
}

// A release of the change, of which everything else is known; `alone` without a second change.
v1::Release Around(const v1::ChangeRequest& change, const std::vector<TestFact>& facts, bool alone,
                   PolicyWriter* writer) {
  v1::ChangeRequest other = BareChange();
  other.set_id("C");
  for (const TestFact& fact : facts) fact.set(writer->Number(fact.values), &other);
  v1::Release release;
  release.set_id("R-1");
  release.set_state(v1::RELEASE_STATE_APPROVED);
  release.set_version("1.1.0");
  release.set_previous_version("1.0.0");
  *release.mutable_facts() = other.facts();
  *release.mutable_impact() = other.impact();
  *release.add_changes() = change;
  if (!alone) *release.add_changes() = other;
  return release;
}

void Try(uint32_t seed, size_t missing_count, bool release, Tally* tally) {
  const std::vector<TestFact> facts = AllFacts();
  PolicyWriter writer(seed, facts);
  std::string text = writer.Write();
  if (release) text += writer.WriteReleaseGates();
  SCOPED_TRACE(StrCat("seed ", seed, "\n", text));
  const Engine engine(LoadOrDie(text), Firm());
  v1::ChangeRequest change = BareChange();
  std::vector<const TestFact*> missing;
  std::vector<size_t> order(facts.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  for (size_t i = 0; i < order.size(); ++i) {
    std::swap(order[i], order[i + writer.Number(static_cast<int>(order.size() - i))]);
  }
  for (size_t i = 0; i < order.size(); ++i) {
    const TestFact& fact = facts[order[i]];
    if (i < missing_count) {
      missing.push_back(&fact);
    } else {
      fact.set(writer.Number(fact.values), &change);
    }
  }
  if (!release) {
    Compare(engine, change, missing, tally);
    return;
  }
  Compare(engine, Around(change, facts, seed % 2 == 0, &writer), missing, tally);
}

TEST(MissingFactsOfRandomPolicies, AreThoseThatDecideInSomeWay) {
  Tally tally;
  for (uint32_t seed = 1; seed <= 400 && !HasFailure(); ++seed) {
    Try(seed, 2 + seed % 4, false, &tally);
  }
  for (uint32_t seed = 1001; seed <= 1020 && !HasFailure(); ++seed) Try(seed, 6, false, &tally);
  EXPECT_GT(tally.matter, 200);
  EXPECT_GT(tally.do_not, 200);
}

TEST(MissingFactsOfRandomPolicies, AreThoseOfTheChangesOfAReleaseToo) {
  Tally tally;
  for (uint32_t seed = 2001; seed <= 2300 && !HasFailure(); ++seed) {
    Try(seed, 2 + seed % 3, true, &tally);
  }
  EXPECT_GT(tally.matter, 60);
  EXPECT_GT(tally.do_not, 60);
}

}  // namespace
}  // namespace changepolicy
