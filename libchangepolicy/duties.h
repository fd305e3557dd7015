// What is owed, by whom and until when; what there is to do at each step, and who sees to it.
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
#include <string>
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

struct ChecklistQuestion {
  // The instant of the question. Required where it is about a subject.
  absl::Time now = absl::InfinitePast();
  // What the checklist is limited to; empty or unspecified: nothing.
  std::string role;
  v1::Transition transition = v1::TRANSITION_UNSPECIFIED;
  v1::SubjectKind kind = v1::SUBJECT_KIND_UNSPECIFIED;
};

// Everything that the policy asks for, step by step: approvals, pairs of parts, gates, criteria,
// documents, and what is owed afterwards. INVALID_ARGUMENT for a role that the policy does not
// declare. O(size of the policy * steps).
absl::StatusOr<v1::Checklist> MakeChecklist(const Policy& policy,
                                            const ChecklistQuestion& question);

// What of it applies to the subject at the steps ahead of it, and how that stands. Errors besides
// are those of Engine::Decide. Costs one decision for each step.
absl::StatusOr<v1::Checklist> MakeChecklist(const Engine& engine, const v1::ChangeRequest& change,
                                            const ChecklistQuestion& question);
absl::StatusOr<v1::Checklist> MakeChecklist(const Engine& engine, const v1::Release& release,
                                            const ChecklistQuestion& question);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DUTIES_H_
