// What a team owes, by the ledger, how often it took the fast way, and which incidents are over.
//
// An obligation is open until `done_at`, and overdue from `due_at` on while it is open. `team`
// empty means that the subject's team is not stated: the answer then needs `team` where the ledger
// holds anything that could belong to it.
#ifndef LIBCHANGEPOLICY_DOMAIN_LEDGER_INDEX_H_
#define LIBCHANGEPOLICY_DOMAIN_LEDGER_INDEX_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/organization.pb.h"
#include "libchangepolicy/domain/finding.h"
#include "libchangepolicy/domain/records_seen.h"

namespace changepolicy {

struct EmergencyCount {
  // Different subjects; runs without a subject count one by one.
  int64_t count = 0;
  std::string needs_fact;
};

// Immutable, thread-safe; does not refer to the ledger. Copies share what was indexed. The instants
// at which an answer changes by the clock alone are appended to `changes`, which may be null; those
// at which further records are seen are not.
class LedgerIndex {
 public:
  LedgerIndex();
  // O(n log n).
  explicit LedgerIndex(const v1::Ledger& ledger);

  // The same of what is seen. O(1).
  LedgerIndex AsOf(const RecordsSeen& seen) const;

  // The team owes something past its deadline; with `rule` not empty, something that this
  // obligation rule brought. O(what the team has to do, or had at an earlier `now`).
  Finding IsOverdue(std::string_view team, std::string_view rule, absl::Time now,
                    std::vector<absl::Time>* changes) const;

  // The team owes something, overdue or not. As much work.
  Finding IsOpen(std::string_view team, std::string_view rule, absl::Time now,
                 std::vector<absl::Time>* changes) const;

  // The team's emergencies that happened in (now - period, now]: one at t counts throughout
  // [t, t + period). O(n log n) in its emergencies since then.
  EmergencyCount CountEmergencies(std::string_view team, absl::Duration period, absl::Time now,
                                  std::vector<absl::Time>* changes) const;

  // The ledger knows an incident of that id, and each that it knows was over for at least
  // `duration`; a negative one counts as none. False for what the ledger does not know: advisories
  // stand elsewhere. O(1).
  bool IsIncidentOver(std::string_view id, absl::Duration duration, absl::Time now,
                      std::vector<absl::Time>* changes) const;

 private:
  struct Built;

  std::shared_ptr<const Built> built_;
  RecordsSeen seen_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_LEDGER_INDEX_H_
