#include "libchangepolicy/approval/branches.h"

#include <algorithm>
#include <deque>

namespace changepolicy {
namespace {

// A choice that is still open: `left` of the children from `next` on.
struct Choice {
  int node = 0;
  size_t next = 0;
  int left = 0;
};

struct State {
  SlotSet slots;               // taken so far
  std::deque<Choice> choices;  // open, in order
};

class Walk {
 public:
  Walk(const AssignmentProblem& problem, const std::function<bool(const SlotSet&)>& prune,
       const std::function<bool(const SlotSet&)>& leaf)
      : problem_(problem), prune_(prune), leaf_(leaf) {}

  bool FromRoots() {
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
  const std::function<bool(const SlotSet&)>& prune_;
  const std::function<bool(const SlotSet&)>& leaf_;
};

template <typename Visit>
void VisitNodes(const AssignmentProblem& problem, Visit visit) {
  std::vector<int> open = problem.roots;
  while (!open.empty()) {
    const RequirementNode& node = problem.nodes[open.back()];
    open.pop_back();
    visit(node);
    open.insert(open.end(), node.children.begin(), node.children.end());
  }
}

}  // namespace

bool WalkBranches(const AssignmentProblem& problem,
                  const std::function<bool(const SlotSet&)>& prune,
                  const std::function<bool(const SlotSet&)>& leaf) {
  return Walk(problem, prune, leaf).FromRoots();
}

bool HasChoices(const AssignmentProblem& problem) {
  bool found = false;
  VisitNodes(problem, [&](const RequirementNode& node) {
    found |= node.kind == RequirementNode::Kind::kSomeOf &&
             node.at_least < static_cast<int>(node.children.size());
  });
  return found;
}

SlotSet AllSlots(const AssignmentProblem& problem) {
  SlotSet slots;
  VisitNodes(problem, [&](const RequirementNode& node) {
    if (node.kind == RequirementNode::Kind::kSlot) slots.push_back(node.slot);
  });
  std::sort(slots.begin(), slots.end());
  return slots;
}

}  // namespace changepolicy
