// Whether the levels of risk cover every score once, and every method can be computed.
#ifndef LIBCHANGEPOLICY_CHECK_RISK_RULES_H_
#define LIBCHANGEPOLICY_CHECK_RISK_RULES_H_

#include <set>
#include <string>

#include "changepolicy/v1/policy.pb.h"
#include "libchangepolicy/check/merge.h"
#include "libchangepolicy/issue.h"

namespace changepolicy {

// Complains about scores without a level or with two, levels out of order, a matrix with a gap or a
// pair twice, points below 1 (below 0 of answers), and questions without answers; warns of levels
// that no subject reaches. `clauses` are those that the policy declares.
void CheckRiskRules(const v1::Policy& policy, const std::set<std::string>& clauses,
                    const Origins& origins, Issues* issues);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CHECK_RISK_RULES_H_
