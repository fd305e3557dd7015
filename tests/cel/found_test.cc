// What random expressions, cel-go and the fuzzers found, each kept as a row.
#include <ostream>
#include <string>

#include "gtest/gtest.h"
#include "tests/cel/fixture.h"

namespace changepolicy::cel {
namespace {

struct Row {
  const char* text;
  const char* says;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.text; }

class Answers : public testing::TestWithParam<Row> {};

TEST_P(Answers, Are) { EXPECT_EQ(Answer(GetParam().text), GetParam().says); }

INSTANTIATE_TEST_SUITE_P(
    Found, Answers,
    testing::Values(
        // The checker chose one overload for what it could not know, and the evaluation then
        // refused the value.
        Row{"bytes(bytes({'k': dyn('a')}.?k.value()))", "b\"a\""},
        Row{"{'k': {'s': 1}}.?k.orValue([1].transformMap(i, v, v))",
            "refused cel-no-such-overload"},
        Row{"dyn(optional.of(1)).value() + 1", "2"}, Row{"[dyn({'a': 'x'})['a'], 1]", "[\"x\", 1]"},
        Row{"[?[optional.of(1)][0], 2]", "[1, 2]"}, Row{"size([?[][0]])", "error OUT_OF_RANGE"},
        // A list in an optional value is indexed like any other.
        Row{"optional.of([7])[dyn(0u)]", "optional.of(7)"},
        Row{"optional.of([7])[dyn(0.0)]", "optional.of(7)"},
        Row{"optional.of([7])[dyn('a')]", "error UNIMPLEMENTED"},
        Row{"optional.of([7])[1]", "optional.none()"},
        // A text that is no UTF-8 came out of format().
        Row{"'%s'.format([b'\\xff'])", "\"\uFFFD\""}, Row{"'%s'.format([b'\\303\\251'])", "\"é\""},
        Row{"'%s'.format([[b'a', {'k': b'\\xff'}]])", "\"[a, {k: \uFFFD}]\""},
        // Numbers in texts.
        Row{"double('1e309')", "error OUT_OF_RANGE"}, Row{"double('-1e309')", "error OUT_OF_RANGE"},
        Row{"double('1e-400')", "0"}, Row{"double('inf')", "Infinity"},
        Row{"double('0x1')", "error INVALID_ARGUMENT"}, Row{"uint('+1')", "error INVALID_ARGUMENT"},
        Row{"int('+1')", "1"},
        // Complaints beyond the text, and calls without arguments.
        Row{"'\\", "refused cel-syntax"}, Row{"'\\日'", "refused cel-syntax"},
        // The grammar: a comma may stand alone, `0x` is small, bytes come before raw.
        Row{"[,]", "[]"}, Row{"{,}", "{}"}, Row{"changepolicy.v1.ChangeRequest{,}.id", "\"\""},
        Row{"[,1]", "refused cel-syntax"}, Row{"[1,,2]", "refused cel-syntax"}, Row{"[1,]", "[1]"},
        Row{"0XFF", "refused cel-syntax"}, Row{"0xFF", "255"}, Row{"rb'a'", "refused cel-syntax"},
        Row{"br'\\x'", "b\"\\\\x\""}));

TEST(Found, ComplaintsLieWithinTheText) {
  for (const std::string text : {"'\\", "'\\x", "'\\u00", "b'\\", "\"\"\"\\"}) {
    const CompileResult compiled = TestEnvironment().Compile(text);
    ASSERT_EQ(compiled.diagnostics.size(), 1u) << text;
    EXPECT_LE(compiled.diagnostics[0].end, text.size()) << text;
  }
}

TEST(Found, AlternativesWithoutTargetAreErrors) {
  for (const char* const text : {"orValue()", ".orValue()", "or()", "or(1)", "orValue(1, 2)"}) {
    EXPECT_EQ(Answer(text, {}, false).substr(0, 5), "error") << text;
  }
}

}  // namespace
}  // namespace changepolicy::cel
