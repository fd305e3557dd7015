// Slots, conflicts, freezes and trains as users of the library ask for them.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/calendar.h"
#include "libchangepolicy/source/read.h"
#include "tests/engine/example.h"

namespace changepolicy {
namespace {

using List = std::vector<std::string>;

std::string Text(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y-%m-%dT%H:%MZ", FromProto(time), absl::UTCTimeZone());
}

// A night from Saturday to Sunday each week, and somebody who is away.
constexpr char kNights[] = R"(
  services: [{id: shop, depends_on: [db]}, {id: db}, {id: mail}, {id: cart, part_of: shop}]
  calendar:
    windows:
      - {id: night, times: [{zone: UTC, start: 2026-03-07T22:00:00, duration: 6h, rrule: FREQ=WEEKLY}]}
    freezes:
      - {id: close, scope: {services: [shop]}, times: [{zone: UTC, start: 2026-03-14T00:00:00, end: 2026-03-15T01:00:00}]}
)";

Planner With(std::string_view organization, std::string_view rules = "") {
  return {LoadOrDie(PolicyWith(rules)), Firm(organization)};
}

v1::ChangeRequest Planned(std::string_view more = "") {
  return SmallChange(StrCat(R"(
services: [{id: shop}]
schedule: {start: 2026-03-04T10:00:00Z, end: 2026-03-04T11:00:00Z, rollback_reserve: 1h}
)",
                            more));
}

constexpr char kNow[] = "2026-03-02T10:00:00Z";

v1::SlotsAnswer Ask(const Planner& planner, const v1::ChangeRequest& change, int count = 1,
                    std::string_view now = kNow) {
  const auto answer = planner.NextSlots(change, {.now = At(now), .count = count});
  EXPECT_TRUE(answer.ok()) << answer.status();
  return answer.ok() ? *answer : v1::SlotsAnswer();
}

List Starts(const v1::SlotsAnswer& answer) {
  List starts;
  for (const v1::Slot& slot : answer.slots()) {
    starts.push_back(StrCat(Text(slot.start()), " to ", Text(slot.latest_start())));
  }
  return starts;
}

List Obstacles(const v1::SlotsAnswer& answer) {
  List all;
  for (const v1::Obstacle& obstacle : answer.obstacles()) {
    std::string name = v1::ObstacleKind_Name(obstacle.kind()).substr(14);
    all.push_back(obstacle.id().empty() ? name : StrCat(name, " ", obstacle.id()));
  }
  return all;
}

TEST(NextSlots, LieInWindowsAndOutOfFreezes) {
  const v1::SlotsAnswer answer = Ask(With(kNights), Planned(), 3);
  EXPECT_EQ(Starts(answer), (List{"2026-03-07T22:00Z to 2026-03-08T02:00Z",
                                  // The freeze ends at one.
                                  "2026-03-15T01:00Z to 2026-03-15T02:00Z",
                                  "2026-03-21T22:00Z to 2026-03-22T02:00Z"}));
  EXPECT_EQ(Text(answer.slots(0).end()), "2026-03-08T00:00Z");
  EXPECT_EQ(answer.slots(0).windows(0), "night");
  EXPECT_EQ(Obstacles(answer), (List{"WINDOW"}));
}

// A freeze of the shop holds for what is part of it, and not for what it needs.
TEST(NextSlots, FreezesHoldForParts) {
  EXPECT_EQ(Starts(Ask(With(kNights), SmallChange(R"(
services: [{id: cart}]
schedule: {start: 2026-03-04T10:00:00Z, end: 2026-03-04T12:00:00Z, rollback_reserve: 0s})"),
                       2))[1],
            "2026-03-15T01:00Z to 2026-03-15T02:00Z");
  EXPECT_EQ(Starts(Ask(With(kNights), SmallChange(R"(
services: [{id: db}]
schedule: {start: 2026-03-04T10:00:00Z, end: 2026-03-04T12:00:00Z, rollback_reserve: 0s})"),
                       2))[1],
            "2026-03-14T22:00Z to 2026-03-15T02:00Z");
}

TEST(NextSlots, GoAroundOtherWork) {
  const std::string busy = StrCat(kNights, R"(
ledger:
  scheduled:
    - {subject_id: C-2, services: [db], start: 2026-03-07T23:00:00Z, end: 2026-03-08T01:00:00Z, recorded_at: 2026-03-01T00:00:00Z}
    - {subject_id: C-3, services: [mail], start: 2026-03-07T22:00:00Z, end: 2026-03-08T04:00:00Z, recorded_at: 2026-03-01T00:00:00Z}
    - {subject_id: C-4, people: [Ann@Firm.example], start: 2026-03-08T03:30:00Z, end: 2026-03-08T04:00:00Z, recorded_at: 2026-03-01T00:00:00Z}
    - {subject_id: C-1, services: [shop], start: 2026-03-07T22:00:00Z, end: 2026-03-08T04:00:00Z, recorded_at: 2026-03-01T00:00:00Z}
)");
  const v1::ChangeRequest change = SmallChange(R"(
services: [{id: shop}]
schedule: {start: 2026-03-04T10:00:00Z, end: 2026-03-04T11:00:00Z, rollback_reserve: 1h}
)");
  EXPECT_EQ(Starts(Ask(With(busy), change))[0], "2026-03-08T01:00Z to 2026-03-08T02:00Z");
  // It is not there before it is on record.
  EXPECT_EQ(Starts(Ask(With(busy), change, 1, "2026-02-28T00:00:00Z"))[0],
            "2026-03-07T22:00Z to 2026-03-08T02:00Z");
  v1::ChangeRequest anns = change;
  anns.mutable_people()->add_implementers("ann");
  const v1::SlotsAnswer answer = Ask(With(busy), anns);
  EXPECT_EQ(Starts(answer)[0], "2026-03-08T01:00Z to 2026-03-08T01:30Z");
  EXPECT_EQ(Obstacles(answer), (List{"WINDOW", "CONFLICT C-2"}));
  EXPECT_EQ(answer.obstacles(1).clashes(0).kind(), v1::CLASH_KIND_RELATED);
}

// A release is made of its changes; they are not in its way.
TEST(NextSlots, OfAReleaseGoBesideItsOwnChanges) {
  const Planner planner = With(R"(
  services: [{id: shop}]
ledger:
  scheduled:
    - {subject_id: C-1, services: [shop], start: 2026-03-02T10:00:00Z, end: 2026-03-02T12:00:00Z}
    - {subject_id: C-2, services: [shop], start: 2026-03-02T11:00:00Z, end: 2026-03-02T13:00:00Z}
)");
  v1::Release release;
  ASSERT_TRUE(ReadMessage(R"(
id: R-1
state: APPROVED
changes: [{id: C-1, services: [{id: shop}]}]
schedule: {start: 2026-03-04T10:00:00Z, end: 2026-03-04T11:00:00Z, rollback_reserve: 0s}
)",
                          Format::kYaml, "r", &release)
                  .empty());
  const auto answer = planner.NextSlots(release, {.now = At(kNow)});
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(answer->slots_size(), 1) << answer->DebugString();
  EXPECT_EQ(Starts(*answer)[0], "2026-03-02T10:00Z to 2026-03-02T10:00Z");
}

TEST(NextSlots, OfAnEmergencyCrossWhatLetsThem) {
  constexpr char kFreezes[] = R"(
  services: [{id: shop}]
  calendar:
    freezes:
      - {id: soft, emergency_may_cross: true, times: [{zone: UTC, start: 2026-03-02T00:00:00, duration: 48h}]}
      - {id: hard, times: [{zone: UTC, start: 2026-03-02T00:00:00, duration: 20h}]}
)";
  const std::string urgent =
      "policy: {id: e, version: '1'}\nclauses: {C: {title: c}}\n"
      "risk: {factors: [], levels: [{level: LOW, from: 0}]}\n"
      "categories: [{id: e, category: EMERGENCY, applies_if: 'true', clause: C}]\n";
  const Planner planner(LoadOrDie(urgent), Firm(kFreezes));
  EXPECT_EQ(Text(Ask(planner, Planned()).slots(0).start()), "2026-03-02T20:00Z");
  EXPECT_EQ(Text(Ask(With(kFreezes), Planned()).slots(0).start()), "2026-03-04T00:00Z");
}

TEST(NextSlots, NeedThePeopleAndTheirTeam) {
  const std::string away = R"(
  services: [{id: shop}]
  teams: [{id: ops, hours: [{zone: UTC, start: 2026-03-02T08:00:00, end: 2026-03-02T16:00:00, rrule: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"}], unavailable: [{start: 2026-03-02T00:00:00Z, end: 2026-03-03T00:00:00Z}]}]
)";
  OrganizationResult organization = Organization::Create([&] {
    v1::Organization message;
    const Issues issues = ReadMessage(
        StrCat("directory:\n  people: [{id: ann}, {id: dan, unavailable: [{start: "
               "2026-03-03T00:00:00Z, end: 2026-03-03T12:00:00Z}]}]\n  roles: [{id: engineer}]\n",
               away),
        Format::kYaml, "o", &message);
    EXPECT_TRUE(issues.empty()) << ToText(issues);
    return message;
  }());
  ASSERT_TRUE(organization.organization.has_value()) << ToText(organization.issues);
  const Planner planner(LoadOrDie(PolicyWith("")), *organization.organization);
  v1::ChangeRequest change = Planned("team: ops\n");
  EXPECT_EQ(Starts(Ask(planner, change))[0], "2026-03-03T08:00Z to 2026-03-03T14:00Z");
  change.mutable_people()->add_implementers("dan");
  const v1::SlotsAnswer answer = Ask(planner, change);
  EXPECT_EQ(Starts(answer)[0], "2026-03-03T12:00Z to 2026-03-03T14:00Z");
  EXPECT_EQ(Obstacles(answer), (List{"UNAVAILABLE team ops", "UNAVAILABLE person dan"}));
}

TEST(NextSlots, WaitForNotices) {
  const std::string owed = R"(
  services: [{id: shop, notice_owed: true, notice_period: 48h}]
  calendar:
    lead_times:
      - {id: staff, audience: STAKEHOLDERS, lead: 24h, scope: {services: [shop]}}
      - {id: mail-only, audience: CLIENTS, lead: 999h, scope: {services: [mail]}}
      - {id: emergencies, audience: CLIENTS, lead: 999h, categories: [EMERGENCY]}
)";
  const v1::SlotsAnswer untold = Ask(With(owed), Planned());
  EXPECT_EQ(Text(untold.slots(0).start()), "2026-03-04T10:00Z");
  EXPECT_EQ(Obstacles(untold), (List{"NOTICE service shop", "NOTICE staff"}));
  const v1::ChangeRequest told = Planned(R"(
communications:
  - {id: m, audience: CLIENTS, notice: UPCOMING, happened_at: 2026-03-01T12:00:00Z, recorded_at: 2026-03-01T12:00:00Z}
)");
  EXPECT_EQ(Text(Ask(With(owed), told).slots(0).start()), "2026-03-03T12:00Z");
}

constexpr char kTwoEyes[] = R"(
approvals: [{id: peer, clause: C, needs: {at_least: 1, of: {role: engineer}, expires_after: 72h}}]
gates:
  - {id: tested, at: DEPLOY, clause: C, must: 'evidence.passed("unit", Environment.STAGING)'}
  - {id: in-window, at: DEPLOY, clause: C, must: calendar.inside_window}
)";

// Approvals that count now run out before the next window: there is no slot, and it is said why.
TEST(NextSlots, EndWithTheApprovals) {
  const v1::ChangeRequest approved = Planned(R"(
approvals: [{id: a, by: bob, kind: APPROVED, happened_at: 2026-03-02T09:00:00Z, recorded_at: 2026-03-02T09:00:00Z}]
)");
  const v1::SlotsAnswer answer = Ask(With(kNights, kTwoEyes), approved);
  EXPECT_EQ(Starts(answer), List{});
  EXPECT_EQ(Text(answer.must_start_before()), "2026-03-05T09:00Z");
  EXPECT_EQ(Obstacles(answer)[1], "APPROVAL peer");
  // Given later it lasts until the window.
  v1::ChangeRequest later = approved;
  ToProto(At("2026-03-05T12:00:00Z"), later.mutable_approvals(0)->mutable_happened_at());
  ToProto(At("2026-03-05T12:00:00Z"), later.mutable_approvals(0)->mutable_recorded_at());
  EXPECT_EQ(Starts(Ask(With(kNights, kTwoEyes), later, 1, "2026-03-05T13:00:00Z"))[0],
            "2026-03-07T22:00Z to 2026-03-08T02:00Z");
  // A rule that is no longer asked for by then does not matter.
  const std::string asked_once = PolicyWith(
      "approvals: [{id: peer, clause: C, applies_if: 'now < timestamp(\"2026-03-04T00:00:00Z\")', "
      "needs: {at_least: 1, of: {role: engineer}, expires_after: 72h}}]");
  EXPECT_FALSE(
      Ask(Planner(LoadOrDie(asked_once), Firm(kNights)), approved).has_must_start_before());
  // Neither does one that speaks of the planned time.
  const std::string timely =
      PolicyWith("gates: [{id: g, at: DEPLOY, clause: C, must: now < change.schedule.end}]");
  EXPECT_FALSE(Ask(Planner(LoadOrDie(timely), Firm(kNights)), approved).has_must_start_before());
  // One that does not count yet limits nothing.
  EXPECT_FALSE(Ask(With(kNights, kTwoEyes), Planned()).slots().empty());
}

// A range is whole, however far it goes.
TEST(NextSlots, LastAsLongAsNothingStands) {
  EXPECT_EQ(Starts(Ask(With(""), Planned())), (List{"2026-03-02T10:00Z to 2027-03-03T09:59Z"}));
  const v1::SlotsAnswer answer = Ask(With(R"(
  calendar: {freezes: [{id: f, times: [{zone: UTC, start: 2026-07-01T00:00:00, duration: 1h}]}]}
)"),
                                     Planned(), 2);
  EXPECT_EQ(Starts(answer), (List{"2026-03-02T10:00Z to 2026-06-30T22:00Z",
                                  "2026-07-01T01:00Z to 2027-03-03T09:59Z"}));
}

TEST(NextSlots, NeedWhatIsKnown) {
  v1::ChangeRequest change = Planned();
  change.mutable_schedule()->clear_rollback_reserve();
  const v1::SlotsAnswer unknown = Ask(With(kNights), change);
  EXPECT_EQ(Starts(unknown), List{});
  EXPECT_EQ(unknown.unknown(0), "change.schedule.rollback_reserve");
  // With a length of its own it needs no schedule.
  const auto given = With(kNights).NextSlots(change, {.now = At(kNow), .length = absl::Hours(6)});
  ASSERT_TRUE(given.ok()) << given.status();
  EXPECT_EQ(Starts(*given), (List{"2026-03-07T22:00Z to 2026-03-07T22:00Z"}));
  // No window is ever open that long.
  const auto never = With(kNights).NextSlots(change, {.now = At(kNow), .length = absl::Hours(7)});
  ASSERT_TRUE(never.ok()) << never.status();
  EXPECT_EQ(Starts(*never), List{});
  EXPECT_EQ(Obstacles(*never)[0], "WINDOW");
}

// Whether other work is in the way of what nobody described is not known.
TEST(NextSlots, NeedWhatTheWorkTouches) {
  const std::string busy = R"(
  services: [{id: shop}]
ledger:
  scheduled: [{subject_id: C-2, services: [shop], start: 2026-03-04T10:30:00Z, end: 2026-03-04T11:00:00Z}]
)";
  const v1::ChangeRequest vague = SmallChange(
      "schedule: {start: 2026-03-04T10:00:00Z, end: 2026-03-04T11:00:00Z, rollback_reserve: 0s}");
  const v1::SlotsAnswer answer = Ask(With(busy), vague);
  EXPECT_EQ(Starts(answer), List{});
  EXPECT_EQ(answer.unknown(0), "change.services");
  const std::string gate =
      PolicyWith("gates: [{id: g, at: DEPLOY, clause: C, must: size(calendar.conflicts) == 0}]");
  const auto status = [&](std::string_view organization, const v1::ChangeRequest& change) {
    return StatusOf(*Engine(LoadOrDie(gate), Firm(organization))
                         .Decide(change, {.now = At(kNow), .transition = v1::TRANSITION_DEPLOY}),
                    "g");
  };
  EXPECT_EQ(status(busy, vague), v1::STATUS_UNKNOWN);
  // Where nothing goes on, nothing can be in the way.
  EXPECT_EQ(status("", vague), v1::STATUS_SATISFIED);
  v1::ChangeRequest clear = vague;
  clear.add_services()->set_id("mail");
  EXPECT_EQ(status(busy, clear), v1::STATUS_SATISFIED);
  clear.add_services()->set_id("shop");
  EXPECT_EQ(status(busy, clear), v1::STATUS_UNSATISFIED);
}

TEST(NextSlots, RefuseWhatMakesNoSense) {
  const Planner planner = With(kNights);
  const auto fails = [&](const v1::ChangeRequest& change, const SlotQuestion& question) {
    return std::string(planner.NextSlots(change, question).status().message());
  };
  EXPECT_NE(fails(Planned(), {}).find("now"), std::string::npos);
  EXPECT_NE(fails(Planned(), {.now = At(kNow), .count = 0}).find("count"), std::string::npos);
  EXPECT_NE(fails(Planned(), {.now = At(kNow), .until = At(kNow)}).find("until"),
            std::string::npos);
  EXPECT_NE(fails(Planned(), {.now = At(kNow), .length = -absl::Hours(1)}).find("length"),
            std::string::npos);
  v1::ChangeRequest backwards = Planned();
  ToProto(At("2026-03-04T08:00:00Z"), backwards.mutable_schedule()->mutable_end());
  EXPECT_NE(fails(backwards, {.now = At(kNow)}).find("schedule.end"), std::string::npos);
}

TEST(Conflicts, AreAllThePairs) {
  const auto answer = With(StrCat(kNights, R"(
ledger:
  scheduled:
    - {subject_id: C-2, services: [db], assets: [x], people: [ann], start: 2026-03-07T22:00:00Z, end: 2026-03-08T01:00:00Z}
    - {subject_id: C-3, services: [cart], people: [ann, bob], start: 2026-03-08T00:00:00Z, end: 2026-03-08T02:00:00Z}
    - {subject_id: C-4, services: [mail], assets: [x], start: 2026-03-08T00:30:00Z, end: 2026-03-08T02:00:00Z}
    - {subject_id: C-5, services: [mail], depends_on: [C-3], start: 2026-03-08T02:00:00Z, end: 2026-03-08T03:00:00Z}
    - {subject_id: C-6, services: [shop], depends_on: [C-4], start: 2026-03-08T01:30:00Z, end: 2026-03-08T02:30:00Z}
)"))
                          .Conflicts(At("2026-03-02T10:00:00Z"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  List pairs;
  for (const v1::Conflict& conflict : answer->conflicts()) {
    std::string text = StrCat(conflict.one(), "-", conflict.other(), " ", Text(conflict.start()));
    for (const v1::Clash& clash : conflict.clashes()) {
      StrAppend(&text, " ", v1::ClashKind_Name(clash.kind()).substr(11), ":", clash.one(),
                clash.other().empty() ? "" : ">", clash.other());
    }
    pairs.push_back(text);
  }
  EXPECT_EQ(pairs,
            (List{"C-2-C-3 2026-03-08T00:00Z PERSON:ann", "C-2-C-4 2026-03-08T00:30Z ASSET:x",
                  "C-3-C-6 2026-03-08T01:30Z RELATED:cart>shop",
                  "C-4-C-6 2026-03-08T01:30Z DEPENDENCY:C-4>C-6"}));
}

TEST(FreezeImpact, NamesTheWorkThatItHits) {
  const Planner planner = With(StrCat(kNights, R"(
ledger:
  scheduled:
    - {subject_id: C-2, services: [cart], category: EMERGENCY, start: 2026-03-07T22:00:00Z, end: 2026-03-08T01:00:00Z}
    - {subject_id: C-3, services: [mail], start: 2026-03-07T22:00:00Z, end: 2026-03-08T01:00:00Z}
    - {subject_id: C-4, people: [bob], start: 2026-03-08T00:30:00Z, end: 2026-03-08T02:00:00Z}
    - {subject_id: C-5, services: [shop], start: 2026-03-08T02:00:00Z, end: 2026-03-08T03:00:00Z}
    - {subject_id: C-6, services: [shop], start: 2026-03-07T23:00:00Z, end: 2026-03-08T00:00:00Z}
)"));
  v1::Freeze freeze;
  ASSERT_TRUE(ReadMessage("{id: new, overrun_allowed: true, emergency_may_cross: true, scope: "
                          "{services: [shop]}, times: [{zone: UTC, start: 2026-03-08T00:00:00, "
                          "duration: 2h}]}",
                          Format::kYaml, "f", &freeze)
                  .empty());
  const auto answer = planner.FreezeImpact(freeze, At(kNow));
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(answer->hits_size(), 2) << answer->DebugString();
  EXPECT_EQ(answer->hits(0).subject_id(), "C-2");
  EXPECT_TRUE(answer->hits(0).may_finish());
  EXPECT_TRUE(answer->hits(0).may_cross());
  // Nobody said which service it touches.
  EXPECT_EQ(answer->hits(1).subject_id(), "C-4");
  EXPECT_FALSE(answer->hits(1).may_finish());
  EXPECT_EQ(answer->hits(1).unknown(0), "services");
  // The freezes that are declared can be asked about too; a slip is told.
  EXPECT_EQ(planner.FindFreeze("close")->id(), "close");
  EXPECT_NE(planner.FindFreeze("closed").status().message().find("did you mean `close`"),
            std::string::npos);
  freeze.mutable_times(0)->set_zone("Mars/Olympus");
  EXPECT_NE(planner.FreezeImpact(freeze, At(kNow)).status().message().find("Mars/Olympus"),
            std::string::npos);
}

TEST(Schedule, ShowsPeriodsWithTheirParts) {
  const auto schedule =
      With(kNights).Schedule(At(kNow), At("2026-03-13T00:00:00Z"), At("2026-03-16T00:00:00Z"));
  ASSERT_TRUE(schedule.ok()) << schedule.status();
  ASSERT_EQ(schedule->freezes_size(), 1);
  const auto& services = schedule->freezes(0).scope().services();
  EXPECT_EQ(List(services.begin(), services.end()), (List{"cart", "shop"}));
  ASSERT_EQ(schedule->windows_size(), 1);
  EXPECT_EQ(Text(schedule->windows(0).start()), "2026-03-14T22:00Z");
  EXPECT_FALSE(With(kNights).Schedule(At(kNow), At(kNow), At(kNow)).ok());
}

// A slip in a scope makes a freeze that stops nothing.
TEST(Organizations, WarnOfScopesThatNameNothing) {
  v1::Organization message;
  ASSERT_TRUE(ReadMessage(R"(
directory:
  services: [{id: shop}]
  calendar:
    freezes: [{id: f, scope: {services: [shpo], teams: [any]}, times: [{zone: UTC, start: 2026-03-02T00:00:00, duration: 48h}]}]
)",
                          Format::kYaml, "o", &message)
                  .empty());
  const OrganizationResult result = Organization::Create(message);
  EXPECT_TRUE(result.organization.has_value());
  ASSERT_EQ(result.issues.size(), 1u) << ToText(result.issues);
  EXPECT_EQ(result.issues[0].severity, Severity::kWarning);
  EXPECT_EQ(result.issues[0].path, "directory.calendar.freezes[f].scope.services[0]");
  EXPECT_EQ(result.issues[0].help, "did you mean `shop`?");
}

TEST(Organizations, RefuseCirclesOfParts) {
  const auto says = [](std::string_view yaml) {
    v1::Organization message;
    EXPECT_TRUE(ReadMessage(yaml, Format::kYaml, "o", &message).empty());
    return ToText(Organization::Create(message).issues);
  };
  EXPECT_NE(says("directory: {services: [{id: a, part_of: b}, {id: b, part_of: a}]}")
                .find("`a` is part of itself"),
            std::string::npos);
  EXPECT_NE(
      says("directory: {teams: [{id: web}, {id: ui, part_of: wbe}]}").find("did you mean `web`"),
      std::string::npos);
  EXPECT_NE(says("directory: {teams: [{id: web, hours: [{zone: Mars, start: 2026-01-01, end: "
                 "2026-01-02}]}]}")
                .find("Mars"),
            std::string::npos);
}

constexpr char kTrains[] = R"(
  services: [{id: shop}, {id: mail}]
  calendar:
    freezes: [{id: mail-close, scope: {services: [mail]}, times: [{zone: UTC, start: 2026-04-14T00:00:00, duration: 24h}]}]
    trains:
      - id: monthly
        kind: minor
        scope: {services: [shop, mail]}
        cadence: {zone: America/New_York, start: 2026-03-10T10:00:00, rrule: "FREQ=MONTHLY;BYDAY=2TU", feature_freeze_before: 14d, code_freeze_before: 5d, candidate_before: 1d}
      - {id: big, kind: major, release: 2026-06-01T10:00:00Z, changes: [C-9]}
)";

TEST(Trains, DepartOnTheWallClock) {
  const auto departures =
      With(kTrains).Departures(At("2026-02-20T00:00:00Z"), At("2026-05-01T00:00:00Z"));
  ASSERT_TRUE(departures.ok()) << departures.status();
  List ids;
  for (const v1::TrainDeparture& each : *departures) ids.push_back(each.id());
  EXPECT_EQ(ids, (List{"monthly/2026-03-10", "monthly/2026-04-14", "monthly/2026-05-12"}));
  // New York changed its clocks on the 8th of March: ten o'clock all the same.
  EXPECT_EQ(Text((*departures)[0].feature_freeze()), "2026-02-24T15:00Z");
  EXPECT_EQ(Text((*departures)[0].code_freeze()), "2026-03-05T15:00Z");
  EXPECT_EQ(Text((*departures)[0].candidate()), "2026-03-09T14:00Z");
  EXPECT_EQ(Text((*departures)[0].release()), "2026-03-10T14:00Z");
}

TEST(Trains, TakeWhatGoesTogether) {
  const Planner planner = With(StrCat(kTrains, R"(
ledger: {past_runs: [{subject_id: C-0, successful: true, happened_at: 2026-01-01T00:00:00Z, recorded_at: 2026-01-01T00:00:00Z}]}
)"));
  const auto change = [](std::string_view id, std::string_view more) {
    return ReadChange(StrCat(
        "id: ", id, "\nstate: APPROVED\n",
        more.find("services") == std::string_view::npos ? "services: [{id: shop}]\n" : "", more));
  };
  const auto plan = planner.PlanTrain(
      "monthly",
      {change("C-1", "assets: [a]\ndepends_on: [C-0, C-2]\ncreated_at: 2026-01-01"),
       change("C-2", "assets: [a]\ncreated_at: 2026-01-05"),
       change("C-3", "assets: [a]\ncreated_at: 2026-01-06"), change("C-4", "depends_on: [C-3]"),
       change("C-5", "depends_on: [C-6]"), change("C-6", "depends_on: [C-5]"),
       change("C-7", "title: 'feat!: new'"), change("C-8", "services: [{id: mail}]"),
       change("C-9", ""),
       change("C-10", "kinds: [DATABASE_SCHEMA]\nservices: [{id: shop}]\ncreated_at: 2026-01-03"),
       change("C-11", "kinds: [DATA_MIGRATION]\nservices: [{id: shop}]\ncreated_at: 2026-01-04"),
       change("C-12", "depends_on: [gone]"), change("C-14", "services: [{id: search}]"),
       ReadChange("{id: C-13, state: CLOSED}")},
      At("2026-03-20T00:00:00Z"));
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->departure().id(), "monthly/2026-04-14");
  EXPECT_EQ(List(plan->changes().begin(), plan->changes().end()), (List{"C-2", "C-1", "C-10"}));
  List left;
  for (const v1::LeftOut& each : plan->left_out()) {
    std::string text = StrCat(each.change(), " ", v1::LeftOutReason_Name(each.reason()).substr(16));
    for (const std::string& about : each.about()) StrAppend(&text, " ", about);
    left.push_back(text);
  }
  EXPECT_EQ(left, (List{"C-11 MIGRATION_ORDER C-10 shop", "C-12 DEPENDENCY gone",
                        "C-13 STATE CLOSED", "C-14 SCOPE", "C-3 ASSET C-2 a", "C-4 DEPENDENCY C-3",
                        "C-5 CYCLE C-6", "C-6 CYCLE C-5", "C-7 KIND MAJOR",
                        "C-8 CALENDAR mail-close", "C-9 OTHER_TRAIN big"}));
}

TEST(Trains, CloseTheirDoors) {
  const Planner planner = With(kTrains);
  const auto goes = [&](std::string_view title, std::string_view now) {
    v1::ChangeRequest change = ReadChange("{id: C-1, state: APPROVED, services: [{id: shop}]}");
    change.set_title(std::string(title));
    const auto plan = planner.PlanTrain("monthly/2026-04-14", {change}, At(now));
    EXPECT_TRUE(plan.ok()) << plan.status();
    return plan->left_out().empty() ? "goes" : plan->left_out(0).about(0);
  };
  // Feature freeze on 31 March, code freeze on 9 April, candidate on 13 April, release on the 14th.
  EXPECT_EQ(goes("feat: x", "2026-03-31T13:59:59Z"), "goes");
  EXPECT_EQ(goes("feat: x", "2026-03-31T14:00:00Z"), "feature_freeze");
  EXPECT_EQ(goes("whatever it is", "2026-03-31T14:00:00Z"), "feature_freeze");
  EXPECT_EQ(goes("perf(db): x", "2026-03-31T14:00:00Z"), "goes");
  EXPECT_EQ(goes("perf(db): x", "2026-04-09T14:00:00Z"), "code_freeze");
  EXPECT_EQ(goes("fix: x", "2026-04-09T14:00:00Z"), "goes");
  EXPECT_EQ(goes("fix: x", "2026-04-14T14:00:00Z"), "release");
  EXPECT_NE(planner.PlanTrain("weekly", {}, At(kNow)).status().message().find("no train `weekly`"),
            std::string::npos);
}

}  // namespace
}  // namespace changepolicy
