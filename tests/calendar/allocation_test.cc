// A program of its own, since it counts what the whole program takes from the heap.
#include <string>

#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/calendar/calendar.h"
#include "libchangepolicy/source/read.h"
#include "tests/allocations/allocations.h"

namespace changepolicy {
namespace {

constexpr char kDirectory[] = R"(
services: [{id: shop, depends_on: [db]}, {id: db, assets: [db-1]}]
teams: [{id: retail}, {id: web, part_of: retail}]
calendar:
  windows:
    - id: nights
      times: [{zone: Asia/Singapore, start: 2025-01-07T22:00:00, duration: 4h, rrule: FREQ=WEEKLY;BYDAY=TU}]
      scope: {environments: [PRODUCTION]}
    - id: mornings
      times: [{zone: Europe/Berlin, start: 2025-01-08T04:00:00, duration: 3h, rrule: FREQ=DAILY}]
      scope: {services: [shop]}
  freezes:
    - id: closing
      times: [{zone: Asia/Singapore, start: 2025-01-05T00:00:00, duration: 48h, rrule: FREQ=MONTHLY}]
      scope: {teams: [retail]}
      approver_roles: [cto, cfo]
)";

TEST(CalendarAllocationTest, NothingAfterTheFirstAnswers) {
  v1::Directory directory;
  ASSERT_TRUE(ReadMessage(kDirectory, Format::kYaml, "d", &directory).empty());
  v1::Ledger ledger;
  ASSERT_TRUE(ReadMessage("scheduled: [{subject_id: CHG-2, assets: [db-1], "
                          "start: 2026-03-03T13:00:00Z, end: 2026-03-03T16:00:00Z}]",
                          Format::kYaml, "l", &ledger)
                  .empty());
  const CompiledCalendar calendar(directory.calendar());
  const CompiledCalendar none;
  const Relations relations(directory);
  const WorkIndex index(ledger.scheduled(), &relations);
  const absl::Time start = absl::FromUnixSeconds(1'772'500'000);
  const Helper ann{"person ann", nullptr, IntervalSet({{start, start + absl::Hours(20)}})};
  flat::Arena arena;
  int conflicts = 0, frozen = 0, inside = 0, away = 0, uncovered = 0;
  const auto ask = [&] {
    for (int i = 0; i < 300; ++i) {
      arena.Reset();
      Work work;
      work.id = "CHG-1";
      work.team = "web";
      work.services.Add("shop", &arena);
      work.assets.Add("db-1", &arena);
      work.environments.Add(v1::ENVIRONMENT_PRODUCTION, &arena);
      work.interval = Interval{start + absl::Hours(i), start + absl::Hours(i + 2)};
      CalendarSources sources{.calendars = {&calendar, &none}, .relations = &relations};
      sources.helpers.push_back(&ann);
      const Concerns concerns(sources, work, &arena);
      const flat::CalendarAnswer& answer = *AnswerCalendar(concerns, index, &arena);
      conflicts += answer.conflicts().size();
      frozen += answer.frozen() ? 1 : 0;
      inside += answer.inside_window() ? 1 : 0;
      away += answer.unavailable().size();
      uncovered += answer.uncovered().size();
    }
  };
  ask();
  const long before = CountAllocations();
  ask();
  EXPECT_EQ(CountAllocations() - before, 0);
  EXPECT_GT(before, 0);
  for (const int count : {conflicts, frozen, inside, away, uncovered}) EXPECT_GT(count, 0);
}

}  // namespace
}  // namespace changepolicy
