// Tree and variables to a value, by walking the tree (specification, "Evaluation").
#ifndef LIBCHANGEPOLICY_CEL_EVALUATOR_H_
#define LIBCHANGEPOLICY_CEL_EVALUATOR_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "libchangepolicy/cel/activation.h"
#include "libchangepolicy/cel/expression.h"
#include "libchangepolicy/cel/value.h"

namespace changepolicy::cel {

// Never fails: errors and unknowns are values. Ends within the environment's limits on steps, cost
// and memory, whatever the expression: beyond one, the value is an error of the code
// kResourceExhausted that names the limit and the part of the expression that used most of it.
// Nothing in the expression can hide that error. Thread-safe for different activations.
Value Evaluate(const Expression& expression, const Activation& activation);

// A variable of an enclosing comprehension.
struct LocalVariable {
  std::string name;
  Value value;
};

// For partial evaluation: a part of the expression, inside comprehensions whose variables stand for
// `locals`, innermost last. Takes its steps from `steps_left`, and time by the part, not by the
// whole expression; the error of a limit does not say which part used most.
Value EvaluatePart(const Expression& expression, NodeId part, std::vector<LocalVariable> locals,
                   const Activation& activation, uint64_t* steps_left);

// Every unknown attribute on which the value may depend: those of the value's own UnknownSet, and
// those that matter only once others are known, behind an unknown condition or in the body of a
// macro over an unknown list. Nothing when the value is known. When the limit of steps is reached
// first, every path that the expression mentions is added.
std::set<std::string> UnknownsBehind(const Expression& expression, const Activation& activation);
struct Evaluation {
  Value value;
  // In the units of cel-go (cost_model.h); what EstimateCost of cost.h bounds.
  uint64_t cost = 0;
  // Of limits.evaluation_steps and limits.memory_bytes.
  uint64_t steps = 0;
  uint64_t memory_bytes = 0;
};
// The same, and what it took. Deterministic.
Evaluation EvaluateMeasured(const Expression& expression, const Activation& activation);

// Of a part that reads neither variables nor locals, within so many steps; time and errors as of
// EvaluatePart.
Evaluation EvaluateConstant(const Expression& expression, NodeId part, uint64_t steps);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_EVALUATOR_H_
