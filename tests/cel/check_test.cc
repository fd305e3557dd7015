// What the checker admits, with its type, and what it says of the rest.
#include <ostream>
#include <string>

#include "gtest/gtest.h"
#include "libchangepolicy/cel/environment.h"
#include "tests/cel/fixture.h"

namespace changepolicy::cel {
namespace {

struct Typed {
  const char* text;
  const char* type;
};
std::ostream& operator<<(std::ostream& out, const Typed& row) { return out << row.text; }

class Types : public testing::TestWithParam<Typed> {};

TEST_P(Types, Of) {
  const CompileResult compiled = TestEnvironment().Compile(GetParam().text);
  ASSERT_TRUE(compiled.expression) << compiled.diagnostics.front().message;
  EXPECT_EQ(compiled.expression->type().ToString(), GetParam().type);
}

INSTANTIATE_TEST_SUITE_P(
    Admitted, Types,
    testing::Values(Typed{"i + 1", "int"}, Typed{"l[0]", "int"}, Typed{"m['a']", "int"},
                    Typed{"a.b.c", "dyn"}, Typed{"[1, 2]", "list(int)"}, Typed{"[]", "list(dyn)"},
                    Typed{"[1, 'a']", "list(dyn)"}, Typed{"{'a': 1}", "map(string, int)"},
                    Typed{"l.map(x, string(x))", "list(string)"}, Typed{"b ? 1 : 2", "int"},
                    Typed{"change.id", "string"},
                    Typed{"change.services", "list(changepolicy.v1.AffectedService)"},
                    Typed{"change.schedule.start", "google.protobuf.Timestamp"},
                    Typed{"change.schedule.start - t", "google.protobuf.Duration"},
                    Typed{"type(1)", "type(int)"}, Typed{"has(change.schedule)", "bool"}));

struct Mistake {
  const char* text;
  const char* id;
  uint32_t begin;
  const char* says;
};
std::ostream& operator<<(std::ostream& out, const Mistake& row) { return out << row.text; }

class Mistakes : public testing::TestWithParam<Mistake> {};

TEST_P(Mistakes, AreNamed) {
  const CompileResult compiled = TestEnvironment().Compile(GetParam().text);
  EXPECT_FALSE(compiled.expression);
  ASSERT_EQ(compiled.diagnostics.size(), 1u);
  const Diagnostic& diagnostic = compiled.diagnostics.front();
  EXPECT_EQ(diagnostic.id, GetParam().id);
  EXPECT_EQ(diagnostic.begin, GetParam().begin);
  EXPECT_NE((diagnostic.message + " " + diagnostic.help).find(GetParam().says), std::string::npos)
      << diagnostic.message << " / " << diagnostic.help;
}

INSTANTIATE_TEST_SUITE_P(
    Refused, Mistakes,
    testing::Values(Mistake{"chnge.id == ''", "cel-undeclared-name", 0, "`change`"},
                    Mistake{"change.servces", "cel-unknown-field", 7, "`services`"},
                    Mistake{"sizee(l)", "cel-undeclared-function", 0, "`size`"},
                    Mistake{"i + s", "cel-no-such-overload", 2, "int"},
                    Mistake{"Urgency.HIHG", "cel-unknown-enum-value", 8, "HIGH"},
                    Mistake{"Chnge{}", "cel-unknown-message", 0, "Chnge"},
                    Mistake{"ChangeRequest{idd: 'x'}", "cel-unknown-field", 14, "`id`"},
                    Mistake{"ChangeRequest{id: 1}", "cel-field-type", 18, "string"},
                    Mistake{"i.x", "cel-no-fields", 2, "int"},
                    Mistake{"i ? 1 : 2", "cel-no-such-overload", 2, "bool"},
                    Mistake{"l.all(x, x)", "cel-no-such-overload", 2, "bool"}));

TEST(Diagnostics, AllAtOnce) {
  const CompileResult compiled =
      TestEnvironment().Compile("chnge.id == '' && change.servces.size() > 0 && sizee(l) == 1");
  EXPECT_EQ(compiled.diagnostics.size(), 3u);
}

}  // namespace
}  // namespace changepolicy::cel
