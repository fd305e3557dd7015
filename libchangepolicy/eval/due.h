// Everything that is owed: by the ledger, by the steps of changes and releases that were taken, by
// the directory, and by the policy itself.
#ifndef LIBCHANGEPOLICY_EVAL_DUE_H_
#define LIBCHANGEPOLICY_EVAL_DUE_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/duties.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/eval/bound_organization.h"

namespace changepolicy {

struct DueOptions {
  absl::Time now;
  // What is due up to it, itself included; without it everything.
  std::optional<absl::Time> until;
};

// INVALID_ARGUMENT for a question without an instant. What else is wrong is named in `problems`.
absl::StatusOr<v1::DueAnswer> ListDue(const CheckedPolicy& policy,
                                      const BoundOrganization& organization,
                                      const std::vector<v1::ChangeRequest>& changes,
                                      const std::vector<v1::Release>& releases,
                                      const DueOptions& options);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_DUE_H_
