// Judges the rules of one evaluation: who fills which slot, who is missing, and why nobody could.
#ifndef LIBCHANGEPOLICY_APPROVAL_JUDGE_H_
#define LIBCHANGEPOLICY_APPROVAL_JUDGE_H_

#include <span>

#include "libchangepolicy/approval/assignment.h"
#include "libchangepolicy/approval/claims.h"

namespace changepolicy {

// Somebody who fills a slot: a speaker of the tally, or, where that is -1, somebody to be asked.
struct Holder {
  int speaker = -1;
  Asking asked;

  bool speaks() const { return speaker >= 0; }
};

// What was found for a slot.
struct SlotFilling {
  std::span<const Holder> holders;  // speakers first, then the cheapest to ask
  bool chosen = false;
  absl::Time not_before = absl::InfinitePast();
};

// Rules that were judged together, and what was found.
struct Finding {
  std::span<const int> rules;
  AssignmentSolution::Kind kind = AssignmentSolution::Kind::kExhausted;
  bool further_is_minimum = true;
  std::span<const int> violating;         // slots, sorted
  std::span<const int> violating_people;  // whoever could fill one of them, sorted
  bool violating_is_minimum = true;
  // kIncomplete: who could still speak, and whom of them to ask.
  std::span<const int> candidates;
  std::span<const int> further;
};

// Lies in the context's arena.
struct Judged {
  std::span<const Finding> findings;
  std::span<const SlotFilling> slots;
};

// Of each component the rules for which `sound` says so.
Judged JudgeRules(std::span<const bool> sound, const Tally& tally, const Poll& poll);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_JUDGE_H_
