#include "tests/approval/brute_force.h"

#include <algorithm>
#include <functional>
#include <set>

#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

struct Person {
  int holder, actor, seat;
  absl::Time at;  // for the slot; each claim of a test has one support
};

// Whoever claims the slot.
std::vector<Person> Claimants(const AssignmentProblem& problem, int slot, const Numbers& further) {
  std::vector<Person> claimants;
  for (size_t v = 0; v < problem.voices.size(); ++v) {
    for (const Claim& claim : problem.voices[v].claims) {
      if (claim.slot != slot) continue;
      claimants.push_back({static_cast<int>(v), problem.voices[v].actor, problem.voices[v].seat,
                           problem.supports[claim.first].at});
    }
  }
  for (const int c : further) {
    const Candidate& candidate = problem.candidates[c];
    if (std::count(candidate.slots.begin(), candidate.slots.end(), slot) == 0) continue;
    claimants.push_back({static_cast<int>(problem.voices.size()) + c, candidate.person,
                         candidate.person, absl::InfiniteFuture()});
  }
  return claimants;
}

struct Seated {
  int slot;
  Person person;
};

bool KeepApart(const AssignmentSlot& one, const AssignmentSlot& other) {
  if (one.may_share || other.may_share) return false;
  if (one.rule == other.rule && (one.groups.empty() || other.groups.empty())) return true;
  for (const int group : one.groups) {
    if (std::count(other.groups.begin(), other.groups.end(), group) > 0) return true;
  }
  return false;
}

bool Agree(const AssignmentProblem& problem, const Seated& a, const Seated& b) {
  const AssignmentSlot& one = problem.slots[a.slot];
  const AssignmentSlot& other = problem.slots[b.slot];
  const bool apart = a.person.actor != b.person.actor && a.person.seat != b.person.seat;
  const bool one_family = one.family >= 0 && one.family == other.family;
  if (a.slot == b.slot) {
    if (!apart) return false;
  } else if (one_family) {
    if (!apart && a.person.holder != b.person.holder) return false;
  } else if (!apart && KeepApart(one, other)) {
    return false;
  }
  const auto in_order = [&](const Seated& upper, const Seated& lower) {
    const AssignmentSlot& strict = problem.slots[upper.slot];
    const AssignmentSlot& below = problem.slots[lower.slot];
    if (!strict.strict || strict.rule != below.rule || below.stage >= strict.stage) return true;
    // Of what is given from now on, the lower stage comes first.
    if (upper.person.at == absl::InfiniteFuture()) return true;
    return upper.person.at > lower.person.at;
  };
  return in_order(a, b) && in_order(b, a);
}

bool Place(const AssignmentProblem& problem, const Numbers& slots,
           const std::vector<std::vector<Person>>& claimants, size_t next, int left, size_t from,
           std::vector<Seated>* seated) {
  if (next == slots.size()) return true;
  if (left == 0) {
    const bool last = next + 1 == slots.size();
    return Place(problem, slots, claimants, next + 1,
                 last ? 0 : problem.slots[slots[next + 1]].needed, 0, seated);
  }
  for (size_t i = from; i < claimants[next].size(); ++i) {
    const Seated mine{slots[next], claimants[next][i]};
    if (!std::all_of(seated->begin(), seated->end(),
                     [&](const Seated& other) { return Agree(problem, mine, other); })) {
      continue;
    }
    seated->push_back(mine);
    if (Place(problem, slots, claimants, next, left - 1, i + 1, seated)) return true;
    seated->pop_back();
  }
  return false;
}

}  // namespace

List<Numbers> BranchesOf(const AssignmentProblem& problem) {
  using Sets = std::set<std::set<int>>;
  const auto both = [](const Sets& a, const Sets& b) {
    Sets all;
    for (const auto& x : a) {
      for (const auto& y : b) {
        std::set<int> z = x;
        z.insert(y.begin(), y.end());
        all.insert(std::move(z));
      }
    }
    return all;
  };
  std::function<Sets(int)> sets = [&](int number) -> Sets {
    const RequirementNode& node = problem.nodes[number];
    if (node.kind == RequirementNode::Kind::kSlot) return {{node.slot}};
    const int children = static_cast<int>(node.children.size());
    const int wanted = node.kind == RequirementNode::Kind::kAll ? children : node.at_least;
    Sets all;
    for (int mask = 0; mask < (1 << children); ++mask) {
      if (__builtin_popcount(mask) != wanted) continue;
      Sets chosen = {{}};
      for (int i = 0; i < children; ++i) {
        if (mask & (1 << i)) chosen = both(chosen, sets(node.children[i]));
      }
      all.insert(chosen.begin(), chosen.end());
    }
    return all;
  };
  Sets whole = {{}};
  for (const int root : problem.roots) whole = both(whole, sets(root));
  List<Numbers> branches;
  for (const auto& branch : whole) branches.emplace_back(branch.begin(), branch.end());
  return branches;
}

bool CanFill(const AssignmentProblem& problem, const Numbers& slots, const Numbers& further) {
  if (slots.empty()) return true;
  std::vector<std::vector<Person>> claimants;
  for (const int slot : slots) claimants.push_back(Claimants(problem, slot, further));
  std::vector<Seated> seated;
  return Place(problem, slots, claimants, 0, problem.slots[slots[0]].needed, 0, &seated);
}

std::string Fault(const AssignmentProblem& problem, const Numbers& slots, const Numbers& further,
                  const List<Numbers>& holders) {
  std::vector<Seated> seated;
  for (const int slot : slots) {
    if (static_cast<int>(holders[slot].size()) != problem.slots[slot].needed) {
      return StrCat("slot ", slot, " has ", holders[slot].size());
    }
    const std::vector<Person> claimants = Claimants(problem, slot, further);
    for (const int holder : holders[slot]) {
      const auto found = std::find_if(claimants.begin(), claimants.end(),
                                      [&](const Person& p) { return p.holder == holder; });
      if (found == claimants.end()) return StrCat(holder, " does not claim slot ", slot);
      const Seated mine{slot, *found};
      for (const Seated& other : seated) {
        if (!Agree(problem, mine, other)) {
          return StrCat(holder, " in slot ", slot, " quarrels with ", other.person.holder,
                        " in slot ", other.slot);
        }
      }
      seated.push_back(mine);
    }
  }
  return {};
}

int64_t CostOf(const AssignmentProblem& problem, const Numbers& candidates) {
  int64_t cost = 0;
  for (const int c : candidates) cost += problem.candidates[c].cost;
  return cost;
}

Numbers SmallestViolation(const AssignmentProblem& problem) {
  Numbers everyone;
  for (size_t c = 0; c < problem.candidates.size(); ++c) everyone.push_back(static_cast<int>(c));
  const List<Numbers> branches = BranchesOf(problem);
  Numbers smallest;
  bool found = false;
  for (int mask = 1; mask < (1 << problem.slots.size()); ++mask) {
    Numbers some;
    for (size_t s = 0; s < problem.slots.size(); ++s) {
      if (mask & (1 << s)) some.push_back(static_cast<int>(s));
    }
    const bool violates = std::none_of(branches.begin(), branches.end(), [&](const auto& branch) {
      Numbers inside;
      std::set_intersection(branch.begin(), branch.end(), some.begin(), some.end(),
                            std::back_inserter(inside));
      return CanFill(problem, inside, everyone);
    });
    if (!violates) continue;
    if (!found || std::make_pair(some.size(), some) < std::make_pair(smallest.size(), smallest)) {
      smallest = some;
    }
    found = true;
  }
  return smallest;
}

bool BestFurther(const AssignmentProblem& problem, const Numbers& slots, Numbers* best) {
  bool found = false;
  for (int mask = 0; mask < (1 << problem.candidates.size()); ++mask) {
    Numbers further;
    for (size_t c = 0; c < problem.candidates.size(); ++c) {
      if (mask & (1 << c)) further.push_back(static_cast<int>(c));
    }
    if (!CanFill(problem, slots, further)) continue;
    const auto rank = [&](const Numbers& set) {
      return std::make_tuple(set.size(), CostOf(problem, set), set);
    };
    if (!found || rank(further) < rank(*best)) *best = further;
    found = true;
  }
  return found;
}

std::string Dump(const AssignmentProblem& problem) {
  std::string text;
  for (size_t s = 0; s < problem.slots.size(); ++s) {
    const AssignmentSlot& slot = problem.slots[s];
    StrAppend(&text, "slot ", s, " of rule ", slot.rule, ": needs ", slot.needed, " groups");
    for (const int group : slot.groups) StrAppend(&text, " ", group);
    StrAppend(&text, " family ", slot.family, slot.may_share ? " may share" : "", " stage ",
              slot.stage, slot.strict ? " strict" : "", "\n");
  }
  for (size_t n = 0; n < problem.nodes.size(); ++n) {
    const RequirementNode& node = problem.nodes[n];
    StrAppend(&text, "node ", n, ": kind ", static_cast<int>(node.kind), " slot ", node.slot,
              " at least ", node.at_least, " of");
    for (const int child : node.children) StrAppend(&text, " ", child);
    StrAppend(&text, "\n");
  }
  for (const Voice& voice : problem.voices) {
    StrAppend(&text, "voice of ", voice.actor, " for ", voice.seat, ":");
    for (const Claim& claim : voice.claims) {
      StrAppend(&text, " ", claim.slot, "@", absl::ToUnixSeconds(problem.supports[claim.first].at));
    }
    StrAppend(&text, "\n");
  }
  for (const Candidate& candidate : problem.candidates) {
    StrAppend(&text, "candidate ", candidate.person, " for ", candidate.cost, ":");
    for (const int slot : candidate.slots) StrAppend(&text, " ", slot);
    StrAppend(&text, "\n");
  }
  return text;
}

}  // namespace changepolicy
