// What is wrong with a calendar is told with its place.
#include "libchangepolicy/calendar/calendar_check.h"

#include <ostream>
#include <string>

#include "gtest/gtest.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {
namespace {

struct Row {
  const char* calendar;
  const char* path;  // of the one issue; empty: none
  const char* says;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.calendar; }

class Calendars : public testing::TestWithParam<Row> {};

TEST_P(Calendars, AreChecked) {
  v1::Calendar calendar;
  ASSERT_TRUE(ReadMessage(GetParam().calendar, Format::kYaml, "c", &calendar).empty());
  const Issues issues = CheckCalendar(calendar, "calendar");
  if (std::string(GetParam().path).empty()) {
    EXPECT_TRUE(issues.empty()) << ToText(issues);
    return;
  }
  ASSERT_EQ(issues.size(), 1u) << ToText(issues);
  EXPECT_EQ(issues[0].path, GetParam().path);
  EXPECT_NE(issues[0].message.find(GetParam().says), std::string::npos) << issues[0].message;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Calendars,
    testing::Values(
        Row{"{}", "", ""}, Row{"lead_times: [{id: l, audience: CLIENTS, lead: 24h}]", "", ""},
        Row{"lead_times: [{id: l, lead: 24h}]", "calendar.lead_times[l]", "who is told"},
        Row{"lead_times: [{id: l, audience: CLIENTS}]", "calendar.lead_times[l].lead",
            "longer than nothing"},
        Row{"holidays: [{id: h, zone: UTC, known_from: 2026}]", "calendar.holidays[h].known_from",
            "`2026` is no date"},
        Row{"holidays: [{id: h, zone: UTC, known_from: 2027-01-01, known_until: 2026-12-31}]",
            "calendar.holidays[h].known_until", "before `known_from`"},
        Row{"trains: [{id: t, kind: minor, release: 2026-03-01T00:00:00Z}]", "", ""},
        Row{"trains: [{id: t, kind: big, release: 2026-03-01T00:00:00Z}]",
            "calendar.trains[t].kind", "`big`"},
        Row{"trains: [{id: t, kind: minor}]", "calendar.trains[t]", "when it goes out"},
        Row{"trains: [{id: t, kind: minor, code_freeze: 2026-03-02T00:00:00Z, release: "
            "2026-03-01T00:00:00Z}]",
            "calendar.trains[t].release", "before `code_freeze`"},
        Row{"trains: [{id: t, kind: minor, release: 2026-03-01T00:00:00Z, cadence: {zone: UTC, "
            "start: "
            "2026-03-01}}]",
            "calendar.trains[t]", "not both"},
        Row{"trains: [{id: t, kind: minor, cadence: {zone: UTC, start: 2026-03-01, "
            "code_freeze_before: soon}}]",
            "calendar.trains[t].cadence.code_freeze_before", "`soon`"},
        Row{"trains: [{id: t, kind: minor, cadence: {zone: UTC, start: 2026-03-01, "
            "code_freeze_before: 5d, candidate_before: 6d}}]",
            "calendar.trains[t].cadence.candidate_before", "longer than `code_freeze_before`"},
        Row{"trains: [{id: t, kind: minor, cadence: {zone: UTC, start: 2026-03-01, rrule: "
            "FREQ=FORTNIGHTLY}}]",
            "calendar.trains[t].cadence.rrule", "FORTNIGHTLY"}));

}  // namespace
}  // namespace changepolicy
