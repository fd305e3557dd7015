#include "libchangepolicy/calendar/pattern.h"

#include <ostream>
#include <string>

#include "gtest/gtest.h"
#include "libchangepolicy/calendar/zone.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {
namespace {

v1::TimePattern Pattern(std::string_view yaml) {
  v1::TimePattern pattern;
  const Issues issues = ReadMessage(yaml, Format::kYaml, "t", &pattern);
  EXPECT_TRUE(issues.empty()) << ToText(issues);
  return pattern;
}

absl::Time At(std::string_view text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, std::string(text), &time, &error)) << error;
  return time;
}

Expansion On(const v1::TimePattern& pattern, std::string_view from, std::string_view to) {
  return Expand(pattern, At(from), At(to));
}

const char kNight[] =
    "{zone: America/New_York, start: 2026-01-01T01:00:00, end: 2026-01-01T04:00:00,"
    " rrule: FREQ=DAILY}";

// Local ends: the night on which clocks change is longer or shorter.
TEST(Pattern, NightsAroundTheChangeOfClocks) {
  const auto usual = On(Pattern(kNight), "2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z");
  ASSERT_EQ(usual.intervals.size(), 1u);
  EXPECT_EQ(usual.intervals[0].end - usual.intervals[0].start, absl::Hours(3));
  const auto autumn = On(Pattern(kNight), "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z");
  ASSERT_EQ(autumn.intervals.size(), 1u);
  EXPECT_EQ(autumn.intervals[0].start, At("2026-11-01T05:00:00Z"));
  EXPECT_EQ(autumn.intervals[0].end - autumn.intervals[0].start, absl::Hours(4));
  const auto spring = On(Pattern(kNight), "2026-03-08T00:00:00Z", "2026-03-09T00:00:00Z");
  ASSERT_EQ(spring.intervals.size(), 1u);
  EXPECT_EQ(spring.intervals[0].end - spring.intervals[0].start, absl::Hours(2));
}

// A duration is exact time, whatever the clocks do.
TEST(Pattern, DurationsAreExact) {
  const auto pattern = Pattern(
      "{zone: America/New_York, start: 2026-01-01T01:00:00, duration: 3h, rrule: FREQ=DAILY}");
  for (const char* day : {"2026-06-01", "2026-11-01", "2026-03-08"}) {
    const auto found =
        On(pattern, std::string(day) + "T04:00:00Z", std::string(day) + "T06:30:00Z");
    ASSERT_EQ(found.intervals.size(), 1u) << day;
    EXPECT_EQ(found.intervals[0].end - found.intervals[0].start, absl::Hours(3)) << day;
  }
}

TEST(Pattern, TheOffsetIsThatOfTheInstant) {
  const auto pattern = Pattern(
      "{zone: America/New_York, start: 2026-01-01T09:00:00, end: 2026-01-01T10:00:00,"
      " rrule: FREQ=DAILY}");
  const auto found = On(pattern, "2026-10-30T13:30:00Z", "2026-10-30T13:30:01Z");
  ASSERT_EQ(found.intervals.size(), 1u);
  EXPECT_EQ(found.intervals[0].start, At("2026-10-30T13:00:00Z"));
  EXPECT_TRUE(On(pattern, "2026-11-02T13:30:00Z", "2026-11-02T13:59:00Z").intervals.empty());
}

// 02:30 does not exist on 2026-03-08 in New York, and 01:30 exists twice on 2026-11-01.
TEST(Pattern, LocalTimesThatDoNotExistOrExistTwice) {
  const absl::TimeZone zone = *FindZone("America/New_York");
  EXPECT_EQ(ToInstant(*ParseLocal("2026-03-08T02:30:00"), zone), At("2026-03-08T07:30:00Z"));
  EXPECT_EQ(ToInstant(*ParseLocal("2026-11-01T01:30:00"), zone), At("2026-11-01T05:30:00Z"));
}

TEST(Pattern, IntervalsAreHalfOpen) {
  const auto pattern = Pattern("{zone: UTC, start: 2026-01-01T01:00:00, end: 2026-01-01T02:00:00}");
  EXPECT_EQ(On(pattern, "2026-01-01T01:59:59Z", "2026-01-01T03:00:00Z").intervals.size(), 1u);
  EXPECT_EQ(On(pattern, "2026-01-01T02:00:00Z", "2026-01-01T03:00:00Z").intervals.size(), 0u);
  EXPECT_EQ(On(pattern, "2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z").intervals.size(), 0u);
}

TEST(Pattern, DatesAreAddedAndTakenOut) {
  const auto pattern = Pattern(
      "{zone: UTC, start: 2026-01-05T10:00:00, duration: 1h, rrule: \"FREQ=WEEKLY;COUNT=3\","
      " rdates: [\"2026-01-07T10:00:00\"], exdates: [\"2026-01-12T10:00:00\"]}");
  const auto found = On(pattern, "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z");
  ASSERT_EQ(found.intervals.size(), 3u);
  EXPECT_EQ(found.intervals[0].start, At("2026-01-05T10:00:00Z"));
  EXPECT_EQ(found.intervals[1].start, At("2026-01-07T10:00:00Z"));
  EXPECT_EQ(found.intervals[2].start, At("2026-01-19T10:00:00Z"));
}

// A start that its rule does not match is no instance.
TEST(Pattern, StartMustMatchItsRule) {
  const auto pattern = Pattern(
      "{zone: UTC, start: 2026-01-06T10:00:00, duration: 1h, rrule: \"FREQ=WEEKLY;BYDAY=MO\"}");
  const auto found = On(pattern, "2026-01-05T00:00:00Z", "2026-01-13T00:00:00Z");
  ASSERT_EQ(found.intervals.size(), 1u);
  EXPECT_EQ(found.intervals[0].start, At("2026-01-12T10:00:00Z"));
}

// 02:15 to 03:10 on the night without 02:15: the end comes before the start.
TEST(Pattern, AnEndBeforeTheStartIsReportedAndIsNoInterval) {
  const auto pattern = Pattern(
      "{zone: America/New_York, start: 2026-01-01T02:15:00, end: 2026-01-01T03:10:00,"
      " rrule: FREQ=DAILY}");
  const auto found = On(pattern, "2026-03-08T00:00:00Z", "2026-03-09T00:00:00Z");
  EXPECT_TRUE(found.intervals.empty());
  EXPECT_EQ(found.problems.size(), 1u);
}

struct Bad {
  const char* yaml;
  const char* id;
};
std::ostream& operator<<(std::ostream& out, const Bad& row) { return out << row.yaml; }

class Refused : public testing::TestWithParam<Bad> {};

TEST_P(Refused, WithAReason) {
  const Issues issues = CheckPattern(Pattern(GetParam().yaml), "p");
  ASSERT_FALSE(issues.empty());
  EXPECT_EQ(issues[0].id, GetParam().id) << ToText(issues);
}

INSTANTIATE_TEST_SUITE_P(
    Patterns, Refused,
    testing::Values(
        Bad{"{start: 2026-01-01T01:00:00, duration: 1h}", "no-zone"},
        Bad{"{zone: Mars/Olympus, start: 2026-01-01T01:00:00, duration: 1h}", "unknown-zone"},
        Bad{"{zone: \"+08:00\", start: 2026-01-01T01:00:00, duration: 1h}", "unknown-zone"},
        Bad{"{zone: localtime, start: 2026-01-01T01:00:00, duration: 1h}", "unknown-zone"},
        Bad{"{zone: ../../etc/passwd, start: 2026-01-01T01:00:00, duration: 1h}", "unknown-zone"},
        Bad{"{zone: UTC, start: noon, duration: 1h}", "local-time"},
        Bad{"{zone: UTC, start: 2026-02-30T01:00:00, duration: 1h}", "local-time"},
        Bad{"{zone: UTC, start: 2026-01-01T01:00:00}", "pattern-length"},
        Bad{"{zone: UTC, start: 2026-01-01T01:00:00, duration: 1h, end: 2026-01-01T02:00:00}",
            "pattern-length"},
        Bad{"{zone: UTC, start: 2026-01-01T01:00:00, duration: long}", "pattern-length"},
        Bad{"{zone: UTC, start: 2026-01-01T01:00:00, end: 2026-01-01T01:00:00}", "pattern-end"},
        Bad{"{zone: UTC, start: 2026-01-01T01:00:00, duration: 1h, rrule: FREQ=OFTEN}",
            "recurrence"}));

}  // namespace
}  // namespace changepolicy
