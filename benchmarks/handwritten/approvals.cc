// Which approval rules apply, who counts for them, and whom to ask for what is missing.
//
// Peers and board are different people, CTO and DPO are, and those who approve an emergency are: of
// each such group the rules are filled together, by a matching that is grown one person at a time.
#include <algorithm>
#include <array>

#include "benchmarks/handwritten/case.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::handwritten {
namespace {

constexpr int kMostSlots = 6;  // of one decision
constexpr int kMostVoices = 16;

enum Group : uint8_t { kReviewers, kOfficers, kEmergencyGroup, kFreezeGroup, kGroupCount };

// What one rule asks for.
struct Slot {
  Rule rule = kRuleCount;
  Group group = kReviewers;
  std::string_view asked;
  int needed = 1;
  People members = 0;
  bool implementers_apart = false;
  Nanos holds_for = 0;
  ApprovalResult* result = nullptr;
  v1::Status* status = nullptr;
};

using SlotSet = uint32_t;  // bits, by place

// Somebody who has approved; and whoever is asked, as further voices.
struct Voice {
  int person = 0;
  SlotSet claims = 0;
  std::array<int, kMostSlots> ballot = {};  // by slot: the one that counts
};

// People to slots, grown one at a time: who was kept stays kept, though perhaps elsewhere.
class Filling {
 public:
  Filling(const std::vector<Slot>& slots, SlotSet some) : slots_(slots), some_(some) {
    for (SlotSet left = some; left != 0; left &= left - 1) {
      missing_ += slots[static_cast<size_t>(__builtin_ctz(left))].needed;
    }
  }

  int missing() const { return missing_; }
  const std::array<int, kMostPlaces>& holders(int slot) const { return holders_[at(slot)]; }
  int count(int slot) const { return count_[at(slot)]; }

  // `voice` is any number by which the caller knows the person; true where it was kept.
  bool Offer(int voice, SlotSet claims) {
    claims &= some_;
    if (claims == 0) return false;
    const int number = offers_++;
    voices_[at(number)] = voice;
    claims_[at(number)] = claims;
    // An open slot, or a chain of people who make room, found in the order of slots.
    std::array<int, kMostSlots> visited, from;
    int found = -1, size = 0;
    SlotSet seen = 0;
    for (SlotSet left = claims; left != 0; left &= left - 1) {
      const int slot = __builtin_ctz(left);
      if (IsOpen(slot)) {
        Put(number, slot);
        --missing_;
        return true;
      }
      seen |= 1u << slot;
      visited[at(size)] = slot;
      from[at(size++)] = -1;
    }
    for (int next = 0; found < 0 && next < size; ++next) {
      SlotSet reachable = 0;
      for (int i = 0; i < count(visited[at(next)]); ++i) {
        reachable |= claims_[at(holders_[at(visited[at(next)])][at(i)])];
      }
      for (SlotSet left = reachable & ~seen; left != 0; left &= left - 1) {
        const int slot = __builtin_ctz(left);
        seen |= 1u << slot;
        visited[at(size)] = slot;
        from[at(size)] = next;
        if (IsOpen(slot)) found = size;
        ++size;
        if (found >= 0) break;
      }
    }
    if (found < 0) {
      --offers_;
      return false;
    }
    for (; from[at(found)] >= 0; found = from[at(found)]) {
      MoveOne(visited[at(from[at(found)])], visited[at(found)]);
    }
    Put(number, visited[at(found)]);
    --missing_;
    return true;
  }

  // The callers' numbers of those who fill the slot, ascending.
  std::vector<int> Filled(int slot) const {
    std::vector<int> filled;
    for (int i = 0; i < count(slot); ++i) filled.push_back(voices_[at(holders_[at(slot)][at(i)])]);
    std::sort(filled.begin(), filled.end());
    return filled;
  }

 private:
  static constexpr int kMostOffers = kMostVoices + kMostPeople;
  static size_t at(int index) { return static_cast<size_t>(index); }

  bool IsOpen(int slot) const { return count(slot) < slots_[at(slot)].needed; }
  void Put(int number, int slot) { holders_[at(slot)][at(count_[at(slot)]++)] = number; }
  // The first holder of `one` who could fill `other` goes there.
  void MoveOne(int one, int other) {
    auto& list = holders_[at(one)];
    int& size = count_[at(one)];
    for (int i = 0; i < size; ++i) {
      const int number = list[at(i)];
      if ((claims_[at(number)] >> other & 1) == 0) continue;
      std::copy(list.begin() + i + 1, list.begin() + size, list.begin() + i);
      --size;
      Put(number, other);
      return;
    }
  }

  const std::vector<Slot>& slots_;
  const SlotSet some_;
  int missing_ = 0;
  int offers_ = 0;
  std::array<int, kMostOffers> voices_;
  std::array<SlotSet, kMostOffers> claims_;
  std::array<std::array<int, kMostPlaces>, kMostSlots> holders_;
  std::array<int, kMostSlots> count_ = {};
};

constexpr int kAsked = 1000;  // numbers from here on are people who would be asked

}  // namespace

class Case::Electing {
 public:
  explicit Electing(Case* decided) : case_(*decided) {}

  void Add(const Slot& slot) { slots_.push_back(slot); }
  bool Run();

 private:
  struct Judgement {
    v1::NotCounted reason = v1::NOT_COUNTED_UNSPECIFIED;
    std::string_view detail;
  };
  struct Open {  // a group whose rules are not all complete
    SlotSet slots = 0;
    std::vector<int> asked;  // people
  };

  Judgement JudgeBallot(const Ballot& ballot, const Slot& slot) const;
  std::string_view PartOf(int person, const Slot& slot) const;
  People ApartFrom(const Slot& slot) const;
  void FindVoices();
  bool Fill(SlotSet group);
  bool AskTogether();
  bool Complete(SlotSet slots, const std::vector<int>& asked, bool tell);
  SlotSet CandidateSlots(int person, SlotSet among) const;
  bool FindPool(SlotSet slots, std::vector<int>* pool) const;
  bool Choose(SlotSet slots, const std::vector<int>& pool, size_t from, size_t left);
  void Tell(SlotSet slots, const Filling& filling);
  void TellUncounted(int slot);

  Case& case_;
  std::vector<Slot> slots_;
  std::vector<Voice> voices_;
  std::vector<Open> open_;
  std::vector<int> chosen_;
};

People Case::Electing::ApartFrom(const Slot& slot) const {
  return case_.requesters | case_.authors | case_.co_authors | case_.committers |
         (slot.implementers_apart ? case_.implementers : 0);
}

std::string_view Case::Electing::PartOf(int person, const Slot& slot) const {
  const People one = Only(person);
  if ((case_.requesters & one) != 0) return "REQUESTER";
  if ((case_.authors & one) != 0) return "AUTHOR";
  if ((case_.co_authors & one) != 0) return "CO_AUTHOR";
  if ((case_.committers & one) != 0) return "COMMITTER";
  if (slot.implementers_apart && (case_.implementers & one) != 0) return "IMPLEMENTER";
  return {};
}

Case::Electing::Judgement Case::Electing::JudgeBallot(const Ballot& ballot,
                                                      const Slot& slot) const {
  if ((slot.members & Only(ballot.person)) == 0) return {v1::NOT_COUNTED_INELIGIBLE, {}};
  if (const std::string_view part = PartOf(ballot.person, slot); !part.empty()) {
    return {v1::NOT_COUNTED_APART, part};
  }
  const Nanos end = ballot.at + slot.holds_for;
  if (end <= case_.now) return {v1::NOT_COUNTED_EXPIRED, case_.InstantText(end)};
  case_.Note(end);
  return {};
}

// One voice a person; of several approvals the latest counts.
void Case::Electing::FindVoices() {
  std::array<int, kMostVoices> order;
  int count = 0;
  for (size_t b = 0; b < case_.ballots.size(); ++b) {
    if (case_.ballots[b].against == v1::NOT_COUNTED_UNSPECIFIED) {
      order[static_cast<size_t>(count++)] = static_cast<int>(b);
    }
  }
  std::stable_sort(order.begin(), order.begin() + count, [&](int a, int b) {
    const Ballot& one = case_.ballots[static_cast<size_t>(a)];
    const Ballot& other = case_.ballots[static_cast<size_t>(b)];
    if (one.person != other.person) return one.person < other.person;
    return one.at > other.at;
  });
  for (int i = 0; i < count; ++i) {
    const int number = order[static_cast<size_t>(i)];
    const Ballot& ballot = case_.ballots[static_cast<size_t>(number)];
    if (voices_.empty() || voices_.back().person != ballot.person) {
      voices_.push_back({ballot.person, 0, {}});
    }
    Voice& voice = voices_.back();
    for (size_t s = 0; s < slots_.size(); ++s) {
      if (JudgeBallot(ballot, slots_[s]).reason != v1::NOT_COUNTED_UNSPECIFIED) continue;
      if ((voice.claims >> s & 1) == 0) voice.ballot[s] = number;
      voice.claims |= 1u << s;
    }
  }
}

void Case::Electing::TellUncounted(int number) {
  const Slot& slot = slots_[static_cast<size_t>(number)];
  ApprovalResult& result = *slot.result;
  for (size_t b = 0; b < case_.ballots.size(); ++b) {
    const Ballot& ballot = case_.ballots[b];
    const Assigned* same_person = nullptr;
    bool used = false;
    for (int i = 0; i < result.assigned_count; ++i) {
      const Assigned& assigned = result.assigned[static_cast<size_t>(i)];
      used |= assigned.ballot == static_cast<int>(b);
      if (assigned.person == ballot.person) same_person = &assigned;
    }
    if (used) continue;
    Uncounted& told = result.not_counted.emplace_back();
    told.ballot = static_cast<int>(b);
    if (ballot.against != v1::NOT_COUNTED_UNSPECIFIED) {
      told.reason = ballot.against;
      told.detail = ballot.detail;
      continue;
    }
    const Judgement judgement = JudgeBallot(ballot, slot);
    if (judgement.reason != v1::NOT_COUNTED_UNSPECIFIED) {
      told.reason = judgement.reason;
      told.detail = judgement.detail;
    } else if (same_person != nullptr) {
      told.reason = v1::NOT_COUNTED_WITHDRAWN;
      told.detail = case_.ballots[static_cast<size_t>(same_person->ballot)].approval->id();
    } else {
      told.reason = v1::NOT_COUNTED_SURPLUS;
    }
  }
  std::stable_sort(result.not_counted.begin(), result.not_counted.end(),
                   [&](const Uncounted& a, const Uncounted& b) {
                     return case_.ballots[static_cast<size_t>(a.ballot)].person <
                            case_.ballots[static_cast<size_t>(b.ballot)].person;
                   });
}

// Takes what the filling says into the results of these slots.
void Case::Electing::Tell(SlotSet slots, const Filling& filling) {
  for (SlotSet left = slots; left != 0; left &= left - 1) {
    const int number = __builtin_ctz(left);
    ApprovalResult& result = *slots_[static_cast<size_t>(number)].result;
    result.assigned_count = result.suggested_count = 0;
    for (const int holder : filling.Filled(number)) {
      if (holder >= kAsked) {
        result.suggested[static_cast<size_t>(result.suggested_count++)] = holder - kAsked;
        continue;
      }
      const Voice& voice = voices_[static_cast<size_t>(holder)];
      result.assigned[static_cast<size_t>(result.assigned_count++)] = {
          voice.person, voice.ballot[static_cast<size_t>(number)]};
    }
  }
}

SlotSet Case::Electing::CandidateSlots(int person, SlotSet among) const {
  SlotSet able = 0;
  for (SlotSet left = among; left != 0; left &= left - 1) {
    const int number = __builtin_ctz(left);
    const Slot& slot = slots_[static_cast<size_t>(number)];
    if ((slot.members & ~ApartFrom(slot) & Only(person)) != 0) able |= 1u << number;
  }
  return able;
}

// Who could still say something new. False where somebody has said a part of what they could.
bool Case::Electing::FindPool(SlotSet slots, std::vector<int>* pool) const {
  People members = 0;
  for (SlotSet left = slots; left != 0; left &= left - 1) {
    members |= slots_[static_cast<size_t>(__builtin_ctz(left))].members;
  }
  for (; members != 0; members &= members - 1) {
    const int person = __builtin_ctzll(members);
    const SlotSet able = CandidateSlots(person, slots);
    if (able == 0) continue;
    const auto voice = std::find_if(voices_.begin(), voices_.end(),
                                    [&](const Voice& each) { return each.person == person; });
    const SlotSet said = voice == voices_.end() ? 0 : voice->claims & slots;
    if ((able & ~said) == 0) continue;
    if (said != 0) return false;
    pool->push_back(person);
  }
  return true;
}

// The rules of one group.
bool Case::Electing::Fill(SlotSet group) {
  const auto offer_voices = [&](Filling* filling, People among) {
    for (size_t v = 0; v < voices_.size() && filling->missing() > 0; ++v) {
      if ((among & Only(voices_[v].person)) == 0) continue;
      filling->Offer(static_cast<int>(v), voices_[v].claims);
    }
  };
  SlotSet open = group;
  if (__builtin_popcount(group) > 1) {
    Filling together(slots_, group);
    offer_voices(&together, ~People{0});
    if (together.missing() == 0) {
      Tell(group, together);
      return true;
    }
    // A rule that has enough people whom no other of them could ever want is complete.
    for (SlotSet left = group; left != 0; left &= left - 1) {
      const int number = __builtin_ctz(left);
      People others = 0;
      for (SlotSet rest = group & ~(1u << number); rest != 0; rest &= rest - 1) {
        others |= slots_[static_cast<size_t>(__builtin_ctz(rest))].members;
      }
      Filling alone(slots_, 1u << number);
      offer_voices(&alone, slots_[static_cast<size_t>(number)].members & ~others);
      if (alone.missing() > 0) continue;
      Tell(1u << number, alone);
      open &= ~(1u << number);
    }
    if (open == 0) return true;
  }
  Filling filling(slots_, open);
  offer_voices(&filling, ~People{0});
  if (filling.missing() == 0) {
    Tell(open, filling);
    return true;
  }
  std::vector<int> pool;
  if (!FindPool(open, &pool)) return false;
  Open& wanting = open_.emplace_back();
  wanting.slots = open;
  for (size_t i = 0; i < pool.size() && filling.missing() > 0; ++i) {
    if (filling.Offer(kAsked + pool[i], CandidateSlots(pool[i], open))) {
      wanting.asked.push_back(pool[i]);
    }
  }
  if (filling.missing() > 0) return false;  // nobody is left who could
  Tell(open, filling);
  return true;
}

bool Case::Electing::Complete(SlotSet slots, const std::vector<int>& asked, bool tell) {
  for (int group = 0; group < kGroupCount; ++group) {
    SlotSet own = 0;
    for (SlotSet left = slots; left != 0; left &= left - 1) {
      const int number = __builtin_ctz(left);
      if (slots_[static_cast<size_t>(number)].group == group) own |= 1u << number;
    }
    if (own == 0) continue;
    Filling filling(slots_, own);
    for (size_t v = 0; v < voices_.size() && filling.missing() > 0; ++v) {
      filling.Offer(static_cast<int>(v), voices_[v].claims);
    }
    for (size_t i = 0; i < asked.size() && filling.missing() > 0; ++i) {
      filling.Offer(kAsked + asked[i], CandidateSlots(asked[i], own));
    }
    if (filling.missing() > 0) return false;
    if (tell) Tell(own, filling);
  }
  return true;
}

// The first set of so many people that completes all of the slots.
bool Case::Electing::Choose(SlotSet slots, const std::vector<int>& pool, size_t from, size_t left) {
  if (left == 0) return Complete(slots, chosen_, false);
  for (size_t next = from; next + left <= pool.size(); ++next) {
    chosen_.push_back(pool[next]);
    if (Choose(slots, pool, next + 1, left - 1)) return true;
    chosen_.pop_back();
  }
  return false;
}

// One person may serve two groups: then fewer do for all than each asks for by itself.
bool Case::Electing::AskTogether() {
  if (open_.size() < 2) return true;
  SlotSet slots = 0;
  People asked = 0, wanted_once = 0, wanted_twice = 0;
  size_t most = 0;
  for (const Open& open : open_) {
    slots |= open.slots;
    most = std::max(most, open.asked.size());
    for (const int person : open.asked) asked |= Only(person);
    People able = 0;
    for (SlotSet left = open.slots; left != 0; left &= left - 1) {
      const Slot& slot = slots_[static_cast<size_t>(__builtin_ctz(left))];
      able |= slot.members & ~ApartFrom(slot);
    }
    wanted_twice |= wanted_once & able;
    wanted_once |= able;
  }
  const size_t separately = static_cast<size_t>(__builtin_popcountll(asked));
  if (separately == most || wanted_twice == 0) return true;
  std::vector<int> pool;
  if (!FindPool(slots, &pool)) return false;
  for (size_t size = 1; size <= separately; ++size) {
    chosen_.clear();
    if (!Choose(slots, pool, 0, size)) continue;
    return Complete(slots, chosen_, true);
  }
  return false;
}

bool Case::Electing::Run() {
  if (case_.ballots.size() > kMostVoices || slots_.size() > kMostSlots) return false;
  FindVoices();
  for (int group = 0; group < kGroupCount; ++group) {
    SlotSet own = 0;
    for (size_t s = 0; s < slots_.size(); ++s) {
      if (slots_[s].group == group) own |= 1u << s;
    }
    if (own != 0 && !Fill(own)) return false;
  }
  if (!AskTogether()) return false;
  SlotSet incomplete = 0;
  for (const Open& open : open_) incomplete |= open.slots;
  for (size_t s = 0; s < slots_.size(); ++s) {
    Slot& slot = slots_[s];
    slot.result->asked = slot.asked;
    slot.result->needed = slot.needed;
    slot.result->eligible = __builtin_popcountll(slot.members & ~ApartFrom(slot));
    *slot.status = (incomplete >> s & 1) != 0 ? v1::STATUS_UNSATISFIED : v1::STATUS_SATISFIED;
    TellUncounted(static_cast<int>(s));
  }
  // Until all rules of an open group are filled, who counts where may still change.
  for (const Open& open : open_) {
    for (SlotSet left = open.slots; left != 0; left &= left - 1) {
      ApprovalResult& result = *slots_[static_cast<size_t>(__builtin_ctz(left))].result;
      for (SlotSet rest = open.slots & ~(left & -left); rest != 0; rest &= rest - 1) {
        const Slot& other = slots_[static_cast<size_t>(__builtin_ctz(rest))];
        if (other.result->assigned_count < other.needed) {
          result.waits_for[static_cast<size_t>(result.waits_count++)] = other.rule;
        }
      }
    }
  }
  return true;
}

Truth Case::OverdueObligation(Fact fact, std::string_view rule) {
  Read(fact);
  bool any = false;
  for (const ObligationRow& row : tables.obligations) {
    if (row.team != change->team() || row.rule != rule) continue;
    if (row.done != kNever) {
      Note(row.done);
      if (row.done <= now) continue;
    }
    Note(row.due);
    any |= row.due <= now;
  }
  const Truth truth = Truth::Of(any);
  SetTruth(fact, truth);
  return truth;
}

bool Case::EvaluateApprovals() {
  const bool normal = category == v1::CATEGORY_NORMAL;
  const bool emergency = category == v1::CATEGORY_EMERGENCY;
  const bool frozen = calendar.freeze_count > 0;
  approval_count = 0;
  approvals.resize(std::max<size_t>(approvals.size(), kMostSlots + 1));
  // Outcomes are not moved while the approvals are found.
  outcomes.reserve(kRuleCount);
  Electing electing(this);
  const auto rule = [&](Rule which, auto applies, Slot slot) {
    Reading reading = StartReading();
    reading_ = &reading;
    const Truth truth = applies();
    reading_ = &scratch_;
    if (truth.is_false()) {
      named_facts.resize(reading.first_named);
      ++rules_not_applicable;
      return;
    }
    Outcome& outcome = outcomes.emplace_back();
    outcome.rule = which;
    outcome.reading = reading;
    outcome.unknown = truth.unknown;
    outcome.status = truth.is_true() ? v1::STATUS_SATISFIED : v1::STATUS_UNKNOWN;
    outcome.approval = -1;
    if (!truth.is_true()) return;
    ApprovalResult& result = approvals[approval_count];
    outcome.approval = static_cast<int>(approval_count++);
    result.not_counted.clear();
    result.assigned_count = result.suggested_count = result.waits_count = result.needed = 0;
    if (slot.needed == 0) {
      // Asks for nobody.
      for (size_t b = 0; b < ballots.size(); ++b) {
        const bool sound = ballots[b].against == v1::NOT_COUNTED_UNSPECIFIED;
        result.not_counted.push_back({static_cast<int>(b),
                                      sound ? v1::NOT_COUNTED_SURPLUS : ballots[b].against,
                                      ballots[b].detail});
      }
      std::stable_sort(result.not_counted.begin(), result.not_counted.end(),
                       [&](const Uncounted& a, const Uncounted& b) {
                         return ballots[static_cast<size_t>(a.ballot)].person <
                                ballots[static_cast<size_t>(b.ballot)].person;
                       });
      return;
    }
    slot.rule = which;
    slot.result = &result;
    slot.status = &outcome.status;
    electing.Add(slot);
  };
  const auto when = [](bool holds) { return [holds] { return Truth::Of(holds); }; };
  const auto normal_and = [&](const Definition& definition) {
    return [this, normal, &definition] {
      Use(definition);
      return normal ? definition.value : Truth::Of(false);
    };
  };
  const auto team = tables.teams.find(change->team());
  const People own_team = team == tables.teams.end() ? 0 : team->second.members_and_leads;
  const People cab = tables.roles[kCab];
  const People cto = tables.roles[kCto];

  rule(kStandardPreapproved, when(category == v1::CATEGORY_STANDARD), {.needed = 0});
  rule(kPeerReview, when(normal),
       {.group = kReviewers,
        .asked = "role change_reviewer or own team or leads of own team",
        .members = own_team | tables.roles[kChangeReviewer],
        .holds_for = 720 * kHour});
  rule(kCabApproval, normal_and(significant_),
       {.group = kReviewers,
        .asked = "role cab",
        .needed = 2,
        .members = cab,
        .implementers_apart = true,
        .holds_for = 336 * kHour});
  rule(kCtoApproval, normal_and(major_),
       {.group = kOfficers, .asked = "role cto", .members = cto, .holds_for = 336 * kHour});
  rule(kDpoApproval, normal_and(concerns_dpo_),
       {.group = kOfficers,
        .asked = "role dpo",
        .members = tables.roles[kDpo],
        .holds_for = 336 * kHour});
  rule(kEmergencyApproval, when(emergency),
       {.group = kEmergencyGroup,
        .asked = "role cto or role emergency_approver",
        .members = cto | tables.roles[kEmergencyApprover],
        .holds_for = 24 * kHour});
  rule(kEmergencyBoard,
       [&] {
         if (!emergency) return Truth::Of(false);
         return OrElse(OrElse(OverdueObligation(kPapersOverdue, "emergency-papers"),
                              [&] { return OverdueObligation(kTestsOverdue, "emergency-tests"); }),
                       [&] { return OverdueObligation(kReviewOverdue, "emergency-review"); });
       },
       {.group = kEmergencyGroup, .asked = "role cab", .members = cab, .holds_for = 24 * kHour});
  rule(kRepeatedEmergencyBoard,
       [&] {
         if (!emergency) return Truth::Of(false);
         Read(kEmergencies);
         int count = 0;
         const auto runs = tables.emergencies.find(change->team());
         if (runs != tables.emergencies.end()) {
           for (const Nanos until : runs->second) {
             if (until <= now) continue;
             ++count;
             Note(until);
           }
         }
         Set(kEmergencies, Number(count));
         return Truth::Of(count >= 3);
       },
       {.group = kEmergencyGroup, .asked = "role cab", .members = cab, .holds_for = 24 * kHour});
  rule(kFreezeCrossing,
       [&] {
         if (!emergency) return Truth::Of(false);
         Read(kCalendarFrozen);
         if (!frozen) return Truth::Of(false);
         Read(kCalendarCrossingPossible);
         if (!calendar.crossing_possible) return Truth::Of(false);
         Read(kCalendarFreezes);
         // No freeze here has approvers of its own.
         ReadNamed("calendar.freezes[0].approver_roles", "[]");
         return Truth::Of(true);
       },
       {.group = kFreezeGroup,
        .asked = "role freeze_approver",
        .members = tables.roles[kFreezeApprover],
        .holds_for = 24 * kHour});
  rule(kFreezeOwnersCrossing, when(false), {.needed = 0});
  return electing.Run();
}

}  // namespace changepolicy::handwritten
