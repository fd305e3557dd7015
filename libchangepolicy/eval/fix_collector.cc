#include "libchangepolicy/eval/fix_collector.h"

#include <algorithm>
#include <utility>

#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/eval/fact_edit.h"
#include "libchangepolicy/eval/fix_slot.h"

namespace changepolicy {
namespace {

// Rounds in which steps are added, and times that are tried for the work.
constexpr int kMostRounds = 40;
constexpr int kMostSlotTrials = 6;

// How far an option falls short: the rule that it is for, then all that hold the gate.
using Shortfall = std::pair<int, int>;

Shortfall ShortfallOf(const v1::Decision& decision, const std::string& rule) {
  Shortfall shortfall = {0, 0};
  for (const v1::RuleOutcome& outcome : decision.outcomes()) {
    if (!HoldsShut(outcome)) continue;
    ++shortfall.second;
    if (outcome.rule() != rule) continue;
    shortfall.first = outcome.status() == v1::STATUS_UNKNOWN ? 1 : 2;
  }
  return shortfall;
}

}  // namespace

template <typename SubjectMessage>
std::vector<v1::FixStep> FixCollector<SubjectMessage>::Steps() const {
  std::vector<v1::FixStep> steps;
  for (const CollectedStep& each : collected_.steps) steps.push_back(each.step);
  return steps;
}

template <typename SubjectMessage>
absl::StatusOr<CollectedSteps> FixCollector<SubjectMessage>::Collect(int most_decisions) {
  int slot_trials = 0;
  for (int round = 0; round < kMostRounds; ++round) {
    CP_ASSIGN_OR_RETURN(const Trial trial, trials_.Try(Steps()));
    collected_.remaining = trial.holding;
    collected_.opens = trial.allowed;
    // Allowed, or the question itself was refused, or nothing decides.
    if (trial.holding.empty() || trials_.decisions() >= most_decisions) break;
    CP_ASSIGN_OR_RETURN(bool more, AddSteps(trial));
    if (!more && slot_trials++ < kMostSlotTrials) {
      CP_ASSIGN_OR_RETURN(more, MoveSlot(trial));
    }
    if (!more) break;
  }
  return std::move(collected_);
}

template <typename SubjectMessage>
absl::StatusOr<bool> FixCollector<SubjectMessage>::AddSteps(const Trial& trial) {
  CP_ASSIGN_OR_RETURN(const SubjectMessage current, trials_.SubjectAfter(Steps()));
  bool more = false;
  for (const v1::RuleOutcome& outcome : trial.decision.outcomes()) {
    if (!HoldsShut(outcome)) continue;
    for (CandidateStep& candidate :
         StepsFor(policy_, trials_.organization(), current, now_, trial.decision, outcome)) {
      CP_ASSIGN_OR_RETURN(const bool added,
                          AddStep(std::move(candidate), outcome, current, trial.decision));
      more |= added;
    }
  }
  return more;
}

template <typename SubjectMessage>
absl::StatusOr<bool> FixCollector<SubjectMessage>::AddStep(CandidateStep candidate,
                                                           const v1::RuleOutcome& outcome,
                                                           const SubjectMessage& current,
                                                           const v1::Decision& decision) {
  const BoundOrganization& organization = trials_.organization();
  for (v1::FixStep& option : candidate.options) {
    if (option.kind() != v1::FIX_KIND_STATE || option.what().find('[') == std::string::npos) {
      continue;
    }
    // By the order that the lists of the subject had before any step.
    const auto place = FindFact(policy_, organization, current, now_, option.what());
    option.set_what(PathOf(policy_, organization, subject_, now_, *place));
  }
  const std::string key = candidate.key();
  for (CollectedStep& known : collected_.steps) {
    if (known.key != key) continue;
    known.rules.insert(outcome.rule());
    return false;
  }
  std::optional<CollectedStep> step;
  if (candidate.options[0].kind() == v1::FIX_KIND_SLOT) {
    const auto slot =
        SlotFor(policy_, trials_.later_organization(), current, now_, decision, std::nullopt);
    if (slot.has_value()) step = CollectedStep{.step = *slot};
  } else {
    CP_ASSIGN_OR_RETURN(step, Choose(candidate, outcome));
  }
  if (!step.has_value()) return false;
  step->key = key;
  step->rules = {outcome.rule()};
  const auto place =
      std::find_if(collected_.steps.begin(), collected_.steps.end(),
                   [&](const CollectedStep& other) { return Precedes(step->step, other.step); });
  collected_.steps.insert(place, *std::move(step));
  return true;
}

// The option that helps the rule most, and then leaves the fewest others.
template <typename SubjectMessage>
absl::StatusOr<std::optional<CollectedStep>> FixCollector<SubjectMessage>::Choose(
    const CandidateStep& candidate, const v1::RuleOutcome& outcome) {
  const auto chosen = chosen_.find(candidate.key());
  if (chosen != chosen_.end()) return CollectedStep{.step = chosen->second};
  if (candidate.options.size() == 1) return CollectedStep{.step = candidate.options[0]};
  std::vector<std::pair<Shortfall, const v1::FixStep*>> options;
  for (const v1::FixStep& option : candidate.options) {
    std::vector<v1::FixStep> steps = Steps();
    steps.push_back(option);
    CP_ASSIGN_OR_RETURN(const v1::Decision then, trials_.DecideAfter(steps));
    options.emplace_back(ShortfallOf(then, outcome.rule()), &option);
    if (options.back().first.second == 0) break;
  }
  const auto best =
      std::min_element(options.begin(), options.end(),
                       [](const auto& one, const auto& other) { return one.first < other.first; });
  CollectedStep step{.step = *best->second};
  // One for each way in which options come out.
  std::set<Shortfall> seen = {best->first};
  for (const auto& [shortfall, option] : options) {
    if (seen.insert(shortfall).second) step.otherwise.push_back(*option);
  }
  return step;
}

// The time that was chosen for the work does not do for all: a later one.
template <typename SubjectMessage>
absl::StatusOr<bool> FixCollector<SubjectMessage>::MoveSlot(const Trial& trial) {
  for (CollectedStep& each : collected_.steps) {
    if (each.step.kind() != v1::FIX_KIND_SLOT) continue;
    CP_ASSIGN_OR_RETURN(const SubjectMessage current, trials_.SubjectAfter(Steps()));
    const std::optional<v1::FixStep> later =
        SlotFor(policy_, trials_.later_organization(), current, now_, trial.decision,
                FromProto(each.step.start()) + absl::Seconds(1));
    if (!later.has_value()) return false;
    each.step = *later;
    return true;
  }
  return false;
}

template class FixCollector<v1::ChangeRequest>;
template class FixCollector<v1::Release>;

}  // namespace changepolicy
