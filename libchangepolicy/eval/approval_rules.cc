// Approval rules: which apply, and what the exact assignment says of them.
#include <algorithm>
#include <numeric>
#include <span>
#include <vector>

#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/check/prepared_outcomes.h"
#include "libchangepolicy/eval/context.h"
#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/eval/rules_to_ask.h"
#include "libchangepolicy/flat/joined.h"
#include "libchangepolicy/flat/lists.h"

namespace changepolicy {
namespace {

// A rule that applies.
struct Applicable {
  const v1::ApprovalRule* rule;
  flat::RuleOutcome* outcome;
  RuleAnswer answer;
};

void Take(const Applicable& applicable, flat::Arena* arena) {
  const RuleAnswer& answer = applicable.answer;
  flat::RuleOutcome& outcome = *applicable.outcome;
  outcome.set_status(answer.status);
  *outcome.mutable_approval(arena) = answer.outcome;
  outcome.clear_unknown();
  for (const std::string_view fact : answer.unknown) outcome.add_unknown(fact, arena);
  if (answer.status == v1::STATUS_ERROR) {
    flat::EvaluationError& error = *outcome.mutable_error(arena);
    error.set_code(answer.error_code);
    error.set_message(answer.error);
    error.set_element(Joined(arena, "approvals[", applicable.rule->id(), "].needs"));
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
void AskRules(std::span<Applicable> rules, const ApprovalContext& context, Evaluation* evaluation) {
  const auto some = NewList<const v1::ApprovalRule*>(rules.size(), context.arena);
  std::span<int> asked = NewList<int>(rules.size(), context.arena);
  std::iota(asked.begin(), asked.end(), 0);
  while (!asked.empty()) {
    for (size_t i = 0; i < asked.size(); ++i) some[i] = rules[asked[i]].rule;
    const std::span<const RuleAnswer> given =
        EvaluateApprovals({some.data(), asked.size()}, context, &evaluation->changes);
    flat::Repeated<int> missing, waiting;
    for (size_t i = 0; i < asked.size(); ++i) {
      const RuleAnswer& answer = rules[asked[i]].answer = given[i];
      const bool vetoed = answer.outcome.vetoes_size() > 0;
      if (!IsSetAside(some[i]->id(), answer.status, vetoed, evaluation)) continue;
      (MerelyWaits(answer) ? waiting : missing).Add(asked[i], context.arena);
    }
    const flat::Repeated<int>& aside = missing.empty() ? waiting : missing;
    if (aside.empty()) break;
    const auto left = std::remove_if(asked.begin(), asked.end(), [&](int index) {
      return std::binary_search(aside.begin(), aside.end(), index);
    });
    asked = asked.first(static_cast<size_t>(left - asked.begin()));
  }
}

// Who counts, and by which roles.
void SummarizeCounted(std::span<const Applicable> rules, flat::Arena* arena,
                      flat::ApprovalSummary* summary) {
  flat::Repeated<std::string_view> people, roles;
  for (const Applicable& applicable : rules) {
    for (const Counted& counted : applicable.answer.counted) {
      people.Add(counted.person, arena);
      for (const std::string_view role : counted.roles) roles.Add(role, arena);
    }
  }
  summary->set_people(static_cast<int>(SortOnce(SpanOf(people)).size()));
  for (const std::string_view role : SortOnce(SpanOf(roles))) summary->add_roles(role, arena);
}

}  // namespace

void EvaluateApprovalRules(Evaluation* evaluation, bool all_transitions, Outcomes* outcomes) {
  flat::Repeated<Applicable> applicable;
  flat::Arena* const arena = &evaluation->arena;
  const v1::Policy& policy = evaluation->policy.policy();
  const auto ask = [&](int i) {
    const CheckedRule& rule = evaluation->policy.approvals()[static_cast<size_t>(i)];
    flat::RuleOutcome& outcome = *outcomes->Add(arena);
    outcome = evaluation->policy.outcomes().approval(i);
    outcome.set_status(AskCondition(evaluation, rule.applies_if, v1::STATUS_SATISFIED,
                                    v1::STATUS_NOT_APPLICABLE, &outcome));
    if (outcome.status() == v1::STATUS_SATISFIED) {
      applicable.Add({&policy.approvals(i), &outcome, {}}, arena);
    }
  };
  const int before = evaluation->rules_left_out;
  if (all_transitions) {
    for (int i = 0; i < policy.approvals_size(); ++i) {
      const CheckedRule& rule = evaluation->policy.approvals()[static_cast<size_t>(i)];
      if (ConcernsSubject(rule, evaluation->subject.kind())) ask(i);
    }
  } else {
    const std::vector<int>& asked =
        RulesToAsk(PolicyIndex::List::kApprovals, evaluation, &evaluation->rules_left_out);
    for (const int i : asked) ask(i);
  }
  evaluation->approval_rules_stand = !outcomes->empty() || evaluation->rules_left_out > before;
  const std::span<Applicable> rules = SpanOf(applicable);
  if (evaluation->directory_outdated) {
    for (const Applicable& each : rules) {
      each.outcome->set_status(v1::STATUS_UNKNOWN);
      each.outcome->add_unknown("organization.directory.taken_at", arena);
    }
    return;
  }
  if (!rules.empty()) AskRules(rules, ContextWithHistory(*evaluation), evaluation);
  for (const Applicable& each : rules) Take(each, arena);
  SummarizeCounted(rules, arena, &evaluation->approvals);
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
