#include "libchangepolicy/trial/clauses.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "changepolicy/v1/decision.pb.h"

namespace changepolicy {
namespace {

// Clauses, and for each how telling a case is of it: the smaller, the more.
using Clauses = std::map<std::string, int>;

constexpr int kNotNamed = 1000;  // beside the number of clauses that a rule carries

void AddClause(const std::string& clause, int rank, Clauses* clauses) {
  const auto [entry, is_new] = clauses->emplace(clause, rank);
  if (!is_new) entry->second = std::min(entry->second, rank);
}

bool Blocks(const v1::RuleOutcome& outcome) {
  return outcome.status() != v1::STATUS_SATISFIED &&
         outcome.status() != v1::STATUS_NOT_APPLICABLE && outcome.status() != v1::STATUS_WAIVED &&
         outcome.status() != v1::STATUS_OVERRIDDEN;
}

// What one case tells.
class Reader {
 public:
  explicit Reader(const CaseResult& result)
      : result_(result), named_(result.named.begin(), result.named.end()) {}

  Clauses HeldIn(const google::protobuf::RepeatedPtrField<v1::RuleOutcome>& outcomes) const {
    Clauses held;
    for (const v1::RuleOutcome& outcome : outcomes) {
      if (outcome.status() == v1::STATUS_SATISFIED) Add(outcome.rule(), outcome.clauses(), &held);
    }
    return held;
  }

  Clauses HeldIn(const v1::Decision& decision) const {
    const v1::Policy& policy = result_.policy->proto();
    Clauses held = HeldIn(decision.outcomes());
    for (const v1::RuleOutcome& outcome : decision.outcomes()) {
      if (outcome.status() == v1::STATUS_WAIVED) {
        Add(outcome.rule(), policy.exceptions().clauses(), &held);
      }
      if (outcome.status() != v1::STATUS_OVERRIDDEN) continue;
      for (const v1::OverrideRule& rule : policy.overrides()) {
        const auto& rules = rule.rules();
        if (std::find(rules.begin(), rules.end(), outcome.rule()) != rules.end()) {
          Add(outcome.rule(), rule.clauses(), &held);
        }
      }
    }
    if (decision.categorization().status() == v1::STATUS_SATISFIED) {
      Add("", decision.categorization().clauses(), &held);
    }
    if (decision.priority().status() == v1::STATUS_SATISFIED) {
      Add("", decision.priority().clauses(), &held);
    }
    for (const v1::ObligationDue& owed : decision.obligations()) {
      Add(owed.rule(), owed.clauses(), &held);
    }
    return held;
  }

  // The clauses that everything carries which blocks; none where nothing does.
  Clauses CommonOf(const std::vector<const v1::RuleOutcome*>& outcomes) const {
    std::optional<std::set<std::string>> common;
    bool is_named = false;
    for (const v1::RuleOutcome* const outcome : outcomes) {
      if (!Blocks(*outcome)) continue;
      is_named = is_named || named_.count(outcome->rule()) > 0;
      const std::set<std::string> carried(outcome->clauses().begin(), outcome->clauses().end());
      std::set<std::string> both;
      if (common.has_value()) {
        std::set_intersection(common->begin(), common->end(), carried.begin(), carried.end(),
                              std::inserter(both, both.end()));
      }
      common = common.has_value() ? both : carried;
    }
    Clauses clauses;
    for (const std::string& clause : common.value_or(std::set<std::string>())) {
      AddClause(clause, static_cast<int>(common->size()) + (is_named ? 0 : kNotNamed), &clauses);
    }
    return clauses;
  }

  // Of a claim that was refused: the first rule that gives what was claimed.
  Clauses RefusedClaim(const v1::Decision& decision) const {
    Clauses refused;
    if (!decision.categorization().differs()) return refused;
    for (const v1::CategoryRule& rule : result_.policy->proto().categories()) {
      if (rule.category() != decision.categorization().claimed()) continue;
      Add("", rule.clauses(), &refused);
      break;
    }
    return refused;
  }

 private:
  void Add(const std::string& rule, const google::protobuf::RepeatedPtrField<std::string>& list,
           Clauses* clauses) const {
    const int rank = list.size() + (named_.count(rule) > 0 ? 0 : kNotNamed);
    for (const std::string& clause : list) AddClause(clause, rank, clauses);
  }

  const CaseResult& result_;
  const std::set<std::string> named_;
};

std::vector<const v1::RuleOutcome*> PointersTo(
    const google::protobuf::RepeatedPtrField<v1::RuleOutcome>& outcomes) {
  std::vector<const v1::RuleOutcome*> pointers;
  for (const v1::RuleOutcome& outcome : outcomes) pointers.push_back(&outcome);
  return pointers;
}

ShownOn KindOf(v1::LintTarget target) {
  switch (target) {
    case v1::LINT_TARGET_ORGANIZATION:
      return ShownOn::kOrganization;
    case v1::LINT_TARGET_POPULATION:
      return ShownOn::kPopulation;
    default:
      return ShownOn::kPolicy;
  }
}

class Collector {
 public:
  explicit Collector(const v1::Policy& policy) {
    for (const auto& [clause, unused] : policy.clauses()) rows_[clause];
  }

  void Add(const std::string& suite, const CaseResult& result) {
    const Reader reader(result);
    const CaseName name{suite, result.name};
    if (result.decision.has_value() && result.policy.has_value()) {
      Note(reader.HeldIn(*result.decision), ShownOn::kSubject, &Row::passes, name);
      Clauses failed = reader.CommonOf(PointersTo(result.decision->outcomes()));
      for (const auto& [clause, rank] : reader.RefusedClaim(*result.decision)) {
        AddClause(clause, rank, &failed);
      }
      Note(failed, ShownOn::kSubject, &Row::fails_alone, name);
    }
    AddLints(reader, name, result);
  }

  std::vector<ClauseEvidence> Finish() {
    std::vector<ClauseEvidence> evidence;
    for (auto& [clause, row] : rows_) {
      ClauseEvidence& one = evidence.emplace_back();
      one.clause = clause;
      for (size_t kind = 0; kind < kAllShownOn.size(); ++kind) {
        one.passes[kind] = InOrder(std::move(row.passes[kind]));
        one.fails_alone[kind] = InOrder(std::move(row.fails_alone[kind]));
      }
    }
    return evidence;
  }

 private:
  using Ranked = std::array<std::vector<std::pair<int, CaseName>>, 4>;
  struct Row {
    Ranked passes, fails_alone;
  };

  // What fails alone fails alone among all that the case asked.
  void AddLints(const Reader& reader, const CaseName& name, const CaseResult& result) {
    std::vector<const v1::RuleOutcome*> all;
    for (const auto& [target, answer] : result.lints) {
      const auto outcomes = PointersTo(answer.outcomes());
      all.insert(all.end(), outcomes.begin(), outcomes.end());
    }
    const Clauses failed = reader.CommonOf(all);
    for (const auto& [target, answer] : result.lints) {
      Note(reader.HeldIn(answer.outcomes()), KindOf(target), &Row::passes, name);
      if (std::any_of(answer.outcomes().begin(), answer.outcomes().end(), Blocks)) {
        Note(failed, KindOf(target), &Row::fails_alone, name);
      }
    }
  }

  void Note(const Clauses& clauses, ShownOn kind, Ranked Row::*cases, const CaseName& name) {
    for (const auto& [clause, rank] : clauses) {
      const auto row = rows_.find(clause);
      if (row != rows_.end()) {
        (row->second.*cases)[static_cast<size_t>(kind)].emplace_back(rank, name);
      }
    }
  }

  static std::vector<CaseName> InOrder(std::vector<std::pair<int, CaseName>> ranked) {
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<CaseName> cases;
    for (auto& [rank, name] : ranked) cases.push_back(std::move(name));
    return cases;
  }

  std::map<std::string, Row> rows_;
};

}  // namespace

std::string_view ShownOnName(ShownOn kind) {
  switch (kind) {
    case ShownOn::kPolicy:
      return "policy";
    case ShownOn::kOrganization:
      return "organization";
    case ShownOn::kPopulation:
      return "population";
    case ShownOn::kSubject:
      break;
  }
  return "subject";
}

bool ClauseEvidence::IsShownOn(ShownOn kind) const {
  const auto at = static_cast<size_t>(kind);
  return !passes[at].empty() && !fails_alone[at].empty();
}

bool ClauseEvidence::IsShown() const {
  return std::any_of(kAllShownOn.begin(), kAllShownOn.end(),
                     [&](ShownOn kind) { return IsShownOn(kind); });
}

std::vector<ClauseEvidence> FindClauseEvidence(const Policy& policy,
                                               const std::vector<SuiteResult>& suites) {
  Collector collector(policy.proto());
  for (const SuiteResult& suite : suites) {
    if (!suite.policy.has_value() || suite.policy->digest() != policy.digest()) continue;
    for (const CaseResult& result : suite.cases) {
      if (result.differences.empty()) collector.Add(suite.title, result);
    }
  }
  return collector.Finish();
}

}  // namespace changepolicy
