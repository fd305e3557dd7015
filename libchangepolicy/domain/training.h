// Whether somebody is trained for what they do.
#ifndef LIBCHANGEPOLICY_DOMAIN_TRAINING_H_
#define LIBCHANGEPOLICY_DOMAIN_TRAINING_H_

#include <functional>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/organization.pb.h"

namespace changepolicy {

// Whether the person for whose accounts `is_person` is true has completed the course, and that
// holds at `now`: in [completed_at, expires_at), without end where none is given. A record that
// does not say when the course was completed counts for nothing. O(training).
bool IsTrained(const v1::Directory& directory, std::string_view course,
               const std::function<bool(std::string_view account)>& is_person, absl::Time now,
               std::vector<absl::Time>* changes);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_TRAINING_H_
