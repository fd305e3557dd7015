// The checked tree in words: each node with its type and what its name stands for.
#include <ostream>
#include <string>

#include "gtest/gtest.h"
#include "libchangepolicy/cel/environment.h"
#include "libchangepolicy/cel/expression.h"
#include "tests/cel/fixture.h"

namespace changepolicy::cel {
namespace {

struct Dumped {
  const char* text;
  const char* dump;
  bool check = true;
};
std::ostream& operator<<(std::ostream& out, const Dumped& row) { return out << row.text; }

class Dumps : public testing::TestWithParam<Dumped> {};

TEST_P(Dumps, Are) {
  const CompileResult compiled =
      TestEnvironment().Compile(GetParam().text, {.check = GetParam().check});
  ASSERT_TRUE(compiled.expression) << compiled.diagnostics.front().message;
  EXPECT_EQ(Dump(*compiled.expression), GetParam().dump);
}

INSTANTIATE_TEST_SUITE_P(
    Expressions, Dumps,
    testing::Values(
        Dumped{"i + 1",
               "_+_: int = function _+_ [_+_(int, int) -> int]\n"
               "  i: int = variable i\n"
               "  1: int\n"},
        Dumped{"change.services.exists(x, has(x.client_facing))",
               "fold x into @result: bool\n"
               "  over .services: list(changepolicy.v1.AffectedService)\n"
               "    change: changepolicy.v1.ChangeRequest = variable change\n"
               "  from false: bool\n"
               "  while @not_strictly_false: bool = function @not_strictly_false "
               "[@not_strictly_false(bool) -> bool]\n"
               "    !_: bool = function !_ [!_(bool) -> bool]\n"
               "      @result: bool = local @result\n"
               "  step _||_: bool = function _||_ [_||_(bool, bool) -> bool]\n"
               "    @result: bool = local @result\n"
               "    has .client_facing: bool\n"
               "      x: changepolicy.v1.AffectedService = local x\n"
               "  result @result: bool = local @result\n"},
        Dumped{"Urgency.HIGH == change.urgency",
               "_==_: bool = function _==_ [_==_(A, A) -> bool]\n"
               "  Urgency.HIGH: changepolicy.v1.Urgency = constant Urgency.HIGH\n"
               "  .urgency: changepolicy.v1.Urgency\n"
               "    change: changepolicy.v1.ChangeRequest = variable change\n"},
        Dumped{"m.all(k, v, k == 'a' || v > 1)",
               "fold k, v into @result: bool\n"
               "  over m: map(string, int) = variable m\n"
               "  from true: bool\n"
               "  while @not_strictly_false: bool = function @not_strictly_false "
               "[@not_strictly_false(bool) -> bool]\n"
               "    @result: bool = local @result\n"
               "  step _&&_: bool = function _&&_ [_&&_(bool, bool) -> bool]\n"
               "    @result: bool = local @result\n"
               "    _||_: bool = function _||_ [_||_(bool, bool) -> bool]\n"
               "      _==_: bool = function _==_ [_==_(A, A) -> bool]\n"
               "        k: string = local k\n"
               "        \"a\": string\n"
               "      _>_: bool = function _>_ [_>_(int, int) -> bool]\n"
               "        v: int = local v\n"
               "        1: int\n"
               "  result @result: bool = local @result\n"},
        Dumped{
            "[?optional.of(1), u]",
            "list: list(dyn)\n"
            "  ? .of: optional_type(int) = function optional.of [optional.of(A) -> optional(A)]\n"
            "    1: int\n"
            "  u: uint = variable u\n"},
        Dumped{"{'a': 1, ?'b': a.?c}",
               "map: map(string, dyn)\n"
               "  key \"a\": string\n"
               "  value 1: int\n"
               "  key? \"b\": string\n"
               "  value _?._: optional_type(dyn) = function _?._ [_?._(A, string) -> dyn]\n"
               "    a: dyn = variable a\n"
               "    \"c\": string\n"},
        Dumped{"ChangeRequest{id: s, ?emergency_basis: optional.none()}",
               "message ChangeRequest: changepolicy.v1.ChangeRequest = type "
               "changepolicy.v1.ChangeRequest\n"
               "  id s: string = variable s\n"
               "  ?emergency_basis .none: optional_type(list(changepolicy.v1.EmergencyBasis)) = "
               "function optional.none [optional.none() -> optional(A)]\n"},
        Dumped{"a.`b`",
               ".`b`: dyn\n"
               "  a: dyn = variable a\n"},
        Dumped{"nope.f(i).b",
               ".b: dyn\n"
               "  .f: dyn = unresolved f\n"
               "    nope: dyn = unresolved nope\n"
               "    i: dyn = variable i\n",
               false},
        Dumped{"cel.bind(x, d, x * 2.0)",
               "fold #unused into x: double\n"
               "  over list: list(dyn)\n"
               "  from d: double = variable d\n"
               "  while false: bool\n"
               "  step x: double = local x\n"
               "  result _*_: double = function _*_ [_*_(double, double) -> double]\n"
               "    x: double = local x\n"
               "    2d: double\n"}));

}  // namespace
}  // namespace changepolicy::cel
