// A change held against the catalogue's model that it says it follows: is the model in force, does
// the change keep to what the model fixes, and does the model's record earn trust.
//
// The four are reported apart (v1::ModelAssessment) and never judged together here: `trusted`
// alone makes no standard change, an expired model with a good record is trusted and not valid.
#ifndef LIBCHANGEPOLICY_DOMAIN_CHANGE_MODEL_H_
#define LIBCHANGEPOLICY_DOMAIN_CHANGE_MODEL_H_

#include <functional>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/change.flat.h"
#include "changepolicy/v1/decision.flat.h"
#include "changepolicy/v1/organization.pb.h"
#include "changepolicy/v1/policy.pb.h"
#include "libchangepolicy/domain/model_history.h"
#include "libchangepolicy/flat/arena.h"

namespace changepolicy {

// Pointers are not owned and must be set.
struct ModelQuestion {
  const flat::ChangeRequest* change = nullptr;
  const v1::Directory* directory = nullptr;
  const ModelHistory* history = nullptr;  // of a ledger as it is visible at `now`
  const v1::ModelTrust* trust = nullptr;
  absl::Time now;
  // Whether the account belongs to a human being in the directory. Unset: every account does that
  // has a letter or digit.
  std::function<bool(std::string_view account)> is_person;
};

// Nothing but defaults where the change names no model.
//   known      the catalogue has exactly one model with the id
//   valid      approved by somebody, at `now` in [approved_at, expires_at), and not yet retired
//   drift      fixed fields that hold another value than the model allows, or none (HasOnlyValues);
//              sorted
//   runs       past runs of the model (model_history.h)
//   success_bound_ppm  WilsonLowerBoundPpm
//   decertified        among the latest `recent_runs` (0: all) at least `recent_failures` failed
//   provisional        before `provisional_until` and with fewer runs than `provisional_runs`, of
//                      which an unset one does not count; false where both are unset
//   trusted    not decertified, and provisional or proven: at least one run, at least
//              `minimum_runs`, and the bound above `success_above_permille`
// It lies in the arena, and points into it and the question. To `changes` (may be null) go later
// instants at which the answer can change. O(models of the catalogue + runs of the model).
const flat::ModelAssessment* AssessModel(const ModelQuestion& question, flat::Arena* arena,
                                         std::vector<absl::Time>* changes);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_CHANGE_MODEL_H_
