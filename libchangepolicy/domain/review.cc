#include "libchangepolicy/domain/review.h"

#include <algorithm>

#include "changepolicy/v1/evidence.flat.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "libchangepolicy/domain/instants.h"

namespace changepolicy {

template <typename Reviews, typename Deployments>
bool IsReviewed(const Reviews& reviews, const Deployments& deployments,
                absl::Span<const v1::Environment> environments, const TextJudge& texts) {
  absl::Time deployed = absl::InfinitePast();
  for (const v1::Environment place : DeployedTo(deployments, environments)) {
    deployed = std::max(deployed, LastDeployedAt(deployments, place));
  }
  return std::any_of(reviews.begin(), reviews.end(), [&](const auto& review) {
    return !review.by().empty() && texts.IsMeaningful(review.findings()) &&
           HappenedAt(review, true) >= deployed;
  });
}

template bool IsReviewed(const google::protobuf::RepeatedPtrField<v1::Review>&,
                         const google::protobuf::RepeatedPtrField<v1::Deployment>&,
                         absl::Span<const v1::Environment>, const TextJudge&);
template bool IsReviewed(const flat::RepeatedMessage<flat::Review>&,
                         const flat::RepeatedMessage<flat::Deployment>&,
                         absl::Span<const v1::Environment>, const TextJudge&);

}  // namespace changepolicy
