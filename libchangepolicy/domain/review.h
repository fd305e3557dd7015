// Whether the work was looked back upon.
#ifndef LIBCHANGEPOLICY_DOMAIN_REVIEW_H_
#define LIBCHANGEPOLICY_DOMAIN_REVIEW_H_

#include "absl/types/span.h"
#include "changepolicy/v1/common.pb.h"
#include "changepolicy/v1/evidence.pb.h"
#include "changepolicy/v1/policy.pb.h"
#include "libchangepolicy/domain/deployment.h"
#include "libchangepolicy/domain/text_judge.h"

namespace changepolicy {

// There is a review by somebody, with meaningful findings, that is not older than the last
// deployment to any of `environments` (empty: to any at all): what is written before the work is no
// look back. Where nothing was deployed, one without a time will do.
// O(reviews + environments * deployments). `Reviews` and `Deployments` are both protobuf's lists or
// both flat ones.
template <typename Reviews, typename Deployments>
bool IsReviewed(const Reviews& reviews, const Deployments& deployments,
                absl::Span<const v1::Environment> environments, const TextJudge& texts);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_REVIEW_H_
