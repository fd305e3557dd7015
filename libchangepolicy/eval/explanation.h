// What detail FULL adds to a Decision: which missing facts could still change the verdict.
#ifndef LIBCHANGEPOLICY_EVAL_EXPLANATION_H_
#define LIBCHANGEPOLICY_EVAL_EXPLANATION_H_

#include "absl/status/statusor.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/eval/bound_organization.h"
#include "libchangepolicy/eval/decide.h"

namespace changepolicy {

// Explains `decision`, which is the answer to the same question. It makes many decisions, in a
// number that is bounded, and never by time.
template <typename SubjectMessage>
absl::StatusOr<v1::Explanation> Explain(const CheckedPolicy& policy,
                                        const BoundOrganization& organization,
                                        const SubjectMessage& subject, const DecideOptions& options,
                                        const v1::Decision& decision);

extern template absl::StatusOr<v1::Explanation> Explain(const CheckedPolicy&,
                                                        const BoundOrganization&,
                                                        const v1::ChangeRequest&,
                                                        const DecideOptions&, const v1::Decision&);
extern template absl::StatusOr<v1::Explanation> Explain(const CheckedPolicy&,
                                                        const BoundOrganization&,
                                                        const v1::Release&, const DecideOptions&,
                                                        const v1::Decision&);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_EXPLANATION_H_
