// On every policy that the project ships, over random changes: a stated fact that turns worse never
// lowers the level of risk, nor takes an approval away within a category; and a fact that becomes
// known never raises the level that was reported while it was not.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/engine.h"
#include "libchangepolicy/source/records.h"
#include "libchangepolicy/source/scalar.h"
#include "tests/policy/suites.h"

namespace changepolicy {
namespace {

constexpr char kNow[] = "2025-10-14T14:40:00Z";
constexpr int kChanges = 1000;  // for each policy, with two questions about each

// ---- The policies

struct Shipped {
  std::string name;
  Policy policy;
};

std::vector<Shipped> LoadShipped() {
  const std::filesystem::path top = CHANGEPOLICY_SOURCE_DIR;
  std::map<std::string, std::string> texts;  // by path
  for (const char* const folder : {"policies", "examples"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(top / folder)) {
      const std::string path = entry.path().string();
      if (!path.ends_with(".yaml")) continue;
      const std::string text = "\n" + *ReadTestFile(path);
      const bool is_policy = text.find("\npolicy:") != std::string::npos &&
                             (text.find("\ncategories:") != std::string::npos ||
                              text.find("\noverlay:") != std::string::npos);
      if (is_policy) texts[path] = text.substr(1);
    }
  }
  std::vector<Shipped> shipped;
  std::map<std::string, NamedText> bases;  // by id
  for (const auto& [path, text] : texts) {
    PolicyResult result = Policy::Load({{path, text}});
    if (!result.policy.has_value()) continue;  // an overlay, see below
    bases[result.policy->proto().policy().id()] = {path, text};
    shipped.push_back({path, *std::move(result.policy)});
  }
  for (const auto& [path, text] : texts) {
    if (("\n" + text).find("\noverlay:") == std::string::npos) continue;
    for (const auto& [id, base] : bases) {
      PolicyResult result = Policy::Load({base, {path, text}});
      if (result.policy.has_value()) shipped.push_back({path, *std::move(result.policy)});
    }
  }
  return shipped;
}

// ---- The facts

// One fact of a change and its values from the harmless to the worst; level -1 is not known.
struct Fact {
  std::string name;
  int levels;
  std::function<void(int level, v1::ChangeRequest*)> set;
};

void State(const std::string& field, v1::ChangeRequest* change) {
  v1::Statement& statement = *change->add_stated();
  statement.set_field(field);
  statement.set_by("hana");
}

// The first values of the list as far as the level goes; none at all is stated.
template <typename Enum, typename Adder>
Fact Growing(const std::string& field, std::vector<Enum> values, Adder add) {
  return {field, static_cast<int>(values.size()) + 1, [=](int level, v1::ChangeRequest* change) {
            if (level == 0) State(field, change);
            for (int i = 0; i < level; ++i) add(values[static_cast<size_t>(i)], change);
          }};
}

template <typename Setter>
Fact Effect(const std::string& name, Setter set) {
  return {"impact." + name, 4, [=](int level, v1::ChangeRequest* change) {
            set(change->mutable_impact(), static_cast<v1::Effect>(level + 1));
          }};
}

// False is either written, or stated of a field that looks unset.
template <typename Setter>
Fact Flag(const std::string& field, bool is_stated, Setter set) {
  return {field, 2, [=](int level, v1::ChangeRequest* change) {
            if (level == 0 && is_stated) {
              State(field, change);
            } else {
              set(change, level == 1);
            }
          }};
}

std::vector<Fact> FactsOf(const v1::Policy& policy, bool is_stated) {
  using Impact = v1::ImpactAssessment;
  std::vector<Fact> facts = {Effect("availability",
                                    [](Impact* i, v1::Effect e) { i->set_availability(e); }),
                             Effect("performance",
                                    [](Impact* i, v1::Effect e) { i->set_performance(e); }),
                             Effect("security",
                                    [](Impact* i, v1::Effect e) { i->set_security(e); }),
                             Effect("compliance",
                                    [](Impact* i, v1::Effect e) { i->set_compliance(e); }),
                             Effect("data_integrity",
                                    [](Impact* i, v1::Effect e) { i->set_data_integrity(e); }),
                             Effect("client_facing",
                                    [](Impact* i, v1::Effect e) { i->set_client_facing(e); }),
                             Effect("third_party",
                                    [](Impact* i, v1::Effect e) { i->set_third_party(e); }),
                             {"impact.likelihood", 3,
                              [](int level, v1::ChangeRequest* change) {
                                change->mutable_impact()->set_likelihood(
                                    static_cast<v1::Likelihood>(level + 1));
                              }},
                             Flag("impact.user_interface", is_stated,
                                  [](v1::ChangeRequest* c, bool on) {
                                    c->mutable_impact()->set_user_interface(on);
                                  }),
                             Flag("rollback.irreversible", is_stated,
                                  [](v1::ChangeRequest* c, bool on) {
                                    c->mutable_rollback()->set_irreversible(on);
                                  }),
                             {"schedule.expected_downtime", 2,
                              [](int level, v1::ChangeRequest* change) {
                                change->mutable_schedule()
                                    ->mutable_expected_downtime()
                                    ->set_seconds(3600 * level);
                              }},
                             Growing<v1::DataClass>(
                                 "impact.data_classes",
                                 {v1::DATA_CLASS_PUBLIC, v1::DATA_CLASS_INTERNAL,
                                  v1::DATA_CLASS_CONFIDENTIAL, v1::DATA_CLASS_PERSONAL,
                                  v1::DATA_CLASS_SENSITIVE_PERSONAL},
                                 [](v1::DataClass value, v1::ChangeRequest* c) {
                                   c->mutable_impact()->add_data_classes(value);
                                 }),
                             Growing<v1::ChangeKind>(
                                 "kinds",
                                 {v1::CHANGE_KIND_APPLICATION_CODE, v1::CHANGE_KIND_OS_UPDATE,
                                  v1::CHANGE_KIND_DATABASE_SCHEMA, v1::CHANGE_KIND_DATA_MIGRATION,
                                  v1::CHANGE_KIND_THIRD_PARTY_INTEGRATION},
                                 [](v1::ChangeKind value, v1::ChangeRequest* c) {
                                   c->add_kinds(value);
                                 }),
                             Growing<std::string>("third_parties", {"PayWell", "MailFast"},
                                                  [](const std::string& value,
                                                     v1::ChangeRequest* c) {
                                                    c->add_third_parties(value);
                                                  })};
  for (const v1::RiskQuestion& question : policy.risk().questionnaire()) {
    std::vector<v1::RiskAnswer> answers(question.answers().begin(), question.answers().end());
    std::stable_sort(answers.begin(), answers.end(),
                     [](const auto& a, const auto& b) { return a.points() < b.points(); });
    facts.push_back({"answer to " + question.id(), static_cast<int>(answers.size()),
                     [id = question.id(), answers](int level, v1::ChangeRequest* change) {
                       (*change->mutable_impact()->mutable_answers())[id] =
                           answers[static_cast<size_t>(level)].answer();
                     }});
  }
  // A service that the directory does not know, whose facts may each be known or not. Without it
  // they are nothing.
  facts.push_back({"services", 1, [](int, v1::ChangeRequest* change) {
                     if (change->services().empty()) change->add_services()->set_id("new-service");
                   }});
  const auto of_service = [&](const std::string& name, auto set) {
    facts.push_back({"services." + name, 2, [set](int level, v1::ChangeRequest* change) {
                       if (!change->services().empty()) {
                         set(change->mutable_services(0), level == 1);
                       }
                     }});
  };
  of_service("critical", [](v1::AffectedService* s, bool on) { s->set_critical(on); });
  of_service("client_facing", [](v1::AffectedService* s, bool on) { s->set_client_facing(on); });
  of_service("notice_owed", [](v1::AffectedService* s, bool on) { s->set_notice_owed(on); });
  return facts;
}

// ---- Random changes

class Random {
 public:
  explicit Random(uint64_t seed) : next_(seed) {}
  int Below(int bound) { return static_cast<int>(next_() % static_cast<uint64_t>(bound)); }
  bool OneIn(int n) { return Below(n) == 0; }

 private:
  std::mt19937_64 next_;
};

using Levels = std::vector<int>;

// What has nothing to do with the facts, the same for both of two changes that are compared.
v1::ChangeRequest Frame(Random* random) {
  v1::ChangeRequest change;
  change.set_id("C-1");
  change.set_team("product");
  change.mutable_people()->set_requester("hana");
  change.mutable_people()->add_authors("hana");
  change.add_environments(random->OneIn(3) ? v1::ENVIRONMENT_STAGING : v1::ENVIRONMENT_PRODUCTION);
  if (!random->OneIn(5)) change.set_urgency(static_cast<v1::Urgency>(1 + random->Below(4)));
  if (random->OneIn(4)) {
    v1::EmergencyBasis& basis = *change.add_emergency_basis();
    basis.set_kind(v1::BASIS_KIND_INCIDENT);
    basis.set_reference("INC-41");
  }
  if (random->OneIn(3)) change.set_change_model("monthly-os-patch");
  if (random->OneIn(3)) change.mutable_rollback()->set_known_good_state("the version before");
  return change;
}

// Mostly harmless, mostly known, so that every level of risk occurs.
Levels SomeLevels(const std::vector<Fact>& facts, Random* random) {
  const int unknown = 2 + random->Below(14);
  const int harmless = 1 + random->Below(6);
  Levels levels;
  for (const Fact& fact : facts) {
    levels.push_back(random->OneIn(unknown)             ? -1
                     : random->Below(harmless + 1) == 0 ? random->Below(fact.levels)
                                                        : 0);
  }
  return levels;
}

v1::ChangeRequest Build(v1::ChangeRequest change, const std::vector<Fact>& facts,
                        const Levels& levels) {
  for (size_t i = 0; i < facts.size(); ++i) {
    if (levels[i] >= 0) facts[i].set(levels[i], &change);
  }
  return change;
}

std::string Describe(const std::vector<Fact>& facts, const Levels& levels) {
  std::string text;
  for (size_t i = 0; i < facts.size(); ++i) {
    StrAppend(&text, "\n  ", facts[i].name, " ", levels[i], " of ", facts[i].levels);
  }
  return text;
}

// ---- What is compared

struct Seen {
  v1::RiskLevel risk;
  v1::Category category;
  bool category_is_known;
  std::set<std::string> approvals;  // rules that ask somebody, or may
};

Seen Ask(const Engine& engine, const v1::ChangeRequest& change, v1::Transition transition) {
  const auto decision =
      engine.Decide(change, {.now = *ReadInstant(kNow), .transition = transition});
  EXPECT_TRUE(decision.ok()) << decision.status();
  Seen seen{.risk = decision->risk().level(),
            .category = decision->categorization().category(),
            .category_is_known = decision->categorization().status() == v1::STATUS_SATISFIED};
  std::set<std::string> free;
  for (const v1::ApprovalRule& rule : engine.policy().proto().approvals()) {
    if (rule.needs().none()) free.insert(rule.id());
  }
  for (const v1::RuleOutcome& outcome : decision->outcomes()) {
    if (outcome.kind() == "approval" && outcome.status() != v1::STATUS_NOT_APPLICABLE &&
        free.count(outcome.rule()) == 0) {
      seen.approvals.insert(outcome.rule());
    }
  }
  return seen;
}

// Counts of what was really compared, so that a generator that compares nothing is noticed.
struct Compared {
  int risks = 0, approvals = 0, resolved = 0, higher = 0, lower = 0;
};

class Comparer {
 public:
  Comparer(const Shipped& shipped, const Organization& organization, uint64_t seed,
           Compared* compared)
      : shipped_(shipped),
        engine_(shipped.policy, organization),
        seed_(seed),
        random_(seed),
        facts_(FactsOf(shipped.policy.proto(), random_.OneIn(2))),
        compared_(*compared) {}

  void Run() {
    const v1::ChangeRequest frame = Frame(&random_);
    const Levels levels = SomeLevels(facts_, &random_);
    constexpr v1::Transition kSteps[] = {v1::TRANSITION_APPROVE, v1::TRANSITION_SCHEDULE,
                                         v1::TRANSITION_DEPLOY};
    const v1::Transition step = kSteps[random_.Below(3)];
    const Seen before = Ask(engine_, Build(frame, facts_, levels), step);
    std::vector<size_t> stated, unknown;
    for (size_t i = 0; i < facts_.size(); ++i) {
      if (levels[i] < 0) unknown.push_back(i);
      if (levels[i] >= 0 && levels[i] + 1 < facts_[i].levels) stated.push_back(i);
    }
    if (!stated.empty()) {
      const size_t fact =
          stated[static_cast<size_t>(random_.Below(static_cast<int>(stated.size())))];
      Levels worse = levels;
      worse[fact] += 1 + random_.Below(facts_[fact].levels - levels[fact] - 1);
      Worse(before, Ask(engine_, Build(frame, facts_, worse), step), fact, levels, worse);
    }
    if (!unknown.empty()) {
      const size_t fact =
          unknown[static_cast<size_t>(random_.Below(static_cast<int>(unknown.size())))];
      Levels known = levels;
      known[fact] = random_.Below(facts_[fact].levels);
      const Seen after = Ask(engine_, Build(frame, facts_, known), step);
      ++compared_.resolved;
      compared_.lower += after.risk < before.risk;
      EXPECT_LE(after.risk, before.risk) << Where(fact, levels, known);
    }
  }

 private:
  void Worse(const Seen& before, const Seen& after, size_t fact, const Levels& levels,
             const Levels& worse) {
    ++compared_.risks;
    compared_.higher += after.risk > before.risk;
    EXPECT_GE(after.risk, before.risk) << Where(fact, levels, worse);
    if (!before.category_is_known || !after.category_is_known ||
        before.category != after.category) {
      return;
    }
    ++compared_.approvals;
    EXPECT_TRUE(std::includes(after.approvals.begin(), after.approvals.end(),
                              before.approvals.begin(), before.approvals.end()))
        << Where(fact, levels, worse) << "\n"
        << testing::PrintToString(before.approvals) << " became "
        << testing::PrintToString(after.approvals);
  }

  std::string Where(size_t fact, const Levels& from, const Levels& to) const {
    return StrCat(shipped_.name, ", seed ", seed_, ": ", facts_[fact].name, " from ", from[fact],
                  " to ", to[fact], Describe(facts_, from));
  }

  const Shipped& shipped_;
  const Engine engine_;
  const uint64_t seed_;
  Random random_;
  const std::vector<Fact> facts_;
  Compared& compared_;
};

TEST(Monotone, WorseFactsAskForNoLessAndKnownOnesForNoMore) {
  const std::vector<Shipped> shipped = LoadShipped();
  // saas, starter, three overlays, four examples and their two overlays.
  ASSERT_GE(shipped.size(), 11u);
  OrganizationFiles files;
  const std::string path =
      std::string(CHANGEPOLICY_SOURCE_DIR) + "/examples/saas/organization.yaml";
  ASSERT_FALSE(HasErrors(files.Add(*ReadTestFile(path), Format::kAuto, path)));
  const OrganizationResult organization = Organization::Create(files.organization());
  ASSERT_TRUE(organization.organization.has_value());
  for (const Shipped& each : shipped) {
    Compared compared;
    for (int i = 0; i < kChanges && !HasFailure(); ++i) {
      Comparer(each, *organization.organization, static_cast<uint64_t>(i), &compared).Run();
    }
    EXPECT_GT(compared.risks, kChanges * 9 / 10) << each.name;
    EXPECT_GT(compared.resolved, kChanges / 2) << each.name;
    EXPECT_GT(compared.approvals, kChanges / 4) << each.name;
    if (each.policy.proto().risk().factors_size() > 5) {
      EXPECT_GT(compared.higher, kChanges / 40) << each.name;
      EXPECT_GT(compared.lower, kChanges / 40) << each.name;
    }
  }
}

}  // namespace
}  // namespace changepolicy
