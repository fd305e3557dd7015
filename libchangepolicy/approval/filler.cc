#include "libchangepolicy/approval/filler.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

namespace changepolicy {
namespace {

// Slots and claims to them that are matched for the price of one node.
constexpr int64_t kClaimsOfANode = 512;

// Uses that are given up on one way through the search: what lies deeper is not settled. Keeps the
// stack small.
constexpr size_t kMostGivenUp = 1'000;

bool HasSlot(const Numbers& slots, int slot) {
  return std::binary_search(slots.begin(), slots.end(), slot);
}

size_t Filled(const List<Numbers>& holders) {
  return std::accumulate(holders.begin(), holders.end(), size_t{0},
                         [](size_t sum, const auto& list) { return sum + list.size(); });
}

}  // namespace

SlotFiller::SlotFiller(const AssignmentProblem& problem, int64_t nodes)
    : problem_(problem), memory_(problem.memory), nodes_(nodes), slots_(problem.memory) {}

const SlotConflicts& SlotFiller::ConflictsOf(const Numbers& slots) {
  if (!apart_ || slots_ != slots) {
    slots_ = slots;
    apart_.emplace(problem_, slots, false);
    shared_.emplace(problem_, slots, true);
  }
  return *apart_;
}

List<SlotFiller::Boundary> SlotFiller::Boundaries(const Numbers& slots) const {
  std::pmr::set<std::pair<int, int>> strict(memory_);
  for (const int slot : slots) {
    const AssignmentSlot& upper = problem_.slots[slot];
    if (!upper.strict) continue;
    const bool has_lower = std::any_of(slots.begin(), slots.end(), [&](int other) {
      return problem_.slots[other].rule == upper.rule && problem_.slots[other].stage < upper.stage;
    });
    if (has_lower) strict.emplace(upper.rule, upper.stage);
  }
  List<Boundary> boundaries(memory_);
  for (const auto& [rule, stage] : strict) boundaries.push_back({rule, stage});
  return boundaries;
}

// When the stages below the boundary can have become complete.
List<absl::Time> SlotFiller::Instants(const Numbers& slots, const Boundary& boundary) const {
  std::pmr::set<absl::Time> instants(memory_);
  for (const Voice& voice : problem_.voices) {
    for (const Claim& claim : voice.claims) {
      const AssignmentSlot& slot = problem_.slots[claim.slot];
      if (slot.rule != boundary.rule || slot.stage >= boundary.stage ||
          !HasSlot(slots, claim.slot)) {
        continue;
      }
      for (int i = 0; i < claim.count; ++i) instants.insert(problem_.supports[claim.first + i].at);
    }
  }
  return {instants.begin(), instants.end(), memory_};
}

bool SlotFiller::Fill(const Numbers& slots, const Numbers& further, Filling* filling) {
  ConflictsOf(slots);
  if (filling != nullptr) {
    filling->holders.assign(problem_.slots.size(), Numbers(memory_));
    filling->not_before.assign(problem_.slots.size(), absl::InfinitePast());
  }
  const List<Boundary> boundaries = Boundaries(slots);
  List<Window> windows(memory_);
  if (!boundaries.empty()) windows.resize(problem_.slots.size());
  const bool complete = FillStages(slots, further, boundaries, 0, std::move(windows), filling);
  if (filling != nullptr) filling->complete = complete;
  return complete;
}

bool SlotFiller::FillStages(const Numbers& slots, const Numbers& further,
                            const List<Boundary>& boundaries, size_t next, List<Window> windows,
                            Filling* filling) {
  if (next == boundaries.size()) {
    Round round(memory_);
    round.conflicts = &*apart_;
    round.speakers = ClaimsOf(slots, further, windows);
    bool complete = FillRound(&round);
    const bool may_share =
        std::any_of(slots.begin(), slots.end(), [&](int s) { return problem_.slots[s].may_share; });
    if (!complete && may_share && nodes_ >= 0) {
      round.conflicts = &*shared_;
      complete = FillRound(&round);
    }
    if (filling == nullptr) return complete;
    if (!complete) DropQuarrels(&round);
    if (!complete && Filled(round.seated) <= Filled(filling->holders)) return false;
    for (size_t slot = 0; slot < round.seated.size(); ++slot) {
      Numbers& holders = filling->holders[slot];
      holders.clear();
      for (const int speaker : round.seated[slot]) {
        holders.push_back(round.speakers[speaker].holder);
      }
      std::sort(holders.begin(), holders.end());
      filling->not_before[slot] = windows.empty() ? absl::InfinitePast() : windows[slot].after;
    }
    return complete;
  }
  const Boundary& boundary = boundaries[next];
  List<absl::Time> instants = Instants(slots, boundary);
  if (!further.empty()) instants.push_back(absl::InfiniteFuture());
  if (instants.empty()) instants.push_back(absl::InfinitePast());
  for (const absl::Time at : instants) {
    List<Window> bounded(windows, memory_);
    for (const int slot : slots) {
      const AssignmentSlot& declared = problem_.slots[slot];
      if (declared.rule != boundary.rule) continue;
      if (declared.stage < boundary.stage) {
        bounded[slot].until = std::min(bounded[slot].until, at);
      } else if (declared.stage == boundary.stage && declared.strict) {
        bounded[slot].after = std::max(bounded[slot].after, at);
        bounded[slot].bounded_below = true;
      }
    }
    if (FillStages(slots, further, boundaries, next + 1, std::move(bounded), filling)) return true;
    if (nodes_ < 0) return false;
  }
  return false;
}

SlotFiller::Speakers SlotFiller::ClaimsOf(const Numbers& slots, const Numbers& further,
                                          const List<Window>& windows) const {
  List<bool> active(problem_.slots.size(), false, memory_);
  for (const int slot : slots) active[slot] = true;
  Speakers speakers(memory_);
  for (size_t v = 0; v < problem_.voices.size(); ++v) {
    const Voice& voice = problem_.voices[v];
    Speaker speaker{static_cast<int>(v), voice.actor, voice.seat, Numbers(memory_)};
    for (const Claim& claim : voice.claims) {
      if (!active[claim.slot]) continue;
      if (!windows.empty()) {
        const Window& window = windows[claim.slot];
        AspectMask covered = 0;
        bool some = false;
        for (int i = 0; i < claim.count; ++i) {
          const Support& support = problem_.supports[claim.first + i];
          if (support.at > window.until) continue;
          if (window.bounded_below && support.at <= window.after) continue;
          covered |= support.aspects;
          some = true;
        }
        const AspectMask wanted = problem_.slots[claim.slot].aspects;
        if (!some || (covered & wanted) != wanted) continue;
      }
      speaker.slots.push_back(claim.slot);
    }
    if (!speaker.slots.empty()) speakers.push_back(std::move(speaker));
  }
  for (const int c : further) {
    const Candidate& candidate = problem_.candidates[c];
    Speaker speaker{static_cast<int>(problem_.voices.size()) + c, candidate.person,
                    candidate.person, Numbers(memory_)};
    for (const int slot : candidate.slots) {
      // What is given from now on comes after everything, and in the order of the stages.
      const bool late = !windows.empty() && windows[slot].until != absl::InfiniteFuture();
      if (active[slot] && !late) speaker.slots.push_back(slot);
    }
    if (!speaker.slots.empty()) speakers.push_back(std::move(speaker));
  }
  return speakers;
}

// What going through these speakers and slots takes off the bound.
void SlotFiller::Charge(const Round& round) {
  size_t claims = slots_.size();
  for (const Speaker& speaker : round.speakers) claims += speaker.slots.size();
  nodes_ -= 1 + static_cast<int64_t>(claims) / kClaimsOfANode;
}

// Each pool by itself; then branches on a quarrel between two of the uses, if there is one.
bool SlotFiller::FillRound(Round* round) {
  Charge(*round);
  if (round->given_up.size() > kMostGivenUp) nodes_ = -1;
  if (nodes_ < 0) return false;
  round->seated.assign(problem_.slots.size(), Numbers(memory_));
  bool complete = true;
  for (const Numbers& pool : round->conflicts->pools()) {
    complete &= FillPool(pool, round);
    // Without anything given up it is the filling that is shown where none is complete.
    if (!complete && !round->given_up.empty()) return false;
  }
  Quarrel quarrel;
  if (!complete || !FindQuarrel(*round, &quarrel)) return complete;
  const List<Numbers> first(round->seated, memory_);
  for (const Use& use : {quarrel.other, quarrel.one}) {
    round->given_up.insert(use);
    complete = FillRound(round);
    round->given_up.erase(use);
    if (complete || nodes_ < 0) return complete;
  }
  round->seated = first;
  return false;
}

bool SlotFiller::FillPool(const Numbers& pool, Round* round) {
  const SlotConflicts& conflicts = *round->conflicts;
  Numbers plain(memory_);
  for (const int member : pool) {
    const SlotConflicts::Class& c = conflicts.classes()[member];
    if (c.exclusive && !c.shared) plain.insert(plain.end(), c.slots.begin(), c.slots.end());
  }
  std::sort(plain.begin(), plain.end());
  bool complete = Match(plain, round);
  for (const int member : pool) {
    const SlotConflicts::Class& c = conflicts.classes()[member];
    if (!c.exclusive || c.shared) complete &= SeatClass(member, round);
  }
  return complete;
}

// Seats, each of which is taken once, to slots; then for each seat the first who speaks in it and
// does not yet in another. What quarrels then are only actors who speak in several seats.
bool SlotFiller::Match(const Numbers& slots, Round* round) const {
  if (slots.empty()) return true;
  List<Side> seats = Sides(slots, *round, &Speaker::seat);
  const Matching matching = MatchSides(slots, seats);
  std::pmr::unordered_set<int> speaking(memory_);  // actors
  for (size_t s = 0; s < slots.size(); ++s) {
    Numbers& seated = round->seated[slots[s]];
    const int own = round->conflicts->ClassOf(slots[s]);
    Numbers taken(matching.holders(static_cast<int>(s)), memory_);
    std::sort(taken.begin(), taken.end());
    for (const int side : taken) {
      int first = -1;
      for (const int i : seats[side].speakers) {
        const Speaker& speaker = round->speakers[i];
        if (!HasSlot(speaker.slots, slots[s]) || round->given_up.count({i, own}) > 0) continue;
        if (first >= 0 && speaking.contains(speaker.actor)) continue;
        first = i;
        if (!speaking.contains(speaker.actor)) break;
      }
      seated.push_back(first);
      speaking.insert(round->speakers[first].actor);
    }
    std::sort(seated.begin(), seated.end());
  }
  if (matching.missing() > 0) return false;
  // An actor speaks once as well: with too few of them there is no need to search.
  const List<Side> actors = Sides(slots, *round, &Speaker::actor);
  const bool compete = std::any_of(actors.begin(), actors.end(),
                                   [](const Side& actor) { return actor.speakers.size() > 1; });
  return !compete || MatchSides(slots, actors).missing() == 0;
}

// Speakers with the same seat (or actor) as one, in the order of the first of them, with everything
// that any of them claims.
List<SlotFiller::Side> SlotFiller::Sides(const Numbers& slots, const Round& round,
                                         int Speaker::*identity) const {
  Numbers local(problem_.slots.size(), -1, memory_);
  for (size_t s = 0; s < slots.size(); ++s) local[slots[s]] = static_cast<int>(s);
  List<Side> sides(memory_);
  std::pmr::unordered_map<int, size_t> place(memory_);
  for (size_t i = 0; i < round.speakers.size(); ++i) {
    const Speaker& speaker = round.speakers[i];
    const int number = static_cast<int>(i);
    Numbers claims(memory_);
    for (const int slot : speaker.slots) {
      if (local[slot] < 0) continue;
      const bool given_up = !round.given_up.empty() &&
                            round.given_up.count({number, round.conflicts->ClassOf(slot)}) > 0;
      if (!given_up) claims.push_back(local[slot]);
    }
    if (claims.empty()) continue;
    const auto [entry, added] = place.try_emplace(speaker.*identity, sides.size());
    if (added) {
      sides.push_back({Numbers({number}, memory_), std::move(claims)});
      continue;
    }
    Side& side = sides[entry->second];
    side.speakers.push_back(number);
    Numbers both(memory_);
    std::set_union(side.claims.begin(), side.claims.end(), claims.begin(), claims.end(),
                   std::back_inserter(both));
    side.claims = std::move(both);
  }
  return sides;
}

Matching SlotFiller::MatchSides(const Numbers& slots, const List<Side>& sides) const {
  Numbers needed(memory_);
  for (const int slot : slots) needed.push_back(problem_.slots[slot].needed);
  Matching matching(needed, memory_);
  for (size_t i = 0; i < sides.size() && matching.missing() > 0; ++i) {
    matching.Offer(sides[i].claims);
  }
  return matching;
}

// Of those who could, first whoever fills another slot of the class, then whoever fills none that
// keeps apart from it. Voices come before candidates, but not where they would quarrel.
bool SlotFiller::SeatClass(int own, Round* round) const {
  const SlotConflicts::Class& c = round->conflicts->classes()[own];
  enum Place { kSameClass, kFree, kElsewhere };
  List<Place> place(round->speakers.size(), kFree, memory_);
  for (size_t other = 0; other < round->seated.size(); ++other) {
    if (round->seated[other].empty() || !KeepApart(c.slots.front(), static_cast<int>(other))) {
      continue;
    }
    for (const int i : round->seated[other]) place[i] = kElsewhere;
  }
  List<Numbers> claimants(problem_.slots.size(), memory_);
  for (size_t i = 0; i < round->speakers.size(); ++i) {
    const int speaker = static_cast<int>(i);
    if (round->given_up.count({speaker, own}) > 0) continue;
    for (const int slot : round->speakers[i].slots) {
      if (round->conflicts->ClassOf(slot) == own) claimants[slot].push_back(speaker);
    }
  }
  const auto rank = [&](int speaker) {
    const bool asked = round->speakers[speaker].holder >= static_cast<int>(problem_.voices.size());
    if (c.shared) return place[speaker] + (asked ? 3 : 0);
    if (place[speaker] == kElsewhere) return asked ? 5 : 4;
    return place[speaker] + (asked ? 2 : 0);
  };
  bool complete = true;
  for (const int slot : c.slots) {
    Numbers& seated = round->seated[slot];
    seated = std::move(claimants[slot]);
    std::sort(seated.begin(), seated.end(), [&](int one, int other) {
      return std::make_pair(rank(one), one) < std::make_pair(rank(other), other);
    });
    const size_t needed = problem_.slots[slot].needed;
    complete &= seated.size() >= needed;
    if (seated.size() > needed) seated.resize(needed);
    for (const int speaker : seated) place[speaker] = kSameClass;
    std::sort(seated.begin(), seated.end());
  }
  return complete;
}

// Where nothing is shared.
bool SlotFiller::KeepApart(int slot, int other) const {
  const int one_class = apart_->ClassOf(slot);
  const int other_class = apart_->ClassOf(other);
  return one_class == other_class ? apart_->classes()[one_class].exclusive
                                  : apart_->Apart(one_class, other_class);
}

// By speaker, then slot.
List<std::pair<SlotFiller::Use, int>> SlotFiller::UsesOf(const Round& round) const {
  List<std::pair<Use, int>> uses(memory_);
  for (size_t slot = 0; slot < round.seated.size(); ++slot) {
    const int number = static_cast<int>(slot);
    for (const int speaker : round.seated[slot]) {
      uses.push_back({{speaker, round.conflicts->ClassOf(number)}, number});
    }
  }
  std::sort(uses.begin(), uses.end());
  return uses;
}

bool SlotFiller::FindQuarrel(const Round& round, Quarrel* quarrel) const {
  std::pmr::unordered_map<int, List<Use>> by_actor(memory_), by_seat(memory_);
  for (const auto& [use, slot] : UsesOf(round)) {
    const Speaker& speaker = round.speakers[use.speaker];
    for (List<Use>* others : {&by_actor[speaker.actor], &by_seat[speaker.seat]}) {
      for (const Use& other : *others) {
        const bool quarrels = other.slot_class == use.slot_class
                                  ? other.speaker != use.speaker
                                  : round.conflicts->Apart(other.slot_class, use.slot_class);
        if (!quarrels) continue;
        *quarrel = {other, use};
        return true;
      }
      others->push_back(use);
    }
  }
  return false;
}

// Keeps what came first, so that a filling which is not complete shows nobody twice.
void SlotFiller::DropQuarrels(Round* round) const {
  Quarrel quarrel;
  while (FindQuarrel(*round, &quarrel)) {
    for (size_t slot = 0; slot < round->seated.size(); ++slot) {
      if (round->conflicts->ClassOf(static_cast<int>(slot)) != quarrel.other.slot_class) continue;
      Numbers& seated = round->seated[slot];
      seated.erase(std::remove(seated.begin(), seated.end(), quarrel.other.speaker), seated.end());
    }
  }
}

// Relaxed: quarrels and strict stages are left out, so that the true number can only be larger.
int SlotFiller::Gap(const Numbers& slots, const Numbers& further) {
  ConflictsOf(slots);
  Round round(memory_);
  round.conflicts = &*shared_;
  round.speakers = ClaimsOf(slots, further, List<Window>(memory_));
  round.seated.assign(problem_.slots.size(), Numbers(memory_));
  Charge(round);
  if (nodes_ < 0) return 0;
  const auto open = [&](int slot) {
    return problem_.slots[slot].needed - static_cast<int>(round.seated[slot].size());
  };
  int largest = 0;
  for (const Numbers& pool : shared_->pools()) {
    FillPool(pool, &round);
    int gap = 0;
    for (const int member : pool) {
      const SlotConflicts::Class& c = shared_->classes()[member];
      int of_class = 0;
      for (const int slot : c.slots) {
        of_class = c.exclusive ? of_class + open(slot) : std::max(of_class, open(slot));
      }
      gap += of_class;
    }
    largest = std::max(largest, gap);
  }
  return largest;
}

}  // namespace changepolicy
