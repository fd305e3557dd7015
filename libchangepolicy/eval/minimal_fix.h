// The fewest steps that open a gate.
//
// First everything is collected that people could do about the rules that hold it, and about those
// that hold it once that is done. Of these steps some are needed whatever else is done; where they
// do not suffice, sets of the others are tried by size, led by what the rules that still hold the
// gate read. Approvals, and waiting for an instant, follow from the other steps and are computed
// for each set: approvals as the exact assignment suggests them, instants as the clock gives them.
// Every set is decided, and what comes out is decided once more, step by step as it is told.
//
// Where a step can be done in several ways (a fact has values, a part can be taken by several
// people) the way that leaves the fewest rules in the way is taken; each other way is then tried in
// its place, as long as decisions are left. `optimal` says that among sets of the steps that were
// considered none is smaller, and that no other way of one step made for fewer.
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

// Decisions after which no further set is tried: what was found by then is freed of steps that can
// be left out, and is not called optimal.
inline constexpr int kMostFixDecisions = 1000;

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
