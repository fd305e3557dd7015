// Bounds on what an author may ask for. Beyond one, an explicit error; never a crash.
#ifndef LIBCHANGEPOLICY_CEL_LIMITS_H_
#define LIBCHANGEPOLICY_CEL_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace changepolicy::cel {

struct Limits {
  // Bytes of an expression's text.
  size_t text_bytes = 100'000;
  // Levels of nesting in the text, and of the tree that it becomes: brackets, operators in a row,
  // branches of a conditional.
  size_t nesting = 200;
  size_t tree_depth = 800;
  size_t nodes = 100'000;
  // Steps of working out the types of one expression.
  uint64_t type_steps = 4'000'000;
  // Levels of the types that it may have, and of the values that its evaluation may make.
  size_t type_depth = 200;
  size_t value_depth = 200;
  // Steps of one evaluation: nodes visited, and elements or 64 bytes that are handled. Bounds the
  // time, to about a second.
  uint64_t evaluation_steps = 10'000'000;
  // Cost of one evaluation in the units of cel-go (cost_model.h), which is what EstimateCost bounds
  // beforehand. Ten times the steps, since making a list or a map costs 10 or 30 for a single step:
  // an expression whose steps suffice meets this limit only by functions whose cost is a product
  // of sizes. Kubernetes allows a request a tenth of it.
  uint64_t cost = 100'000'000;
  // Bytes of values that one evaluation makes, those included that it has dropped by then. What a
  // policy reads stays where it is, and the largest change request has a few MB.
  uint64_t memory_bytes = 100'000'000;
};

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_LIMITS_H_
