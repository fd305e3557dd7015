// From numbers back to people: what was found, told as answers. Included by evaluate.cc only.
#ifndef LIBCHANGEPOLICY_APPROVAL_OUTCOME_H_
#define LIBCHANGEPOLICY_APPROVAL_OUTCOME_H_

#include <span>

#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/approval/claims.h"
#include "libchangepolicy/approval/judge.h"

namespace changepolicy {

// Fills in outcome, counted and status of the answers of the rules that were judged.
void Tell(const Judged& judged, const Tally& tally, const Poll& poll,
          std::span<RuleAnswer> answers);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_OUTCOME_H_
