// How much an expression can cost before it is evaluated, from the sizes that its input may have.
//
//   SizeLimits limits{.list = 50, .paths = {{"change.services", 20}}};
//   CostEstimate estimate = EstimateCost(expression, limits);
//   if (estimate.max > allowed) Refuse(Describe(estimate, expression));
#ifndef LIBCHANGEPOLICY_CEL_COST_H_
#define LIBCHANGEPOLICY_CEL_COST_H_

#include <cstdint>
#include <map>
#include <string>

#include "libchangepolicy/cel/expression.h"

namespace changepolicy::cel {

// The most that size() may give for values of the input, and for the results of functions without
// a cost model. An evaluation over larger ones may cost more than the bound says.
struct SizeLimits {
  uint64_t string = 1'000;  // code points
  uint64_t bytes = 10'000;
  uint64_t list = 100;  // elements
  uint64_t map = 100;   // entries
  // By the place in the input, instead of these: `change.services` at most 20,
  // `change.services[*].name` at most 64, `change.labels[*]` for the values of a map and
  // `change.labels[key]` for its keys.
  std::map<std::string, uint64_t, std::less<>> paths;
};

struct CostEstimate {
  // Of an evaluation in which nothing fails; one that fails may end earlier.
  uint64_t min = 0;
  // Of any. The largest number of 64 bits stands for no bound.
  uint64_t max = 0;
  // The part that most of `max` goes into, with its share.
  NodeId dominant = kNoNode;
  uint64_t dominant_max = 0;
};

// In the units of cel-go, from the same models as the cost that EvaluateMeasured counts
// (cost_model.h). Loops count the most elements that their range can have, lists that a loop
// gathers are as long as that allows, conditionals take the dearer branch, && and || both sides.
// Linear in the expression. Thread-safe.
CostEstimate EstimateCost(const Expression& expression, const SizeLimits& limits);

// `the expression may cost up to 12,000,000, of which `names.all(...)` at 1:5 11,999,000`
std::string Describe(const CostEstimate& estimate, const Expression& expression);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_COST_H_
