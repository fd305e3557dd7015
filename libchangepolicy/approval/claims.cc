#include "libchangepolicy/approval/claims.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "libchangepolicy/flat/lists.h"

namespace changepolicy {
namespace {

struct Grant {  // a ballot that counts for a slot
  int slot;
  int ballot;
  AspectMask aspects;
  std::span<const std::string_view> open_conditions;  // in this slot
};

class Collector {
 public:
  Collector(std::span<const bool> asked, const Poll& poll)
      : asked_(asked),
        poll_(poll),
        arena_(poll.context.arena),
        contains_(NewList<Known>(poll.demands.electorates, arena_)),
        speaker_of_(NewList<int>(poll.box.ballots().size(), arena_)) {}

  Tally Collect() {
    std::fill(speaker_of_.begin(), speaker_of_.end(), -1);
    const std::span<const int> order = Order();
    for (size_t begin = 0; begin < order.size();) {
      size_t end = begin;
      while (end < order.size() && !Before(order[begin], order[end])) ++end;
      AddSpeaker(order.subspan(begin, end - begin));
      begin = end;
    }
    Tally tally;
    tally.speakers = SpanOf(speakers_);
    tally.supports = SpanOf(supports_);
    tally.open_conditions = SpanOf(open_conditions_);
    tally.speaker_of = speaker_of_;
    return tally;
  }

 private:
  enum class Known : char { kNot, kYes, kNo };

  const Ballot& ballot(int index) const { return poll_.box.ballots()[index]; }

  // The voice of one comes before that of the other.
  bool Before(int one, int other) const {
    const Ballot& a = ballot(one);
    const Ballot& b = ballot(other);
    return std::make_tuple(a.delegated(), a.actor, a.seat) <
           std::make_tuple(b.delegated(), b.actor, b.seat);
  }

  // Own seats first; among the approvals of one seat, unconditional ones, then the latest.
  std::span<const int> Order() const {
    const std::span<int> order = NewList<int>(poll_.box.ballots().size(), arena_);
    size_t count = 0;
    for (size_t b = 0; b < order.size(); ++b) {
      if (ballot(static_cast<int>(b)).against.reason == v1::NOT_COUNTED_UNSPECIFIED) {
        order[count++] = static_cast<int>(b);
      }
    }
    const std::span<int> counting = order.first(count);
    StableSort(counting, [&](int a, int b) {
      if (Before(a, b) || Before(b, a)) return Before(a, b);
      const bool open_a = !ballot(a).open_conditions.empty();
      const bool open_b = !ballot(b).open_conditions.empty();
      if (open_a != open_b) return open_b;
      if (ballot(a).at != ballot(b).at) return ballot(a).at > ballot(b).at;
      return ballot(a).approval->id() < ballot(b).approval->id();
    });
    return counting;
  }

  // Each electorate is asked once.
  bool Contains(const Slot& slot, const Ballot& given) {
    Known& known = contains_[slot.electorate_number];
    if (known == Known::kNot) {
      known = slot.electorate->Contains(given.seat, given.roster_at) ? Known::kYes : Known::kNo;
    }
    return known == Known::kYes;
  }

  void AddSpeaker(std::span<const int> ballots) {
    flat::Repeated<Grant> grants;
    for (const int b : ballots) {
      const Ballot& given = ballot(b);
      std::fill(contains_.begin(), contains_.end(), Known::kNot);
      for (size_t number = 0; number < poll_.demands.slots.size(); ++number) {
        const Slot& slot = poll_.demands.slots[number];
        if (!asked_[slot.rule] || !Contains(slot, given)) continue;
        const Demand& rule = poll_.demands.rules[slot.rule];
        const BallotBox::Judgement judgement =
            poll_.box.Judge(given, rule, slot, true, poll_.changes);
        if (judgement.reason != v1::NOT_COUNTED_UNSPECIFIED) continue;
        grants.Add({static_cast<int>(number), b, judgement.aspects,
                    poll_.box.OpenConditions(given, rule, slot)},
                   arena_);
      }
    }
    const std::span<Grant> sorted = SpanOf(grants);
    StableSort(sorted, [](const Grant& a, const Grant& b) { return a.slot < b.slot; });
    flat::Repeated<Claim> claims;
    for (size_t begin = 0; begin < sorted.size();) {
      size_t end = begin;
      while (end < sorted.size() && sorted[end].slot == sorted[begin].slot) ++end;
      AddClaim(sorted.subspan(begin, end - begin), &claims);
      begin = end;
    }
    if (claims.empty()) return;
    for (const int b : ballots) speaker_of_[b] = speakers_.size();
    speakers_.Add(
        {ballot(ballots.front()).actor, ballot(ballots.front()).seat, SpanOf(claims), ballots},
        arena_);
  }

  // Several approvals of one seat may cover together what none of them covers alone. A conditional
  // one falls away once its giver later approves without the condition.
  void AddClaim(std::span<Grant> grants, flat::Repeated<Claim>* claims) {
    const Slot& slot = poll_.demands.slots[grants.front().slot];
    const AspectMask wanted = poll_.demands.rules[slot.rule].plan->aspects;
    const auto covers = [&](std::span<const Grant> some, auto&& counts) {
      AspectMask covered = 0;
      for (const Grant& grant : some) covered |= counts(grant) ? grant.aspects : 0;
      return (covered & wanted) == wanted;
    };
    const auto is_open = [](const Grant& grant) { return !grant.open_conditions.empty(); };
    std::span<const Grant> kept = grants;
    if (std::any_of(grants.begin(), grants.end(), is_open)) {
      flat::Repeated<Grant> some;
      for (const Grant& grant : grants) {
        const absl::Time at = ballot(grant.ballot).at;
        const bool released = is_open(grant) && covers(grants, [&](const Grant& other) {
                                return !is_open(other) && ballot(other.ballot).at > at;
                              });
        if (!released) some.Add(grant, arena_);
      }
      kept = SpanOf(some);
    }
    if (!covers(kept, [](const Grant&) { return true; })) return;
    Claim claim;
    claim.slot = grants.front().slot;
    claim.first = supports_.size();
    claim.count = static_cast<int>(kept.size());
    for (const Grant& grant : kept) {
      supports_.Add({ballot(grant.ballot).at, grant.aspects, grant.ballot}, arena_);
      for (const std::string_view text : grant.open_conditions) {
        open_conditions_.Add({slot.rule, text}, arena_);
      }
    }
    claims->Add(claim, arena_);
  }

  const std::span<const bool> asked_;
  const Poll& poll_;
  flat::Arena* const arena_;
  const std::span<Known> contains_;  // of the ballot in question, by electorate
  const std::span<int> speaker_of_;
  flat::Repeated<Speaker> speakers_;
  flat::Repeated<Support> supports_;
  flat::Repeated<OpenCondition> open_conditions_;
};

AssignmentSlot AsProblem(const Slot& slot, const Demand& rule, SearchMemory* memory) {
  const v1::Requirement& declared = *slot.plan->declared;
  const std::vector<int>& groups = slot.plan->groups;
  AssignmentSlot told{.needed = slot.places, .groups = {groups.begin(), groups.end(), memory}};
  told.family = slot.family;
  told.may_share = declared.may_share();
  told.rule = slot.rule;
  told.stage = declared.stage();
  told.strict = declared.strict();
  told.aspects = rule.plan->aspects;
  return told;
}

// Adds the rule's tree, in which each place of the plan stands for its slots; gives its root.
int AddTree(int rule, const Poll& poll, AssignmentProblem* problem) {
  const Demand& demand = poll.demands.rules[rule];
  const int first = static_cast<int>(problem->nodes.size());
  List<Numbers> slots_of(demand.plan->slots.size(), problem->memory);
  for (int slot = demand.first_slot; slot < demand.first_slot + demand.slots; ++slot) {
    slots_of[poll.demands.slots[slot].place].push_back(slot);
  }
  for (const RequirementNode& node : demand.plan->nodes) {
    problem->nodes.push_back(CopyOf(node, problem->memory));
  }
  const int end = static_cast<int>(problem->nodes.size());
  for (int number = first; number < end; ++number) {
    for (int& child : problem->nodes[number].children) child += first;
    if (problem->nodes[number].kind != RequirementNode::Kind::kSlot) continue;
    const Numbers& slots = slots_of[problem->nodes[number].slot];
    if (slots.size() == 1) {
      problem->nodes[number].slot = slots.front();
      continue;
    }
    problem->nodes[number].kind = RequirementNode::Kind::kAll;
    for (const int slot : slots) {
      problem->nodes[number].children.push_back(static_cast<int>(problem->nodes.size()));
      problem->nodes.push_back({.kind = RequirementNode::Kind::kSlot,
                                .slot = slot,
                                .children = Numbers(problem->memory)});
    }
  }
  return first + demand.plan->root;
}

void AddCandidates(std::span<const int> rules, const Poll& poll, AssignmentProblem* problem) {
  List<Numbers> by_person(poll.context.roster->size(), problem->memory);
  for (const int rule : rules) {
    const Demand& demand = poll.demands.rules[rule];
    for (int number = demand.first_slot; number < demand.first_slot + demand.slots; ++number) {
      const Slot& slot = poll.demands.slots[number];
      slot.electorate->ForEachMember(poll.context.now, [&](int person) {
        if ((poll.subject.PartsOf(person) & slot.plan->apart) == 0 && !demand.IsRecused(person)) {
          by_person[person].push_back(number);
        }
      });
    }
  }
  for (size_t person = 0; person < by_person.size(); ++person) {
    if (by_person[person].empty()) continue;
    Candidate candidate{.person = static_cast<int>(person),
                        .cost = AskingOf(static_cast<int>(person), poll.context).cost,
                        .slots = std::move(by_person[person])};
    std::sort(candidate.slots.begin(), candidate.slots.end());
    problem->candidates.push_back(std::move(candidate));
  }
  std::sort(problem->candidates.begin(), problem->candidates.end(),
            [](const Candidate& a, const Candidate& b) {
              return std::tie(a.cost, a.person) < std::tie(b.cost, b.person);
            });
}

}  // namespace

Tally CollectClaims(std::span<const bool> asked, const Poll& poll) {
  return Collector(asked, poll).Collect();
}

Asking AskingOf(int person, const ApprovalContext& context) {
  const bool available = context.roster->Available(person, context.now);
  if (!context.policy->has_asking()) return {person, available ? 0 : 1};
  const v1::AskingCost& declared = context.policy->asking();
  const v1::Person& asked = context.roster->person(person);
  return {person, (available ? 0 : int64_t{declared.unavailable()}) +
                      int64_t{declared.per_open_request()} * asked.open_requests() +
                      int64_t{declared.per_grade()} * asked.seniority()};
}

AssignmentProblem ProblemOf(std::span<const int> rules, const Tally& tally, const Poll& poll,
                            SearchMemory* memory, Numbers* speakers) {
  AssignmentProblem problem(memory);
  for (const Slot& slot : poll.demands.slots) {
    problem.slots.push_back(AsProblem(slot, poll.demands.rules[slot.rule], memory));
  }
  problem.search_nodes = poll.context.limits.search_nodes;
  problem.suggestion_nodes = poll.context.limits.suggestion_nodes;
  List<bool> concerned(poll.demands.rules.size(), false, memory);
  for (const int rule : rules) {
    concerned[rule] = true;
    problem.roots.push_back(AddTree(rule, poll, &problem));
  }
  problem.supports.assign(tally.supports.begin(), tally.supports.end());
  for (size_t i = 0; i < tally.speakers.size(); ++i) {
    const Speaker& speaker = tally.speakers[i];
    Voice voice{speaker.actor, speaker.seat, List<Claim>(memory)};
    std::copy_if(
        speaker.claims.begin(), speaker.claims.end(), std::back_inserter(voice.claims),
        [&](const Claim& claim) { return concerned[poll.demands.slots[claim.slot].rule]; });
    if (voice.claims.empty()) continue;
    problem.voices.push_back(std::move(voice));
    speakers->push_back(static_cast<int>(i));
  }
  AddCandidates(rules, poll, &problem);
  return problem;
}

}  // namespace changepolicy
