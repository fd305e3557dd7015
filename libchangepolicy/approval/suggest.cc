// Whom to ask: the fewest further people, and where nobody could be asked, why.
#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include "libchangepolicy/approval/assignment.h"
#include "libchangepolicy/approval/matching.h"

namespace changepolicy {
namespace {

// Candidates of one kind claim the same of the slots in question, and nothing else tells them
// apart but their place in the order of preference.
struct Kind {
  std::vector<int> slots;
  bool available;
  bool competes;  // has spoken already, or somebody for them: then they are like nobody else

  friend bool operator<(const Kind& a, const Kind& b) {
    return std::tie(a.slots, a.available, a.competes) < std::tie(b.slots, b.available, b.competes);
  }
};

struct Pool {
  std::vector<int> candidates;  // worth asking, in order
  std::vector<int> twin;        // by place: the place of the one of the same kind before, or -1
  std::vector<std::vector<int>> slots;  // by place: claims to the slots in question
  bool competes = false;                // somebody of them does
};

int TotalNeeded(const AssignmentProblem& problem, const std::vector<int>& slots) {
  int total = 0;
  for (const int slot : slots) total += problem.slots[slot].needed;
  return total;
}

bool AnyStrict(const AssignmentProblem& problem, const std::vector<int>& slots) {
  return std::any_of(slots.begin(), slots.end(), [&](int s) { return problem.slots[s].strict; });
}

std::vector<int> Within(const std::vector<int>& claims, const std::vector<bool>& active) {
  std::vector<int> within;
  for (const int slot : claims) {
    if (active[slot]) within.push_back(slot);
  }
  return within;
}

Pool PoolFor(const AssignmentProblem& problem, const std::vector<int>& slots) {
  std::vector<bool> active(problem.slots.size(), false);
  for (const int slot : slots) active[slot] = true;
  std::map<int, std::vector<int>> spoken;  // in their own seat: claims that stand, by person
  std::set<int> speaking;                  // people of whom some voice is
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
  std::map<Kind, std::vector<int>> places;
  Pool pool;
  for (size_t c = 0; c < problem.candidates.size(); ++c) {
    const Candidate& candidate = problem.candidates[c];
    Kind kind{Within(candidate.slots, active), candidate.available,
              speaking.count(candidate.person) > 0};
    if (kind.slots.empty()) continue;
    const std::vector<int>& stands = spoken[candidate.person];
    if (!strict &&
        std::includes(stands.begin(), stands.end(), kind.slots.begin(), kind.slots.end())) {
      continue;  // could say nothing new
    }
    std::vector<int>& alike = places[kind];
    if (!kind.competes && alike.size() >= enough) continue;
    pool.twin.push_back(alike.empty() || kind.competes ? -1 : alike.back());
    alike.push_back(static_cast<int>(pool.candidates.size()));
    pool.candidates.push_back(static_cast<int>(c));
    pool.slots.push_back(kind.slots);
    pool.competes |= kind.competes;
  }
  return pool;
}

// One group of plain slots in which nobody competes: matching alone decides.
bool IsPlain(const AssignmentProblem& problem, const std::vector<int>& slots, const Pool& pool) {
  if (pool.competes) return false;
  for (const int slot : slots) {
    const AssignmentSlot& declared = problem.slots[slot];
    if (declared.family >= 0 || declared.may_share || declared.strict ||
        declared.group != problem.slots[slots.front()].group) {
      return false;
    }
  }
  std::set<int> actors, seats;
  for (const Voice& voice : problem.voices) {
    if (!actors.insert(voice.actor).second || !seats.insert(voice.seat).second) return false;
  }
  return true;
}

// The candidates that a greedy matching keeps: a best set, because what can be matched is a
// matroid.
FurtherPeople MatchFurther(const AssignmentProblem& problem, const std::vector<int>& slots,
                           const Pool& pool) {
  std::vector<int> local(problem.slots.size(), -1);
  std::vector<int> needed;
  for (const int slot : slots) {
    local[slot] = static_cast<int>(needed.size());
    needed.push_back(problem.slots[slot].needed);
  }
  Matching matching(needed);
  std::vector<int> offered;
  std::vector<int> claims;
  for (size_t v = 0; v < problem.voices.size() && matching.missing() > 0; ++v) {
    claims.clear();
    for (const Claim& claim : problem.voices[v].claims) {
      if (local[claim.slot] >= 0) claims.push_back(local[claim.slot]);
    }
    if (claims.empty()) continue;
    offered.push_back(static_cast<int>(v));
    matching.Offer(claims);
  }
  FurtherPeople found;
  for (size_t place = 0; place < pool.candidates.size() && matching.missing() > 0; ++place) {
    claims.clear();
    for (const int slot : pool.slots[place]) claims.push_back(local[slot]);
    offered.push_back(static_cast<int>(problem.voices.size()) + pool.candidates[place]);
    if (matching.Offer(claims)) found.candidates.push_back(pool.candidates[place]);
  }
  found.possible = matching.missing() == 0;
  found.filling.complete = found.possible;
  found.filling.holders.resize(problem.slots.size());
  found.filling.not_before.assign(problem.slots.size(), absl::InfinitePast());
  for (size_t s = 0; s < slots.size(); ++s) {
    std::vector<int>& holders = found.filling.holders[slots[s]];
    for (const int voice : matching.holders(static_cast<int>(s))) {
      holders.push_back(offered[voice]);
    }
    std::sort(holders.begin(), holders.end());
  }
  return found;
}

// Sets of a given size with at most so many unavailable people, in order, until one completes.
class SetSearch {
 public:
  SetSearch(const std::vector<int>& slots, const Pool& pool, SlotFiller* filler)
      : slots_(slots), pool_(pool), filler_(filler), taken_(pool.candidates.size(), false) {}

  bool Find(int size, int unavailable, FurtherPeople* found) {
    return Extend(0, size, unavailable, found);
  }

 private:
  bool Extend(size_t place, int left, int unavailable, FurtherPeople* found) {
    if (filler_->exhausted()) return false;
    if (left == 0) {
      if (!filler_->Fill(slots_, set_, &found->filling)) return false;
      found->candidates = set_;
      return true;
    }
    for (size_t next = place; next + left <= pool_.candidates.size(); ++next) {
      const int candidate = pool_.candidates[next];
      const int cost = filler_->problem().candidates[candidate].available ? 0 : 1;
      if (cost > unavailable || (pool_.twin[next] >= 0 && !taken_[pool_.twin[next]])) continue;
      taken_[next] = true;
      set_.push_back(candidate);
      const bool hopeful = left == 1 || filler_->Gap(slots_, set_) <= left - 1;
      const bool done = hopeful && Extend(next + 1, left - 1, unavailable - cost, found);
      set_.pop_back();
      taken_[next] = false;
      if (done) return true;
      if (filler_->exhausted()) return false;
    }
    return false;
  }

  const std::vector<int>& slots_;
  const Pool& pool_;
  SlotFiller* const filler_;
  std::vector<bool> taken_;
  std::vector<int> set_;
};

// A set that completes, none of which can be left out.
FurtherPeople Sufficient(const std::vector<int>& slots, const Pool& pool, SlotFiller* filler) {
  FurtherPeople found;
  if (!filler->Fill(slots, pool.candidates, &found.filling)) return found;
  found.possible = true;
  const int voices = static_cast<int>(filler->problem().voices.size());
  std::set<int> used;
  for (const auto& holders : found.filling.holders) {
    for (const int holder : holders) {
      if (holder >= voices) used.insert(holder - voices);
    }
  }
  found.candidates.assign(used.begin(), used.end());
  for (size_t i = found.candidates.size(); i-- > 0;) {
    std::vector<int> fewer = found.candidates;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    SlotFiller::Filling filling;
    if (!filler->Fill(slots, fewer, &filling)) continue;
    found.candidates = std::move(fewer);
    found.filling = std::move(filling);
  }
  return found;
}

// Hall's theorem over one group of plain slots: some slots together ask for more people than could
// fill any of them. Works with counts of people, so that it stays quick where there are many.
class HallViolation {
 public:
  HallViolation(const AssignmentProblem& problem, const std::vector<int>& slots, const Pool& pool)
      : problem_(problem), slots_(slots), speakers_of_(slots.size()) {
    std::vector<int> local(problem.slots.size(), -1);
    for (size_t s = 0; s < slots.size(); ++s) local[slots[s]] = static_cast<int>(s);
    const auto add = [&](std::vector<int> claims) {
      if (claims.empty()) return;
      for (const int s : claims) speakers_of_[s].push_back(static_cast<int>(claims_.size()));
      claims_.push_back(std::move(claims));
    };
    for (const Voice& voice : problem.voices) {
      std::vector<int> claims;
      for (const Claim& claim : voice.claims) {
        if (local[claim.slot] >= 0) claims.push_back(local[claim.slot]);
      }
      add(std::move(claims));
    }
    for (const std::vector<int>& slots_of : pool.slots) {
      std::vector<int> claims;
      for (const int slot : slots_of) claims.push_back(local[slot]);
      add(std::move(claims));
    }
  }

  // A smallest violating set of one or two slots, else one without a slot to spare.
  std::vector<int> Find() const {
    std::vector<int> all(slots_.size());
    std::iota(all.begin(), all.end(), 0);
    for (const int s : all) {
      if (Needed({s}) > static_cast<int>(speakers_of_[s].size())) return Named({s});
    }
    std::vector<int> violating = Core(all);
    if (violating.size() <= kFew) {
      for (size_t i = 0; i < violating.size(); ++i) {
        for (size_t j = i + 1; j < violating.size(); ++j) {
          const std::vector<int> pair = {violating[i], violating[j]};
          if (IsImpossible(pair, nullptr)) return Named(pair);
        }
      }
    }
    for (size_t i = violating.size(); i-- > 0;) {
      std::vector<int> fewer = violating;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      if (IsImpossible(fewer, nullptr)) violating = std::move(fewer);
    }
    return Named(violating);
  }

 private:
  static constexpr size_t kFew = 24;

  int Needed(const std::vector<int>& some) const {
    int needed = 0;
    for (const int s : some) needed += problem_.slots[slots_[s]].needed;
    return needed;
  }

  std::vector<int> Named(const std::vector<int>& some) const {
    std::vector<int> named;
    for (const int s : some) named.push_back(slots_[s]);
    return named;
  }

  // Whether `some` (sorted) cannot be filled; then `tight` is a part of them that cannot.
  bool IsImpossible(const std::vector<int>& some, std::vector<int>* tight) const {
    std::vector<int> place(slots_.size(), -1);
    std::vector<int> needed;
    std::vector<bool> concerned(claims_.size(), false);
    for (const int s : some) {
      place[s] = static_cast<int>(needed.size());
      needed.push_back(problem_.slots[slots_[s]].needed);
      for (const int speaker : speakers_of_[s]) concerned[speaker] = true;
    }
    Matching matching(needed);
    std::vector<int> claims;
    for (size_t i = 0; i < claims_.size() && matching.missing() > 0; ++i) {
      if (!concerned[i]) continue;
      claims.clear();
      for (const int s : claims_[i]) {
        if (place[s] >= 0) claims.push_back(place[s]);
      }
      matching.Offer(claims);
    }
    if (matching.missing() == 0) return false;
    for (size_t s = 0; tight != nullptr && s < some.size(); ++s) {
      if (matching.IsFull(static_cast<int>(s))) continue;
      tight->clear();
      for (const int t : matching.Tight(static_cast<int>(s))) tight->push_back(some[t]);
      break;
    }
    return true;
  }

  // The shortest beginning of the list that cannot be filled, cut down to what is tight in it.
  std::vector<int> Core(const std::vector<int>& all) const {
    std::vector<int> core;
    IsImpossible(all, &core);
    size_t possible = 0;
    size_t impossible = core.size();
    while (impossible - possible > 1) {
      const size_t middle = (possible + impossible) / 2;
      const bool fails =
          IsImpossible({core.begin(), core.begin() + static_cast<std::ptrdiff_t>(middle)}, nullptr);
      (fails ? impossible : possible) = middle;
    }
    std::vector<int> cut;
    IsImpossible({core.begin(), core.begin() + static_cast<std::ptrdiff_t>(impossible)}, &cut);
    return cut;
  }

  const AssignmentProblem& problem_;
  const std::vector<int>& slots_;
  std::vector<std::vector<int>> claims_;       // places of slots, by speaker
  std::vector<std::vector<int>> speakers_of_;  // by place of the slot
};

}  // namespace

FurtherPeople FindFurther(const std::vector<int>& slots, int at_most, SlotFiller* filler) {
  const AssignmentProblem& problem = filler->problem();
  if (slots.empty()) {
    FurtherPeople nobody;
    nobody.possible = filler->Fill(slots, {}, &nobody.filling);
    return nobody;
  }
  const Pool pool = PoolFor(problem, slots);
  if (IsPlain(problem, slots, pool)) {
    FurtherPeople found = MatchFurther(problem, slots, pool);
    if (static_cast<int>(found.candidates.size()) > at_most) found.possible = false;
    return found;
  }
  FurtherPeople enough = Sufficient(slots, pool, filler);
  if (!enough.possible) return enough;
  const int most = std::min(at_most, static_cast<int>(enough.candidates.size()));
  SetSearch search(slots, pool, filler);
  for (int size = filler->Gap(slots, {}); size <= most; ++size) {
    for (int unavailable = 0; unavailable <= size; ++unavailable) {
      FurtherPeople fewest;
      if (search.Find(size, unavailable, &fewest)) {
        fewest.possible = true;
        return fewest;
      }
      if (filler->exhausted()) break;
    }
    if (filler->exhausted()) break;
  }
  if (filler->exhausted()) {
    enough.minimum = false;
    return enough;
  }
  FurtherPeople none;  // more than `at_most`
  return none;
}

std::vector<int> FindViolation(const std::vector<int>& slots, SlotFiller* filler) {
  const AssignmentProblem& problem = filler->problem();
  const Pool pool = PoolFor(problem, slots);
  if (IsPlain(problem, slots, pool)) return HallViolation(problem, slots, pool).Find();
  const auto impossible = [&](const std::vector<int>& some) {
    SlotFiller::Filling filling;
    return !some.empty() && !filler->Fill(some, PoolFor(problem, some).candidates, &filling) &&
           !filler->exhausted();
  };
  for (const int slot : slots) {
    if (impossible({slot})) return {slot};
  }
  std::vector<int> violating = slots;
  for (size_t i = violating.size(); i-- > 0 && !filler->exhausted();) {
    std::vector<int> fewer = violating;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    if (impossible(fewer)) violating = std::move(fewer);
  }
  return violating;
}

}  // namespace changepolicy
