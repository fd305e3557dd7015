#include "libchangepolicy/calendar/calendar.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/calendar/calendar_check.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {
namespace {

absl::Time At(std::string_view text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, std::string(text), &time, &error)) << error;
  return time;
}

class Answers : public testing::Test {
 protected:
  v1::CalendarAnswer Ask(std::string_view calendar, std::string_view start, std::string_view end) {
    v1::Calendar message;
    const Issues issues = ReadMessage(calendar, Format::kYaml, "calendar", &message);
    EXPECT_TRUE(issues.empty()) << ToText(issues);
    EXPECT_TRUE(CheckCalendar(message, "c").empty()) << ToText(CheckCalendar(message, "c"));
    const CompiledCalendar compiled(message);
    const Relations relations(directory_);
    const WorkIndex index(ledger_.scheduled(), &relations);
    work_.interval = Interval{At(start), At(end)};
    const CalendarResult result = AnswerCalendar(
        {.calendars = {&compiled}, .relations = &relations, .helpers = helpers_}, index, work_);
    unknown_ = result.unknown;
    return result.answer;
  }

  void Schedule(std::string_view work) {
    EXPECT_TRUE(ReadMessage(work, Format::kYaml, "w", ledger_.add_scheduled()).empty());
  }

  v1::Directory directory_;
  v1::Ledger ledger_;
  std::vector<Helper> helpers_;
  Work work_{.id = "CHG-1",
             .team = "shop",
             .services = {"api"},
             .environments = {v1::ENVIRONMENT_PRODUCTION}};
  std::vector<std::string> unknown_;
};

constexpr char kWindow[] =
    "windows: [{id: w, times: [{zone: UTC, start: 2026-01-04T02:00:00, duration: 4h,"
    " rrule: FREQ=WEEKLY}]}]\n";

TEST_F(Answers, AWindowHoldsTheWholeInterval) {
  EXPECT_TRUE(Ask(kWindow, "2026-01-11T02:00:00Z", "2026-01-11T06:00:00Z").inside_window());
  EXPECT_FALSE(Ask(kWindow, "2026-01-11T01:59:59Z", "2026-01-11T03:00:00Z").inside_window());
  const v1::CalendarAnswer late = Ask(kWindow, "2026-01-11T04:00:00Z", "2026-01-11T06:00:01Z");
  EXPECT_FALSE(late.inside_window());
  EXPECT_TRUE(late.windows_declared());
  EXPECT_EQ(FromProto(late.latest_start()), At("2026-01-11T03:59:59Z"));
}

TEST_F(Answers, WithoutAWindowNoneIsDeclared) {
  const v1::CalendarAnswer answer = Ask("{}", "2026-01-11T04:00:00Z", "2026-01-11T06:00:00Z");
  EXPECT_FALSE(answer.windows_declared());
  EXPECT_FALSE(answer.inside_window());
  EXPECT_FALSE(answer.frozen());
}

TEST_F(Answers, AFreezeWinsAndEachIsNamed) {
  const std::string frozen =
      std::string(kWindow) +
      "freezes:\n"
      "  - {id: b, times: [{zone: UTC, start: 2026-01-11T00:00:00, end: 2026-01-12T00:00:00}]}\n"
      "  - {id: a, times: [{zone: UTC, start: 2026-01-11T03:00:00, end: 2026-01-11T03:01:00}]}\n";
  const v1::CalendarAnswer answer = Ask(frozen, "2026-01-11T02:00:00Z", "2026-01-11T06:00:00Z");
  EXPECT_TRUE(answer.inside_window());
  EXPECT_TRUE(answer.frozen());
  ASSERT_EQ(answer.freezes_size(), 2);
  EXPECT_EQ(answer.freezes(0).id(), "b");
  EXPECT_EQ(answer.freezes(1).id(), "a");
  EXPECT_FALSE(answer.crossing_possible());
}

TEST_F(Answers, HolidaysAreWholeLocalDays) {
  constexpr char kHolidays[] =
      "freezes: [{id: h, holidays: [sg]}]\n"
      "holidays: [{id: sg, country: SG, zone: Asia/Singapore, days: [{date: 2026-02-17}]}]\n";
  EXPECT_TRUE(Ask(kHolidays, "2026-02-16T16:00:00Z", "2026-02-16T17:00:00Z").frozen());
  EXPECT_FALSE(Ask(kHolidays, "2026-02-16T15:00:00Z", "2026-02-16T16:00:00Z").frozen());
  EXPECT_TRUE(Ask(kHolidays, "2026-02-17T15:59:59Z", "2026-02-17T17:00:00Z").frozen());
  EXPECT_FALSE(Ask(kHolidays, "2026-02-17T16:00:00Z", "2026-02-17T17:00:00Z").frozen());
}

TEST_F(Answers, ScopeNarrows) {
  constexpr char kScoped[] =
      "freezes: [{id: f, scope: {services: [billing]},"
      " times: [{zone: UTC, start: 2026-01-11T00:00:00, end: 2026-01-12T00:00:00}]}]\n";
  EXPECT_FALSE(Ask(kScoped, "2026-01-11T02:00:00Z", "2026-01-11T06:00:00Z").frozen());
  work_.services = {"billing"};
  EXPECT_TRUE(Ask(kScoped, "2026-01-11T02:00:00Z", "2026-01-11T06:00:00Z").frozen());
  // Nobody said which services: the freeze counts, and the question is named.
  work_.services = {};
  work_.services_known = false;
  EXPECT_TRUE(Ask(kScoped, "2026-01-11T02:00:00Z", "2026-01-11T06:00:00Z").frozen());
  EXPECT_EQ(unknown_, (std::vector<std::string>{"services"}));
}

TEST_F(Answers, ConflictsAreAllListedAndTouchingIsNone) {
  Schedule(
      "{subject_id: CHG-2, start: 2026-01-11T05:00:00Z, end: 2026-01-11T07:00:00Z, services: "
      "[api]}");
  Schedule(
      "{subject_id: CHG-3, start: 2026-01-11T06:00:00Z, end: 2026-01-11T07:00:00Z, services: "
      "[api]}");
  Schedule(
      "{subject_id: CHG-4, start: 2026-01-11T05:00:00Z, end: 2026-01-11T07:00:00Z, services: "
      "[mail]}");
  Schedule(
      "{subject_id: CHG-1, start: 2026-01-11T05:00:00Z, end: 2026-01-11T07:00:00Z, services: "
      "[api]}");
  Schedule(
      "{subject_id: CHG-5, start: 2026-01-11T04:00:00Z, end: 2026-01-11T04:30:00Z, services: "
      "[db]}");
  EXPECT_TRUE(ReadMessage("services: [{id: api, depends_on: [db]}, {id: mail, depends_on: [db]}]",
                          Format::kYaml, "d", &directory_)
                  .empty());
  const v1::CalendarAnswer answer = Ask("{}", "2026-01-11T02:00:00Z", "2026-01-11T06:00:00Z");
  ASSERT_EQ(answer.conflicts_size(), 2);
  EXPECT_EQ(answer.conflicts(0).id(), "CHG-5");
  EXPECT_EQ(answer.conflicts(1).id(), "CHG-2");
}

}  // namespace
}  // namespace changepolicy
