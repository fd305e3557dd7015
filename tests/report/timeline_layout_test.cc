// Where things stand on a timeline.
#include "libchangepolicy/report/timeline_layout.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>
#include <sstream>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/calendar/zone.h"
#include "libchangepolicy/source/read.h"
#include "tests/report/many_works.h"

namespace changepolicy {
namespace {

using testing::ElementsAre;

absl::Time At(std::string_view text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, absl::string_view(text.data(), text.size()),
                              &time, &error))
      << error;
  return time;
}

v1::ForwardSchedule Parse(const std::string& yaml) {
  v1::ForwardSchedule schedule;
  const Issues issues = ReadMessage(yaml, Format::kYaml, "test.yaml", &schedule);
  EXPECT_TRUE(issues.empty()) << ToText(issues);
  return schedule;
}

v1::ForwardSchedule TwoWeeks() {
  std::ostringstream bytes;
  bytes << std::ifstream(CHANGEPOLICY_SOURCE_DIR "/tests/report/data/two_weeks.yaml").rdbuf();
  return Parse(bytes.str());
}

const TimelineLane& LaneOf(const TimelineLayout& layout, std::string_view name) {
  for (const TimelineLane& lane : layout.lanes) {
    if (lane.name == name) return lane;
  }
  ADD_FAILURE() << "no lane " << name;
  return layout.lanes.front();
}

const TimelineBar& BarOf(const TimelineLane& lane, std::string_view id) {
  for (const TimelineBar& bar : lane.bars) {
    if (bar.id == id) return bar;
  }
  ADD_FAILURE() << "no bar " << id;
  return lane.bars.front();
}

TEST(TimelineLayoutTest, BarsStandAtTheirInstants) {
  const v1::ForwardSchedule schedule = TwoWeeks();
  const TimelineLayout layout = LayOutTimeline(schedule, {.zone = *FindZone("Europe/Berlin")});
  const double hour = layout.scale.PerDay() / 24;
  EXPECT_NEAR(layout.scale.At(ReportInstant(schedule.until())), layout.scale.right(), 1e-9);
  for (const v1::ScheduledWork& work : schedule.works()) {
    for (const std::string& service : work.services()) {
      const TimelineBar& bar = BarOf(LaneOf(layout, service), work.subject_id());
      const absl::Duration before = ReportInstant(work.start()) - ReportInstant(schedule.from());
      const absl::Time end = std::min(ReportInstant(work.end()), ReportInstant(schedule.until()));
      const double length =
          absl::FDivDuration(end - ReportInstant(work.start()), absl::Hours(1)) * hour;
      EXPECT_NEAR(bar.x, layout.scale.left() + absl::FDivDuration(before, absl::Hours(1)) * hour,
                  1e-6)
          << work.subject_id();
      EXPECT_NEAR(bar.width, std::max(length, 3.0), 1e-6) << work.subject_id();
    }
  }
}

TEST(TimelineLayoutTest, DaysOfTheAxisAreAsLongAsInTheZone) {
  const struct {
    std::string_view from, until;
    std::vector<double> hours;  // of the days
    std::string_view note;
  } cases[] = {
      {"2026-03-27T23:00:00Z", "2026-03-30T22:00:00Z", {24, 23, 24}, "23 h day"},
      {"2026-10-23T22:00:00Z", "2026-10-26T23:00:00Z", {24, 25, 24}, "25 h day"},
  };
  for (const auto& each : cases) {
    const LocalTime local(*FindZone("Europe/Berlin"));
    const TimelineScale scale(At(each.from), At(each.until), 0, 710);
    std::string unit;
    const TimelineAxis axis = LayOutAxis(scale, local, &unit);
    EXPECT_EQ(unit, "day");
    ASSERT_EQ(axis.lower.size(), each.hours.size());
    for (size_t i = 0; i < each.hours.size(); ++i) {
      EXPECT_EQ(axis.lower[i].end - axis.lower[i].start, absl::Hours(each.hours[i]));
      EXPECT_NEAR(scale.At(axis.lower[i].end) - scale.At(axis.lower[i].start),
                  each.hours[i] * scale.PerDay() / 24, 1e-9);
    }
    EXPECT_EQ(scale.At(axis.lower.back().end), 710);
    EXPECT_EQ(axis.weekends.size(), 2u);
    ASSERT_EQ(axis.changes.size(), 1u);
    EXPECT_EQ(axis.changes[0].label, each.note);
    EXPECT_EQ(axis.changes[0].start, axis.lower[1].start);
  }
}

TEST(TimelineLayoutTest, HoursOfADayWithAGapAreReadFromTheClock) {
  const LocalTime local(*FindZone("Europe/Berlin"));
  const TimelineScale scale(At("2026-03-28T23:00:00Z"), At("2026-03-29T22:00:00Z"), 0, 1000);
  std::string unit;
  const TimelineAxis axis = LayOutAxis(scale, local, &unit);
  EXPECT_EQ(unit, "hour");
  std::vector<std::string> clocks;
  absl::Time next = scale.from();
  for (const TimelineTick& tick : axis.lower) {
    EXPECT_EQ(tick.start, next);
    next = tick.end;
    clocks.push_back(tick.full);
  }
  EXPECT_EQ(next, scale.until());
  EXPECT_EQ(clocks.front(), "00:00");
  EXPECT_THAT(clocks, testing::Not(testing::Contains("02:00")));
  EXPECT_THAT(clocks, testing::Contains("03:00"));
}

TEST(TimelineLayoutTest, UnitsGrowWithTheSpan) {
  const struct {
    int days;
    std::string_view unit;
  } cases[] = {{1, "hour"},    {3, "hour"},          {14, "day"},
               {35, "day"},    {100, "week"},        {300, "month"},
               {2000, "year"}, {200000, "50 years"}, {3000000, "500 years"}};
  for (const auto& each : cases) {
    const absl::Time from = At("2026-03-02T00:00:00Z") - absl::Hours(24) * (each.days / 2);
    const TimelineScale scale(from, from + absl::Hours(24) * each.days, 172, 1202);
    std::string unit;
    const TimelineAxis axis = LayOutAxis(scale, LocalTime(absl::UTCTimeZone()), &unit);
    EXPECT_EQ(unit, each.unit) << each.days;
    EXPECT_GE(axis.lower.size(), 1u);
    EXPECT_LE(axis.lower.size(), 60u) << each.days;
    for (size_t i = 1; i < axis.lower.size(); ++i) {
      EXPECT_EQ(axis.lower[i].start, axis.lower[i - 1].end);
    }
  }
}

TEST(TimelineLayoutTest, WhatOnlyTouchesTheSpanIsNotDrawn) {
  const TimelineLayout layout = LayOutTimeline(Parse(R"(
from: 2026-03-02T00:00:00Z
until: 2026-03-09T00:00:00Z
works:
  - {subject_id: before, start: 2026-03-01T20:00:00Z, end: 2026-03-02T00:00:00Z, services: [a]}
  - {subject_id: across, start: 2026-03-01T20:00:00Z, end: 2026-03-02T12:00:00Z, services: [a]}
  - {subject_id: last, start: 2026-03-08T12:00:00Z, end: 2026-03-09T00:00:00Z, services: [a]}
  - {subject_id: beyond, start: 2026-03-08T12:00:00Z, end: 2026-03-09T00:00:01Z, services: [a]}
  - {subject_id: after, start: 2026-03-09T00:00:00Z, end: 2026-03-09T01:00:00Z, services: [a]}
)"),
                                               {});
  const TimelineLane& lane = LaneOf(layout, "a");
  std::vector<std::string> ids;
  for (const TimelineBar& bar : lane.bars) ids.push_back(bar.id);
  EXPECT_THAT(ids, ElementsAre("across", "last", "beyond"));
  EXPECT_TRUE(BarOf(lane, "across").from_before);
  EXPECT_EQ(BarOf(lane, "across").x, layout.scale.left());
  EXPECT_FALSE(BarOf(lane, "last").goes_on);
  EXPECT_TRUE(BarOf(lane, "beyond").goes_on);
}

TEST(TimelineLayoutTest, BarsAndLabelsOfARowDoNotMeet) {
  for (const v1::ForwardSchedule& schedule : {TwoWeeks(), ManyWorks(150, 5), ManyWorks(400, 30)}) {
    const TimelineLayout layout = LayOutTimeline(schedule, {});
    ASSERT_FALSE(layout.summed);
    for (const TimelineLane& lane : layout.lanes) {
      if (lane.track) continue;
      std::map<int, std::vector<std::pair<double, double>>> rows;
      for (const TimelineBar& bar : lane.bars) {
        EXPECT_LT(bar.row, lane.rows);
        double from = bar.x, to = bar.x + bar.width;
        EXPECT_GE(bar.label_x, layout.scale.left());
        EXPECT_LE(bar.label_x + bar.label_width, layout.scale.right() + 1e-6) << bar.title;
        if (!bar.inside) {
          from = std::min(from, bar.label_x);
          to = std::max(to, bar.label_x + bar.label_width);
        }
        rows[bar.row].push_back({from, to});
      }
      for (auto& [row, taken] : rows) {
        std::sort(taken.begin(), taken.end());
        for (size_t i = 1; i < taken.size(); ++i) EXPECT_GE(taken[i].first, taken[i - 1].second);
      }
    }
  }
}

TEST(TimelineLayoutTest, EveryConflictIsMarkedOnBothWhereBothAreUnderWay) {
  const v1::ForwardSchedule schedule = TwoWeeks();
  const TimelineLayout layout = LayOutTimeline(schedule, {});
  EXPECT_EQ(layout.conflicts_marked, 4u);
  for (int i = 0; i < schedule.conflicts_size(); ++i) {
    const v1::Conflict& conflict = schedule.conflicts(i);
    std::set<std::string> on;
    for (const TimelineLane& lane : layout.lanes) {
      for (const TimelineBar& bar : lane.bars) {
        if (std::count(bar.numbers.begin(), bar.numbers.end(), StrCat(i + 1)) == 0) continue;
        on.insert(bar.id);
        ASSERT_EQ(bar.clashes.size(), 1u);
        EXPECT_NEAR(bar.clashes[0].first, layout.scale.At(ReportInstant(conflict.start())), 1e-6);
        EXPECT_NEAR(bar.clashes[0].first + bar.clashes[0].second,
                    layout.scale.At(ReportInstant(conflict.end())), 1e-6);
      }
    }
    EXPECT_THAT(on, ElementsAre(conflict.one(), conflict.other()));
  }
}

TEST(TimelineLayoutTest, AConflictWithoutACommonServiceStandsInBothLanes) {
  const TimelineLayout layout = LayOutTimeline(Parse(R"(
from: 2026-03-02T00:00:00Z
until: 2026-03-09T00:00:00Z
works:
  - {subject_id: A, start: 2026-03-03T00:00:00Z, end: 2026-03-03T06:00:00Z, services: [a, z]}
  - {subject_id: B, start: 2026-03-03T03:00:00Z, end: 2026-03-03T09:00:00Z, services: [b]}
  - {subject_id: C, start: 2026-03-03T03:00:00Z, end: 2026-03-03T09:00:00Z, team: core}
conflicts:
  - {one: A, other: B, start: 2026-03-03T03:00:00Z, end: 2026-03-03T06:00:00Z,
     clashes: [{kind: RELATED, one: z, other: b}]}
  - {one: A, other: C, start: 2026-03-03T03:00:00Z, end: 2026-03-03T06:00:00Z,
     clashes: [{kind: PERSON, one: ann}]}
)"),
                                               {});
  EXPECT_THAT(BarOf(LaneOf(layout, "z"), "A").numbers, ElementsAre("1"));
  EXPECT_THAT(BarOf(LaneOf(layout, "a"), "A").numbers, ElementsAre("2"));
  EXPECT_THAT(BarOf(LaneOf(layout, "b"), "B").numbers, ElementsAre("1"));
  EXPECT_THAT(BarOf(LaneOf(layout, "team core"), "C").numbers, ElementsAre("2"));
}

TEST(TimelineLayoutTest, ScopesChooseTheLanes) {
  const TimelineLayout layout = LayOutTimeline(Parse(R"(
from: 2026-03-02T00:00:00Z
until: 2026-03-09T00:00:00Z
works:
  - {subject_id: A, start: 2026-03-03T00:00:00Z, end: 2026-03-03T06:00:00Z, services: [a], team: core}
  - {subject_id: B, start: 2026-03-03T00:00:00Z, end: 2026-03-03T06:00:00Z, services: [b], team: web}
freezes:
  - {id: all, start: 2026-03-03T00:00:00Z, end: 2026-03-04T00:00:00Z}
  - {id: core, start: 2026-03-04T00:00:00Z, end: 2026-03-05T00:00:00Z, scope: {teams: [core]}}
  - {id: two, start: 2026-03-05T00:00:00Z, end: 2026-03-06T00:00:00Z, scope: {services: [b, c]}}
  - {id: far, start: 2026-03-06T00:00:00Z, end: 2026-03-07T00:00:00Z, scope: {teams: [ops]}}
)"),
                                               {});
  const auto starts = [&](const std::vector<TimelineShade>& shades) {
    std::vector<int> days;
    for (const TimelineShade& shade : shades) {
      days.push_back(
          static_cast<int>(std::lround((shade.x - layout.scale.left()) / layout.scale.PerDay())) +
          2);
    }
    return days;
  };
  EXPECT_THAT(starts(layout.frozen), ElementsAre(3));
  EXPECT_THAT(starts(LaneOf(layout, "a").frozen), ElementsAre(4));
  EXPECT_THAT(starts(LaneOf(layout, "b").frozen), ElementsAre(5));
  EXPECT_THAT(starts(LaneOf(layout, "c").frozen), ElementsAre(5));
  EXPECT_THAT(starts(LaneOf(layout, "team ops").frozen), ElementsAre(6));
}

TEST(TimelineLayoutTest, SumsCountAllWorkOfADay) {
  const v1::ForwardSchedule schedule = ManyWorks(20000, 20);
  const TimelineLayout layout = LayOutTimeline(schedule, {});
  EXPECT_TRUE(layout.summed);
  EXPECT_EQ(layout.unit, "day");
  EXPECT_EQ(layout.other_services, 0u);
  long counted = 0, overnight = 0;
  for (const TimelineLane& lane : layout.lanes) {
    EXPECT_EQ(lane.rows, 1);
    EXPECT_LE(lane.bars.size(), 28u);
    for (const TimelineBar& bar : lane.bars) counted += std::atol(bar.label.c_str());
  }
  long bars = 0;
  for (const v1::ScheduledWork& work : schedule.works()) {
    bars += work.services_size();
    const int64_t days = (work.end().seconds() - 1) / 86400 - work.start().seconds() / 86400;
    overnight += days * work.services_size();
  }
  EXPECT_EQ(counted, bars + overnight);
}

TEST(TimelineLayoutTest, LanesWithConflictsStayWhereThereAreTooMany) {
  v1::ForwardSchedule schedule = ManyWorks(300, 300);
  const TimelineLayout layout = LayOutTimeline(schedule, {.max_lanes = 10});
  std::set<std::string> names;  // a lane with many rows goes on in a second of its name
  for (const TimelineLane& lane : layout.lanes) names.insert(lane.name);
  ASSERT_EQ(names.size(), 10u);
  EXPECT_EQ(layout.lanes.back().name, StrCat(layout.other_services, " other lanes"));
  for (size_t i = 0; i < 9; ++i) {
    EXPECT_THAT(layout.lanes[i].note, testing::HasSubstr("conflict"));
  }
}

TEST(TimelineSpanTest, IsThatOfTheContentsWhereNoneIsSaid) {
  v1::ForwardSchedule schedule;
  EXPECT_EQ(TimelineSpan(schedule),
            std::pair(absl::UnixEpoch(), absl::UnixEpoch() + absl::Hours(24)));
  schedule = Parse(R"(
now: 2026-03-01T00:00:00Z
works: [{subject_id: A, start: 2026-03-03T00:00:00Z, end: 2026-03-06T06:00:00Z}]
)");
  EXPECT_EQ(TimelineSpan(schedule),
            std::pair(At("2026-03-01T00:00:00Z"), At("2026-03-06T06:00:00Z")));
}

}  // namespace
}  // namespace changepolicy
