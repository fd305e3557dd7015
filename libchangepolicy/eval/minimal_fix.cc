#include "libchangepolicy/eval/minimal_fix.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "libchangepolicy/base/status.h"
#include "libchangepolicy/eval/fix_pool.h"
#include "libchangepolicy/eval/fix_steps.h"
#include "libchangepolicy/eval/fix_trial.h"
#include "libchangepolicy/eval/search_limit.h"

namespace changepolicy {
namespace {

// Rounds in which steps are added, and times that are tried for the work.
constexpr int kMostRounds = 40;
constexpr int kMostSlotTrials = 6;
// Ways to do several things at once that are tried.
constexpr int kMostCombinations = 128;

StepSet Without(const StepSet& set, int step) {
  StepSet rest = set;
  rest.erase(std::remove(rest.begin(), rest.end(), step), rest.end());
  return rest;
}

StepSet With(StepSet set, int step) {
  set.insert(std::lower_bound(set.begin(), set.end(), step), step);
  return set;
}

template <typename SubjectMessage>
class Fixer {
 public:
  Fixer(const CheckedPolicy& policy, const BoundOrganization& organization,
        const SubjectMessage& subject, const DecideOptions& options, int limit)
      : policy_(policy),
        trials_(policy, organization, subject, options, limit),
        pool_(policy, subject, options.now, &trials_) {}

  absl::StatusOr<FixSearch> Run() {
    FixSearch result;
    CP_RETURN_IF_ERROR(Open());
    if (best_.has_value()) {
      CP_RETURN_IF_ERROR(Reduce());
      CP_RETURN_IF_ERROR(Search({}, {}));
      if (IsExhausted()) CP_RETURN_IF_ERROR(Reduce());
      CP_ASSIGN_OR_RETURN(result.fix, Tell());
    }
    if (!result.fix.found()) {
      *result.fix.mutable_remaining() = {remaining_.begin(), remaining_.end()};
    }
    for (int number = 0; number < pool_.size(); ++number) {
      result.considered.push_back(pool_.step(number));
    }
    result.decisions = trials_.decisions();
    return result;
  }

 private:
  bool IsExhausted() const { return trials_.is_exhausted(); }

  absl::StatusOr<const Trial*> TrialOf(const StepSet& set) {
    const auto known = tried_.find(set);
    if (known != tried_.end()) return &known->second;
    CP_ASSIGN_OR_RETURN(Trial trial, trials_.Try(pool_.StepsOf(set)));
    return &tried_.emplace(set, std::move(trial)).first->second;
  }

  void Consider(const StepSet& set, const Trial& trial) {
    const int cost = static_cast<int>(set.size()) + trial.cost();
    if (!best_.has_value() || cost < best_->cost) best_ = Best{set, cost};
  }

  // ---- Some set that opens the gate

  // Steps are added for whatever holds the gate until nothing does, or nothing more can be done.
  absl::Status Open() {
    StepSet set;
    int slot_trials = 0;
    for (int round = 0; round < kMostRounds && !IsExhausted(); ++round) {
      CP_ASSIGN_OR_RETURN(const Trial trial, trials_.Try(pool_.StepsOf(set)));
      remaining_ = trial.holding;
      if (trial.allowed) Consider(set, trial);
      // Allowed, or the question itself was refused, or nothing decides.
      if (trial.holding.empty()) return absl::OkStatus();
      // What can be done in one way only is done first: it shows which of several ways is best.
      CP_ASSIGN_OR_RETURN(bool more, AddSteps(trial, false, &set));
      if (!more) {
        CP_ASSIGN_OR_RETURN(more, AddSteps(trial, true, &set));
      }
      if (!more && slot_trials++ < kMostSlotTrials) {
        CP_ASSIGN_OR_RETURN(more, pool_.MoveSlot(set, trial.decision));
      }
      if (!more) {
        CP_ASSIGN_OR_RETURN(more, DoOtherwise(trial, &set));
      }
      if (!more) {
        CP_ASSIGN_OR_RETURN(more, DoAllOtherwise(trial, &set));
      }
      if (!more) return absl::OkStatus();
    }
    return absl::OkStatus();
  }

  // Does one thing in another way where that leaves fewer rules in the way.
  absl::StatusOr<bool> DoOtherwise(const Trial& trial, StepSet* set) {
    for (const int number : *set) {
      for (const int way : pool_.ways(pool_.key(number))) {
        if (way == number || IsExhausted()) continue;
        CP_ASSIGN_OR_RETURN(const bool better,
                            TakeIfBetter(trial, With(Without(*set, number), way), set));
        if (better) return true;
      }
    }
    return false;
  }

  // Does several things in other ways at once, each combination in turn.
  absl::StatusOr<bool> DoAllOtherwise(const Trial& trial, StepSet* set) {
    std::vector<const std::vector<int>*> ways;
    StepSet others;
    for (const int number : *set) {
      const std::vector<int>& of_it = pool_.ways(pool_.key(number));
      if (of_it.size() > 1) {
        ways.push_back(&of_it);
      } else {
        others.push_back(number);
      }
    }
    std::vector<size_t> taken(ways.size(), 0);
    for (int i = 0; i < kMostCombinations && !IsExhausted(); ++i) {
      size_t last = 0;
      while (last < ways.size() && ++taken[last] == ways[last]->size()) taken[last++] = 0;
      if (last == ways.size()) return false;
      StepSet other = others;
      for (size_t thing = 0; thing < ways.size(); ++thing) {
        other = With(std::move(other), (*ways[thing])[taken[thing]]);
      }
      CP_ASSIGN_OR_RETURN(const bool better, TakeIfBetter(trial, std::move(other), set));
      if (better) return true;
    }
    return false;
  }

  absl::StatusOr<bool> TakeIfBetter(const Trial& trial, StepSet other, StepSet* set) {
    CP_ASSIGN_OR_RETURN(const Trial then, trials_.Try(pool_.StepsOf(other)));
    if (!then.possible) return false;
    if (!then.allowed && then.holding.size() >= trial.holding.size()) return false;
    *set = std::move(other);
    return true;
  }

  absl::StatusOr<bool> AddSteps(const Trial& trial, bool in_several_ways, StepSet* set) {
    CP_ASSIGN_OR_RETURN(bool more, AddSteps(trial.decision, in_several_ways, set));
    if (!more && trial.later.has_value()) {
      CP_ASSIGN_OR_RETURN(more, AddSteps(*trial.later, in_several_ways, set));
    }
    return more;
  }

  absl::StatusOr<bool> AddSteps(const v1::Decision& decision, bool in_several_ways, StepSet* set) {
    CP_ASSIGN_OR_RETURN(const SubjectMessage after, trials_.SubjectAfter(pool_.StepsOf(*set)));
    FactFinder current(policy_, trials_.organization(), after, trials_.facts().now());
    bool more = false;
    for (const v1::RuleOutcome& outcome : decision.outcomes()) {
      if (!HoldsShut(outcome)) continue;
      if (IsExhausted()) break;
      CP_ASSIGN_OR_RETURN(const StepSet helpful,
                          pool_.Helpful(*set, decision, outcome, &current, in_several_ways));
      std::set<std::string> keys;
      for (const int number : helpful) {
        // The best way comes first.
        if (!keys.insert(pool_.key(number)).second) continue;
        *set = With(*set, number);
        more = true;
      }
    }
    return more;
  }

  // Leaves out of the best set what can be left out, the last in order first.
  absl::Status Reduce() {
    bool smaller = true;
    while (smaller) {
      smaller = false;
      const StepSet set = best_->set;
      for (auto step = set.rbegin(); step != set.rend(); ++step) {
        const StepSet rest = Without(best_->set, *step);
        CP_ASSIGN_OR_RETURN(const Trial* const trial, TrialOf(rest));
        if (!trial->allowed) continue;
        best_ = Best{rest, static_cast<int>(rest.size()) + trial->cost()};
        smaller = true;
      }
    }
    return absl::OkStatus();
  }

  // ---- The smallest

  // Tries the sets that contain `set` and none of `excluded` and may be smaller than the best. For
  // each rule that only steps open, one of those that may has to be among them.
  absl::Status Search(const StepSet& set, const std::set<int>& excluded) {
    if (IsExhausted()) return absl::OkStatus();
    CP_ASSIGN_OR_RETURN(const Trial* const trial, TrialOf(set));
    if (!trial->possible) return absl::OkStatus();
    if (trial->allowed) Consider(set, *trial);
    if (static_cast<int>(set.size()) + 1 >= best_->cost) return absl::OkStatus();
    CP_ASSIGN_OR_RETURN(const std::vector<StepSet> demands, DemandsOf(set, *trial));
    if (static_cast<int>(set.size()) + Fewest(demands) >= best_->cost) return absl::OkStatus();
    const StepSet& demand = *std::min_element(
        demands.begin(), demands.end(),
        [](const StepSet& one, const StepSet& other) { return one.size() < other.size(); });
    std::set<int> left_out = excluded;
    for (const int step : demand) {
      if (left_out.count(step) > 0) continue;
      CP_RETURN_IF_ERROR(Search(With(set, step), left_out));
      left_out.insert(step);
    }
    return absl::OkStatus();
  }

  // Sets of steps of each of which a larger set needs at least one: for rules that only steps open,
  // those that may; where there is no such rule, whatever may change something.
  absl::StatusOr<std::vector<StepSet>> DemandsOf(const StepSet& set, const Trial& trial) {
    CP_ASSIGN_OR_RETURN(const SubjectMessage after, trials_.SubjectAfter(pool_.StepsOf(set)));
    FactFinder current(policy_, trials_.organization(), after, trials_.facts().now());
    std::vector<StepSet> demands;
    std::set<int> any;
    for (const v1::RuleOutcome& outcome : trial.decision.outcomes()) {
      if (!HoldsShut(outcome)) continue;
      CP_ASSIGN_OR_RETURN(StepSet helpful, pool_.Helpful(set, trial.decision, outcome, &current));
      any.insert(helpful.begin(), helpful.end());
      const auto& needed = trial.need_steps;
      if (std::find(needed.begin(), needed.end(), outcome.rule()) != needed.end()) {
        demands.push_back(std::move(helpful));
      }
    }
    if (!demands.empty()) return demands;
    if (trial.later.has_value()) {
      for (const v1::RuleOutcome& outcome : trial.later->outcomes()) {
        if (!HoldsShut(outcome)) continue;
        CP_ASSIGN_OR_RETURN(const StepSet helpful,
                            pool_.Helpful(set, *trial.later, outcome, &current));
        any.insert(helpful.begin(), helpful.end());
      }
    }
    demands.emplace_back(any.begin(), any.end());
    return demands;
  }

  // At least so many steps meet all demands: one for each of those that have none in common.
  static int Fewest(const std::vector<StepSet>& demands) {
    std::set<int> used;
    int fewest = 0;
    for (const StepSet& demand : demands) {
      if (std::any_of(demand.begin(), demand.end(),
                      [&](int step) { return used.count(step) > 0; })) {
        continue;
      }
      used.insert(demand.begin(), demand.end());
      ++fewest;
    }
    return fewest;
  }

  // ---- Telling

  absl::StatusOr<v1::MinimalFix> Tell() {
    v1::MinimalFix fix;
    CP_ASSIGN_OR_RETURN(const Trial* const trial, TrialOf(best_->set));
    std::vector<v1::FixStep> steps;
    for (const int number : best_->set) {
      v1::FixStep& step = steps.emplace_back(pool_.step(number));
      for (const std::string& rule : pool_.rules(number)) step.add_rules(rule);
    }
    std::sort(steps.begin(), steps.end(), Precedes);
    std::vector<v1::FixStep> last = trial->approvals;
    std::sort(last.begin(), last.end(), Precedes);
    if (trial->wait.has_value()) {
      // People rather approve before the others wait, where their approvals last until then.
      std::vector<v1::FixStep> early = steps;
      early.insert(early.end(), last.begin(), last.end());
      early.push_back(*trial->wait);
      CP_ASSIGN_OR_RETURN(const v1::Decision then, trials_.DecideAfter(early));
      last.insert(then.verdict() == v1::VERDICT_ALLOWED ? last.end() : last.begin(), *trial->wait);
    }
    steps.insert(steps.end(), last.begin(), last.end());
    CP_ASSIGN_OR_RETURN(const v1::Decision decision, trials_.DecideAfter(steps));
    if (decision.verdict() != v1::VERDICT_ALLOWED) return fix;
    for (v1::FixStep& step : steps) {
      Describe(&step);
      *fix.add_steps() = std::move(step);
    }
    fix.set_found(true);
    fix.set_optimal(!IsExhausted());
    return fix;
  }

  // Rules in the policy's order, and who can supply it.
  void Describe(v1::FixStep* step) const {
    const std::set<std::string> serves(step->rules().begin(), step->rules().end());
    std::set<std::string> roles(step->roles().begin(), step->roles().end());
    step->clear_rules();
    for (const v1::ApprovalRule& rule : policy_.policy().approvals()) {
      if (serves.count(rule.id()) > 0) step->add_rules(rule.id());
    }
    for (const v1::PartPair& pair : policy_.policy().separation().pairs()) {
      if (serves.count(pair.id()) > 0) step->add_rules(pair.id());
    }
    for (const v1::Gate& gate : policy_.policy().gates()) {
      if (serves.count(gate.id()) == 0) continue;
      step->add_rules(gate.id());
      if (step->kind() != v1::FIX_KIND_APPROVAL && step->kind() != v1::FIX_KIND_WAIT) {
        roles.insert(gate.supplied_by().begin(), gate.supplied_by().end());
      }
    }
    *step->mutable_roles() = {roles.begin(), roles.end()};
  }

  struct Best {
    StepSet set;
    int cost = 0;
  };

  const CheckedPolicy& policy_;
  FixTrials<SubjectMessage> trials_;
  FixPool<SubjectMessage> pool_;
  std::map<StepSet, Trial> tried_;
  std::optional<Best> best_;
  std::vector<std::string> remaining_;
};

}  // namespace

template <typename SubjectMessage>
absl::StatusOr<FixSearch> FindMinimalFix(const CheckedPolicy& policy,
                                         const BoundOrganization& organization,
                                         const SubjectMessage& subject,
                                         const DecideOptions& options,
                                         const v1::Decision& decision) {
  if (IsRefused(decision)) return FixSearch();
  DecideOptions question = options;
  // The step that was decided, even where a statement among the steps would make it another.
  question.transition = decision.transition();
  const int limit = DecisionsFor(kMostFixDecisions, subject, decision);
  return Fixer<SubjectMessage>(policy, organization, subject, question, limit).Run();
}

template absl::StatusOr<FixSearch> FindMinimalFix(const CheckedPolicy&, const BoundOrganization&,
                                                  const v1::ChangeRequest&, const DecideOptions&,
                                                  const v1::Decision&);
template absl::StatusOr<FixSearch> FindMinimalFix(const CheckedPolicy&, const BoundOrganization&,
                                                  const v1::Release&, const DecideOptions&,
                                                  const v1::Decision&);

}  // namespace changepolicy
