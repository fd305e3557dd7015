// Memory for decisions, kept by each thread from one to the next.
#ifndef LIBCHANGEPOLICY_EVAL_WORKSPACE_H_
#define LIBCHANGEPOLICY_EVAL_WORKSPACE_H_

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/flat/encode.h"
#include "libchangepolicy/program/evaluator.h"
#include "libchangepolicy/program/rule_index.h"

namespace changepolicy {

struct Workspace {
  flat::Arena arena;
  flat::Buffer buffer;
  ProgramEvaluator evaluator;
  // Of the expression that was evaluated last; and of a rule's condition, while its demand is
  // asked.
  FactReads reads, condition_reads;
  std::vector<std::string_view> open;
  RuleIndex::Scratch candidates;
  std::vector<int> rules;
  // Later instants at which something may change: what the subject brings, and all of them.
  std::vector<absl::Time> subject_changes, changes;
};

// Bytes of an arena that a thread keeps.
inline constexpr size_t kMostKept = 4u << 20;

// One of the thread's, with an empty arena, for as long as the lease lives. A decision within
// another, where a release asks for its changes, has its own.
class WorkspaceLease {
 public:
  WorkspaceLease();
  ~WorkspaceLease();
  WorkspaceLease(WorkspaceLease&&) = default;

  Workspace* operator->() const { return workspace_.get(); }
  Workspace& operator*() const { return *workspace_; }

 private:
  std::unique_ptr<Workspace> workspace_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_WORKSPACE_H_
