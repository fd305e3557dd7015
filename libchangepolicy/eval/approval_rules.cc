// Approval rules: which apply, and what the exact assignment says of them.
#include <algorithm>
#include <numeric>
#include <span>

#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/check/prepared_outcomes.h"
#include "libchangepolicy/eval/context.h"
#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/program/policy_index.h"

namespace changepolicy {
namespace {

using Rules = std::vector<const v1::ApprovalRule*>;
using Answers = std::vector<const RuleAnswer*>;

void Take(const RuleAnswer& answer, std::string_view rule, flat::Arena* arena,
          flat::RuleOutcome* outcome) {
  outcome->set_status(answer.status);
  *outcome->mutable_approval(arena) = answer.outcome;
  outcome->clear_unknown();
  for (const std::string_view fact : answer.unknown) outcome->add_unknown(fact, arena);
  if (answer.status == v1::STATUS_ERROR) {
    flat::EvaluationError& error = *outcome->mutable_error(arena);
    error.set_code(answer.error_code);
    error.set_message(answer.error);
    error.set_element(Joined(arena, "approvals[", rule, "].needs"));
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
Answers AskRules(const Rules& rules, const ApprovalContext& context, Evaluation* evaluation) {
  Answers answers(rules.size());
  std::vector<size_t> asked(rules.size());
  std::iota(asked.begin(), asked.end(), size_t{0});
  while (!asked.empty()) {
    Rules some;
    for (const size_t index : asked) some.push_back(rules[index]);
    const std::span<const RuleAnswer> given =
        EvaluateApprovals(some, context, &evaluation->changes);
    std::vector<size_t> missing, waiting;
    for (size_t i = 0; i < asked.size(); ++i) {
      const RuleAnswer& answer = given[i];
      answers[asked[i]] = &answer;
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

void SortOnce(FactNames* names) {
  std::sort(names->begin(), names->end());
  names->Truncate(static_cast<int>(std::unique(names->begin(), names->end()) - names->begin()));
}

// Who counts, and by which roles.
void Summarize(const Answers& answers, flat::Arena* arena, flat::ApprovalSummary* summary) {
  FactNames people, roles;
  for (const RuleAnswer* const answer : answers) {
    for (const Counted& counted : answer->counted) {
      people.Add(counted.person, arena);
      for (const std::string_view role : counted.roles) roles.Add(role, arena);
    }
  }
  SortOnce(&people);
  SortOnce(&roles);
  summary->set_people(people.size());
  *summary->mutable_roles() = roles;
}

}  // namespace

void EvaluateApprovalRules(Evaluation* evaluation, bool all_transitions, Outcomes* outcomes) {
  Rules applicable;
  std::vector<flat::RuleOutcome*> applicable_outcomes;
  flat::Arena* const arena = &evaluation->arena;
  const v1::Policy& policy = evaluation->policy.policy();
  for (int i = 0; i < policy.approvals_size(); ++i) {
    const v1::ApprovalRule& approval = policy.approvals(i);
    const CheckedRule& rule = evaluation->policy.approvals()[static_cast<size_t>(i)];
    if (!ConcernsSubject(rule, evaluation->subject.kind()) ||
        !(all_transitions || StandsOn(approval.at(), evaluation->transition, true))) {
      continue;
    }
    flat::RuleOutcome& outcome = *outcomes->Add(arena);
    outcome = evaluation->policy.outcomes().approval(i);
    outcome.set_status(AskCondition(evaluation, rule.applies_if, v1::STATUS_SATISFIED,
                                    v1::STATUS_NOT_APPLICABLE, &outcome));
    if (outcome.status() == v1::STATUS_SATISFIED) {
      applicable.push_back(&approval);
      applicable_outcomes.push_back(&outcome);
    }
  }
  if (evaluation->directory_outdated) {
    for (flat::RuleOutcome* const outcome : applicable_outcomes) {
      outcome->set_status(v1::STATUS_UNKNOWN);
      outcome->add_unknown("organization.directory.taken_at", arena);
    }
    return;
  }
  const Answers answers = AskRules(applicable, ContextWithHistory(*evaluation), evaluation);
  Summarize(answers, arena, &evaluation->approvals);
  for (size_t i = 0; i < answers.size(); ++i) {
    Take(*answers[i], applicable[i]->id(), arena, applicable_outcomes[i]);
  }
}

void SummarizeApprovals(const Outcomes& outcomes, flat::Arena* arena,
                        flat::ApprovalSummary* summary) {
  flat::Repeated<std::string_view> satisfied;
  bool some = false;
  bool all = true;
  for (const flat::RuleOutcome& outcome : outcomes) {
    if (outcome.status() == v1::STATUS_NOT_APPLICABLE) continue;
    some = true;
    if (outcome.status() == v1::STATUS_SATISFIED) satisfied.Add(outcome.rule(), arena);
    all &= outcome.status() == v1::STATUS_SATISFIED || outcome.status() == v1::STATUS_WAIVED ||
           outcome.status() == v1::STATUS_OVERRIDDEN;
  }
  std::sort(satisfied.begin(), satisfied.end());
  *summary->mutable_satisfied() = satisfied;
  summary->set_complete(some && all);
}

}  // namespace changepolicy
