// A policy that was read, merged with its overlays and checked: every expression compiled, every
// reference resolved. Immutable, thread-safe.
#ifndef LIBCHANGEPOLICY_CHECK_CHECKED_POLICY_H_
#define LIBCHANGEPOLICY_CHECK_CHECKED_POLICY_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "changepolicy/v1/policy.pb.h"
#include "libchangepolicy/base/canonical.h"
#include "libchangepolicy/base/serial.h"
#include "libchangepolicy/calendar/compiled_calendar.h"
#include "libchangepolicy/cel/environment.h"
#include "libchangepolicy/check/checked_expression.h"
#include "libchangepolicy/domain/text_judge.h"
#include "libchangepolicy/issue.h"

namespace changepolicy {

// Text with expressions in it: `{{change.id}} is late`.
struct MessageTemplate {
  struct Piece {
    std::string_view text;  // of an expression: as written
    std::optional<CheckedExpression> expression;
  };
  std::vector<Piece> pieces;
};

// What a rule of any kind consists of; what its kind does not have is empty.
struct CheckedRule {
  std::optional<CheckedExpression> applies_if, must, met_if, due_after;
  MessageTemplate message;
  bool for_change = true;
  bool for_release = true;
  // Controls of its clauses, sorted, each once.
  absl::Span<const std::string_view> controls;
};

struct CheckedDefinition {
  std::string name;
  CheckedExpression expression;
  bool for_change = true;
  bool for_release = true;
};

// Something that an overlay added, changed or took away.
struct OverlayChange {
  enum class Kind { kAdded, kChanged, kRemoved };
  Kind kind = Kind::kAdded;
  std::string overlay;  // its id
  std::string element;  // like `gates[staging-tests]`
  std::string reason;
};

class PreparedOutcomes;

class CheckedPolicy {
 public:
  CheckedPolicy(const CheckedPolicy&) = delete;
  CheckedPolicy& operator=(const CheckedPolicy&) = delete;

  // With all overlays merged in.
  const v1::Policy& policy() const { return policy_; }
  // `sha256:<hex>` of the merged policy's canonical form.
  const std::string& digest() const { return digest_; }
  // Version of the rules of the zones that the merged policy names (ZoneRulesNamedIn).
  const std::string& zone_rules() const { return zone_rules_; }

  // Of this object alone.
  uint64_t serial() const { return serial_.number(); }

  // Parallel to the lists of policy().
  const std::vector<CheckedRule>& factors() const { return factors_; }
  const std::vector<CheckedRule>& categories() const { return categories_; }
  const std::vector<CheckedRule>& priorities() const { return priorities_; }
  const std::vector<CheckedRule>& approvals() const { return approvals_; }
  const std::vector<CheckedRule>& pairs() const { return pairs_; }  // of `separation`
  const std::vector<CheckedRule>& gates() const { return gates_; }
  const std::vector<CheckedRule>& obligations() const { return obligations_; }
  const std::vector<CheckedRule>& lints() const { return lints_; }
  const std::vector<CheckedRule>& invariants() const { return invariants_; }
  // The lives in force: the policy's, or the library's own where it states none.
  const v1::LifeCycle& life_cycle() const { return life_cycle_; }
  const std::vector<CheckedRule>& change_steps() const { return change_steps_; }
  const std::vector<CheckedRule>& release_steps() const { return release_steps_; }
  // The policy's own calendar.
  const CompiledCalendar& calendar() const { return calendar_; }
  // Each after those that it reads.
  const std::vector<CheckedDefinition>& definitions() const { return definitions_; }
  const CheckedDefinition* FindDefinition(std::string_view name) const;

  const std::vector<OverlayChange>& overlay_changes() const { return overlay_changes_; }
  // How the policy reassigns fields to aspects.
  const AspectOverrides& aspects() const { return aspects_; }
  // By its rules for texts.
  const TextJudge& texts() const { return *texts_; }
  // What Decisions say of its rules whatever the subject.
  const PreparedOutcomes& outcomes() const { return *outcomes_; }

 private:
  friend class PolicyChecker;
  CheckedPolicy() = default;

  // All that follows refers to its texts.
  v1::Policy policy_;
  Serial serial_;
  std::string digest_;
  std::string zone_rules_;
  std::vector<CheckedRule> factors_, categories_, priorities_, approvals_, pairs_, gates_,
      obligations_, lints_, invariants_, change_steps_, release_steps_;
  v1::LifeCycle life_cycle_;
  std::vector<CheckedDefinition> definitions_;
  std::vector<OverlayChange> overlay_changes_;
  AspectOverrides aspects_;
  CompiledCalendar calendar_;
  // Expressions refer to the environments that compiled them.
  std::vector<std::shared_ptr<const cel::Environment>> environments_;
  std::shared_ptr<const PreparedOutcomes> outcomes_;
  std::shared_ptr<const TextJudge> texts_;
  ExpressionStore expressions_;
  std::set<std::vector<std::string_view>> controls_;  // of rules
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CHECK_CHECKED_POLICY_H_
