// The sets library, and the same questions as members of lists.
#include "gtest/gtest.h"
#include "tests/cel/fixture.h"

namespace changepolicy::cel {
namespace {

TEST(Sets, Contains) {
  ExpectAll({
      {"sets.contains([], [])", "true", "bool"},
      {"sets.contains([], [1])", "false", "bool"},
      {"sets.contains([1, 2, 3, 4], [2, 3])", "true"},
      {"sets.contains([1, 2.0, 3u], [1.0, 2u, 3])", "true"},
      {"sets.contains([1, 2], [2, 2, 2])", "true"},
      {"sets.contains([[1], [2]], [[dyn(2.0)]])", "true"},
      {"sets.contains([0.0 / 0.0], [0.0 / 0.0])", "false"},
      {"sets.contains([1], ['a'])", "refused cel-no-such-overload", "", "false"},
      {"sets.contains([dyn(1)], ['a'])", "false"},
      {"sets.contains(1, [1])", "refused cel-no-such-overload", "", "error UNIMPLEMENTED"},
      {"sets.contains(dyn(1), [1])", "error UNIMPLEMENTED"},
      {"sets.contains([1])", "refused cel-no-such-overload", "", "error UNIMPLEMENTED"},
  });
}

TEST(Sets, EquivalentAndIntersects) {
  ExpectAll({
      {"sets.equivalent([], [])", "true", "bool"},
      {"sets.equivalent([1], [1, 1])", "true"},
      {"sets.equivalent([1], [1u, 1.0])", "true"},
      {"sets.equivalent([1, 2, 3], [3u, 2.0, 1])", "true"},
      {"sets.equivalent([1, 2], [1])", "false"},
      {"sets.equivalent([1], [1, 2])", "false"},
      {"sets.intersects([1], [])", "false", "bool"},
      {"sets.intersects([], [])", "false"},
      {"sets.intersects([1], [1, 2])", "true"},
      {"sets.intersects([[1], [2, 3]], [[1, 2], [2, 3.0]])", "true"},
      {"sets.intersects([1, 2], [3])", "false"},
  });
}

TEST(Sets, MembersOfLists) {
  ExpectAll({
      {"[1, 2, 3].hasAll([])", "true", "bool"},
      {"[1, 2].hasAll([2, 3])", "false"},
      {"[1, 2.0, 3u].hasAll([1.0, 2u, 3])", "true"},
      {"[1, 2, 3].hasAny([3, 4])", "true"},
      {"[1].hasAny([])", "false"},
      {"[].hasOnly([1])", "true"},
      {"[1, 1, 2].hasOnly([1, 2, 3])", "true"},
      {"[1, 4].hasOnly([1, 2, 3])", "false"},
      {"[1].hasExactly([1, 1u])", "true"},
      {"[1, 2].hasExactly([1, 2, 3])", "false"},
      {"[1].hasAll(1)", "refused cel-no-such-overload", "", "error UNIMPLEMENTED"},
  });
}

}  // namespace
}  // namespace changepolicy::cel
