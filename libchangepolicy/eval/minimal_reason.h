// A minimal set of facts on which ALLOWED rests.
//
// The subject's records and statements are left out as long as the answer stays ALLOWED, many at a
// time at first. What remains suffices by itself and none of it can be left out; both are decided.
// It is the smallest such set where each of its facts is needed even beside all others, as long as
// one record or statement more never takes a permission away; where few sets are smaller, all of
// them are tried, and that proviso falls.
#ifndef LIBCHANGEPOLICY_EVAL_MINIMAL_REASON_H_
#define LIBCHANGEPOLICY_EVAL_MINIMAL_REASON_H_

#include "absl/status/statusor.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/eval/bound_organization.h"
#include "libchangepolicy/eval/decide.h"

namespace changepolicy {

// Decisions about a subject of usual size (search_limit.h) after which the search is given up,
// without an answer.
inline constexpr int kMostReasonDecisions = 3000;

// Sets that are tried one by one.
inline constexpr int kMostSmallerSets = 400;

struct ReasonSearch {
  v1::MinimalReason reason;
  int decisions = 0;
};

// `Subject` is v1::ChangeRequest or v1::Release; `decision` answers `options` about it with
// ALLOWED. Errors are those of Decide.
template <typename SubjectMessage>
absl::StatusOr<ReasonSearch> FindMinimalReason(const CheckedPolicy& policy,
                                               const BoundOrganization& organization,
                                               const SubjectMessage& subject,
                                               const DecideOptions& options,
                                               const v1::Decision& decision);

extern template absl::StatusOr<ReasonSearch> FindMinimalReason(const CheckedPolicy&,
                                                               const BoundOrganization&,
                                                               const v1::ChangeRequest&,
                                                               const DecideOptions&,
                                                               const v1::Decision&);
extern template absl::StatusOr<ReasonSearch> FindMinimalReason(const CheckedPolicy&,
                                                               const BoundOrganization&,
                                                               const v1::Release&,
                                                               const DecideOptions&,
                                                               const v1::Decision&);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_MINIMAL_REASON_H_
