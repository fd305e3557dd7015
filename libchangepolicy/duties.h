// What is owed, by whom and until when.
//
//   absl::StatusOr<changepolicy::v1::DueAnswer> due =
//       changepolicy::ListDue(policy, organization, changes, releases, {.now = absl::Now()});
//   for (const changepolicy::v1::DueItem& item : due->items()) {
//     if (item.overdue()) Remind(item.owner(), item.id());
//   }
//
// Like the engine's, every answer is a pure function of what is given, the same for any order of
// it; what nobody can tell is listed with the facts that are missing, never left out. Thread-safe.
#ifndef LIBCHANGEPOLICY_DUTIES_H_
#define LIBCHANGEPOLICY_DUTIES_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/duties.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/engine.h"
#include "libchangepolicy/policy.h"

namespace changepolicy {

struct DueQuestion {
  // The instant of the question. Required: the library reads no clock.
  absl::Time now = absl::InfinitePast();
  // What is due up to it, itself included; without it everything.
  std::optional<absl::Time> until;
};

// What is owed: obligations that the ledger lists as open; those that steps of the records brought
// which were taken already, that are not met, and that the ledger does not list; accepted risks and
// their compensating controls; training, change models and the policy's review (docs/duties.md).
// INVALID_ARGUMENT for a question without an instant; a record that cannot be asked is named in
// `problems`, and so are a ledger and a directory older than the policy allows. Costs some
// decisions for each record and step that brings something, and O(n log n) in the organization.
absl::StatusOr<v1::DueAnswer> ListDue(const Policy& policy, const Organization& organization,
                                      const std::vector<v1::ChangeRequest>& changes,
                                      const std::vector<v1::Release>& releases,
                                      const DueQuestion& question);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DUTIES_H_
