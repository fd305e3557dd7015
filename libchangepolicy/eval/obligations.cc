#include "libchangepolicy/eval/obligations.h"

#include <algorithm>

#include "libchangepolicy/base/time.h"
#include "libchangepolicy/check/prepared_outcomes.h"
#include "libchangepolicy/eval/rules_to_ask.h"
#include "libchangepolicy/flat/time.h"

namespace changepolicy {

std::optional<absl::Time> LastDeployment(const Subject& subject, v1::Environment environment) {
  std::optional<absl::Time> last;
  for (const flat::Deployment& deployment : subject.deployments()) {
    if (!deployment.has_happened_at() ||
        (environment != v1::ENVIRONMENT_UNSPECIFIED && deployment.environment() != environment)) {
      continue;
    }
    last = std::max(last, std::optional(FromProto(deployment.happened_at())));
  }
  return last;
}

std::optional<absl::Time> ObligationStartOf(const v1::ObligationRule& rule,
                                            const Subject& subject) {
  switch (rule.starts_at()) {
    case v1::OBLIGATION_START_PLANNED_END:
      if (subject.schedule().has_end()) return FromProto(subject.schedule().end());
      break;
    case v1::OBLIGATION_START_DEPLOYMENT:
      return LastDeployment(subject, v1::ENVIRONMENT_PRODUCTION);
    default:
      break;
  }
  return std::nullopt;
}

absl::Time ObligationDueAt(absl::Time start, absl::Duration after) {
  static const absl::Time kFirst = absl::FromCivil(absl::CivilSecond(1, 1, 1), absl::UTCTimeZone());
  static const absl::Time kLast =
      absl::FromCivil(absl::CivilSecond(10000, 1, 1), absl::UTCTimeZone()) - absl::Nanoseconds(1);
  return std::clamp(start + after, kFirst, kLast);
}

std::string_view ObligationOwnerOf(const v1::ObligationRule& rule, const Subject& subject) {
  if (!rule.owner_role().empty()) return rule.owner_role();
  const flat::People& people = subject.people();
  const auto first = [](const auto& list) {
    return list.empty() ? std::string_view() : list.Get(0);
  };
  std::string_view account;
  switch (rule.owner_part()) {
    case v1::PART_REQUESTER:
      account = people.requester();
      break;
    case v1::PART_AUTHOR:
      account = first(people.authors());
      break;
    case v1::PART_IMPLEMENTER:
      account = first(people.implementers());
      break;
    case v1::PART_DEPLOYER:
      account = first(people.deployers());
      break;
    case v1::PART_TESTER:
      account = first(people.testers());
      break;
    case v1::PART_RELEASE_MANAGER:
      account = people.release_manager();
      break;
    default:
      break;
  }
  // Somebody has to owe it: whoever answers for the subject where nobody plays the part.
  if (account.empty()) account = people.owner();
  return account.empty() ? people.requester() : account;
}

flat::Repeated<BroughtObligation> FindBroughtObligations(Evaluation* evaluation,
                                                         const std::vector<std::string>& demanded) {
  flat::Repeated<BroughtObligation> brought;
  const auto add = [&](int rule, const Answer& applies) {
    if (applies.truth == Truth::kFalse) return;
    brought.Add({rule, applies}, &evaluation->arena);
  };
  const auto ask = [&](int rule) {
    const auto& condition = evaluation->policy.obligations()[static_cast<size_t>(rule)].applies_if;
    return evaluation->expressions->Ask(condition, false);
  };
  const v1::Policy& policy = evaluation->policy.policy();
  const std::vector<int>& asked = RulesToAsk(PolicyIndex::List::kObligations, evaluation, nullptr);
  if (demanded.empty()) {
    for (const int rule : asked) add(rule, ask(rule));
    return brought;
  }
  for (int i = 0; i < policy.obligations_size(); ++i) {
    if (std::find(demanded.begin(), demanded.end(), policy.obligations(i).id()) != demanded.end()) {
      add(i, {.truth = Truth::kTrue});
    } else if (std::binary_search(asked.begin(), asked.end(), i)) {
      add(i, ask(i));
    }
  }
  return brought;
}

Answer AskObligationMet(int rule, Evaluation* evaluation) {
  const auto& met_if = evaluation->policy.obligations()[static_cast<size_t>(rule)].met_if;
  if (!met_if) return {.truth = Truth::kFalse};
  return evaluation->expressions->Ask(met_if);
}

std::optional<absl::Duration> AskObligationTime(int rule, Evaluation* evaluation, Answer* answer) {
  const auto& after = evaluation->policy.obligations()[static_cast<size_t>(rule)].due_after;
  if (!after) return std::nullopt;
  return evaluation->expressions->AskDuration(*after, answer);
}

void ListObligations(Evaluation* evaluation, const std::vector<std::string>& demanded,
                     flat::RepeatedMessage<flat::ObligationDue>* due) {
  flat::Arena* const arena = &evaluation->arena;
  const v1::Policy& policy = evaluation->policy.policy();
  for (const BroughtObligation& brought : FindBroughtObligations(evaluation, demanded)) {
    // Owed too where nobody can tell whether it is met.
    if (AskObligationMet(brought.rule, evaluation).truth == Truth::kTrue) continue;
    const v1::ObligationRule& obligation = policy.obligations(brought.rule);
    flat::ObligationDue& owed = *due->Add(arena);
    owed = evaluation->policy.outcomes().obligation(brought.rule);
    owed.set_owner(ObligationOwnerOf(obligation, evaluation->subject));
    if (brought.applies.error != nullptr) owed.set_error(brought.applies.error);
    Answer answer;
    const auto after = AskObligationTime(brought.rule, evaluation, &answer);
    // Owed at once where its time cannot be told.
    if (!after) {
      owed.set_error(answer.error != nullptr ? answer.error : arena->New<flat::EvaluationError>());
    }
    const absl::Duration time = after.value_or(absl::ZeroDuration());
    if (const auto start = ObligationStartOf(obligation, evaluation->subject)) {
      ToProto(ObligationDueAt(*start, time), owed.mutable_due_at(arena));
    } else {
      ToProto(time, owed.mutable_due_after(arena));
    }
    const CheckedRule& rule = evaluation->policy.obligations()[static_cast<size_t>(brought.rule)];
    evaluation->expressions->Interpolate(rule.message, owed.mutable_parameters());
  }
}

}  // namespace changepolicy
