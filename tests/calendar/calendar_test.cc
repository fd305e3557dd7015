#include "libchangepolicy/calendar/calendar.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/calendar/calendar_check.h"
#include "libchangepolicy/flat/copy.h"
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
    return Ask(compiled, relations, index);
  }

  v1::CalendarAnswer Ask(const CompiledCalendar& compiled, const Relations& relations,
                         const WorkIndex& index) {
    CalendarSources sources{.calendars = {&compiled}, .relations = &relations};
    for (const Helper& helper : helpers_) sources.helpers.push_back(&helper);
    const Concerns concerns(sources, work_, &arena_);
    const NameList unknown = concerns.unknown.names(&arena_);
    unknown_ = {unknown.begin(), unknown.end()};
    v1::CalendarAnswer answer;
    EXPECT_TRUE(flat::CopyTo(*AnswerCalendar(concerns, index, &arena_), &answer));
    return answer;
  }

  NameList Listed(std::initializer_list<std::string_view> texts) {
    NameList names;
    for (const std::string_view text : texts) names.Add(text, &arena_);
    return names;
  }

  void Schedule(std::string_view work) {
    EXPECT_TRUE(ReadMessage(work, Format::kYaml, "w", ledger_.add_scheduled()).empty());
  }

  Answers() {
    work_.services = Listed({"api"});
    work_.environments.Add(v1::ENVIRONMENT_PRODUCTION, &arena_);
  }

  v1::Directory directory_;
  v1::Ledger ledger_;
  std::vector<Helper> helpers_;
  flat::Arena arena_;
  Work work_{.id = "CHG-1", .team = "shop"};
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
  work_.services = Listed({"billing"});
  EXPECT_TRUE(Ask(kScoped, "2026-01-11T02:00:00Z", "2026-01-11T06:00:00Z").frozen());
  // Nobody said which services: the freeze counts, and the question is named.
  work_.services = Listed({});
  work_.services_known = false;
  EXPECT_TRUE(Ask(kScoped, "2026-01-11T02:00:00Z", "2026-01-11T06:00:00Z").frozen());
  EXPECT_EQ(unknown_, (std::vector<std::string>{"services"}));
}

constexpr char kTwoNights[] =
    "windows:\n"
    "  - {id: a, times: [{zone: UTC, start: 2026-01-10T22:00:00, duration: 2h}]}\n"
    "  - {id: b, times: [{zone: UTC, start: 2026-01-11T00:00:00, duration: 2h}]}\n";

// At each instant some window is open.
TEST_F(Answers, WindowsThatTouchAreOne) {
  const v1::CalendarAnswer answer = Ask(kTwoNights, "2026-01-10T23:00:00Z", "2026-01-11T02:00:00Z");
  EXPECT_TRUE(answer.inside_window());
  EXPECT_FALSE(answer.has_window());  // none holds it by itself
  ASSERT_EQ(answer.windows_size(), 2);
  EXPECT_EQ(answer.windows(0).id(), "a");
  EXPECT_EQ(FromProto(answer.latest_start()), At("2026-01-10T23:00:00Z"));
  EXPECT_FALSE(Ask(kTwoNights, "2026-01-10T23:00:00Z", "2026-01-11T02:00:01Z").inside_window());
}

// A window of one service says nothing about another one.
TEST_F(Answers, EveryServiceNeedsItsOwn) {
  constexpr char kOwn[] =
      "windows:\n"
      "  - {id: a, scope: {services: [api]}, times: [{zone: UTC, start: 2026-01-10T22:00:00, "
      "duration: "
      "6h}]}\n"
      "  - {id: m, scope: {services: [mail]}, times: [{zone: UTC, start: 2026-01-11T01:00:00, "
      "duration: 6h}]}\n";
  work_.services = Listed({"api", "mail", "search"});  // for which none is declared
  const v1::CalendarAnswer early = Ask(kOwn, "2026-01-10T23:00:00Z", "2026-01-11T02:00:00Z");
  EXPECT_FALSE(early.inside_window());
  ASSERT_EQ(early.uncovered_size(), 1);
  EXPECT_EQ(early.uncovered(0), "service mail in PRODUCTION");
  EXPECT_TRUE(Ask(kOwn, "2026-01-11T01:00:00Z", "2026-01-11T04:00:00Z").inside_window());
}

TEST_F(Answers, BegunWorkMayFinishWhereTheFreezeSaysSo) {
  constexpr char kFreezes[] =
      "freezes:\n"
      "  - {id: soft, overrun_allowed: true, times: [{zone: UTC, start: 2026-01-11T03:00:00, "
      "duration: "
      "2h}]}\n"
      "  - {id: hard, emergency_may_cross: true, approver_roles: [cfo, board], times: [{zone: UTC, "
      "start: 2026-01-11T06:00:00, duration: 2h}]}\n";
  const v1::CalendarAnswer begun = Ask(kFreezes, "2026-01-11T02:59:59Z", "2026-01-11T06:00:00Z");
  EXPECT_FALSE(begun.frozen());
  EXPECT_FALSE(begun.crossing_possible());
  ASSERT_EQ(begun.overruns_size(), 1);
  EXPECT_EQ(begun.overruns(0).id(), "soft");
  EXPECT_TRUE(Ask(kFreezes, "2026-01-11T03:00:00Z", "2026-01-11T06:00:00Z").frozen());
  const v1::CalendarAnswer crossing = Ask(kFreezes, "2026-01-11T05:30:00Z", "2026-01-11T06:30:00Z");
  EXPECT_TRUE(crossing.crossing_possible());
  EXPECT_EQ(crossing.crossing_roles(0), "board");
  EXPECT_EQ(crossing.crossing_roles(1), "cfo");
  // It would end where the freeze begins.
  EXPECT_EQ(FromProto(crossing.latest_start()), At("2026-01-11T05:00:00Z"));
}

// What is not known of holidays is frozen, and that is told; what is known is not.
TEST_F(Answers, HolidaysAreKnownForSomeYears) {
  constexpr char kHolidays[] =
      "freezes: [{id: h, holidays: [sg]}]\n"
      "holidays: [{id: sg, country: SG, zone: Asia/Singapore, known_from: 2026-01-01, known_until: "
      "2026-12-31, days: [{date: 2026-02-17}]}]\n";
  const v1::CalendarAnswer known = Ask(kHolidays, "2026-12-31T14:00:00Z", "2026-12-31T16:00:00Z");
  EXPECT_FALSE(known.frozen());
  EXPECT_TRUE(known.problems().empty());
  const v1::CalendarAnswer after = Ask(kHolidays, "2026-12-31T15:00:00Z", "2026-12-31T16:00:01Z");
  EXPECT_TRUE(after.frozen());
  ASSERT_EQ(after.problems_size(), 1);
  EXPECT_NE(after.problems(0).find("`sg`"), std::string::npos);
  EXPECT_TRUE(Ask(kHolidays, "2025-12-31T15:59:59Z", "2025-12-31T17:00:00Z").frozen());
}

// A day lasts as long as its zone makes it.
TEST_F(Answers, HolidaysMayHave23Hours) {
  constexpr char kHolidays[] =
      "freezes: [{id: h, holidays: [us]}]\n"
      "holidays: [{id: us, zone: America/New_York, days: [{date: 2026-03-08}]}]\n";
  EXPECT_TRUE(Ask(kHolidays, "2026-03-09T03:59:59Z", "2026-03-09T05:00:00Z").frozen());
  EXPECT_FALSE(Ask(kHolidays, "2026-03-09T04:00:00Z", "2026-03-09T05:00:00Z").frozen());
}

// Holidays that nobody declared: the freeze holds.
TEST_F(Answers, AnUnknownSetOfHolidaysCloses) {
  v1::Calendar calendar;
  calendar.add_freezes()->set_id("h");
  calendar.mutable_freezes(0)->add_holidays("gone");
  const CompiledCalendar compiled(calendar);
  const Relations relations;
  const WorkIndex index({}, &relations);
  work_.interval = Interval{At("2026-03-09T04:00:00Z"), At("2026-03-09T05:00:00Z")};
  const v1::CalendarAnswer answer = Ask(compiled, relations, index);
  EXPECT_TRUE(answer.frozen());
  EXPECT_EQ(answer.problems_size(), 1);
}

// What cannot be followed to its end closes: the freeze holds, the window does not open.
TEST_F(Answers, WhatIsCutCloses) {
  const v1::CalendarAnswer answer =
      Ask("windows: [{id: w, times: [{zone: UTC, start: 2026-01-01T00:00:00, duration: 1s, rrule: "
          "FREQ=SECONDLY}]}]\n"
          "freezes: [{id: f, times: [{zone: UTC, start: 2026-01-01T00:00:00, duration: 1s, rrule: "
          "FREQ=SECONDLY;INTERVAL=2}]}]\n",
          "2026-02-01T00:00:00Z", "2026-03-11T00:00:00Z");
  EXPECT_FALSE(answer.inside_window());
  EXPECT_TRUE(answer.frozen());
  ASSERT_EQ(answer.problems_size(), 2);
  EXPECT_NE(answer.problems(0).find("FREQ=SECONDLY"), std::string::npos) << answer.problems(0);
  // A short time is followed.
  EXPECT_TRUE(Ask("windows: [{id: w, times: [{zone: UTC, start: 2026-01-01T00:00:00, duration: 1s, "
                  "rrule: FREQ=SECONDLY}]}]\n",
                  "2026-02-01T00:00:00Z", "2026-02-01T02:00:00Z")
                  .inside_window());
}

TEST_F(Answers, WhoIsAwayIsNamed) {
  helpers_ = {{"person ann", nullptr,
               IntervalSet({{At("2026-01-11T05:00:00Z"), At("2026-01-12T00:00:00Z")}})}};
  const v1::CalendarAnswer answer = Ask("{}", "2026-01-11T04:00:00Z", "2026-01-11T05:00:01Z");
  ASSERT_EQ(answer.unavailable_size(), 1);
  EXPECT_EQ(answer.unavailable(0).id(), "person ann");
  EXPECT_EQ(FromProto(answer.unavailable(0).end()), At("2026-01-12T00:00:00Z"));
  EXPECT_TRUE(Ask("{}", "2026-01-11T04:00:00Z", "2026-01-11T05:00:00Z").unavailable().empty());
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
