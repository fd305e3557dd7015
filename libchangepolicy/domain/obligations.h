// What a team owes, by the ledger, and how often it took the fast way.
//
// An obligation is open until `done_at`, and overdue from `due_at` on while it is open. Functions
// take the ledger as visible at `now`. `team` empty means that the subject's team is not stated:
// the answer then needs `team` where the ledger holds anything that could belong to it.
#ifndef LIBCHANGEPOLICY_DOMAIN_OBLIGATIONS_H_
#define LIBCHANGEPOLICY_DOMAIN_OBLIGATIONS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/organization.pb.h"
#include "libchangepolicy/domain/finding.h"

namespace changepolicy {

// The team owes something past its deadline; with `rule` not empty, something that this obligation
// rule brought. O(obligations).
Finding IsOverdue(const v1::Ledger& ledger, std::string_view team, std::string_view rule,
                  absl::Time now, std::vector<absl::Time>* changes);

// The team owes something, overdue or not. O(obligations).
Finding IsOpen(const v1::Ledger& ledger, std::string_view team, std::string_view rule,
               absl::Time now, std::vector<absl::Time>* changes);

struct EmergencyCount {
  // Different subjects; runs without a subject count one by one.
  int64_t count = 0;
  std::string needs_fact;
};

// The team's emergencies that happened in (now - period, now]: one at t counts throughout
// [t, t + period). O(n log n) in past runs.
EmergencyCount CountEmergencies(const v1::Ledger& ledger, std::string_view team,
                                absl::Duration period, absl::Time now,
                                std::vector<absl::Time>* changes);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_OBLIGATIONS_H_
