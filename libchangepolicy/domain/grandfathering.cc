#include "libchangepolicy/domain/grandfathering.h"

#include <algorithm>

#include "libchangepolicy/base/time.h"

namespace changepolicy {
namespace {

template <typename Subject>
bool Stays(const v1::PolicyHeader& version, const google::protobuf::RepeatedField<int>& states,
           const Subject& subject, absl::Time now) {
  return version.has_grandfathering() && version.has_effective_from() && subject.has_created_at() &&
         FromProto(subject.created_at()) < FromProto(version.effective_from()) &&
         std::find(states.begin(), states.end(), static_cast<int>(subject.state())) !=
             states.end() &&
         now < FromProto(version.grandfathering().until());
}

}  // namespace

bool StaysWithVersionBefore(const v1::PolicyHeader& version, const v1::ChangeRequest& change,
                            absl::Time now) {
  return Stays(version, version.grandfathering().changes_in(), change, now);
}

bool StaysWithVersionBefore(const v1::PolicyHeader& version, const v1::Release& release,
                            absl::Time now) {
  return Stays(version, version.grandfathering().releases_in(), release, now);
}

}  // namespace changepolicy
