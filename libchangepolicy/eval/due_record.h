// What one change or release owes, by the steps of its life that were taken.
//
// A step brings an obligation where the Decision about it listed the obligation at that instant,
// and where it would have listed it with all that was recorded since. It is met where its `met_if`
// holds now, or held at some instant since then: tests that were run do not have to be run again
// because their results grew old.
#ifndef LIBCHANGEPOLICY_EVAL_DUE_RECORD_H_
#define LIBCHANGEPOLICY_EVAL_DUE_RECORD_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/duties.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/eval/bound_organization.h"

namespace changepolicy {

struct RecordDuties {
  // One for each obligation rule, in the policy's order; `overdue` is not set.
  std::vector<v1::DueItem> items;
  // What could not be evaluated, in sentences.
  std::vector<std::string> problems;
};

// `Subject` is v1::ChangeRequest or v1::Release. Errors are those of Decide.
template <typename SubjectMessage>
absl::StatusOr<RecordDuties> ListRecordDuties(const CheckedPolicy& policy,
                                              const BoundOrganization& organization,
                                              const SubjectMessage& subject, absl::Time now);

extern template absl::StatusOr<RecordDuties> ListRecordDuties(const CheckedPolicy&,
                                                              const BoundOrganization&,
                                                              const v1::ChangeRequest&, absl::Time);
extern template absl::StatusOr<RecordDuties> ListRecordDuties(const CheckedPolicy&,
                                                              const BoundOrganization&,
                                                              const v1::Release&, absl::Time);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_DUE_RECORD_H_
