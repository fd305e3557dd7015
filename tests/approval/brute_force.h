// The slow, obvious solver: tries every assignment of voices and candidates to slots. The real one
// is compared with it.
#ifndef TESTS_APPROVAL_BRUTE_FORCE_H_
#define TESTS_APPROVAL_BRUTE_FORCE_H_

#include <string>
#include <vector>

#include "libchangepolicy/approval/assignment.h"

namespace changepolicy {

// Every set of slots that makes the tree true, without needless ones.
List<Numbers> BranchesOf(const AssignmentProblem& problem);

// Whether `slots` can be filled by voices and the candidates `further`.
bool CanFill(const AssignmentProblem& problem, const Numbers& slots, const Numbers& further);

// Why these holders do not fill `slots` rightly; empty where they do.
std::string Fault(const AssignmentProblem& problem, const Numbers& slots, const Numbers& further,
                  const List<Numbers>& holders);

// The best set of candidates that completes `slots`: fewest, then cheapest, then first; false where
// none does.
bool BestFurther(const AssignmentProblem& problem, const Numbers& slots, Numbers* best);

int64_t CostOf(const AssignmentProblem& problem, const Numbers& candidates);

// Of the sets of slots by which it shows that not even all candidates complete the tree, the
// smallest, and of these the first. The tree must be impossible.
Numbers SmallestViolation(const AssignmentProblem& problem);

std::string Dump(const AssignmentProblem& problem);

}  // namespace changepolicy

#endif  // TESTS_APPROVAL_BRUTE_FORCE_H_
