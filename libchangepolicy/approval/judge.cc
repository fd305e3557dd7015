#include "libchangepolicy/approval/judge.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "libchangepolicy/approval/direct_question.h"
#include "libchangepolicy/flat/arena_pool.h"
#include "libchangepolicy/flat/lists.h"

namespace changepolicy {
namespace {

using Kind = AssignmentSolution::Kind;

// What part of the trials for further people is spent on those for several rules at once.
constexpr int64_t kShareOfAskingTogether = 10;

// Rules as a search sees them.
struct Search {
  Search(std::span<const int> rules, const Tally& tally, const Poll& poll)
      : memory(poll.context.arena),
        speakers(&memory),
        problem(ProblemOf(rules, tally, poll, &memory, &speakers)) {}

  flat::ArenaPool memory;
  Numbers speakers;  // by voice
  AssignmentProblem problem;
};

class Judging {
 public:
  Judging(std::span<const bool> sound, const Tally& tally, const Poll& poll)
      : sound_(sound),
        tally_(tally),
        poll_(poll),
        arena_(poll.context.arena),
        slots_(NewList<SlotFilling>(poll.demands.slots.size(), arena_)) {}

  Judged Run() {
    for (SlotFilling& slot : slots_) slot = {};
    for (const std::span<const int> component : poll_.demands.components) {
      const std::span<int> rules = NewList<int>(component.size(), arena_);
      size_t count = 0;
      for (const int rule : component) {
        if (sound_[rule]) rules[count++] = rule;
      }
      Judge(SettleComplete(rules.first(count)));
    }
    AskTogether();
    return {SpanOf(findings_), slots_};
  }

 private:
  Finding* NewFinding() {
    findings_.Add({}, arena_);
    return &findings_[findings_.size() - 1];
  }

  // Whoever is linked with an elector by delegations may come to speak for them, or they for him.
  bool Wants(int rule, int circle) const {
    const std::span<const Slot> slots = poll_.SlotsOf(rule);
    return std::any_of(slots.begin(), slots.end(),
                       [&](const Slot& slot) { return slot.electorate->WantsCircle(circle); });
  }

  // No other of the rules could ever want the person.
  bool IsOwn(int person, int rule, std::span<const int> rules) const {
    const int circle = poll_.context.roster->DelegationCircles()[person];
    return std::none_of(rules.begin(), rules.end(),
                        [&](int other) { return other != rule && Wants(other, circle); });
  }

  // Whether the speakers for whom `counts` says so fill all slots of the rules; then that is a
  // finding.
  bool CompleteByVoices(std::span<const int> rules,
                        absl::FunctionRef<bool(const Speaker&)> counts) {
    DirectQuestion direct(rules, tally_, poll_);
    if (const std::optional<bool> complete = direct.FindComplete(counts); complete.has_value()) {
      if (*complete) direct.Tell(slots_, NewFinding());
      return *complete;
    }
    Search search(rules, tally_, poll_);
    for (size_t v = 0; v < search.speakers.size(); ++v) {
      if (!counts(tally_.speakers[search.speakers[v]])) search.problem.voices[v].claims.clear();
    }
    const AssignmentSolution solution = SolveByVoices(search.problem);
    if (solution.kind != Kind::kComplete) return false;
    Take(rules, search, solution, NewFinding());
    return true;
  }

  // Of rules that share a group, all where they are complete together; else those that have enough
  // people whom no other of them could ever want: nothing that is still to come takes anybody from
  // them. They are found complete here; the others come back, to be judged together.
  std::span<int> SettleComplete(std::span<int> rules) {
    if (rules.size() < 2) return rules;
    if (CompleteByVoices(rules, [](const Speaker&) { return true; })) return {};
    const std::span<int> open = NewList<int>(rules.size(), arena_);
    size_t count = 0;
    for (size_t i = 0; i < rules.size(); ++i) {
      const auto is_own = [&](const Speaker& speaker) {
        return IsOwn(speaker.actor, rules[i], rules) && IsOwn(speaker.seat, rules[i], rules);
      };
      if (!CompleteByVoices(rules.subspan(i, 1), is_own)) open[count++] = rules[i];
    }
    return open.first(count);
  }

  // Rules of one component together; where they cannot all be met, the ones that quarrel are told
  // so, and the others are judged without them.
  void Judge(std::span<int> rules) {
    while (!rules.empty()) {
      DirectQuestion direct(rules, tally_, poll_);
      const std::optional<bool> complete = direct.FindComplete([](const Speaker&) { return true; });
      if (complete.has_value() && (*complete || direct.FindFurther())) {
        direct.Tell(slots_, NewFinding());
        return;
      }
      const Search search(rules, tally_, poll_);
      const AssignmentSolution solution = SolveAssignment(search.problem);
      flat::Repeated<int> violating;
      for (const int slot : solution.violating) {
        violating.Add(poll_.demands.slots[slot].rule, arena_);
      }
      const std::span<const int> quarrel = SortOnce(SpanOf(violating));
      const bool part =
          solution.kind == Kind::kImpossible && quarrel.size() < rules.size() && !quarrel.empty();
      Finding* const finding = NewFinding();
      if (!part) return Take(rules, search, solution, finding);
      Take(KeptOf(quarrel), search, solution, finding);
      const auto left = std::remove_if(rules.begin(), rules.end(), [&](int rule) {
        return std::binary_search(quarrel.begin(), quarrel.end(), rule);
      });
      rules = rules.first(static_cast<size_t>(left - rules.begin()));
    }
  }

  template <typename List>
  std::span<const int> KeptOf(const List& list) const {
    const std::span<int> kept = NewList<int>(list.size(), arena_);
    std::copy(list.begin(), list.end(), kept.begin());
    return kept;
  }

  void Take(std::span<const int> rules, const Search& search, const AssignmentSolution& solution,
            Finding* finding) {
    finding->rules = KeptOf(rules);
    finding->kind = solution.kind;
    finding->further_is_minimum = solution.further_is_minimum;
    finding->violating = KeptOf(solution.violating);
    finding->violating_is_minimum = solution.violating_is_minimum;
    if (solution.kind == Kind::kImpossible) {
      finding->violating_people = ViolatingPeople(search.problem, solution.violating);
    }
    flat::Repeated<int> people, further;
    for (const Candidate& candidate : search.problem.candidates) {
      people.Add(candidate.person, arena_);
    }
    for (const int c : solution.further) {
      further.Add(search.problem.candidates[c].person, arena_);
    }
    finding->candidates = SpanOf(people);
    finding->further = SpanOf(further);
    TakeHolders(rules, search, solution);
  }

  void TakeHolders(std::span<const int> rules, const Search& search,
                   const AssignmentSolution& solution) {
    const int voices = static_cast<int>(search.problem.voices.size());
    for (const int rule : rules) {
      const Demand& demand = poll_.demands.rules[rule];
      for (int slot = demand.first_slot; slot < demand.first_slot + demand.slots; ++slot) {
        const Numbers& numbers = solution.holders[slot];
        const std::span<Holder> holders = NewList<Holder>(numbers.size(), arena_);
        for (size_t i = 0; i < numbers.size(); ++i) {
          if (numbers[i] < voices) {
            holders[i] = {search.speakers[numbers[i]], {}};
          } else {
            const Candidate& candidate = search.problem.candidates[numbers[i] - voices];
            holders[i] = {-1, {candidate.person, candidate.cost}};
          }
        }
        slots_[slot].holders = holders;
        slots_[slot].chosen =
            std::binary_search(solution.chosen.begin(), solution.chosen.end(), slot);
        slots_[slot].not_before = solution.not_before[slot];
      }
    }
  }

  std::span<const int> ViolatingPeople(const AssignmentProblem& problem,
                                       const Numbers& violating) const {
    flat::Repeated<int> people;
    const auto violates = [&](int slot) {
      return std::binary_search(violating.begin(), violating.end(), slot);
    };
    for (const Voice& voice : problem.voices) {
      if (std::any_of(voice.claims.begin(), voice.claims.end(),
                      [&](const Claim& claim) { return violates(claim.slot); })) {
        people.Add(voice.actor, arena_);
      }
    }
    for (const Candidate& candidate : problem.candidates) {
      if (std::any_of(candidate.slots.begin(), candidate.slots.end(), violates)) {
        people.Add(candidate.person, arena_);
      }
    }
    return SortOnce(SpanOf(people));
  }

  static bool IsOpen(const Finding& finding) { return finding.kind == Kind::kIncomplete; }

  // Whether some candidate could help two of the findings, so that fewer people might do for all of
  // them than each asks for by itself.
  bool ShareCandidates() const {
    constexpr int kBits = 64;
    const std::span<uint64_t> wanted =
        NewList<uint64_t>(poll_.context.roster->size() / kBits + 1, arena_);
    for (const Finding& finding : findings_) {
      if (!IsOpen(finding)) continue;
      for (const int person : finding.candidates) {
        if ((wanted[person / kBits] >> (person % kBits) & 1) != 0) return true;
      }
      for (const int person : finding.candidates) {
        wanted[person / kBits] |= uint64_t{1} << (person % kBits);
      }
    }
    return false;
  }

  // The fewest people to ask for all rules that are not complete, each of which by itself would ask
  // for the fewest.
  void AskTogether() {
    flat::Repeated<int> rules, all;
    int open = 0;
    size_t most = 0;
    for (const Finding& finding : findings_) {
      if (!IsOpen(finding)) continue;
      ++open;
      most = std::max(most, finding.further.size());
      for (const int rule : finding.rules) rules.Add(rule, arena_);
      for (const int person : finding.further) all.Add(person, arena_);
    }
    if (open < 2) return;
    const size_t asked = SortOnce(SpanOf(all)).size();
    // No set is smaller than the largest that one of them needs.
    if (asked == most || !ShareCandidates()) return;
    std::sort(rules.begin(), rules.end());
    Search search(SpanOf(rules), tally_, poll_);
    // Each of them has its answer already; this one only makes it better.
    search.problem.suggestion_nodes /= kShareOfAskingTogether;
    const AssignmentSolution solution = SolveAssignment(search.problem);
    const bool better = solution.kind == Kind::kIncomplete &&
                        (solution.further_is_minimum || solution.further.size() < asked);
    for (Finding& finding : findings_) {
      if (!IsOpen(finding)) continue;
      if (better) {
        Take(finding.rules, search, solution, &finding);
      } else {
        finding.further_is_minimum = false;
      }
    }
  }

  const std::span<const bool> sound_;
  const Tally& tally_;
  const Poll& poll_;
  flat::Arena* const arena_;
  const std::span<SlotFilling> slots_;
  flat::Repeated<Finding> findings_;
};

}  // namespace

Judged JudgeRules(std::span<const bool> sound, const Tally& tally, const Poll& poll) {
  return Judging(sound, tally, poll).Run();
}

}  // namespace changepolicy
