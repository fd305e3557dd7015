// The fewest steps that open a gate.
//
// First steps are added for whatever rules hold it, and for those that hold it once that is done,
// until it is open; what can be left out of all that is left out. Then all smaller sets are tried,
// led by what the rules that still hold the gate read: each takes one of the steps that may change
// it. Approvals, and waiting for an instant, follow from the other steps and are computed for each
// set: approvals as the exact assignment suggests them, instants as the clock gives them. Every set
// is decided, and what comes out is decided once more, step by step as it is told.
//
// A thing that can be done in several ways (a fact has values, a part can be taken by several
// people) is tried in the best way and in one for each other way in which the ways come out.
#ifndef LIBCHANGEPOLICY_EVAL_MINIMAL_FIX_H_
#define LIBCHANGEPOLICY_EVAL_MINIMAL_FIX_H_

#include <vector>

#include "absl/status/statusor.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/eval/bound_organization.h"
#include "libchangepolicy/eval/decide.h"

namespace changepolicy {

// Decisions about a subject of usual size (search_limit.h) after which no further set is tried:
// what was found by then is freed of steps that can be left out, and is not called optimal.
inline constexpr int kMostFixDecisions = 600;

struct FixSearch {
  v1::MinimalFix fix;
  // All steps that were considered, approvals and waiting aside.
  std::vector<v1::FixStep> considered;
  // Decisions that were made.
  int decisions = 0;
};

// `Subject` is v1::ChangeRequest or v1::Release; `decision` answers `options` about it, and does
// not allow. Errors are those of Decide.
template <typename SubjectMessage>
absl::StatusOr<FixSearch> FindMinimalFix(const CheckedPolicy& policy,
                                         const BoundOrganization& organization,
                                         const SubjectMessage& subject,
                                         const DecideOptions& options,
                                         const v1::Decision& decision);

extern template absl::StatusOr<FixSearch> FindMinimalFix(const CheckedPolicy&,
                                                         const BoundOrganization&,
                                                         const v1::ChangeRequest&,
                                                         const DecideOptions&, const v1::Decision&);
extern template absl::StatusOr<FixSearch> FindMinimalFix(const CheckedPolicy&,
                                                         const BoundOrganization&,
                                                         const v1::Release&, const DecideOptions&,
                                                         const v1::Decision&);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_MINIMAL_FIX_H_
