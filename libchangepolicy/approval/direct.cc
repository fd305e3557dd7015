#include "libchangepolicy/approval/direct.h"

#include <algorithm>
#include <array>

#include "libchangepolicy/flat/lists.h"

namespace changepolicy {
namespace {

constexpr uint64_t Bit(int slot) { return uint64_t{1} << slot; }

}  // namespace

DirectMatching::DirectMatching(std::span<const int> needed, flat::Arena* arena)
    : arena_(arena), slots_(NewList<Slot>(needed.size(), arena)) {
  for (size_t s = 0; s < needed.size(); ++s) {
    slots_[s].needed = needed[s];
    missing_ += needed[s];
  }
}

void DirectMatching::Move(int voice, int from, int to) {
  if (from >= 0) {
    flat::Repeated<int>& left = slots_[from].holders;
    int* const place = std::find(left.begin(), left.end(), voice);
    std::copy(place + 1, left.end(), place);
    left.Truncate(left.size() - 1);
  }
  slots_[to].holders.Add(voice, arena_);
}

bool DirectMatching::Offer(uint64_t slots) {
  const int voice = offers_.size();
  offers_.Add(slots, arena_);
  for (uint64_t left = slots; left != 0; left &= left - 1) {
    const int slot = __builtin_ctzll(left);
    if (IsFull(slot)) continue;
    Move(voice, -1, slot);
    --missing_;
    return true;
  }
  return Augment(voice);
}

// The shortest way by which holders make room, each for the one before.
bool DirectMatching::Augment(int voice) {
  uint64_t seen = closed_;
  std::array<int, kMostDirectSlots> visited;
  std::array<int, kMostDirectSlots> before;  // place from which it was reached, or -1
  size_t count = 0;
  for (uint64_t fresh = offers_[voice] & ~seen; fresh != 0; fresh &= fresh - 1) {
    visited[count] = __builtin_ctzll(fresh);
    before[count++] = -1;
  }
  seen |= offers_[voice];
  int open = -1;
  for (size_t next = 0; open < 0 && next < count; ++next) {
    uint64_t reachable = 0;
    for (const int holder : holders(visited[next])) reachable |= offers_[holder];
    for (uint64_t fresh = reachable & ~seen; fresh != 0; fresh &= fresh - 1) {
      const int slot = __builtin_ctzll(fresh);
      seen |= Bit(slot);
      visited[count] = slot;
      before[count++] = static_cast<int>(next);
      if (IsFull(slot)) continue;
      open = slot;
      break;
    }
  }
  if (open < 0) {
    // Nothing leads out of these slots: their holders can only change places among them.
    for (size_t i = 0; i < count; ++i) closed_ |= Bit(visited[i]);
    return false;
  }
  size_t place = count - 1;
  for (; before[place] >= 0; place = static_cast<size_t>(before[place])) {
    const int from = visited[before[place]];
    const flat::Repeated<int>& leaving = holders(from);
    const int moved = *std::find_if(leaving.begin(), leaving.end(), [&](int holder) {
      return (offers_[holder] & Bit(visited[place])) != 0;
    });
    Move(moved, from, visited[place]);
  }
  Move(voice, -1, visited[place]);
  --missing_;
  return true;
}

}  // namespace changepolicy
