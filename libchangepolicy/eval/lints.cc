// Demands on the policy itself, on the organization, and on populations of records.
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/eval/cel_expressions.h"
#include "libchangepolicy/eval/decide.h"
#include "libchangepolicy/eval/evaluation.h"

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
  Evaluation evaluation{
      .policy = policy, .organization = organization, .subject = subject, .now = now};
  const std::unique_ptr<Expressions> expressions =
      MakeLintExpressions(policy, VariableOf(on), target, now, &evaluation);
  v1::LintAnswer answer;
  for (int i = 0; i < policy.policy().lints_size(); ++i) {
    const v1::Lint& lint = policy.policy().lints(i);
    if (lint.on() != on) continue;
    const CheckedRule& rule = policy.lints()[static_cast<size_t>(i)];
    v1::RuleOutcome& outcome = *answer.add_outcomes();
    outcome.set_rule(lint.id());
    outcome.set_kind("lint");
    *outcome.mutable_clauses() = lint.clauses();
    *outcome.mutable_controls() = {rule.controls.begin(), rule.controls.end()};
    Answer asked = expressions->Ask(rule.must);
    outcome.set_status(StatusOf(asked.truth));
    if (asked.truth == Truth::kError) *outcome.mutable_error() = asked.error;
    *outcome.mutable_unknown() = {asked.unknown.begin(), asked.unknown.end()};
    if (outcome.status() == v1::STATUS_UNSATISFIED) {
      for (v1::Parameter& parameter : expressions->Interpolate(rule.message)) {
        *outcome.add_parameters() = std::move(parameter);
      }
    }
  }
  return answer;
}

}  // namespace changepolicy
