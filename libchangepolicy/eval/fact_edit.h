// What a fact of a subject can be, and how it is set in the caller's message.
#ifndef LIBCHANGEPOLICY_EVAL_FACT_EDIT_H_
#define LIBCHANGEPOLICY_EVAL_FACT_EDIT_H_

#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "libchangepolicy/cel/value.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/eval/fact_place.h"

namespace changepolicy {

// All values that it can have, where these are few: of a boolean, of an enum (all that say
// something), the answers to a question of the policy, the values that it declares for a text.
// Empty where there are too many.
std::vector<cel::Value> ClosedValues(const CheckedPolicy& policy, const FactPlace& place);

// Sets the fact; a list of services by their ids. A value that looks unset (an empty list or text)
// is stated, at `now`. False, and nothing changed, for a value of another type than the field's.
bool SetFact(const FactPlace& place, const cel::Value& value, absl::Time now,
             google::protobuf::Message* subject);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_FACT_EDIT_H_
