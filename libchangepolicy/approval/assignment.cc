#include "libchangepolicy/approval/assignment.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "libchangepolicy/approval/matching.h"

namespace changepolicy {
namespace {

bool HasSlot(const std::vector<int>& slots, int slot) {
  return std::binary_search(slots.begin(), slots.end(), slot);
}

int Filled(const SlotFiller::Filling& filling) {
  int filled = 0;
  for (const auto& holders : filling.holders) filled += static_cast<int>(holders.size());
  return filled;
}

}  // namespace

SlotFiller::SlotFiller(const AssignmentProblem& problem, int64_t nodes)
    : problem_(problem), nodes_(nodes) {}

std::vector<SlotFiller::Boundary> SlotFiller::Boundaries(const std::vector<int>& slots) const {
  std::set<std::pair<int, int>> strict;
  for (const int slot : slots) {
    const AssignmentSlot& upper = problem_.slots[slot];
    if (!upper.strict) continue;
    const bool has_lower = std::any_of(slots.begin(), slots.end(), [&](int other) {
      return problem_.slots[other].rule == upper.rule && problem_.slots[other].stage < upper.stage;
    });
    if (has_lower) strict.emplace(upper.rule, upper.stage);
  }
  std::vector<Boundary> boundaries;
  for (const auto& [rule, stage] : strict) boundaries.push_back({rule, stage});
  return boundaries;
}

// When the stages below the boundary can have become complete.
std::vector<absl::Time> SlotFiller::Instants(const std::vector<int>& slots,
                                             const Boundary& boundary) const {
  std::set<absl::Time> instants;
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
  return {instants.begin(), instants.end()};
}

bool SlotFiller::Fill(const std::vector<int>& slots, const std::vector<int>& further,
                      Filling* filling) {
  filling->complete = false;
  filling->holders.assign(problem_.slots.size(), {});
  filling->not_before.assign(problem_.slots.size(), absl::InfinitePast());
  const std::vector<Boundary> boundaries = Boundaries(slots);
  std::vector<Window> windows;
  if (!boundaries.empty()) windows.resize(problem_.slots.size());
  filling->complete = FillStages(slots, further, boundaries, 0, std::move(windows), filling);
  return filling->complete;
}

bool SlotFiller::FillStages(const std::vector<int>& slots, const std::vector<int>& further,
                            const std::vector<Boundary>& boundaries, size_t next,
                            std::vector<Window> windows, Filling* filling) {
  if (next == boundaries.size()) {
    const Speakers speakers = ClaimsOf(slots, further, windows);
    Filling tried;
    tried.holders.resize(problem_.slots.size());
    tried.not_before.assign(problem_.slots.size(), absl::InfinitePast());
    for (size_t i = 0; i < windows.size(); ++i) tried.not_before[i] = windows[i].after;
    bool complete = FillGroups(slots, speakers, false, &tried);
    const bool may_share =
        std::any_of(slots.begin(), slots.end(), [&](int s) { return problem_.slots[s].may_share; });
    if (!complete && may_share && nodes_ >= 0) {
      for (auto& holders : tried.holders) holders.clear();
      complete = FillGroups(slots, speakers, true, &tried);
    }
    if (complete || Filled(tried) > Filled(*filling)) *filling = std::move(tried);
    return complete;
  }
  const Boundary& boundary = boundaries[next];
  std::vector<absl::Time> instants = Instants(slots, boundary);
  if (!further.empty()) instants.push_back(absl::InfiniteFuture());
  if (instants.empty()) instants.push_back(absl::InfinitePast());
  for (const absl::Time at : instants) {
    std::vector<Window> bounded = windows;
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

SlotFiller::Speakers SlotFiller::ClaimsOf(const std::vector<int>& slots,
                                          const std::vector<int>& further,
                                          const std::vector<Window>& windows) const {
  std::vector<bool> active(problem_.slots.size(), false);
  for (const int slot : slots) active[slot] = true;
  Speakers speakers;
  for (size_t v = 0; v < problem_.voices.size(); ++v) {
    const Voice& voice = problem_.voices[v];
    Speaker speaker{static_cast<int>(v), voice.actor, voice.seat, {}};
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
    Speaker speaker{
        static_cast<int>(problem_.voices.size()) + c, candidate.person, candidate.person, {}};
    for (const int slot : candidate.slots) {
      // What is given from now on comes after everything, and in the order of the stages.
      const bool late = !windows.empty() && windows[slot].until != absl::InfiniteFuture();
      if (active[slot] && !late) speaker.slots.push_back(slot);
    }
    if (!speaker.slots.empty()) speakers.push_back(std::move(speaker));
  }
  return speakers;
}

bool SlotFiller::FillGroups(const std::vector<int>& slots, const Speakers& speakers, bool sharing,
                            Filling* filling) {
  std::map<int, std::vector<int>> groups;
  std::vector<std::vector<int>> parts;
  std::vector<int> shared;
  for (const int slot : slots) {
    if (sharing && problem_.slots[slot].may_share) {
      shared.push_back(slot);
    } else {
      groups[problem_.slots[slot].group].push_back(slot);
    }
  }
  bool complete = true;
  GroupState state;
  const auto fill = [&](const std::vector<int>& part, const Speakers& all) {
    state.barred.assign(all.size(), false);
    state.devoted.assign(all.size(), -1);
    complete &= FillGroup(part, all, &state, filling);
  };
  for (const auto& entry : groups) fill(entry.second, speakers);
  // Slots that may be shared come last, and take people who fill nothing yet where they can.
  for (size_t i = 0; i < shared.size();) {
    std::vector<int> part = {shared[i]};
    const int family = problem_.slots[shared[i]].family;
    for (++i; family >= 0 && i < shared.size() && problem_.slots[shared[i]].family == family; ++i) {
      part.push_back(shared[i]);
    }
    std::set<int> used;
    for (const auto& holders : filling->holders) used.insert(holders.begin(), holders.end());
    Speakers ordered = speakers;
    std::stable_partition(ordered.begin(), ordered.end(),
                          [&](const Speaker& s) { return used.count(s.holder) == 0; });
    fill(part, ordered);
  }
  return complete;
}

// Branches on a pair of voices that a filling used although they compete.
bool SlotFiller::FillGroup(const std::vector<int>& slots, const Speakers& speakers,
                           GroupState* state, Filling* filling) {
  for (const int slot : slots) filling->holders[slot].clear();
  if (!FillFamilies(slots, speakers, state, filling)) return false;
  std::set<int> used;
  for (const int slot : slots) {
    used.insert(filling->holders[slot].begin(), filling->holders[slot].end());
  }
  std::map<int, int> actors, seats;  // to the speaker
  int one = -1, other = -1;
  for (size_t i = 0; i < speakers.size() && other < 0; ++i) {
    if (used.count(speakers[i].holder) == 0) continue;
    const auto actor = actors.emplace(speakers[i].actor, static_cast<int>(i));
    const auto seat = seats.emplace(speakers[i].seat, static_cast<int>(i));
    if (actor.second && seat.second) continue;
    one = actor.second ? seat.first->second : actor.first->second;
    other = static_cast<int>(i);
  }
  if (other < 0) return true;
  for (const int barred : {other, one}) {
    state->barred[barred] = true;
    const bool complete = FillGroup(slots, speakers, state, filling);
    state->barred[barred] = false;
    if (complete) return true;
    if (nodes_ < 0) return false;
  }
  return false;
}

// Devotes people to the families of the group one by one, as long as some slot of them is short.
bool SlotFiller::FillFamilies(const std::vector<int>& slots, const Speakers& speakers,
                              GroupState* state, Filling* filling) {
  std::set<int> families;
  for (const int slot : slots) {
    if (problem_.slots[slot].family >= 0) families.insert(problem_.slots[slot].family);
  }
  if (families.empty()) return MatchPlain(slots, speakers, *state, filling);
  const GroupState before = *state;
  // Whoever can do nothing else in this group is free for their family.
  for (size_t i = 0; i < speakers.size(); ++i) {
    std::set<int> uses;
    for (const int slot : speakers[i].slots) {
      if (HasSlot(slots, slot)) uses.insert(problem_.slots[slot].family);
    }
    if (state->devoted[i] == -1 && uses.size() == 1 && *uses.begin() >= 0) {
      state->devoted[i] = *uses.begin();
    }
  }
  const auto restore = [&](bool result) {
    *state = before;
    return result;
  };
  if (!MatchPlain(slots, speakers, *state, filling)) return restore(false);
  int short_slot = -1;
  for (const int slot : slots) {
    const AssignmentSlot& wanted = problem_.slots[slot];
    if (wanted.family < 0) continue;
    filling->holders[slot].clear();
    for (size_t i = 0; i < speakers.size(); ++i) {
      if (static_cast<int>(filling->holders[slot].size()) == wanted.needed) break;
      if (!state->barred[i] && state->devoted[i] == wanted.family &&
          HasSlot(speakers[i].slots, slot)) {
        filling->holders[slot].push_back(speakers[i].holder);
      }
    }
    if (static_cast<int>(filling->holders[slot].size()) < wanted.needed && short_slot < 0) {
      short_slot = slot;
    }
  }
  if (short_slot < 0) return restore(true);
  const int family = problem_.slots[short_slot].family;
  for (size_t i = 0; i < speakers.size(); ++i) {
    if (state->barred[i] || state->devoted[i] != -1 || !HasSlot(speakers[i].slots, short_slot)) {
      continue;
    }
    state->devoted[i] = family;
    if (FillFamilies(slots, speakers, state, filling)) return restore(true);
    if (nodes_ < 0) return restore(false);
    // Everything with this person in the family was tried.
    state->devoted[i] = families.size() == 1 ? -2 : -1;
  }
  return restore(false);
}

bool SlotFiller::MatchPlain(const std::vector<int>& slots, const Speakers& speakers,
                            const GroupState& state, Filling* filling) {
  if (--nodes_ < 0) return false;
  std::vector<int> plain;
  std::vector<int> needed;
  std::vector<int> local(problem_.slots.size(), -1);
  for (const int slot : slots) {
    if (problem_.slots[slot].family >= 0) continue;
    local[slot] = static_cast<int>(plain.size());
    plain.push_back(slot);
    needed.push_back(problem_.slots[slot].needed);
  }
  if (plain.empty()) return true;
  Matching matching(needed);
  std::vector<int> offered;
  std::vector<int> claims;
  for (size_t i = 0; i < speakers.size() && matching.missing() > 0; ++i) {
    if (state.barred[i] || state.devoted[i] >= 0) continue;
    claims.clear();
    for (const int slot : speakers[i].slots) {
      if (local[slot] >= 0) claims.push_back(local[slot]);
    }
    if (claims.empty()) continue;
    offered.push_back(speakers[i].holder);
    matching.Offer(claims);
  }
  for (size_t s = 0; s < plain.size(); ++s) {
    std::vector<int>& holders = filling->holders[plain[s]];
    holders.clear();
    for (const int voice : matching.holders(static_cast<int>(s))) {
      holders.push_back(offered[voice]);
    }
    std::sort(holders.begin(), holders.end());
  }
  return matching.missing() == 0;
}

// Relaxed: voices that compete, strict stages and devotion to families are left out, so that the
// true number can only be larger.
int SlotFiller::Gap(const std::vector<int>& slots, const std::vector<int>& further) {
  const Speakers speakers = ClaimsOf(slots, further, {});
  std::map<int, std::vector<int>> groups;
  int largest = 0;
  std::map<int, std::map<int, int>> family_gaps;  // by group, family
  for (const int slot : slots) {
    const AssignmentSlot& wanted = problem_.slots[slot];
    if (!wanted.may_share && wanted.family < 0) {
      groups[wanted.group].push_back(slot);
      continue;
    }
    int able = 0;
    for (const Speaker& speaker : speakers) able += HasSlot(speaker.slots, slot) ? 1 : 0;
    const int gap = std::max(0, wanted.needed - able);
    largest = std::max(largest, gap);
    if (!wanted.may_share) {
      int& known = family_gaps[wanted.group][wanted.family];
      known = std::max(known, gap);
    }
  }
  for (const auto& entry : family_gaps) groups[entry.first];
  GroupState state;
  state.barred.assign(speakers.size(), false);
  state.devoted.assign(speakers.size(), -1);
  for (const auto& [group, members] : groups) {
    Filling filling;
    filling.holders.resize(problem_.slots.size());
    MatchPlain(members, speakers, state, &filling);
    int gap = 0;
    for (const int slot : members) {
      gap += problem_.slots[slot].needed - static_cast<int>(filling.holders[slot].size());
    }
    for (const auto& family : family_gaps[group]) gap += family.second;
    largest = std::max(largest, gap);
  }
  return nodes_ < 0 ? 0 : largest;
}

}  // namespace changepolicy
