// The lists library.
#include "gtest/gtest.h"
#include "tests/cel/fixture.h"

namespace changepolicy::cel {
namespace {

TEST(Lists, SortByAKey) {
  ExpectAll({
      {"[3, 1, 2].sortBy(x, x)", "[1, 2, 3]", "list(int)"},
      {"[3, 1, 2].sortBy(x, -x)", "[3, 2, 1]", "list(int)"},
      {"['bb', 'a', 'ccc'].sortBy(x, size(x))", "[\"a\", \"bb\", \"ccc\"]", "list(string)"},
      {"[{'n': 'b', 'k': 2}, {'n': 'a', 'k': 1}].sortBy(e, e.k).map(e, e.n)", "[\"a\", \"b\"]"},
      // Of equals the first stays first.
      {"[5, 4, 3, 2, 1].sortBy(x, x % 2 == 0)", "[5, 3, 1, 4, 2]"},
      {"[[3, 1], [2]].sortBy(x, x.sortBy(y, y)[0])", "[[3, 1], [2]]", "list(list(int))"},
      {"[].sortBy(x, x)", "[]"},
      {"[Urgency.HIGH, Urgency.LOW].sortBy(x, x)", "[Urgency.LOW, Urgency.HIGH]"},
      {"[duration('2s'), duration('1s')].sortBy(d, d) == [duration('1s'), duration('2s')]", "true"},
      {"dyn([2, 1]).sortBy(x, x)", "[1, 2]"},
      {"[1, 2].sortBy(x, x == 1 ? dyn('a') : dyn(2))", "error INVALID_ARGUMENT"},
      {"[1, 2].sortBy(x, dyn([x]))", "error INVALID_ARGUMENT"},
      {"[2, 1].sortBy(x, x / 0)", "error INVALID_ARGUMENT"},
      {"[1, 2].sortBy(x, [x])", "refused cel-no-such-overload", "", "error INVALID_ARGUMENT"},
      {"[1, 2].sortBy(x, null)", "error INVALID_ARGUMENT"},
      {"[1].sortBy(x.y, 1)", "refused cel-macro"},
      {"{'b': 1}.sortBy(x, x)", "refused cel-no-such-overload", "", "error UNIMPLEMENTED"},
      {"1.sortBy(x, x)", "refused cel-not-iterable", "", "error UNIMPLEMENTED"},
  });
}

TEST(Lists, Sort) {
  ExpectAll({
      {"[3, 1, 2].sort()", "[1, 2, 3]", "list(int)"},
      {"['b', 'a'].sort()", "[\"a\", \"b\"]", "list(string)"},
      {"[true, false].sort()", "[false, true]", "list(bool)"},
      {"[b'b', b'a'].sort()", "[b\"a\", b\"b\"]", "list(bytes)"},
      {"[2.5, 1.0].sort()", "[1, 2.5]", "list(double)"},
      {"[2.0, 0.0 / 0.0, 1.0].sort()", "[NaN, 1, 2]"},
      {"[].sort()", "[]"},
      {"[Urgency.HIGH, Urgency.LOW].sort() == [Urgency.LOW, Urgency.HIGH]", "true", "bool"},
      {"[Urgency.HIGH, Urgency.LOW].sort()[0] < Urgency.HIGH", "true", "bool"},
      {"[1, 'b'].sort()", "error INVALID_ARGUMENT"},
      {"[dyn(1), 2u].sort()", "error INVALID_ARGUMENT"},
      {"[[1]].sort()", "refused cel-no-such-overload", "", "error INVALID_ARGUMENT"},
      {"dyn([null]).sort()", "error INVALID_ARGUMENT"},
  });
}

TEST(Lists, PartsAndWholes) {
  ExpectAll({
      {"[[1, 2], [3]].flatten()", "[1, 2, 3]", "list(int)"},
      {"[1, [2, [3]]].flatten()", "[1, 2, [3]]", "list(dyn)"},
      {"[1, [2, [3, [4]]]].flatten(2)", "[1, 2, 3, [4]]", "list(dyn)"},
      {"[[1]].flatten(0)", "[[1]]", "list(dyn)"},
      {"[[1]].flatten(9223372036854775807)", "[1]"},
      {"[[1]].flatten(-1)", "error INVALID_ARGUMENT"},
      {"[1].flatten()", "refused cel-no-such-overload", "", "[1]"},
      {"[1, 2, 2, 3u, 3.0].distinct()", "[1, 2, 3u]", "list(dyn)"},
      {"[1, 2, 3, 4].slice(1, 3)", "[2, 3]", "list(int)"},
      {"[1].slice(1, 1)", "[]"},
      {"[1].slice(0, 2)", "error OUT_OF_RANGE"},
      {"[1].slice(-1, 1)", "error OUT_OF_RANGE"},
      {"[1, 2].slice(1, 0)", "error OUT_OF_RANGE"},
      {"lists.range(3)", "[0, 1, 2]", "list(int)"},
      {"lists.range(0)", "[]"},
      {"lists.range(-1)", "error INVALID_ARGUMENT"},
      {"lists.range(1000001)", "error RESOURCE_EXHAUSTED"},
      {"[5, 3, 1].reverse()", "[1, 3, 5]", "list(int)"},
  });
}

TEST(Lists, TransformedWithTwoVariables) {
  ExpectAll({
      {"[1, 2, 3].transformList(i, v, i * v + v)", "[1, 4, 9]", "list(int)"},
      {"[1, 2, 3].transformList(i, v, i % 2 == 0, v)", "[1, 3]", "list(int)"},
      {"[1, 2].transformMap(i, v, v * 10)", "{0: 10, 1: 20}", "map(int, int)"},
      {"{'a': 1}.transformMapEntry(k, v, {v: k})", "{1: \"a\"}", "map(int, string)"},
      {"{'a': 1, 'b': 1}.transformMapEntry(k, v, {v: k})", "error INVALID_ARGUMENT"},
      {"[dyn(1), 1u].transformMapEntry(i, v, {v: i})", "error INVALID_ARGUMENT"},
      {"[1].transformMapEntry(i, v, 1)", "refused cel-no-such-overload", "", "error UNIMPLEMENTED"},
      {"[0, 1].existsOne(i, v, 1 / v == 1)", "error INVALID_ARGUMENT"},
      {"[0, 1].exists(i, v, 1 / v == 1)", "true", "bool"},
      {"[1].all(i, i, true)", "refused cel-macro"},
  });
}

}  // namespace
}  // namespace changepolicy::cel
