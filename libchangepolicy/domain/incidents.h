// What the ledger says of the incident behind an emergency.
#ifndef LIBCHANGEPOLICY_DOMAIN_INCIDENTS_H_
#define LIBCHANGEPOLICY_DOMAIN_INCIDENTS_H_

#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/organization.pb.h"

namespace changepolicy {

// The ledger knows an incident of that id, and each that it knows was over for at least `duration`;
// a negative one counts as none. False for what the ledger does not know: advisories stand
// elsewhere. O(incidents).
bool IsIncidentOver(const v1::Ledger& ledger, std::string_view id, absl::Duration duration,
                    absl::Time now, std::vector<absl::Time>* changes);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_INCIDENTS_H_
