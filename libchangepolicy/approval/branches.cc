#include "libchangepolicy/approval/branches.h"

#include <algorithm>
#include <cstdint>
#include <deque>

namespace changepolicy {
namespace {

// A choice that is still open: `left` of these children.
struct Choice {
  std::vector<int> children;
  int left = 0;
};

struct State {
  SlotSet slots;               // taken so far
  std::deque<Choice> choices;  // open, in order
};

class Walk {
 public:
  Walk(const std::vector<RequirementNode>& nodes, const std::function<bool(const SlotSet&)>& prune,
       const std::function<bool(const SlotSet&)>& leaf)
      : nodes_(nodes), prune_(prune), leaf_(leaf) {}

  bool From(const std::vector<int>& roots) {
    State state;
    for (const int root : roots) Take(root, &state);
    return Explore(std::move(state), false);
  }

 private:
  // Takes a node that must hold; choices inside are put off until all that is certain is known.
  void Take(int root, State* state) const {
    std::vector<int> open = {root};
    while (!open.empty()) {
      const int number = open.back();
      const RequirementNode& node = nodes_[number];
      open.pop_back();
      switch (node.kind) {
        case RequirementNode::Kind::kSlot:
          state->slots.push_back(node.slot);
          break;
        case RequirementNode::Kind::kAll:
          open.insert(open.end(), node.children.rbegin(), node.children.rend());
          break;
        case RequirementNode::Kind::kSomeOf:
          state->choices.push_back({node.children, node.at_least});
          break;
      }
    }
    std::sort(state->slots.begin(), state->slots.end());
  }

  bool Explore(State state, bool asked) {
    while (!state.choices.empty() && state.choices.front().left == 0) state.choices.pop_front();
    if (state.choices.empty()) return leaf_(state.slots);
    if (!asked && prune_(state.slots)) return false;
    const Choice choice = std::move(state.choices.front());
    state.choices.pop_front();
    const auto take = [&](int child) {
      State next = state;
      Take(child, &next);
      return next;
    };
    // What is pruned with one more child stays so with several. Where too few are left there is no
    // need to go through the sets of them.
    const bool several = choice.left > 1;
    std::vector<int> children = choice.children;
    if (several) {
      children.erase(std::remove_if(children.begin(), children.end(),
                                    [&](int child) { return prune_(take(child).slots); }),
                     children.end());
    }
    for (size_t i = 0; i + choice.left <= children.size(); ++i) {
      State next = take(children[i]);
      if (several) {
        const auto rest = children.begin() + static_cast<std::ptrdiff_t>(i + 1);
        next.choices.push_front({{rest, children.end()}, choice.left - 1});
      }
      if (Explore(std::move(next), several)) return true;
    }
    return false;
  }

  const std::vector<RequirementNode>& nodes_;
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

bool WalkBranches(const std::vector<RequirementNode>& nodes, const std::vector<int>& roots,
                  const std::function<bool(const SlotSet&)>& prune,
                  const std::function<bool(const SlotSet&)>& leaf) {
  return Walk(nodes, prune, leaf).From(roots);
}

// Children come before their parents in the list or after them: each is asked when it is needed,
// and the caller bounds how deep they are nested.
std::vector<RequirementNode> NearestFirst(const AssignmentProblem& problem) {
  std::vector<int> missing;  // by slot
  for (const AssignmentSlot& slot : problem.slots) missing.push_back(slot.needed);
  for (const Voice& voice : problem.voices) {
    for (const Claim& claim : voice.claims) --missing[claim.slot];
  }
  std::vector<RequirementNode> nodes = problem.nodes;
  std::vector<int64_t> known(nodes.size(), -1);
  const std::function<int64_t(int)> asks = [&](int number) {
    if (known[number] >= 0) return known[number];
    RequirementNode& node = nodes[number];
    if (node.kind == RequirementNode::Kind::kSlot) {
      return known[number] = std::max(0, missing[node.slot]);
    }
    size_t wanted = node.children.size();
    if (node.kind == RequirementNode::Kind::kSomeOf) {
      wanted = node.at_least;
      std::stable_sort(node.children.begin(), node.children.end(),
                       [&](int one, int other) { return asks(one) < asks(other); });
    }
    int64_t sum = 0;
    for (size_t i = 0; i < wanted; ++i) sum += asks(node.children[i]);
    return known[number] = sum;
  };
  for (const int root : problem.roots) asks(root);
  return nodes;
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
