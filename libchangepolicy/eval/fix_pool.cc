#include "libchangepolicy/eval/fix_pool.h"

#include <algorithm>
#include <array>

#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/eval/fix_slot.h"

namespace changepolicy {
namespace {

// How an option comes out: how far it falls short, of the rule that it is for, then of all that
// hold the gate, then in what is not known; and what these look at. Options that come out alike
// lead to the same further steps.
struct Outcome {
  std::array<int, 3> shortfall = {0, 0, 0};
  std::set<std::string> reads;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome OutcomeOf(const v1::Decision& decision, const std::string& rule) {
  Outcome out;
  for (const v1::RuleOutcome& outcome : decision.outcomes()) {
    if (!HoldsShut(outcome)) continue;
    ++out.shortfall[1];
    out.shortfall[2] += outcome.unknown_size();
    for (const v1::FactRead& fact : outcome.facts()) {
      out.reads.insert(StrCat(outcome.rule(), " ", fact.path()));
    }
    if (outcome.rule() != rule) continue;
    // People can be asked; what is not known is better than what is known not to hold.
    out.shortfall[0] = AwaitsApprovals(outcome)                 ? 1
                       : outcome.status() == v1::STATUS_UNKNOWN ? 2
                                                                : 3;
  }
  return out;
}

// The rule looked at what statements about the world come to, so that any of them may change it.
bool ReadsAssessments(const v1::RuleOutcome& outcome) {
  return std::any_of(outcome.facts().begin(), outcome.facts().end(), [](const auto& fact) {
    const std::string& path = fact.path();
    return path.starts_with("risk") || path == "category" || path == "priority" ||
           path.starts_with("model") || path.starts_with("calendar");
  });
}

}  // namespace

template <typename SubjectMessage>
std::vector<v1::FixStep> FixPool<SubjectMessage>::StepsOf(const StepSet& set) const {
  std::vector<v1::FixStep> steps;
  for (const int number : set) steps.push_back(entries_[number].step);
  std::sort(steps.begin(), steps.end(), Precedes);
  return steps;
}

template <typename SubjectMessage>
absl::StatusOr<StepSet> FixPool<SubjectMessage>::Helpful(const StepSet& set,
                                                         const v1::Decision& decision,
                                                         const v1::RuleOutcome& outcome,
                                                         FactFinder<SubjectMessage>* current,
                                                         std::optional<bool> in_several_ways) {
  std::set<int> helpful;
  for (CandidateStep& candidate : StepsFor(current, decision, outcome)) {
    NameByOriginal(current, &candidate);
    const bool several = candidate.options.size() > 1;
    if (in_several_ways.has_value() && *in_several_ways != several) continue;
    const v1::FixStep first = candidate.options[0];
    const std::string key = candidate.key();
    CP_RETURN_IF_ERROR(Meet(std::move(candidate), set, decision, outcome, current->subject()));
    helpful.insert(by_key_[key].begin(), by_key_[key].end());
    if (first.kind() != v1::FIX_KIND_EVIDENCE ||
        first.environment() != v1::ENVIRONMENT_UNSPECIFIED) {
      continue;
    }
    // Wherever it ran.
    for (int number = 0; number < size(); ++number) {
      if (step(number).kind() == first.kind() && step(number).what() == first.what()) {
        helpful.insert(number);
      }
    }
  }
  if (ReadsAssessments(outcome) && !in_several_ways.has_value()) {
    for (int number = 0; number < size(); ++number) {
      if (step(number).kind() == v1::FIX_KIND_STATE) helpful.insert(number);
    }
  }
  std::set<std::string> done;
  for (const int number : set) done.insert(key(number));
  StepSet rest;
  for (const int number : helpful) {
    if (done.count(key(number)) == 0) rest.push_back(number);
  }
  return rest;
}

// By the order that the lists of the subject had before any step; what only a step has made keeps
// the name that it has after it.
template <typename SubjectMessage>
void FixPool<SubjectMessage>::NameByOriginal(FactFinder<SubjectMessage>* current,
                                             CandidateStep* candidate) const {
  for (v1::FixStep& option : candidate->options) {
    if (option.kind() != v1::FIX_KIND_STATE || option.what().find('[') == std::string::npos) {
      continue;
    }
    const auto place = current->Find(option.what());
    if (place->HolderIn(subject_) == nullptr) continue;
    option.set_what(trials_.facts().PathOf(*place));
  }
}

template <typename SubjectMessage>
absl::Status FixPool<SubjectMessage>::Meet(CandidateStep candidate, const StepSet& set,
                                           const v1::Decision& decision,
                                           const v1::RuleOutcome& outcome,
                                           const SubjectMessage& current) {
  const std::string key = candidate.key();
  std::vector<int>& known = by_key_[key];
  for (const int number : known) entries_[number].rules.insert(outcome.rule());
  if (!known.empty()) return absl::OkStatus();
  if (candidate.options[0].kind() == v1::FIX_KIND_SLOT) {
    const auto slot =
        SlotFor(policy_, trials_.later_organization(), current, now_, decision, std::nullopt);
    if (!slot.has_value()) return absl::OkStatus();
    candidate.options = {*slot};
  }
  CP_ASSIGN_OR_RETURN(std::vector<v1::FixStep> ways, Try(candidate, set, outcome));
  for (v1::FixStep& way : ways) {
    by_key_[key].push_back(size());
    entries_.push_back({.step = std::move(way), .key = key, .rules = {outcome.rule()}});
  }
  return absl::OkStatus();
}

// The best option, then one for each other outcome; two at least.
template <typename SubjectMessage>
absl::StatusOr<std::vector<v1::FixStep>> FixPool<SubjectMessage>::Try(
    const CandidateStep& candidate, const StepSet& set, const v1::RuleOutcome& outcome) {
  if (candidate.options.size() == 1) return candidate.options;
  std::vector<std::pair<Outcome, const v1::FixStep*>> options;
  for (const v1::FixStep& option : candidate.options) {
    if (trials_.is_exhausted()) return std::vector{candidate.options[0], candidate.options.back()};
    std::vector<v1::FixStep> steps = StepsOf(set);
    steps.push_back(option);
    CP_ASSIGN_OR_RETURN(const v1::Decision then, trials_.DecideAfter(steps));
    Outcome out = OutcomeOf(then, outcome.rule());
    const bool seen = std::any_of(options.begin(), options.end(),
                                  [&](const auto& other) { return other.first == out; });
    if (!seen) options.emplace_back(std::move(out), &option);
  }
  std::stable_sort(options.begin(), options.end(), [](const auto& one, const auto& other) {
    return one.first.shortfall < other.first.shortfall;
  });
  std::vector<v1::FixStep> ways;
  for (const auto& [out, option] : options) ways.push_back(*option);
  // Alike here, and perhaps not once more is done.
  if (ways.size() == 1) ways.push_back(candidate.options.back());
  return ways;
}

template <typename SubjectMessage>
absl::StatusOr<bool> FixPool<SubjectMessage>::MoveSlot(const StepSet& set,
                                                       const v1::Decision& decision) {
  for (const int number : set) {
    v1::FixStep& step = entries_[number].step;
    if (step.kind() != v1::FIX_KIND_SLOT) continue;
    CP_ASSIGN_OR_RETURN(const SubjectMessage current, trials_.SubjectAfter(StepsOf(set)));
    const std::optional<v1::FixStep> later =
        SlotFor(policy_, trials_.later_organization(), current, now_, decision,
                FromProto(step.start()) + absl::Seconds(1));
    if (!later.has_value()) return false;
    step = *later;
    return true;
  }
  return false;
}

template class FixPool<v1::ChangeRequest>;
template class FixPool<v1::Release>;

}  // namespace changepolicy
