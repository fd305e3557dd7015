// The way from rules and records to answers.
#include <algorithm>
#include <optional>

#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/approval/ballots.h"
#include "libchangepolicy/approval/claims.h"
#include "libchangepolicy/approval/demands.h"
#include "libchangepolicy/approval/judge.h"
#include "libchangepolicy/approval/outcome.h"
#include "libchangepolicy/approval/plan.h"
#include "libchangepolicy/approval/subject.h"
#include "libchangepolicy/approval/vetoes.h"
#include "libchangepolicy/flat/copy.h"
#include "libchangepolicy/flat/lists.h"

namespace changepolicy {
namespace {

RuleAnswer Failure(std::string_view code, std::string_view message) {
  RuleAnswer answer;
  answer.status = v1::STATUS_ERROR;
  answer.error_code = code;
  answer.error = message;
  return answer;
}

// The context is not as approval.h asks; empty where it is.
std::string_view Misuse(const ApprovalContext& context, bool needs_subject) {
  if (context.roster == nullptr) return "no directory was given";
  if (context.policy == nullptr) return "no policy was given";
  if (needs_subject && (context.change == nullptr) == (context.release == nullptr)) {
    return "expected either a change or a release";
  }
  return {};
}

void NoteMemberships(const Demands& demands, absl::Time now, std::vector<absl::Time>* changes) {
  for (const Slot& slot : demands.slots) {
    const absl::Time next = slot.electorate->NextBoundary(now);
    if (next != absl::InfiniteFuture()) changes->push_back(next);
  }
}

// Of what was noted behind the first `old` instants each once, sorted, if it lies ahead.
void KeepWhatIsAhead(size_t old, absl::Time now, std::vector<absl::Time>* changes) {
  const auto begin = changes->begin() + static_cast<std::ptrdiff_t>(old);
  std::sort(begin, changes->end());
  const auto end = std::remove_if(begin, std::unique(begin, changes->end()), [&](absl::Time at) {
    return at <= now || at == absl::InfiniteFuture();
  });
  changes->erase(end, changes->end());
}

// `rules` and `ids` are parallel.
std::span<RuleAnswer> Evaluate(std::span<const RulePlan* const> rules,
                               std::span<const std::string_view> ids, const ApprovalPlan& plan,
                               const ApprovalContext& context, const ApprovalSubject& subject,
                               std::vector<absl::Time>* changes) {
  std::vector<absl::Time> unwanted;
  if (changes == nullptr) changes = &unwanted;
  const size_t old = changes->size();
  const BallotBox box(context, plan, subject, changes);
  ElectorateIndex electorates(context, &plan, plan.placeholders(), subject);
  const bool temporary = &plan != context.plan;
  const Demands demands = FindDemands(rules, ids, context, subject, box, temporary, &electorates);
  const Poll poll{context,   subject, demands, box, StandingVetoes(context, plan, subject, changes),
                  temporary, changes};
  const std::span<RuleAnswer> answers = NewList<RuleAnswer>(rules.size(), context.arena);
  const std::span<bool> sound = NewList<bool>(rules.size(), context.arena);
  for (size_t r = 0; r < rules.size(); ++r) {
    const Demand& demand = demands.rules[r];
    if (!demand.error.empty()) {
      answers[r] = Failure(demand.error_code, demand.error);
    } else if (!context.history.problem.empty() && demand.slots > 0) {
      answers[r] = Failure("bad_revisions", context.history.problem);
    } else {
      sound[r] = true;
    }
  }
  const Tally tally = CollectClaims(sound, poll);
  Tell(JudgeRules(sound, tally, poll), tally, poll, answers);
  NoteMemberships(demands, context.now, changes);
  KeepWhatIsAhead(old, context.now, changes);
  return answers;
}

// The plan of the context where it has the rules, or one of its own.
const ApprovalPlan& PlanFor(absl::Span<const v1::ApprovalRule* const> rules,
                            const ApprovalContext& context, std::optional<ApprovalPlan>* own) {
  const bool fits = context.plan != nullptr && context.plan->depth() == context.limits.depth &&
                    std::all_of(rules.begin(), rules.end(), [&](const v1::ApprovalRule* rule) {
                      return context.plan->Find(*rule) != nullptr;
                    });
  if (fits) return *context.plan;
  return own->emplace(*context.policy, *context.roster, rules, context.limits.depth);
}

}  // namespace

std::span<RuleAnswer> EvaluateApprovals(absl::Span<const v1::ApprovalRule* const> applicable,
                                        const ApprovalContext& context,
                                        std::vector<absl::Time>* changes) {
  if (const std::string_view misuse = Misuse(context, true); !misuse.empty()) {
    const std::span<RuleAnswer> answers = NewList<RuleAnswer>(applicable.size(), context.arena);
    std::fill(answers.begin(), answers.end(), Failure("bad_context", misuse));
    return answers;
  }
  std::optional<ApprovalPlan> own_plan;
  const ApprovalPlan& plan = PlanFor(applicable, context, &own_plan);
  const auto rules = NewList<const RulePlan*>(applicable.size(), context.arena);
  const auto ids = NewList<std::string_view>(applicable.size(), context.arena);
  for (size_t i = 0; i < applicable.size(); ++i) {
    rules[i] = plan.Find(*applicable[i]);
    ids[i] = applicable[i]->id();
  }
  std::optional<ApprovalSubject> own;
  const ApprovalSubject& subject =
      context.subject != nullptr ? *context.subject : own.emplace(context);
  return Evaluate(rules, ids, plan, context, subject, changes);
}

RuleAnswer EvaluateException(const v1::AcceptedRisk& risk, const ApprovalContext& context,
                             std::vector<absl::Time>* changes) {
  if (const std::string_view misuse = Misuse(context, false); !misuse.empty()) {
    return Failure("bad_context", misuse);
  }
  if (!context.policy->exceptions().has_needs()) {
    return Failure("no_exceptions", "the policy does not say who accepts risks");
  }
  const auto* const flat = flat::CopyOf<flat::AcceptedRisk>(risk, context.arena);
  if (flat == nullptr) return Failure("bad_context", "the accepted risk cannot be read");
  // An accepted risk has no revisions, and its own requester.
  ApprovalContext own = context;
  own.history = {};
  own.change = nullptr;
  own.release = nullptr;
  own.subject = nullptr;
  std::optional<ApprovalPlan> own_plan;
  const ApprovalPlan& plan = PlanFor({}, context, &own_plan);
  const RulePlan* const rule = &plan.exceptions();
  const std::string_view id = flat->id();
  return Evaluate({&rule, 1}, {&id, 1}, plan, own, ApprovalSubject(own, *flat), changes).front();
}

}  // namespace changepolicy
