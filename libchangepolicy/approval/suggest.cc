#include "libchangepolicy/approval/suggest.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "libchangepolicy/approval/matching.h"

namespace changepolicy {
namespace {

// Candidates of one kind claim the same of the slots in question; of two the earlier is no dearer.
struct Kind {
  Numbers slots;
  bool competes;  // has spoken already, or somebody for them: then they are like nobody else

  friend bool operator<(const Kind& a, const Kind& b) {
    return std::tie(a.slots, a.competes) < std::tie(b.slots, b.competes);
  }
};

int TotalNeeded(const AssignmentProblem& problem, const Numbers& slots) {
  int total = 0;
  for (const int slot : slots) total += problem.slots[slot].needed;
  return total;
}

bool AnyStrict(const AssignmentProblem& problem, const Numbers& slots) {
  return std::any_of(slots.begin(), slots.end(), [&](int s) { return problem.slots[s].strict; });
}

Numbers Within(const Numbers& claims, const List<bool>& active, SearchMemory* memory) {
  Numbers within(memory);
  for (const int slot : claims) {
    if (active[slot]) within.push_back(slot);
  }
  return within;
}

int64_t CostOf(const AssignmentProblem& problem, const Numbers& candidates) {
  int64_t cost = 0;
  for (const int candidate : candidates) cost += problem.candidates[candidate].cost;
  return cost;
}

// The candidates that a greedy matching keeps: a best set, because what can be matched is a
// matroid.
FurtherPeople MatchFurther(const AssignmentProblem& problem, const Numbers& slots,
                           const Pool& pool) {
  Numbers local(problem.slots.size(), -1, problem.memory);
  Numbers needed(problem.memory);
  for (const int slot : slots) {
    local[slot] = static_cast<int>(needed.size());
    needed.push_back(problem.slots[slot].needed);
  }
  Matching matching(needed, problem.memory);
  Numbers offered(problem.memory);
  Numbers claims(problem.memory);
  for (size_t v = 0; v < problem.voices.size() && matching.missing() > 0; ++v) {
    claims.clear();
    for (const Claim& claim : problem.voices[v].claims) {
      if (local[claim.slot] >= 0) claims.push_back(local[claim.slot]);
    }
    if (claims.empty()) continue;
    offered.push_back(static_cast<int>(v));
    matching.Offer(claims);
  }
  FurtherPeople found(problem.memory);
  for (size_t place = 0; place < pool.candidates.size() && matching.missing() > 0; ++place) {
    claims.clear();
    for (const int slot : pool.slots[place]) claims.push_back(local[slot]);
    offered.push_back(static_cast<int>(problem.voices.size()) + pool.candidates[place]);
    if (matching.Offer(claims)) found.candidates.push_back(pool.candidates[place]);
  }
  found.possible = matching.missing() == 0;
  found.cost = CostOf(problem, found.candidates);
  found.filling.complete = found.possible;
  found.filling.holders.resize(problem.slots.size());
  found.filling.not_before.assign(problem.slots.size(), absl::InfinitePast());
  for (size_t s = 0; s < slots.size(); ++s) {
    Numbers& holders = found.filling.holders[slots[s]];
    for (const int voice : matching.holders(static_cast<int>(s))) {
      holders.push_back(offered[voice]);
    }
    std::sort(holders.begin(), holders.end());
  }
  return found;
}

// Steps of the search for a set that are gone for the price of one matching.
constexpr int64_t kStepsOfANode = 16;

// The cheapest set of a given size, and of these the first, by branch and bound.
class SetSearch {
 public:
  // `known` completes: sets of its size that cost more need not be looked at.
  SetSearch(const Numbers& slots, const Pool& pool, const FurtherPeople& known, SlotFiller* filler)
      : slots_(slots),
        pool_(pool),
        known_(known),
        filler_(filler),
        memory_(filler->problem().memory),
        cost_before_(memory_),
        taken_(pool.candidates.size(), false, memory_),
        set_(memory_),
        open_(filler->problem().slots.size(), 0, memory_),
        widest_(pool.candidates.size() + 1, 0, memory_),
        best_(memory_) {
    cost_before_.push_back(0);
    for (const int candidate : pool.candidates) {
      cost_before_.push_back(cost_before_.back() + CostAt(candidate));
    }
    const AssignmentProblem& problem = filler->problem();
    List<bool> active(problem.slots.size(), false, memory_);
    for (const int slot : slots) {
      active[slot] = true;
      open_[slot] = problem.slots[slot].needed;
      all_open_ += open_[slot];
    }
    for (const Voice& voice : problem.voices) {
      for (const Claim& claim : voice.claims) {
        if (active[claim.slot]) Close(claim.slot);
      }
    }
    for (size_t place = pool.candidates.size(); place-- > 0;) {
      widest_[place] = std::max(widest_[place + 1], static_cast<int64_t>(pool.slots[place].size()));
    }
  }

  // Not possible where no set of this size completes.
  FurtherPeople Find(int size) {
    best_ = FurtherPeople(memory_);
    size_ = size;
    Extend(0, size, 0);
    return std::move(best_);
  }

 private:
  int64_t CostAt(int candidate) const { return filler_->problem().candidates[candidate].cost; }

  // One more person claims the slot, or one fewer. Each closes one place of it at best.
  void Close(int slot) {
    if (open_[slot]-- > 0) --all_open_;
  }
  void Reopen(int slot) {
    if (++open_[slot] > 0) ++all_open_;
  }

  bool TooDear(int64_t cost) const {
    if (best_.possible) return cost >= best_.cost;  // of equal ones the first
    return size_ == static_cast<int>(known_.candidates.size()) && cost > known_.cost;
  }

  void Extend(size_t place, int left, int64_t cost) {
    if (filler_->exhausted()) return;
    if (left == 0) {
      if (!filler_->Fill(slots_, set_, nullptr)) return;
      Filling filling(memory_);
      filler_->Fill(slots_, set_, &filling);
      best_.possible = true;
      best_.candidates = set_;
      best_.cost = cost;
      best_.filling = std::move(filling);
      return;
    }
    for (size_t next = place; next + left <= pool_.candidates.size(); ++next) {
      // Candidates are ordered by cost: those that follow cost no less than the next ones do.
      if (TooDear(cost + cost_before_[next + left] - cost_before_[next])) return;
      if (all_open_ > left * widest_[next]) return;
      if (++steps_ % kStepsOfANode == 0) filler_->Spend(1);
      if (pool_.twin[next] >= 0 && !taken_[pool_.twin[next]]) continue;
      const int candidate = pool_.candidates[next];
      taken_[next] = true;
      set_.push_back(candidate);
      for (const int slot : pool_.slots[next]) Close(slot);
      if (all_open_ <= (left - 1) * widest_[next + 1] &&
          (left == 1 || filler_->Gap(slots_, set_) <= left - 1)) {
        Extend(next + 1, left - 1, cost + CostAt(candidate));
      }
      for (const int slot : pool_.slots[next]) Reopen(slot);
      set_.pop_back();
      taken_[next] = false;
      if (filler_->exhausted()) return;
    }
  }

  const Numbers& slots_;
  const Pool& pool_;
  const FurtherPeople& known_;
  SlotFiller* const filler_;
  SearchMemory* const memory_;
  List<int64_t> cost_before_;  // of the first so many candidates
  List<bool> taken_;
  Numbers set_;
  // By slot: places that nobody claims yet, less than none where more claim it than it needs; and
  // the sum of those that are open.
  Numbers open_;
  int64_t all_open_ = 0;
  List<int64_t> widest_;  // by place: the most claims of a candidate from there on
  int64_t steps_ = 0;
  int size_ = 0;
  FurtherPeople best_;
};

// Again and again whoever claims the most slots that are still open, the first of several. Often a
// set that completes, and a small one; empty-handed where nobody left would help.
FurtherPeople CoverGreedily(const Numbers& slots, const Pool& pool, SlotFiller* filler) {
  SearchMemory* const memory = filler->problem().memory;
  FurtherPeople found(memory);
  List<bool> taken(pool.candidates.size(), false, memory);
  while (!filler->Fill(slots, found.candidates, &found.filling)) {
    if (filler->exhausted()) return FurtherPeople(memory);
    const auto is_open = [&](int slot) {
      return static_cast<int>(found.filling.holders[slot].size()) <
             filler->problem().slots[slot].needed;
    };
    size_t best = 0;
    std::ptrdiff_t most = 0;
    for (size_t place = 0; place < pool.candidates.size(); ++place) {
      if (taken[place]) continue;
      const auto open = std::count_if(pool.slots[place].begin(), pool.slots[place].end(), is_open);
      if (open <= most) continue;
      most = open;
      best = place;
    }
    if (most == 0) return FurtherPeople(memory);
    taken[best] = true;
    const auto at =
        std::lower_bound(found.candidates.begin(), found.candidates.end(), pool.candidates[best]);
    found.candidates.insert(at, pool.candidates[best]);
  }
  found.possible = true;
  return found;
}

// A set that completes, none of which can be left out.
FurtherPeople Sufficient(const Numbers& slots, const Pool& pool, SlotFiller* filler) {
  FurtherPeople found = CoverGreedily(slots, pool, filler);
  if (!found.possible) {
    if (!filler->Fill(slots, pool.candidates, &found.filling)) return found;
    found.possible = true;
    const int voices = static_cast<int>(filler->problem().voices.size());
    std::pmr::set<int> used(filler->problem().memory);
    for (const auto& holders : found.filling.holders) {
      for (const int holder : holders) {
        if (holder >= voices) used.insert(holder - voices);
      }
    }
    found.candidates.assign(used.begin(), used.end());
  }
  for (size_t i = found.candidates.size(); i-- > 0;) {
    Numbers fewer(found.candidates, filler->problem().memory);
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    Filling filling(filler->problem().memory);
    if (!filler->Fill(slots, fewer, &filling)) continue;
    found.candidates = std::move(fewer);
    found.filling = std::move(filling);
  }
  found.cost = CostOf(filler->problem(), found.candidates);
  return found;
}

}  // namespace

Pool PoolFor(const AssignmentProblem& problem, const Numbers& slots) {
  SearchMemory* const memory = problem.memory;
  List<bool> active(problem.slots.size(), false, memory);
  for (const int slot : slots) active[slot] = true;
  // In their own seat: claims that stand, by person.
  std::pmr::map<int, Numbers> spoken(memory);
  std::pmr::set<int> speaking(memory);  // people of whom some voice is
  for (const Voice& voice : problem.voices) {
    speaking.insert(voice.actor);
    speaking.insert(voice.seat);
    if (voice.actor != voice.seat) continue;
    for (const Claim& claim : voice.claims) {
      if (active[claim.slot]) spoken[voice.actor].push_back(claim.slot);
    }
  }
  const size_t enough = TotalNeeded(problem, slots);
  const bool strict = AnyStrict(problem, slots);
  std::pmr::map<Kind, Numbers> places(memory);
  Pool pool(memory);
  for (size_t c = 0; c < problem.candidates.size(); ++c) {
    const Candidate& candidate = problem.candidates[c];
    Kind kind{Within(candidate.slots, active, memory), speaking.count(candidate.person) > 0};
    if (kind.slots.empty()) continue;
    const Numbers& stands = spoken[candidate.person];
    if (!strict &&
        std::includes(stands.begin(), stands.end(), kind.slots.begin(), kind.slots.end())) {
      continue;  // could say nothing new
    }
    auto entry = places.find(kind);
    if (entry == places.end()) {
      entry =
          places.emplace(Kind{Numbers(kind.slots, memory), kind.competes}, Numbers(memory)).first;
    }
    Numbers& alike = entry->second;
    if (!kind.competes && alike.size() >= enough) continue;
    pool.twin.push_back(alike.empty() || kind.competes ? -1 : alike.back());
    alike.push_back(static_cast<int>(pool.candidates.size()));
    pool.candidates.push_back(static_cast<int>(c));
    pool.competes |= kind.competes;
    pool.slots.push_back(std::move(kind.slots));
  }
  return pool;
}

bool IsPlain(const Numbers& slots, const Pool& pool, SlotFiller* filler) {
  if (pool.competes) return false;
  const AssignmentProblem& problem = filler->problem();
  const SlotConflicts& conflicts = filler->ConflictsOf(slots);
  const bool one_matching =
      conflicts.pools().size() == 1 &&
      std::all_of(conflicts.classes().begin(), conflicts.classes().end(),
                  [](const SlotConflicts::Class& c) { return c.exclusive; }) &&
      std::none_of(slots.begin(), slots.end(), [&](int slot) {
        return problem.slots[slot].may_share || problem.slots[slot].strict;
      });
  if (!one_matching) return false;
  std::pmr::set<int> actors(problem.memory), seats(problem.memory);
  for (const Voice& voice : problem.voices) {
    if (!actors.insert(voice.actor).second || !seats.insert(voice.seat).second) return false;
  }
  return true;
}

FurtherPeople FindFurther(const Numbers& slots, int at_most, SlotFiller* filler) {
  const AssignmentProblem& problem = filler->problem();
  FurtherPeople none(problem.memory);
  const Numbers nobody(problem.memory);
  if (slots.empty()) {
    none.possible = filler->Fill(slots, nobody, &none.filling);
    return none;
  }
  const Pool pool = PoolFor(problem, slots);
  if (IsPlain(slots, pool, filler)) {
    FurtherPeople found = MatchFurther(problem, slots, pool);
    if (static_cast<int>(found.candidates.size()) > at_most) found.possible = false;
    return found;
  }
  FurtherPeople enough = Sufficient(slots, pool, filler);
  if (!enough.possible) return enough;
  const int most = std::min(at_most, static_cast<int>(enough.candidates.size()));
  SetSearch search(slots, pool, enough, filler);
  for (int size = filler->Gap(slots, nobody); size <= most && !filler->exhausted(); ++size) {
    FurtherPeople found = search.Find(size);
    if (!found.possible) continue;
    found.minimum = !filler->exhausted();
    return found;
  }
  if (!filler->exhausted()) return none;  // more than `at_most`
  enough.minimum = false;
  return enough;
}

}  // namespace changepolicy
