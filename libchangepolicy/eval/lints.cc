// Demands on the policy itself, on the organization, and on populations of records.
#include <algorithm>

#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/eval/cel_expressions.h"
#include "libchangepolicy/eval/context.h"
#include "libchangepolicy/eval/decide.h"
#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/flat/copy.h"

namespace changepolicy {

namespace {

std::string_view VariableOf(v1::LintTarget target) {
  switch (target) {
    case v1::LINT_TARGET_ORGANIZATION:
      return "organization";
    case v1::LINT_TARGET_POPULATION:
      return "population";
    default:
      return "policy";
  }
}

v1::Status StatusOf(Truth truth) {
  switch (truth) {
    case Truth::kTrue:
      return v1::STATUS_SATISFIED;
    case Truth::kFalse:
      return v1::STATUS_UNSATISFIED;
    case Truth::kUnknown:
      return v1::STATUS_UNKNOWN;
    case Truth::kError:
      break;
  }
  return v1::STATUS_ERROR;
}

// Whom the requirement asks is not to be known before there is a subject.
bool DependsOnSubject(const v1::Requirement& needs) {
  const auto any = [](const auto& list) {
    return std::any_of(list.begin(), list.end(), DependsOnSubject);
  };
  const v1::Eligible& of = needs.of();
  return of.service_owners() || of.path_owners() || of.own_team() || of.own_team_leads() ||
         of.freeze_approvers() || any(needs.all()) || any(needs.any()) ||
         any(needs.some_of().among());
}

// Approval rules, and the approvals of accepted risks, that nobody in the directory could satisfy
// even for a subject in which nobody has a part: a role that nobody has, a quorum above them all.
void AddImpossibleApprovals(const Evaluation& evaluation, v1::LintAnswer* answer) {
  const v1::Policy& policy = evaluation.policy.policy();
  ApprovalContext context = ContextOf(evaluation);
  context.known = [](std::string_view) { return true; };
  context.subject = nullptr;  // which was read otherwise
  v1::ApprovalRule exceptions;
  exceptions.set_id("exceptions");
  *exceptions.mutable_clauses() = policy.exceptions().clauses();
  *exceptions.mutable_needs() = policy.exceptions().needs();
  const auto ask = [&](const v1::ApprovalRule& rule, absl::Span<const std::string_view> controls) {
    if (!rule.has_needs() || DependsOnSubject(rule.needs())) return;
    const v1::ApprovalRule* const only = &rule;
    const RuleAnswer given = EvaluateApprovals({&only, 1}, context, nullptr).front();
    if (given.status != v1::STATUS_UNSATISFIABLE) return;
    v1::RuleOutcome& outcome = *answer->add_outcomes();
    outcome.set_rule(rule.id());
    outcome.set_kind("approval");
    outcome.set_status(given.status);
    *outcome.mutable_clauses() = rule.clauses();
    *outcome.mutable_controls() = {controls.begin(), controls.end()};
    if (!flat::CopyTo(given.outcome, outcome.mutable_approval())) {
      outcome.set_status(v1::STATUS_ERROR);
    }
  };
  for (int i = 0; i < policy.approvals_size(); ++i) {
    ask(policy.approvals(i), evaluation.policy.approvals()[static_cast<size_t>(i)].controls);
  }
  if (policy.exceptions().has_needs()) ask(exceptions, {});
}

}  // namespace

absl::StatusOr<v1::LintAnswer> EvaluateLints(const CheckedPolicy& policy, v1::LintTarget on,
                                             const google::protobuf::Message& target,
                                             const BoundOrganization& organization,
                                             absl::Time now) {
  if (now == absl::InfinitePast() || now == absl::InfiniteFuture()) {
    return InvalidArgument("now: the question has no instant; the library reads no clock");
  }
  // The functions belong to a decision; a lint has one without a subject.
  v1::ChangeRequest nobody;
  nobody.set_id("lint");
  CP_ASSIGN_OR_RETURN(const Subject subject,
                      Subject::Bind(nobody, policy.policy(), organization, now));
  Evaluation evaluation{.policy = policy,
                        .organization = organization,
                        .subject = subject,
                        .arena = subject.workspace().arena,
                        .changes = subject.workspace().changes,
                        .now = now};
  const std::unique_ptr<Expressions> expressions =
      MakeLintExpressions(VariableOf(on), target, &evaluation);
  v1::LintAnswer answer;
  for (int i = 0; i < policy.policy().lints_size(); ++i) {
    const v1::Lint& lint = policy.policy().lints(i);
    if (lint.on() != on) continue;
    const CheckedRule& rule = policy.lints()[static_cast<size_t>(i)];
    flat::RuleOutcome outcome;
    outcome.set_rule(lint.id());
    outcome.set_kind("lint");
    for (const std::string& clause : lint.clauses()) outcome.add_clauses(clause, &evaluation.arena);
    for (const std::string_view control : rule.controls) {
      outcome.add_controls(control, &evaluation.arena);
    }
    const Answer asked = expressions->Ask(rule.must);
    outcome.set_status(StatusOf(asked.truth));
    if (asked.error != nullptr) outcome.set_error(asked.error);
    *outcome.mutable_unknown() = asked.unknown;
    if (outcome.status() == v1::STATUS_UNSATISFIED) {
      expressions->Interpolate(rule.message, outcome.mutable_parameters());
    }
    if (!flat::CopyTo(outcome, answer.add_outcomes())) {
      return ResourceExhausted(StrCat("lint `", lint.id(), "`: its outcome is too large"));
    }
  }
  if (on == v1::LINT_TARGET_ORGANIZATION) AddImpossibleApprovals(evaluation, &answer);
  return answer;
}

}  // namespace changepolicy
