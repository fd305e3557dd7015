// An expression made ready to be evaluated often: what does not change from one evaluation to the
// next is worked out once, and what an evaluation makes on its way lies in memory that the thread
// keeps.
//
// A plan answers only where it is sure to say what the plain evaluator (evaluator.h) says.
// Unknowns, some errors, facts that somebody watches, and whatever may exceed a limit are left to
// that evaluator, which says what they are. So a plan counts steps, cost and memory as an upper
// bound of what the plain evaluator would.
#ifndef LIBCHANGEPOLICY_CEL_PLAN_H_
#define LIBCHANGEPOLICY_CEL_PLAN_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "libchangepolicy/cel/expression.h"
#include "libchangepolicy/cel/value.h"

namespace changepolicy::cel {

struct PlanParts;

// Immutable, thread-safe. Must not outlive the environment of its expression.
class Plan {
 public:
  // Null where the expression has something that plans do not do.
  static std::shared_ptr<const Plan> Make(const Expression& expression);
  ~Plan();

  // Those that the expression reads, by name.
  const std::vector<std::string>& variables() const { return variables_; }

  // Whether every evaluation gives the same. Then it reads no variables.
  bool is_constant() const;

  // At most so much did the plain evaluator need.
  struct Used {
    uint64_t steps = 0;
    uint64_t cost = 0;
    uint64_t memory_bytes = 0;
  };
  // Nothing where the plain evaluator has to be asked. `values` are those of the variables, in
  // their order; null for one without a value. They must not be unknown.
  std::optional<Value> Evaluate(absl::Span<const Value* const> values, const void* host = nullptr,
                                Used* used = nullptr) const;

 private:
  friend class Planner;
  Plan(const Expression& expression, std::unique_ptr<const PlanParts> parts);

  const Expression expression_;
  std::vector<std::string> variables_;
  const std::unique_ptr<const PlanParts> parts_;
};

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_PLAN_H_
