#include "libchangepolicy/trial/comparison.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {

namespace {

// Enum values as expectations write them.
std::string Short(const std::string& name, std::string_view prefix) {
  return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}
std::string Text(v1::Verdict value) { return Short(v1::Verdict_Name(value), "VERDICT_"); }
std::string Text(v1::Status value) { return Short(v1::Status_Name(value), "STATUS_"); }
std::string Text(v1::Category value) { return Short(v1::Category_Name(value), "CATEGORY_"); }
std::string Text(v1::RiskLevel value) { return Short(v1::RiskLevel_Name(value), "RISK_LEVEL_"); }
std::string Text(v1::Priority value) { return Short(v1::Priority_Name(value), "PRIORITY_"); }

template <typename List>
std::string Join(const List& list) {
  std::string text;
  for (const auto& each : list) StrAppend(&text, text.empty() ? "" : ", ", each);
  return text.empty() ? "none" : text;
}

bool Blocks(v1::Status status) {
  return status != v1::STATUS_SATISFIED && status != v1::STATUS_NOT_APPLICABLE &&
         status != v1::STATUS_WAIVED && status != v1::STATUS_OVERRIDDEN;
}

class Comparison {
 public:
  Comparison(const v1::Expectation& expected, const Seen& seen, std::vector<std::string>* out)
      : expected_(expected), seen_(seen), out_(*out) {}

  void Run() {
    CompareRules();
    if (!seen_.decision.has_value()) return;
    const v1::Decision& decision = *seen_.decision;
    if (expected_.verdict() != v1::VERDICT_UNSPECIFIED) {
      Compare("verdict", Text(expected_.verdict()), Text(decision.verdict()), Holding());
    }
    if (expected_.category() != v1::CATEGORY_UNSPECIFIED) {
      Compare("category", Text(expected_.category()), Text(decision.categorization().category()),
              StrCat(" by ", decision.categorization().rule()));
    }
    if (expected_.risk() != v1::RISK_LEVEL_UNSPECIFIED) {
      Compare("risk", Text(expected_.risk()), Text(decision.risk().level()), Points());
    }
    if (expected_.has_score()) {
      Compare("score", StrCat(expected_.score()), StrCat(decision.risk().score()), Points());
    }
    if (expected_.priority() != v1::PRIORITY_UNSPECIFIED) {
      Compare("priority", Text(expected_.priority()), Text(decision.priority().priority()), "");
    }
    CompareLegal(decision);
    if (expected_.implied_kind() != v1::RELEASE_KIND_UNSPECIFIED) {
      const v1::Categorization& categorization = decision.categorization();
      Compare("implied kind", ValueName(expected_.implied_kind()),
              ValueName(categorization.implied_release_kind()),
              StrCat(" by ", Join(categorization.implied_by())));
    }
    CompareBlocking(decision);
    CompareObligations(decision);
    CompareRemarks(decision);
    CompareSuggestions(decision);
    CompareMissing(decision.explanation());
    CompareAftercare(decision.aftercare());
  }

 private:
  void Compare(std::string_view what, const std::string& expected, const std::string& found,
               const std::string& why) {
    if (expected != found) {
      out_.push_back(StrCat("expected ", what, " ", expected, ", found ", found, why));
    }
  }

  void CompareLegal(const v1::Decision& decision) {
    if (expected_.legal().empty()) return;
    const auto names = [](const google::protobuf::RepeatedField<int>& transitions) {
      std::set<std::string> sorted;
      for (const int transition : transitions) {
        sorted.insert(ValueName(static_cast<v1::Transition>(transition)));
      }
      return Join(sorted);
    };
    Compare("legal transitions", names(expected_.legal()), names(decision.legal_transitions()), "");
  }

  std::string Holding() const {
    std::string text;
    for (const v1::RuleOutcome& outcome : seen_.decision->outcomes()) {
      if (Blocks(outcome.status())) {
        StrAppend(&text, text.empty() ? " (" : ", ", outcome.rule(), " ", Text(outcome.status()));
      }
    }
    for (const v1::Remark& remark : seen_.decision->remarks()) {
      StrAppend(&text, text.empty() ? " (" : ", ", remark.id());
    }
    return text.empty() ? "" : text + ")";
  }

  std::string Points() const {
    std::string text;
    for (const v1::RiskPoint& point : seen_.decision->risk().points()) {
      StrAppend(&text, text.empty() ? " (" : ", ", point.factor(), " ", point.points());
    }
    return text.empty() ? "" : text + ")";
  }

  void CompareRules() {
    std::map<std::string, v1::Status> expected;
    for (const auto& [rule, status] : expected_.rules()) {
      expected[rule] = static_cast<v1::Status>(status);
    }
    for (const auto& [rule, status] : expected) {
      const auto found = seen_.rules.find(rule);
      if (found == seen_.rules.end()) {
        out_.push_back(StrCat("expected ", rule, " ", Text(status),
                              ", found no such rule among those that were asked"));
      } else {
        Compare(rule, Text(status), Text(found->second), "");
      }
    }
  }

  void CompareSets(std::string_view what,
                   const google::protobuf::RepeatedPtrField<std::string>& list,
                   const std::set<std::string>& found, bool exactly) {
    const std::set<std::string> expected(list.begin(), list.end());
    const bool all = std::includes(found.begin(), found.end(), expected.begin(), expected.end());
    if (!all || (exactly && expected != found)) {
      out_.push_back(StrCat("expected ", what, " ", Join(expected), ", found ", Join(found)));
    }
  }

  void CompareBlocking(const v1::Decision& decision) {
    if (expected_.blocked_by().empty()) return;
    std::set<std::string> blocking;
    for (const v1::RuleOutcome& outcome : decision.outcomes()) {
      if (Blocks(outcome.status())) blocking.insert(outcome.rule());
    }
    CompareSets("to be held by", expected_.blocked_by(), blocking, true);
  }

  void CompareObligations(const v1::Decision& decision) {
    if (expected_.obligations().empty() && !expected_.only_obligations()) return;
    std::set<std::string> owed;
    for (const v1::ObligationDue& due : decision.obligations()) owed.insert(due.rule());
    CompareSets("obligations", expected_.obligations(), owed, expected_.only_obligations());
  }

  void CompareRemarks(const v1::Decision& decision) {
    std::set<std::string> remarks;
    for (const v1::Remark& remark : decision.remarks()) remarks.insert(remark.id());
    CompareSets("remarks", expected_.remarks(), remarks, false);
  }

  void CompareSuggestions(const v1::Decision& decision) {
    if (expected_.suggestions().empty()) return;
    std::set<std::string> people;
    for (const v1::RuleOutcome& outcome : decision.outcomes()) {
      for (const v1::Suggestion& suggestion : outcome.approval().suggestions()) {
        people.insert(suggestion.person());
      }
    }
    CompareSets("suggestions", expected_.suggestions(), people, true);
  }

  void CompareMissing(const v1::Explanation& explanation) {
    if (expected_.missing_facts().empty()) return;
    std::set<std::string> paths;
    for (const v1::MissingFact& fact : explanation.missing()) paths.insert(fact.path());
    CompareSets("missing facts", expected_.missing_facts(), paths, true);
  }

  void CompareAftercare(const v1::Aftercare& aftercare) {
    const std::string why =
        aftercare.failing().empty() ? "" : StrCat(" (", Join(aftercare.failing()), ")");
    if (expected_.health() != v1::HEALTH_UNSPECIFIED) {
      Compare("health", ValueName(expected_.health()), ValueName(aftercare.health()), why);
    }
    if (expected_.advised() != v1::TRANSITION_UNSPECIFIED) {
      Compare("to be advised", ValueName(expected_.advised()), ValueName(aftercare.advised()), why);
    }
  }

  const v1::Expectation& expected_;
  const Seen& seen_;
  std::vector<std::string>& out_;
};

}  // namespace

std::vector<std::string> Differences(const v1::Expectation& expected, const Seen& seen) {
  std::vector<std::string> differences;
  Comparison(expected, seen, &differences).Run();
  return differences;
}

}  // namespace changepolicy
