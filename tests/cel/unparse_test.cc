// Trees back to texts: what comes out is read as the same tree, and is what a person would write.
#include "libchangepolicy/cel/unparse.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/cel/lexer.h"
#include "libchangepolicy/cel/parser.h"

namespace changepolicy::cel {
namespace {

struct Printed {
  const char* text;
  const char* printed;
  bool macros = true;
};
std::ostream& operator<<(std::ostream& out, const Printed& row) { return out << row.text; }

std::optional<Tree> Read(std::string_view text, bool macros = true) {
  ParseOptions options;
  if (!macros) options.macros = nullptr;
  Diagnostics diagnostics;
  return Parse(text, options, &diagnostics);
}

class Unparsed : public testing::TestWithParam<Printed> {};

TEST_P(Unparsed, IsWhatAPersonWrites) {
  const auto tree = Read(GetParam().text, GetParam().macros);
  ASSERT_TRUE(tree);
  const std::string printed = Unparse(*tree);
  EXPECT_EQ(printed, GetParam().printed);
  const auto again = Read(printed, GetParam().macros);
  ASSERT_TRUE(again) << printed;
  EXPECT_TRUE(Equal(*tree, *again)) << Dump(*tree) << "\n" << Dump(*again);
  EXPECT_EQ(Dump(*tree), Dump(*again));
}

INSTANTIATE_TEST_SUITE_P(
    Operators, Unparsed,
    testing::Values(
        Printed{"(a+b)*c", "(a + b) * c"}, Printed{"a+(b*c)", "a + b * c"},
        Printed{"(a-b)-c", "a - b - c"}, Printed{"a-(b-c)", "a - (b - c)"},
        Printed{"a/(b*c)", "a / (b * c)"}, Printed{"(a<b)==c", "a < b == c"},
        Printed{"a<(b==c)", "a < (b == c)"}, Printed{"a in (b in c)", "a in (b in c)"},
        Printed{"(a?b:c)?d:e", "(a ? b : c) ? d : e"},
        Printed{"a?(b?c:d):e", "a ? (b ? c : d) : e"}, Printed{"a?b:(c?d:e)", "a ? b : c ? d : e"},
        Printed{"!(a&&b)", "!(a && b)"}, Printed{"!!a", "!!a"}, Printed{"!(!a)", "!!a"},
        Printed{"-(-a)", "--a"}, Printed{"-(!a)", "-(!a)"}, Printed{"!(-a)", "!(-a)"},
        Printed{"!(-1)", "!(-1)"}, Printed{"-1", "-1"}, Printed{"-(1)", "-(1)"},
        Printed{"--1", "--1"}, Printed{"-(-(1))", "--(1)"}, Printed{"-(1.5).f()", "-(1.5.f())"},
        Printed{"-((1.5).f())", "-(1.5.f())"}, Printed{"(-1).f()", "-1.f()"},
        Printed{"!(-1).f()", "!(-1.f())"}, Printed{"-1u", "-1u"}, Printed{"a - -1", "a - -1"},
        Printed{"a - (-b)", "a - -b"}, Printed{"-a.b[0]", "-a.b[0]"}, Printed{"(-a).b", "(-a).b"},
        Printed{"(a+b).f(c)", "(a + b).f(c)"}, Printed{"(a?b:c)[d?e:f]", "(a ? b : c)[d ? e : f]"},
        Printed{"-9223372036854775808", "-9223372036854775808"}));

INSTANTIATE_TEST_SUITE_P(
    Chains, Unparsed,
    testing::Values(Printed{"a&&b&&c&&d&&e", "a && b && c && d && e"},
                    Printed{"(a&&b)&&c", "a && b && c"}, Printed{"a&&(b&&c)", "a && (b && c)"},
                    Printed{"((a&&b)&&c)&&d", "(a && b) && c && d"},
                    Printed{"a&&b&&(c&&d)&&e", "a && b && (c && d) && e"},
                    Printed{"(a||b)&&c||d&&(e||f)", "(a || b) && c || d && (e || f)"},
                    Printed{"a||(b||(c||(d||e)))", "a || (b || (c || (d || e)))"},
                    Printed{"(a||b)||(c||d)", "a || b || c || d"}));

INSTANTIATE_TEST_SUITE_P(
    Literals, Unparsed,
    testing::Values(Printed{"1.0", "1.0"}, Printed{"1e300", "1e+300"}, Printed{"0.1", "0.1"},
                    Printed{"1.7976931348623157e308", "1.7976931348623157e+308"},
                    Printed{"-0.0", "-0.0"}, Printed{"5e-324", "5e-324"}, Printed{"0xFFu", "255u"},
                    Printed{"1.0.f", "1.0.f"}, Printed{"true == null", "true == null"},
                    Printed{"'it\\'s'", "\"it's\""}, Printed{R"('say "hi"')", R"('say "hi"')"},
                    Printed{R"("\"'")", R"("\"'")"}, Printed{R"('\n\t\\\x07')", R"("\n\t\\\x07")"},
                    Printed{"'日本 é 😀'", "\"日本 é 😀\""},
                    Printed{R"('\u202e\u00ad\u0085')", R"("\u202e\u00ad\u0085")"},
                    Printed{"r'\\d'", R"("\\d")"}, Printed{"b'é'", "b\"é\""},
                    Printed{R"(b'\xff\x00a')", R"(b"\xff\x00a")"},
                    Printed{R"(b'\303\251')", "b\"é\""}, Printed{"'''a\nb'''", R"("a\nb")"}));

INSTANTIATE_TEST_SUITE_P(
    Parts, Unparsed,
    testing::Values(Printed{".a.b", ".a.b"}, Printed{".f(a)", ".f(a)"}, Printed{"a.for", "a.for"},
                    Printed{"a.`in`", "a.`in`"}, Printed{"a.`b`", "a.`b`"},
                    Printed{"a.`b-c/d e.f`", "a.`b-c/d e.f`"},
                    Printed{"has(a.`b.c`)", "has(a.`b.c`)"}, Printed{"has((a.b).c)", "has(a.b.c)"},
                    Printed{"a.?b", "a.?b"}, Printed{"a.?`b-c`.d", "a.?`b-c`.d"},
                    Printed{"a.?`in`", "a.?`in`"}, Printed{"a[?b]", "a[?b]"},
                    Printed{"[?a,b,]", "[?a, b]"}, Printed{"{?a:b,c:d}", "{?a: b, c: d}"},
                    Printed{"T{?f:v,g:w}", "T{?f: v, g: w}"}, Printed{".p.T{}", ".p.T{}"},
                    Printed{"T{`in`: 1, for: 2, `a.b`: 3}", "T{`in`: 1, for: 2, `a.b`: 3}"},
                    Printed{"T{f: 1}.f[0]", "T{f: 1}.f[0]"},
                    Printed{"{a?b:c:d?e:f}", "{a ? b : c: d ? e : f}"},
                    Printed{"[1,[2]][0]", "[1, [2]][0]"}, Printed{"f()", "f()"},
                    Printed{"a.f(b,c)", "a.f(b, c)"}, Printed{"math.abs(x)", "math.abs(x)"}));

INSTANTIATE_TEST_SUITE_P(
    Macros, Unparsed,
    testing::Values(Printed{"l.all(x,x>0)", "l.all(x, x > 0)"},
                    Printed{"l.exists(x,has(x.f)&&x.f.all(y,y==x))",
                            "l.exists(x, has(x.f) && x.f.all(y, y == x))"},
                    Printed{"l.exists_one(x,x)", "l.exists_one(x, x)"},
                    Printed{"l.existsOne(x,x)", "l.existsOne(x, x)"},
                    Printed{"l.map(x,x>1,x*2).filter(y,y!=4)[0]",
                            "l.map(x, x > 1, x * 2).filter(y, y != 4)[0]"},
                    Printed{"(a+b).map(x,x)", "(a + b).map(x, x)"},
                    Printed{"m.transformMap(k,v,v>1,v+1)", "m.transformMap(k, v, v > 1, v + 1)"},
                    Printed{"m.all(k,v,k==v)", "m.all(k, v, k == v)"},
                    Printed{"m.transformMapEntry(k,v,{v:k})", "m.transformMapEntry(k, v, {v: k})"},
                    Printed{"cel.bind(x,a+1,x*x)", "cel.bind(x, a + 1, x * x)"},
                    Printed{"a.?b.optMap(x,x+1).orValue(0)", "a.?b.optMap(x, x + 1).orValue(0)"},
                    Printed{"a.optFlatMap(x,x.?y)", "a.optFlatMap(x, x.?y)"},
                    Printed{"!l.all(x,-x<0)", "!l.all(x, -x < 0)"},
                    Printed{"-l.map(x,1)[0]", "-l.map(x, 1)[0]"},
                    Printed{"l.all(x,x)&&l.exists(x,x)&&c", "l.all(x, x) && l.exists(x, x) && c"},
                    Printed{"l.all(x,x>0)", "l.all(x, x > 0)", false},
                    Printed{"has(a.b)", "has(a.b)", false}));

// What no text says is printed all the same.
TEST(Unparse, OfTreesMadeByHand) {
  auto tree = Read("l.all(x, x)");
  ASSERT_TRUE(tree);
  tree->macro_uses.clear();
  EXPECT_EQ(Unparse(*tree),
            "@fold(x, l, @result, true, @not_strictly_false(@result), @result && x, @result)");
  tree = Read("m.all(k, v, v)");
  tree->macro_uses.clear();
  EXPECT_EQ(Unparse(*tree),
            "@fold(k, v, m, @result, true, @not_strictly_false(@result), @result && v, @result)");
  Tree nan;
  nan.nodes.push_back({.literal = std::numeric_limits<double>::quiet_NaN()});
  nan.root = 0;
  EXPECT_EQ(Unparse(nan), "double(\"NaN\")");
  EXPECT_EQ(Unparse(Tree()), "");
}

TEST(Unparse, OfAPart) {
  const auto tree = Read("a + b * c");
  ASSERT_TRUE(tree);
  EXPECT_EQ(Unparse(*tree, (*tree)[tree->root].args[1]), "b * c");
}

TEST(Unparse, OfLongAndDeepTexts) {
  std::string chain = "a", deep, minus = "a", nested = "a";
  for (int i = 0; i < 10000; ++i) chain += " && a";
  for (int i = 0; i < 190; ++i) deep += "(";
  deep += "a";
  for (int i = 0; i < 190; ++i) deep += " - b)";
  for (int i = 0; i < 700; ++i) minus += " - a";
  for (int i = 0; i < 190; ++i) nested = "a && (" + nested + ")";
  for (const std::string& text : {chain, deep, minus, nested}) {
    const auto tree = Read(text);
    ASSERT_TRUE(tree) << text.substr(0, 50);
    const std::string printed = Unparse(*tree);
    const auto again = Read(printed);
    ASSERT_TRUE(again) << printed.substr(0, 50);
    EXPECT_TRUE(Equal(*tree, *again)) << text.substr(0, 50);
    EXPECT_LE(printed.size(), text.size() + 2);
  }
}

struct Pair {
  const char* one;
  const char* other;
};
std::ostream& operator<<(std::ostream& out, const Pair& row) {
  return out << row.one << " / " << row.other;
}

class Different : public testing::TestWithParam<Pair> {};

// Each pair differs in one thing only; the dump and Equal see it.
TEST_P(Different, TreesLookDifferent) {
  const auto one = Read(GetParam().one);
  const auto other = Read(GetParam().other);
  ASSERT_TRUE(one && other);
  EXPECT_NE(Dump(*one), Dump(*other));
  EXPECT_FALSE(Equal(*one, *other));
  EXPECT_TRUE(Equal(*one, *one));
}

INSTANTIATE_TEST_SUITE_P(
    InOneThing, Different,
    testing::Values(Pair{"a.b", "a.`b`"}, Pair{"a.b", "has(a.b)"}, Pair{"has(a.b)", "has(a.`b`)"},
                    Pair{"f(a, b)", "a.f(b)"}, Pair{"[a]", "[?a]"}, Pair{"{a: b}", "{?a: b}"},
                    Pair{"T{f: v}", "T{?f: v}"}, Pair{"T{f: v}", "T{g: v}"}, Pair{"a.b", "a.?b"},
                    Pair{"a[b]", "a[?b]"}, Pair{".a", "a"}, Pair{"1", "1u"}, Pair{"1", "1.0"},
                    Pair{"0.0", "-0.0"}, Pair{"0.1", "0.10000000000000002"}, Pair{"'a'", "b'a'"},
                    Pair{"'a'", "a"}, Pair{"'null'", "null"}, Pair{"1e99", "-1e99"},
                    Pair{"l.all(x, true)", "l.all(y, true)"},
                    Pair{"m.all(k, v, true)", "m.all(k, w, true)"},
                    Pair{"l.all(x, true)", "l.all(x, y, true)"}, Pair{"-(1)", "-1"},
                    Pair{"a && (b && c)", "a && b && c"}, Pair{"T{}", "{}"}, Pair{"[]", "{}"},
                    Pair{"cel.bind(x, 1, 2)", "cel.bind(y, 1, 2)"}, Pair{"'\\n'", "'\\\\n'"},
                    Pair{"b'\\xff'", "b'\\xfe'"}, Pair{"T{`a.b`: 1}", "T{a: 1}"}));

std::filesystem::path Data() {
  const char* const folder = std::getenv("CHANGEPOLICY_DATA");
  return folder != nullptr ? folder : CHANGEPOLICY_SOURCE_DIR "/../shared/data";
}

// The values of the fields `expr` of a test file: string literals, perhaps several in a row.
std::vector<std::string> ExpressionsOf(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::stringstream content;
  content << stream.rdbuf();
  const std::string text = content.str();
  std::vector<std::string> found;
  for (size_t at = text.find(" expr:"); at != std::string::npos; at = text.find(" expr:", at)) {
    at += 6;
    std::string value;
    while (true) {
      const size_t begin = text.find_first_not_of(" \n", at);
      if (begin == std::string::npos || (text[begin] != '"' && text[begin] != '\'')) break;
      size_t end = begin + 1;
      while (end < text.size() && text[end] != text[begin]) end += text[end] == '\\' ? 2 : 1;
      // A literal of bytes has the escapes of the text format.
      Diagnostics diagnostics;
      const std::string literal = "b" + text.substr(begin, end + 1 - begin);
      const auto tokens = Tokenize(literal, &diagnostics);
      if (tokens.has_value()) value += tokens->list.front().text;
      at = end + 1;
    }
    if (!value.empty()) found.push_back(value);
  }
  return found;
}

// Every expression of the published suite that parses.
TEST(Unparse, OfTheConformanceSuite) {
  const std::filesystem::path folder = Data() / "cel_conformance";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not there";
  size_t expressions = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".textproto") continue;
    for (const std::string& text : ExpressionsOf(entry.path())) {
      for (const bool macros : {true, false}) {
        const auto tree = Read(text, macros);
        if (!tree) continue;
        ++expressions;
        const std::string printed = Unparse(*tree);
        const auto again = Read(printed, macros);
        ASSERT_TRUE(again) << text << "\n" << printed;
        EXPECT_TRUE(Equal(*tree, *again)) << text << "\n" << printed;
        EXPECT_EQ(Dump(*tree), Dump(*again)) << text;
        EXPECT_EQ(Unparse(*again), printed);
      }
    }
  }
  EXPECT_GT(expressions, 1000u);
}

}  // namespace
}  // namespace changepolicy::cel
