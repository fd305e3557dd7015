// Approval rules: which apply, and what the exact assignment says of them.
#include <algorithm>
#include <numeric>
#include <set>

#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/eval/context.h"
#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/flat/copy.h"
#include "libchangepolicy/program/policy_index.h"

namespace changepolicy {
namespace {

struct Applicable {
  std::vector<const v1::ApprovalRule*> rules;
  std::vector<size_t> outcome;  // where each one's outcome stands
};

v1::RuleOutcome NewOutcome(const v1::ApprovalRule& approval, const CheckedRule& rule) {
  v1::RuleOutcome outcome;
  outcome.set_rule(approval.id());
  outcome.set_kind("approval");
  *outcome.mutable_clauses() = approval.clauses();
  *outcome.mutable_controls() = {rule.controls.begin(), rule.controls.end()};
  return outcome;
}

void Take(const RuleAnswer& answer, std::string_view rule, v1::RuleOutcome* outcome) {
  outcome->set_status(answer.status);
  if (!flat::CopyTo(answer.outcome, outcome->mutable_approval())) {
    outcome->set_status(v1::STATUS_ERROR);
    outcome->mutable_error()->set_code("limit");
    outcome->mutable_error()->set_message("the answer is larger than protobuf can hold");
    outcome->mutable_error()->set_element(StrCat("approvals[", rule, "].needs"));
    return;
  }
  for (const std::string_view fact : answer.unknown) outcome->add_unknown(std::string(fact));
  if (answer.status == v1::STATUS_ERROR) {
    outcome->mutable_error()->set_code(std::string(answer.error_code));
    outcome->mutable_error()->set_message(std::string(answer.error));
    outcome->mutable_error()->set_element(StrCat("approvals[", rule, "].needs"));
  }
}

// It has everybody whom it asks for, and is not satisfied for the sake of others alone.
bool MerelyWaits(const RuleAnswer& answer) {
  const flat::ApprovalOutcome& outcome = answer.outcome;
  return !outcome.waits_for().empty() && outcome.suggestions().empty() &&
         outcome.vetoes().empty() && outcome.open_conditions().empty();
}

// Rules that an accepted risk or an override sets aside want nobody any more: the others of their
// groups are judged anew without them. Rules that merely wait are set aside last, since without
// what they wait for they may need no exception.
std::vector<RuleAnswer> AskRules(const std::vector<const v1::ApprovalRule*>& rules,
                                 const ApprovalContext& context, Evaluation* evaluation) {
  std::vector<RuleAnswer> answers(rules.size());
  std::vector<size_t> asked(rules.size());
  std::iota(asked.begin(), asked.end(), size_t{0});
  while (!asked.empty()) {
    std::vector<const v1::ApprovalRule*> some;
    for (const size_t index : asked) some.push_back(rules[index]);
    const std::span<const RuleAnswer> given =
        EvaluateApprovals(some, context, &evaluation->changes);
    std::vector<size_t> missing, waiting;
    for (size_t i = 0; i < asked.size(); ++i) {
      answers[asked[i]] = given[i];
      const RuleAnswer& answer = answers[asked[i]];
      const bool vetoed = answer.outcome.vetoes_size() > 0;
      if (!IsSetAside(some[i]->id(), answer.status, vetoed, evaluation)) continue;
      (MerelyWaits(answer) ? waiting : missing).push_back(asked[i]);
    }
    const std::vector<size_t>& aside = missing.empty() ? waiting : missing;
    if (aside.empty()) break;
    std::vector<size_t> left;
    std::set_difference(asked.begin(), asked.end(), aside.begin(), aside.end(),
                        std::back_inserter(left));
    asked = std::move(left);
  }
  return answers;
}

}  // namespace

std::vector<v1::RuleOutcome> EvaluateApprovalRules(Evaluation* evaluation, bool all_transitions) {
  std::vector<v1::RuleOutcome> outcomes;
  Applicable applicable;
  const v1::Policy& policy = evaluation->policy.policy();
  for (int i = 0; i < policy.approvals_size(); ++i) {
    const v1::ApprovalRule& approval = policy.approvals(i);
    const CheckedRule& rule = evaluation->policy.approvals()[i];
    if (!ConcernsSubject(rule, evaluation->subject.kind()) ||
        !(all_transitions || StandsOn(approval.at(), evaluation->transition, true))) {
      continue;
    }
    v1::RuleOutcome outcome = NewOutcome(approval, rule);
    outcome.set_status(AskCondition(evaluation, rule.applies_if, v1::STATUS_SATISFIED,
                                    v1::STATUS_NOT_APPLICABLE, &outcome));
    if (outcome.status() == v1::STATUS_SATISFIED) {
      applicable.rules.push_back(&approval);
      applicable.outcome.push_back(outcomes.size());
    }
    outcomes.push_back(std::move(outcome));
  }
  if (evaluation->directory_outdated) {
    for (const size_t index : applicable.outcome) {
      outcomes[index].set_status(v1::STATUS_UNKNOWN);
      outcomes[index].add_unknown("organization.directory.taken_at");
    }
    return outcomes;
  }
  const ApprovalContext context = ContextWithHistory(*evaluation);
  const std::vector<RuleAnswer> answers = AskRules(applicable.rules, context, evaluation);
  std::set<std::string_view> people, roles;
  for (const RuleAnswer& answer : answers) {
    for (const Counted& counted : answer.counted) {
      people.insert(counted.person);
      roles.insert(counted.roles.begin(), counted.roles.end());
    }
  }
  for (size_t i = 0; i < answers.size(); ++i) {
    Take(answers[i], applicable.rules[i]->id(), &outcomes[applicable.outcome[i]]);
  }
  evaluation->approvals.set_people(static_cast<int>(people.size()));
  for (const std::string_view role : roles) evaluation->approvals.add_roles(std::string(role));
  return outcomes;
}

void SummarizeApprovals(const std::vector<v1::RuleOutcome>& outcomes,
                        v1::ApprovalSummary* summary) {
  std::set<std::string> satisfied;
  bool some = false;
  bool all = true;
  for (const v1::RuleOutcome& outcome : outcomes) {
    if (outcome.status() == v1::STATUS_NOT_APPLICABLE) continue;
    some = true;
    if (outcome.status() == v1::STATUS_SATISFIED) satisfied.insert(outcome.rule());
    all &= outcome.status() == v1::STATUS_SATISFIED || outcome.status() == v1::STATUS_WAIVED ||
           outcome.status() == v1::STATUS_OVERRIDDEN;
  }
  *summary->mutable_satisfied() = {satisfied.begin(), satisfied.end()};
  summary->set_complete(some && all);
}

}  // namespace changepolicy
