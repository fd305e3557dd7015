// What a Decision says of each rule of a policy whatever the subject, made and encoded when the
// policy is loaded.
#ifndef LIBCHANGEPOLICY_CHECK_PREPARED_OUTCOMES_H_
#define LIBCHANGEPOLICY_CHECK_PREPARED_OUTCOMES_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "changepolicy/v1/decision.flat.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/flat/encode.h"

namespace changepolicy {

// Parallel to the lists of the policy. Whoever tells of a rule takes its message and adds what the
// subject brings. Immutable, thread-safe; refers to the policy's texts.
class PreparedOutcomes {
 public:
  explicit PreparedOutcomes(const CheckedPolicy& policy);
  PreparedOutcomes(const PreparedOutcomes&) = delete;
  PreparedOutcomes& operator=(const PreparedOutcomes&) = delete;

  flat::RuleOutcome approval(int index) const { return OutcomeOf(approvals_[At(index)]); }
  flat::RuleOutcome pair(int index) const { return OutcomeOf(pairs_[At(index)]); }
  flat::RuleOutcome gate(int index) const { return OutcomeOf(gates_[At(index)]); }
  // Asks the processor for what `gate` and who encodes it will read, in two steps, of which the
  // second reads what the first has asked for.
  void FetchGate(int index) const { __builtin_prefetch(&gates_[At(index)]); }
  void FetchPrepared(int index) const {
    const char* const prepared = reinterpret_cast<const char*>(gates_[At(index)].prepared);
    for (int line = 0; line < 3; ++line) __builtin_prefetch(prepared + 64 * line);
  }
  const flat::RiskPoint& factor(int index) const { return factors_[At(index)]; }
  const flat::RiskPoint& question(int index) const { return questions_[At(index)]; }
  const flat::Categorization& category(int index) const { return categories_[At(index)]; }
  const flat::PriorityAssessment& priority(int index) const { return priorities_[At(index)]; }
  const flat::ObligationDue& obligation(int index) const { return obligations_[At(index)]; }

 private:
  // Of an outcome, which is four times as long.
  struct RuleParts {
    std::string_view rule;
    const char* kind;
    const std::string_view* clauses;
    const std::string_view* controls;
    int32_t clause_count, control_count;
    const flat::Prepared* prepared;
  };

  static size_t At(int index) { return static_cast<size_t>(index); }
  static flat::RuleOutcome OutcomeOf(const RuleParts& parts);
  template <typename Rules>
  std::vector<RuleParts> PartsOf(const char* kind, const Rules& rules,
                                 const std::vector<CheckedRule>& checked);

  flat::Arena arena_;
  std::vector<RuleParts> approvals_, pairs_, gates_;
  std::vector<flat::RiskPoint> factors_, questions_;
  std::vector<flat::Categorization> categories_;
  std::vector<flat::PriorityAssessment> priorities_;
  std::vector<flat::ObligationDue> obligations_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CHECK_PREPARED_OUTCOMES_H_
