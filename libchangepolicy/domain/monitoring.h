// Whether a release was watched after its deployment: every signal, and for long enough.
#ifndef LIBCHANGEPOLICY_DOMAIN_MONITORING_H_
#define LIBCHANGEPOLICY_DOMAIN_MONITORING_H_

#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/release.flat.h"

namespace changepolicy {

struct Watch {
  // When it is over; nothing: it has not begun, or never ends. It begins when the watching does,
  // or with the last deployment to production or to an environment of the release where that is
  // later, so that each deployment starts it again.
  std::optional<absl::Time> until;
  // Performance, logs and security alerts are watched, and that instant has come.
  bool complete = false;
};

// The watch lasts for what the release declares, and at least for `at_least`; of either a negative
// one counts as none. To `changes` (may be null) goes its end. O(environments * deployments).
Watch WatchOf(const flat::Release& release, absl::Duration at_least, absl::Time now,
              std::vector<absl::Time>* changes);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_MONITORING_H_
