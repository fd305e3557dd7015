// Tree and variables to a value, by walking the tree (specification, "Evaluation").
#ifndef LIBCHANGEPOLICY_CEL_EVALUATOR_H_
#define LIBCHANGEPOLICY_CEL_EVALUATOR_H_

#include "libchangepolicy/cel/activation.h"
#include "libchangepolicy/cel/expression.h"
#include "libchangepolicy/cel/value.h"

namespace changepolicy::cel {

// Never fails: errors and unknowns are values. Ends after limits.evaluation_steps of the
// environment, whatever the expression. Thread-safe for different activations.
Value Evaluate(const Expression& expression, const Activation& activation);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_EVALUATOR_H_
