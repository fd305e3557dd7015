// The optionals library.
#include "gtest/gtest.h"
#include "tests/cel/fixture.h"

namespace changepolicy::cel {
namespace {

TEST(Optionals, HoldAValueOrNone) {
  ExpectAll({
      {"optional.of(1)", "optional.of(1)", "optional_type(int)"},
      {"optional.none()", "optional.none()", "optional_type(dyn)"},
      {"optional.of(1).value()", "1", "int"},
      {"optional.none().value()", "error FAILED_PRECONDITION"},
      {"optional.of(null).hasValue()", "true", "bool"},
      {"optional.of(1).hasValue(1)", "true", "bool"},
      {"optional.of(1).hasValue(2)", "false"},
      {"optional.none().hasValue(1)", "false"},
      {"optional.of(1).hasValue(dyn(1.0))", "true"},
      {"optional.of(1).hasValue(dyn(optional.of(1)))", "false"},
      {"optional.of(optional.of(1)).hasValue(optional.of(1))", "true"},
      {"optional.of(1).hasValue('a')", "refused cel-no-such-overload", "", "false"},
      {"optional.ofNonZeroValue(0)", "optional.none()", "optional_type(int)"},
      {"optional.ofNonZeroValue(timestamp(0))", "optional.none()"},
      {"optional.ofNonZeroValue('a')", "optional.of(\"a\")"},
      {"optional.ofNonZeroValue(optional.none())", "optional.of(optional.none())"},
      {"optional.none().or(optional.of(1))", "optional.of(1)", "optional_type(int)"},
      {"optional.of(1).orValue(1 / 0)", "1", "int"},
      {"optional.of(2).optMap(i, i * 2)", "optional.of(4)", "optional_type(int)"},
      {"optional.none().optFlatMap(i, optional.of(i))", "optional.none()"},
  });
}

// The optional selection has the type of the field, in one optional however many there are.
TEST(Optionals, Selections) {
  ExpectAll({
      {"{'a': 1}.?a", "optional.of(1)", "optional_type(int)"},
      {"{'a': 1}.?b", "optional.none()", "optional_type(int)"},
      {"{'a': {'b': 2}}.?a.b", "optional.of(2)", "optional_type(int)"},
      {"{'a': {'b': 2}}.?x.?b", "optional.none()", "optional_type(int)"},
      {"{'a': 1}.?a.orValue('x')", "refused cel-no-such-overload", "", "1"},
      {"{'a': optional.of(1)}.?a", "optional.of(optional.of(1))",
       "optional_type(optional_type(int))"},
      {"ChangeRequest{id: 'C'}.?id", "optional.of(\"C\")", "optional_type(string)"},
      {"ChangeRequest{}.?schedule.start", "optional.none()",
       "optional_type(google.protobuf.Timestamp)"},
      {"ChangeRequest{}.?idd", "refused cel-unknown-field"},
      {"1.?a", "refused cel-no-fields", "", "optional.none()"},
      {"dyn({'a': 1}).?a.?b", "optional.none()", "optional_type(dyn)"},
      {"[1, 2][?5]", "optional.none()", "optional_type(int)"},
      {"[?{'a': 1}.?a, ?{}.?b]", "[1]"},
  });
}

TEST(Optionals, InLists) {
  ExpectAll({
      {"optional.unwrap([optional.of(1), optional.none(), optional.of(2)])", "[1, 2]", "list(int)"},
      {"[optional.of(1), optional.none()].unwrapOpt()", "[1]", "list(int)"},
      {"optional.unwrap([])", "[]"},
      {"[1].unwrapOpt()", "refused cel-no-such-overload", "", "error UNIMPLEMENTED"},
      {"optional.unwrap(dyn([optional.of(1), 2]))", "error UNIMPLEMENTED"},
      {"[1, 2].first()", "optional.of(1)", "optional_type(int)"},
      {"[1, 2].last().value()", "2", "int"},
      {"[].first().orValue('none')", "\"none\""},
      {"'abc'.first()", "refused cel-no-such-overload", "", "error UNIMPLEMENTED"},
  });
}

}  // namespace
}  // namespace changepolicy::cel
