#include "libchangepolicy/approval/violation.h"

#include <algorithm>
#include <numeric>

#include "libchangepolicy/approval/filler.h"
#include "libchangepolicy/approval/matching.h"
#include "libchangepolicy/approval/suggest.h"

namespace changepolicy {
namespace {

constexpr size_t kBits = 64;
// Sets of slots that are looked at for a smaller violation of a conjunction, for each node that the
// caller allows: adding up people is that much cheaper than matching them.
constexpr int64_t kUnionsOfANode = 10;

// Slots that all keep apart, where nobody competes. Works with counts of people, so that it stays
// quick where there are many.
class HallViolation {
 public:
  HallViolation(const AssignmentProblem& problem, const SlotSet& slots, const Pool& pool)
      : problem_(problem),
        memory_(problem.memory),
        slots_(slots),
        claims_(memory_),
        speakers_of_(slots.size(), memory_),
        people_of_(memory_),
        most_needed_(memory_),
        chosen_(memory_) {
    Numbers local(problem.slots.size(), -1, memory_);
    for (size_t s = 0; s < slots.size(); ++s) local[slots[s]] = static_cast<int>(s);
    const auto add = [&](Numbers claims) {
      if (claims.empty()) return;
      for (const int s : claims) speakers_of_[s].push_back(static_cast<int>(claims_.size()));
      claims_.push_back(std::move(claims));
    };
    for (const Voice& voice : problem.voices) {
      Numbers claims(memory_);
      for (const Claim& claim : voice.claims) {
        if (local[claim.slot] >= 0) claims.push_back(local[claim.slot]);
      }
      add(std::move(claims));
    }
    for (const Numbers& slots_of : pool.slots) {
      Numbers claims(memory_);
      for (const int slot : slots_of) claims.push_back(local[slot]);
      add(std::move(claims));
    }
  }

  Violation Find() {
    Numbers all(slots_.size(), memory_);
    std::iota(all.begin(), all.end(), 0);
    // Every violation without a slot to spare lies in the part that a largest matching leaves open.
    Numbers open(memory_);
    IsImpossible(all, &open);
    Prepare(open);
    for (size_t size = 1; size <= open.size() && unions_ > 0; ++size) {
      chosen_.clear();
      if (Search(open, 0, size, 0, People(words_, 0, memory_))) return Violation(Named(chosen_));
    }
    Violation some(Named(WithoutSpare(Numbers(memory_), false, open)));
    some.minimum = false;
    return some;
  }

 private:
  using People = List<uint64_t>;  // as bits

  int NeededBy(int s) const { return problem_.slots[slots_[s]].needed; }

  SlotSet Named(const Numbers& some) const {
    SlotSet named(memory_);
    for (const int s : some) named.push_back(slots_[s]);
    return named;
  }

  // Whether `some` (sorted) cannot be filled; then `open` (if not null) is the part of them in
  // which some slot stays open whatever else is done.
  bool IsImpossible(const Numbers& some, Numbers* open) const {
    Numbers place(slots_.size(), -1, memory_);
    Numbers needed(memory_);
    List<bool> concerned(claims_.size(), false, memory_);
    for (const int s : some) {
      place[s] = static_cast<int>(needed.size());
      needed.push_back(NeededBy(s));
      for (const int speaker : speakers_of_[s]) concerned[speaker] = true;
    }
    Matching matching(needed, memory_);
    Numbers claims(memory_);
    for (size_t i = 0; i < claims_.size() && matching.missing() > 0; ++i) {
      if (!concerned[i]) continue;
      claims.clear();
      for (const int s : claims_[i]) {
        if (place[s] >= 0) claims.push_back(place[s]);
      }
      matching.Offer(claims);
    }
    if (matching.missing() == 0) return false;
    if (open == nullptr) return true;
    List<bool> inside(some.size(), false, memory_);
    for (size_t s = 0; s < some.size(); ++s) {
      if (inside[s] || matching.IsFull(static_cast<int>(s))) continue;
      for (const int t : matching.Tight(static_cast<int>(s))) inside[t] = true;
    }
    for (size_t s = 0; s < some.size(); ++s) {
      if (inside[s]) open->push_back(some[s]);
    }
    return true;
  }

  // Of `some`, which are impossible with `given`, those of a violation without a slot to spare
  // (QuickXplain, Junker 2004): as many matchings as it has slots, times the logarithm of all.
  Numbers WithoutSpare(const Numbers& given, bool grown, const Numbers& some) const {
    if (grown && IsImpossible(given, nullptr)) return Numbers(memory_);
    if (some.size() == 1) return {some, memory_};
    const auto middle = some.begin() + static_cast<std::ptrdiff_t>(some.size() / 2);
    const Numbers first(some.begin(), middle, memory_);
    const Numbers second(middle, some.end(), memory_);
    const Numbers of_second = WithoutSpare(Union(given, first), true, second);
    const Numbers of_first = WithoutSpare(Union(given, of_second), !of_second.empty(), first);
    return Union(of_first, of_second);
  }

  Numbers Union(const Numbers& one, const Numbers& other) const {
    Numbers both(memory_);
    std::set_union(one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(both));
    return both;
  }

  // Sets of speakers, one bit for each who has a part in `open`.
  void Prepare(const Numbers& open) {
    Numbers bit(claims_.size(), -1, memory_);
    int bits = 0;
    for (const int s : open) {
      for (const int speaker : speakers_of_[s]) {
        if (bit[speaker] < 0) bit[speaker] = bits++;
      }
    }
    words_ = static_cast<size_t>(bits) / kBits + 1;
    people_of_.assign(slots_.size(), People(memory_));
    for (const int s : open) {
      people_of_[s].assign(words_, 0);
      for (const int speaker : speakers_of_[s]) {
        people_of_[s][bit[speaker] / kBits] |= uint64_t{1} << (bit[speaker] % kBits);
      }
    }
    unions_ = problem_.suggestion_nodes * kUnionsOfANode;
    most_needed_.assign(open.size() + 1, 0);
    for (size_t i = open.size(); i-- > 0;) {
      most_needed_[i] = std::max(most_needed_[i + 1], NeededBy(open[i]));
    }
  }

  // Whether `left` more of the slots from `next` on make a violation with those that were chosen.
  bool Search(const Numbers& open, size_t next, size_t left, int needed, const People& people) {
    for (; next + left <= open.size() && unions_ > 0; ++next) {
      --unions_;
      const int slot = open[next];
      People more(people, memory_);
      int count = 0;
      for (size_t word = 0; word < words_; ++word) {
        more[word] |= people_of_[slot][word];
        count += __builtin_popcountll(more[word]);
      }
      const int now_needed = needed + NeededBy(slot);
      // People can only become more, and the need by no more than the neediest of the rest.
      const int64_t hope =
          int64_t{now_needed} + (static_cast<int64_t>(left) - 1) * int64_t{most_needed_[next + 1]};
      if (hope <= count) continue;
      chosen_.push_back(slot);
      if (left == 1 || Search(open, next + 1, left - 1, now_needed, more)) return true;
      chosen_.pop_back();
    }
    return false;
  }

  const AssignmentProblem& problem_;
  SearchMemory* const memory_;
  const SlotSet& slots_;
  List<Numbers> claims_;       // places of slots, by speaker
  List<Numbers> speakers_of_;  // by place of the slot
  List<People> people_of_;
  Numbers most_needed_;  // of the slots from a place on
  size_t words_ = 0;
  int64_t unions_ = 0;
  Numbers chosen_;
};

// Whatever else makes it hard: by asking whether the tree could be completed if it consisted of
// some of its slots alone.
class Trial {
 public:
  explicit Trial(const AssignmentProblem& problem)
      : filler_(problem, problem.suggestion_nodes),
        memory_(problem.memory),
        all_(AllSlots(problem)),
        chosen_(memory_) {}

  Violation Find() {
    Violation violation(SlotSet(all_, memory_));
    for (size_t i = violation.slots.size(); i-- > 0;) {
      SlotSet fewer(violation.slots, memory_);
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      if (IsImpossible(fewer)) violation.slots = std::move(fewer);
    }
    for (size_t size = 1; size <= violation.slots.size() && !filler_.exhausted(); ++size) {
      chosen_.clear();
      if (Search(0, size)) violation.slots = chosen_;
    }
    violation.minimum = !filler_.exhausted();
    return violation;
  }

 private:
  // False where it was not settled.
  bool IsImpossible(const SlotSet& some) {
    const Numbers everyone = PoolFor(filler_.problem(), some).candidates;
    const auto within = [&](const SlotSet& slots) {
      SlotSet inside(memory_);
      std::set_intersection(slots.begin(), slots.end(), some.begin(), some.end(),
                            std::back_inserter(inside));
      return inside;
    };
    const auto can_fill = [&](const SlotSet& slots) {
      const SlotSet inside = within(slots);
      return inside.empty() || filler_.Fill(inside, everyone, nullptr);
    };
    const bool possible = WalkBranches(
        filler_.problem(),
        [&](const SlotSet& slots) { return filler_.exhausted() || !can_fill(slots); }, can_fill);
    return !possible && !filler_.exhausted();
  }

  bool Search(size_t next, size_t left) {
    if (left == 0) return IsImpossible(chosen_);
    for (; next + left <= all_.size() && !filler_.exhausted(); ++next) {
      chosen_.push_back(all_[next]);
      if (Search(next + 1, left - 1)) return true;
      chosen_.pop_back();
    }
    return false;
  }

  SlotFiller filler_;
  SearchMemory* const memory_;
  const SlotSet all_;
  SlotSet chosen_;
};

}  // namespace

Violation FindViolation(const AssignmentProblem& problem) {
  const SlotSet all = AllSlots(problem);
  if (!HasChoices(problem)) {
    SlotFiller filler(problem, problem.suggestion_nodes);
    const Pool pool = PoolFor(problem, all);
    if (IsPlain(all, pool, &filler)) return HallViolation(problem, all, pool).Find();
  }
  return Trial(problem).Find();
}

}  // namespace changepolicy
