// Which parts of an organization are too old to be believed.
#ifndef LIBCHANGEPOLICY_EVAL_OUTDATED_PARTS_H_
#define LIBCHANGEPOLICY_EVAL_OUTDATED_PARTS_H_

#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/policy.pb.h"
#include "libchangepolicy/eval/bound_organization.h"

namespace changepolicy {

struct OutdatedParts {
  bool directory = false;
  bool ledger = false;
};

// A part is outdated where it was taken longer before `now` than the policy allows; where the
// policy sets a limit and nobody said when it was taken, too. Appends the instants at which a part
// will be to `changes`.
OutdatedParts FindOutdatedParts(const v1::Limits& limits, const BoundOrganization& organization,
                                absl::Time now, std::vector<absl::Time>* changes);

// The same of the directory alone.
bool IsDirectoryOutdated(const v1::Limits& limits, const BoundDirectory& directory, absl::Time now,
                         std::vector<absl::Time>* changes);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_OUTDATED_PARTS_H_
