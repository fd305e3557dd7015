// Fills a fixed set of slots: what choosing (choose.cc), asking (suggest.cc) and explaining
// (violation.cc) have in common. Included by the files of the assignment only.
#ifndef LIBCHANGEPOLICY_APPROVAL_FILLER_H_
#define LIBCHANGEPOLICY_APPROVAL_FILLER_H_

#include <cstdint>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "absl/time/time.h"
#include "libchangepolicy/approval/assignment.h"
#include "libchangepolicy/approval/conflicts.h"
#include "libchangepolicy/approval/matching.h"

namespace changepolicy {

struct Filling {
  explicit Filling(SearchMemory* memory) : holders(memory), not_before(memory) {}

  bool complete = false;
  List<Numbers> holders;  // by slot of the problem
  List<absl::Time> not_before;
};

// Counts matchings and gives up beyond the bound. Works in the problem's memory.
class SlotFiller {
 public:
  SlotFiller(const AssignmentProblem& problem, int64_t nodes);

  // Whether voices and the candidates `further` (sorted) fill all of `slots` (sorted). Where not,
  // `filling` holds a largest filling that was met, in which nobody is counted twice.
  bool Fill(const Numbers& slots, const Numbers& further, Filling* filling);
  // A lower bound of the people missing from `slots`: the largest gap of a pool.
  int Gap(const Numbers& slots, const Numbers& further);

  // Conflicts of these slots where nothing is shared.
  const SlotConflicts& ConflictsOf(const Numbers& slots);

  bool exhausted() const { return nodes_ < 0; }
  void Refill(int64_t nodes) { nodes_ = nodes; }
  void Spend(int64_t nodes) { nodes_ -= nodes; }
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
    Numbers slots;
  };
  using Speakers = List<Speaker>;
  struct Boundary {  // a strict stage of a rule
    int rule = 0;
    int stage = 0;
  };
  struct Side {  // speakers of whom one at most is seated in a pool
    Numbers speakers;
    Numbers claims;  // places of slots, sorted
  };
  struct Use {  // a speaker fills a slot of a class
    int speaker = 0;
    int slot_class = 0;

    friend bool operator<(const Use& a, const Use& b) {
      return std::tie(a.speaker, a.slot_class) < std::tie(b.speaker, b.slot_class);
    }
  };
  // One question: speakers to slots.
  struct Round {
    explicit Round(SearchMemory* memory) : speakers(memory), given_up(memory), seated(memory) {}

    const SlotConflicts* conflicts = nullptr;
    Speakers speakers;
    std::pmr::set<Use> given_up;
    List<Numbers> seated;  // speakers, by slot of the problem
  };
  // Uses that one person cannot have together.
  struct Quarrel {
    Use one, other;
  };

  List<Boundary> Boundaries(const Numbers& slots) const;
  List<absl::Time> Instants(const Numbers& slots, const Boundary& boundary) const;
  bool FillStages(const Numbers& slots, const Numbers& further, const List<Boundary>& boundaries,
                  size_t next, List<Window> windows, Filling* filling);
  Speakers ClaimsOf(const Numbers& slots, const Numbers& further,
                    const List<Window>& windows) const;
  void Charge(const Round& round);
  bool FillRound(Round* round);
  bool FillPool(const Numbers& pool, Round* round);
  bool Match(const Numbers& slots, Round* round) const;
  List<Side> Sides(const Numbers& slots, const Round& round, int Speaker::*identity) const;
  Matching MatchSides(const Numbers& slots, const List<Side>& sides) const;
  bool SeatClass(int own, Round* round) const;
  bool KeepApart(int slot, int other) const;
  List<std::pair<Use, int>> UsesOf(const Round& round) const;
  bool FindQuarrel(const Round& round, Quarrel* quarrel) const;
  void DropQuarrels(Round* round) const;

  const AssignmentProblem& problem_;
  SearchMemory* const memory_;
  int64_t nodes_;
  Numbers slots_;  // of the conflicts that are kept
  std::optional<SlotConflicts> apart_, shared_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_FILLER_H_
