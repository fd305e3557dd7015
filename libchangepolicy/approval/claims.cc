// Which ballot lends a voice to which slot, and who could still speak.
#include <algorithm>
#include <tuple>

#include "libchangepolicy/approval/outcome.h"

namespace changepolicy {
namespace {

// Slots of some rules by the people whom they ask, so that each electorate is asked once a ballot.
using SlotsOf = std::vector<std::pair<const Electorate*, std::vector<int>>>;

SlotsOf GroupByElectorate(const std::vector<int>& rules, const CompiledRequirements& compiled) {
  SlotsOf groups;
  std::map<const Electorate*, size_t> place;
  for (const int rule : rules) {
    for (const int slot : compiled.rules[rule].slots) {
      const Electorate* electorate = compiled.terms[slot].electorate.get();
      const auto [entry, added] = place.emplace(electorate, groups.size());
      if (added) groups.emplace_back(electorate, std::vector<int>{});
      groups[entry->second].second.push_back(slot);
    }
  }
  return groups;
}

struct Grant {  // a ballot that counts for a slot
  int slot;
  int ballot;
  AspectMask aspects;
  std::vector<std::string> open_conditions;  // in this slot
};

class Collector {
 public:
  Collector(const std::vector<int>& rules, const Poll& poll)
      : rules_(rules), poll_(poll), groups_(GroupByElectorate(rules, poll.compiled)) {}

  Claims Collect() {
    AssignmentProblem& problem = claims_.problem;
    problem.slots = poll_.compiled.slots;
    problem.nodes = poll_.compiled.nodes;
    problem.search_nodes = poll_.context.limits.search_nodes;
    problem.suggestion_nodes = poll_.context.limits.suggestion_nodes;
    for (const int rule : rules_) problem.roots.push_back(poll_.compiled.rules[rule].root);
    AddVoices();
    AddCandidates();
    for (auto& entry : claims_.open_conditions) {
      std::sort(entry.second.begin(), entry.second.end());
      entry.second.erase(std::unique(entry.second.begin(), entry.second.end()), entry.second.end());
    }
    return std::move(claims_);
  }

 private:
  const Ballot& ballot(int index) const { return poll_.box.ballots()[index]; }

  // Own seats first; among the approvals of one seat, unconditional ones, then the latest.
  void AddVoices() {
    std::vector<int> order;
    for (size_t b = 0; b < poll_.box.ballots().size(); ++b) {
      if (ballot(b).against.reason == v1::NOT_COUNTED_UNSPECIFIED) {
        order.push_back(static_cast<int>(b));
      }
    }
    const auto voice_of = [&](int b) {
      return std::make_tuple(ballot(b).delegated(), ballot(b).actor, ballot(b).seat);
    };
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
      if (voice_of(a) != voice_of(b)) return voice_of(a) < voice_of(b);
      const bool open_a = !ballot(a).open_conditions.empty();
      const bool open_b = !ballot(b).open_conditions.empty();
      if (open_a != open_b) return open_b;
      if (ballot(a).at != ballot(b).at) return ballot(a).at > ballot(b).at;
      return ballot(a).approval->id() < ballot(b).approval->id();
    });
    for (size_t begin = 0; begin < order.size();) {
      size_t end = begin;
      while (end < order.size() && voice_of(order[end]) == voice_of(order[begin])) ++end;
      AddVoice({order.begin() + static_cast<std::ptrdiff_t>(begin),
                order.begin() + static_cast<std::ptrdiff_t>(end)});
      begin = end;
    }
  }

  void AddVoice(std::vector<int> ballots) {
    std::vector<Grant> grants;
    for (const int b : ballots) {
      for (const auto& [electorate, slots] : groups_) {
        const Ballot& given = ballot(b);
        if (!electorate->Contains(given.seat, given.roster_at, poll_.context.now)) continue;
        for (const int slot : slots) {
          const SlotTerms& terms = poll_.compiled.terms[slot];
          const BallotBox::Judgement judgement =
              poll_.box.Judge(given, poll_.rules[terms.rule], terms, poll_.recused[terms.rule],
                              true, poll_.changes);
          if (judgement.reason == v1::NOT_COUNTED_UNSPECIFIED) {
            grants.push_back({slot, b, judgement.aspects,
                              poll_.box.OpenConditions(given, terms, poll_.recused[terms.rule])});
          }
        }
      }
    }
    std::stable_sort(grants.begin(), grants.end(),
                     [](const Grant& a, const Grant& b) { return a.slot < b.slot; });
    Voice voice;
    voice.actor = ballot(ballots.front()).actor;
    voice.seat = ballot(ballots.front()).seat;
    for (size_t begin = 0; begin < grants.size();) {
      size_t end = begin;
      while (end < grants.size() && grants[end].slot == grants[begin].slot) ++end;
      AddClaim({grants.begin() + static_cast<std::ptrdiff_t>(begin),
                grants.begin() + static_cast<std::ptrdiff_t>(end)},
               &voice);
      begin = end;
    }
    if (voice.claims.empty()) return;
    claims_.problem.voices.push_back(std::move(voice));
    claims_.ballots_of.push_back(std::move(ballots));
  }

  // Several approvals of one seat may cover together what none of them covers alone. A conditional
  // one falls away once its giver later approves without the condition.
  void AddClaim(std::vector<Grant> grants, Voice* voice) {
    const AspectMask wanted = poll_.compiled.slots[grants.front().slot].aspects;
    const auto covers = [&](auto&& counts) {
      AspectMask covered = 0;
      for (const Grant& grant : grants) covered |= counts(grant) ? grant.aspects : 0;
      return (covered & wanted) == wanted;
    };
    const auto is_open = [](const Grant& grant) { return !grant.open_conditions.empty(); };
    std::vector<bool> released(grants.size());
    for (size_t i = 0; i < grants.size(); ++i) {
      const absl::Time at = ballot(grants[i].ballot).at;
      released[i] = is_open(grants[i]) && covers([&](const Grant& other) {
                      return !is_open(other) && ballot(other.ballot).at > at;
                    });
    }
    std::vector<Grant> kept;
    for (size_t i = 0; i < grants.size(); ++i) {
      if (!released[i]) kept.push_back(grants[i]);
    }
    grants = std::move(kept);
    if (!covers([](const Grant&) { return true; })) return;
    AssignmentProblem& problem = claims_.problem;
    Claim claim;
    claim.slot = grants.front().slot;
    claim.first = static_cast<int>(problem.supports.size());
    claim.count = static_cast<int>(grants.size());
    for (const Grant& grant : grants) {
      problem.supports.push_back({ballot(grant.ballot).at, grant.aspects, grant.ballot});
      std::vector<std::string>& open = claims_.open_conditions[problem.slots[claim.slot].rule];
      open.insert(open.end(), grant.open_conditions.begin(), grant.open_conditions.end());
    }
    voice->claims.push_back(claim);
  }

  void AddCandidates() {
    std::map<int, std::vector<int>> slots_of;
    std::vector<std::vector<int>> by_person(poll_.context.roster->size());
    for (const auto& [electorate, slots] : groups_) {
      for (const int person : electorate->members) {
        for (const int slot : slots) {
          const SlotTerms& terms = poll_.compiled.terms[slot];
          if (terms.apart->part_of[person] == v1::PART_UNSPECIFIED &&
              !poll_.recused[terms.rule][person]) {
            by_person[person].push_back(slot);
          }
        }
      }
    }
    for (size_t person = 0; person < by_person.size(); ++person) {
      if (by_person[person].empty()) continue;
      Candidate candidate;
      candidate.person = static_cast<int>(person);
      candidate.cost = CostOfAsking(candidate.person);
      candidate.slots = std::move(by_person[person]);
      std::sort(candidate.slots.begin(), candidate.slots.end());
      claims_.problem.candidates.push_back(std::move(candidate));
    }
    std::stable_sort(claims_.problem.candidates.begin(), claims_.problem.candidates.end(),
                     [](const Candidate& a, const Candidate& b) { return a.cost < b.cost; });
  }

  int64_t CostOfAsking(int person) const {
    const Roster& roster = *poll_.context.roster;
    const bool available = roster.Available(person, poll_.context.now);
    const v1::Policy& policy = *poll_.context.policy;
    if (!policy.has_asking()) return available ? 0 : 1;
    const v1::AskingCost& declared = policy.asking();
    const v1::Person& asked = roster.person(person);
    return (available ? 0 : int64_t{declared.unavailable()}) +
           int64_t{declared.per_open_request()} * asked.open_requests() +
           int64_t{declared.per_grade()} * asked.seniority();
  }

  const std::vector<int>& rules_;
  const Poll& poll_;
  const SlotsOf groups_;
  Claims claims_;
};

}  // namespace

Claims CollectClaims(const std::vector<int>& rules, const Poll& poll) {
  return Collector(rules, poll).Collect();
}

}  // namespace changepolicy
