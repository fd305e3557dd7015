// Small random organizations against the exhaustive search: what they ask is told twice, to the
// library as directory, policy and change, and to brute_force.h as numbers.
// CHANGEPOLICY_ORACLE_RUNS sets how many worlds (default 1,500); CHANGEPOLICY_ORACLE_SEED the first
// seed.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "libchangepolicy/approval/account.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "tests/approval/brute_force.h"
#include "tests/approval/world.h"

namespace changepolicy {
namespace {

int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoll(text);
}

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  int Below(int n) { return static_cast<int>(engine_() % static_cast<uint64_t>(n)); }
  bool Chance(int percent) { return Below(100) < percent; }
  // Not std::shuffle, whose result differs between libraries.
  template <typename List>
  void Shuffle(List* list) {
    for (int i = list->size() - 1; i > 0; --i) std::swap((*list)[i], (*list)[Below(i + 1)]);
  }
  template <typename T>
  void Shuffle(google::protobuf::RepeatedPtrField<T>* list) {
    for (int i = list->size() - 1; i > 0; --i) list->SwapElements(i, Below(i + 1));
  }

 private:
  std::mt19937_64 engine_;
};

std::string Id(int person) { return StrCat("p", person); }

// One world in both tellings.
struct Twin {
  World world;
  AssignmentProblem problem;               // all rules; its roots are theirs
  List<Numbers> slots_of;  // by rule
  bool joint = false;                  // the rules share a group, so that they are judged together
  std::vector<std::vector<bool>> own;  // by rule, voice: no other rule could ever want it

  AssignmentProblem Part(const Numbers& rules) const {
    AssignmentProblem part = problem;
    part.roots.clear();
    for (const int rule : rules) part.roots.push_back(problem.roots[rule]);
    return part;
  }

  // The rule with those voices alone that nobody else could want.
  AssignmentProblem OwnPart(int rule) const {
    AssignmentProblem part = Part({rule});
    for (size_t v = 0; v < part.voices.size(); ++v) {
      if (!own[rule][v]) part.voices[v].claims.clear();
    }
    return part;
  }
};

class Maker {
 public:
  explicit Maker(uint64_t seed) : random_(seed) {}

  Twin Make() {
    AddPeople();
    AddRoles();
    AddDelegations();
    AddRules();
    AddApprovals();
    AddCandidates();
    SayWhoIsOwn();
    return std::move(twin_);
  }

 private:
  World& world() { return twin_.world; }

  void AddPeople() {
    people_ = 2 + random_.Below(5);
    world().directory.clear_people();
    world().Directory("people { id: 'req' } people { id: 'dev' }");
    for (int p = 0; p < people_; ++p) {
      available_.push_back(random_.Chance(75));
      world().Directory(StrCat("people { id: '", Id(p), "' accounts: 'P", p, "@example.org' ",
                               available_[p] ? "" : "unavailable { }",
                               " open_requests: ", requests_.emplace_back(random_.Below(4)),
                               " seniority: ", grades_.emplace_back(random_.Below(3)), " }"));
    }
    declared_cost_ = random_.Chance(50);
    if (declared_cost_) {
      world().Policy("asking { unavailable: 5 per_open_request: 2 per_grade: -1 }");
    }
    barred_.assign(people_, false);
    if (random_.Chance(25)) {  // an author
      const int author = random_.Below(people_);
      world().Change(StrCat("people { authors: 'p", author, "@EXAMPLE.org' }"));
      barred_[author] = true;
    }
    if (random_.Chance(25)) {
      const int recused = random_.Below(people_);
      world().Approve(Id(recused), "kind: APPROVAL_KIND_RECUSED");
      barred_[recused] = true;
    }
    for (const char* nobody : {"stranger", "TBD"}) {
      if (random_.Chance(20)) world().Approve(nobody);
    }
  }

  void AddRoles() {
    for (int r = 0; r < 3; ++r) {
      std::vector<std::string> members;
      members_.emplace_back(people_, false);
      for (int p = 0; p < people_; ++p) {
        if (!random_.Chance(55)) continue;
        members_[r][p] = true;
        members.push_back(random_.Chance(50) ? Id(p) : StrCat("p", p, "@example.org"));
      }
      world().Role(StrCat("role", r), members);
    }
  }

  // From the lower number to the higher, so that there is no circle.
  void AddDelegations() {
    if (!random_.Chance(50)) return;
    for (int giver = 0; giver < people_; ++giver) {
      for (int taker = giver + 1; taker < people_; ++taker) {
        if (!random_.Chance(30)) continue;
        const int role = random_.Chance(50) ? -1 : random_.Below(3);
        delegated_[{taker, giver}] = role;
        world().Directory(Timed(StrCat("delegations { id: 'd", giver, taker, "' from: '", Id(giver),
                                       "' to: '", Id(taker), "' end @23 ",
                                       role < 0 ? "" : StrCat("roles: 'role", role, "'"), " }")));
      }
    }
  }

  void AddRules() {
    const int rules = random_.Chance(60) ? 1 : 2;
    named_groups_ = random_.Chance(40);
    sharing_ = random_.Chance(30);
    by_time_ = random_.Chance(30);
    int in_group[2] = {0, 0};
    for (rule_ = 0; rule_ < rules; ++rule_) {
      budget_ = rules == 1 ? 4 : 2;
      grouped_[0] = grouped_[1] = false;
      twin_.slots_of.emplace_back();
      auto [text, root] = Grow(2);
      world().Rule(text);
      twin_.problem.roots.push_back(root);
      for (const int group : {0, 1}) in_group[group] += grouped_[group] ? 1 : 0;
    }
    twin_.joint = in_group[0] > 1 || in_group[1] > 1;
  }

  int NewNode(RequirementNode node) {
    twin_.problem.nodes.push_back(std::move(node));
    return static_cast<int>(twin_.problem.nodes.size()) - 1;
  }

  std::pair<std::string, int> Grow(int depth) {
    if (random_.Chance(3)) return {"none: true", NewNode({})};
    if (depth == 0 || budget_ < 2 || random_.Chance(25)) return GrowSlot();
    const int count = std::min(budget_, 2 + random_.Below(2));
    const int kind = random_.Below(3);
    RequirementNode node;
    std::string text;
    const char* const names[] = {"all", "any", "among"};
    for (int i = 0; i < count; ++i) {
      const auto [child, number] = Grow(depth - 1);
      StrAppend(&text, names[kind], " { ", child, " } ");
      node.children.push_back(number);
      if (budget_ <= 0) break;
    }
    if (kind > 0) node.kind = RequirementNode::Kind::kSomeOf;
    if (kind == 1) node.at_least = 1;
    if (kind == 2) {
      node.at_least = 1 + random_.Below(static_cast<int>(node.children.size()));
      text = StrCat("some_of { at_least: ", node.at_least, " ", text, " }");
    }
    return {text, NewNode(std::move(node))};
  }

  std::pair<std::string, int> GrowSlot() {
    --budget_;
    const int role = random_.Below(3);
    AssignmentSlot slot;
    std::string text = StrCat("of { role: 'role", role, "' } ");
    if (random_.Chance(25)) {
      const int percent = 1 + random_.Below(100);
      int eligible = 0;
      for (int p = 0; p < people_; ++p) eligible += members_[role][p] && !barred_[p] ? 1 : 0;
      slot.needed = std::max(1, (eligible * percent + 99) / 100);
      StrAppend(&text, "percent: ", percent, " ");
    } else {
      slot.needed = random_.Chance(30) ? 2 : 1;
      StrAppend(&text, "at_least: ", slot.needed, " ");
    }
    slot.rule = rule_;
    for (const int group : {0, 1}) {
      if (!named_groups_ || !random_.Chance(40)) continue;
      slot.groups.push_back(group);
      grouped_[group] = true;
      StrAppend(&text, "distinct: '", group == 0 ? "eyes" : "hands", "' ");
    }
    slot.may_share = sharing_ && random_.Chance(50);
    if (slot.may_share) text += "may_share: true ";
    if (by_time_) {
      slot.stage = random_.Below(3);
      slot.strict = random_.Chance(60);
      StrAppend(&text, "stage: ", slot.stage, slot.strict ? " strict: true " : " ");
    }
    in_person_.push_back(random_.Chance(15));
    if (in_person_.back()) text += "in_person: true ";
    role_of_.push_back(role);
    RequirementNode node;
    node.kind = RequirementNode::Kind::kSlot;
    node.slot = static_cast<int>(twin_.problem.slots.size());
    twin_.slots_of.back().push_back(node.slot);
    twin_.problem.slots.push_back(slot);
    return {text, NewNode(std::move(node))};
  }

  void AddApprovals() {
    for (int p = 0; p < people_; ++p) {
      if (random_.Chance(45)) AddApproval(p, p);
    }
    for (const auto& [pair, role] : delegated_) {
      if (random_.Chance(60)) AddApproval(pair.first, pair.second);
    }
  }

  void AddApproval(int actor, int seat) {
    const int minute = random_.Below(5);
    world().Approve(random_.Chance(50) ? Id(actor) : StrCat(" P", actor, "@Example.org"),
                    Timed(StrCat("happened_at @11:0", minute,
                                 actor == seat ? "" : StrCat(" on_behalf_of: '", Id(seat), "'"))));
    if (barred_[actor] || barred_[seat]) return;
    Voice voice{actor, seat, {}};
    for (size_t s = 0; s < role_of_.size(); ++s) {
      if (!members_[role_of_[s]][seat]) continue;
      if (actor != seat) {
        const int given = delegated_[{actor, seat}];
        if (in_person_[s] || (given >= 0 && given != role_of_[s])) continue;
      }
      voice.claims.push_back(
          {static_cast<int>(s), static_cast<int>(twin_.problem.supports.size()), 1});
      twin_.problem.supports.push_back({absl::FromUnixSeconds(minute), 0, 0});
    }
    if (!voice.claims.empty()) twin_.problem.voices.push_back(std::move(voice));
  }

  void AddCandidates() {
    List<Candidate>& candidates = twin_.problem.candidates;
    for (int p = 0; p < people_; ++p) {
      if (barred_[p]) continue;
      Candidate candidate{p, available_[p] ? 0 : 1, {}};
      if (declared_cost_) candidate.cost = candidate.cost * 5 + requests_[p] * 2 - grades_[p];
      for (size_t s = 0; s < role_of_.size(); ++s) {
        if (members_[role_of_[s]][p]) candidate.slots.push_back(static_cast<int>(s));
      }
      if (!candidate.slots.empty()) candidates.push_back(std::move(candidate));
    }
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate& a, const Candidate& b) { return a.cost < b.cost; });
  }

  // Whoever is linked with somebody by delegations is wanted where these are.
  void SayWhoIsOwn() {
    Numbers circle(people_);
    for (int p = 0; p < people_; ++p) circle[p] = p;
    for (int round = 0; round < people_; ++round) {
      for (const auto& entry : delegated_) {
        const auto [one, other] = entry.first;
        circle[one] = circle[other] = std::min(circle[one], circle[other]);
      }
    }
    const auto wanted = [&](int person, int rule) {
      for (size_t s = 0; s < role_of_.size(); ++s) {
        if (twin_.problem.slots[s].rule != rule) continue;
        for (int p = 0; p < people_; ++p) {
          if (circle[p] == circle[person] && members_[role_of_[s]][p]) return true;
        }
      }
      return false;
    };
    const int rules = static_cast<int>(twin_.slots_of.size());
    twin_.own.resize(rules);
    for (int rule = 0; rule < rules; ++rule) {
      for (const Voice& voice : twin_.problem.voices) {
        bool own = true;
        for (int other = 0; other < rules; ++other) {
          if (other == rule) continue;
          own &= !wanted(voice.actor, other) && !wanted(voice.seat, other);
        }
        twin_.own[rule].push_back(own);
      }
    }
  }

  Random random_;
  Twin twin_;
  int people_ = 0;
  std::vector<bool> available_;
  Numbers requests_, grades_;
  bool declared_cost_ = false;
  std::vector<bool> barred_;                      // author or recused
  std::vector<std::vector<bool>> members_;        // by role, person
  std::map<std::pair<int, int>, int> delegated_;  // by delegate, giver: the role, -1 for all
  bool named_groups_ = false, sharing_ = false, by_time_ = false;
  bool grouped_[2] = {false, false};
  int rule_ = 0, budget_ = 0;
  Numbers role_of_;     // by slot
  std::vector<bool> in_person_;  // by slot
};

// The library's answers as the numbers of the problem.
struct Told {
  Numbers chosen;
  List<Numbers> holders;  // by slot
  Numbers further;               // candidates, sorted
  Numbers violating;             // of rules that cannot be met
};

int NumberOf(const std::string& id) { return std::atoi(id.c_str() + 1); }

void Read(const Twin& twin, int rule, const Answer& answer, Told* told) {
  const AssignmentProblem& problem = twin.problem;
  told->holders.resize(problem.slots.size());
  std::map<std::string, int> slot_at;  // by path
  ASSERT_EQ(answer.outcome.slots_size(), static_cast<int>(twin.slots_of[rule].size()));
  for (int i = 0; i < answer.outcome.slots_size(); ++i) {
    const v1::SlotOutcome& outcome = answer.outcome.slots(i);
    const int slot = twin.slots_of[rule][i];
    slot_at[outcome.path()] = slot;
    EXPECT_EQ(outcome.needed(), problem.slots[slot].needed);
    if (outcome.chosen()) told->chosen.push_back(slot);
    for (const v1::Assignment& assignment : outcome.assigned()) {
      const int actor = NumberOf(assignment.person());
      const int seat =
          assignment.on_behalf_of().empty() ? actor : NumberOf(assignment.on_behalf_of());
      const auto voice =
          std::find_if(problem.voices.begin(), problem.voices.end(),
                       [&](const Voice& v) { return v.actor == actor && v.seat == seat; });
      ASSERT_NE(voice, problem.voices.end()) << "no such voice: " << assignment.DebugString();
      told->holders[slot].push_back(static_cast<int>(voice - problem.voices.begin()));
    }
  }
  for (const v1::Suggestion& suggestion : answer.outcome.suggestions()) {
    const int person = NumberOf(suggestion.person());
    const auto candidate = std::find_if(problem.candidates.begin(), problem.candidates.end(),
                                        [&](const Candidate& c) { return c.person == person; });
    ASSERT_NE(candidate, problem.candidates.end()) << "suggested " << suggestion.person();
    const int number = static_cast<int>(candidate - problem.candidates.begin());
    told->holders[slot_at[suggestion.slot()]].push_back(static_cast<int>(problem.voices.size()) +
                                                        number);
    if (std::count(told->further.begin(), told->further.end(), number) == 0) {
      told->further.push_back(number);
    }
  }
  std::sort(told->further.begin(), told->further.end());
  std::sort(told->chosen.begin(), told->chosen.end());
  if (answer.outcome.violating_slots().empty()) return;
  for (const std::string& path : answer.outcome.violating_slots()) {
    if (slot_at.count(path) == 0) continue;  // of the other rule
    told->violating.push_back(slot_at[path]);
  }
}

// What the exhaustive search says of rules that are judged together.
struct Truth {
  bool complete = false, possible = false;
  std::pair<size_t, int64_t> fewest;  // people, and what asking them costs
};

Truth Search(const AssignmentProblem& problem) {
  Truth truth;
  for (const Numbers& branch : BranchesOf(problem)) {
    truth.complete |= CanFill(problem, branch, {});
    Numbers further;
    if (!BestFurther(problem, branch, &further)) continue;
    const auto rank = std::make_pair(further.size(), CostOf(problem, further));
    if (!truth.possible || rank < truth.fewest) truth.fewest = rank;
    truth.possible = true;
  }
  return truth;
}

int CountOf(const std::vector<Answer>& answers, v1::Status status) {
  return static_cast<int>(std::count_if(answers.begin(), answers.end(), [&](const Answer& answer) {
    return answer.status == status;
  }));
}

// The plan for some rules that were judged together, or asked about together: who fills which slots
// of which branch, and that nobody less could.
void ComparePlan(const Twin& twin, const Numbers& rules, const AssignmentProblem& problem,
                 const Truth& truth, const std::vector<Answer>& answers) {
  Told told;
  for (const int rule : rules) {
    Read(twin, rule, answers[rule], &told);
    EXPECT_FALSE(answers[rule].outcome.suggestions_may_exceed_minimum());
    EXPECT_EQ(answers[rule].status, truth.complete ? v1::STATUS_SATISFIED : v1::STATUS_UNSATISFIED);
  }
  const auto branches = BranchesOf(problem);
  EXPECT_EQ(std::count(branches.begin(), branches.end(), told.chosen), 1) << "no such branch";
  EXPECT_EQ(Fault(problem, told.chosen, told.further, told.holders), "");
  EXPECT_EQ(std::make_pair(told.further.size(), CostOf(problem, told.further)),
            truth.complete ? std::make_pair(size_t{0}, int64_t{0}) : truth.fewest);
}

// Of rules that are judged together, or of one. To `open` are added those for which somebody is to
// be asked.
void Compare(const Twin& twin, const Numbers& rules, const AssignmentProblem& problem,
             const std::vector<Answer>& answers, Numbers* open) {
  const Truth truth = Search(problem);
  if (truth.complete) return ComparePlan(twin, rules, problem, truth, answers);
  if (truth.possible) {
    open->insert(open->end(), rules.begin(), rules.end());
    return;
  }
  const bool some = std::any_of(rules.begin(), rules.end(), [&](int rule) {
    return answers[rule].status == v1::STATUS_UNSATISFIABLE;
  });
  EXPECT_TRUE(some);
  if (rules.size() > 1) return;  // of whom only those who quarrel are told why
  Told told;
  Read(twin, rules[0], answers[rules[0]], &told);
  EXPECT_EQ(told.violating, SmallestViolation(problem));
}

void CompareAll(const Twin& twin, const std::vector<Answer>& answers) {
  Numbers together, open;
  if (twin.joint) {
    const AssignmentProblem both = twin.Part({0, 1});
    const Truth truth = Search(both);
    if (truth.complete) return ComparePlan(twin, {0, 1}, both, truth, answers);
  }
  for (int rule = 0; rule < static_cast<int>(answers.size()); ++rule) {
    if (!twin.joint) {
      Compare(twin, {rule}, twin.Part({rule}), answers, &open);
    } else if (const AssignmentProblem own = twin.OwnPart(rule); Search(own).complete) {
      Compare(twin, {rule}, own, answers, &open);
    } else {
      together.push_back(rule);
    }
  }
  if (!together.empty()) Compare(twin, together, twin.Part(together), answers, &open);
  if (open.empty()) return;
  const AssignmentProblem asked = twin.Part(open);
  ComparePlan(twin, open, asked, Search(asked), answers);
}

// Runs `check` on many worlds, up to the first that fails.
template <typename Check>
void OnRandomWorlds(Check check) {
  const int64_t first = FromEnvironment("CHANGEPOLICY_ORACLE_SEED", 1);
  const int64_t runs = FromEnvironment("CHANGEPOLICY_ORACLE_RUNS", 1'500);
  for (int64_t seed = first; seed < first + runs; ++seed) {
    Twin twin = Maker(static_cast<uint64_t>(seed)).Make();
    // What the bounds cut, one world of a hundred thousand, is another question.
    twin.world.limits.search_nodes = twin.world.limits.suggestion_nodes = 10'000'000;
    Random random(static_cast<uint64_t>(seed) + 1'000'000);
    check(twin, &random);
    if (testing::Test::HasFailure()) {
      FAIL() << "CHANGEPOLICY_ORACLE_SEED=" << seed << "\n"
             << Dump(twin.problem) << twin.world.policy.DebugString()
             << twin.world.change.DebugString() << twin.world.directory.DebugString();
    }
  }
}

TEST(PropertyTest, AnswersAreThoseOfTheExhaustiveSearch) {
  std::map<v1::Status, int> seen;
  OnRandomWorlds([&](const Twin& twin, Random*) {
    World world = twin.world;
    const std::vector<Answer> answers = world.AskAll();
    for (const Answer& answer : answers) ++seen[answer.status];
    CompareAll(twin, answers);
  });
  // The worlds are such that each answer is common.
  for (const v1::Status status :
       {v1::STATUS_SATISFIED, v1::STATUS_UNSATISFIED, v1::STATUS_UNSATISFIABLE}) {
    EXPECT_GE(seen[status], FromEnvironment("CHANGEPOLICY_ORACLE_RUNS", 1'500) / 20) << status;
  }
}

// Whoever is suggested approves, stage by stage: then all is complete.
TEST(PropertyTest, SuggestionsSuffice) {
  OnRandomWorlds([](const Twin& twin, Random*) {
    World world = twin.world;
    const std::vector<Answer> answers = world.AskAll();
    if (CountOf(answers, v1::STATUS_UNSATISFIABLE) > 0) return;
    for (size_t rule = 0; rule < answers.size(); ++rule) {
      std::map<std::string, int> stage_at;
      for (int i = 0; i < answers[rule].outcome.slots_size(); ++i) {
        stage_at[answers[rule].outcome.slots(i).path()] =
            twin.problem.slots[twin.slots_of[rule][i]].stage;
      }
      for (const v1::Suggestion& one : answers[rule].outcome.suggestions()) {
        world.Approve(one.person(), Timed(StrCat("happened_at @12:0", 1 + stage_at[one.slot()])));
      }
    }
    world.At("2026-06-10T12:10:00Z");
    for (const Answer& answer : world.AskAll()) {
      EXPECT_EQ(answer.status, v1::STATUS_SATISFIED);
      EXPECT_EQ(answer.outcome.suggestions_size(), 0);
    }
  });
}

int SuggestedPeople(const std::vector<Answer>& answers) {
  std::set<std::string> people;
  for (const Answer& answer : answers) {
    for (const v1::Suggestion& one : answer.outcome.suggestions()) people.insert(one.person());
  }
  return static_cast<int>(people.size());
}

TEST(PropertyTest, OneMoreApprovalNeverMakesItWorse) {
  OnRandomWorlds([](const Twin& twin, Random* random) {
    World world = twin.world;
    std::vector<Answer> before = world.AskAll();
    for (int more = 0; more < 3; ++more) {
      const int person = random->Below(6);
      const int seat = random->Below(6);
      world.Approve(Id(person), random->Chance(70) ? "" : StrCat("on_behalf_of: 'p", seat, "'"));
      std::vector<Answer> after = world.AskAll();
      for (size_t rule = 0; rule < before.size(); ++rule) {
        if (before[rule].status == v1::STATUS_SATISFIED) {
          EXPECT_EQ(after[rule].status, v1::STATUS_SATISFIED);
        }
        EXPECT_EQ(before[rule].status == v1::STATUS_UNSATISFIABLE,
                  after[rule].status == v1::STATUS_UNSATISFIABLE);
      }
      EXPECT_LE(SuggestedPeople(after), SuggestedPeople(before));
      before = std::move(after);
    }
  });
}

// Where slots ask for a number of people, a smaller roster opens nothing.
TEST(PropertyTest, OneEligiblePersonLessNeverOpensAnything) {
  OnRandomWorlds([](const Twin& twin, Random* random) {
    World world = twin.world;
    if (world.policy.DebugString().find("percent:") != std::string::npos) return;
    std::vector<Answer> before = world.AskAll();
    for (int less = 0; less < 3; ++less) {
      v1::Role& role = *world.directory.mutable_roles(random->Below(world.directory.roles_size()));
      if (role.members().empty()) continue;
      role.mutable_members()->DeleteSubrange(random->Below(role.members_size()), 1);
      std::vector<Answer> after = world.AskAll();
      // A rule that waits for another of its group is freed where they no longer compete; all of
      // them together are not.
      const int all = static_cast<int>(before.size());
      if (CountOf(before, v1::STATUS_SATISFIED) < all) {
        EXPECT_LT(CountOf(after, v1::STATUS_SATISFIED), all);
      }
      for (size_t rule = 0; !twin.joint && rule < before.size(); ++rule) {
        if (before[rule].status == v1::STATUS_SATISFIED) continue;
        EXPECT_NE(after[rule].status, v1::STATUS_SATISFIED);
      }
      before = std::move(after);
    }
  });
}

// A person is whoever their accounts say, whatever these are called and whichever of them is used.
TEST(PropertyTest, NamesOfAccountsNeverMatter) {
  OnRandomWorlds([](const Twin& twin, Random* random) {
    World world = twin.world;
    const std::vector<Answer> before = world.AskAll();
    std::map<std::string, std::vector<std::string>> names;  // by folded account
    for (v1::Person& person : *world.directory.mutable_people()) {
      std::vector<std::string> known = {person.id()};
      known.insert(known.end(), person.accounts().begin(), person.accounts().end());
      person.clear_accounts();
      std::vector<std::string> renamed = {person.id(), StrCat("  ", person.id())};
      for (int i = 0; i < 3; ++i) {
        person.add_accounts(StrCat("Account", random->Below(1'000'000), "-", person.id()));
        renamed.push_back(person.accounts(i));
        renamed.push_back(FoldAccount(person.accounts(i)));
      }
      for (const std::string& name : known) names[FoldAccount(name)] = renamed;
    }
    const auto rename = [&](std::string* account) {
      const auto found = names.find(FoldAccount(*account));
      if (found == names.end()) return;
      *account = found->second[random->Below(static_cast<int>(found->second.size()))];
    };
    for (v1::Approval& approval : *world.change.mutable_approvals()) {
      rename(approval.mutable_by());
      if (!approval.on_behalf_of().empty()) rename(approval.mutable_on_behalf_of());
    }
    for (std::string& author : *world.change.mutable_people()->mutable_authors()) rename(&author);
    for (v1::Role& role : *world.directory.mutable_roles()) {
      for (std::string& member : *role.mutable_members()) rename(&member);
    }
    for (v1::Delegation& delegation : *world.directory.mutable_delegations()) {
      rename(delegation.mutable_from());
      rename(delegation.mutable_to());
    }
    const std::vector<Answer> after = world.AskAll();
    for (size_t rule = 0; rule < before.size(); ++rule) {
      EXPECT_EQ(after[rule].status, before[rule].status);
      EXPECT_EQ(after[rule].outcome.DebugString(), before[rule].outcome.DebugString());
    }
  });
}

TEST(PropertyTest, AVetoStopsWhateverIsSatisfied) {
  OnRandomWorlds([](const Twin& twin, Random* random) {
    World world = twin.world;
    const std::vector<Answer> before = world.AskAll();
    const std::vector<Answer> after =
        world.Change(StrCat("vetoes { id: 'v' by: 'p", random->Below(6), "' }")).AskAll();
    for (size_t rule = 0; rule < before.size(); ++rule) {
      const bool never = before[rule].status == v1::STATUS_UNSATISFIABLE;
      EXPECT_EQ(after[rule].status, never ? v1::STATUS_UNSATISFIABLE : v1::STATUS_UNSATISFIED);
      EXPECT_EQ(after[rule].outcome.vetoes_size(), 1);
    }
  });
}

TEST(PropertyTest, OrderNeverMatters) {
  OnRandomWorlds([](const Twin& twin, Random* random) {
    World world = twin.world;
    const std::vector<Answer> before = world.AskAll();
    const std::vector<absl::Time> changes = world.changes;
    random->Shuffle(world.directory.mutable_people());
    random->Shuffle(world.directory.mutable_roles());
    random->Shuffle(world.directory.mutable_delegations());
    for (v1::Role& role : *world.directory.mutable_roles()) random->Shuffle(role.mutable_members());
    random->Shuffle(world.change.mutable_approvals());
    std::vector<Answer> after = world.AskAll();
    EXPECT_EQ(world.changes, changes);
    for (size_t rule = 0; rule < before.size(); ++rule) {
      EXPECT_EQ(after[rule].status, before[rule].status);
      EXPECT_EQ(after[rule].outcome.DebugString(), before[rule].outcome.DebugString());
    }
    // The order of rules is one of preference where they share a group, or ask together: who is
    // short of people and who is asked depends on it, and whether all have enough does not.
    std::reverse(world.policy.mutable_approvals()->begin(),
                 world.policy.mutable_approvals()->end());
    after = world.AskAll();
    std::reverse(after.begin(), after.end());
    const bool together = CountOf(before, v1::STATUS_UNSATISFIED) > 1;
    for (size_t rule = 0; rule < before.size() && !twin.joint; ++rule) {
      EXPECT_EQ(after[rule].status, before[rule].status);
      if (together) continue;
      EXPECT_EQ(after[rule].outcome.DebugString(), before[rule].outcome.DebugString());
    }
    const int all = static_cast<int>(before.size());
    EXPECT_EQ(CountOf(after, v1::STATUS_SATISFIED) == all,
              CountOf(before, v1::STATUS_SATISFIED) == all);
    EXPECT_EQ(CountOf(after, v1::STATUS_UNSATISFIABLE) > 0,
              CountOf(before, v1::STATUS_UNSATISFIABLE) > 0);
    if (CountOf(before, v1::STATUS_UNSATISFIABLE) == 0) {
      EXPECT_EQ(SuggestedPeople(after), SuggestedPeople(before));
    }
  });
}

}  // namespace
}  // namespace changepolicy
