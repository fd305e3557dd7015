// Exact assignment: which voices fill which slots, and whose voice is missing.
//
// A voice is one person (the actor) speaking in one seat: their own, or that of somebody who
// delegated to them. Slots that keep apart are filled by different actors and different seats, and
// so are the places of one slot. Where all slots keep apart from each other and nobody speaks
// twice, this is a maximum matching (matching.h), which is a maximum flow through people. Above it
// stand exhaustive searches, each bounded by a count of matchings, never by time:
//   - choices of the tree (any, some of): slot by slot, given up as soon as the slots so far
//     cannot be filled together;
//   - what a matching cannot say: voices that compete for an actor or a seat, groups that overlap
//     without one keeping all of their slots apart, services of one requirement (a person fills all
//     of theirs at once, but then no other slot that keeps apart). Each pool of slots that keep
//     apart is matched by itself; where two of the uses quarrel, the search branches on giving up
//     the one or the other, so that there is no branch where nothing quarrels;
//   - strict stages: branching on the instant by which the lower stages were complete;
//   - the fewest and cheapest further people, and the fewest slots that show an impossibility.
// Each of these is NP-hard in general (independent sets, set cover, the girth of a transversal
// matroid), hence the bound. A matching over many claims counts for more than one.
//
// Pure combinatorics over numbers; the order of slots, voices and candidates is the order of
// preference, and the caller's to make canonical.
#ifndef LIBCHANGEPOLICY_APPROVAL_ASSIGNMENT_H_
#define LIBCHANGEPOLICY_APPROVAL_ASSIGNMENT_H_

#include <cstdint>
#include <memory_resource>
#include <vector>

#include "absl/time/time.h"
#include "libchangepolicy/approval/aspects.h"

namespace changepolicy {

// A search makes many short lists and gives them back in any order: they lie in the memory of its
// problem. An element with a list of its own is made with that memory; a copy of one would take the
// heap.
using SearchMemory = std::pmr::memory_resource;
template <typename T>
using List = std::pmr::vector<T>;
using Numbers = List<int>;

struct AssignmentSlot {
  int needed = 1;
  // Slots that have a group in common keep apart. Sorted; empty: keeps apart from every other slot
  // of its rule.
  Numbers groups;
  // Slots of one family may be filled by the same people; -1: a family of its own kind.
  int family = -1;
  // May be filled by people who fill others; done only where nothing else works.
  bool may_share = false;
  // The rule that it belongs to; stages are those of one rule.
  int rule = 0;
  int stage = 0;
  // Only what was given after all lower stages were complete counts.
  bool strict = false;
  // Aspects that a voice must cover.
  AspectMask aspects = 0;
};

// One approval behind a voice's claim to a slot.
struct Support {
  absl::Time at;
  AspectMask aspects = 0;
  int ballot = -1;  // the caller's number
};

struct Claim {
  int slot = 0;
  // supports[first .. first + count) of the problem; together they cover the slot's aspects.
  int first = 0;
  int count = 1;
};

struct Voice {
  int actor = 0;
  int seat = 0;
  List<Claim> claims;  // by slot
};

// Somebody who could still speak, in their own seat.
struct Candidate {
  int person = 0;
  int64_t cost = 0;  // of asking them
  Numbers slots;     // sorted
};

struct RequirementNode {
  enum class Kind { kSlot, kAll, kSomeOf };
  Kind kind = Kind::kAll;
  int slot = -1;     // kSlot
  int at_least = 0;  // kSomeOf
  Numbers children;  // kAll (none: nothing is needed), kSomeOf
};

inline RequirementNode CopyOf(const RequirementNode& node, SearchMemory* memory) {
  return {node.kind, node.slot, node.at_least, Numbers(node.children, memory)};
}

struct AssignmentProblem {
  // In which it and everything about it is worked out; must outlive it.
  explicit AssignmentProblem(SearchMemory* of = std::pmr::new_delete_resource())
      : memory(of), slots(of), nodes(of), roots(of), voices(of), supports(of), candidates(of) {}

  SearchMemory* memory;
  List<AssignmentSlot> slots;
  List<RequirementNode> nodes;
  Numbers roots;       // all of them must hold
  List<Voice> voices;  // own seats first, then by actor, seat
  List<Support> supports;
  List<Candidate> candidates;  // by cost, then by person
  int64_t search_nodes = 20'000;
  int64_t suggestion_nodes = 20'000;
};

struct AssignmentSolution {
  enum class Kind {
    kComplete,    // filled by voices
    kIncomplete,  // could be filled with `further`
    kImpossible,  // not even with all candidates
    kExhausted,   // the search was cut before it knew whether it is one of these
  };
  explicit AssignmentSolution(SearchMemory* memory)
      : chosen(memory), holders(memory), further(memory), violating(memory), not_before(memory) {}

  Kind kind = Kind::kExhausted;
  // The slots of the branches that were chosen or are nearest to completion, sorted.
  Numbers chosen;
  // Who fills each slot: a voice's number, or voices.size() + a candidate's. Sorted; nobody twice
  // where slots keep apart, also where the slots are not all filled.
  List<Numbers> holders;
  // kIncomplete: a minimum set of candidates, sorted; fewest, then least cost, then the earliest
  // branch of the tree, then the earliest candidates.
  Numbers further;
  bool further_is_minimum = true;
  // kImpossible: the fewest slots by which it shows, sorted: whatever else were left out of the
  // tree, these cannot be filled together, and in a tree with choices no choice of them can.
  Numbers violating;
  bool violating_is_minimum = true;
  // By slot of the problem: for strict stages, only what was given after it counts there.
  List<absl::Time> not_before;
};

// In the problem's memory. Worst cases: see above. The common one, slots that all keep apart
// without choices, competing voices, families or strict stages, takes O(claims) where slots are
// open and O(slots * claims) at worst.
AssignmentSolution SolveAssignment(const AssignmentProblem& problem);

// The same where only that matters: kComplete, or kExhausted where voices alone do not fill it or
// it was not settled. Looks at no candidate.
AssignmentSolution SolveByVoices(const AssignmentProblem& problem);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_ASSIGNMENT_H_
