#include "libchangepolicy/calendar/length.h"

#include <optional>
#include <ostream>

#include "gtest/gtest.h"

namespace changepolicy {
namespace {

constexpr int kDay = 86'400;

struct Row {
  const char* text;
  int exact_seconds;  // -1: no exact length
  int days;           // -1: no civil length
  int seconds;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.text; }

class Lengths : public testing::TestWithParam<Row> {};

TEST_P(Lengths, AreRead) {
  const Row& row = GetParam();
  const std::optional<absl::Duration> exact = ParseLength(row.text);
  ASSERT_EQ(exact.has_value(), row.exact_seconds >= 0);
  EXPECT_EQ(exact.value_or(absl::Seconds(-1)), absl::Seconds(row.exact_seconds));
  const std::optional<CivilLength> civil = ParseCivilLength(row.text);
  ASSERT_EQ(civil.has_value(), row.days >= 0);
  EXPECT_EQ(civil.value_or(CivilLength{-1, 0}), (CivilLength{row.days, row.seconds}));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, Lengths,
    testing::Values(
        Row{"4h", 14'400, 0, 14'400}, Row{"1h30m", 5'400, 0, 5'400}, Row{"90m", 5'400, 0, 5'400},
        Row{"45s", 45, 0, 45}, Row{"PT4H", 14'400, 0, 14'400}, Row{"+PT4H", 14'400, 0, 14'400},
        Row{"P1DT2H", kDay + 7'200, 1, 7'200}, Row{"P15DT5H0M20S", 15 * kDay + 18'020, 15, 18'020},
        Row{"P2W", 14 * kDay, 14, 0}, Row{"P14D", 14 * kDay, 14, 0}, Row{"14d", -1, 14, 0},
        Row{"2w", -1, 14, 0}, Row{"1d12h", -1, 1, 43'200},
        // Fractions are exact only.
        Row{"1.5h", 5'400, -1, 0}, Row{"", -1, -1, 0}, Row{"P", -1, -1, 0}, Row{"PT", -1, -1, 0},
        Row{"P1DT", -1, -1, 0}, Row{"P1", -1, -1, 0}, Row{"14", -1, -1, 0}, Row{"P0D", -1, -1, 0},
        Row{"0h", -1, -1, 0}, Row{"-4h", -1, -1, 0}, Row{"-P1D", -1, -1, 0}, Row{"P1M", -1, -1, 0},
        Row{"P1Y", -1, -1, 0}, Row{"PT1D", -1, -1, 0}, Row{"P4H", -1, -1, 0},
        Row{"PT4H4H", -1, -1, 0}, Row{"PT5M4H", -1, -1, 0},
        Row{"P99999999999999999999D", -1, -1, 0}, Row{"P3661D", -1, -1, 0},
        Row{"P3660D", 3'660 * kDay, 3'660, 0}, Row{"1000000h", -1, -1, 0}, Row{"inf", -1, -1, 0},
        Row{"long", -1, -1, 0}, Row{"4 h", -1, -1, 0}));

TEST(Lengths, OfDaysKeepTheTimeOfDay) {
  const absl::CivilSecond time(2026, 3, 10, 9, 0, 0);
  EXPECT_EQ(time - *ParseCivilLength("14d"), absl::CivilSecond(2026, 2, 24, 9, 0, 0));
  EXPECT_EQ(time + *ParseCivilLength("1d12h"), absl::CivilSecond(2026, 3, 11, 21, 0, 0));
}

}  // namespace
}  // namespace changepolicy
