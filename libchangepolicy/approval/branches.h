// The sets of slots that make a tree of requirements true. Included by the files of the assignment
// only.
#ifndef LIBCHANGEPOLICY_APPROVAL_BRANCHES_H_
#define LIBCHANGEPOLICY_APPROVAL_BRANCHES_H_

#include "absl/functional/function_ref.h"
#include "libchangepolicy/approval/assignment.h"

namespace changepolicy {

using SlotSet = Numbers;  // sorted

// Goes through them in the policy's order; works in the memory of `nodes`. `prune` is asked about
// each partial set before a choice is opened, and leaves out what follows where it says so; `leaf`
// is asked about each whole one, and ends the walk, which then is true, where it says so.
bool WalkBranches(const List<RequirementNode>& nodes, const Numbers& roots,
                  absl::FunctionRef<bool(const SlotSet&)> prune,
                  absl::FunctionRef<bool(const SlotSet&)> leaf);
inline bool WalkBranches(const AssignmentProblem& problem,
                         absl::FunctionRef<bool(const SlotSet&)> prune,
                         absl::FunctionRef<bool(const SlotSet&)> leaf) {
  return WalkBranches(problem.nodes, problem.roots, prune, leaf);
}

// The nodes with those children of each choice first that ask for the fewest people beside the
// voices, as far as each slot by itself tells.
List<RequirementNode> NearestFirst(const AssignmentProblem& problem);

// There is more than one of them.
bool HasChoices(const AssignmentProblem& problem);

// Every slot that some branch has.
SlotSet AllSlots(const AssignmentProblem& problem);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_BRANCHES_H_
