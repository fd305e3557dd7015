#include "libchangepolicy/domain/steps_behind.h"

#include <set>

namespace changepolicy {
namespace {

// The states that can be reached, over edges of other transitions than `without`; against the
// direction of the edges with `backward`.
std::set<int> Reach(const std::vector<LifeEdge>& edges, int start, v1::Transition without,
                    bool backward = false) {
  std::set<int> reached = {start};
  std::vector<int> open = {start};
  while (!open.empty()) {
    const int at = open.back();
    open.pop_back();
    for (const LifeEdge& edge : edges) {
      const int from = backward ? edge.to : edge.from;
      const int to = backward ? edge.from : edge.to;
      if (from == at && edge.at != without && reached.insert(to).second) open.push_back(to);
    }
  }
  return reached;
}

}  // namespace

StepsBehind FindStepsBehind(const std::vector<LifeEdge>& edges, int start, int state) {
  std::set<v1::Transition> transitions;
  for (const LifeEdge& edge : edges) transitions.insert(edge.at);
  const std::set<int> ahead = Reach(edges, start, v1::TRANSITION_UNSPECIFIED);
  if (state == 0 || ahead.count(state) == 0) return {{}, {transitions.begin(), transitions.end()}};
  const std::set<int> behind = Reach(edges, state, v1::TRANSITION_UNSPECIFIED, /*backward=*/true);
  StepsBehind steps;
  for (const v1::Transition transition : transitions) {
    if (Reach(edges, start, transition).count(state) == 0) {
      steps.certain.push_back(transition);
      continue;
    }
    for (const LifeEdge& edge : edges) {
      if (edge.at != transition || ahead.count(edge.from) == 0 || behind.count(edge.to) == 0) {
        continue;
      }
      steps.possible.push_back(transition);
      break;
    }
  }
  return steps;
}

}  // namespace changepolicy
