// Expressions and what they give, by the specification's sections.
#include <ostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/cel/fixture.h"

namespace changepolicy::cel {
namespace {

struct Row {
  const char* text;
  const char* gives;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.text; }

class Rows : public testing::TestWithParam<Row> {};

// Checked and unchecked, an expression that the checker admits gives the same.
TEST_P(Rows, Gives) {
  EXPECT_EQ(Answer(GetParam().text), GetParam().gives);
  if (std::string_view(GetParam().gives).substr(0, 7) != "refused") {
    EXPECT_EQ(Answer(GetParam().text, {}, /*check=*/false), GetParam().gives);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Logic, Rows,
    testing::Values(Row{"true && false", "false"}, Row{"true || false", "true"},
                    Row{"!true", "false"}, Row{"true ? 1 : 2", "1"}, Row{"false ? 1 : 2", "2"},
                    // && and || commute: an operand that decides hides the other's error.
                    Row{"1 / 0 == 1 && false", "false"}, Row{"false && 1 / 0 == 1", "false"},
                    Row{"1 / 0 == 1 || true", "true"}, Row{"true || 1 / 0 == 1", "true"},
                    Row{"1 / 0 == 1 && true", "error INVALID_ARGUMENT"},
                    Row{"false || 1 / 0 == 1", "error INVALID_ARGUMENT"},
                    // The other branch of a condition is not looked at.
                    Row{"true ? 1 : 1 / 0", "1"},
                    Row{"1 / 0 == 1 ? 1 : 2", "error INVALID_ARGUMENT"},
                    Row{"1 && true", "refused cel-no-such-overload"},
                    Row{"dyn(1) && true", "error UNIMPLEMENTED"}, Row{"dyn(1) && false", "false"}));

INSTANTIATE_TEST_SUITE_P(
    Numbers, Rows,
    testing::Values(
        Row{"7 / 2", "3"}, Row{"-7 / 2", "-3"}, Row{"-7 % 2", "-1"}, Row{"7 % -2", "1"},
        Row{"7u / 2u", "3u"}, Row{"1 % 0", "error INVALID_ARGUMENT"},
        Row{"1u / 0u", "error INVALID_ARGUMENT"}, Row{"1.0 / 0.0", "Infinity"},
        Row{"-1.0 / 0.0", "-Infinity"}, Row{"9223372036854775807 + 1", "error OUT_OF_RANGE"},
        Row{"-9223372036854775808 - 1", "error OUT_OF_RANGE"},
        Row{"-9223372036854775808 / -1", "error OUT_OF_RANGE"},
        Row{"-9223372036854775808 % -1", "error OUT_OF_RANGE"},
        Row{"-(-9223372036854775808)", "error OUT_OF_RANGE"},
        Row{"4294967296 * 4294967296", "error OUT_OF_RANGE"}, Row{"0u - 1u", "error OUT_OF_RANGE"},
        Row{"18446744073709551615u + 1u", "error OUT_OF_RANGE"}, Row{"0xff", "255"},
        Row{"0xFFu", "255u"}, Row{"-0x10", "-16"}, Row{"1e3", "1000"}, Row{".5", "0.5"},
        Row{"1 + 1u", "refused cel-no-such-overload"},
        Row{"dyn(1) + dyn(1u)", "error UNIMPLEMENTED"}, Row{"1 < 2u", "true"},
        Row{"dyn(-1) < dyn(18446744073709551615u)", "true"}, Row{"dyn(1) == dyn(1u)", "true"},
        Row{"dyn(1) == dyn(1.0)", "true"}, Row{"dyn(1.5) > dyn(1)", "true"},
        // As the published suite has it, integers meet doubles as doubles.
        Row{"dyn(9007199254740993) == dyn(9007199254740992.0)", "true"},
        Row{"int('9223372036854775808')", "error INVALID_ARGUMENT"}, Row{"int(-1.9)", "-1"},
        Row{"int(1e19)", "error OUT_OF_RANGE"}, Row{"uint(-1)", "error OUT_OF_RANGE"},
        Row{"uint('12')", "12u"}, Row{"double('1.5')", "1.5"}, Row{"string(1.0)", "\"1\""},
        // The shortest digits, also where the next number below is nearer than the one above
        // (2^-44).
        Row{"string(5.6843418860808015e-14)", "\"5.684341886080802e-14\""},
        Row{"string(0.1 + 0.2)", "\"0.30000000000000004\""},
        Row{"string(-1e20)", "\"-100000000000000000000\""}, Row{"string(1e21)", "\"1e+21\""},
        Row{"string(5e-324)", "\"5e-324\""}, Row{"string(-0.0)", "\"-0\""},
        Row{"string(-7)", "\"-7\""}, Row{"0.0 == -0.0", "true"},
        Row{"double('NaN') == double('NaN')", "false"}, Row{"double('NaN') < 1.0", "false"}));

INSTANTIATE_TEST_SUITE_P(
    Strings, Rows,
    testing::Values(
        Row{"'a' + \"b\"", "\"ab\""}, Row{"'''a\nb'''", "\"a\\nb\""}, Row{"r'\\d'", "\"\\\\d\""},
        Row{"'\\u00e9' == 'é'", "true"}, Row{"'\\U0001F600'.size()", "1"},
        Row{"'\\x41\\101'", "\"AA\""}, Row{"size('日本')", "2"}, Row{"size(b'日本')", "6"},
        Row{"b'\\xff' == b'ÿ'", "false"}, Row{"'abc'.contains('bc')", "true"},
        Row{"'abc'.startsWith('bc')", "false"}, Row{"'abc'.endsWith('bc')", "true"},
        Row{"'abc'.matches('^a.c$')", "true"}, Row{"'xabcx'.matches('abc')", "true"},
        Row{"matches('a', '[')", "error INVALID_ARGUMENT"},
        Row{"string(b'\\xff')", "error INVALID_ARGUMENT"}, Row{"bytes('é')", "b\"\\xc3\\xa9\""},
        Row{"'a' < 'b'", "true"}, Row{"'Z' < 'a'", "true"}, Row{"b'a' < b'b'", "true"},
        Row{"bool('true')", "true"}, Row{"bool('maybe')", "error INVALID_ARGUMENT"},
        Row{"'a b c'.split(' ')", "[\"a\", \"b\", \"c\"]"}, Row{"['a', 'b'].join('-')", "\"a-b\""},
        Row{"'tacocat'.indexOf('c')", "2"}, Row{"'tacocat'.lastIndexOf('c')", "4"},
        Row{"'tacocat'.charAt(9)", "error OUT_OF_RANGE"},
        Row{"'tacocat'.substring(2, 4)", "\"co\""}, Row{"' a '.trim()", "\"a\""},
        Row{"'aXa'.replace('a', 'b')", "\"bXb\""}, Row{"'É'.lowerAscii()", "\"É\""},
        Row{"'%d of %s'.format([1, 'x'])", "\"1 of x\""},
        Row{"'%d'.format([])", "error INVALID_ARGUMENT"}));

INSTANTIATE_TEST_SUITE_P(
    Collections, Rows,
    testing::Values(Row{"[1, 2] + [3]", "[1, 2, 3]"}, Row{"[1, 2][1]", "2"},
                    Row{"[1, 2][2]", "error OUT_OF_RANGE"}, Row{"[1, 2][-1]", "error OUT_OF_RANGE"},
                    Row{"{'a': 1}['a']", "1"}, Row{"{'a': 1}.a", "1"},
                    Row{"{'a': 1}['b']", "error NOT_FOUND"},
                    Row{"{'a': 1, dyn('a'): 2}", "error INVALID_ARGUMENT"},
                    Row{"{1: 'x', dyn(1u): 'y'}", "error INVALID_ARGUMENT"},
                    Row{"{1: 'x'}[dyn(1u)]", "\"x\""}, Row{"{1.5: 'x'}", "refused cel-map-key"},
                    Row{"2 in [1, 2]", "true"}, Row{"'b' in {'a': 1}", "false"},
                    Row{"dyn(2u) in [1, 2]", "true"}, Row{"size({'a': 1})", "1"},
                    Row{"[] == []", "true"}, Row{"{'a': 1, 'b': 2} == {'b': 2, 'a': 1}", "true"},
                    Row{"[1, 2] == [2, 1]", "false"},
                    Row{"[dyn(1), 'a'] == [dyn(1.0), 'a']", "true"}, Row{"dyn(1) == 'a'", "false"},
                    Row{"has({'a': 1}.b)", "false"}, Row{"[1, [2, [3]]].flatten()", "[1, 2, [3]]"},
                    Row{"[3, 1, 2].sort()", "[1, 2, 3]"}, Row{"[1, 1, 2].distinct()", "[1, 2]"}));

INSTANTIATE_TEST_SUITE_P(
    Macros, Rows,
    testing::Values(Row{"[1, 2, 3].all(x, x > 0)", "true"}, Row{"[].all(x, x > 0)", "true"},
                    Row{"[1, 2, 3].exists(x, x > 2)", "true"}, Row{"[].exists(x, true)", "false"},
                    Row{"[1, 2, 3].exists_one(x, x > 2)", "true"},
                    Row{"[3, 3].exists_one(x, x > 2)", "false"},
                    Row{"[1, 2, 3].map(x, x * 2)", "[2, 4, 6]"},
                    Row{"[1, 2, 3].map(x, x > 1, x * 2)", "[4, 6]"},
                    Row{"[1, 2, 3].filter(x, x != 2)", "[1, 3]"},
                    Row{"{'a': 1}.all(k, k == 'a')", "true"},
                    // An element that decides hides another's error; what does not decide shows it.
                    Row{"[0, 1].exists(x, 1 / x == 1)", "true"},
                    Row{"[0, 2].exists(x, 1 / x == 1)", "error INVALID_ARGUMENT"},
                    Row{"[0, 2].all(x, 1 / x == 1)", "false"},
                    Row{"[0, 1].exists_one(x, 1 / x == 1)", "error INVALID_ARGUMENT"},
                    Row{"[[1], [2]].exists(x, x.exists(y, y == 2))", "true"},
                    Row{"[1].map(x, [2].map(x, x))", "[[2]]"},
                    Row{"1.all(x, true)", "refused cel-not-iterable"},
                    Row{"[1].all(x.y, true)", "refused cel-macro"}));

INSTANTIATE_TEST_SUITE_P(
    Times, Rows,
    testing::Values(Row{"timestamp('2024-02-29T12:00:00Z') + duration('24h')",
                        "timestamp(\"2024-03-01T12:00:00Z\")"},
                    Row{"timestamp('2024-03-01T00:00:00Z') - timestamp('2024-02-29T00:00:00Z') == "
                        "duration('24h')",
                        "true"},
                    Row{"timestamp('2023-12-25T00:30:00Z').getDayOfWeek()", "1"},
                    Row{"timestamp('2023-12-25T00:30:00Z').getDayOfWeek('America/New_York')", "0"},
                    Row{"timestamp('2023-12-25T00:30:00Z').getHours('-08:00')", "16"},
                    Row{"timestamp('2023-12-25T00:30:00Z').getMonth()", "11"},
                    Row{"timestamp('2023-12-25T00:30:00Z').getDate()", "25"},
                    Row{"timestamp('2023-12-25T00:30:00Z').getDayOfYear()", "358"},
                    Row{"timestamp('2023-12-25T00:30:00Z').getHours('Mars/Olympus')",
                        "error INVALID_ARGUMENT"},
                    Row{"timestamp('yesterday')", "error INVALID_ARGUMENT"},
                    Row{"timestamp('9999-12-31T23:59:59Z') + duration('1s')", "error OUT_OF_RANGE"},
                    Row{"duration('1h30m').getMinutes()", "90"},
                    Row{"duration('1.5s') > duration('1s')", "true"},
                    Row{"duration('315576000001s')", "error INVALID_ARGUMENT"},
                    Row{"duration('1x')", "error INVALID_ARGUMENT"},
                    Row{"int(timestamp('1970-01-01T00:00:01Z'))", "1"},
                    Row{"string(duration('90m'))", "\"5400s\""}));

INSTANTIATE_TEST_SUITE_P(
    Types, Rows,
    testing::Values(Row{"type(1) == int", "true"}, Row{"type(type(1)) == type", "true"},
                    Row{"type([1]) == list", "true"}, Row{"type(null) == null_type", "true"},
                    Row{"type(1u) == int", "false"},
                    Row{"type(timestamp('1970-01-01T00:00:00Z')) == google.protobuf.Timestamp",
                        "true"},
                    Row{"dyn([1]) == [1u]", "true"}));

// What an absent variable gives is an error, never a default.
TEST(Variables, AnUnboundOneIsAnError) {
  EXPECT_EQ(Answer("i + 1").substr(0, 5), "error");
  EXPECT_EQ(Answer("i == 1 || true"), "true");
  Activation activation;
  activation.Set("i", Value::Int(41));
  EXPECT_EQ(Answer("i + 1", activation), "42");
}

}  // namespace
}  // namespace changepolicy::cel
