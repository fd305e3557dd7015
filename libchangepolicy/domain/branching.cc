#include "libchangepolicy/domain/branching.h"

#include <initializer_list>

#include "libchangepolicy/domain/name_pattern.h"

namespace changepolicy {
namespace {

using Names = std::initializer_list<const char*>;
using Patterns = google::protobuf::RepeatedPtrField<std::string>;

constexpr Names kShortLived = {"main",    "master",      "trunk",     "feature/**",
                               "fix/**",  "bugfix/**",   "hotfix/**", "chore/**",
                               "docs/**", "refactor/**", "test/**"};

v1::BranchingRule MakeRule(v1::BranchingStrategy strategy, Names releases, Names changes,
                           Names targets) {
  v1::BranchingRule rule;
  rule.set_strategy(strategy);
  *rule.mutable_release_branches() = {releases.begin(), releases.end()};
  *rule.mutable_change_branches() = {changes.begin(), changes.end()};
  *rule.mutable_target_branches() = {targets.begin(), targets.end()};
  for (const char* const prefix : {"", "**/", "**-", "**_", "**@"}) {
    rule.add_candidate_tags(std::string(prefix) + "<candidate>");
    rule.add_final_tags(std::string(prefix) + "<version>");
  }
  return rule;
}

const v1::BranchingRule* DefaultRule(v1::BranchingStrategy strategy) {
  static const auto& gitflow = *new v1::BranchingRule(
      MakeRule(v1::BRANCHING_STRATEGY_GITFLOW, {"main", "master", "release/**", "hotfix/**"},
               {"feature/**", "bugfix/**", "hotfix/**", "release/**", "support/**"},
               {"develop", "main", "master", "release/**", "support/**"}));
  static const auto& trunk_based = *new v1::BranchingRule(MakeRule(
      v1::BRANCHING_STRATEGY_TRUNK_BASED, {"main", "master", "trunk", "release/**", "release-**"},
      kShortLived, {"main", "master", "trunk"}));
  static const auto& release_branches = *new v1::BranchingRule(
      MakeRule(v1::BRANCHING_STRATEGY_RELEASE_BRANCHES, {"release/<line>", "release-<line>"},
               kShortLived, {"main", "master", "trunk", "release/<line>", "release-<line>"}));
  switch (strategy) {
    case v1::BRANCHING_STRATEGY_GITFLOW:
      return &gitflow;
    case v1::BRANCHING_STRATEGY_TRUNK_BASED:
      return &trunk_based;
    case v1::BRANCHING_STRATEGY_RELEASE_BRANCHES:
      return &release_branches;
    default:
      return nullptr;
  }
}

bool Admits(const Patterns& patterns, std::string_view prefix, std::string_view name) {
  if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  return IsRefName(name) && MatchesAnyName(patterns, name);
}

bool AdmitsBranch(const v1::BranchingRule* rule,
                  const Patterns& (v1::BranchingRule::*patterns)() const, std::string_view branch) {
  return rule != nullptr && Admits((rule->*patterns)(), "refs/heads/", branch);
}

}  // namespace

const v1::BranchingRule* FindBranchingRule(v1::BranchingStrategy strategy,
                                           const v1::Policy& policy) {
  if (strategy == v1::BRANCHING_STRATEGY_UNSPECIFIED) return nullptr;
  for (const v1::BranchingRule& rule : policy.branching()) {
    if (rule.strategy() == strategy) return &rule;
  }
  return DefaultRule(strategy);
}

bool ConformsToStrategy(v1::BranchingStrategy strategy, std::string_view branch,
                        const v1::Policy& policy) {
  return AdmitsBranch(FindBranchingRule(strategy, policy), &v1::BranchingRule::release_branches,
                      branch);
}

bool WorksOnBranch(v1::BranchingStrategy strategy, std::string_view branch,
                   const v1::Policy& policy) {
  return AdmitsBranch(FindBranchingRule(strategy, policy), &v1::BranchingRule::change_branches,
                      branch);
}

bool GoesIntoBranch(v1::BranchingStrategy strategy, std::string_view branch,
                    const v1::Policy& policy) {
  return AdmitsBranch(FindBranchingRule(strategy, policy), &v1::BranchingRule::target_branches,
                      branch);
}

bool IsTagOfStrategy(v1::BranchingStrategy strategy, v1::TagKind kind, std::string_view tag,
                     const v1::Policy& policy) {
  const v1::BranchingRule* const rule = FindBranchingRule(strategy, policy);
  if (rule == nullptr || kind == v1::TAG_KIND_UNSPECIFIED) return false;
  return Admits(kind == v1::TAG_KIND_CANDIDATE ? rule->candidate_tags() : rule->final_tags(),
                "refs/tags/", tag);
}

}  // namespace changepolicy
