// What an expansion costs, counted in steps: periods, days and instances that it looks at.
#include <ostream>
#include <string>

#include "gtest/gtest.h"
#include "libchangepolicy/calendar/recurrence.h"
#include "libchangepolicy/calendar/zone.h"

namespace changepolicy {
namespace {

Recurrence Of(std::string_view rule, std::string_view start) {
  const ParsedRule parsed = ParseRule(rule);
  EXPECT_EQ(parsed.problem, "");
  return Recurrence(parsed.rule.value(), *ParseLocal(start));
}

struct Row {
  const char* start;
  const char* rule;
  int64_t most_steps;  // about one day of 2026
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.rule; }

class Jumps : public testing::TestWithParam<Row> {};

TEST_P(Jumps, StraightToWhatIsAsked) {
  const Recurrence recurrence = Of(GetParam().rule, GetParam().start);
  EXPECT_LE(recurrence.StepsBetween(*ParseLocal("2026-06-01"), *ParseLocal("2026-06-02")),
            GetParam().most_steps);
}

INSTANTIATE_TEST_SUITE_P(
    Rules, Jumps,
    testing::Values(Row{"0001-01-01", "FREQ=DAILY", 5},
                    Row{"0001-01-01", "FREQ=DAILY;INTERVAL=11", 5},
                    Row{"0001-01-01", "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO", 5},
                    Row{"0001-01-01", "FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=1", 5},
                    Row{"0001-01-01", "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=1", 30},
                    Row{"0001-01-01", "FREQ=YEARLY;BYWEEKNO=23", 30},
                    Row{"1970-01-01", "FREQ=HOURLY;INTERVAL=5", 30},
                    Row{"1970-01-01", "FREQ=SECONDLY;INTERVAL=86399", 5},
                    Row{"1970-01-01", "FREQ=SECONDLY;BYHOUR=3;BYMINUTE=4;BYSECOND=5", 10},
                    Row{"1970-01-01", "FREQ=SECONDLY;BYMONTH=7", 10},
                    Row{"1970-01-01", "FREQ=MINUTELY;BYMONTHDAY=31;BYMONTH=2", 0},
                    Row{"1970-01-01", "FREQ=SECONDLY;INTERVAL=2147483647", 5},
                    Row{"1970-01-01", "FREQ=YEARLY;INTERVAL=2147483647", 20},
                    // COUNT was counted when the recurrence was made.
                    Row{"1970-01-01", "FREQ=DAILY;COUNT=100000", 5},
                    Row{"1970-01-01", "FREQ=DAILY;COUNT=10", 0}));

struct Never {
  const char* rule;  // from 2026-01-01, a Thursday
  bool never;
};
std::ostream& operator<<(std::ostream& out, const Never& row) { return out << row.rule; }

class NeverFiring : public testing::TestWithParam<Never> {};

TEST_P(NeverFiring, IsKnown) {
  const Recurrence recurrence = Of(GetParam().rule, "2026-01-01");
  EXPECT_EQ(recurrence.NeverFires(), GetParam().never);
  if (GetParam().never) {
    EXPECT_EQ(recurrence.StepsBetween(absl::CivilSecond(1), absl::CivilSecond(10'000)), 0);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rules, NeverFiring,
    testing::Values(Never{"FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", true},
                    Never{"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", true},
                    Never{"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", true},
                    Never{"FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", true},
                    Never{"FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=31", true},
                    Never{"FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6", true},
                    Never{"FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2", true},
                    Never{"FREQ=DAILY;BYHOUR=9;BYSETPOS=-2", true},
                    Never{"FREQ=MINUTELY;BYSECOND=9,10;BYSETPOS=3", true},
                    Never{"FREQ=MONTHLY;BYDAY=6MO", true},
                    Never{"FREQ=YEARLY;BYDAY=53MO;BYMONTH=2", true},
                    Never{"FREQ=MONTHLY;INTERVAL=12;BYMONTH=3", true},
                    Never{"FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29", true},
                    Never{"FREQ=DAILY;INTERVAL=7;BYDAY=MO", true},
                    Never{"FREQ=DAILY;INTERVAL=14;BYMONTHDAY=13;BYDAY=FR", true},
                    Never{"FREQ=DAILY;INTERVAL=8;BYMONTH=4;BYMONTHDAY=31", true},
                    Never{"FREQ=HOURLY;INTERVAL=168;BYDAY=MO", true},
                    Never{"FREQ=HOURLY;INTERVAL=24;BYHOUR=9", true},
                    Never{"FREQ=SECONDLY;INTERVAL=60;BYSECOND=1", true},
                    Never{"FREQ=SECONDLY;INTERVAL=86400;BYHOUR=0;BYMINUTE=0;BYSECOND=1", true},
                    Never{"FREQ=DAILY;UNTIL=20251231T000000", true},
                    Never{"FREQ=DAILY;INTERVAL=7;BYDAY=TH", false},
                    Never{"FREQ=SECONDLY;INTERVAL=61;BYSECOND=1", false},
                    Never{"FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO;BYHOUR=3;BYMINUTE=4",
                          false},
                    Never{"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO", false},
                    Never{"FREQ=YEARLY;BYWEEKNO=53;BYDAY=SU", false},
                    Never{"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO", false},
                    Never{"FREQ=MONTHLY;BYDAY=5MO;BYMONTH=2", false}));

TEST(Bounds, StepsAreCutAndThatIsSaid) {
  const ParsedRule parsed = ParseRule("FREQ=SECONDLY;COUNT=1000000000");
  const Recurrence recurrence(*parsed.rule, *ParseLocal("1970-01-01"));
  // What was counted is right, and behind it nothing is claimed.
  const Occurrences early =
      recurrence.Between(*ParseLocal("1970-01-02"), *ParseLocal("1970-01-02T00:00:05"));
  EXPECT_EQ(early.starts.size(), 5u);
  EXPECT_EQ(early.problem, "");
  const Occurrences late = recurrence.Between(*ParseLocal("2026-01-01"), *ParseLocal("2026-01-02"));
  EXPECT_TRUE(late.starts.empty());
  EXPECT_EQ(late.problem,
            "`FREQ=SECONDLY;COUNT=1000000000` was followed for 2000000 steps, and not to its end");

  const Recurrence all = Of("FREQ=SECONDLY", "1970-01-01");
  EXPECT_LE(all.StepsBetween(absl::CivilSecond(1970), absl::CivilSecond(9'000)), 2'000'001);
  int64_t visited = 0;
  EXPECT_NE(all.Visit(absl::CivilSecond(1970), absl::CivilSecond(9'000),
                      [&](absl::CivilSecond) { return ++visited > 0; }),
            "");
}

TEST(Bounds, YearsAre1To9999) {
  const Recurrence all = Of("FREQ=DAILY", "9999-12-30");
  EXPECT_EQ(all.Between(absl::CivilSecond::min(), absl::CivilSecond::max()).starts.size(), 2u);
  const Recurrence weeks = Of("FREQ=YEARLY;BYWEEKNO=1,-1;WKST=SU", "0001-01-01");
  const Occurrences first = weeks.Between(absl::CivilSecond(1), absl::CivilSecond(1, 2, 1));
  ASSERT_FALSE(first.starts.empty());
  EXPECT_EQ(first.starts.front(), absl::CivilSecond(1, 1, 1));
  const Occurrences last = weeks.Between(absl::CivilSecond(9999, 12, 1), absl::CivilSecond(20'000));
  ASSERT_FALSE(last.starts.empty());
  EXPECT_EQ(last.starts.back(), absl::CivilSecond(9999, 12, 31));
}

}  // namespace
}  // namespace changepolicy
