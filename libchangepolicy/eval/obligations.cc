// What is owed once a transition goes ahead.
#include <algorithm>
#include <optional>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/eval/evaluation.h"

namespace changepolicy {
namespace {

// The recorded or planned instant from which the time runs; nothing where it runs from the
// decision.
std::optional<absl::Time> StartOf(const v1::ObligationRule& rule, const Evaluation& evaluation) {
  const Subject& subject = evaluation.subject;
  switch (rule.starts_at()) {
    case v1::OBLIGATION_START_PLANNED_END:
      if (subject.schedule().has_end()) return FromProto(subject.schedule().end());
      break;
    case v1::OBLIGATION_START_DEPLOYMENT: {
      absl::Time last = absl::InfinitePast();
      for (const v1::Deployment& deployment : subject.deployments()) {
        if (deployment.environment() == v1::ENVIRONMENT_PRODUCTION &&
            deployment.has_happened_at()) {
          last = std::max(last, FromProto(deployment.happened_at()));
        }
      }
      if (last != absl::InfinitePast()) return last;
      break;
    }
    default:
      break;
  }
  return std::nullopt;
}

std::string OwnerOf(const v1::ObligationRule& rule, const Evaluation& evaluation) {
  if (!rule.owner_role().empty()) return rule.owner_role();
  const v1::People& people = evaluation.subject.people();
  const auto first = [](const auto& list) { return list.empty() ? std::string() : list.Get(0); };
  std::string account;
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

// Owed too where nobody can tell whether it applies; `problem` then says why.
bool IsOwed(const CheckedRule& rule, bool demanded, Evaluation* evaluation, Answer* problem) {
  problem->truth = Truth::kTrue;
  if (!demanded) {
    *problem = evaluation->expressions->Ask(rule.applies_if);
    if (problem->truth == Truth::kFalse) return false;
  }
  if (!rule.met_if) return true;
  const Answer met = evaluation->expressions->Ask(rule.met_if);
  return met.truth != Truth::kTrue;
}

}  // namespace

std::vector<v1::ObligationDue> ListObligations(Evaluation* evaluation,
                                               const std::vector<std::string>& demanded) {
  std::vector<v1::ObligationDue> due;
  const v1::Policy& policy = evaluation->policy.policy();
  for (int i = 0; i < policy.obligations_size(); ++i) {
    const v1::ObligationRule& obligation = policy.obligations(i);
    const CheckedRule& rule = evaluation->policy.obligations()[i];
    const bool is_demanded =
        std::find(demanded.begin(), demanded.end(), obligation.id()) != demanded.end();
    if (!is_demanded && (!ConcernsSubject(rule, evaluation->subject.kind()) ||
                         !StandsOn(obligation.at(), evaluation->transition, false))) {
      continue;
    }
    Answer problem;
    if (!IsOwed(rule, is_demanded, evaluation, &problem)) continue;
    v1::ObligationDue& owed = due.emplace_back();
    owed.set_rule(obligation.id());
    owed.set_owner(OwnerOf(obligation, *evaluation));
    *owed.mutable_clauses() = obligation.clauses();
    if (problem.truth == Truth::kError) *owed.mutable_error() = problem.error;
    Answer answer;
    const auto after = rule.due_after
                           ? evaluation->expressions->AskDuration(*rule.due_after, &answer)
                           : std::nullopt;
    // Owed at once where its time cannot be told.
    if (!after) *owed.mutable_error() = answer.error;
    const absl::Duration time = after.value_or(absl::ZeroDuration());
    if (const auto start = StartOf(obligation, *evaluation)) {
      ToProto(*start + time, owed.mutable_due_at());
    } else {
      ToProto(time, owed.mutable_due_after());
    }
    for (v1::Parameter& parameter : evaluation->expressions->Interpolate(rule.message)) {
      *owed.add_parameters() = std::move(parameter);
    }
  }
  return due;
}

}  // namespace changepolicy
