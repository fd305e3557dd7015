// `now` may only be compared: otherwise nobody could say when an answer changes.
#ifndef LIBCHANGEPOLICY_CHECK_NOW_USE_H_
#define LIBCHANGEPOLICY_CHECK_NOW_USE_H_

#include <utility>
#include <vector>

#include "libchangepolicy/cel/diagnostic.h"
#include "libchangepolicy/cel/expression.h"

namespace changepolicy {

// The comparisons that `now` takes part in (CheckedExpression::now_comparisons). Every other use is
// a diagnostic. Linear in the expression.
std::vector<std::pair<cel::NodeId, int>> FindNowComparisons(const cel::Expression& expression,
                                                            cel::Diagnostics* diagnostics);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CHECK_NOW_USE_H_
