// Another time for the work, as a step towards an open gate.
#ifndef LIBCHANGEPOLICY_EVAL_FIX_SLOT_H_
#define LIBCHANGEPOLICY_EVAL_FIX_SLOT_H_

#include <optional>

#include "absl/time/time.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/eval/bound_organization.h"

namespace changepolicy {

// How long work takes of which nobody said it.
inline constexpr absl::Duration kUnplannedWork = absl::Hours(1);

// The earliest time, not before the instant of `decision` nor before `from`, at which windows,
// freezes, other work and people admit the work and every notice that `decision` asked about is
// early enough, sent or to be sent at `now`. What runs out until then does not limit it: it can be
// given again. Nothing where there is none within a year.
template <typename SubjectMessage>
std::optional<v1::FixStep> SlotFor(const CheckedPolicy& policy,
                                   const BoundOrganization& organization,
                                   const SubjectMessage& subject, absl::Time now,
                                   const v1::Decision& decision, std::optional<absl::Time> from);

extern template std::optional<v1::FixStep> SlotFor(const CheckedPolicy&, const BoundOrganization&,
                                                   const v1::ChangeRequest&, absl::Time,
                                                   const v1::Decision&, std::optional<absl::Time>);
extern template std::optional<v1::FixStep> SlotFor(const CheckedPolicy&, const BoundOrganization&,
                                                   const v1::Release&, absl::Time,
                                                   const v1::Decision&, std::optional<absl::Time>);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_FIX_SLOT_H_
