// Parts of a time in a zone: which of them the program computes, and what they are. The numbers
// were worked out by the zoneinfo of Python.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/large_policy.h"
#include "changepolicy/v1/change.flat.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/flat/parse.h"
#include "libchangepolicy/program/evaluator.h"
#include "tests/engine/example.h"

namespace changepolicy {
namespace {

class NoHost : public ProgramHost {
 public:
  Datum Call(const ProgramCall&, absl::Span<const Datum>) override { return Datum::Open(); }
  void Meet(absl::Time) override {}
};

constexpr std::array<std::string_view, 10> kFunctions = {
    "getFullYear",  "getMonth", "getDate",    "getDayOfMonth", "getDayOfWeek",
    "getDayOfYear", "getHours", "getMinutes", "getSeconds",    "getMilliseconds"};

// Definitions of a policy by these expressions, named d0 and so on.
Policy Defining(const std::vector<std::string>& expressions) {
  std::string text = PolicyWith("definitions:\n  zone: {is: \"'Asia/Kathmandu'\"}\n");
  for (size_t i = 0; i < expressions.size(); ++i) {
    StrAppend(&text, "  d", i, ": {is: \"", expressions[i], "\"}\n");
  }
  return LoadOrDie(text);
}

const ProgramExpression& DefinitionOf(const Program& program, const std::string& name) {
  for (int32_t i = 0; i < program.definitions(); ++i) {
    if (program.definition(i).name == name) return program.definition(i).expression;
  }
  static const ProgramExpression kNone;
  ADD_FAILURE() << name;
  return kNone;
}

// What the program makes of them for a change that starts then.
std::vector<int64_t> Values(const std::vector<std::string>& expressions, std::string_view start) {
  const Policy policy = Defining(expressions);
  flat::Arena arena;
  flat::ChangeRequest subject;
  flat::ParseResult result;
  const std::string bytes =
      SmallChange(StrCat("schedule: {start: \"", start, "\"}\n")).SerializeAsString();
  EXPECT_TRUE(flat::Parse(bytes, &subject, &arena, &result));
  NoHost host;
  ProgramEvaluator evaluator;
  evaluator.Begin(&policy.program(), &host, &arena, At("2026-03-02T10:00:00Z"));
  evaluator.SetMessage(ProgramVariable::kSubject, policy.program().subject_path(true), &subject);
  std::vector<int64_t> values;
  for (size_t i = 0; i < expressions.size(); ++i) {
    FactReads reads;
    const Datum value = evaluator.Evaluate(DefinitionOf(policy.program(), StrCat("d", i)), &reads);
    EXPECT_EQ(value.kind(), Datum::Kind::kInt) << expressions[i];
    values.push_back(value.number);
  }
  return values;
}

struct Row {
  std::string_view start, zone;
  std::vector<int64_t> values;  // of kFunctions
};

TEST(ZonedPartsTest, EachPartInItsZone) {
  const std::vector<Row> rows = {
      {"2026-03-29T00:59:59.999Z", "UTC", {2026, 2, 29, 28, 0, 87, 0, 59, 59, 999}},
      {"2026-03-29T00:59:59.999Z", "Europe/Berlin", {2026, 2, 29, 28, 0, 87, 1, 59, 59, 999}},
      {"2026-03-29T01:00:00Z", "Europe/Berlin", {2026, 2, 29, 28, 0, 87, 3, 0, 0, 0}},
      {"2026-03-29T01:00:00Z", "America/New_York", {2026, 2, 28, 27, 6, 86, 21, 0, 0, 0}},
      {"2026-10-25T00:30:00Z", "Europe/Berlin", {2026, 9, 25, 24, 0, 297, 2, 30, 0, 0}},
      {"2026-10-25T01:30:00Z", "Europe/Berlin", {2026, 9, 25, 24, 0, 297, 2, 30, 0, 0}},
      {"2026-10-25T01:30:00Z", "+02:00", {2026, 9, 25, 24, 0, 297, 3, 30, 0, 0}},
      {"2026-10-25T01:30:00Z", "-08:00", {2026, 9, 24, 23, 6, 296, 17, 30, 0, 0}},
      {"2026-10-25T01:30:00Z", "05:45", {2026, 9, 25, 24, 0, 297, 7, 15, 0, 0}},
      {"2026-04-04T14:59:59Z", "Australia/Lord_Howe", {2026, 3, 5, 4, 0, 94, 1, 59, 59, 0}},
      {"2026-04-04T15:00:00Z", "Australia/Lord_Howe", {2026, 3, 5, 4, 0, 94, 1, 30, 0, 0}},
      {"2011-12-30T09:59:59Z", "Pacific/Apia", {2011, 11, 29, 28, 4, 362, 23, 59, 59, 0}},
      {"2011-12-30T10:00:00Z", "Pacific/Apia", {2011, 11, 31, 30, 6, 364, 0, 0, 0, 0}},
      {"2026-12-31T23:30:15.25Z", "Europe/Berlin", {2027, 0, 1, 0, 5, 0, 0, 30, 15, 250}},
      {"2026-12-31T23:30:15.25Z", "America/New_York", {2026, 11, 31, 30, 4, 364, 18, 30, 15, 250}},
      {"2026-12-31T23:30:15.25Z", "Asia/Kathmandu", {2027, 0, 1, 0, 5, 0, 5, 15, 15, 250}},
      {"1850-06-01T00:00:00Z", "Europe/Berlin", {1850, 5, 1, 0, 6, 151, 0, 53, 28, 0}},
      {"1850-06-01T00:00:00Z", "America/New_York", {1850, 4, 31, 30, 5, 150, 19, 3, 58, 0}},
  };
  for (const Row& row : rows) {
    std::vector<std::string> expressions;
    for (const std::string_view function : kFunctions) {
      expressions.push_back(StrCat("change.schedule.start.", function, "('", row.zone, "')"));
    }
    EXPECT_EQ(Values(expressions, row.start), row.values) << row.start << " " << row.zone;
  }
}

// One that a definition names is as good as one that is written.
TEST(ZonedPartsTest, TheZoneMayBeAnyConstant) {
  EXPECT_EQ(Values({"change.schedule.start.getHours(zone)",
                    "change.schedule.start.getMinutes('Asia/' + 'Kathmandu')",
                    "change.schedule.start.getHours(true ? '+01:00' : 'UTC')"},
                   "2026-10-25T01:30:00Z"),
            (std::vector<int64_t>{7, 15, 2}));
}

// One that is worked out for each subject, and the error of one that nobody knows.
TEST(ZonedPartsTest, OtherZonesAreForTheFunctionOfTheLanguage) {
  const std::vector<std::string> expressions = {"change.schedule.start.getHours(change.team)",
                                                "change.schedule.start.getHours('Mars/Olympus')",
                                                "change.schedule.start.getHours('+2:00')",
                                                "change.schedule.start.getHours('')"};
  const Policy policy = Defining(expressions);
  for (size_t i = 0; i < expressions.size(); ++i) {
    const NodeIndex root = DefinitionOf(policy.program(), StrCat("d", i)).root;
    ASSERT_NE(root, kNoIndex) << expressions[i];
    EXPECT_EQ(policy.program().node(root).op, Op::kApply) << expressions[i];
  }
}

// Rules of the kind that large firms write are all compiled, and keep no tree.
TEST(ZonedPartsTest, GeneratedRulesAreCompiled) {
  const PolicyResult loaded = Policy::Load(LargePolicy(500));
  ASSERT_TRUE(loaded.policy.has_value());
  const CheckedPolicy& policy = *loaded.policy->checked();
  ASSERT_EQ(policy.gates().size(), 500U);
  const auto is_compiled = [&](const CheckedExpression& expression) {
    const ProgramExpression* const compiled = loaded.policy->program().Find(expression);
    return compiled != nullptr && compiled->root != kNoIndex;
  };
  for (const CheckedRule& gate : policy.gates()) {
    for (const auto* const expression : {&gate.applies_if, &gate.must}) {
      ASSERT_TRUE(expression->has_value());
      EXPECT_TRUE(is_compiled(**expression)) << (*expression)->kept().text();
      EXPECT_TRUE((*expression)->kept().is_at_rest()) << (*expression)->kept().text();
    }
    for (const MessageTemplate::Piece& piece : gate.message.pieces) {
      if (piece.expression.has_value()) {
        EXPECT_TRUE(is_compiled(*piece.expression)) << piece.text;
      }
    }
  }
}

}  // namespace
}  // namespace changepolicy
