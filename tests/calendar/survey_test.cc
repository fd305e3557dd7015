// What windows and freezes say over a span, and of which parts of the work.
#include "libchangepolicy/calendar/survey.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {
namespace {

template <typename Message>
Message Read(std::string_view yaml) {
  Message message;
  const Issues issues = ReadMessage(yaml, Format::kYaml, "test", &message);
  EXPECT_TRUE(issues.empty()) << ToText(issues);
  return message;
}

// Around changes of clocks, with freezes that touch themselves, and a time that is none.
constexpr char kCalendar[] = R"(
windows:
  - id: nights
    times:
      - {zone: America/New_York, start: 2025-01-01T22:00:00, end: 2025-01-02T03:30:00, rrule: FREQ=DAILY}
      - {zone: Europe/Dublin, start: 2025-01-05T00:30:00, duration: 3h, rrule: FREQ=WEEKLY}
  - id: sundays
    times: [{zone: Australia/Lord_Howe, start: 2025-01-05T01:30:00, end: 2025-01-05T02:15:00, rrule: FREQ=WEEKLY}]
    scope: {services: [api]}
freezes:
  - id: days
    times: [{zone: America/New_York, start: 2025-01-01T00:00:00, duration: 24h, rrule: "FREQ=MONTHLY;BYDAY=1SA,1SU"}]
  - id: gap
    times: [{zone: America/New_York, start: 2025-01-01T02:00:00, end: 2025-01-01T03:00:00, rrule: FREQ=DAILY}]
)";

class Surveys : public testing::Test {
 protected:
  Surveys() : compiled_(Read<v1::Calendar>(kCalendar)) {
    work_.id = "CHG-1";
    for (const std::string_view id : {"api", "mail"}) work_.services.Add(id, &arena_);
    sources_.calendars = {&compiled_};
    sources_.relations = &relations_;
  }

  static std::string Text(const Interval& interval) {
    return StrCat(FromAbsl(absl::FormatTime(interval.start, absl::UTCTimeZone())), " to ",
                  FromAbsl(absl::FormatTime(interval.end, absl::UTCTimeZone())), "; ");
  }
  static std::string Text(const Survey& survey) {
    std::string text;
    for (const Survey::Window& each : survey.windows) {
      StrAppend(&text, each.window->id(), " ", Text(each.interval));
    }
    for (const Survey::Freeze& each : survey.freezes) {
      StrAppend(&text, each.freeze->id(), " ", Text(each.interval));
    }
    for (const Survey::Part& each : survey.parts) {
      StrAppend(&text, each.part, " ");
      for (const Interval& interval : each.open) text += Text(interval);
    }
    for (const std::string_view problem : survey.problems) StrAppend(&text, problem);
    return text;
  }

  flat::Arena arena_;
  const CompiledCalendar compiled_;
  const Relations relations_;
  Work work_;
  CalendarSources sources_;
};

TEST_F(Surveys, WhatSurroundsASpanHoldsWhatTheSpanHas) {
  const Concerns concerns(sources_, work_, &arena_);
  std::mt19937 random(7);
  const auto below = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
  const absl::Time start = absl::FromUnixSeconds(1'735'000'000);
  size_t narrowed = 0, said = 0;
  for (int i = 0; i < 3'000; ++i) {
    const absl::Time from = start + absl::Minutes(15) * below(70'000);
    const Interval span{from, from + absl::Minutes(1 + below(below(9) == 0 ? 9'000 : 900))};
    const absl::Duration length = span.end - span.start;
    flat::Arena arena;
    const Expansions around = Expand(concerns, {span.start - length, span.end + length}, &arena);
    if (!around.problems.empty()) continue;
    ++narrowed;
    const std::string expected = Text(TakeSurvey(concerns, span, &arena));
    said += expected.size() > 20 ? 1 : 0;
    ASSERT_EQ(Text(TakeSurvey(concerns, Narrow(around, span, &arena), &arena)), expected)
        << Text(span);
  }
  EXPECT_GT(narrowed, 2'000u);
  EXPECT_GT(said, 1'000u);
}

// What is one to many parts is to each of them what it is to it alone.
TEST_F(Surveys, ManyPartsAreAskedLikeEachAlone) {
  std::vector<std::string> ids;
  for (int i = 0; i < 50; ++i) ids.push_back(StrCat("s", 100 + i));
  const auto work_on = [&](size_t first, size_t count, std::initializer_list<int> environments) {
    Work work;
    work.id = "CHG-1";
    for (size_t i = first; i < first + count; ++i) work.services.Add(ids[i], &arena_);
    for (const int environment : environments) work.environments.Add(environment, &arena_);
    return work;
  };
  for (const char* const yaml :
       {"{}", "{services: [s103, s131, s149]}", "{environments: [PRODUCTION]}",
        "{environments: [STAGING, PRODUCTION], services: [s100, s131, s132, s133]}",
        "{environments: [TEST], services: [s100]}"}) {
    const CompiledScope scope(Read<v1::CalendarScope>(yaml));
    const Work all = work_on(0, ids.size(), {v1::ENVIRONMENT_STAGING, v1::ENVIRONMENT_PRODUCTION});
    const WorkParts parts(all, relations_, &arena_);
    ASSERT_EQ(parts.size(), 100);
    const WorkParts::Answer answer = parts.Ask(scope, &arena_);
    bool none = true;
    for (int part = 0; part < parts.size(); ++part) {
      const Work one =
          work_on(static_cast<size_t>(part / 2), 1,
                  {part % 2 == 0 ? v1::ENVIRONMENT_STAGING : v1::ENVIRONMENT_PRODUCTION});
      const WorkParts alone(one, relations_, &arena_);
      EXPECT_EQ(answer.Of(part), alone.Ask(scope, &arena_).Of(0)) << yaml << " " << part;
      EXPECT_EQ(parts.NameOf(part, &arena_), alone.NameOf(0, &arena_));
      none = none && answer.Of(part) == Concern::kNo;
    }
    EXPECT_EQ(answer.None(), none);
  }
  Work unknown = work_on(0, 0, {});
  unknown.services_known = unknown.environments_known = unknown.team_known = false;
  const WorkParts parts(unknown, relations_, &arena_);
  const WorkParts::Answer answer = parts.Ask(
      CompiledScope(
          Read<v1::CalendarScope>("{services: [a], environments: [PRODUCTION], teams: [t]}")),
      &arena_);
  EXPECT_EQ(answer.Of(0), Concern::kUnknown);
  const NameList names = answer.unknown.names(&arena_);
  EXPECT_EQ(std::vector<std::string_view>(names.begin(), names.end()),
            (std::vector<std::string_view>{"environments", "services", "team"}));
  EXPECT_EQ(parts.NameOf(0, &arena_), "the work");
}

// Windows that are equal in all that orders them stand as they are declared, however many they are.
TEST_F(Surveys, EqualWindowsStandInTheOrderOfTheirDeclaration) {
  std::string yaml = "windows:\n";
  for (int i = 0; i < 40; ++i) {
    StrAppend(&yaml, "  - {id: w, clause: C-", i,
              ", times: [{zone: UTC, start: 2026-01-01T00:00:00, duration: 1h}]}\n");
  }
  const CompiledCalendar same(Read<v1::Calendar>(yaml));
  sources_.calendars = {&same};
  const Concerns concerns(sources_, work_, &arena_);
  const absl::Time start = absl::FromUnixSeconds(1'767'225'600);
  const Survey survey = TakeSurvey(concerns, Interval{start, start + absl::Hours(1)}, &arena_);
  ASSERT_EQ(survey.windows.size(), 40);
  for (int i = 0; i < 40; ++i) {
    EXPECT_EQ(survey.windows[i].window->clause(), StrCat("C-", i));
  }
}

}  // namespace
}  // namespace changepolicy
