#include "libchangepolicy/domain/review.h"

#include <algorithm>

#include "libchangepolicy/domain/documents.h"
#include "libchangepolicy/domain/instants.h"

namespace changepolicy {

bool IsReviewed(const Reviews& reviews, const Deployments& deployments,
                absl::Span<const v1::Environment> environments, const v1::TextRules& rules) {
  absl::Time deployed = absl::InfinitePast();
  for (const v1::Environment place : DeployedTo(deployments, environments)) {
    deployed = std::max(deployed, LastDeployedAt(deployments, place));
  }
  return std::any_of(reviews.begin(), reviews.end(), [&](const v1::Review& review) {
    return !review.by().empty() && IsMeaningful(review.findings(), rules) &&
           HappenedAt(review, true) >= deployed;
  });
}

}  // namespace changepolicy
