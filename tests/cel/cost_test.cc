// What evaluations cost, in the units of cel-go, and what is known of that beforehand.
#include "libchangepolicy/cel/cost.h"

#include <ostream>
#include <string>

#include "changepolicy/v1/change.pb.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/cost_model.h"
#include "libchangepolicy/cel/evaluator.h"
#include "tests/cel/fixture.h"

namespace changepolicy::cel {
namespace {

struct Row {
  const char* text;
  uint64_t costs;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.text; }

Expression Compiled(std::string_view text, bool check = true) {
  CompileResult compiled = TestEnvironment().Compile(text, {.check = check});
  if (!compiled.expression) {
    ADD_FAILURE() << text << ": " << compiled.diagnostics.front().message;
    compiled = TestEnvironment().Compile("null");
  }
  return *compiled.expression;
}

class Costs : public testing::TestWithParam<Row> {};

// Everything in these is known, so that the bounds meet, checked and unchecked.
TEST_P(Costs, AreCountedAndKnown) {
  for (const bool check : {true, false}) {
    const Expression expression = Compiled(GetParam().text, check);
    v1::ChangeRequest change;
    Activation activation;
    activation.Set("i", Value::Int(1));
    activation.Set("b", Value::Bool(true));
    activation.SetFact("change", change);
    const Evaluation evaluation = EvaluateMeasured(expression, activation);
    EXPECT_TRUE(evaluation.value.is_known()) << evaluation.value.ToString();
    EXPECT_EQ(evaluation.cost, GetParam().costs) << check;
    const CostEstimate estimate = EstimateCost(expression, {});
    EXPECT_LE(estimate.min, GetParam().costs) << check;
    EXPECT_GE(estimate.max, GetParam().costs) << check;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Names, Costs,
    testing::Values(Row{"1", 0}, Row{"'abc'", 0}, Row{"RiskLevel.HIGH", 0}, Row{"i", 1},
                    Row{"change.id", 2}, Row{"change.artifact.digest", 3},
                    // Presence of a message's field is free, a map's key is looked up.
                    Row{"has(change.id)", 1}, Row{"has(change.artifact.digest)", 2},
                    Row{"has({'a': 1}.a)", 31}, Row{"{'a': 1}.a", 31}, Row{"[7][0]", 11},
                    Row{"{'a': 1}['a']", 31}, Row{"{'a': 1}[?'a']", 31}, Row{"{'a': 1}.?a", 31}));

INSTANTIATE_TEST_SUITE_P(Aggregates, Costs,
                         testing::Values(Row{"[]", 10}, Row{"[1, 2]", 10}, Row{"[[1], [2]]", 30},
                                         Row{"{}", 30}, Row{"{'a': [1]}", 40},
                                         Row{"ChangeRequest{}", 40},
                                         Row{"ChangeRequest{id: string(i)}", 42}));

INSTANTIATE_TEST_SUITE_P(
    Operators, Costs,
    testing::Values(Row{"i + 1", 2}, Row{"i == 1", 2}, Row{"i < 2", 2}, Row{"!b", 2},
                    Row{"b && b", 2}, Row{"b || b", 1}, Row{"b ? 1 : i", 1}, Row{"!b ? 1 : i", 3},
                    Row{"'' == 'abc'", 0}, Row{"'abcdefghij' == 'abcdefghijk'", 1},
                    Row{"'abcdefghijk' == 'abcdefghijk'", 2}, Row{"'abcdefghijk' < 'b'", 1},
                    Row{"b'abcdefghijk' == b'abcdefghijk'", 2}, Row{"'a' + 'b'", 1},
                    Row{"'' + ''", 0}, Row{"'abcdef' + 'ghijk'", 2}, Row{"b'abcdef' + b'ghijk'", 2},
                    // Code points, not bytes.
                    Row{"'\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4' == "
                        "'\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4'",
                        1},
                    Row{"[1] + [2]", 21}, Row{"[1] == [1]", 21}, Row{"3 in [1, 2]", 12},
                    Row{"1 in [1, 2]", 12}, Row{"'a' in {'a': 1}", 31}));

INSTANTIATE_TEST_SUITE_P(
    Functions, Costs,
    testing::Values(Row{"size('abcdefghijklmnopqrst')", 1}, Row{"int('12')", 1},
                    Row{"string(i)", 2}, Row{"string(b'abcdefghijk')", 2},
                    Row{"bytes('abcdefghijk')", 2}, Row{"'abcdefghijk'.startsWith('abc')", 1},
                    Row{"'a'.startsWith('abcdefghijk')", 2}, Row{"'a'.endsWith('')", 0},
                    Row{"'abcdefghijk'.contains('bcdefghijkl')", 4}, Row{"'abc'.contains('')", 0},
                    Row{"'abcdefghi'.matches('abcd')", 1}, Row{"'abcdefghij'.matches('abcde')", 4},
                    Row{"''.matches('a')", 1}, Row{"strings.quote('abcdefghijk')", 2},
                    Row{"'%s and more'.format([1])", 12}, Row{"'abc'.charAt(1)", 2},
                    Row{"'a,b'.split(',')", 14}, Row{"['ab', 'cd'].join('-')", 14},
                    Row{"lists.range(5)", 16}, Row{"[3, 1, 2].sort()", 40},
                    Row{"[1, 2].distinct()", 30}, Row{"[[1], [2]].flatten()", 43},
                    Row{"[1, 2, 3].slice(0, 1)", 22}, Row{"[1, 2].reverse()", 23}));

INSTANTIATE_TEST_SUITE_P(
    Loops, Costs,
    testing::Values(Row{"[1, 2].all(x, x > 0)", 21}, Row{"[1, 2].all(x, x > 1)", 18},
                    Row{"[1, 2].exists(x, x > 2)", 23}, Row{"[1, 2].exists_one(x, x > 1)", 19},
                    Row{"[1, 2].map(x, x)", 47}, Row{"[1, 2].filter(x, x > 1)", 39},
                    Row{"[1, 2].map(x, x > 1, x)", 39}, Row{"{'a': 1}.map(k, k)", 54},
                    Row{"{'a': 1}.transformMap(k, v, v)", 65}, Row{"cel.bind(x, 1, x + x)", 13},
                    Row{"optional.of(1).orValue(2)", 2}));

TEST(CostBound, FollowsSizesThatAreDeclared) {
  struct Bound {
    const char* text;
    uint64_t min;
    uint64_t max;
  };
  // Strings up to 1,000, lists and maps up to 100; 20 services with names up to 64.
  const SizeLimits limits{
      .paths = {{"change.services", 20}, {"change.services[*].id", 64}, {"l", 5}}};
  for (const Bound& bound : {
           Bound{"s == 'ab'", 1, 2},
           Bound{"s + s", 2, 202},
           Bound{"(s + s) + s", 3, 503},
           Bound{"s.contains(s)", 2, 10'002},
           Bound{"1 in l", 1, 6},
           Bound{"b && s == s", 1, 103},
           Bound{"b ? 1 : size(s)", 1, 3},
           Bound{"l.all(x, x > 0)", 2, 2 + 5 * 5},
           Bound{"l.map(x, x + 1)", 12, 12 + 5 * 14},
           Bound{"l.map(x, x).map(y, y)", 12 + 11, 12 + 5 * 13 + 11 + 5 * 13},
           Bound{"l.map(x, l.map(y, y))", 12, 12 + 5 * (12 + 12 + 5 * 13)},
           // A name is compared in 7 units.
           Bound{"change.services.exists(c, c.id == s)", 3, 3 + 20 * (3 + 1 + 3 + 7)},
           Bound{"change.services.map(c, c.id).exists(n, n == s)", 14,
                 13 + 20 * (12 + 2) + 1 + 20 * (3 + 1 + 2 + 7)},
           Bound{"cel.bind(t2, s + s, t2 == t2)", 14, 10 + 2 + 200 + 2 + 200},
           Bound{"m.all(k, k == '')", 2, 2 + 100 * 4},
           Bound{"lists.range(1000).all(x, true)", 1014, 1012 + 1000 * 3},
       }) {
    const CostEstimate estimate = EstimateCost(Compiled(bound.text), limits);
    EXPECT_LE(estimate.min, bound.min) << bound.text;
    EXPECT_EQ(estimate.max, bound.max) << bound.text;
  }
}

TEST(CostBound, EndsAtTheLargestNumber) {
  std::string nested = "true";
  for (int i = 0; i < 12; ++i) nested = StrCat("l.all(x", i, ", ", nested, ")");
  EXPECT_EQ(EstimateCost(Compiled(nested), {}).max, kUnbounded);
  EXPECT_EQ(EstimateCost(Compiled("lists.range(i).all(x, true)"), {}).max, 1'000'013 + 3'000'000);
}

TEST(CostBound, NamesTheDominantTerm) {
  const Expression expression = Compiled("b && i > 2 || l.all(x, l.exists(y, x == y))");
  const CostEstimate estimate = EstimateCost(expression, {.paths = {{"l", 1'000}}});
  EXPECT_EQ(Describe(estimate, expression),
            "the expression may cost up to 7,005,005, of which `l.all(x, l.exists(y, x == y))` at "
            "1:15 7,005,002");
  const Expression whole = Compiled("l.all(x, true)");
  EXPECT_EQ(Describe(EstimateCost(whole, {}), whole), "the expression may cost up to 302");
}

// As deep and as often as text may nest: one visit of each part.
TEST(CostBound, IsLinearInTheExpression) {
  std::string nested = "true";
  for (int i = 0; i < 150; ++i) {
    nested = StrCat("l.map(x", i, ", x", i, ").exists(y", i, ", ", nested, ")");
  }
  EXPECT_EQ(EstimateCost(Compiled(nested), {}).max, kUnbounded);
}

}  // namespace
}  // namespace changepolicy::cel
