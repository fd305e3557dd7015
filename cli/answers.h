// Answers that a person types, as values of facts.
#ifndef CLI_ANSWERS_H_
#define CLI_ANSWERS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "libchangepolicy/cel/value.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/eval/fact_place.h"

namespace changepolicy::cli {

// What can be answered, like `yes or no`, `NONE, LOW, MEDIUM or HIGH`, `a duration like 36h`; empty
// for a fact that cannot be put into one line.
std::string AnswerForm(const CheckedPolicy& policy, const FactPlace& place);

// By the fact's type; without surrounding blanks. Lists are written with commas, `none` is the
// empty one. INVALID_ARGUMENT says what is wrong, in one sentence without a full stop.
absl::StatusOr<cel::Value> ReadAnswer(const CheckedPolicy& policy, const FactPlace& place,
                                      std::string_view answer);

}  // namespace changepolicy::cli

#endif  // CLI_ANSWERS_H_
