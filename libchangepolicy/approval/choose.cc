// Chooses among the branches of the tree: the first that is complete, else the nearest to it.
#include <algorithm>
#include <limits>
#include <numeric>

#include "libchangepolicy/approval/assignment.h"
#include "libchangepolicy/approval/branches.h"
#include "libchangepolicy/approval/filler.h"
#include "libchangepolicy/approval/suggest.h"
#include "libchangepolicy/approval/violation.h"

namespace changepolicy {
namespace {

void TakeFilling(Filling filling, AssignmentSolution* solution) {
  solution->holders = std::move(filling.holders);
  solution->not_before = std::move(filling.not_before);
}

class Solver {
 public:
  explicit Solver(const AssignmentProblem& problem)
      : problem_(problem),
        filler_(problem, problem.search_nodes),
        everyone_(problem.candidates.size(), problem.memory),
        solution_(problem.memory),
        near_(problem.memory),
        best_(problem.memory),
        near_slots_(problem.memory),
        none_(problem.memory) {
    std::iota(everyone_.begin(), everyone_.end(), 0);
    solution_.holders.resize(problem.slots.size());
    solution_.not_before.assign(problem.slots.size(), absl::InfinitePast());
  }

  AssignmentSolution ByVoices() {
    if (FindComplete()) solution_.kind = AssignmentSolution::Kind::kComplete;
    return std::move(solution_);
  }

  AssignmentSolution Solve() {
    if (FindComplete()) {
      solution_.kind = AssignmentSolution::Kind::kComplete;
      return std::move(solution_);
    }
    if (filler_.exhausted()) return std::move(solution_);
    filler_.Refill(problem_.suggestion_nodes);
    if (HasChoices(problem_)) FindNear();
    FindNearest();
    const bool cut = filler_.exhausted();
    if (cut && near_.possible && (!best_.possible || IsNearer(near_, best_))) {
      best_ = std::move(near_);
      solution_.chosen = near_slots_;
    }
    if (best_.possible) {
      solution_.kind = AssignmentSolution::Kind::kIncomplete;
      solution_.further = best_.candidates;
      solution_.further_is_minimum = best_.minimum && !cut;
      TakeFilling(std::move(best_.filling), &solution_);
      return std::move(solution_);
    }
    filler_.Refill(problem_.suggestion_nodes);
    solution_.chosen = FirstBranch();
    Filling filling(problem_.memory);
    filler_.Fill(solution_.chosen, none_, &filling);
    TakeFilling(std::move(filling), &solution_);
    if (cut) return std::move(solution_);
    solution_.kind = AssignmentSolution::Kind::kImpossible;
    Violation violation = FindViolation(problem_);
    solution_.violating = std::move(violation.slots);
    solution_.violating_is_minimum = violation.minimum;
    return std::move(solution_);
  }

 private:
  bool FindComplete() {
    Filling filling(problem_.memory);
    return WalkBranches(
        problem_,
        [&](const SlotSet& slots) {
          return filler_.exhausted() || (!slots.empty() && !filler_.Fill(slots, none_, nullptr));
        },
        [&](const SlotSet& slots) {
          if (filler_.exhausted() || !filler_.Fill(slots, none_, &filling)) return false;
          solution_.chosen = slots;
          TakeFilling(std::move(filling), &solution_);
          return true;
        });
  }

  static bool IsNearer(const FurtherPeople& one, const FurtherPeople& other) {
    return std::make_pair(one.candidates.size(), one.cost) <
           std::make_pair(other.candidates.size(), other.cost);
  }

  // A branch that is near, found by going to the nearest children first: what the search for the
  // nearest need not go beyond.
  void FindNear() {
    WalkBranches(
        NearestFirst(problem_), problem_.roots,
        [&](const SlotSet& slots) {
          return filler_.exhausted() || filler_.Gap(slots, everyone_) > 0;
        },
        [&](const SlotSet& slots) {
          if (filler_.exhausted()) return true;
          near_ = FindFurther(slots, most_, &filler_);
          if (!near_.possible) return filler_.exhausted();
          most_ = static_cast<int>(near_.candidates.size());
          near_slots_ = slots;
          return true;
        });
  }

  // By people, then by cost, then by the order of the branches.
  void FindNearest() {
    WalkBranches(
        problem_,
        [&](const SlotSet& slots) {
          if (filler_.exhausted()) return true;
          const int gap = filler_.Gap(slots, none_);
          return gap > most_ || (best_.possible && gap == most_ && CheapestOf(gap) >= best_.cost) ||
                 filler_.Gap(slots, everyone_) > 0;
        },
        [&](const SlotSet& slots) {
          if (filler_.exhausted()) return true;
          FurtherPeople found = FindFurther(slots, most_, &filler_);
          if (!found.possible) return filler_.exhausted();
          if (!best_.possible || IsNearer(found, best_)) {
            most_ = static_cast<int>(found.candidates.size());
            best_ = std::move(found);
            solution_.chosen = slots;
          }
          return filler_.exhausted();
        });
  }

  // What so many people cost at least: candidates are ordered by it.
  int64_t CheapestOf(int people) const {
    int64_t cost = 0;
    for (int i = 0; i < people && i < static_cast<int>(problem_.candidates.size()); ++i) {
      cost += problem_.candidates[i].cost;
    }
    return cost;
  }

  SlotSet FirstBranch() const {
    SlotSet first(problem_.memory);
    WalkBranches(
        problem_, [](const SlotSet&) { return false; },
        [&](const SlotSet& slots) {
          first = slots;
          return true;
        });
    return first;
  }

  const AssignmentProblem& problem_;
  SlotFiller filler_;
  Numbers everyone_;
  AssignmentSolution solution_;
  FurtherPeople near_, best_;
  SlotSet near_slots_;
  const Numbers none_;  // of the candidates
  int most_ = std::numeric_limits<int>::max();
};

}  // namespace

AssignmentSolution SolveAssignment(const AssignmentProblem& problem) {
  return Solver(problem).Solve();
}

AssignmentSolution SolveByVoices(const AssignmentProblem& problem) {
  return Solver(problem).ByVoices();
}

}  // namespace changepolicy
