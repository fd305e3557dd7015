// Whether the policy's release criteria are confirmed by those who may.
#ifndef LIBCHANGEPOLICY_EVAL_CRITERIA_H_
#define LIBCHANGEPOLICY_EVAL_CRITERIA_H_

#include <string>
#include <vector>

#include "changepolicy/v1/policy.pb.h"
#include "libchangepolicy/eval/evaluation.h"

namespace changepolicy {

// The latest record of the criterion by somebody who was eligible at its time confirms it. Of
// several at one instant a withdrawal decides. A confirmation without a time does not count, a
// withdrawal without one is the latest. O(records * people).
bool IsConfirmed(const v1::Criterion& criterion, const Evaluation& evaluation);

// Those that are not confirmed, by id, in the policy's order.
std::vector<std::string> OpenCriteria(const Evaluation& evaluation);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_CRITERIA_H_
