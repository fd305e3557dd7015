// The sets of slots that make a tree of requirements true. Included by the files of the assignment
// only.
#ifndef LIBCHANGEPOLICY_APPROVAL_BRANCHES_H_
#define LIBCHANGEPOLICY_APPROVAL_BRANCHES_H_

#include <functional>
#include <vector>

#include "libchangepolicy/approval/assignment.h"

namespace changepolicy {

using SlotSet = std::vector<int>;  // sorted

// Goes through them in the policy's order. `prune` is asked about each partial set before a choice
// is opened, and leaves out what follows where it says so; `leaf` is asked about each whole one,
// and ends the walk, which then is true, where it says so.
bool WalkBranches(const std::vector<RequirementNode>& nodes, const std::vector<int>& roots,
                  const std::function<bool(const SlotSet&)>& prune,
                  const std::function<bool(const SlotSet&)>& leaf);
inline bool WalkBranches(const AssignmentProblem& problem,
                         const std::function<bool(const SlotSet&)>& prune,
                         const std::function<bool(const SlotSet&)>& leaf) {
  return WalkBranches(problem.nodes, problem.roots, prune, leaf);
}

// The nodes with those children of each choice first that ask for the fewest people beside the
// voices, as far as each slot by itself tells.
std::vector<RequirementNode> NearestFirst(const AssignmentProblem& problem);

// There is more than one of them.
bool HasChoices(const AssignmentProblem& problem);

// Every slot that some branch has.
SlotSet AllSlots(const AssignmentProblem& problem);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_BRANCHES_H_
