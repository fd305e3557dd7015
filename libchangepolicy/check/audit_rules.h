// What a policy declares as personal data, and how it has records audited, held against the model.
#ifndef LIBCHANGEPOLICY_CHECK_AUDIT_RULES_H_
#define LIBCHANGEPOLICY_CHECK_AUDIT_RULES_H_

#include "libchangepolicy/check/merge.h"
#include "libchangepolicy/issue.h"

namespace changepolicy {

// Complains about a field of personal data that leads nowhere, holds no text, or identifies a
// record; about thresholds that nothing can meet; about a test of the auditor's programme that is
// not named or stands twice; and about clauses and controls as of every rule.
void CheckAuditRules(const MergedPolicy& merged, Issues* issues);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CHECK_AUDIT_RULES_H_
