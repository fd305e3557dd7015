// What the rules that apply ask of one subject: their slots, numbered.
#ifndef LIBCHANGEPOLICY_APPROVAL_DEMANDS_H_
#define LIBCHANGEPOLICY_APPROVAL_DEMANDS_H_

#include <span>
#include <string_view>

#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/approval/ballots.h"
#include "libchangepolicy/approval/electorates.h"
#include "libchangepolicy/approval/plan.h"

namespace changepolicy {

// One slot with everything that decides who may fill it.
struct Slot {
  int rule = 0;           // index of the rule
  std::string_view path;  // in its tree
  const SlotPlan* plan = nullptr;
  const Electorate* electorate = nullptr;
  int electorate_number = 0;  // among those of the decision
  int place = 0;              // of the plan among those of its rule
  int eligible = 0;           // people at `now`, after separation of duties and recusals
  int needed = 0;             // as declared
  int places = 0;             // the same, as far as it makes a difference
  int family = -1;            // services of one requirement; -1: of no other slot
};

// A rule's part of them.
struct Demand {
  const RulePlan* plan = nullptr;
  std::string_view id;
  int first_slot = 0;
  int slots = 0;
  std::span<const int> recused;                // who takes no part in its decision, sorted
  std::span<const std::string_view> unknown;   // facts, sorted
  std::span<const std::string_view> unmapped;  // accounts, sorted
  bool electorate_unknown = false;             // who is eligible depends on an unknown fact
  std::string_view error, error_code;

  bool IsRecused(int person) const {
    return std::binary_search(recused.begin(), recused.end(), person);
  }
};

// Lies in the context's arena.
struct Demands {
  std::span<const Demand> rules;
  std::span<const Slot> slots;  // of one rule after the other, each depth first
  int electorates = 0;          // distinct ones
  // Rules that share a group of distinctness, by their smallest index; each rule in one.
  std::span<const std::span<const int>> components;
};

// `temporary`: the plan does not outlive the answers, so that no text of it may stand in them.
Demands FindDemands(std::span<const RulePlan* const> rules, std::span<const std::string_view> ids,
                    const ApprovalContext& context, const ApprovalSubject& subject,
                    const BallotBox& box, bool temporary, ElectorateIndex* electorates);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_DEMANDS_H_
