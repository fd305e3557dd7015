#include "libchangepolicy/approval/matching.h"

#include <algorithm>

namespace changepolicy {

namespace {

constexpr size_t kBits = 64;

bool Has(const std::pmr::vector<uint64_t>& set, int slot) {
  return (set[slot / kBits] >> (slot % kBits) & 1) != 0;
}
void Insert(int slot, std::pmr::vector<uint64_t>* set) {
  (*set)[slot / kBits] |= uint64_t{1} << (slot % kBits);
}
void Erase(int slot, std::pmr::vector<uint64_t>* set) {
  (*set)[slot / kBits] &= ~(uint64_t{1} << (slot % kBits));
}

}  // namespace

Matching::Matching(absl::Span<const int> needed, std::pmr::memory_resource* memory)
    : memory_(memory),
      needed_(needed.begin(), needed.end(), memory),
      offers_(memory),
      slot_of_(memory),
      holders_(needed.size(), memory),
      could_move_(needed.size() * needed.size(), 0, memory),
      reachable_(needed.size(), Set(needed.size() / kBits + 1, 0, memory), memory),
      closed_(needed.size() / kBits + 1, 0, memory) {
  for (const int n : needed_) missing_ += n;
}

void Matching::Count(int voice, int slot, int by) {
  for (const int to : offers_[voice]) {
    int& count = could_move_[slot * needed_.size() + to];
    count += by;
    if (count == 0) {
      Erase(to, &reachable_[slot]);
    } else {
      Insert(to, &reachable_[slot]);
    }
  }
}

void Matching::Move(int voice, int slot) {
  const int from = slot_of_[voice];
  if (from >= 0) {
    auto& list = holders_[from];
    list.erase(std::find(list.begin(), list.end(), voice));
    Count(voice, from, -1);
  }
  slot_of_[voice] = slot;
  holders_[slot].push_back(voice);
  Count(voice, slot, 1);
}

int Matching::HolderThatCould(int from, int to) const {
  return *std::find_if(holders_[from].begin(), holders_[from].end(), [&](int holder) {
    return std::binary_search(offers_[holder].begin(), offers_[holder].end(), to);
  });
}

bool Matching::Offer(absl::Span<const int> slots) {
  const int voice = static_cast<int>(offers_.size());
  offers_.emplace_back(slots.begin(), slots.end());
  slot_of_.push_back(-1);
  for (const int slot : slots) {
    if (IsFull(slot)) continue;
    Move(voice, slot);
    --missing_;
    return true;
  }
  Set seen(closed_, memory_);
  std::pmr::vector<int> visited(memory_);
  std::pmr::vector<int> before(
      memory_);  // by place in visited: the slot from which it was reached, or -1
  for (const int slot : slots) {
    if (Has(seen, slot)) continue;
    Insert(slot, &seen);
    visited.push_back(slot);
    before.push_back(-1);
  }
  int open = -1;
  for (size_t next = 0; open < 0 && next < visited.size(); ++next) {
    const Set& reachable = reachable_[visited[next]];
    for (size_t word = 0; open < 0 && word < reachable.size(); ++word) {
      for (uint64_t fresh = reachable[word] & ~seen[word]; fresh != 0; fresh &= fresh - 1) {
        const int slot = static_cast<int>(word * kBits) + __builtin_ctzll(fresh);
        Insert(slot, &seen);
        visited.push_back(slot);
        before.push_back(static_cast<int>(next));
        if (IsFull(slot)) continue;
        open = slot;
        break;
      }
    }
  }
  if (open < 0) {
    // Nothing leads out of these slots: their holders can only change places among them.
    for (const int slot : visited) Insert(slot, &closed_);
    return false;
  }
  int place = static_cast<int>(visited.size()) - 1;
  for (; before[place] >= 0; place = before[place]) {
    const int from = visited[before[place]];
    Move(HolderThatCould(from, visited[place]), visited[place]);
  }
  Move(voice, visited[place]);
  --missing_;
  return true;
}

std::pmr::vector<int> Matching::Tight(int open) const {
  std::pmr::vector<bool> inside(needed_.size(), false, memory_);
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
  std::pmr::vector<int> tight(memory_);
  for (size_t slot = 0; slot < inside.size(); ++slot) {
    if (inside[slot]) tight.push_back(static_cast<int>(slot));
  }
  return tight;
}

}  // namespace changepolicy
