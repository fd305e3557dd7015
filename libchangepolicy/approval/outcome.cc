#include "libchangepolicy/approval/outcome.h"

#include <algorithm>
#include <functional>
#include <string>
#include <tuple>

#include "libchangepolicy/approval/told_text.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/flat/joined.h"
#include "libchangepolicy/flat/lists.h"

namespace changepolicy {
namespace {

using Kind = AssignmentSolution::Kind;

// One rule's answer.
class Teller {
 public:
  Teller(int rule, const Finding& finding, const Judged& judged, const Tally& tally,
         const Poll& poll, RuleAnswer* answer)
      : rule_(rule),
        demand_(poll.demands.rules[rule]),
        finding_(finding),
        judged_(judged),
        tally_(tally),
        poll_(poll),
        arena_(poll.context.arena),
        slots_(poll.SlotsOf(rule)),
        outcome_(answer->outcome),
        answer_(*answer),
        used_(NewList<bool>(poll.box.ballots().size(), arena_)) {}

  void Tell() {
    TellSlots();
    TellShared();
    TellUncounted();
    if (finding_.kind == Kind::kImpossible) TellViolation();
    if (finding_.kind == Kind::kIncomplete) {
      TellSuggestions();
      TellWaiting();
      NoteAvailability();
    }
    for (flat::StandingVeto* const veto : poll_.vetoes) {
      outcome_.mutable_vetoes()->Add(veto, arena_);
    }
    TellOpenConditions();
    for (const std::string_view account : demand_.unmapped) {
      outcome_.add_unknown_people(account, arena_);
    }
    Conclude();
  }

 private:
  // A speaker's ballot for one of the rule's slots.
  struct Used {
    int speaker;
    int ballot;
  };

  const Roster& roster() const { return *poll_.context.roster; }
  const Ballot& ballot(int index) const { return poll_.box.ballots()[index]; }
  const SlotFilling& filling(size_t place) const {
    return judged_.slots[demand_.first_slot + static_cast<int>(place)];
  }
  std::string_view Keep(std::string_view text) const {
    return poll_.temporary ? arena_->Copy(text) : text;
  }

  // Calls `use` with each approval by which the speaker fills the slot: the preferred one where it
  // suffices.
  template <typename Use>
  void Behind(const Speaker& speaker, size_t place, Use use) const {
    const int slot = demand_.first_slot + static_cast<int>(place);
    const bool strict = slots_[place].plan->declared->strict();
    const AspectMask wanted = demand_.plan->aspects;
    for (const Claim& claim : speaker.claims) {
      if (claim.slot != slot) continue;
      const auto counts = [&](const Support& support) {
        return !strict || support.at > filling(place).not_before;
      };
      const std::span<const Support> supports = tally_.supports.subspan(claim.first, claim.count);
      // Those before the first that suffices are told only where none does.
      for (const Support& support : supports) {
        if (counts(support) && (support.aspects & wanted) == wanted) return use(support.ballot);
      }
      AspectMask covered = 0;
      for (const Support& support : supports) {
        if (!counts(support)) continue;
        if ((support.aspects & ~covered) != 0) use(support.ballot);
        covered |= support.aspects;
      }
    }
  }

  void TellSlots() {
    flat::Repeated<Counted> counted;
    for (size_t place = 0; place < slots_.size(); ++place) {
      const Slot& slot = slots_[place];
      flat::SlotOutcome& told = *outcome_.add_slots(arena_);
      told.set_path(slot.path);
      told.set_of(LabelOf(*slot.electorate));
      told.set_needed(slot.needed);
      told.set_eligible(slot.eligible);
      told.set_chosen(filling(place).chosen);
      TellAssigned(place, &told, &counted);
    }
    const std::span<Counted> sorted = SpanOf(counted);
    StableSort(sorted, [](const Counted& a, const Counted& b) {
      return std::tie(a.person, a.slot) < std::tie(b.person, b.slot);
    });
    answer_.counted = sorted;
  }

  std::string_view LabelOf(const Electorate& electorate) const {
    return IsKept(electorate) ? electorate.label : arena_->Copy(electorate.label);
  }
  // The plan has it, and outlives the answer.
  bool IsKept(const Electorate& electorate) const {
    return !poll_.temporary && !electorate.sizes.empty();
  }

  void TellAssigned(size_t place, flat::SlotOutcome* told, flat::Repeated<Counted>* counted) {
    const std::span<const Holder> holders = filling(place).holders;
    const auto assigned = NewList<flat::Assignment*>(holders.size(), arena_);
    size_t count = 0;
    for (const Holder& holder : holders) {
      if (!holder.speaks()) continue;
      assigned[count++] = TellAssignment(tally_.speakers[holder.speaker], place, *told, counted);
    }
    StableSort(assigned.first(count),
               [](const auto* a, const auto* b) { return a->person() < b->person(); });
    for (flat::Assignment* const one : assigned.first(count)) {
      told->mutable_assigned()->Add(one, arena_);
    }
  }

  flat::Assignment* TellAssignment(const Speaker& speaker, size_t place,
                                   const flat::SlotOutcome& told,
                                   flat::Repeated<Counted>* counted) {
    const Slot& slot = slots_[place];
    auto* const assignment = arena_->New<flat::Assignment>();
    assignment->set_person(roster().id(speaker.actor));
    if (speaker.actor != speaker.seat) assignment->set_on_behalf_of(roster().id(speaker.seat));
    bool open = false;
    absl::Time at = poll_.context.now;
    std::string_view approvals;
    Behind(speaker, place, [&](int b) {
      approvals = approvals.empty() ? ballot(b).approval->id()
                                    : Joined(arena_, approvals, ", ", ballot(b).approval->id());
      open |= !poll_.box.OpenConditions(ballot(b), demand_, slot).empty();
      at = ballot(b).roster_at;
    });
    assignment->set_approval(approvals);
    if (open) return assignment;
    flat::Repeated<std::string_view> roles;
    for (const ElectorRole& role : slot.electorate->roles) {
      if (!HoldsIn(*role.tenures, speaker.seat, at)) continue;
      roles.Add(IsKept(*slot.electorate) ? role.id : arena_->Copy(role.id), arena_);
    }
    counted->Add({assignment->person(), approvals, told.path(), SpanOf(roles)}, arena_);
    return assignment;
  }

  // The services of one requirement, which one person is meant to cover, are one place.
  void TellShared() {
    struct Taken {
      int actor;
      bool in_family;
      int number;

      auto operator<=>(const Taken&) const = default;
    };
    flat::Repeated<Taken> places;
    for (size_t place = 0; place < slots_.size(); ++place) {
      const int family = slots_[place].family;
      for (const Holder& holder : filling(place).holders) {
        if (!holder.speaks()) continue;
        places.Add({tally_.speakers[holder.speaker].actor, family >= 0,
                    family >= 0 ? family : static_cast<int>(place)},
                   arena_);
      }
    }
    const std::span<Taken> taken = SortOnce(SpanOf(places));
    for (size_t i = 1; i < taken.size(); ++i) {
      const bool again = taken[i].actor == taken[i - 1].actor;
      const bool told = i > 1 && taken[i].actor == taken[i - 2].actor;
      if (again && !told) outcome_.add_shared(roster().id(taken[i].actor), arena_);
    }
  }

  void TellUncounted() {
    flat::Repeated<Used> voices;  // the first ballot of each that was used
    for (size_t place = 0; place < slots_.size(); ++place) {
      for (const Holder& holder : filling(place).holders) {
        if (!holder.speaks()) continue;
        Behind(tally_.speakers[holder.speaker], place, [&](int b) {
          used_[b] = true;
          voices.Add({holder.speaker, b}, arena_);
        });
      }
    }
    const std::span<Used> by_speaker = SpanOf(voices);
    StableSort(by_speaker, [](const Used& a, const Used& b) { return a.speaker < b.speaker; });
    const auto told = NewList<flat::UncountedApproval*>(used_.size(), arena_);
    size_t count = 0;
    for (size_t b = 0; b < used_.size(); ++b) {
      if (used_[b]) continue;
      const Objection why = Why(static_cast<int>(b), by_speaker);
      const Ballot& given = ballot(static_cast<int>(b));
      auto* const uncounted = told[count++] = arena_->New<flat::UncountedApproval>();
      uncounted->set_person(given.actor == kNobody ? given.approval->by()
                                                   : std::string_view(roster().id(given.actor)));
      uncounted->set_approval(given.approval->id());
      uncounted->set_reason(why.reason);
      uncounted->set_detail(why.detail);
    }
    StableSort(told.first(count), [](const auto* a, const auto* b) {
      return std::make_tuple(a->person(), a->approval()) <
             std::make_tuple(b->person(), b->approval());
    });
    for (flat::UncountedApproval* const one : told.first(count)) {
      outcome_.mutable_not_counted()->Add(one, arena_);
    }
  }

  // The reason of the slot that the approval comes nearest to.
  Objection Why(int b, std::span<const Used> by_speaker) const {
    const Ballot& given = ballot(b);
    if (given.against.reason != v1::NOT_COUNTED_UNSPECIFIED) return given.against;
    BallotBox::Judgement nearest;
    bool too_early = false;
    bool surplus = false;
    for (size_t place = 0; place < slots_.size(); ++place) {
      const Slot& slot = slots_[place];
      const BallotBox::Judgement judgement =
          poll_.box.Judge(given, demand_, slot,
                          slot.electorate->Contains(given.seat, given.roster_at), poll_.changes);
      if (judgement.reason == v1::NOT_COUNTED_UNSPECIFIED) {
        const bool early = slot.plan->declared->strict() && given.at <= filling(place).not_before;
        (early ? too_early : surplus) = true;
      }
      if (judgement.nearness > nearest.nearness) nearest = judgement;
    }
    if (nearest.nearness == 0) return {v1::NOT_COUNTED_SURPLUS, ""};  // no slots at all
    if (nearest.reason != v1::NOT_COUNTED_UNSPECIFIED) return {nearest.reason, nearest.detail};
    const int speaker = tally_.speaker_of[b];
    const auto replaced =
        std::lower_bound(by_speaker.begin(), by_speaker.end(), speaker,
                         [](const Used& used, int wanted) { return used.speaker < wanted; });
    if (replaced != by_speaker.end() && replaced->speaker == speaker) {
      return {v1::NOT_COUNTED_WITHDRAWN, ballot(replaced->ballot).approval->id()};
    }
    if (too_early && !surplus) return {v1::NOT_COUNTED_TOO_EARLY, ""};
    std::string_view withdrawal;
    if (poll_.box.RetractedFor(given, *demand_.plan, &withdrawal) != 0) {
      return {v1::NOT_COUNTED_WITHDRAWN, withdrawal};
    }
    const AspectMask wanted = demand_.plan->aspects;
    if ((given.covered & wanted) != wanted) {
      return {v1::NOT_COUNTED_WRONG_ASPECT, AspectName(wanted & ~given.covered)};
    }
    if ((given.standing & wanted) != wanted) {
      return {v1::NOT_COUNTED_VOIDED, given.VoidedBy(wanted)};
    }
    return {v1::NOT_COUNTED_SURPLUS, ""};
  }

  void TellSuggestions() {
    for (size_t place = 0; place < slots_.size(); ++place) {
      for (const Holder& holder : filling(place).holders) {
        if (holder.speaks()) continue;
        flat::Suggestion& told = *outcome_.add_suggestions(arena_);
        told.set_slot(slots_[place].path);
        told.set_person(roster().id(holder.asked.person));
        told.set_cost(holder.asked.cost);
      }
    }
    outcome_.set_suggestions_may_exceed_minimum(!finding_.further_is_minimum);
  }

  void NoteAvailability() const {
    for (const Slot& slot : slots_) {
      slot.electorate->ForEachMember(poll_.context.now, [&](int person) {
        roster().AvailabilityBoundaries(person, poll_.context.now, poll_.changes);
      });
    }
  }

  void TellViolation() {
    for (const int number : finding_.violating) {
      const Slot& slot = poll_.demands.slots[number];
      outcome_.add_violating_slots(
          slot.rule == rule_ ? slot.path
                             : Joined(arena_, poll_.demands.rules[slot.rule].id, ":", slot.path),
          arena_);
    }
    for (const int person : finding_.violating_people) {
      outcome_.add_violating_people(roster().id(person), arena_);
    }
    outcome_.set_violating_may_exceed_minimum(!finding_.violating_is_minimum);
  }

  void TellWaiting() {
    flat::Repeated<std::string_view> others;
    for (const int other : finding_.rules) {
      if (other != rule_ && !IsFilled(other)) {
        others.Add(poll_.demands.rules[other].id, arena_);
      }
    }
    for (const std::string_view other : SortOnce(SpanOf(others))) {
      outcome_.add_waits_for(other, arena_);
    }
  }

  bool IsFilled(int rule) const {
    const Demand& demand = poll_.demands.rules[rule];
    for (int slot = demand.first_slot; slot < demand.first_slot + demand.slots; ++slot) {
      const SlotFilling& found = judged_.slots[slot];
      if (!found.chosen) continue;
      const auto voices = std::count_if(found.holders.begin(), found.holders.end(),
                                        [](const Holder& holder) { return holder.speaks(); });
      if (voices < poll_.demands.slots[slot].places) return false;
    }
    return true;
  }

  void TellOpenConditions() {
    flat::Repeated<std::string_view> open;
    for (const OpenCondition& condition : tally_.open_conditions) {
      if (condition.rule == rule_) open.Add(condition.text, arena_);
    }
    for (const std::string_view text : SortOnce(SpanOf(open))) {
      outcome_.add_open_conditions(text, arena_);
    }
  }

  void Conclude() {
    switch (finding_.kind) {
      case Kind::kComplete:
        answer_.status = v1::STATUS_SATISFIED;
        break;
      case Kind::kIncomplete:
        // Also where this rule alone has enough people: others that share them are short of some,
        // and who counts where may still change. Only so does one more approval never take away
        // what is satisfied.
        answer_.status = v1::STATUS_UNSATISFIED;
        break;
      case Kind::kImpossible:
        answer_.status = v1::STATUS_UNSATISFIABLE;
        break;
      case Kind::kExhausted:
        answer_.status = v1::STATUS_ERROR;
        answer_.error_code = "search_limit";
        answer_.error =
            arena_->Copy(StrCat("which approvals could complete it was not settled within ",
                                poll_.context.limits.search_nodes, " trials and ",
                                poll_.context.limits.suggestion_nodes, " of further people"));
        return;
    }
    // Whoever is kept apart can only leave fewer people: what is missing now is missing then, too,
    // except where a percentage shrinks with the people.
    const bool open = !outcome_.open_conditions().empty();
    if (answer_.status == v1::STATUS_SATISFIED && open) answer_.status = v1::STATUS_UNSATISFIED;
    const bool certain = answer_.status != v1::STATUS_SATISFIED && !demand_.plan->by_percentage &&
                         !demand_.electorate_unknown;
    if (!demand_.unknown.empty() && !certain) {
      answer_.status = v1::STATUS_UNKNOWN;
      answer_.unknown = demand_.unknown;
    }
    // Which slots those are could be otherwise, too.
    if (answer_.status == v1::STATUS_UNKNOWN) {
      outcome_.clear_violating_slots();
      outcome_.clear_violating_people();
      outcome_.clear_violating_may_exceed_minimum();
    }
    const bool vetoed = !poll_.vetoes.empty();
    if (vetoed && answer_.status != v1::STATUS_UNSATISFIABLE) {
      answer_.status = v1::STATUS_UNSATISFIED;
    }
  }

  const int rule_;
  const Demand& demand_;
  const Finding& finding_;
  const Judged& judged_;
  const Tally& tally_;
  const Poll& poll_;
  flat::Arena* const arena_;
  const std::span<const Slot> slots_;
  flat::ApprovalOutcome& outcome_;
  RuleAnswer& answer_;
  const std::span<bool> used_;  // by ballot
};

}  // namespace

void Tell(const Judged& judged, const Tally& tally, const Poll& poll,
          std::span<RuleAnswer> answers) {
  for (const Finding& finding : judged.findings) {
    for (const int rule : finding.rules) {
      Teller(rule, finding, judged, tally, poll, &answers[rule]).Tell();
    }
  }
}

}  // namespace changepolicy
