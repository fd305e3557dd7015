#include "libchangepolicy/approval/outcome.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

class Teller {
 public:
  Teller(const std::vector<int>& rules, const Claims& claims, const AssignmentSolution& solution,
         const Poll& poll)
      : claims_(claims),
        solution_(solution),
        poll_(poll),
        rules_(rules),
        holders_(solution.holders) {}

  void Tell(int rule, RuleAnswer* answer) const {
    const CompiledRule& compiled = poll_.compiled.rules[rule];
    TellSlots(rule, answer);
    TellShared(rule, answer);
    TellUncounted(rule, answer);
    if (solution_.kind == AssignmentSolution::Kind::kImpossible) TellViolation(rule, answer);
    if (solution_.kind == AssignmentSolution::Kind::kIncomplete) {
      TellSuggestions(rule, answer);
      TellWaiting(rule, answer);
      NoteAvailability(rule);
    }
    for (const v1::StandingVeto& veto : poll_.vetoes) *answer->outcome.add_vetoes() = veto;
    const auto open = claims_.open_conditions.find(rule);
    if (open != claims_.open_conditions.end()) {
      *answer->outcome.mutable_open_conditions() = {open->second.begin(), open->second.end()};
    }
    *answer->outcome.mutable_unknown_people() = {compiled.unmapped.begin(),
                                                 compiled.unmapped.end()};
    Conclude(rule, answer);
  }

 private:
  const Roster& roster() const { return *poll_.context.roster; }
  const Ballot& ballot(int index) const { return poll_.box.ballots()[index]; }
  bool IsVoice(int holder) const {
    return holder < static_cast<int>(claims_.problem.voices.size());
  }
  const Candidate& candidate(int holder) const {
    return claims_.problem.candidates[holder - claims_.problem.voices.size()];
  }

  // The approvals by which the voice fills the slot: the preferred one where it suffices.
  std::vector<int> Behind(const Voice& voice, int slot) const {
    std::vector<int> used;
    const AssignmentSlot& declared = claims_.problem.slots[slot];
    for (const Claim& claim : voice.claims) {
      if (claim.slot != slot) continue;
      AspectMask covered = 0;
      for (int i = 0; i < claim.count; ++i) {
        const Support& support = claims_.problem.supports[claim.first + i];
        if (declared.strict && support.at <= solution_.not_before[slot]) continue;
        if ((support.aspects & declared.aspects) == declared.aspects) return {support.ballot};
        if ((support.aspects & ~covered) != 0) used.push_back(support.ballot);
        covered |= support.aspects;
      }
    }
    return used;
  }

  void TellSlots(int rule, RuleAnswer* answer) const {
    for (const int slot : poll_.compiled.rules[rule].slots) {
      const SlotTerms& terms = poll_.compiled.terms[slot];
      v1::SlotOutcome& told = *answer->outcome.add_slots();
      told.set_path(terms.path);
      told.set_of(terms.electorate->label);
      told.set_needed(terms.needed);
      told.set_eligible(terms.eligible);
      told.set_chosen(std::binary_search(solution_.chosen.begin(), solution_.chosen.end(), slot));
      for (const int holder : holders_[slot]) {
        if (IsVoice(holder)) TellAssignment(slot, holder, &told, answer);
      }
      std::sort(told.mutable_assigned()->begin(), told.mutable_assigned()->end(),
                [](const auto& a, const auto& b) { return a.person() < b.person(); });
    }
    std::sort(answer->counted.begin(), answer->counted.end(),
              [](const Counted& a, const Counted& b) {
                return std::tie(a.person, a.slot) < std::tie(b.person, b.slot);
              });
  }

  void TellAssignment(int slot, int holder, v1::SlotOutcome* told, RuleAnswer* answer) const {
    const Voice& voice = claims_.problem.voices[holder];
    const SlotTerms& terms = poll_.compiled.terms[slot];
    v1::Assignment& assignment = *told->add_assigned();
    assignment.set_person(roster().id(voice.actor));
    if (voice.actor != voice.seat) assignment.set_on_behalf_of(roster().id(voice.seat));
    bool open = false;
    std::string approvals;
    absl::Time at = poll_.context.now;
    for (const int b : Behind(voice, slot)) {
      StrAppend(&approvals, approvals.empty() ? "" : ", ", ballot(b).approval->id());
      open |= !poll_.box.OpenConditions(ballot(b), terms, poll_.recused[terms.rule]).empty();
      at = ballot(b).roster_at;
    }
    assignment.set_approval(approvals);
    if (open) return;
    Counted counted{assignment.person(), approvals, told->path(), {}};
    for (const std::string& role : terms.electorate->roles) {
      if (roster().HasRole(voice.seat, role, at)) counted.roles.push_back(role);
    }
    answer->counted.push_back(std::move(counted));
  }

  // The services of one requirement, which one person is meant to cover, are one place.
  void TellShared(int rule, RuleAnswer* answer) const {
    std::map<int, std::set<std::pair<bool, int>>> places;  // by actor: families and slots
    for (const int slot : poll_.compiled.rules[rule].slots) {
      const int family = claims_.problem.slots[slot].family;
      for (const int holder : holders_[slot]) {
        if (!IsVoice(holder)) continue;
        places[claims_.problem.voices[holder].actor].insert(
            {family >= 0, family >= 0 ? family : slot});
      }
    }
    for (const auto& [actor, taken] : places) {
      if (taken.size() > 1) answer->outcome.add_shared(roster().id(actor));
    }
  }

  void TellUncounted(int rule, RuleAnswer* answer) const {
    std::set<int> used;
    std::map<int, int> voice_used;  // by voice: the ballot that was used
    for (const int slot : poll_.compiled.rules[rule].slots) {
      for (const int holder : holders_[slot]) {
        if (!IsVoice(holder)) continue;
        for (const int b : Behind(claims_.problem.voices[holder], slot)) {
          used.insert(b);
          voice_used.emplace(holder, b);
        }
      }
    }
    std::vector<int> claimant(poll_.box.ballots().size(), -1);  // its voice
    for (size_t v = 0; v < claims_.ballots_of.size(); ++v) {
      for (const int b : claims_.ballots_of[v]) claimant[b] = static_cast<int>(v);
    }
    for (size_t b = 0; b < poll_.box.ballots().size(); ++b) {
      if (used.count(static_cast<int>(b)) > 0) continue;
      Objection why = Why(static_cast<int>(b), rule, claimant[b], voice_used);
      const Ballot& given = ballot(b);
      v1::UncountedApproval& told = *answer->outcome.add_not_counted();
      told.set_person(given.actor == kNobody ? given.approval->by() : roster().id(given.actor));
      told.set_approval(given.approval->id());
      told.set_reason(why.reason);
      told.set_detail(std::move(why.detail));
    }
    std::stable_sort(
        answer->outcome.mutable_not_counted()->begin(),
        answer->outcome.mutable_not_counted()->end(), [](const auto& a, const auto& b) {
          return std::tie(a.person(), a.approval()) < std::tie(b.person(), b.approval());
        });
  }

  // The reason of the slot that the approval comes nearest to.
  Objection Why(int b, int rule, int voice, const std::map<int, int>& voice_used) const {
    const Ballot& given = ballot(b);
    if (given.against.reason != v1::NOT_COUNTED_UNSPECIFIED) return given.against;
    BallotBox::Judgement nearest;
    bool too_early = false;
    bool surplus = false;
    for (const int slot : poll_.compiled.rules[rule].slots) {
      const SlotTerms& terms = poll_.compiled.terms[slot];
      BallotBox::Judgement judgement = poll_.box.Judge(
          given, poll_.rules[rule], terms, poll_.recused[rule],
          terms.electorate->Contains(given.seat, given.roster_at, poll_.context.now),
          poll_.changes);
      if (judgement.reason == v1::NOT_COUNTED_UNSPECIFIED) {
        const bool early =
            claims_.problem.slots[slot].strict && given.at <= solution_.not_before[slot];
        (early ? too_early : surplus) = true;
      }
      if (judgement.nearness > nearest.nearness) nearest = std::move(judgement);
    }
    if (nearest.nearness == 0) return {v1::NOT_COUNTED_SURPLUS, ""};  // no slots at all
    if (nearest.reason != v1::NOT_COUNTED_UNSPECIFIED) return {nearest.reason, nearest.detail};
    const auto replaced = voice_used.find(voice);
    if (replaced != voice_used.end()) {
      return {v1::NOT_COUNTED_WITHDRAWN, ballot(replaced->second).approval->id()};
    }
    if (too_early && !surplus) return {v1::NOT_COUNTED_TOO_EARLY, ""};
    std::string withdrawal;
    if (poll_.box.RetractedFor(given, poll_.rules[rule], &withdrawal) != 0) {
      return {v1::NOT_COUNTED_WITHDRAWN, withdrawal};
    }
    const AspectMask wanted = poll_.rules[rule].aspects;
    if ((given.covered & wanted) != wanted) {
      return {v1::NOT_COUNTED_WRONG_ASPECT, AspectName(wanted & ~given.covered)};
    }
    if ((given.standing & wanted) != wanted) {
      return {v1::NOT_COUNTED_VOIDED, given.VoidedBy(wanted)};
    }
    return {v1::NOT_COUNTED_SURPLUS, ""};
  }

  void TellSuggestions(int rule, RuleAnswer* answer) const {
    for (const int slot : poll_.compiled.rules[rule].slots) {
      for (const int holder : holders_[slot]) {  // sorted: the cheapest first, then by person
        if (IsVoice(holder)) continue;
        v1::Suggestion& told = *answer->outcome.add_suggestions();
        told.set_slot(poll_.compiled.terms[slot].path);
        told.set_person(roster().id(candidate(holder).person));
        told.set_cost(candidate(holder).cost);
      }
    }
    answer->outcome.set_suggestions_may_exceed_minimum(!solution_.further_is_minimum);
  }

  void NoteAvailability(int rule) const {
    for (const int slot : poll_.compiled.rules[rule].slots) {
      for (const int person : poll_.compiled.terms[slot].electorate->members) {
        roster().AvailabilityBoundaries(person, poll_.context.now, poll_.changes);
      }
    }
  }

  void TellViolation(int rule, RuleAnswer* answer) const {
    const std::vector<int>& violating = solution_.violating;
    for (const int slot : violating) {
      const SlotTerms& terms = poll_.compiled.terms[slot];
      answer->outcome.add_violating_slots(
          terms.rule == rule ? terms.path : StrCat(poll_.rules[terms.rule].id, ":", terms.path));
    }
    std::set<int> people;
    const auto violates = [&](int slot) {
      return std::binary_search(violating.begin(), violating.end(), slot);
    };
    for (const Voice& voice : claims_.problem.voices) {
      if (std::any_of(voice.claims.begin(), voice.claims.end(),
                      [&](const Claim& claim) { return violates(claim.slot); })) {
        people.insert(voice.actor);
      }
    }
    for (const Candidate& candidate : claims_.problem.candidates) {
      if (std::any_of(candidate.slots.begin(), candidate.slots.end(), violates)) {
        people.insert(candidate.person);
      }
    }
    for (const int person : people) answer->outcome.add_violating_people(roster().id(person));
    answer->outcome.set_violating_may_exceed_minimum(!solution_.violating_is_minimum);
  }

  void TellWaiting(int rule, RuleAnswer* answer) const {
    std::set<std::string> others;
    for (const int other : rules_) {
      if (other != rule && !IsFilled(other)) others.insert(poll_.rules[other].id);
    }
    *answer->outcome.mutable_waits_for() = {others.begin(), others.end()};
  }

  bool IsFilled(int rule) const {
    for (const int slot : poll_.compiled.rules[rule].slots) {
      if (!std::binary_search(solution_.chosen.begin(), solution_.chosen.end(), slot)) continue;
      const auto voices = std::count_if(holders_[slot].begin(), holders_[slot].end(),
                                        [&](int holder) { return IsVoice(holder); });
      if (voices < claims_.problem.slots[slot].needed) return false;
    }
    return true;
  }

  void Conclude(int rule, RuleAnswer* answer) const {
    const CompiledRule& compiled = poll_.compiled.rules[rule];
    switch (solution_.kind) {
      case AssignmentSolution::Kind::kComplete:
        answer->status = v1::STATUS_SATISFIED;
        break;
      case AssignmentSolution::Kind::kIncomplete:
        // Also where this rule alone has enough people: others that share them are short of some,
        // and who counts where may still change. Only so does one more approval never take away
        // what is satisfied.
        answer->status = v1::STATUS_UNSATISFIED;
        break;
      case AssignmentSolution::Kind::kImpossible:
        answer->status = v1::STATUS_UNSATISFIABLE;
        break;
      case AssignmentSolution::Kind::kExhausted:
        answer->status = v1::STATUS_ERROR;
        answer->error_code = "search_limit";
        answer->error = StrCat("which approvals could complete it was not settled within ",
                               poll_.context.limits.search_nodes, " trials and ",
                               poll_.context.limits.suggestion_nodes, " of further people");
        return;
    }
    // Whoever is kept apart can only leave fewer people: what is missing now is missing then, too,
    // except where a percentage shrinks with the people.
    const bool open = !answer->outcome.open_conditions().empty();
    if (answer->status == v1::STATUS_SATISFIED && open) answer->status = v1::STATUS_UNSATISFIED;
    const bool certain = answer->status != v1::STATUS_SATISFIED && !compiled.by_percentage &&
                         !compiled.electorate_unknown;
    if (!compiled.unknown.empty() && !certain) {
      answer->status = v1::STATUS_UNKNOWN;
      answer->unknown = compiled.unknown;
    }
    // Which slots those are could be otherwise, too.
    if (answer->status == v1::STATUS_UNKNOWN) {
      answer->outcome.clear_violating_slots();
      answer->outcome.clear_violating_people();
      answer->outcome.clear_violating_may_exceed_minimum();
    }
    const bool vetoed = !poll_.vetoes.empty();
    if (vetoed && answer->status != v1::STATUS_UNSATISFIABLE) {
      answer->status = v1::STATUS_UNSATISFIED;
    }
  }

  const Claims& claims_;
  const AssignmentSolution& solution_;
  const Poll& poll_;
  const std::vector<int>& rules_;  // that were judged together
  const std::vector<std::vector<int>>& holders_;
};

}  // namespace

void Tell(const std::vector<int>& rules, const Claims& claims, const AssignmentSolution& solution,
          const Poll& poll, std::vector<RuleAnswer>* answers) {
  const Teller teller(rules, claims, solution, poll);
  for (const int rule : rules) teller.Tell(rule, &(*answers)[rule]);
}

}  // namespace changepolicy
