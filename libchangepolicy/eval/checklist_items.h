// The items of one step of a checklist, read from the policy alone. For checklist.cc.
#ifndef LIBCHANGEPOLICY_EVAL_CHECKLIST_ITEMS_H_
#define LIBCHANGEPOLICY_EVAL_CHECKLIST_ITEMS_H_

#include <vector>

#include "changepolicy/v1/duties.pb.h"
#include "libchangepolicy/check/checked_policy.h"

namespace changepolicy {

// Everything that stands on the step for this kind of subject. Approval rules that need nobody ask
// for nothing, and are left out.
std::vector<v1::ChecklistItem> ChecklistItemsOf(const CheckedPolicy& policy, v1::SubjectKind kind,
                                                v1::Transition transition);

// The steps of the main path from the start of a life, in order: where the policy lets several
// follow, the first without a condition.
std::vector<v1::Transition> MainPathOf(const CheckedPolicy& policy, v1::SubjectKind kind);

// All steps that a life has: the main path, then the others, by number.
std::vector<v1::Transition> AllStepsOf(const CheckedPolicy& policy, v1::SubjectKind kind);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_CHECKLIST_ITEMS_H_
