// When a subject could be deployed: calendars, other work, notices, approvals and evidence
// together.
#ifndef LIBCHANGEPOLICY_EVAL_SLOTS_H_
#define LIBCHANGEPOLICY_EVAL_SLOTS_H_

#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "changepolicy/v1/schedule.pb.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/eval/bound_organization.h"

namespace changepolicy {

struct SlotOptions {
  absl::Time now;
  // Starts in [from, until); by default from `now` on, for a year.
  std::optional<absl::Time> from, until;
  int count = 1;
  // Of the work with its rollback reserve; by default that of its schedule.
  std::optional<absl::Duration> length;
  // How long approvals, evidence and other rules that hold now will hold is not asked.
  bool whatever_runs_out = false;
};

// Longest time that is searched.
inline constexpr absl::Duration kLongestSearch = absl::Hours(24 * 366 * 5);
inline constexpr int kMostSlots = 1000;

// `Subject` is v1::ChangeRequest or v1::Release. INVALID_ARGUMENT for a question without an instant
// or with a span, count or length out of range, and what Decide refuses.
template <typename SubjectMessage>
absl::StatusOr<v1::SlotsAnswer> NextSlots(const CheckedPolicy& policy,
                                          const BoundOrganization& organization,
                                          const SubjectMessage& subject,
                                          const SlotOptions& options);

extern template absl::StatusOr<v1::SlotsAnswer> NextSlots(const CheckedPolicy&,
                                                          const BoundOrganization&,
                                                          const v1::ChangeRequest&,
                                                          const SlotOptions&);
extern template absl::StatusOr<v1::SlotsAnswer> NextSlots(const CheckedPolicy&,
                                                          const BoundOrganization&,
                                                          const v1::Release&, const SlotOptions&);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_SLOTS_H_
