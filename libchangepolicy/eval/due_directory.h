// What is due by the directory and by the policy itself: accepted risks and what is done instead,
// training, change models, the review of the policy.
#ifndef LIBCHANGEPOLICY_EVAL_DUE_DIRECTORY_H_
#define LIBCHANGEPOLICY_EVAL_DUE_DIRECTORY_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/duties.pb.h"
#include "changepolicy/v1/policy.pb.h"
#include "libchangepolicy/eval/bound_organization.h"

namespace changepolicy {

// Ledgers list the compensating control of an accepted risk under the risk's id, as an obligation
// of this rule.
inline constexpr char kCompensatingControl[] = "compensating-control";

// Each that is approved as the policy asks, or of which nobody can tell whether it is, and has not
// ended: its end, and its compensating control. What could not be evaluated is added to `problems`.
std::vector<v1::DueItem> ListRiskDuties(const v1::Policy& policy,
                                        const BoundOrganization& organization, absl::Time now,
                                        std::vector<std::string>* problems);

// For each person who has a role that the policy declares, and each course of theirs: when the
// last of its completions counts no more.
std::vector<v1::DueItem> ListTrainingDuties(const v1::Policy& policy,
                                            const BoundOrganization& organization, absl::Time now);

// When the approval of each change model ends that is still in use then; one for each approver.
std::vector<v1::DueItem> ListModelDuties(const BoundOrganization& organization, absl::Time now);

// The next review, one for each approver.
std::vector<v1::DueItem> ListPolicyDuties(const v1::Policy& policy);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_DUE_DIRECTORY_H_
