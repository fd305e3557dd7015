#include "libchangepolicy/approval/matching.h"

#include <algorithm>
#include <utility>

namespace changepolicy {

Matching::Matching(std::vector<int> needed)
    : needed_(std::move(needed)),
      holders_(needed_.size()),
      closed_(needed_.size(), false),
      seen_(needed_.size(), -1),
      mover_(needed_.size(), -1) {
  for (const int n : needed_) missing_ += n;
}

void Matching::Move(int voice, int slot) {
  const int from = slot_of_[voice];
  if (from >= 0) {
    auto& list = holders_[from];
    list.erase(std::find(list.begin(), list.end(), voice));
  }
  slot_of_[voice] = slot;
  holders_[slot].push_back(voice);
}

bool Matching::Offer(absl::Span<const int> slots) {
  const int voice = static_cast<int>(offers_.size());
  offers_.emplace_back(slots.begin(), slots.end());
  slot_of_.push_back(-1);
  std::vector<int> visited;
  const auto visit = [&](int slot, int mover) {
    if (closed_[slot] || seen_[slot] == voice) return false;
    seen_[slot] = voice;
    mover_[slot] = mover;
    visited.push_back(slot);
    return !IsFull(slot);
  };
  int open = -1;
  for (size_t i = 0; open < 0 && i < slots.size(); ++i) {
    if (visit(slots[i], voice)) open = slots[i];
  }
  for (size_t next = 0; open < 0 && next < visited.size(); ++next) {
    for (const int holder : holders_[visited[next]]) {
      for (const int slot : offers_[holder]) {
        if (!visit(slot, holder)) continue;
        open = slot;
        break;
      }
      if (open >= 0) break;
    }
  }
  if (open < 0) {
    // Nothing leads out of these slots: their holders can only change places among them.
    for (const int slot : visited) closed_[slot] = true;
    return false;
  }
  for (int slot = open;;) {
    const int mover = mover_[slot];
    const int from = slot_of_[mover];
    Move(mover, slot);
    if (mover == voice) break;
    slot = from;
  }
  --missing_;
  return true;
}

std::vector<int> Matching::Tight(int open) const {
  std::vector<bool> inside(needed_.size(), false);
  inside[open] = true;
  for (bool grown = true; grown;) {
    grown = false;
    for (size_t voice = 0; voice < offers_.size(); ++voice) {
      const int slot = slot_of_[voice];
      if (slot < 0 || inside[slot]) continue;
      if (std::any_of(offers_[voice].begin(), offers_[voice].end(),
                      [&](int s) { return inside[s]; })) {
        inside[slot] = true;
        grown = true;
      }
    }
  }
  std::vector<int> tight;
  for (size_t slot = 0; slot < inside.size(); ++slot) {
    if (inside[slot]) tight.push_back(static_cast<int>(slot));
  }
  return tight;
}

}  // namespace changepolicy
