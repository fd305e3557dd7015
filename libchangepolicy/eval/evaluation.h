// One decision in the making: its four arguments, what each stratum has computed so far, and the
// passes that compute them. Decide (decide.h) calls the passes in the order of the strata; each
// reads what stands above it here and writes its own part.
#ifndef LIBCHANGEPOLICY_EVAL_EVALUATION_H_
#define LIBCHANGEPOLICY_EVAL_EVALUATION_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/time/time.h"
#include "changepolicy/v1/decision.flat.h"
#include "changepolicy/v1/decision.pb.h"
#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/approval/plan.h"
#include "libchangepolicy/approval/subject.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/eval/bound_organization.h"
#include "libchangepolicy/eval/expressions.h"
#include "libchangepolicy/eval/subject.h"
#include "libchangepolicy/flat/arena.h"

namespace changepolicy {

class PolicyIndex;

// Asks whether a change of a release may be deployed.
using DecideChange =
    std::function<absl::StatusOr<v1::Decision>(const v1::ChangeRequest&, v1::Transition)>;

// Where the subject stands in its life, and where it may go from there.
struct LifePosition {
  // Steps that are legal, by number, and the next one on the main path.
  absl::InlinedVector<v1::Transition, 8> legal;
  v1::Transition next = v1::TRANSITION_UNSPECIFIED;
  // The state to which the step that is asked about leads; 0 where it is not legal.
  int state_after = 0;
  // Why nobody can tell whether the step that is asked about is legal: unknown facts, sorted, or an
  // expression that failed.
  FactNames unknown;
  const flat::EvaluationError* error = nullptr;
  // Unknown facts on which it hangs whether an earlier step of the list applies instead, sorted.
  FactNames open;
};

// What the layer of approvals reads of a decision.
struct ApprovalView {
  ApprovalView() = default;
  ApprovalView(const ApprovalView&) = delete;
  ApprovalView& operator=(const ApprovalView&) = delete;

  std::shared_ptr<const ApprovalPlan> looked_up;  // null where the evaluation has one
  ApprovalContext context;
  std::optional<ApprovalSubject> subject;
};

using Outcomes = flat::RepeatedMessage<flat::RuleOutcome>;

struct Evaluation {
  const CheckedPolicy& policy;
  const BoundOrganization& organization;
  const Subject& subject;
  // Where everything lies that is made for the decision.
  flat::Arena& arena;
  // Later instants at which something may change by the clock alone.
  std::vector<absl::Time>& changes;
  absl::Time now;
  v1::Transition transition;
  DecideChange decide_change;
  // See open_world.h.
  bool open_world = false;
  std::string never_stated;

  // The ledger or the directory is older than the policy allows: what it says is unknown.
  bool directory_outdated = false;
  bool ledger_outdated = false;

  flat::ModelAssessment model;
  flat::RiskAssessment risk;
  flat::Categorization categorization;
  flat::PriorityAssessment priority;
  LifePosition life;
  flat::CalendarAnswer calendar;
  flat::Aftercare aftercare;  // health unset: nothing was deployed
  flat::ApprovalSummary approvals;
  flat::RepeatedMessage<flat::BlockingChange> blocking_changes;
  // Rules that do not apply are told too, with what they read.
  bool tells_every_rule = false;
  // Approval rules stand on the step, whether or not one applies.
  bool approval_rules_stand = false;
  // Approval rules and gates that surely do not apply, and that nobody asked to see.
  int rules_left_out = 0;

  // Made when first asked for (context.h).
  mutable ApprovalView approval_view;

  Expressions* expressions = nullptr;
  // Null: every rule is asked.
  const PolicyIndex* index = nullptr;
  // Null, or of another policy or directory: it is looked up.
  const ApprovalPlan* plan = nullptr;
};

// The passes, in the order of their strata.
void AssessImpliedKind(Evaluation* evaluation);
void AssessModel(Evaluation* evaluation);
void AssessRisk(Evaluation* evaluation);
void Categorize(Evaluation* evaluation);
void Prioritize(Evaluation* evaluation);
// Chooses the transition where none was asked for, and gives the variable its value.
void FindLifePosition(Evaluation* evaluation);
void AnswerCalendar(Evaluation* evaluation);
void AssessAftercare(Evaluation* evaluation);
// Appends the approval rules that stand on the transition and concern the subject's kind, in the
// policy's order; with `all_transitions` those of every transition.
void EvaluateApprovalRules(Evaluation* evaluation, bool all_transitions, Outcomes* outcomes);
// What gates read as `approvals`, once exceptions were applied; people and roles stand there
// already.
void SummarizeApprovals(const Outcomes& outcomes, flat::Arena* arena,
                        flat::ApprovalSummary* summary);
// Appends the pairs of parts that must stay apart at the transition, in the policy's order.
void EvaluateSeparation(Evaluation* evaluation, Outcomes* outcomes);
// Appends the gates that stand on the transition and concern the subject's kind, in the policy's
// order.
void EvaluateGates(Evaluation* evaluation, Outcomes* outcomes);
// Turns outcomes that accepted risks or overrides cover into WAIVED or OVERRIDDEN: the one place
// where either is honoured. Adds remarks, and to `obligations` what overrides bring.
void ApplyExceptions(Evaluation* evaluation, Outcomes* outcomes,
                     flat::RepeatedMessage<flat::Remark>* remarks,
                     std::vector<std::string>* obligations);
// Whether ApplyExceptions would set aside a rule that came out so, with a standing veto or without.
bool IsSetAside(std::string_view rule, v1::Status status, bool vetoed, Evaluation* evaluation);
// Whether the policy honours what was accepted for this period: both ends are given, and it is no
// longer than `exceptions.longest`.
bool HasHonouredPeriod(const v1::AcceptedRisk& risk, const v1::Exceptions& exceptions);
// What is owed once the transition goes ahead; rules in `demanded` without asking whether they
// apply.
void ListObligations(Evaluation* evaluation, const std::vector<std::string>& demanded,
                     flat::RepeatedMessage<flat::ObligationDue>* due);

// Asks a condition, tells in the outcome what it read (and why it could not be answered), and gives
// the status for its answer: UNKNOWN and ERROR beside the two that are named.
v1::Status AskCondition(Evaluation* evaluation, const std::optional<CheckedExpression>& expression,
                        v1::Status when_true, v1::Status when_false, flat::RuleOutcome* outcome);

// By the rule of the verdict (docs/evaluation.md), over outcomes in any order. Pairs of parts only
// hold it back: that nobody holds both is no reason to allow anything.
v1::Verdict VerdictOf(const Outcomes& outcomes);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_EVALUATION_H_
