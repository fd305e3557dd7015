#include "libchangepolicy/calendar/interval_set.h"

#include <vector>

#include "gtest/gtest.h"

namespace changepolicy {
namespace {

Interval I(int start, int end) {
  return {absl::FromUnixSeconds(start), absl::FromUnixSeconds(end)};
}
using List = std::vector<Interval>;

TEST(IntervalSet, IsAUnionWithoutSeams) {
  EXPECT_EQ(IntervalSet({I(5, 7), I(1, 3), I(3, 4), I(6, 9), I(8, 8)}).intervals(),
            (List{I(1, 4), I(5, 9)}));
  EXPECT_EQ(IntervalSet({I(4, 2)}).intervals(), List{});
}

TEST(IntervalSet, ContainsWholeIntervalsOnly) {
  const IntervalSet set({I(1, 4), I(5, 9)});
  EXPECT_TRUE(set.Contains(I(1, 4)));
  EXPECT_TRUE(set.Contains(I(6, 7)));
  EXPECT_FALSE(set.Contains(I(3, 6)));
  EXPECT_FALSE(set.Contains(I(0, 2)));
  EXPECT_FALSE(set.Contains(I(8, 10)));
  EXPECT_TRUE(set.Contains(I(20, 20)));
}

TEST(IntervalSet, MeetsAndParts) {
  const IntervalSet set({I(1, 4), I(5, 9), I(12, 20)});
  EXPECT_EQ(set.And(IntervalSet({I(3, 6), I(9, 13)})).intervals(),
            (List{I(3, 4), I(5, 6), I(12, 13)}));
  EXPECT_EQ(set.Minus(IntervalSet({I(3, 6), I(13, 14)})).intervals(),
            (List{I(1, 3), I(6, 9), I(12, 13), I(14, 20)}));
  EXPECT_EQ(set.Gaps(I(0, 15)).intervals(), (List{I(0, 1), I(4, 5), I(9, 12)}));
  EXPECT_EQ(set.Gaps(I(2, 3)).intervals(), List{});
  EXPECT_EQ(IntervalSet().Gaps(I(2, 3)).intervals(), (List{I(2, 3)}));
  EXPECT_EQ(set.Within(I(8, 13)).intervals(), (List{I(8, 9), I(12, 13)}));
}

}  // namespace
}  // namespace changepolicy
