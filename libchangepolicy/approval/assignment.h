// Exact assignment: which voices fill which slots, and whose voice is missing.
//
// A voice is one person (the actor) speaking in one seat: their own, or that of somebody who
// delegated to them. Within a group of distinctness each actor and each seat counts once. One
// group of plain slots is a maximum matching (matching.h). Above it stand exhaustive searches,
// each bounded by a count of matchings, never by time:
//   - choices of the tree (any, some of): slot by slot, given up as soon as the slots so far
//     cannot be filled together;
//   - voices that compete for an actor or a seat: branching on a competing pair that a matching
//     used, so that there is none where nobody competes;
//   - slots of one family (the services of one requirement): a person fills all of theirs at once,
//     but then no other slot of the group;
//   - strict stages: branching on the instant by which the lower stages were complete.
// Deciding any of these exactly is NP-hard in general, hence the bound.
//
// Pure combinatorics over numbers; the order of slots, voices and candidates is the order of
// preference, and the caller's to make canonical.
#ifndef LIBCHANGEPOLICY_APPROVAL_ASSIGNMENT_H_
#define LIBCHANGEPOLICY_APPROVAL_ASSIGNMENT_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "libchangepolicy/approval/aspects.h"

namespace changepolicy {

struct AssignmentSlot {
  int needed = 1;
  // Slots of one group are filled by different people.
  int group = 0;
  // Slots of one family may be filled by the same people; -1: a family of its own kind.
  int family = -1;
  // May be filled by people who fill others of its group; done only where nothing else works.
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
  std::vector<Claim> claims;  // by slot
};

// Somebody who could still speak, in their own seat.
struct Candidate {
  int person = 0;
  bool available = true;
  std::vector<int> slots;  // sorted
};

struct RequirementNode {
  enum class Kind { kSlot, kAll, kSomeOf };
  Kind kind = Kind::kAll;
  int slot = -1;              // kSlot
  int at_least = 0;           // kSomeOf
  std::vector<int> children;  // kAll (none: nothing is needed), kSomeOf
};

struct AssignmentProblem {
  std::vector<AssignmentSlot> slots;
  std::vector<RequirementNode> nodes;
  std::vector<int> roots;     // all of them must hold
  std::vector<Voice> voices;  // own seats first, then by actor, seat
  std::vector<Support> supports;
  std::vector<Candidate> candidates;  // available first, then by person
  int64_t search_nodes = 20'000;
  int64_t suggestion_nodes = 20'000;
};

struct AssignmentSolution {
  enum class Kind {
    kComplete,    // filled by voices
    kIncomplete,  // could be filled with `further`
    kImpossible,  // not even with all candidates
    kExhausted,   // the search was cut before it knew
  };
  Kind kind = Kind::kExhausted;
  // The slots of the branches that were chosen or are nearest to completion, sorted.
  std::vector<int> chosen;
  // Who fills each slot: a voice's number, or voices.size() + a candidate's. Sorted.
  std::vector<std::vector<int>> holders;
  // kIncomplete: a minimum set of candidates, sorted; fewest, then fewest unavailable ones, then
  // the earliest branch of the tree, then the earliest candidates.
  std::vector<int> further;
  bool further_is_minimum = true;
  // kImpossible: slots that cannot be filled together, none of which can be left out; sorted.
  std::vector<int> violating;
  // By slot of the problem: for strict stages, only what was given after it counts there.
  std::vector<absl::Time> not_before;
};

// Worst cases: see above. The common one, a conjunction without competing voices, families or
// strict stages, takes O(claims) where slots are open and O(slots * claims) at worst.
AssignmentSolution SolveAssignment(const AssignmentProblem& problem);

// --- shared by assignment.cc (filling and choosing) and suggest.cc (further people) ---

// Fills a fixed set of slots. Counts matchings and gives up beyond the bound.
class SlotFiller {
 public:
  SlotFiller(const AssignmentProblem& problem, int64_t nodes);

  struct Filling {
    bool complete = false;
    std::vector<std::vector<int>> holders;  // by slot of the problem
    std::vector<absl::Time> not_before;
  };
  // Whether voices and the candidates `further` (sorted) fill all of `slots` (sorted). Where not,
  // `filling` holds a largest filling that was met.
  bool Fill(const std::vector<int>& slots, const std::vector<int>& further, Filling* filling);
  // A lower bound of the people missing from `slots`: the largest gap of a group.
  int Gap(const std::vector<int>& slots, const std::vector<int>& further);

  bool exhausted() const { return nodes_ < 0; }
  void Refill(int64_t nodes) { nodes_ = nodes; }
  const AssignmentProblem& problem() const { return problem_; }

 private:
  // When an approval must have been given to count for a slot.
  struct Window {
    absl::Time after = absl::InfinitePast();
    absl::Time until = absl::InfiniteFuture();
    bool bounded_below = false;
  };
  // Somebody's claims to the slots in question; `holder` as in AssignmentSolution::holders.
  struct Speaker {
    int holder = 0;
    int actor = 0;
    int seat = 0;
    std::vector<int> slots;
  };
  using Speakers = std::vector<Speaker>;
  struct Boundary {  // a strict stage of a rule
    int rule = 0;
    int stage = 0;
  };
  struct GroupState {  // by speaker
    std::vector<bool> barred;
    std::vector<int> devoted;  // to a family; -1: to none
  };

  std::vector<Boundary> Boundaries(const std::vector<int>& slots) const;
  std::vector<absl::Time> Instants(const std::vector<int>& slots, const Boundary& boundary) const;
  bool FillStages(const std::vector<int>& slots, const std::vector<int>& further,
                  const std::vector<Boundary>& boundaries, size_t next, std::vector<Window> windows,
                  Filling* filling);
  Speakers ClaimsOf(const std::vector<int>& slots, const std::vector<int>& further,
                    const std::vector<Window>& windows) const;
  bool FillGroups(const std::vector<int>& slots, const Speakers& speakers, bool sharing,
                  Filling* filling);
  bool FillGroup(const std::vector<int>& slots, const Speakers& speakers, GroupState* state,
                 Filling* filling);
  bool FillFamilies(const std::vector<int>& slots, const Speakers& speakers, GroupState* state,
                    Filling* filling);
  bool MatchPlain(const std::vector<int>& slots, const Speakers& speakers, const GroupState& state,
                  Filling* filling);

  const AssignmentProblem& problem_;
  int64_t nodes_;
};

struct FurtherPeople {
  bool possible = false;
  bool minimum = true;
  std::vector<int> candidates;  // sorted
  SlotFiller::Filling filling;
};
// The fewest candidates that complete `slots`, if there are at most `at_most`.
FurtherPeople FindFurther(const std::vector<int>& slots, int at_most, SlotFiller* filler);

// Slots of `slots` that cannot be filled together even with all candidates, none to spare.
std::vector<int> FindViolation(const std::vector<int>& slots, SlotFiller* filler);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_ASSIGNMENT_H_
