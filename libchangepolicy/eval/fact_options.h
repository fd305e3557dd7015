// Values with which a missing fact is tried.
#ifndef LIBCHANGEPOLICY_EVAL_FACT_OPTIONS_H_
#define LIBCHANGEPOLICY_EVAL_FACT_OPTIONS_H_

#include <vector>

#include "absl/time/time.h"
#include "libchangepolicy/cel/value.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/eval/bound_organization.h"
#include "libchangepolicy/eval/fact_edit.h"
#include "libchangepolicy/eval/rule_literals.h"

namespace changepolicy {

// Most of them.
inline constexpr size_t kMostOptions = 24;

// All values that it can have where these are few. Otherwise what is likely to do: what the rule
// that reads it compares with, what the organization has of its kind, one that says something,
// none. In a fixed order.
std::vector<cel::Value> OptionsOf(const CheckedPolicy& policy,
                                  const BoundOrganization& organization, const FactPlace& place,
                                  const Literals& literals, absl::Time now);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_FACT_OPTIONS_H_
