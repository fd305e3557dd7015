// Which rules the index lets through: all that apply or might, and few others.
#include "libchangepolicy/program/rule_index.h"

#include <algorithm>
#include <random>
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

using List = PolicyIndex::List;

// A rule of the list, that stands on DEPLOY where the list has steps.
std::string RuleOf(List list, size_t number, const std::string& condition) {
  const std::string head =
      StrCat("{id: r", number, ", clause: C, applies_if: \"", condition, "\", ");
  switch (list) {
    case List::kFactors:
      return StrCat(head, "points: 1, dimension: SECURITY}");
    case List::kApprovals:
      return StrCat(head, "needs: {at_least: 1, of: {role: engineer}}}");
    case List::kObligations:
      return StrCat(
          head, "at: [DEPLOY], owner_role: lead, message: do, due_after: ", "\"duration('24h')\"}");
    case List::kGates:
      break;
  }
  return StrCat(head, "at: [DEPLOY], must: \"false\", message: no}");
}

std::string PolicyOf(List list, const std::vector<std::string>& conditions) {
  std::string rules;
  for (size_t i = 0; i < conditions.size(); ++i) {
    StrAppend(&rules, "\n    - ", RuleOf(list, i, conditions[i]));
  }
  if (conditions.empty()) rules = " []";
  std::string text = PolicyWith(
      "definitions:\n  late: {is: \"now > change.schedule.end\"}\n"
      "  of_edge: {is: \"change.team == 'edge' && size(change.title) > 0\"}\n"
      "  of_others: {is: \"change.team != 'core'\"}\n"
      "  teams: {is: \"['edge', 'web']\"}\n  many: {is: \"5\"}\n");
  if (list == List::kFactors) {
    const std::string_view none = "factors: []";
    return text.replace(text.find(none), none.size(), StrCat("factors:", rules));
  }
  return StrCat(text,
                list == List::kApprovals     ? "approvals:"
                : list == List::kObligations ? "obligations:"
                                             : "gates:",
                rules, "\n");
}

// Numbers of the rules of the list that may apply to the change.
std::vector<int32_t> Candidates(const Policy& policy, const v1::ChangeRequest& change,
                                List list = List::kGates) {
  flat::Arena arena;
  flat::ChangeRequest subject;
  flat::ParseResult result;
  const std::string bytes = change.SerializeAsString();
  EXPECT_TRUE(flat::Parse(bytes, &subject, &arena, &result));
  NoHost host;
  ProgramEvaluator evaluator;
  evaluator.Begin(&policy.program(), &host, &arena, At("2026-03-02T10:00:00Z"));
  evaluator.SetMessage(ProgramVariable::kSubject, policy.program().subject_path(true), &subject);
  if (list != List::kFactors) {
    evaluator.Set(ProgramVariable::kCategory, Datum::Enum(v1::CATEGORY_NORMAL));
  }
  RuleIndex::Scratch scratch;
  std::vector<int32_t> candidates;
  policy.index()
      .Find(list, v1::SUBJECT_KIND_CHANGE, v1::TRANSITION_DEPLOY)
      .Find(&evaluator, &scratch, &candidates);
  return candidates;
}

std::vector<int32_t> Candidates(const std::vector<std::string>& conditions,
                                const v1::ChangeRequest& change, List list = List::kGates) {
  return Candidates(LoadOrDie(PolicyOf(list, conditions)), change, list);
}

v1::ChangeRequest Change() {
  return ReadChange(
      "id: C-1\nservices: [{id: pay, critical: true}, {id: web}]\nkinds: [CONFIGURATION]\n"
      "urgency: MEDIUM\nteam: core\nbranch: release/2026.3\n"
      "paths: [infra/net/vpc.tf, infra/net/vpn.tf, readme.md]\n"
      "rollback: {duration: 91.25s}\nschedule: {start: 2026-03-02T09:30:00Z}\n");
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
      {"size(change.services) > size(change.kinds)", true},
      {"change.team == 'edge' || change.urgency == Urgency.HIGH", true},
      // Orders of whole numbers and times, on either side.
      {"size(change.services) > 5", false},
      {"size(change.services) > 1", true},
      {"size(change.services) >= 2 && size(change.services) <= 2", true},
      {"size(change.services) < 2", false},
      {"2 < size(change.services)", false},
      {"2 >= size(change.services)", true},
      {"size(change.services) > 9223372036854775807", true},
      {"change.rollback.duration <= duration('30m')", true},
      {"change.rollback.duration <= duration('30.5s')", false},
      {"change.rollback.duration > duration('90.5s')", true},
      {"change.rollback.duration > duration('91s')", true},
      {"change.rollback.duration > duration('92s')", false},
      {"change.schedule.start.getHours() >= 8 && change.schedule.start.getHours() < 12", true},
      {"change.schedule.start.getHours('Asia/Tokyo') < 12", false},
      {"change.schedule.start < timestamp('2026-03-01T00:00:00Z')", false},
      {"change.urgency > Urgency.HIGH", false},
      {"Urgency.LOW < change.urgency", true},
      {"change.kinds.exists(k, k > ChangeKind.CONFIGURATION)", false},
      // Beginnings and ends of texts.
      {"change.branch.startsWith('release/')", true},
      {"change.branch.startsWith('release/2026.3.1')", false},
      {"change.branch.startsWith('')", true},
      // The text whole, and with one more.
      {"change.branch.startsWith('release/2026.3')", true},
      {"change.branch.endsWith('release/2026.3')", true},
      {"change.branch.endsWith('/release/2026.3')", false},
      {"change.paths.exists(p, p.endsWith('readme.md'))", true},
      {"change.branch.endsWith('.3')", true},
      {"change.branch.endsWith('.4')", false},
      {"change.paths.exists(p, p.startsWith('infra/'))", true},
      {"change.paths.exists(p, p.startsWith('infra/net/dns/'))", false},
      {"change.paths.exists(p, p.endsWith('.tf') && size(p) > 3)", true},
      {"change.paths.exists(p, size(p) > 3 && p.endsWith('.cc'))", false},
      {"change.services.exists(s, s.id.startsWith('pa'))", true},
      {"change.services.exists(s, s.id.startsWith('ma'))", false},
      // Either of two tests of the same attribute.
      {"change.team == 'edge' || change.team == 'core'", true},
      {"change.team == 'edge' || change.team in ['web', 'mail']", false},
      {"change.paths.exists(p, p.startsWith('docs/') || p.startsWith('infra/'))", true},
      {"change.paths.exists(p, p.startsWith('docs/') || p.startsWith('src/'))", false},
      {"change.paths.exists(p, p.startsWith('docs/')) || "
       "change.paths.exists(p, p.startsWith('src/'))",
       false},
      {"change.paths.exists(p, p.startsWith('docs/') || p == 'a')", true},
      // What a definition says.
      {"of_edge && category == Category.NORMAL", false},
      {"of_others || change.team == 'core'", true},
      {"change.team in teams", false},
      {"size(change.services) >= many", false},
      {"change.team in {'edge': 1, 'web': 2}", false},
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

// Of many rules most are listed under one of their values, few others are bits. What remains of
// them is what remains of each part that is too small for lists.
TEST(RuleIndexTest, OfManyRulesThoseOfSmallPartsRemain) {
  std::mt19937 random(7);
  const auto below = [&](int end) {
    return static_cast<int>(random() % static_cast<uint32_t>(end));
  };
  const auto condition = [&] {
    std::vector<std::string> tests;
    if (below(4) != 0) tests.push_back(StrCat("change.team == 'team-", below(400), "'"));
    // Some services are of many rules.
    const auto service = [&] { return StrCat("'service-", below(below(2) == 0 ? 4 : 300), "'"); };
    if (below(2) != 0) {
      const std::string first = service();
      tests.push_back(StrCat(
          "change.services.exists(s, s.id ",
          below(2) == 0 ? StrCat("== ", first) : StrCat("in [", first, ", ", service(), "]"), ")"));
    }
    if (below(3) == 0) tests.push_back("change.urgency >= Urgency.HIGH");
    if (below(3) == 0) tests.push_back("category == Category.EMERGENCY");
    if (below(3) == 0) tests.push_back("ChangeKind.OS_UPDATE in change.kinds");
    if (below(3) == 0) tests.push_back("change.rollback.irreversible");
    if (below(9) == 0) tests.push_back("change.team in []");
    const auto order = [&](std::string_view op) {
      return StrCat("change.rollback.duration ", op, " duration('", below(500), "s')");
    };
    if (below(3) == 0) tests.push_back(order(">="));
    if (below(3) == 0) tests.push_back(order("<"));
    if (below(9) == 0) tests.push_back(StrCat("(", order("<"), " || ", order("<"), ")"));
    if (below(3) == 0) {
      tests.push_back(StrCat("change.branch.startsWith('", below(2) == 0 ? "release/" : "fix/",
                             below(40), "')"));
    }
    if (below(9) == 0) tests.push_back("now > change.schedule.end");
    if (tests.empty()) tests.push_back("true");
    std::shuffle(tests.begin(), tests.end(), random);
    std::string all;
    for (const std::string& test : tests) StrAppend(&all, all.empty() ? "" : " && ", test);
    return all;
  };
  std::vector<std::string> conditions(3000);
  std::generate(conditions.begin(), conditions.end(), condition);
  std::vector<v1::ChangeRequest> changes = {ReadChange("id: C-0\n")};  // nothing is known of it
  for (int i = 1; i < 40; ++i) {
    std::string text = StrCat("id: C-", i, "\n");
    if (below(5) != 0) StrAppend(&text, "team: team-", below(420), "\n");
    if (below(5) != 0) {
      StrAppend(&text, "services: [{id: service-", below(below(2) == 0 ? 4 : 310), "}, {",
                below(6) == 0 ? "critical: true" : StrCat("id: service-", below(310)), "}]\n");
    }
    if (below(3) != 0) StrAppend(&text, "urgency: ", below(2) == 0 ? "URGENT" : "LOW", "\n");
    if (below(3) != 0)
      StrAppend(&text, "kinds: [", below(2) == 0 ? "OS_UPDATE" : "CONFIGURATION", "]\n");
    if (below(3) != 0) {
      StrAppend(&text, "rollback: {irreversible: true, duration: ", below(500), "s}\n");
    }
    if (below(5) != 0) StrAppend(&text, "branch: release/", below(400), "\n");
    changes.push_back(ReadChange(text));
  }
  std::vector<std::vector<int32_t>> expected(changes.size());
  for (int32_t first = 0; first < 3000; first += 1000) {
    const std::vector<std::string> part(conditions.begin() + first,
                                        conditions.begin() + first + 1000);
    const Policy policy = LoadOrDie(PolicyOf(List::kGates, part));
    for (size_t i = 0; i < changes.size(); ++i) {
      for (const int32_t rule : Candidates(policy, changes[i])) expected[i].push_back(first + rule);
    }
  }
  const Policy policy = LoadOrDie(PolicyOf(List::kGates, conditions));
  size_t remaining = 0;
  for (size_t i = 0; i < changes.size(); ++i) {
    EXPECT_EQ(Candidates(policy, changes[i]), expected[i]) << changes[i].DebugString();
    remaining += expected[i].size();
  }
  EXPECT_GT(expected[0].size(), 2000);
  EXPECT_LT(remaining, changes.size() * 1000);
}

TEST(RuleIndexTest, EveryListHasOne) {
  std::vector<std::string> conditions;
  for (int i = 0; i < 100; ++i) {
    conditions.push_back(StrCat("change.team == '", i == 70 ? "core" : "other", "'"));
  }
  for (const List list : {List::kFactors, List::kApprovals, List::kGates, List::kObligations}) {
    EXPECT_EQ(Candidates(conditions, Change(), list), std::vector<int32_t>{70});
  }
}

// Those that the index leaves out are counted, and nothing else tells whether there is one.
TEST(RuleIndexTest, DecisionsAreTheSameWithoutOne) {
  for (const List list : {List::kFactors, List::kApprovals, List::kGates, List::kObligations}) {
    for (const int applies : {-1, 3}) {
      std::vector<std::string> conditions;
      for (int i = 0; i < 6; ++i) {
        conditions.push_back(StrCat("change.team == '", i == applies ? "core" : "other", "'"));
      }
      const Engine engine(LoadOrDie(PolicyOf(list, conditions)), Firm());
      v1::ChangeRequest change = SmallChange("team: core\n");
      const absl::Time now = At("2026-03-02T10:00:00Z");
      const auto told = engine.Decide(change, {.now = now});
      // Every rule is asked for this one.
      const auto all = engine.Decide(change, {.now = now, .detail = v1::DETAIL_RULES});
      ASSERT_TRUE(told.ok() && all.ok());
      v1::Decision wanted = *all;
      wanted.set_detail(told->detail());
      auto* const outcomes = wanted.mutable_outcomes();
      outcomes->erase(std::remove_if(outcomes->begin(), outcomes->end(),
                                     [](const v1::RuleOutcome& outcome) {
                                       return outcome.status() == v1::STATUS_NOT_APPLICABLE;
                                     }),
                      outcomes->end());
      EXPECT_EQ(told->SerializeAsString(), wanted.SerializeAsString()) << told->DebugString();
    }
  }
}

TEST(RuleIndexTest, WithoutRulesNothingRemains) { EXPECT_TRUE(Candidates({}, Change()).empty()); }

}  // namespace
}  // namespace changepolicy
