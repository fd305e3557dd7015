#include "libchangepolicy/approval/branches.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <utility>

#include "absl/types/span.h"
#include "libchangepolicy/flat/lists.h"

namespace changepolicy {
namespace {

// A choice that is still open: `left` of these children.
struct Choice {
  using allocator_type = Numbers::allocator_type;

  Choice(absl::Span<const int> of, int needed, allocator_type memory)
      : children(of.begin(), of.end(), memory), left(needed) {}
  Choice(const Choice& other, allocator_type memory)
      : children(other.children, memory), left(other.left) {}
  Choice(Choice&& other, allocator_type memory)
      : children(std::move(other.children), memory), left(other.left) {}
  Choice(Choice&&) = default;
  Choice& operator=(const Choice&) = default;

  Numbers children;
  int left;
};

struct State {
  explicit State(SearchMemory* memory) : slots(memory), choices(memory) {}

  SlotSet slots;                    // taken so far
  std::pmr::deque<Choice> choices;  // open, in order
};

class Walk {
 public:
  Walk(const List<RequirementNode>& nodes, absl::FunctionRef<bool(const SlotSet&)> prune,
       absl::FunctionRef<bool(const SlotSet&)> leaf)
      : nodes_(nodes), prune_(prune), leaf_(leaf), memory_(nodes.get_allocator().resource()) {}

  bool From(const Numbers& roots) {
    State state(memory_);
    for (const int root : roots) Take(root, &state);
    return Explore(std::move(state), false);
  }

 private:
  // Takes a node that must hold; choices inside are put off until all that is certain is known.
  void Take(int root, State* state) const {
    Numbers open({root}, memory_);
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
          state->choices.emplace_back(node.children, node.at_least);
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
      State next(memory_);
      next.slots = state.slots;
      next.choices = state.choices;
      Take(child, &next);
      return next;
    };
    // What is pruned with one more child stays so with several. Where too few are left there is no
    // need to go through the sets of them.
    const bool several = choice.left > 1;
    Numbers children(choice.children, memory_);
    if (several) {
      children.erase(std::remove_if(children.begin(), children.end(),
                                    [&](int child) { return prune_(take(child).slots); }),
                     children.end());
    }
    for (size_t i = 0; i + choice.left <= children.size(); ++i) {
      State next = take(children[i]);
      if (several) {
        next.choices.emplace_front(absl::MakeConstSpan(children).subspan(i + 1), choice.left - 1);
      }
      if (Explore(std::move(next), several)) return true;
    }
    return false;
  }

  const List<RequirementNode>& nodes_;
  const absl::FunctionRef<bool(const SlotSet&)> prune_;
  const absl::FunctionRef<bool(const SlotSet&)> leaf_;
  SearchMemory* const memory_;
};

template <typename Visit>
void VisitNodes(const AssignmentProblem& problem, Visit visit) {
  Numbers open(problem.roots, problem.memory);
  while (!open.empty()) {
    const RequirementNode& node = problem.nodes[open.back()];
    open.pop_back();
    visit(node);
    open.insert(open.end(), node.children.begin(), node.children.end());
  }
}

}  // namespace

bool WalkBranches(const List<RequirementNode>& nodes, const Numbers& roots,
                  absl::FunctionRef<bool(const SlotSet&)> prune,
                  absl::FunctionRef<bool(const SlotSet&)> leaf) {
  return Walk(nodes, prune, leaf).From(roots);
}

// Children come before their parents in the list or after them: each is asked when it is needed,
// and the caller bounds how deep they are nested.
List<RequirementNode> NearestFirst(const AssignmentProblem& problem) {
  Numbers missing(problem.memory);  // by slot
  for (const AssignmentSlot& slot : problem.slots) missing.push_back(slot.needed);
  for (const Voice& voice : problem.voices) {
    for (const Claim& claim : voice.claims) --missing[claim.slot];
  }
  List<RequirementNode> nodes(problem.memory);
  for (const RequirementNode& node : problem.nodes) {
    nodes.push_back(CopyOf(node, problem.memory));
  }
  List<int64_t> known(nodes.size(), -1, problem.memory);
  const auto asks = [&](const auto& self, int number) -> int64_t {
    if (known[number] >= 0) return known[number];
    RequirementNode& node = nodes[number];
    if (node.kind == RequirementNode::Kind::kSlot) {
      return known[number] = std::max(0, missing[node.slot]);
    }
    size_t wanted = node.children.size();
    if (node.kind == RequirementNode::Kind::kSomeOf) {
      wanted = node.at_least;
      StableSort(std::span<int>(node.children),
                 [&](int one, int other) { return self(self, one) < self(self, other); });
    }
    int64_t sum = 0;
    for (size_t i = 0; i < wanted; ++i) sum += self(self, node.children[i]);
    return known[number] = sum;
  };
  for (const int root : problem.roots) asks(asks, root);
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
  SlotSet slots(problem.memory);
  VisitNodes(problem, [&](const RequirementNode& node) {
    if (node.kind == RequirementNode::Kind::kSlot) slots.push_back(node.slot);
  });
  std::sort(slots.begin(), slots.end());
  return slots;
}

}  // namespace changepolicy
