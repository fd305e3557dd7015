// Answers about time as a person reads them at a terminal.
#include "libchangepolicy/report/schedule_text.h"

#include <fstream>
#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/calendar/zone.h"
#include "libchangepolicy/report/schedule_wording.h"
#include "libchangepolicy/source/read.h"
#include "tests/report/many_works.h"

namespace changepolicy {
namespace {

using testing::HasSubstr;
using testing::Not;

template <typename Message>
Message Parse(const std::string& yaml) {
  Message message;
  const Issues issues = ReadMessage(yaml, Format::kYaml, "test.yaml", &message);
  EXPECT_TRUE(issues.empty()) << ToText(issues);
  return message;
}

ScheduleTextOptions Berlin() { return {.zone = *FindZone("Europe/Berlin")}; }

std::string File(const std::string& name) {
  std::ostringstream bytes;
  bytes << std::ifstream(CHANGEPOLICY_SOURCE_DIR "/tests/report/data/" + name).rdbuf();
  return bytes.str();
}

TEST(ScheduleTextTest, GoesDayByDay) {
  EXPECT_EQ(ScheduleText(Parse<v1::ForwardSchedule>(R"(
organization: Example
now: 2026-03-28T08:00:00Z
from: 2026-03-27T23:00:00Z
until: 2026-04-02T22:00:00Z
windows:
  - {id: night, title: Nightly, start: 2026-03-28T21:00:00Z, end: 2026-03-29T02:00:00Z, clause: C-1}
freezes:
  - {id: close, start: 2026-03-28T11:00:00Z, end: 2026-03-30T16:00:00Z, scope: {teams: [core]},
     emergency_may_cross: true}
works:
  - {subject_id: CHG-1, title: Keys, start: 2026-03-28T21:00:00Z, end: 2026-03-28T23:00:00Z,
     services: [web], team: core, people: [ann], category: NORMAL, environments: [PRODUCTION],
     assets: [db], depends_on: [CHG-0], change_model: swap, recorded_at: 2026-03-01T00:00:00Z}
  - {subject_id: CHG-2, is_release: true, start: 2026-03-28T22:00:00Z, end: 2026-03-29T01:30:00Z}
conflicts:
  - {one: CHG-1, other: CHG-2, start: 2026-03-28T22:00:00Z, end: 2026-03-28T23:00:00Z,
     clashes: [{kind: PERSON, one: ann}, {kind: DEPENDENCY, one: CHG-1, other: CHG-2}]}
departures:
  - {id: t/1, train: t, title: Train, kind: minor, code_freeze: 2026-03-26T10:00:00Z,
     release: 2026-03-30T10:00:00Z, changes: [CHG-1]}
problems: [freeze x could not be computed]
tzdb_version: 2026a
)"),
                         Berlin()),
            R"(Forward schedule of change: Example
  Sat 28 Mar 2026 00:00 to Fri 3 Apr 00:00
  times are local to Europe/Berlin (CET, UTC+01:00; from Sun 29 Mar 2026 CEST, UTC+02:00)
  1 change, 1 release, 1 conflict, 1 freeze, 1 window, 1 train departure
  as of Sat 28 Mar 2026 09:00; tzdb 2026a

  Sat 28 Mar 2026
  frozen    from 12:00       close  until Mon 30 Mar 2026 18:00; for team core; emergencies may
                                    cross
  open      22:00-04:00 +1d  night  Nightly, for everything  [C-1]
  planned   22:00-24:00      CHG-1  Keys; normal (swap); on web; alters db; in production; team
                                    core; by ann; after CHG-0
  planned   23:00-03:30 +1d  CHG-2  release
  conflict  23:00-24:00      CHG-1  with CHG-2: same person: ann; one must be in place before the
                                    other: CHG-1 and CHG-2

  Sun 29 Mar 2026: nothing begins or ends

  Mon 30 Mar 2026
  frozen    until 18:00      close  for team core; emergencies may cross
  train     12:00            t/1    release, Train (minor): CHG-1

  Tue 31 Mar 2026 to Thu 2 Apr 2026: nothing begins or ends

Could not be computed
  ??  freeze x could not be computed
)");
}

TEST(ScheduleTextTest, VerboseSaysWhenWorkWasPutOnRecord) {
  const auto schedule = Parse<v1::ForwardSchedule>(File("two_weeks.yaml"));
  ScheduleTextOptions options = Berlin();
  EXPECT_THAT(ScheduleText(schedule, options), Not(HasSubstr("recorded")));
  options.verbose = true;
  EXPECT_THAT(ScheduleText(schedule, options), HasSubstr("recorded"));
}

TEST(ScheduleTextTest, ADayOfAnotherLengthSaysSo) {
  EXPECT_THAT(ScheduleText(Parse<v1::ForwardSchedule>(File("two_weeks.yaml")), Berlin()),
              HasSubstr("  Sun 29 Mar 2026  (23 h day: from CET, UTC+01:00 to CEST, UTC+02:00)\n"));
}

TEST(ScheduleTextTest, AnEmptyScheduleSaysWhatIsMissing) {
  EXPECT_EQ(ScheduleText(Parse<v1::ForwardSchedule>(File("empty.yaml")), {}),
            R"(Forward schedule of change: unnamed organization
  Mon 2 Mar 2026 00:00 to Mon 9 Mar 00:00
  times are local to UTC (UTC+00:00)
  no changes, no releases, no conflicts, no freezes, no windows, no train departures
  as of a time not said; tzdb of unknown version

Nothing is planned, open or frozen in this time.
)");
  EXPECT_THAT(ScheduleText({}, {}), HasSubstr("Nothing is planned"));
}

TEST(ScheduleTextTest, ARecordCannotForgeALine) {
  const std::string text = ScheduleText(Parse<v1::ForwardSchedule>(File("hostile.yaml")), Berlin());
  EXPECT_THAT(text, HasSubstr("a\\nb\\u0007c"));
  EXPECT_THAT(text, Not(HasSubstr("\x07")));
  EXPECT_THAT(text, Not(HasSubstr("\u202E")));
}

TEST(ScheduleTextTest, MuchWorkTakesLinesButNoTime) {
  v1::ForwardSchedule schedule = ManyWorks(20000, 300);
  // Long work goes on over many days; of each only a few are repeated.
  for (v1::ScheduledWork& work : *schedule.mutable_works()) {
    work.mutable_end()->set_seconds(work.start().seconds() + 10 * 86400);
  }
  const std::string text = ScheduleText(schedule, {});
  EXPECT_THAT(text, HasSubstr("more that go on"));
  EXPECT_LT(text.size(), 10u << 20);
}

TEST(SlotsTextTest, NamesSlotsAndWhyNotEarlier) {
  EXPECT_EQ(SlotsText(Parse<v1::SlotsAnswer>(R"(
subject_id: CHG-1
from: 2026-03-02T08:00:00Z
until: 2026-03-09T08:00:00Z
length: 2h
slots:
  - {start: 2026-03-03T21:00:00Z, end: 2026-03-03T23:00:00Z, latest_start: 2026-03-04T01:00:00Z,
     windows: [night]}
  - {start: 2026-03-05T21:00:00Z, end: 2026-03-05T23:00:00Z, latest_start: 2026-03-05T21:00:00Z}
obstacles:
  - {kind: WINDOW, start: 2026-03-02T08:00:00Z, end: 2026-03-02T21:00:00Z}
  - {kind: CONFLICT, id: CHG-2, start: 2026-03-02T21:00:00Z, end: 2026-03-03T02:00:00Z,
     clashes: [{kind: ASSET, one: db}, {kind: PERSON, one: ann}]}
must_start_before: 2026-03-06T12:00:00Z
now: 2026-03-02T08:00:00Z
tzdb_version: 2026a
)"),
                      Berlin()),
            R"(Next slots of CHG-1: 2 ranges of starts
  2 h of work, rollback reserve included
  starts searched: Mon 2 Mar 2026 09:00 to Mon 9 Mar 09:00
  times are local to Europe/Berlin (CET, UTC+01:00)
  as of Mon 2 Mar 2026 09:00; tzdb 2026a
  approvals and evidence that hold now hold for starts before Fri 6 Mar 2026 13:00

Slots
  start                 ends                  latest start          windows
  Tue 3 Mar 2026 22:00  Wed 4 Mar 2026 00:00  Wed 4 Mar 2026 02:00  night
  Thu 5 Mar 2026 22:00  Fri 6 Mar 2026 00:00  the same              none declared

Why not earlier
  Mon 2 Mar 2026 09:00 to 22:00            no maintenance window is open long enough
  Mon 2 Mar 2026 22:00 to Tue 3 Mar 03:00  other work, CHG-2: same asset: db; same person: ann
)");
}

TEST(SlotsTextTest, NoneKnownIsSaidPlainlyAndWhy) {
  const std::string by_freeze = SlotsText(Parse<v1::SlotsAnswer>(R"(
subject_id: CHG-1
from: 2026-03-02T08:00:00Z
until: 2026-03-09T08:00:00Z
length: 2h
obstacles: [{kind: FREEZE, id: close, start: 2026-03-02T08:00:00Z}]
problems: [window w has no rule that could be read]
)"),
                                          Berlin());
  EXPECT_THAT(by_freeze, HasSubstr("Next slots of CHG-1: none known\n"));
  EXPECT_THAT(by_freeze, HasSubstr(R"(
Every start that was searched is ruled out by what follows.

What rules starts out
  from Mon 2 Mar 2026 09:00 on  freeze close

Could not be computed
  ??  window w has no rule that could be read
)"));
  EXPECT_THAT(SlotsText(Parse<v1::SlotsAnswer>(R"(
subject_id: CHG-1
from: 2026-03-02T08:00:00Z
until: 2026-03-09T08:00:00Z
unknown: [change.duration]
)"),
                        {}),
              HasSubstr("\nNo slot can be named: not known: change.duration\n"));
}

TEST(ConflictsTextTest, ListsEveryPairWithEverythingInWhichTheyMeet) {
  EXPECT_EQ(ConflictsText(Parse<v1::ConflictsAnswer>(R"(
works: 7
conflicts:
  - {one: A, other: B, start: 2026-03-02T21:00:00Z, end: 2026-03-03T00:30:00Z,
     clashes: [{kind: ASSET, one: db}, {kind: SERVICE, one: web},
       {kind: RELATED, one: web, other: db}, {kind: PERSON, one: ann},
       {kind: DEPENDENCY, one: A, other: B}]}
  - {one: A, other: C, start: 2026-03-02T21:00:00Z, end: 2026-03-02T22:00:00Z}
)"),
                          Berlin()),
            R"(2 conflicts between 7 pieces of work
  times are local to Europe/Berlin (CET, UTC+01:00)

1. A and B
   both under way Mon 2 Mar 2026 22:00 to Tue 3 Mar 01:30 (3 h 30 min)
   - same asset: db
   - same service: web
   - related: web and db
   - same person: ann
   - one must be in place before the other: A and B

2. A and C
   both under way Mon 2 Mar 2026 22:00 to 23:00 (1 h)
   - in what they meet is not said
)");
  EXPECT_EQ(ConflictsText(Parse<v1::ConflictsAnswer>("works: 1"), {}),
            "No conflicts between 1 piece of work\n");
}

TEST(FreezeImpactTextTest, SaysWhatHasToMove) {
  EXPECT_EQ(FreezeImpactText(Parse<v1::FreezeImpactAnswer>(R"(
freeze: close
hits:
  - {subject_id: A, start: 2026-03-02T10:00:00Z, end: 2026-03-02T12:00:00Z,
     freeze: {id: close, start: 2026-03-02T11:00:00Z, end: 2026-03-04T11:00:00Z, clause: C-7},
     may_finish: true}
  - {subject_id: B, start: 2026-03-03T10:00:00Z, end: 2026-03-03T12:00:00Z,
     freeze: {id: close, start: 2026-03-02T11:00:00Z, end: 2026-03-04T11:00:00Z},
     unknown: [services, team]}
problems: [p]
)"),
                             {}),
            R"(Freeze close: hits 2 pieces of work
  times are local to UTC (UTC+00:00)

  work  planned                        meets the freeze               so
  A     Mon 2 Mar 2026 10:00 to 12:00  Mon 2 Mar 2026 11:00 to Wed 4  began before it and may finish
                                       Mar 11:00 [C-7]
  B     Tue 3 Mar 2026 10:00 to 12:00  Mon 2 Mar 2026 11:00 to Wed 4  has to move; counts as hit,
                                       Mar 11:00                      since not known: services,
                                                                      team

Could not be computed
  ??  p
)");
  EXPECT_EQ(FreezeImpactText(Parse<v1::FreezeImpactAnswer>("freeze: close"), {}),
            "Freeze close: hits no planned work\n");
}

TEST(TrainPlanTextTest, SaysWhatGoesAndWhyOthersDoNot) {
  EXPECT_EQ(TrainPlanText(Parse<v1::TrainPlan>(R"(
departure: {id: t/2026-03-10, train: t, title: Monthly, kind: minor,
  code_freeze: 2026-03-03T12:00:00Z, release: 2026-03-10T21:00:00Z, changes: [B, C]}
changes: [B, A]
left_out:
  - {change: C, reason: ASSET, about: [A, db]}
  - {change: D, reason: CYCLE}
)"),
                          Berlin()),
            R"(Train t/2026-03-10: 2 changes go, 2 do not
  Monthly; train t; minor
  times are local to Europe/Berlin (CET, UTC+01:00)
  feature freeze  not planned
  code freeze     Tue 3 Mar 2026 13:00
  candidate       not planned
  release         Tue 10 Mar 2026 22:00

Goes, in this order
  1.  B  grouped into it already
  2.  A

Does not go
  C  another change that goes alters the same asset: A, db (though grouped into it)
  D  it depends on itself, through others
)");
}

TEST(WordingTest, EveryKindHasWords) {
  for (int i = 1; i <= v1::ObstacleKind_MAX; ++i) {
    v1::Obstacle obstacle;
    obstacle.set_kind(static_cast<v1::ObstacleKind>(i));
    EXPECT_THAT(ObstacleText(obstacle), Not(HasSubstr("something else")));
  }
  for (int i = 1; i <= v1::ClashKind_MAX; ++i) {
    v1::Clash clash;
    clash.set_kind(static_cast<v1::ClashKind>(i));
    EXPECT_NE(ClashText(clash), "");
  }
  for (int i = 1; i <= v1::LeftOutReason_MAX; ++i) {
    v1::LeftOut left_out;
    left_out.set_reason(static_cast<v1::LeftOutReason>(i));
    EXPECT_NE(LeftOutText(left_out), "it does not go");
  }
  EXPECT_EQ(CountText(0, "change"), "no changes");
  EXPECT_EQ(CountText(1234567, "change"), "1,234,567 changes");
  EXPECT_EQ(Grouped(-1000), "-1,000");
}

}  // namespace
}  // namespace changepolicy
