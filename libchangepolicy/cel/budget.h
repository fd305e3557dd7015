// What one evaluation may use, what it has used, and by which parts of the expression. Included by
// the evaluator only.
#ifndef LIBCHANGEPOLICY_CEL_BUDGET_H_
#define LIBCHANGEPOLICY_CEL_BUDGET_H_

#include <cstdint>
#include <optional>

#include "absl/container/inlined_vector.h"
#include "libchangepolicy/cel/limits.h"
#include "libchangepolicy/cel/tree.h"
#include "libchangepolicy/cel/value.h"

namespace changepolicy::cel {

class Budget {
 public:
  // Whether it is kept which parts used how much, for the error to name one. That takes room for
  // each node of the tree, which is too much for whoever evaluates one part after the other.
  enum class Blame { kParts, kNobody };

  // Tree and limits must outlive the budget.
  Budget(const Tree& tree, const Limits& limits, Blame blame = Blame::kParts)
      : tree_(tree), limits_(limits), used_(blame == Blame::kParts ? tree.nodes.size() : 0) {}

  // Each is false when the limit is exceeded, and from then on.
  bool Work(NodeId node, uint64_t steps) {
    return Use(kSteps, limits_.evaluation_steps, node, steps);
  }
  bool Cost(NodeId node, uint64_t units) { return Use(kCost, limits_.cost, node, units); }
  bool Memory(NodeId node, uint64_t bytes) {
    return Use(kMemory, limits_.memory_bytes, node, bytes);
  }
  // Whether so much more would still fit; nothing is used. Afterwards exhausted, if not.
  bool HasMemory(NodeId node, uint64_t bytes) {
    if (exhausted_) return false;
    return bytes <= limits_.memory_bytes - total_[kMemory] || Exceed(kMemory, node, bytes);
  }
  // The same by an error of another limit's.
  void Halt(Value error);

  bool exhausted() const { return exhausted_; }
  // The error that says which limit was exceeded, and by which part where that is kept. REQUIRES:
  // exhausted().
  // Linear in the tree; the same at every call.
  Value Exhausted();

  uint64_t steps() const { return total_[kSteps]; }
  uint64_t cost() const { return total_[kCost]; }
  uint64_t memory_bytes() const { return total_[kMemory]; }

 private:
  enum Resource { kSteps, kCost, kMemory };
  struct Used {
    uint64_t by[3] = {0, 0, 0};
  };

  bool Use(Resource resource, uint64_t limit, NodeId node, uint64_t amount) {
    if (exhausted_) return false;
    if (amount > limit - total_[resource]) return Exceed(resource, node, amount);
    total_[resource] += amount;
    if (!used_.empty()) used_[static_cast<size_t>(node)].by[resource] += amount;
    return true;
  }
  bool Exceed(Resource resource, NodeId node, uint64_t amount);

  const Tree& tree_;
  const Limits& limits_;
  absl::InlinedVector<Used, 24> used_;  // by node, without its parts; or empty
  uint64_t total_[3] = {0, 0, 0};
  bool exhausted_ = false;
  Resource exceeded_ = kSteps;
  std::optional<Value> error_;
};

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_BUDGET_H_
