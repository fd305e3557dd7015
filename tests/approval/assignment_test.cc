// The assignment against a brute-force solver: every small instance up to a bound, and random ones
// with all that makes it hard. CHANGEPOLICY_ORACLE_RUNS sets how many (default 4,000);
// CHANGEPOLICY_ORACLE_SEED the first seed.
#include "libchangepolicy/approval/assignment.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <random>

#include "gtest/gtest.h"
#include "libchangepolicy/approval/matching.h"
#include "tests/approval/brute_force.h"

namespace changepolicy {
namespace {

using Kind = AssignmentSolution::Kind;

int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoll(text);
}

absl::Time At(int64_t second) { return absl::FromUnixSeconds(second); }

void AddVoice(int actor, int seat, const Numbers& slots, absl::Time at,
              AssignmentProblem* problem) {
  if (slots.empty()) return;
  Voice voice{actor, seat, {}};
  for (const int slot : slots) {
    voice.claims.push_back({slot, static_cast<int>(problem->supports.size()), 1});
    problem->supports.push_back({at, 0, 0});
  }
  problem->voices.push_back(std::move(voice));
}

// All slots in one conjunction.
void RequireAll(AssignmentProblem* problem) {
  RequirementNode root;
  for (size_t s = 0; s < problem->slots.size(); ++s) {
    RequirementNode leaf;
    leaf.kind = RequirementNode::Kind::kSlot;
    leaf.slot = static_cast<int>(s);
    problem->nodes.push_back(leaf);
    root.children.push_back(static_cast<int>(s));
  }
  problem->roots = {static_cast<int>(problem->nodes.size())};
  problem->nodes.push_back(root);
}

// Holds the real solution against every branch and every set of candidates.
void Compare(const AssignmentProblem& problem) {
  const AssignmentSolution solution = SolveAssignment(problem);
  ASSERT_NE(solution.kind, Kind::kExhausted);
  bool complete = false;
  bool possible = false;
  Numbers best;
  const auto rank = [&](const Numbers& set) {
    return std::make_pair(set.size(), CostOf(problem, set));
  };
  for (const Numbers& branch : BranchesOf(problem)) {
    complete |= CanFill(problem, branch, {});
    Numbers further;
    if (!BestFurther(problem, branch, &further)) continue;
    if (!possible || rank(further) < rank(best)) best = further;
    possible = true;
  }
  const Kind expected = complete   ? Kind::kComplete
                        : possible ? Kind::kIncomplete
                                   : Kind::kImpossible;
  ASSERT_EQ(static_cast<int>(solution.kind), static_cast<int>(expected));
  if (solution.kind == Kind::kImpossible) {
    EXPECT_TRUE(solution.violating_is_minimum);
    EXPECT_EQ(solution.violating, SmallestViolation(problem));
    return;
  }
  EXPECT_EQ(Fault(problem, solution.chosen, solution.further, solution.holders), "");
  const auto branches = BranchesOf(problem);
  EXPECT_EQ(std::count(branches.begin(), branches.end(), solution.chosen), 1);
  if (solution.kind == Kind::kComplete) {
    EXPECT_TRUE(solution.further.empty());
    return;
  }
  EXPECT_TRUE(solution.further_is_minimum);
  EXPECT_EQ(rank(solution.further), rank(best));
  Numbers earliest;
  ASSERT_TRUE(BestFurther(problem, solution.chosen, &earliest));
  EXPECT_EQ(solution.further, earliest);
}

// Trees over three slots, by the children of the nodes above them.
void AddSmallTree(int tree, AssignmentProblem* problem) {
  using Node = RequirementNode;
  for (int s = 0; s < 3; ++s) {
    Node leaf;
    leaf.kind = Node::Kind::kSlot;
    leaf.slot = s;
    problem->nodes.push_back(leaf);
  }
  const auto add = [&](int at_least, Numbers children) {
    Node node;
    node.kind = at_least == 0 ? Node::Kind::kAll : Node::Kind::kSomeOf;
    node.at_least = at_least;
    node.children = std::move(children);
    problem->nodes.push_back(node);
    problem->roots = {static_cast<int>(problem->nodes.size()) - 1};
    return problem->roots[0];
  };
  switch (tree) {
    case 0:
      add(0, {0, 1, 2});
      break;
    case 1:
      add(1, {0, 1, 2});
      break;
    case 2:
      add(2, {0, 1, 2});
      break;
    case 3:
      add(1, {0, add(0, {1, 2})});
      break;
    default:
      add(0, {0, add(1, {1, 2})});
  }
}
constexpr int kSmallTrees = 5;

// Slots that keep apart by pairs: one group for each pair.
void AddSmallConflicts(int pairs, AssignmentProblem* problem) {
  constexpr int kPairs[3][2] = {{0, 1}, {0, 2}, {1, 2}};
  for (int s = 0; s < 3; ++s) problem->slots[s].groups = {10 + s};
  for (int pair = 0; pair < 3; ++pair) {
    if ((pairs >> pair & 1) == 0) continue;
    for (const int s : kPairs[pair]) problem->slots[s].groups.push_back(20 + pair);
  }
}

// Three slots of one or two people each, every tree over them, every choice of pairs that keep
// apart, and every set of people of whom each is eligible for some of the slots and has approved or
// not. CHANGEPOLICY_ORACLE_PEOPLE sets how many people there are at most.
TEST(AssignmentOracleTest, EverySmallInstance) {
  const int64_t most = FromEnvironment("CHANGEPOLICY_ORACLE_PEOPLE", 3);
  constexpr int kTypes = 14;  // eligible for 1 to 7 as a set of bits, silent or not
  List<Numbers> crowds = {{}};
  for (size_t next = 0; next < crowds.size(); ++next) {
    if (static_cast<int64_t>(crowds[next].size()) == most) continue;
    for (int type = crowds[next].empty() ? 0 : crowds[next].back(); type < kTypes; ++type) {
      Numbers larger = crowds[next];
      larger.push_back(type);
      crowds.push_back(std::move(larger));
    }
  }
  for (const Numbers& crowd : crowds) {
    for (int variant = 0; variant < 8 * 8 * kSmallTrees; ++variant) {
      AssignmentProblem problem;
      problem.slots.resize(3);
      for (int s = 0; s < 3; ++s) problem.slots[s].needed = (variant >> s & 1) != 0 ? 2 : 1;
      AddSmallConflicts(variant / 8 % 8, &problem);
      AddSmallTree(variant / 64, &problem);
      for (size_t p = 0; p < crowd.size(); ++p) {
        const int person = static_cast<int>(p);
        Numbers slots;
        for (int s = 0; s < 3; ++s) {
          if (((crowd[p] / 2 + 1) >> s & 1) != 0) slots.push_back(s);
        }
        if (crowd[p] % 2 == 1) AddVoice(person, person, slots, At(person), &problem);
        problem.candidates.push_back({person, 0, slots});
      }
      Compare(problem);
      if (HasFailure()) FAIL() << Dump(problem);
    }
  }
}

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  int Below(int n) { return static_cast<int>(engine_() % static_cast<uint64_t>(n)); }
  bool Chance(int percent) { return Below(100) < percent; }

 private:
  std::mt19937_64 engine_;
};

void AddTree(Random& random, AssignmentProblem* problem) {
  Numbers open;
  for (size_t s = 0; s < problem->slots.size(); ++s) {
    RequirementNode leaf;
    leaf.kind = RequirementNode::Kind::kSlot;
    leaf.slot = static_cast<int>(s);
    open.push_back(static_cast<int>(problem->nodes.size()));
    problem->nodes.push_back(leaf);
  }
  while (open.size() > 1) {
    const int count = std::min<int>(2 + random.Below(2), static_cast<int>(open.size()));
    RequirementNode node;
    node.children.assign(open.begin(), open.begin() + count);
    open.erase(open.begin(), open.begin() + count);
    if (random.Chance(60)) {
      node.kind = RequirementNode::Kind::kSomeOf;
      node.at_least = 1 + random.Below(count);
    }
    open.push_back(static_cast<int>(problem->nodes.size()));
    problem->nodes.push_back(node);
  }
  problem->roots = {open.front()};
}

AssignmentProblem Hard(Random& random) {
  AssignmentProblem problem;
  const int slots = 1 + random.Below(4);
  const int people = 1 + random.Below(5);
  const bool families = random.Chance(30);
  const bool strict = random.Chance(30);
  const bool sharing = random.Chance(30);
  const bool groups = random.Chance(40);
  const bool delegates = random.Chance(40);
  const bool costs = random.Chance(50);
  for (int s = 0; s < slots; ++s) {
    AssignmentSlot slot;
    slot.needed = random.Chance(25) ? 2 : 1;
    for (int group = 0; groups && group < 3; ++group) {
      if (random.Chance(40)) slot.groups.push_back(group);
    }
    slot.rule = groups ? random.Below(2) : 0;
    slot.may_share = sharing && random.Chance(50);
    slot.stage = strict ? random.Below(3) : 0;
    slot.strict = strict && random.Chance(60);
    // A family is one requirement: neighbours that differ only in whom they ask.
    if (families && s > 0 && random.Chance(60)) {
      slot = problem.slots.back();
      if (slot.family < 0) slot.family = problem.slots.back().family = s;
    }
    problem.slots.push_back(slot);
  }
  random.Chance(50) ? RequireAll(&problem) : AddTree(random, &problem);
  List<Numbers> eligible(people);
  for (auto& list : eligible) {
    for (int s = 0; s < slots; ++s) {
      if (random.Chance(55)) list.push_back(s);
    }
  }
  for (int p = 0; p < people; ++p) {
    if (random.Chance(45)) AddVoice(p, p, eligible[p], At(random.Below(4)), &problem);
  }
  for (int actor = 0; delegates && actor < people; ++actor) {
    const int seat = random.Below(people);
    if (seat == actor || !random.Chance(50)) continue;
    AddVoice(actor, seat, eligible[seat], At(random.Below(4)), &problem);
  }
  for (int p = 0; p < people; ++p) {
    const int64_t cost = costs ? random.Below(9) - 2 : p % 3 == 0 ? 1 : 0;
    if (!eligible[p].empty()) problem.candidates.push_back({p, cost, eligible[p]});
  }
  std::stable_sort(problem.candidates.begin(), problem.candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.cost < b.cost; });
  problem.search_nodes = problem.suggestion_nodes = 10'000'000;
  return problem;
}

TEST(AssignmentOracleTest, RandomInstances) {
  const int64_t first = FromEnvironment("CHANGEPOLICY_ORACLE_SEED", 1);
  const int64_t runs = FromEnvironment("CHANGEPOLICY_ORACLE_RUNS", 4'000);
  for (int64_t seed = first; seed < first + runs; ++seed) {
    Random random(static_cast<uint64_t>(seed));
    const AssignmentProblem problem = Hard(random);
    Compare(problem);
    if (HasFailure()) FAIL() << "CHANGEPOLICY_ORACLE_SEED=" << seed << "\n" << Dump(problem);
  }
}

TEST(AssignmentTest, NothingNeededIsComplete) {
  AssignmentProblem problem;
  RequireAll(&problem);
  EXPECT_EQ(SolveAssignment(problem).kind, Kind::kComplete);
}

// k of 2k slots that ask in pairs for the same people: as a choice among sets it is hard.
AssignmentProblem HardChoice() {
  AssignmentProblem problem;
  RequirementNode root;
  root.kind = RequirementNode::Kind::kSomeOf;
  constexpr int kSlots = 24;
  for (int s = 0; s < kSlots; ++s) {
    AssignmentSlot slot;
    slot.needed = 2;
    problem.slots.push_back(slot);
    RequirementNode leaf;
    leaf.kind = RequirementNode::Kind::kSlot;
    leaf.slot = s;
    problem.nodes.push_back(leaf);
    root.children.push_back(s);
  }
  // 23 people for 12 slots of two each.
  root.at_least = 12;
  problem.roots = {kSlots};
  problem.nodes.push_back(root);
  Numbers all;
  for (int s = 0; s < kSlots; ++s) all.push_back(s);
  for (int p = 0; p < 23; ++p) AddVoice(p, p, all, At(0), &problem);
  return problem;
}

TEST(AssignmentTest, BeyondTheBoundItSaysSo) {
  AssignmentProblem problem = HardChoice();
  problem.search_nodes = 1'000;
  EXPECT_EQ(SolveAssignment(problem).kind, Kind::kExhausted);
}

TEST(AssignmentTest, SuggestionsBeyondTheBoundAreMarked) {
  // Services owned crosswise: the fewest owners are a covering problem.
  AssignmentProblem problem;
  Random random(7);
  for (int s = 0; s < 14; ++s) {
    AssignmentSlot slot;
    slot.family = 0;
    problem.slots.push_back(slot);
  }
  RequireAll(&problem);
  for (int p = 0; p < 60; ++p) {
    Candidate candidate{p, 0, {}};
    for (int s = 0; s < 14; ++s) {
      if (random.Chance(20)) candidate.slots.push_back(s);
    }
    if (!candidate.slots.empty()) problem.candidates.push_back(candidate);
  }
  problem.suggestion_nodes = 200;
  const AssignmentSolution solution = SolveAssignment(problem);
  ASSERT_EQ(solution.kind, Kind::kIncomplete);
  EXPECT_FALSE(solution.further_is_minimum);
  EXPECT_EQ(Fault(problem, solution.chosen, solution.further, solution.holders), "");
}

TEST(AssignmentTest, WhatCouldStillCompleteItIsNeverGuessed) {
  // Two services and somebody for each: it is not complete, and whether it could be is not known
  // before anything was tried.
  AssignmentProblem problem;
  problem.slots.resize(2);
  for (AssignmentSlot& slot : problem.slots) slot.family = 0;
  RequireAll(&problem);
  problem.candidates = {{0, 0, {0}}, {1, 0, {1}}};
  EXPECT_EQ(SolveAssignment(problem).kind, Kind::kIncomplete);
  problem.suggestion_nodes = 0;
  const AssignmentSolution solution = SolveAssignment(problem);
  EXPECT_EQ(solution.kind, Kind::kExhausted);
  EXPECT_TRUE(solution.further.empty());
  EXPECT_TRUE(solution.violating.empty());
}

// Whoever covers the most comes first to mind, and the set that comes first in order is no cheaper.
TEST(AssignmentTest, OfSetsOfOneSizeTheCheapestIsTaken) {
  AssignmentProblem problem;
  problem.slots.resize(4);
  for (AssignmentSlot& slot : problem.slots) slot.family = 0;
  RequireAll(&problem);
  problem.candidates = {{0, 0, {3}}, {1, 1, {0, 1}}, {2, 2, {2, 3}}, {3, 9, {0, 1, 2}}};
  const AssignmentSolution solution = SolveAssignment(problem);
  EXPECT_EQ(solution.kind, Kind::kIncomplete);
  EXPECT_EQ(solution.further, (Numbers{1, 2}));
  EXPECT_TRUE(solution.further_is_minimum);
}

// Fifty of a hundred slots, of which 49 have somebody: no set of them has to be tried.
TEST(AssignmentTest, ALargeQuorumOfSlotsIsSettled) {
  AssignmentProblem problem;
  RequirementNode root;
  root.kind = RequirementNode::Kind::kSomeOf;
  root.at_least = 50;
  problem.slots.resize(100);
  for (int s = 0; s < 100; ++s) {
    RequirementNode leaf;
    leaf.kind = RequirementNode::Kind::kSlot;
    leaf.slot = s;
    problem.nodes.push_back(leaf);
    root.children.push_back(s);
    if (s % 2 == 1) problem.candidates.push_back({1'000 + s, 0, {s}});
    if (s % 2 == 0 && s < 98) AddVoice(s, s, {s}, At(0), &problem);
  }
  problem.roots = {100};
  problem.nodes.push_back(root);
  const AssignmentSolution solution = SolveAssignment(problem);
  EXPECT_EQ(solution.kind, Kind::kIncomplete);
  EXPECT_EQ(solution.further.size(), 1u);
}

// 3,000 people, for each of whom the same busybody has approved as well as a delegate of their own.
TEST(AssignmentTest, ABusyDelegateIsNoDeepSearch) {
  constexpr int kSeats = 3'000;
  AssignmentProblem problem;
  problem.slots.resize(1);
  problem.slots[0].needed = kSeats;
  RequireAll(&problem);
  for (int seat = 1; seat <= kSeats; ++seat) AddVoice(0, seat, {0}, At(0), &problem);
  for (int seat = 1; seat <= kSeats; ++seat) AddVoice(kSeats + seat, seat, {0}, At(0), &problem);
  const AssignmentSolution solution = SolveAssignment(problem);
  EXPECT_EQ(solution.kind, Kind::kComplete);
  EXPECT_EQ(Fault(problem, {0}, {}, solution.holders), "");
  // Two actors who each could speak for most of them: where that is too few, it is seen at once.
  problem.voices.clear();
  for (int seat = 1; seat <= kSeats; ++seat) AddVoice(seat % 2, 2 + seat, {0}, At(0), &problem);
  EXPECT_EQ(SolveAssignment(problem).kind, Kind::kImpossible);
}

TEST(AssignmentTest, AViolationBeyondTheBoundIsMarked) {
  // Twelve slots for whoever comes, six of them only for five people: the smallest violation is one
  // of six slots among many that are none.
  AssignmentProblem problem;
  problem.slots.resize(12);
  RequireAll(&problem);
  for (int p = 0; p < 11; ++p) {
    Candidate candidate{p, 0, {}};
    for (int s = 0; s < 12; ++s) {
      if (p >= 5 ? s < 6 : true) candidate.slots.push_back(s);
    }
    problem.candidates.push_back(candidate);
  }
  AssignmentSolution solution = SolveAssignment(problem);
  EXPECT_EQ(solution.kind, Kind::kImpossible);
  EXPECT_TRUE(solution.violating_is_minimum);
  EXPECT_EQ(solution.violating, (Numbers{6, 7, 8, 9, 10, 11}));
  // Without a search it is still one that has no slot to spare.
  problem.suggestion_nodes = 1;
  solution = SolveAssignment(problem);
  EXPECT_EQ(solution.kind, Kind::kImpossible);
  EXPECT_FALSE(solution.violating_is_minimum);
  EXPECT_EQ(solution.violating, (Numbers{6, 7, 8, 9, 10, 11}));
}

TEST(AssignmentTest, LargeConjunctionTakesMilliseconds) {
  // 10,000 people in 40 overlapping groups, 5 slots for each group, everybody has approved.
  constexpr int kPeople = 10'000;
  constexpr int kGroups = 40;
  Random random(3);
  AssignmentProblem problem;
  for (int s = 0; s < 5 * kGroups; ++s) {
    AssignmentSlot slot;
    slot.needed = 45;
    problem.slots.push_back(slot);
  }
  RequireAll(&problem);
  for (int p = 0; p < kPeople; ++p) {
    Numbers slots;
    for (int g = 0; g < kGroups; ++g) {
      // Early groups are large, late ones small, so that people have to change places.
      if (!random.Chance(std::max(1, 20 - g / 2))) continue;
      for (int s = 0; s < 5; ++s) slots.push_back(5 * g + s);
    }
    AddVoice(p, p, slots, At(p), &problem);
    if (!slots.empty()) problem.candidates.push_back({p, 0, slots});
  }
  const auto start = std::chrono::steady_clock::now();
  const AssignmentSolution solution = SolveAssignment(problem);
  const auto took = std::chrono::steady_clock::now() - start;
  RecordProperty(
      "milliseconds",
      static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
  EXPECT_NE(solution.kind, Kind::kExhausted);
  // Unoptimized and on a busy machine; optimized it takes a few milliseconds (benchmarks).
  EXPECT_LT(took, std::chrono::seconds(5));
}

TEST(MatchingTest, KeepsTheEarlierOffersAndMovesThem) {
  Matching matching({1, 1});
  EXPECT_TRUE(matching.Offer({0, 1}));
  EXPECT_TRUE(matching.Offer({0}));
  EXPECT_FALSE(matching.Offer({0, 1}));
  EXPECT_EQ(matching.missing(), 0);
  EXPECT_EQ(matching.holders(0), Numbers{1});
  EXPECT_EQ(matching.holders(1), Numbers{0});
}

TEST(MatchingTest, TightSlotsExplainWhatIsOpen) {
  Matching matching({1, 1, 1});
  EXPECT_TRUE(matching.Offer({0, 1}));
  EXPECT_TRUE(matching.Offer({2}));
  EXPECT_FALSE(matching.IsFull(1));
  EXPECT_EQ(matching.Tight(1), (Numbers{0, 1}));
}

}  // namespace
}  // namespace changepolicy
