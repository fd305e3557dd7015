#include "libchangepolicy/calendar/pattern.h"

#include <ostream>
#include <string>
#include <utility>
#include <vector>

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

std::vector<absl::Time> Starts(const Expansion& expansion) {
  std::vector<absl::Time> starts;
  for (const Interval& each : expansion.intervals) starts.push_back(each.start);
  return starts;
}

// RFC 5545, section 3.8.5.2: a period says how long it is, also where the rule has that start.
TEST(Pattern, FurtherPeriodsHaveTheirOwnLength) {
  const auto pattern = Pattern(
      "{zone: America/New_York, start: 2026-03-02T10:00:00, duration: 1h,"
      " rrule: \"FREQ=WEEKLY;COUNT=2\","
      " rdates: [\"2026-03-08T01:00:00/2026-03-08T04:00:00\", \"2026-03-09T10:00:00/PT5H\","
      " \"2026-03-04T10:00:00/30m\", \"2026-03-05T10:00:00\", \"2026-03-05T10:00:00/2h\"]}");
  EXPECT_TRUE(CheckPattern(pattern, "p").empty());
  const auto found = On(pattern, "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z");
  std::vector<absl::Duration> lengths;
  for (const Interval& each : found.intervals) lengths.push_back(each.end - each.start);
  // From 01:00 to 04:00 there are two hours that night.
  EXPECT_EQ(lengths, (std::vector<absl::Duration>{absl::Hours(1), absl::Minutes(30), absl::Hours(2),
                                                  absl::Hours(2), absl::Hours(5)}));
}

TEST(Pattern, RulesTakeOut) {
  const auto pattern = Pattern(
      "{zone: UTC, start: 2026-01-01T10:00:00, duration: 1h, rrule: FREQ=DAILY,"
      " rdates: [\"2026-01-03T12:00:00\", \"2026-01-03T13:00:00\"],"
      " exrules: [\"FREQ=WEEKLY;BYDAY=SA,SU;BYHOUR=10,12\", \"FREQ=DAILY;INTERVAL=3;COUNT=1\"]}");
  EXPECT_EQ(Starts(On(pattern, "2026-01-01T00:00:00Z", "2026-01-06T00:00:00Z")),
            (std::vector<absl::Time>{At("2026-01-02T10:00:00Z"), At("2026-01-03T13:00:00Z"),
                                     At("2026-01-05T10:00:00Z")}));
}

// What was not counted to its end is not known to be taken out.
TEST(Pattern, ARuleThatTakesOutAndIsCutIsReported) {
  const auto pattern = Pattern(
      "{zone: UTC, start: 2000-01-01T10:00:00, duration: 1h, rrule: FREQ=DAILY,"
      " exrules: [\"FREQ=SECONDLY;COUNT=1000000000\"]}");
  const auto early = On(pattern, "2000-01-05T00:00:00Z", "2000-01-06T00:00:00Z");
  EXPECT_TRUE(early.intervals.empty());
  EXPECT_TRUE(early.problems.empty());
  EXPECT_EQ(On(pattern, "2026-01-05T00:00:00Z", "2026-01-06T00:00:00Z").problems.size(), 1u);
}

TEST(Pattern, UntilAsAnInstantIsComparedInTheZone) {
  const char* const form =
      "{zone: America/New_York, start: 2026-10-30T09:00:00, duration: 1h,"
      " rrule: \"FREQ=DAILY;UNTIL=";
  // 09:00 is 13:00Z in summer and 14:00Z from November 1 on.
  for (const auto& [until, count] : std::vector<std::pair<std::string, size_t>>{
           {"20261031T130000Z", 2},
           {"20261031T125959Z", 1},
           {"20261101T130000Z", 2},
           {"20261101T140000Z", 3},
           {"20261101T090000", 3},
           {"20261101T085959", 2},
           // A date is its midnight, as dateutil and libical have it; CheckPattern warns.
           {"20261101", 2}}) {
    const auto pattern = Pattern(form + until + "\"}");
    EXPECT_EQ(On(pattern, "2026-10-01T00:00:00Z", "2026-12-01T00:00:00Z").intervals.size(), count)
        << until;
  }
}

// Where two local times stand for instants in the other order, UNTIL is still an instant.
TEST(Pattern, UntilWithinAGap) {
  const auto pattern = Pattern(
      "{zone: America/New_York, start: 2026-03-08T01:30:00, duration: 5m,"
      " rrule: \"FREQ=MINUTELY;INTERVAL=15;UNTIL=20260308T071500Z\"}");
  const auto found = On(pattern, "2026-03-08T00:00:00Z", "2026-03-09T00:00:00Z");
  // 01:30, 01:45, 02:00 (07:00Z), 02:15; and 03:00 and 03:15 are the same two again.
  EXPECT_EQ(Starts(found),
            (std::vector<absl::Time>{At("2026-03-08T06:30:00Z"), At("2026-03-08T06:45:00Z"),
                                     At("2026-03-08T07:00:00Z"), At("2026-03-08T07:15:00Z")}));
}

// In São Paulo 2018-11-04 began at 01:00.
TEST(Pattern, DatesAreWholeLocalDays) {
  const auto pattern = Pattern(
      "{zone: America/Sao_Paulo, start: 2018-11-03, end: 2018-11-04, rrule: \"FREQ=DAILY\"}");
  const auto found = On(pattern, "2018-11-03T03:00:00Z", "2018-11-05T02:00:00Z");
  ASSERT_EQ(found.intervals.size(), 2u);
  EXPECT_EQ(found.intervals[0].start, At("2018-11-03T03:00:00Z"));
  EXPECT_EQ(found.intervals[0].end, At("2018-11-04T03:00:00Z"));
  EXPECT_EQ(found.intervals[1].start, At("2018-11-04T03:00:00Z"));
  EXPECT_EQ(found.intervals[1].end, At("2018-11-05T02:00:00Z"));
}

TEST(Pattern, IsCompiledOnceAndAskedManyTimes) {
  EXPECT_FALSE(CompiledPattern::Compile(Pattern("{zone: UTC}")).has_value());
  const auto compiled = CompiledPattern::Compile(Pattern(kNight));
  ASSERT_TRUE(compiled.has_value());
  EXPECT_FALSE(compiled->NeverFires());
  for (int day = 0; day < 400; ++day) {
    const absl::Time from = At("2026-02-01T12:00:00Z") + absl::Hours(24 * day);
    EXPECT_EQ(compiled->Expand(from, from + absl::Hours(24)).intervals.size(), 1u) << from;
  }
  EXPECT_TRUE(compiled->Expand(absl::InfinitePast(), At("2026-01-01T06:00:00Z")).intervals.empty());
  const Expansion all = compiled->Expand(absl::InfinitePast(), absl::InfiniteFuture());
  EXPECT_EQ(all.intervals.size(), 100'000u);
  EXPECT_EQ(all.problems, (std::vector<std::string>{"more than 100000 instances of `FREQ=DAILY`"}));
}

struct Warned {
  const char* yaml;
  const char* id;
  const char* message;
};
std::ostream& operator<<(std::ostream& out, const Warned& row) { return out << row.yaml; }

class Warnings : public testing::TestWithParam<Warned> {};

TEST_P(Warnings, AreNoErrors) {
  const v1::TimePattern pattern = Pattern(GetParam().yaml);
  const Issues issues = CheckPattern(pattern, "p");
  ASSERT_EQ(issues.size(), 1u) << ToText(issues);
  EXPECT_EQ(issues[0].severity, Severity::kWarning);
  EXPECT_EQ(issues[0].id, GetParam().id);
  EXPECT_EQ(issues[0].path, "p.rrule");
  EXPECT_EQ(issues[0].message, GetParam().message);
  EXPECT_TRUE(CompiledPattern::Compile(pattern).has_value());
}

INSTANTIATE_TEST_SUITE_P(
    Patterns, Warnings,
    testing::Values(
        Warned{"{zone: UTC, start: 2026-01-01T09:00:00, duration: 1h,"
               " rrule: \"FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30\"}",
               "never-fires",
               "`FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30` from `2026-01-01T09:00:00` has no instance"},
        Warned{"{zone: UTC, start: 2026-01-01T09:00:00, duration: 1h,"
               " rrule: \"FREQ=DAILY;UNTIL=20261231\"}",
               "until-date",
               "`UNTIL` is a date, which ends the rule at its midnight: an instance on 2026-12-31 "
               "is left out"}));

TEST(Pattern, UntilAsADateSuitsAStartThatIsADate) {
  const auto pattern = Pattern(
      "{zone: UTC, start: 2026-01-01, end: 2026-01-02, rrule: \"FREQ=DAILY;UNTIL=20260103\"}");
  EXPECT_TRUE(CheckPattern(pattern, "p").empty());
  EXPECT_EQ(On(pattern, "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z").intervals.size(), 3u);
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
            "recurrence"},
        Bad{"{zone: UTC, start: 2026-01-01T01:00:00, duration: 1h, exrules: [FREQ=OFTEN]}",
            "recurrence"},
        Bad{"{zone: UTC, start: 2026-01-01T01:00:00, duration: 1h,"
            " rdates: [\"2026-01-02T01:00:00/2026-01-02T01:00:00\"]}",
            "pattern-end"},
        Bad{"{zone: UTC, start: 2026-01-01T01:00:00, duration: 1h,"
            " rdates: [\"2026-01-02T01:00:00/soon\"]}",
            "local-time"}));

// In Samoa there was no December 30, 2011: with the offset before it, it is the 31st.
TEST(Pattern, TwoLocalTimesAtOneInstantAreOneInstance) {
  const v1::TimePattern pattern = Pattern(
      "{start: 2011-12-29T09:00:00, zone: Pacific/Apia, duration: PT1H, rrule: FREQ=DAILY}");
  EXPECT_EQ(On(pattern, "2011-12-29T00:00:00Z", "2012-01-01T12:00:00Z").intervals,
            (std::vector<Interval>{
                {At("2011-12-29T19:00:00Z"), At("2011-12-29T20:00:00Z")},
                {At("2011-12-30T19:00:00Z"), At("2011-12-30T20:00:00Z")},
                {At("2011-12-31T19:00:00Z"), At("2011-12-31T20:00:00Z")},
            }));
}

}  // namespace
}  // namespace changepolicy
