// Why it cannot be done: the fewest slots that show it. Included by the files of the assignment
// only.
#ifndef LIBCHANGEPOLICY_APPROVAL_VIOLATION_H_
#define LIBCHANGEPOLICY_APPROVAL_VIOLATION_H_

#include <utility>

#include "libchangepolicy/approval/assignment.h"
#include "libchangepolicy/approval/branches.h"

namespace changepolicy {

struct Violation {
  explicit Violation(SlotSet of) : slots(std::move(of)) {}

  SlotSet slots;
  // Otherwise none of them can be left out, but fewer might show it.
  bool minimum = true;
};

// Of a problem that not even all candidates could complete: of the smallest sets of slots by which
// it shows, the one that comes first. In a conjunction these are slots that together need more
// people than could fill any of them (Hall's theorem).
Violation FindViolation(const AssignmentProblem& problem);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_VIOLATION_H_
