// Objections that stand.
#ifndef LIBCHANGEPOLICY_APPROVAL_VETOES_H_
#define LIBCHANGEPOLICY_APPROVAL_VETOES_H_

#include <span>
#include <vector>

#include "absl/time/time.h"
#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/approval/plan.h"
#include "libchangepolicy/approval/subject.h"

namespace changepolicy {

// Vetoes that were not lifted later by the same person, by person, then id. No edit and no approval
// ends one, and it stands whoever raised it: a service account, somebody who left or whom the
// directory does not know; only a placeholder objects to nothing. A lift speaks for permission: it
// needs a person who is there, and times that show that it came later. Instants at which a lift
// takes effect go to `changes`.
std::span<flat::StandingVeto* const> StandingVetoes(const ApprovalContext& context,
                                                    const ApprovalPlan& plan,
                                                    const ApprovalSubject& subject,
                                                    std::vector<absl::Time>* changes);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_VETOES_H_
