// Which gates the index lets through: all that apply or might, and few others.
#include "libchangepolicy/program/rule_index.h"

#include <string>
#include <vector>

#include "changepolicy/v1/change.flat.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/flat/parse.h"
#include "libchangepolicy/program/policy_index.h"
#include "tests/engine/example.h"

namespace changepolicy {
namespace {

class NoHost : public ProgramHost {
 public:
  Datum Call(const ProgramCall&, absl::Span<const Datum>) override { return Datum::Open(); }
  void Meet(absl::Time) override {}
};

// Numbers of the gates with these conditions that may apply to the change.
std::vector<int32_t> Candidates(const std::vector<std::string>& conditions,
                                const v1::ChangeRequest& change) {
  std::string rules = "definitions:\n  late: {is: \"now > change.schedule.end\"}\ngates:\n";
  for (size_t i = 0; i < conditions.size(); ++i) {
    StrAppend(&rules, "  - {id: g", i, ", at: [DEPLOY], clause: C, must: \"false\", message: no, ",
              "applies_if: \"", conditions[i], "\"}\n");
  }
  const Policy policy = LoadOrDie(PolicyWith(rules));
  flat::Arena arena;
  flat::ChangeRequest subject;
  flat::ParseResult result;
  const std::string bytes = change.SerializeAsString();
  EXPECT_TRUE(flat::Parse(bytes, &subject, &arena, &result));
  NoHost host;
  ProgramEvaluator evaluator;
  evaluator.Begin(&policy.program(), &host, &arena, At("2026-03-02T10:00:00Z"));
  evaluator.SetMessage(ProgramVariable::kSubject, policy.program().subject_path(true), &subject);
  evaluator.Set(ProgramVariable::kCategory, Datum::Enum(v1::CATEGORY_NORMAL));
  RuleIndex::Scratch scratch;
  std::vector<int32_t> candidates;
  policy.index()
      .Gates(v1::SUBJECT_KIND_CHANGE, v1::TRANSITION_DEPLOY)
      .Find(&evaluator, &scratch, &candidates);
  return candidates;
}

v1::ChangeRequest Change() {
  return ReadChange(
      "id: C-1\nservices: [{id: pay, critical: true}, {id: web}]\nkinds: [CONFIGURATION]\n"
      "urgency: MEDIUM\nteam: core\n");
}

struct Row {
  std::string condition;
  bool may_apply;
};

TEST(RuleIndexTest, LeavesOutWhatOneTestExcludes) {
  const std::vector<Row> rows = {
      {"change.services.exists(s, s.id == 'pay')", true},
      {"change.services.exists(s, s.id == 'mail')", false},
      {"change.services.exists(s, s.id in ['mail', 'web'])", true},
      {"ChangeKind.CONFIGURATION in change.kinds", true},
      {"ChangeKind.OS_UPDATE in change.kinds", false},
      {"change.kinds.exists(k, k == ChangeKind.OS_UPDATE)", false},
      {"category == Category.NORMAL", true},
      {"category == Category.EMERGENCY", false},
      {"Category.EMERGENCY == category", false},
      {"category in [Category.STANDARD, Category.EMERGENCY]", false},
      {"category != Category.NORMAL", false},
      {"change.urgency >= Urgency.HIGH", false},
      {"change.urgency < Urgency.HIGH", true},
      {"change.team == 'edge'", false},
      // Two tests, of which one excludes it, in either order.
      {"change.team == 'core' && category == Category.EMERGENCY", false},
      {"category == Category.EMERGENCY && change.team == 'core'", false},
      {"change.team == 'core' && category == Category.NORMAL", true},
      // Whatever is no test of one attribute is left to the rule itself.
      {"change.team == 'edge' || category == Category.EMERGENCY", true},
      {"!(change.team == 'core')", true},
      {"size(change.services) > 5", true},
      // Nobody said what it is: the rule is unknown, and told.
      {"change.rollback.irreversible", true},
      {"Environment.PRODUCTION in change.environments", true},
      // What is compared with the clock is told, unless something before it is false.
      {"now > change.schedule.end && category == Category.EMERGENCY", true},
      {"category == Category.EMERGENCY && now > change.schedule.end", false},
      {"category == Category.EMERGENCY && late", true},
      {"evidence.passed('unit') && category == Category.EMERGENCY", true},
  };
  std::vector<std::string> conditions;
  std::vector<int32_t> expected;
  for (size_t i = 0; i < rows.size(); ++i) {
    conditions.push_back(rows[i].condition);
    if (rows[i].may_apply) expected.push_back(static_cast<int32_t>(i));
  }
  EXPECT_EQ(Candidates(conditions, Change()), expected);
}

// Values that many rules ask for are kept as words of bits, others one by one.
TEST(RuleIndexTest, OfAThousandRulesThoseOfTheServiceRemain) {
  std::vector<std::string> conditions;
  for (int i = 0; i < 1000; ++i) {
    conditions.push_back(StrCat("change.services.exists(s, s.id == '", i == 700 ? "pay" : "other",
                                "') && category == Category.", i % 2 == 0 ? "NORMAL" : "STANDARD"));
  }
  EXPECT_EQ(Candidates(conditions, Change()), std::vector<int32_t>{700});
}

TEST(RuleIndexTest, WithoutRulesNothingRemains) { EXPECT_TRUE(Candidates({}, Change()).empty()); }

}  // namespace
}  // namespace changepolicy
