// What the loader says of requirements beside mistakes (problems_test.cc).
#include <string>

#include "gtest/gtest.h"
#include "libchangepolicy/check/load.h"

namespace changepolicy {
namespace {

LoadResult LoadRules(const std::string& rules) {
  static std::string text;
  text = R"(policy: {id: base, version: "1"}
clauses: {C: {title: One}}
roles: [cab, security]
risk: {levels: [{level: LOW, from: 0}]}
categories: [{id: normal, category: NORMAL, applies_if: "true", clause: C}]
approvals:
)" + rules;
  return LoadPolicy({{"base.yaml", text}});
}

TEST(Requirement, AGroupOfOneSlotIsAWarning) {
  LoadResult result = LoadRules(
      "  - {id: a, clause: C, needs: {at_least: 1, of: {role: cab}, distinct: reviewers}}\n"
      "  - {id: b, clause: C, needs: {at_least: 1, of: {role: cab}, distinct: [reviewers, eyes]}}\n"
      "  - {id: c, clause: C, needs: {at_least: 1, of: {role: security}, distinct: reviewrs}}\n"
      "  - {id: d, clause: C, needs: {at_least: 1, of: {role: security}, distinct: [eyes]}}\n");
  ASSERT_NE(result.policy, nullptr) << ToText(result.issues);
  EXPECT_EQ(
      ToText(result.issues),
      R"(base.yaml:9:77: warning: no other slot names the group `reviewrs`, which keeps nobody apart so (at approvals[c].needs.distinct[0])
 9 |   - {id: c, clause: C, needs: {at_least: 1, of: {role: security}, distinct: reviewrs}}
   |                                                                             ^^^^^^^^
  help: did you mean `reviewers`?)");
}

}  // namespace
}  // namespace changepolicy
