// What there is to do and to see to at each step of a life, by the policy; for one subject, what
// applies to it and how it stands.
#ifndef LIBCHANGEPOLICY_EVAL_CHECKLIST_H_
#define LIBCHANGEPOLICY_EVAL_CHECKLIST_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/duties.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/eval/bound_organization.h"

namespace changepolicy {

struct ChecklistOptions {
  // What it is limited to; empty or unspecified: nothing.
  std::string role;
  v1::Transition transition = v1::TRANSITION_UNSPECIFIED;
  v1::SubjectKind kind = v1::SUBJECT_KIND_UNSPECIFIED;
};

// For any subject: each step of the main path, then the steps beside it, by number. Items are
// approvals, pairs of parts, gates, criteria, documents, and obligations, in this order and each in
// the policy's. INVALID_ARGUMENT for a role that the policy does not declare.
absl::StatusOr<v1::Checklist> MakeChecklist(const CheckedPolicy& policy,
                                            const ChecklistOptions& options);

// For one subject: the steps that lie ahead on its own path, each as if it had come that far; where
// nobody says how far it is, the main path. What does not apply is left out. `Subject` is
// v1::ChangeRequest or v1::Release; errors besides are those of Decide.
template <typename SubjectMessage>
absl::StatusOr<v1::Checklist> MakeChecklist(const CheckedPolicy& policy,
                                            const BoundOrganization& organization,
                                            const SubjectMessage& subject, absl::Time now,
                                            const ChecklistOptions& options);

extern template absl::StatusOr<v1::Checklist> MakeChecklist(const CheckedPolicy&,
                                                            const BoundOrganization&,
                                                            const v1::ChangeRequest&, absl::Time,
                                                            const ChecklistOptions&);
extern template absl::StatusOr<v1::Checklist> MakeChecklist(const CheckedPolicy&,
                                                            const BoundOrganization&,
                                                            const v1::Release&, absl::Time,
                                                            const ChecklistOptions&);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_CHECKLIST_H_
