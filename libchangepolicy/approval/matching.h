// Maximum matching of voices to slots with capacities, grown one voice at a time.
//
// The voices that can be matched together form a matroid (a transversal one). Offering them in an
// order of preference therefore keeps the best set of them, and what was kept once stays kept,
// though perhaps for another slot. Pure combinatorics: knows nothing of approvals.
#ifndef LIBCHANGEPOLICY_APPROVAL_MATCHING_H_
#define LIBCHANGEPOLICY_APPROVAL_MATCHING_H_

#include <cstdint>
#include <memory_resource>
#include <vector>

#include "absl/types/span.h"

namespace changepolicy {

// Thread-compatible; scratch of one question.
class Matching {
 public:
  // needed[s] voices fill slot s. Takes what it needs from `memory`, which must outlive it.
  explicit Matching(absl::Span<const int> needed,
                    std::pmr::memory_resource* memory = std::pmr::new_delete_resource());

  // Offers the next voice, which could fill any of `slots` (sorted). True where it was kept; then
  // every voice kept before still is. A refused voice never becomes useful later.
  // O(slots) where one of them is open or all are closed for good, otherwise O(all slots squared /
  // 64 + holders of the slots on the way).
  bool Offer(absl::Span<const int> slots);

  // Voices, by the number of their offer, that fill the slot, unordered.
  const std::pmr::vector<int>& holders(int slot) const { return holders_[slot]; }
  bool IsFull(int slot) const { return static_cast<int>(holders_[slot].size()) == needed_[slot]; }
  // Voices that are still needed over all slots.
  int missing() const { return missing_; }

  // Once every voice was offered and slots are left open: slots that together need more voices than
  // could fill any of them, among them `open`. Sorted.
  std::pmr::vector<int> Tight(int open) const;

 private:
  using Set = std::pmr::vector<uint64_t>;  // of slots, as bits

  void Move(int voice, int slot);
  void Count(int voice, int slot, int by);
  int HolderThatCould(int from, int to) const;

  std::pmr::memory_resource* const memory_;
  const std::pmr::vector<int> needed_;
  std::pmr::vector<std::pmr::vector<int>> offers_;   // slots, by voice
  std::pmr::vector<int> slot_of_;                    // by voice; -1: not kept
  std::pmr::vector<std::pmr::vector<int>> holders_;  // voices, by slot
  // could_move_[from * slots + to]: how many holders of one slot could fill the other; and the same
  // as sets, so that a search goes from slot to slot without asking every holder.
  std::pmr::vector<int> could_move_;
  std::pmr::vector<Set> reachable_;
  // Slots to which no voice can be added any more, whatever else happens.
  Set closed_;
  int missing_ = 0;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_MATCHING_H_
