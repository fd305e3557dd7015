// Texts to trees, and what is said of those that are none.
#include <ostream>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "libchangepolicy/cel/diagnostic.h"
#include "libchangepolicy/cel/parser.h"
#include "libchangepolicy/cel/tree.h"

namespace changepolicy::cel {
namespace {

struct Shape {
  const char* text;
  const char* dump;
};
std::ostream& operator<<(std::ostream& out, const Shape& shape) { return out << shape.text; }

class Shapes : public testing::TestWithParam<Shape> {};

TEST_P(Shapes, Of) {
  Diagnostics diagnostics;
  const auto tree = Parse(GetParam().text, {.macros = nullptr, .limits = {}}, &diagnostics);
  ASSERT_TRUE(tree) << diagnostics.front().message;
  EXPECT_EQ(Dump(*tree), GetParam().dump);
}

// Precedence and associativity of the grammar, and each kind of primary.
INSTANTIATE_TEST_SUITE_P(
    Grammar, Shapes,
    testing::Values(
        Shape{"1 + 2 * 3", "_+_(1, _*_(2, 3))"}, Shape{"1 - 2 - 3", "_-_(_-_(1, 2), 3)"},
        Shape{"(1 - 2) - 3", "_-_(_-_(1, 2), 3)"}, Shape{"1 - (2 - 3)", "_-_(1, _-_(2, 3))"},
        Shape{"a ? b : c ? d : e", "_?_:_(a, b, _?_:_(c, d, e))"}, Shape{"!a.b", "!_(a.b)"},
        Shape{"!!a", "!_(!_(a))"}, Shape{"--a", "-_(-_(a))"}, Shape{"-1", "-1"}, Shape{"- 1", "-1"},
        Shape{"a < b == c", "_==_(_<_(a, b), c)"}, Shape{"a in b", "@in(a, b)"},
        Shape{"a[0].b(c)", "_[_](a, 0).b(c)"}, Shape{".a.b", ".a.b"},
        Shape{"A.B{c: 1}", "A.B{c: 1}"}, Shape{"{'a': 1,}", "{\"a\", 1}"},
        Shape{"[1, 2,]", "[1, 2]"}, Shape{"a // to the end\n + b", "_+_(a, b)"},
        Shape{"f()", "f()"}));

struct Refusal {
  const char* text;
  int line;
  int column;
  const char* says;
};
std::ostream& operator<<(std::ostream& out, const Refusal& row) { return out << row.text; }

class Refusals : public testing::TestWithParam<Refusal> {};

TEST_P(Refusals, NameThePlace) {
  Diagnostics diagnostics;
  const auto tree = Parse(GetParam().text, {}, &diagnostics);
  EXPECT_FALSE(tree);
  ASSERT_FALSE(diagnostics.empty());
  const Issue issue = ToIssue(diagnostics.front(), GetParam().text, "e");
  EXPECT_EQ(issue.position.line, GetParam().line) << issue.message;
  EXPECT_EQ(issue.position.column, GetParam().column) << issue.message;
  EXPECT_NE((issue.message + issue.help).find(GetParam().says), std::string::npos)
      << issue.message << " / " << issue.help;
}

INSTANTIATE_TEST_SUITE_P(
    Grammar, Refusals,
    testing::Values(Refusal{"", 1, 1, "expression"}, Refusal{"1 +", 1, 4, "expected"},
                    Refusal{"(1", 1, 3, ")"}, Refusal{"a &&\n&& b", 2, 1, "expected"},
                    Refusal{"'abc", 1, 1, "string"}, Refusal{"'\\q'", 1, 2, "escape"},
                    Refusal{"a = b", 1, 3, "=="}, Refusal{"a & b", 1, 3, "&&"},
                    Refusal{"a and b", 1, 3, "&&"}, Refusal{"not a", 1, 5, "!"},
                    Refusal{"99999999999999999999", 1, 1, "int"}, Refusal{"1.2.3", 1, 4, ""},
                    Refusal{"日本 + 1", 1, 1, ""}, Refusal{"'é' +", 1, 6, "expected"},
                    Refusal{"for", 1, 1, "reserved"}, Refusal{"[1, , 2]", 1, 5, ""},
                    Refusal{"a b", 1, 3, ""}));

}  // namespace
}  // namespace changepolicy::cel
