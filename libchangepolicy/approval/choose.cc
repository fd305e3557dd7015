// Chooses among the branches of the tree: the first that is complete, else the nearest to it.
#include <algorithm>
#include <deque>
#include <functional>
#include <limits>

#include "libchangepolicy/approval/assignment.h"

namespace changepolicy {
namespace {

// A choice that is still open: `left` of the children from `next` on.
struct Choice {
  int node = 0;
  size_t next = 0;
  int left = 0;
};

struct State {
  std::vector<int> slots;      // taken so far
  std::deque<Choice> choices;  // open, in order
};

// Enumerates the sets of slots that make the tree true, in the policy's order. `prune` is asked
// about each partial set before a choice is opened, `leaf` about each complete one; true from leaf
// ends the search.
class Branches {
 public:
  Branches(const AssignmentProblem& problem, std::function<bool(const std::vector<int>&)> prune,
           std::function<bool(const std::vector<int>&)> leaf)
      : problem_(problem), prune_(std::move(prune)), leaf_(std::move(leaf)) {}

  bool Walk() {
    State state;
    for (const int root : problem_.roots) Take(root, &state);
    return Explore(std::move(state));
  }

 private:
  // Takes a node that must hold; choices inside are put off until all that is certain is known.
  void Take(int root, State* state) const {
    std::vector<int> open = {root};
    while (!open.empty()) {
      const int number = open.back();
      const RequirementNode& node = problem_.nodes[number];
      open.pop_back();
      switch (node.kind) {
        case RequirementNode::Kind::kSlot:
          state->slots.push_back(node.slot);
          break;
        case RequirementNode::Kind::kAll:
          open.insert(open.end(), node.children.rbegin(), node.children.rend());
          break;
        case RequirementNode::Kind::kSomeOf:
          state->choices.push_back({number, 0, node.at_least});
          break;
      }
    }
    std::sort(state->slots.begin(), state->slots.end());
  }

  bool Explore(State state) {
    while (!state.choices.empty() && state.choices.front().left == 0) state.choices.pop_front();
    if (state.choices.empty()) return leaf_(state.slots);
    if (prune_(state.slots)) return false;
    const Choice choice = state.choices.front();
    state.choices.pop_front();
    const std::vector<int>& children = problem_.nodes[choice.node].children;
    for (size_t i = choice.next; i + choice.left <= children.size(); ++i) {
      State next = state;
      if (choice.left > 1) next.choices.push_front({choice.node, i + 1, choice.left - 1});
      Take(children[i], &next);
      if (Explore(std::move(next))) return true;
    }
    return false;
  }

  const AssignmentProblem& problem_;
  const std::function<bool(const std::vector<int>&)> prune_;
  const std::function<bool(const std::vector<int>&)> leaf_;
};

int Unavailable(const AssignmentProblem& problem, const std::vector<int>& candidates) {
  return static_cast<int>(std::count_if(candidates.begin(), candidates.end(),
                                        [&](int c) { return !problem.candidates[c].available; }));
}

void TakeFilling(SlotFiller::Filling filling, AssignmentSolution* solution) {
  solution->holders = std::move(filling.holders);
  solution->not_before = std::move(filling.not_before);
}

class Solver {
 public:
  explicit Solver(const AssignmentProblem& problem)
      : problem_(problem), filler_(problem, problem.search_nodes) {
    for (size_t c = 0; c < problem.candidates.size(); ++c) everyone_.push_back(static_cast<int>(c));
    solution_.holders.resize(problem.slots.size());
    solution_.not_before.assign(problem.slots.size(), absl::InfinitePast());
  }

  AssignmentSolution Solve() {
    if (FindComplete()) {
      solution_.kind = AssignmentSolution::Kind::kComplete;
      return std::move(solution_);
    }
    if (filler_.exhausted()) return std::move(solution_);
    filler_.Refill(problem_.suggestion_nodes);
    FindNearest();
    const bool cut = filler_.exhausted();
    if (best_.possible) {
      solution_.kind = AssignmentSolution::Kind::kIncomplete;
      solution_.further = best_.candidates;
      solution_.further_is_minimum = best_.minimum && !cut;
      TakeFilling(std::move(best_.filling), &solution_);
      return std::move(solution_);
    }
    filler_.Refill(problem_.suggestion_nodes);
    solution_.chosen = first_;
    SlotFiller::Filling filling;
    filler_.Fill(first_, {}, &filling);
    TakeFilling(std::move(filling), &solution_);
    if (cut) {
      solution_.kind = AssignmentSolution::Kind::kIncomplete;
      solution_.further_is_minimum = false;
      return std::move(solution_);
    }
    solution_.kind = AssignmentSolution::Kind::kImpossible;
    solution_.violating = FindViolation(first_, &filler_);
    return std::move(solution_);
  }

 private:
  bool FindComplete() {
    SlotFiller::Filling filling;
    bool first = true;
    return Branches(
               problem_,
               [&](const std::vector<int>& slots) {
                 return filler_.exhausted() ||
                        (!slots.empty() && !filler_.Fill(slots, {}, &filling));
               },
               [&](const std::vector<int>& slots) {
                 if (first) first_ = slots;
                 first = false;
                 if (filler_.exhausted() || !filler_.Fill(slots, {}, &filling)) return false;
                 solution_.chosen = slots;
                 TakeFilling(std::move(filling), &solution_);
                 return true;
               })
        .Walk();
  }

  // By people, then by unavailable ones, then by the order of the branches.
  void FindNearest() {
    bool first = true;
    Branches(
        problem_,
        [&](const std::vector<int>& slots) {
          if (filler_.exhausted()) return true;
          const int gap = filler_.Gap(slots, {});
          return gap > most_ || (gap == most_ && best_unavailable_ == 0) ||
                 filler_.Gap(slots, everyone_) > 0;
        },
        [&](const std::vector<int>& slots) {
          if (first) first_ = slots;
          first = false;
          FurtherPeople found = FindFurther(slots, most_, &filler_);
          if (!found.possible) return filler_.exhausted();
          const int size = static_cast<int>(found.candidates.size());
          const int unavailable = Unavailable(problem_, found.candidates);
          if (!best_.possible || size < most_ ||
              (size == most_ && unavailable < best_unavailable_)) {
            most_ = size;
            best_unavailable_ = unavailable;
            best_ = std::move(found);
            solution_.chosen = slots;
          }
          return filler_.exhausted();
        })
        .Walk();
    // Pruning may have left every branch out: then the first one has to show why.
    if (first && !best_.possible) TakeFirst();
  }

  void TakeFirst() {
    Branches(
        problem_, [](const std::vector<int>&) { return false; },
        [&](const std::vector<int>& slots) {
          first_ = slots;
          return true;
        })
        .Walk();
  }

  const AssignmentProblem& problem_;
  SlotFiller filler_;
  std::vector<int> everyone_;
  std::vector<int> first_;  // the first branch
  AssignmentSolution solution_;
  FurtherPeople best_;
  int most_ = std::numeric_limits<int>::max();
  int best_unavailable_ = 0;
};

}  // namespace

AssignmentSolution SolveAssignment(const AssignmentProblem& problem) {
  return Solver(problem).Solve();
}

}  // namespace changepolicy
