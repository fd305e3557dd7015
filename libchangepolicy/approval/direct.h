// The assignment without a search, where a matching decides: slots that all keep apart, nothing to
// choose, nobody in two seats or whose further word would compete with an earlier one. Gives what
// assignment.h gives there, without the heap.
#ifndef LIBCHANGEPOLICY_APPROVAL_DIRECT_H_
#define LIBCHANGEPOLICY_APPROVAL_DIRECT_H_

#include <cstdint>
#include <span>

#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/flat/repeated.h"

namespace changepolicy {

// At most this many slots.
inline constexpr size_t kMostDirectSlots = 64;

// As Matching (matching.h), of whom it decides as it does, to few slots.
class DirectMatching {
 public:
  // needed[s] voices fill slot s. Lies in the arena.
  DirectMatching(std::span<const int> needed, flat::Arena* arena);

  // Offers the next voice, which could fill any of `slots`, bit s standing for slot s. True where
  // it was kept; then every voice kept before still is.
  bool Offer(uint64_t slots);

  // Voices, by the number of their offer, that fill the slot, unordered.
  const flat::Repeated<int>& holders(int slot) const { return slots_[slot].holders; }
  int missing() const { return missing_; }

 private:
  struct Slot {
    int needed = 0;
    flat::Repeated<int> holders;
  };

  bool IsFull(int slot) const { return slots_[slot].holders.size() == slots_[slot].needed; }
  void Move(int voice, int from, int to);
  bool Augment(int voice);

  flat::Arena* const arena_;
  const std::span<Slot> slots_;
  flat::Repeated<uint64_t> offers_;  // by voice
  // Slots to which no voice can be added any more, whatever else happens.
  uint64_t closed_ = 0;
  int missing_ = 0;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_DIRECT_H_
