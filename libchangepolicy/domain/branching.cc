#include "libchangepolicy/domain/branching.h"

#include <algorithm>

namespace changepolicy {
namespace {

constexpr size_t kLongestName = 1000;

bool TakePrefix(std::string_view prefix, std::string_view* text) {
  if (text->substr(0, prefix.size()) != prefix) return false;
  text->remove_prefix(prefix.size());
  return true;
}

bool EndsWith(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

bool IsGoodComponent(std::string_view component) {
  return !component.empty() && component.front() != '.' && !EndsWith(component, ".lock");
}

// By the rules of git-check-ref-format.
bool IsBranchName(std::string_view name) {
  if (name.empty() || name.size() > kLongestName || name.front() == '-' || name.back() == '.') {
    return false;
  }
  if (name.find("..") != name.npos || name.find("@{") != name.npos) return false;
  constexpr std::string_view kForbidden = " ~^:?*[\\\x7f";
  const bool forbidden = std::any_of(name.begin(), name.end(), [kForbidden](char c) {
    return static_cast<unsigned char>(c) < 0x20 || kForbidden.find(c) != kForbidden.npos;
  });
  if (forbidden) return false;
  while (true) {
    const size_t slash = name.find('/');
    if (!IsGoodComponent(name.substr(0, slash))) return false;
    if (slash == name.npos) return true;
    name.remove_prefix(slash + 1);
  }
}

// Two or three numbers with dots between them.
bool IsLine(std::string_view text) {
  for (int numbers = 1;; ++numbers) {
    const size_t digits =
        std::find_if_not(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) -
        text.begin();
    if (digits == 0) return false;
    text.remove_prefix(digits);
    if (text.empty()) return numbers == 2 || numbers == 3;
    if (!TakePrefix(".", &text)) return false;
  }
}

}  // namespace

bool ConformsToStrategy(v1::BranchingStrategy strategy, std::string_view branch) {
  TakePrefix("refs/heads/", &branch);
  if (!IsBranchName(branch)) return false;
  std::string_view rest = branch;
  const bool is_main = branch == "main" || branch == "master";
  switch (strategy) {
    case v1::BRANCHING_STRATEGY_GITFLOW:
      return is_main || TakePrefix("release/", &rest) || TakePrefix("hotfix/", &rest);
    case v1::BRANCHING_STRATEGY_TRUNK_BASED:
      if (is_main || branch == "trunk") return true;
      return (TakePrefix("release/", &rest) || TakePrefix("release-", &rest)) && !rest.empty();
    case v1::BRANCHING_STRATEGY_RELEASE_BRANCHES:
      return (TakePrefix("release/", &rest) || TakePrefix("release-", &rest)) && IsLine(rest);
    default:
      return false;
  }
}

}  // namespace changepolicy
