#include "libchangepolicy/eval/missing_facts.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/eval/decision_tree.h"
#include "libchangepolicy/eval/fact_edit.h"
#include "libchangepolicy/eval/fact_options.h"
#include "libchangepolicy/eval/rule_literals.h"
#include "libchangepolicy/eval/search_limit.h"

namespace changepolicy {
namespace {

constexpr size_t kLongestValue = 120;

// The verdict stands, however the missing facts turn out.
bool IsCertain(const v1::Decision& open) {
  if (open.verdict() == v1::VERDICT_UNKNOWN) return false;
  if (open.verdict() != v1::VERDICT_ERROR) return true;
  return IsRefused(open) || std::none_of(open.outcomes().begin(), open.outcomes().end(),
                                         [](const v1::RuleOutcome& outcome) {
                                           return outcome.status() == v1::STATUS_UNKNOWN;
                                         });
}

// Place of each rule in the order of decisions.
std::map<std::string, int> RuleOrder(const v1::Policy& policy) {
  std::map<std::string, int> order;
  const auto add = [&](const std::string& rule) {
    order.emplace(rule, static_cast<int>(order.size()));
  };
  for (const v1::ApprovalRule& rule : policy.approvals()) add(rule.id());
  for (const v1::PartPair& pair : policy.separation().pairs()) add(pair.id());
  for (const v1::Gate& gate : policy.gates()) add(gate.id());
  return order;
}

template <typename SubjectMessage>
class Search {
 public:
  Search(const CheckedPolicy& policy, const BoundOrganization& organization,
         const SubjectMessage& subject, const DecideOptions& options)
      : policy_(policy),
        organization_(organization),
        subject_(subject),
        options_(options),
        original_(policy, organization, subject, options.now),
        rule_order_(RuleOrder(policy.policy())) {
    options_.detail = v1::DETAIL_REASONS;
    options_.subject_digest = false;
  }

  absl::StatusOr<MissingFacts> Run() {
    CP_ASSIGN_OR_RETURN(const v1::Decision open, DecideOpen(subject_, kNoFact));
    limit_ = DecisionsFor(kMostMissingFactDecisions, subject_, open);
    CP_RETURN_IF_ERROR(Visit(subject_, {}, kNoFact, open));
    if (!IsExact()) CP_RETURN_IF_ERROR(MeetMore());
    return Answer();
  }

 private:
  struct Fact {
    std::string path;
    std::optional<FactPlace> place;
    std::vector<cel::Value> values;
    std::set<std::pair<int, std::string>> rules;  // by their order
    Literals literals;                            // of these rules
    // What was stated when it was met; one for all that are met together.
    std::shared_ptr<const SubjectMessage> met_in;
  };
  // The facts on which one decision depends.
  struct Meeting {
    FactFinder<SubjectMessage> facts;
    std::shared_ptr<const SubjectMessage> subject;  // once one of them is new
  };
  // Facts on which rules depend, and on how many of them each.
  using Candidates = std::map<int, int>;
  static constexpr int kNoFact = -1;

  absl::StatusOr<v1::Decision> DecideOpen(const SubjectMessage& subject, int unstated) {
    ++decisions_;
    DecideOptions options = options_;
    options.open_world = true;
    if (unstated != kNoFact) {
      // By the order that the lists have now.
      options.never_stated =
          FactFinder(policy_, organization_, subject, options_.now).PathOf(*facts_[unstated].place);
    }
    return Decide(policy_, organization_, subject, options);
  }

  // The facts' numbers are those of their first meeting, which is the same for every order of the
  // subject's lists.
  int Meet(Meeting* meeting, const std::string& path) {
    const bool has_index = path.find('[') != std::string::npos;
    if (!has_index) {
      const auto known = by_path_.find(path);
      if (known != by_path_.end()) return known->second;
    }
    auto place = meeting->facts.Find(path);
    const std::string key = place.has_value() ? place->key() : path;
    const auto [found, added] = by_key_.emplace(key, static_cast<int>(facts_.size()));
    if (added) {
      Fact& fact = facts_.emplace_back();
      fact.path = path;
      if (meeting->subject == nullptr) {
        meeting->subject = std::make_shared<const SubjectMessage>(meeting->facts.subject());
      }
      fact.met_in = meeting->subject;
      if (place.has_value()) {
        fact.values = ClosedValues(policy_, *place);
        if (has_index) fact.path = original_.PathOf(*place);
      }
      fact.place = std::move(place);
    }
    if (!has_index) by_path_.emplace(path, found->second);
    return found->second;
  }

  Candidates CandidatesOf(const SubjectMessage& subject, const v1::Decision& open) {
    Meeting meeting{.facts = FactFinder(policy_, organization_, subject, options_.now)};
    Candidates candidates;
    for (const v1::RuleOutcome& outcome : open.outcomes()) {
      if (outcome.status() != v1::STATUS_UNKNOWN) continue;
      const auto order = rule_order_.find(outcome.rule());
      const int place = order == rule_order_.end() ? -1 : order->second;
      for (const std::string& path : outcome.unknown()) {
        const int fact = Meet(&meeting, path);
        if (facts_[fact].rules.emplace(place, outcome.rule()).second) {
          facts_[fact].literals.Add(LiteralsBehind(policy_, outcome));
        }
        ++candidates[fact];
      }
    }
    for (const v1::Remark& remark : open.remarks()) {
      if (remark.id() != "transition-unknown" && remark.id() != "step-unknown") continue;
      for (const std::string& path : remark.about()) ++candidates[Meet(&meeting, path)];
    }
    return candidates;
  }

  // The one on which most rules depend, then by path; kNoFact where none has few values.
  int Choose(const Candidates& candidates) const {
    int best = kNoFact;
    int most = 0;
    for (const auto& [fact, rules] : candidates) {
      if (facts_[fact].values.empty()) continue;
      if (rules > most || (rules == most && facts_[fact].path < facts_[best].path)) {
        best = fact;
        most = rules;
      }
    }
    return best;
  }

  // `unstated` is the one fact that is left unknown on purpose.
  absl::Status Visit(const SubjectMessage& subject, const DecisionTree::Box& box, int unstated,
                     const v1::Decision& open) {
    given_up_ |= decisions_ >= limit_;
    if (given_up_) return absl::OkStatus();
    DecisionTree::Leaf leaf{.box = box, .unstated = unstated, .verdict = open.verdict()};
    if (IsCertain(open)) {
      tree_.leaves.push_back(std::move(leaf));
      return absl::OkStatus();
    }
    Candidates candidates = CandidatesOf(subject, open);
    candidates.erase(unstated);
    const int fact = Choose(candidates);
    if (fact == kNoFact) {
      for (const auto& [other, rules] : candidates) leaf.depends_on.insert(other);
      ++decisions_;
      CP_ASSIGN_OR_RETURN(const v1::Decision decision,
                          Decide(policy_, organization_, subject, options_));
      leaf.verdict = decision.verdict();
      tree_.leaves.push_back(std::move(leaf));
      return absl::OkStatus();
    }
    for (size_t i = 0; i < facts_[fact].values.size(); ++i) {
      SubjectMessage stated = subject;
      SetFact(*facts_[fact].place, facts_[fact].values[i], options_.now, &stated);
      CP_ASSIGN_OR_RETURN(const v1::Decision then, DecideOpen(stated, unstated));
      DecisionTree::Box within = box;
      within[fact] = static_cast<int>(i);
      if (!IsCertain(then) && CandidatesOf(stated, then).count(fact) > 0) {
        // Stated so it is as unknown as before.
        tree_.leaves.push_back({.box = std::move(within),
                                .unstated = unstated,
                                .verdict = then.verdict(),
                                .depends_on = {fact}});
        continue;
      }
      CP_RETURN_IF_ERROR(Visit(stated, within, unstated, then));
      if (given_up_) return absl::OkStatus();
    }
    if (unstated != kNoFact) return absl::OkStatus();
    CP_ASSIGN_OR_RETURN(const v1::Decision without, DecideOpen(subject, fact));
    return Visit(subject, box, fact, without);
  }

  bool IsExact() const {
    return !given_up_ && std::all_of(tree_.leaves.begin(), tree_.leaves.end(),
                                     [](const DecisionTree::Leaf& leaf) {
                                       return leaf.unstated != kNoFact || leaf.depends_on.empty();
                                     });
  }

  // Facts that come into play only once others are stated: the search may have ended before it met
  // them, or they are behind facts of too many values. Those are stated with the likeliest few.
  absl::Status MeetMore() {
    const int limit = decisions_ + limit_ / 4;
    for (size_t i = 0; given_up_ && i < facts_.size(); ++i) possible_.insert(static_cast<int>(i));
    for (size_t fact = 0; fact < facts_.size(); ++fact) {
      if (!facts_[fact].place.has_value()) continue;
      const FactPlace place = *facts_[fact].place;
      const std::shared_ptr<const SubjectMessage> met_in = facts_[fact].met_in;
      for (const cel::Value& value :
           OptionsOf(policy_, organization_, place, facts_[fact].literals, options_.now)) {
        if (decisions_ >= limit) return absl::OkStatus();
        SubjectMessage stated = *met_in;
        if (!SetFact(place, value, options_.now, &stated)) continue;
        CP_ASSIGN_OR_RETURN(const v1::Decision then, DecideOpen(stated, kNoFact));
        if (IsCertain(then)) continue;
        for (const auto& [other, rules] : CandidatesOf(stated, then)) {
          if (IsOfSubject(facts_[other])) possible_.insert(other);
        }
      }
    }
    return absl::OkStatus();
  }

  // Not of something that was only stated for a try.
  bool IsOfSubject(const Fact& fact) const {
    return fact.place.has_value() ? fact.place->HolderIn(subject_) != nullptr
                                  : fact.path.find('[') == std::string::npos;
  }

  MissingFacts Answer() {
    MissingFacts answer{.exact = IsExact(), .decisions = decisions_};
    for (const Fact& fact : facts_) {
      tree_.values.push_back(static_cast<int>(fact.values.size()));
    }
    for (size_t i = 0; i < facts_.size(); ++i) {
      const int fact = static_cast<int>(i);
      if (possible_.count(fact) == 0 && (given_up_ || !tree_.Matters(fact))) continue;
      v1::MissingFact& missing = answer.facts.emplace_back();
      missing.set_path(facts_[i].path);
      for (const cel::Value& value : facts_[i].values) {
        missing.add_values(value.ToString(kLongestValue));
      }
      if (!given_up_) missing.set_decides_permille(tree_.DecidesPermille(fact));
      for (const auto& [order, rule] : facts_[i].rules) missing.add_rules(rule);
    }
    std::sort(answer.facts.begin(), answer.facts.end(), [](const auto& a, const auto& b) {
      return std::make_pair(-a.decides_permille(), a.path()) <
             std::make_pair(-b.decides_permille(), b.path());
    });
    return answer;
  }

  const CheckedPolicy& policy_;
  const BoundOrganization& organization_;
  const SubjectMessage& subject_;
  DecideOptions options_;
  FactFinder<SubjectMessage> original_;
  int limit_ = 0;
  const std::map<std::string, int> rule_order_;
  std::vector<Fact> facts_;
  std::map<std::string, int> by_path_, by_key_;
  DecisionTree tree_;
  std::set<int> possible_;
  int decisions_ = 0;
  bool given_up_ = false;
};

}  // namespace

template <typename SubjectMessage>
absl::StatusOr<MissingFacts> FindMissingFacts(const CheckedPolicy& policy,
                                              const BoundOrganization& organization,
                                              const SubjectMessage& subject,
                                              const DecideOptions& options) {
  return Search<SubjectMessage>(policy, organization, subject, options).Run();
}

template absl::StatusOr<MissingFacts> FindMissingFacts(const CheckedPolicy&,
                                                       const BoundOrganization&,
                                                       const v1::ChangeRequest&,
                                                       const DecideOptions&);
template absl::StatusOr<MissingFacts> FindMissingFacts(const CheckedPolicy&,
                                                       const BoundOrganization&, const v1::Release&,
                                                       const DecideOptions&);

}  // namespace changepolicy
