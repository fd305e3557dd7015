#include "libchangepolicy/eval/minimal_fix.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "libchangepolicy/base/status.h"
#include "libchangepolicy/eval/fix_collector.h"
#include "libchangepolicy/eval/fix_steps.h"
#include "libchangepolicy/eval/fix_trial.h"

namespace changepolicy {
namespace {

// Numbers of steps, rising.
using StepSet = std::vector<int>;

StepSet Without(const StepSet& set, int step) {
  StepSet rest = set;
  rest.erase(std::remove(rest.begin(), rest.end(), step), rest.end());
  return rest;
}

StepSet With(StepSet set, int step) {
  set.insert(std::lower_bound(set.begin(), set.end(), step), step);
  return set;
}

// The smallest set of collected steps that opens the gate.
template <typename SubjectMessage>
class Minimizer {
 public:
  struct Best {
    StepSet set;
    int cost = 0;
  };

  Minimizer(const CheckedPolicy& policy, absl::Time now, const CollectedSteps& collected,
            FixTrials<SubjectMessage>* trials)
      : policy_(policy), now_(now), units_(collected.steps), trials_(*trials) {}

  // Needs that all steps together open it.
  absl::Status Minimize() {
    const StepSet all = AllUnits();
    CP_ASSIGN_OR_RETURN(const Trial* const whole, TrialOf(all));
    if (!whole->allowed) return Internal("what opened the gate no longer does");
    Consider(all, *whole);
    StepSet needed;
    for (const int unit : all) {
      if (IsExhausted()) return Reduce();
      CP_ASSIGN_OR_RETURN(const Trial* const trial, TrialOf(Without(all, unit)));
      if (!trial->allowed) needed.push_back(unit);
    }
    CP_RETURN_IF_ERROR(Reduce());
    for (size_t size = needed.size(); static_cast<int>(size) < best_->cost; ++size) {
      CP_RETURN_IF_ERROR(Search(needed, {}, size));
      if (IsExhausted()) return Reduce();
    }
    optimal_ = true;
    return absl::OkStatus();
  }

  // REQUIRES: Minimize was called.
  const Best& best() const { return *best_; }
  bool optimal() const { return optimal_; }
  const Trial& trial() const { return tried_.at(best_->set); }

 private:
  bool IsExhausted() const { return trials_.decisions() >= kMostFixDecisions; }

  std::vector<v1::FixStep> StepsOf(const StepSet& set) const {
    std::vector<v1::FixStep> steps;
    for (const int unit : set) steps.push_back(units_[unit].step);
    return steps;
  }

  StepSet AllUnits() const {
    StepSet all(units_.size());
    for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<int>(i);
    return all;
  }

  absl::StatusOr<const Trial*> TrialOf(const StepSet& set) {
    const auto known = tried_.find(set);
    if (known != tried_.end()) return &known->second;
    CP_ASSIGN_OR_RETURN(Trial trial, trials_.Try(StepsOf(set)));
    return &tried_.emplace(set, std::move(trial)).first->second;
  }

  void Consider(const StepSet& set, const Trial& trial) {
    const int cost = static_cast<int>(set.size()) + trial.cost();
    if (!best_.has_value() || cost < best_->cost) best_ = Best{set, cost};
  }

  // Sets of `size` that contain `set` and none of `excluded`: of the steps that may help a rule
  // which still holds the gate, one has to be among them.
  absl::Status Search(const StepSet& set, const std::set<int>& excluded, size_t size) {
    if (IsExhausted()) return absl::OkStatus();
    CP_ASSIGN_OR_RETURN(const Trial* const trial, TrialOf(set));
    if (trial->allowed) Consider(set, *trial);
    if (set.size() >= size || static_cast<int>(set.size()) + 1 >= best_->cost) {
      return absl::OkStatus();
    }
    const std::optional<std::vector<int>> helpful = HelpfulSteps(set, *trial);
    if (!helpful.has_value()) return absl::OkStatus();
    std::set<int> left_out = excluded;
    for (const int unit : *helpful) {
      if (left_out.count(unit) > 0) continue;
      CP_RETURN_IF_ERROR(Search(With(set, unit), left_out, size));
      left_out.insert(unit);
    }
    return absl::OkStatus();
  }

  // For the rule that fewest steps may help, these steps; nothing where a rule has none.
  std::optional<std::vector<int>> HelpfulSteps(const StepSet& set, const Trial& trial) {
    const SubjectMessage current = *trials_.SubjectAfter(StepsOf(set));
    std::optional<std::vector<int>> fewest;
    for (const v1::RuleOutcome& outcome : trial.decision.outcomes()) {
      if (!HoldsShut(outcome)) continue;
      std::set<std::string> keys;
      for (const CandidateStep& candidate :
           StepsFor(policy_, trials_.organization(), current, now_, trial.decision, outcome)) {
        keys.insert(candidate.key());
      }
      std::vector<int> steps;
      for (size_t i = 0; i < units_.size(); ++i) {
        const int unit = static_cast<int>(i);
        if (std::binary_search(set.begin(), set.end(), unit)) continue;
        if (units_[i].rules.count(outcome.rule()) > 0 || keys.count(units_[i].key) > 0) {
          steps.push_back(unit);
        }
      }
      // Approvals, or the clock, open it.
      const bool opens_otherwise = outcome.kind() == "approval" || trial.allowed ||
                                   std::find(trial.holding.begin(), trial.holding.end(),
                                             outcome.rule()) == trial.holding.end();
      if (steps.empty() && !opens_otherwise) return std::nullopt;
      if (steps.empty() || (opens_otherwise && !trial.allowed && fewest.has_value())) continue;
      if (!fewest.has_value() || steps.size() < fewest->size()) fewest = std::move(steps);
    }
    return fewest;
  }

  // Leaves out of the best set what can be left out, the last in order first.
  absl::Status Reduce() {
    bool smaller = true;
    while (smaller) {
      smaller = false;
      const StepSet set = best_->set;
      for (auto unit = set.rbegin(); unit != set.rend(); ++unit) {
        const StepSet rest = Without(best_->set, *unit);
        CP_ASSIGN_OR_RETURN(const Trial* const trial, TrialOf(rest));
        if (!trial->allowed) continue;
        best_ = Best{rest, static_cast<int>(rest.size()) + trial->cost()};
        smaller = true;
      }
    }
    return absl::OkStatus();
  }

  const CheckedPolicy& policy_;
  const absl::Time now_;
  const std::vector<CollectedStep>& units_;
  FixTrials<SubjectMessage>& trials_;
  std::map<StepSet, Trial> tried_;
  std::optional<Best> best_;
  bool optimal_ = false;
};

template <typename SubjectMessage>
class Fixer {
 public:
  Fixer(const CheckedPolicy& policy, const BoundOrganization& organization,
        const SubjectMessage& subject, const DecideOptions& options)
      : policy_(policy),
        subject_(subject),
        now_(options.now),
        trials_(policy, organization, subject, options) {}

  absl::StatusOr<FixSearch> Run() {
    CP_ASSIGN_OR_RETURN(Solution best, Solve({}));
    CP_RETURN_IF_ERROR(TryOtherwise(&best));
    FixSearch result;
    if (best.cost.has_value()) {
      CP_ASSIGN_OR_RETURN(result.fix, Tell(best));
    }
    if (!result.fix.found()) {
      *result.fix.mutable_remaining() = {best.remaining.begin(), best.remaining.end()};
    }
    result.considered = std::move(best.considered);
    result.decisions = trials_.decisions();
    return result;
  }

 private:
  struct Solution {
    std::map<std::string, v1::FixStep> chosen;
    std::vector<CollectedStep> steps;
    std::vector<v1::FixStep> considered;
    Trial trial;
    std::optional<int> cost;  // nothing: it opens nothing
    bool optimal = false;
    std::vector<std::string> remaining;
  };

  absl::StatusOr<Solution> Solve(std::map<std::string, v1::FixStep> chosen) {
    Solution solution{.chosen = std::move(chosen)};
    CP_ASSIGN_OR_RETURN(
        CollectedSteps collected,
        FixCollector<SubjectMessage>(policy_, subject_, now_, solution.chosen, &trials_)
            .Collect(kMostFixDecisions));
    solution.remaining = std::move(collected.remaining);
    for (const CollectedStep& each : collected.steps) solution.considered.push_back(each.step);
    if (!collected.opens) return solution;
    Minimizer<SubjectMessage> minimizer(policy_, now_, collected, &trials_);
    CP_RETURN_IF_ERROR(minimizer.Minimize());
    solution.cost = minimizer.best().cost;
    solution.optimal = minimizer.optimal();
    solution.trial = minimizer.trial();
    for (const int unit : minimizer.best().set) {
      solution.steps.push_back(std::move(collected.steps[unit]));
    }
    return solution;
  }

  // A fact that is stated otherwise, or another person, may need fewer other steps.
  absl::Status TryOtherwise(Solution* best) {
    bool better = best->cost.has_value();
    while (better) {
      better = false;
      for (const CollectedStep& each : best->steps) {
        for (const v1::FixStep& option : each.otherwise) {
          if (trials_.decisions() >= kMostFixDecisions) {
            best->optimal = false;
            return absl::OkStatus();
          }
          std::map<std::string, v1::FixStep> chosen = best->chosen;
          chosen[each.key] = option;
          CP_ASSIGN_OR_RETURN(Solution other, Solve(std::move(chosen)));
          if (!other.cost.has_value() || *other.cost >= *best->cost) continue;
          *best = std::move(other);
          better = true;
          break;
        }
        if (better) break;
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<v1::MinimalFix> Tell(const Solution& solution) {
    v1::MinimalFix fix;
    std::vector<v1::FixStep> steps;
    for (const CollectedStep& each : solution.steps) {
      v1::FixStep& step = steps.emplace_back(each.step);
      for (const std::string& rule : each.rules) step.add_rules(rule);
    }
    std::vector<v1::FixStep> last = solution.trial.approvals;
    std::sort(last.begin(), last.end(), Precedes);
    if (solution.trial.wait.has_value()) {
      // People rather approve before the others wait, where their approvals last until then.
      std::vector<v1::FixStep> early = steps;
      early.insert(early.end(), last.begin(), last.end());
      early.push_back(*solution.trial.wait);
      CP_ASSIGN_OR_RETURN(const v1::Decision then, trials_.DecideAfter(early));
      last.insert(then.verdict() == v1::VERDICT_ALLOWED ? last.end() : last.begin(),
                  *solution.trial.wait);
    }
    steps.insert(steps.end(), last.begin(), last.end());
    CP_ASSIGN_OR_RETURN(const v1::Decision decision, trials_.DecideAfter(steps));
    if (decision.verdict() != v1::VERDICT_ALLOWED) return fix;
    for (v1::FixStep& step : steps) {
      Describe(&step);
      *fix.add_steps() = std::move(step);
    }
    fix.set_found(true);
    fix.set_optimal(solution.optimal);
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

  const CheckedPolicy& policy_;
  const SubjectMessage& subject_;
  const absl::Time now_;
  FixTrials<SubjectMessage> trials_;
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
  return Fixer<SubjectMessage>(policy, organization, subject, question).Run();
}

template absl::StatusOr<FixSearch> FindMinimalFix(const CheckedPolicy&, const BoundOrganization&,
                                                  const v1::ChangeRequest&, const DecideOptions&,
                                                  const v1::Decision&);
template absl::StatusOr<FixSearch> FindMinimalFix(const CheckedPolicy&, const BoundOrganization&,
                                                  const v1::Release&, const DecideOptions&,
                                                  const v1::Decision&);

}  // namespace changepolicy
