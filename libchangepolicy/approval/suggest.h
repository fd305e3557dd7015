// Whom to ask: the fewest further people who complete what is missing, and of these the cheapest.
// Included by the files of the assignment only.
#ifndef LIBCHANGEPOLICY_APPROVAL_SUGGEST_H_
#define LIBCHANGEPOLICY_APPROVAL_SUGGEST_H_

#include <cstdint>

#include "libchangepolicy/approval/filler.h"

namespace changepolicy {

struct FurtherPeople {
  explicit FurtherPeople(SearchMemory* memory) : candidates(memory), filling(memory) {}

  bool possible = false;
  // Otherwise none of them can be left out, but fewer or cheaper ones might do.
  bool minimum = true;
  Numbers candidates;  // sorted
  int64_t cost = 0;    // of all of them
  Filling filling;
};

// Of the smallest sets of candidates that complete `slots` the cheapest, and of these the one that
// comes first; not possible where it would take more than `at_most`.
FurtherPeople FindFurther(const Numbers& slots, int at_most, SlotFiller* filler);

// Candidates who could say something new for `slots`, in order; of those who claim the same only as
// many as could be needed.
struct Pool {
  explicit Pool(SearchMemory* memory) : candidates(memory), twin(memory), slots(memory) {}

  Numbers candidates;
  // By place: the place of the one before who claims the same, or -1.
  Numbers twin;
  List<Numbers> slots;  // by place: claims to the slots in question
  // Somebody of them has spoken already, or somebody for them.
  bool competes = false;
};
Pool PoolFor(const AssignmentProblem& problem, const Numbers& slots);

// All of `slots` keep apart from each other and nobody competes: a matching alone decides.
bool IsPlain(const Numbers& slots, const Pool& pool, SlotFiller* filler);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_SUGGEST_H_
