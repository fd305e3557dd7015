#include "libchangepolicy/check/release_rules.h"

#include <map>
#include <string_view>
#include <vector>

#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/domain/name_pattern.h"

namespace changepolicy {

void ReleaseRuleChecker::CheckBranching() {
  std::map<v1::BranchingStrategy, std::string> rule_of;
  for (const v1::BranchingRule& rule : policy_.branching()) {
    const std::string element = StrCat("branching[", rule.id(), "]");
    CheckClauses(rule, element, clauses_);
    if (rule.strategy() == v1::BRANCHING_STRATEGY_UNSPECIFIED) {
      Report("no-strategy", "does not say of which strategy it is", "like `strategy: TRUNK_BASED`",
             element);
    } else if (const auto [first, added] = rule_of.emplace(rule.strategy(), rule.id()); !added) {
      Report(
          "duplicate-strategy",
          StrCat("`", first->second, "` is of the strategy `", ValueName(rule.strategy()), "` too"),
          "make one of the two", element + ".strategy");
    }
    CheckPatterns(rule.release_branches(), element + ".release_branches");
    CheckPatterns(rule.change_branches(), element + ".change_branches");
    CheckPatterns(rule.target_branches(), element + ".target_branches");
    CheckPatterns(rule.candidate_tags(), element + ".candidate_tags");
    CheckPatterns(rule.final_tags(), element + ".final_tags");
  }
}

void ReleaseRuleChecker::CheckPatterns(
    const google::protobuf::RepeatedPtrField<std::string>& patterns, const std::string& element) {
  for (int i = 0; i < patterns.size(); ++i) {
    const PatternMistake mistake = FindPatternMistake(patterns[i]);
    if (mistake.message.empty()) continue;
    const std::vector<std::string_view> words(PatternWords().begin(), PatternWords().end());
    const std::string_view nearest =
        mistake.unknown_word.empty() ? "" : Nearest(mistake.unknown_word, words);
    Report("name-pattern", mistake.message,
           nearest.empty() ? std::string("a pattern is text with `*`, `**`, `<version>`, "
                                         "`<candidate>` and `<line>`, like `release/<line>`")
                           : StrCat("did you mean `", nearest, "`?"),
           StrCat(element, "[", i, "]"));
  }
}

void ReleaseRuleChecker::CheckCompatibility() {
  const v1::EvidenceRules& evidence = policy_.evidence();
  const std::set<std::string> types(evidence.types().begin(), evidence.types().end());
  for (int i = 0; i < evidence.compatibility_size(); ++i) {
    CheckNamed(evidence.compatibility(i), types, "type of evidence", "unknown-evidence",
               StrCat("evidence.compatibility[", i, "]"), "declare it in `evidence.types`");
  }
}

void ReleaseRuleChecker::CheckCriteria() {
  for (const v1::Criterion& criterion : policy_.criteria()) {
    const std::string element = StrCat("criteria[", criterion.id(), "]");
    CheckClauses(criterion, element, clauses_);
    if (criterion.has_confirmed_by()) {
      requirements_.CheckEligible(criterion.confirmed_by(), element + ".confirmed_by");
    } else {
      Report("nobody-eligible", "does not say who may confirm it",
             "write `confirmed_by: {role: ...}`", element);
    }
  }
}

}  // namespace changepolicy
