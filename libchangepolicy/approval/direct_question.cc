#include "libchangepolicy/approval/direct_question.h"

#include <algorithm>

#include "libchangepolicy/flat/lists.h"

namespace changepolicy {
namespace {

// Slots and claims to them for which a search would pay one node more (filler.cc).
constexpr int64_t kClaimsOfANode = 512;

// People speaking for others of whom it is looked whether they do so twice.
constexpr int kMostDelegates = 16;

bool KeepApart(const Slot& one, const Slot& other) {
  const std::vector<int>& groups = one.plan->groups;
  const std::vector<int>& others = other.plan->groups;
  if (groups.empty() || others.empty()) return one.rule == other.rule;
  return std::find_first_of(groups.begin(), groups.end(), others.begin(), others.end()) !=
         groups.end();
}

}  // namespace

DirectQuestion::DirectQuestion(std::span<const int> rules, const Tally& tally, const Poll& poll)
    : tally_(tally), poll_(poll), arena_(poll.context.arena), rules_(rules) {
  size_t count = 0;
  for (const int rule : rules) count += poll.SlotsOf(rule).size();
  slots_ = NewList<int>(count, arena_);
  count = 0;
  for (const int rule : rules) {
    const Demand& demand = poll.demands.rules[rule];
    for (int i = 0; i < demand.slots; ++i) slots_[count++] = demand.first_slot + i;
  }
  plain_ = IsPlain();
}

bool DirectQuestion::IsPlain() const {
  if (poll_.context.limits.always_search || slots_.size() > kMostDirectSlots) return false;
  for (const int rule : rules_) {
    if (!poll_.demands.rules[rule].plan->plain) return false;
  }
  for (size_t i = 0; i < slots_.size(); ++i) {
    const Slot& slot = poll_.demands.slots[slots_[i]];
    if (slot.family >= 0) return false;
    for (size_t j = 0; j < i; ++j) {
      if (!KeepApart(slot, poll_.demands.slots[slots_[j]])) return false;
    }
  }
  return true;
}

int DirectQuestion::PlaceOf(int slot) const {
  const auto found = std::lower_bound(slots_.begin(), slots_.end(), slot);
  return found != slots_.end() && *found == slot ? static_cast<int>(found - slots_.begin()) : -1;
}

// False where somebody speaks twice, or is spoken for twice.
bool DirectQuestion::AddVoices(absl::FunctionRef<bool(const Speaker&)> counts) {
  voices_ = {};
  own_ = 0;
  for (size_t i = 0; i < tally_.speakers.size(); ++i) {
    const Speaker& speaker = tally_.speakers[i];
    uint64_t slots = 0;
    for (const Claim& claim : speaker.claims) {
      if (const int place = PlaceOf(claim.slot); place >= 0) slots |= uint64_t{1} << place;
    }
    if (slots == 0 || !counts(speaker)) continue;
    voices_.Add({static_cast<int>(i), slots}, arena_);
    own_ += speaker.actor == speaker.seat ? 1 : 0;
  }
  // In their own seats all of them are different people.
  if (voices_.size() - own_ > kMostDelegates) return false;
  for (int i = own_; i < voices_.size(); ++i) {
    const Speaker& one = tally_.speakers[voices_[i].speaker];
    for (int j = 0; j < i; ++j) {
      const Speaker& other = tally_.speakers[voices_[j].speaker];
      if (one.actor == other.actor || one.seat == other.seat) return false;
    }
  }
  return true;
}

// A search would not be cut either.
bool DirectQuestion::IsWithinLimits() const {
  int64_t claims = static_cast<int64_t>(slots_.size());
  for (const Voice& voice : voices_) claims += __builtin_popcountll(voice.slots);
  return poll_.context.limits.search_nodes >= 1 + claims / kClaimsOfANode &&
         poll_.context.limits.suggestion_nodes >= 0;
}

std::optional<bool> DirectQuestion::FindComplete(absl::FunctionRef<bool(const Speaker&)> counts) {
  if (!plain_ || !AddVoices(counts) || !IsWithinLimits()) return std::nullopt;
  const std::span<int> needed = NewList<int>(slots_.size(), arena_);
  for (size_t s = 0; s < slots_.size(); ++s) needed[s] = poll_.demands.slots[slots_[s]].places;
  offered_ = {};
  matching_.emplace(needed, arena_);
  for (int v = 0; v < voices_.size() && matching_->missing() > 0; ++v) {
    matching_->Offer(voices_[v].slots);
    offered_.Add(v, arena_);
  }
  return matching_->missing() == 0;
}

// By person first, then the cheapest in front.
void DirectQuestion::AddCandidates() {
  flat::Repeated<Candidate> found;
  for (size_t place = 0; place < slots_.size(); ++place) {
    const Slot& slot = poll_.demands.slots[slots_[place]];
    const Demand& demand = poll_.demands.rules[slot.rule];
    slot.electorate->ForEachMember(poll_.context.now, [&](int person) {
      if ((poll_.subject.PartsOf(person) & slot.plan->apart) != 0 || demand.IsRecused(person)) {
        return;
      }
      found.Add({{person, 0}, uint64_t{1} << place}, arena_);
    });
  }
  const std::span<Candidate> all = SpanOf(found);
  if (slots_.size() > 1) {
    std::sort(all.begin(), all.end(), [](const Candidate& a, const Candidate& b) {
      return a.asking.person < b.asking.person;
    });
  }
  size_t count = 0;
  for (const Candidate& candidate : all) {
    if (count > 0 && all[count - 1].asking.person == candidate.asking.person) {
      all[count - 1].slots |= candidate.slots;
    } else {
      all[count++] = candidate;
    }
  }
  candidates_ = all.first(count);
  const std::span<int> people = NewList<int>(count, arena_);
  for (size_t i = 0; i < count; ++i) {
    people[i] = candidates_[i].asking.person;
    candidates_[i].asking = AskingOf(people[i], poll_.context);
  }
  people_ = people;
  StableSort(candidates_,
             [](const Candidate& a, const Candidate& b) { return a.asking.cost < b.asking.cost; });
}

const DirectQuestion::Voice* DirectQuestion::OwnVoice(int person) const {
  const auto end = voices_.begin() + own_;
  const auto found =
      std::lower_bound(voices_.begin(), end, person, [&](const Voice& voice, int wanted) {
        return tally_.speakers[voice.speaker].actor < wanted;
      });
  return found != end && tally_.speakers[found->speaker].actor == person ? &*found : nullptr;
}

bool DirectQuestion::Speaks(int person) const {
  return OwnVoice(person) != nullptr ||
         std::any_of(voices_.begin() + own_, voices_.end(), [&](const Voice& voice) {
           const Speaker& speaker = tally_.speakers[voice.speaker];
           return speaker.actor == person || speaker.seat == person;
         });
}

bool DirectQuestion::FindFurther() {
  AddCandidates();
  flat::Repeated<int> further;
  for (Candidate& candidate : candidates_) {
    const int person = candidate.asking.person;
    const Voice* const own = OwnVoice(person);
    if (own != nullptr && (candidate.slots & ~own->slots) == 0) {
      candidate.slots = 0;  // could say nothing new
    } else if (Speaks(person)) {
      return false;
    }
  }
  for (size_t c = 0; c < candidates_.size() && matching_->missing() > 0; ++c) {
    if (candidates_[c].slots == 0) continue;
    offered_.Add(voices_.size() + static_cast<int>(c), arena_);
    if (matching_->Offer(candidates_[c].slots)) {
      further.Add(candidates_[c].asking.person, arena_);
    }
  }
  further_ = SpanOf(further);
  return matching_->missing() == 0;
}

void DirectQuestion::Tell(std::span<SlotFilling> slots, Finding* finding) const {
  finding->rules = rules_;
  finding->kind = further_.empty() ? AssignmentSolution::Kind::kComplete
                                   : AssignmentSolution::Kind::kIncomplete;
  finding->candidates = people_;
  finding->further = further_;
  for (size_t s = 0; s < slots_.size(); ++s) {
    const std::span<const int> found = SpanOf(matching_->holders(static_cast<int>(s)));
    const std::span<int> numbers = NewList<int>(found.size(), arena_);
    for (size_t i = 0; i < found.size(); ++i) numbers[i] = offered_[found[i]];
    StableSort(numbers, std::less<int>());
    const std::span<Holder> holders = NewList<Holder>(found.size(), arena_);
    for (size_t i = 0; i < found.size(); ++i) {
      holders[i] = numbers[i] < voices_.size()
                       ? Holder{voices_[numbers[i]].speaker, {}}
                       : Holder{-1, candidates_[numbers[i] - voices_.size()].asking};
    }
    slots[slots_[s]] = {holders, true, absl::InfinitePast()};
  }
}

}  // namespace changepolicy
