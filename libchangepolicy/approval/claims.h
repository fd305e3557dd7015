// Which ballot lends a voice to which slot, for all rules of an evaluation, and how some of these
// are put to the assignment.
#ifndef LIBCHANGEPOLICY_APPROVAL_CLAIMS_H_
#define LIBCHANGEPOLICY_APPROVAL_CLAIMS_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/approval/assignment.h"
#include "libchangepolicy/approval/ballots.h"
#include "libchangepolicy/approval/demands.h"

namespace changepolicy {

// Everything that the answers of one evaluation are made from.
struct Poll {
  const ApprovalContext& context;
  const ApprovalSubject& subject;
  const Demands& demands;
  const BallotBox& box;
  std::span<flat::StandingVeto* const> vetoes;
  bool temporary;  // the plan does not outlive the answers
  std::vector<absl::Time>* changes;

  std::span<const Slot> SlotsOf(int rule) const {
    const Demand& demand = demands.rules[rule];
    return demands.slots.subspan(demand.first_slot, demand.slots);
  }
};

// Somebody who speaks, in their own seat or another's.
struct Speaker {
  int actor = kNobody;
  int seat = kNobody;
  std::span<const Claim> claims;  // by slot
  std::span<const int> ballots;   // behind it, the preferred first
};

// A condition, not met, of an approval that counts for some slot of the rule.
struct OpenCondition {
  int rule = 0;
  std::string_view text;
};

// Lies in the context's arena.
struct Tally {
  std::span<const Speaker> speakers;  // own seats first, then by actor, seat
  std::span<const Support> supports;  // behind the claims
  std::span<const OpenCondition> open_conditions;
  std::span<const int> speaker_of;  // by ballot; -1: it lends a voice to nobody
};

// Of the rules for which `asked` says so.
Tally CollectClaims(std::span<const bool> asked, const Poll& poll);

// Somebody who could still speak.
struct Asking {
  int person = kNobody;
  int64_t cost = 0;
};
Asking AskingOf(int person, const ApprovalContext& context);

// Slots, voices and people of these rules, with the numbers that slots have in the evaluation.
// `speakers`: of each voice, its place in the tally. In the memory.
AssignmentProblem ProblemOf(std::span<const int> rules, const Tally& tally, const Poll& poll,
                            SearchMemory* memory, Numbers* speakers);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_CLAIMS_H_
