// Whether the approvals that a subject has meet what the policy asks, who counts for which slot,
// who does not and why, and whom to ask.
//
//   ApprovalContext context;
//   context.roster = roster.get();
//   context.policy = &policy;
//   context.plan = &plan;  // ApprovalPlan(policy, *roster), made once for both
//   context.arena = &arena;
//   context.now = now;
//   context.change = change;  // with the records that are not visible at `now` taken out
//   context.history = BuildAspectHistory(*change, policy, digester, &arena);
//   std::span<const RuleAnswer> answers = EvaluateApprovals(applicable_rules, context, &changes);
//
// Assignment is exact (assignment.h). Slots that all keep apart from each other are a maximum
// matching, O(approvals * slots) at worst; choices (ANY, SOME_OF), groups that overlap, strict
// stages, delegates that compete with their givers, and people who cover several services at once
// are searched exhaustively up to `search_nodes`. Beyond it the rule is an ERROR that holds its
// gate shut. docs/approvals.md says what is hard and why.
#ifndef LIBCHANGEPOLICY_APPROVAL_APPROVAL_H_
#define LIBCHANGEPOLICY_APPROVAL_APPROVAL_H_

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "changepolicy/v1/change.flat.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/decision.flat.h"
#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "changepolicy/v1/policy.pb.h"
#include "changepolicy/v1/release.flat.h"
#include "libchangepolicy/approval/aspects.h"
#include "libchangepolicy/approval/roster.h"
#include "libchangepolicy/flat/arena.h"

namespace changepolicy {

class ApprovalPlan;
class ApprovalSubject;

struct ApprovalLimits {
  // Assignments tried before an exact answer is given up, per set of rules that are judged
  // together. One over many slots and claims counts for several.
  int64_t search_nodes = 20'000;
  // The same for the fewest further people; beyond it the suggestions complete the rule and none
  // of them can be left out, but fewer might do (`suggestions_may_exceed_minimum`). Once more for
  // the fewest slots that show why nobody could (`violating_may_exceed_minimum`), and a tenth of it
  // for the fewest people over all rules. Where not even one set of people was found the rule is an
  // ERROR.
  int64_t suggestion_nodes = 20'000;
  // Slots of all rules together, after one requirement for several services was spread out.
  int slots = 2'000;
  // Nesting of a requirement.
  int depth = 64;
  // Comparisons of a touched path with an ownership pattern.
  int64_t path_comparisons = 10'000'000;
  // A search decides also where a matching would do. The answers are the same, and cost more.
  bool always_search = false;
};

// What the answer is about. Pointers are not owned and must be set as said; nothing is changed.
struct ApprovalContext {
  const Roster* roster = nullptr;
  const v1::Policy* policy = nullptr;
  // What is known of both beforehand. Null: found out for each question, at its cost.
  const ApprovalPlan* plan = nullptr;
  // Where the answers lie, and whatever leads to them.
  flat::Arena* arena = nullptr;
  absl::Time now;
  // Exactly one of the two. Records that are not visible at `now` must have been removed: among
  // them a veto's lift (`lifted_by`) that is not visible.
  const flat::ChangeRequest* change = nullptr;
  const flat::Release* release = nullptr;
  // The same as it was read in this context; null: each question reads it anew.
  const ApprovalSubject* subject = nullptr;
  // Roles that answer for the freezes that the planned work meets, sorted.
  std::span<const std::string_view> freeze_roles;
  AspectHistory history;
  ApprovalLimits limits;
  // Whether an unset attribute of the subject is known all the same, by path without the subject's
  // name, like `people.authors` or `services`. Empty function: by the subject's `stated`, where
  // "not applicable" needs somebody whom the policy's `not_applicable` admits.
  std::function<bool(std::string_view field)> known;
};

// Somebody who counts, for `approvals` in gates. Sorted by person, slot.
struct Counted {
  std::string_view person;                  // who gave the approval
  std::string_view approval;                // its id
  std::string_view slot;                    // path, as in SlotOutcome
  std::span<const std::string_view> roles;  // by which they are eligible for it, sorted
};

// Lies in the context's arena. Its texts lie there too, or in subject, directory, policy and plan.
struct RuleAnswer {
  v1::Status status = v1::STATUS_UNSPECIFIED;
  flat::ApprovalOutcome outcome;
  // Unknown facts on which it depends, by path like `change.people.authors`, sorted.
  std::span<const std::string_view> unknown;
  // For ERROR: what failed, in the grammar of issues.
  std::string_view error;
  std::string_view error_code;  // `search_limit`, `bad_requirement`, `bad_revisions` ...
  std::span<const Counted> counted;
};

// Answers parallel to `applicable`: the rules that apply at one transition. Rules that share a
// named group of distinctness are judged together: satisfied all at once, or each by people whom no
// other of them could want. Whom to ask is told for all rules together. To `changes` are added
// instants after `now` at which an answer may change by the clock alone; throughout [now, the
// earliest of them) it does not. `changes` may be null. Without the heap, once `changes` has room,
// where the rules are in the context's plan, its subject was read, no search is needed and nobody
// acts for somebody else.
std::span<RuleAnswer> EvaluateApprovals(absl::Span<const v1::ApprovalRule* const> applicable,
                                        const ApprovalContext& context,
                                        std::vector<absl::Time>* changes);

// Whether an accepted risk is itself approved as `exceptions.needs` asks: by its own approvals, its
// requester kept apart. Says nothing of its scope and period. Of `context` are read roster, policy,
// now and limits; approvals recorded after `now` are left out here.
RuleAnswer EvaluateException(const v1::AcceptedRisk& risk, const ApprovalContext& context,
                             std::vector<absl::Time>* changes = nullptr);

// Ids of the people whom `eligible` names at `at`, sorted, service accounts left out. Separation
// of duties is not applied. Owners of services and paths: of any that the subject touches.
std::vector<std::string> EligiblePeople(const v1::Eligible& eligible,
                                        const ApprovalContext& context, absl::Time at);
// Whether `person` of the roster is one of them.
bool IsEligible(const v1::Eligible& eligible, int person, const ApprovalContext& context,
                absl::Time at);

// The people who play a part in the subject, as canonical ids, sorted; accounts that the directory
// does not know come back in `unmapped` (null: not wanted), placeholders in neither.
std::vector<std::string> PeopleOf(v1::Part part, const ApprovalContext& context,
                                  std::vector<std::string>* unmapped);
// The same of a subject that was read before, in the directory that it was read in.
std::vector<std::string> PeopleOf(v1::Part part, const ApprovalSubject& subject,
                                  const Roster& roster, std::vector<std::string>* unmapped);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_APPROVAL_H_
