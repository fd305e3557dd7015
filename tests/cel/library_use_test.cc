// Which libraries an expression needs, and what is wrong with a list of them.
#include "libchangepolicy/cel/library_use.h"

#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/environment.h"
#include "tests/cel/fixture.h"

namespace changepolicy::cel {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Use {
  const char* text;
  std::set<std::string_view> libraries;
};
std::ostream& operator<<(std::ostream& out, const Use& row) { return out << row.text; }

class Uses : public testing::TestWithParam<Use> {};

TEST_P(Uses, AreFound) {
  const CompileResult compiled = TestEnvironment().Compile(GetParam().text);
  ASSERT_TRUE(compiled.expression) << compiled.diagnostics.front().message;
  EXPECT_EQ(LibrariesUsed(*compiled.expression), GetParam().libraries);
}

INSTANTIATE_TEST_SUITE_P(Standard, Uses,
                         testing::Values(Use{"size(l) > 0 && s.contains('a')", {}},
                                         Use{"l.all(v, v > 0)", {}},
                                         Use{"l.map(v, v > 0, v).exists_one(v, v == 1)", {}},
                                         Use{"has(change.schedule) ? m['a'] : l[0]", {}}));

INSTANTIATE_TEST_SUITE_P(Functions, Uses,
                         testing::Values(Use{"s.lowerAscii() == 'a'", {"strings"}},
                                         Use{"l.distinct()", {"lists"}},
                                         Use{"lists.range(3)", {"lists"}},
                                         Use{"optional.of(1)", {"optionals"}},
                                         Use{"s.split(',').distinct()", {"lists", "strings"}},
                                         Use{"l.map(x, string(x).upperAscii())", {"strings"}}));

// Both libraries have a function of this name; the target's type tells them apart, if it is known.
INSTANTIATE_TEST_SUITE_P(Shared, Uses,
                         testing::Values(Use{"s.reverse()", {"strings"}},
                                         Use{"l.reverse()", {"lists"}},
                                         Use{"a.reverse()", {"lists", "strings"}}));

INSTANTIATE_TEST_SUITE_P(Macros, Uses,
                         testing::Values(Use{"cel.bind(x, 1, x + 1)", {"bindings"}},
                                         Use{"l.all(n, v, v > n)", {"comprehensions"}},
                                         Use{"m.transformMap(k, v, v + 1)", {"comprehensions"}},
                                         Use{"m.transformList(k, v, k)", {"comprehensions"}},
                                         Use{"optional.none().optMap(v, v)", {"optionals"}},
                                         Use{"l.exists(x, cel.bind(y, x, y == 1))", {"bindings"}}));

INSTANTIATE_TEST_SUITE_P(Syntax, Uses,
                         testing::Values(Use{"a.?b", {"optionals"}}, Use{"m[?'a']", {"optionals"}},
                                         Use{"[?a.b]", {"optionals"}},
                                         Use{"{?'a': a.b}", {"optionals"}},
                                         Use{"l.map(x, a.?b)", {"optionals"}}));

TEST(LibraryMistakes, AreFoundInTheirOrder) {
  const std::vector<std::string> names = {"string", "standard", "lists", "lists", "quantum"};
  const std::vector<LibraryMistake> mistakes = FindLibraryMistakes(names);
  std::vector<std::string> found;
  for (const LibraryMistake& mistake : mistakes) {
    found.push_back(StrCat(mistake.index, " ", mistake.id, " ", mistake.meant));
  }
  EXPECT_THAT(found, ElementsAre("0 unknown-library strings", "1 standard-library ",
                                 "3 duplicate-library ", "4 unknown-library "));
  EXPECT_EQ(mistakes[0].message, "unknown library `string`");
  EXPECT_THAT(mistakes[0].help, HasSubstr("did you mean `strings`? there are `bindings`"));
  EXPECT_THAT(mistakes[3].help, testing::StartsWith("there are `bindings`"));
  EXPECT_THAT(mistakes[3].help, testing::Not(HasSubstr("`standard`")));
}

TEST(LibraryMistakes, NoneWhereAllIsWell) {
  EXPECT_THAT(FindLibraryMistakes({}), IsEmpty());
  EXPECT_THAT(FindLibraryMistakes(std::vector<std::string>{"strings", "lists"}), IsEmpty());
}

TEST(AddsToFunctions, WhereANameIsShared) {
  EXPECT_TRUE(AddsToFunctions("strings", {"lists"}));
  EXPECT_FALSE(AddsToFunctions("strings", {}));
  EXPECT_FALSE(AddsToFunctions("bindings", {"lists", "strings"}));
  EXPECT_FALSE(AddsToFunctions("quantum", {"lists"}));
}

}  // namespace
}  // namespace changepolicy::cel
