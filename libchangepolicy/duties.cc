#include "libchangepolicy/duties.h"

#include "libchangepolicy/eval/due.h"

namespace changepolicy {

absl::StatusOr<v1::DueAnswer> ListDue(const Policy& policy, const Organization& organization,
                                      const std::vector<v1::ChangeRequest>& changes,
                                      const std::vector<v1::Release>& releases,
                                      const DueQuestion& question) {
  return ListDue(*policy.checked(), *organization.bound(), changes, releases,
                 DueOptions{.now = question.now, .until = question.until});
}

}  // namespace changepolicy
