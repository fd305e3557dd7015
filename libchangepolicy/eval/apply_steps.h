// Steps of a MinimalFix taken: the subject as it is once people have done what the steps say, and
// the instant at which they have.
#ifndef LIBCHANGEPOLICY_EVAL_APPLY_STEPS_H_
#define LIBCHANGEPOLICY_EVAL_APPLY_STEPS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/eval/fact_place.h"

namespace changepolicy {

template <typename SubjectMessage>
struct Taken {
  SubjectMessage subject;
  // When the question is asked again: `now`, or the last instant that is waited for.
  absl::Time now;
};

// Takes the steps of the finder's subject in their order, each at its `now`, or after a WAIT at its
// instant. Records that are written get ids of their own, which begin with `fix-`, and happen and
// are recorded at that instant; a deployment that a health check of the same steps follows happens
// a second before.
//
// Documents, statements, a new time and a change taken out are edits. Where the subject has
// revisions they make one more, of what it had at `now`, which voids the approvals that cover it;
// an approval among the steps is of the last revision. Facts are named as in a Decision of
// `subject`, or after the steps before where it has no such fact. INVALID_ARGUMENT for a step that
// cannot be taken, like one about a fact that the subject does not have.
template <typename SubjectMessage>
absl::StatusOr<Taken<SubjectMessage>> TakeSteps(FactFinder<SubjectMessage>* facts,
                                                const std::vector<v1::FixStep>& steps);

extern template absl::StatusOr<Taken<v1::ChangeRequest>> TakeSteps(FactFinder<v1::ChangeRequest>*,
                                                                   const std::vector<v1::FixStep>&);
extern template absl::StatusOr<Taken<v1::Release>> TakeSteps(FactFinder<v1::Release>*,
                                                             const std::vector<v1::FixStep>&);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_APPLY_STEPS_H_
