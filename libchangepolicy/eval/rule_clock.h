// Whether waiting may open a rule that holds a gate shut.
#ifndef LIBCHANGEPOLICY_EVAL_RULE_CLOCK_H_
#define LIBCHANGEPOLICY_EVAL_RULE_CLOCK_H_

#include "absl/time/time.h"
#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "google/protobuf/message.h"
#include "libchangepolicy/check/checked_policy.h"

namespace changepolicy {

// Something in the directory begins, or some record of the subject becomes visible, after `now`:
// waiting may then change whatever reads it. Linear in both.
bool SomethingBegins(const CheckedPolicy& policy, const v1::Directory& directory,
                     const google::protobuf::Message& subject, absl::Time now);

// The rule compares something with `now`, or read what does. False for what waiting can only make
// worse, where nothing begins later.
bool MayOpenInTime(const CheckedPolicy& policy, const v1::RuleOutcome& outcome);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_RULE_CLOCK_H_
