#include "libchangepolicy/eval/fix_approvals.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "absl/strings/numbers.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

// The roles that the slot at `path` of a requirement names, sorted.
std::vector<std::string> RolesOf(const v1::Requirement& needs, std::string_view path) {
  const v1::Requirement* at = &needs;
  while (!path.empty()) {
    const size_t open = path.find('[');
    const size_t close = path.find(']');
    if (open == std::string_view::npos || close == std::string_view::npos) break;
    const std::string_view list = path.substr(0, open);
    int index = 0;
    if (!absl::SimpleAtoi(ToAbsl(path.substr(open + 1, close - open - 1)), &index)) break;
    const auto& children = list == "all"   ? at->all()
                           : list == "any" ? at->any()
                                           : at->some_of().among();
    if (index >= children.size()) break;
    at = &children[index];
    path.remove_prefix(std::min(path.size(), close + 2));
  }
  std::set<std::string> roles(at->of().roles().begin(), at->of().roles().end());
  if (!at->of().role().empty()) roles.insert(at->of().role());
  return {roles.begin(), roles.end()};
}

}  // namespace

std::vector<v1::FixStep> ApprovalsFor(const v1::Policy& policy, const v1::RuleOutcome& outcome) {
  std::vector<v1::FixStep> steps;
  for (const v1::ApprovalRule& rule : policy.approvals()) {
    if (rule.id() != outcome.rule() || outcome.kind() != "approval") continue;
    for (const v1::Suggestion& suggestion : outcome.approval().suggestions()) {
      v1::FixStep& step = steps.emplace_back();
      step.set_kind(v1::FIX_KIND_APPROVAL);
      step.set_what(rule.criterion());
      step.set_person(suggestion.person());
      const std::vector<std::string> roles = RolesOf(rule.needs(), suggestion.slot());
      *step.mutable_roles() = {roles.begin(), roles.end()};
    }
  }
  return steps;
}

}  // namespace changepolicy
