// What events mean: times, zones, recurrences, revisions.
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/calendar/icalendar.h"
#include "libchangepolicy/calendar/zone.h"

namespace changepolicy {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string File(std::string_view components) {
  return StrCat("BEGIN:VCALENDAR\nPRODID:x\nVERSION:2.0\n", components, "END:VCALENDAR\n");
}

std::string Event(std::string_view properties) {
  return StrCat("BEGIN:VEVENT\nUID:1\nDTSTAMP:20260101T000000Z\n", properties, "END:VEVENT\n");
}

v1::CalendarFile Read(std::string_view text, const ICalendarOptions& options = {}) {
  ICalendarResult read = ReadICalendar(text, "test.ics", options);
  EXPECT_TRUE(read.file.has_value()) << text << ToText(read.issues);
  return read.file.has_value() ? *std::move(read.file) : v1::CalendarFile();
}

std::string Times(const v1::CalendarFile& file) {
  return file.events_size() == 1 ? file.events(0).times().ShortDebugString() : "no event";
}

std::vector<std::string> Starts(const v1::CalendarFile& file) {
  std::vector<std::string> starts;
  std::vector<std::string> problems;
  for (const EventInstance& each :
       Instances(file, absl::FromUnixSeconds(0), absl::FromUnixSeconds(4'000'000'000), &problems)) {
    starts.push_back(absl::FormatTime("%Y-%m-%dT%H:%MZ", each.interval.start, absl::UTCTimeZone()));
  }
  EXPECT_THAT(problems, IsEmpty());
  return starts;
}

struct TimesCase {
  std::string_view properties;
  std::string_view times;
};

class ICalendarTimesTest : public testing::TestWithParam<TimesCase> {};

TEST_P(ICalendarTimesTest, AreRead) {
  EXPECT_EQ(Times(Read(File(Event(GetParam().properties)))), GetParam().times);
}

INSTANTIATE_TEST_SUITE_P(
    All, ICalendarTimesTest,
    testing::ValuesIn(std::vector<TimesCase>{
        {"DTSTART:20260105T090000Z\nDTEND:20260105T100000Z\n",
         "zone: \"UTC\" start: \"2026-01-05T09:00:00\" end: \"2026-01-05T10:00:00\""},
        // The length of a DURATION is exact, its days are those of the calendar (3.3.6).
        {"DTSTART;TZID=Europe/Berlin:20260328T090000\nDURATION:PT24H\n",
         "zone: \"Europe/Berlin\" start: \"2026-03-28T09:00:00\" duration: \"PT24H\""},
        {"DTSTART;TZID=Europe/Berlin:20260328T090000\nDURATION:P1D\n",
         "zone: \"Europe/Berlin\" start: \"2026-03-28T09:00:00\" end: \"2026-03-29T09:00:00\""},
        // A day alone is that day, a time alone a moment (3.6.1).
        {"DTSTART;VALUE=DATE:20260105\n", "start: \"2026-01-05\" end: \"2026-01-06\""},
        {"DTSTART;VALUE=DATE:20260105\nDTEND;VALUE=DATE:20260105\n",
         "start: \"2026-01-05\" end: \"2026-01-06\""},
        {"DTSTART;VALUE=DATE:20260105\nDURATION:P1W\n",
         "start: \"2026-01-05\" end: \"2026-01-12\""},
        {"DTSTART:20260105T090000Z\n", "zone: \"UTC\" start: \"2026-01-05T09:00:00\""},
        // Everything else is in the zone of DTSTART.
        {"DTSTART;TZID=Asia/Tokyo:20260105T090000\nDTEND:20260105T010000Z\n",
         "zone: \"Asia/Tokyo\" start: \"2026-01-05T09:00:00\" end: \"2026-01-05T10:00:00\""},
        {"DTSTART;TZID=Asia/Tokyo:20260105T090000\nDTEND;TZID=America/New_York:20260104T200000\n"
         "RRULE:FREQ=DAILY;UNTIL=20260301T000000Z\nEXDATE:20260106T000000Z\n"
         "RDATE;VALUE=DATE:20270101\n",
         "zone: \"Asia/Tokyo\" start: \"2026-01-05T09:00:00\" end: \"2026-01-05T10:00:00\" "
         "rrule: \"FREQ=DAILY;UNTIL=20260301T090000\" rdates: \"2027-01-01T09:00:00\" "
         "exdates: \"2026-01-06T09:00:00\""},
        {"DTSTART;VALUE=DATE:20260105\nRRULE:freq=daily;until=20260107;interval=2\n",
         "start: \"2026-01-05\" end: \"2026-01-06\" rrule: "
         "\"FREQ=DAILY;UNTIL=20260107;INTERVAL=2\""},
        // RFC 2445 allowed a date here; the whole day is meant.
        {"DTSTART;TZID=Asia/Tokyo:20260105T090000\nRRULE:FREQ=DAILY;UNTIL=20260301\n",
         "zone: \"Asia/Tokyo\" start: \"2026-01-05T09:00:00\" "
         "rrule: \"FREQ=DAILY;UNTIL=20260301T235959\""},
        {"DTSTART:20260105T090000Z\nDURATION:PT1H\nEXRULE:FREQ=WEEKLY\n",
         "zone: \"UTC\" start: \"2026-01-05T09:00:00\" duration: \"PT1H\" exrules: "
         "\"FREQ=WEEKLY\""},
        {"DTSTART:20260105T090000Z\nDURATION:PT1H\n"
         "RDATE;VALUE=PERIOD:20260107T090000Z/PT1H,20260108T090000Z/20260108T110000Z\n",
         "zone: \"UTC\" start: \"2026-01-05T09:00:00\" duration: \"PT1H\" "
         "rdates: \"2026-01-07T09:00:00\" rdates: \"2026-01-08T09:00:00/2026-01-08T11:00:00\""},
        // Names of zones.
        {"DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Berlin:20260105T090000\n",
         "zone: \"Europe/Berlin\" start: \"2026-01-05T09:00:00\""},
        {"DTSTART;TZID=/mozilla.org/20050126_1/America/Argentina/Buenos_Aires:20260105T090000\n",
         "zone: \"America/Argentina/Buenos_Aires\" start: \"2026-01-05T09:00:00\""},
        {"DTSTART;TZID=\"W. Europe Standard Time\":20260105T090000\n",
         "zone: \"Europe/Berlin\" start: \"2026-01-05T09:00:00\""},
    }));

TEST(ICalendarReadTest, TextsAreUnescapedAndTheRestIsKept) {
  const v1::CalendarFile file = Read(File(
      StrCat("X-WR-CALNAME:Ours\\, and theirs\n",
             Event("DTSTART:20260105T090000Z\nSUMMARY:a\\, b\\; c\\\\d\\ne\nDESCRIPTION:caf\xC3\n "
                   "\xA9\nLOCATION;LANGUAGE=en:Here\nURL:https://x/?a=1;b\nSTATUS:confirmed\n"
                   "TRANSP:TRANSPARENT\nCATEGORIES:z,a\\,b\nCATEGORIES:z\n"))));
  EXPECT_EQ(file.name(), "Ours, and theirs");
  const v1::CalendarEvent& event = file.events(0);
  EXPECT_EQ(event.title(), "a, b; c\\d\ne");
  EXPECT_EQ(event.description(), "caf\xC3\xA9");
  EXPECT_EQ(event.location(), "Here");
  EXPECT_EQ(event.url(), "https://x/?a=1;b");
  EXPECT_EQ(event.status(), "CONFIRMED");
  EXPECT_TRUE(event.transparent());
  EXPECT_THAT(event.categories(), ElementsAre("a,b", "z"));
}

TEST(ICalendarReadTest, TimesWithoutZoneTakeTheOneThatIsGiven) {
  const std::string text = File(Event("DTSTART:20260105T090000\nDTEND:20260105T100000\n"));
  const v1::CalendarFile none = Read(text);
  EXPECT_EQ(none.events(0).times().zone(), "");
  EXPECT_THAT(none.notes(), Contains(HasSubstr("line 7: DTSTART `20260105T090000` has no zone")));
  EXPECT_FALSE(CheckPattern(none.events(0).times(), "").empty());
  EXPECT_EQ(Read(text, {.floating_zone = "Asia/Tokyo"}).events(0).times().zone(), "Asia/Tokyo");
  const std::string named = File(StrCat("X-WR-TIMEZONE:Asia/Seoul\n",
                                        Event("DTSTART:20260105T090000\nDTEND:20260105T100000\n")));
  EXPECT_EQ(Read(named).events(0).times().zone(), "Asia/Seoul");
  EXPECT_EQ(Read(named, {.floating_zone = "Asia/Tokyo"}).events(0).times().zone(), "Asia/Tokyo");
  EXPECT_FALSE(ReadICalendar(text, "", {.floating_zone = "Nowhere"}).file.has_value());
}

TEST(ICalendarReadTest, TheLastRevisionStands) {
  const v1::CalendarFile file =
      Read(File(StrCat(Event("DTSTART:20260105T090000Z\nSEQUENCE:2\nSUMMARY:new\n"),
                       Event("DTSTART:20260105T090000Z\nSEQUENCE:1\nSUMMARY:old\n"))));
  ASSERT_EQ(file.events_size(), 1);
  EXPECT_EQ(file.events(0).title(), "new");
  EXPECT_THAT(file.notes(), ElementsAre("line 11: the event is revised on line 4; left out"));
}

TEST(ICalendarReadTest, AnotherEventReplacesAnInstance) {
  const std::string text = File(
      StrCat(Event("DTSTART;TZID=Europe/Berlin:20260105T090000\nDURATION:PT1H\n"
                   "RRULE:FREQ=DAILY;COUNT=4\n"),
             Event("DTSTART;TZID=Asia/Tokyo:20260120T090000\nRECURRENCE-ID:20260106T080000Z\n"),
             Event("DTSTART:20260107T080000Z\nRECURRENCE-ID;TZID=Europe/Berlin:20260107T090000\n"
                   "STATUS:CANCELLED\n")));
  const v1::CalendarFile file = Read(text);
  ASSERT_EQ(file.events_size(), 3);
  EXPECT_EQ(file.events(1).recurrence_id(), "2026-01-06T17:00:00");
  EXPECT_THAT(Starts(file),
              ElementsAre("2026-01-05T08:00Z", "2026-01-08T08:00Z", "2026-01-20T00:00Z"));
}

TEST(ICalendarReadTest, AnswersAreNoEvents) {
  const v1::CalendarFile reply =
      Read(File(StrCat("METHOD:REPLY\n", Event("DTSTART:20260105T090000Z\n"))));
  EXPECT_EQ(reply.events_size(), 0);
  const v1::CalendarFile cancel =
      Read(File(StrCat("METHOD:CANCEL\n", Event("DTSTART:20260105T090000Z\n"))));
  EXPECT_EQ(cancel.events(0).status(), "CANCELLED");
  EXPECT_THAT(Starts(cancel), IsEmpty());
}

// A VTIMEZONE that changes by two rules.
std::string Zone(std::string_view tzid, std::string_view standard_offset,
                 std::string_view daylight_offset, std::string_view to_daylight,
                 std::string_view to_standard) {
  return StrCat("BEGIN:VTIMEZONE\nTZID:", tzid, "\nBEGIN:STANDARD\nDTSTART:19701025T020000\n",
                "RRULE:FREQ=YEARLY;", to_standard, "\nTZOFFSETFROM:", daylight_offset,
                "\nTZOFFSETTO:", standard_offset, "\nEND:STANDARD\nBEGIN:DAYLIGHT\n",
                "DTSTART:19700329T020000\nRRULE:FREQ=YEARLY;", to_daylight,
                "\nTZOFFSETFROM:", standard_offset, "\nTZOFFSETTO:", daylight_offset,
                "\nEND:DAYLIGHT\nEND:VTIMEZONE\n");
}

constexpr std::string_view kSince2007[] = {"BYMONTH=3;BYDAY=2SU", "BYMONTH=11;BYDAY=1SU"};
constexpr std::string_view kBefore2007[] = {"BYMONTH=4;BYDAY=1SU", "BYMONTH=10;BYDAY=-1SU"};

TEST(ICalendarZoneTest, IsRecognizedByItsOffsetsInTheEventsYears) {
  const std::string now = Zone("Eastern", "-0500", "-0400", kSince2007[0], kSince2007[1]);
  const std::string then = Zone("Eastern", "-0500", "-0400", kBefore2007[0], kBefore2007[1]);
  const auto in = [](std::string_view day) {
    return Event(StrCat("DTSTART;TZID=Eastern:", day, "T090000\nDURATION:PT1H\n"));
  };
  const v1::CalendarFile file = Read(File(now + in("20260105")));
  EXPECT_EQ(file.events(0).times().zone(), "America/New_York");
  EXPECT_THAT(file.notes(), ElementsAre("line 22: VTIMEZONE `Eastern` has the offsets of "
                                        "America/New_York, and is read as that"));
  EXPECT_EQ(Read(File(then + in("20050411"))).events(0).times().zone(), "America/New_York");
}

TEST(ICalendarZoneTest, OneOffsetForEverIsThatOffset) {
  const std::string zone =
      "BEGIN:VTIMEZONE\nTZID:Plant\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"
      "TZOFFSETFROM:+0800\nTZOFFSETTO:+0800\nEND:STANDARD\nEND:VTIMEZONE\n";
  const v1::CalendarFile file =
      Read(File(zone + Event("DTSTART;TZID=Plant:20260105T090000\nDURATION:PT1H\n")));
  EXPECT_EQ(file.events(0).times().zone(), "Etc/GMT-8");
}

TEST(ICalendarZoneTest, TheFileGoesBeforeTheName) {
  // In the last week of March 2026 New York has summer time, and not by these rules.
  const std::string zone =
      Zone("America/New_York", "-0500", "-0400", kBefore2007[0], kBefore2007[1]);
  const auto at = [&](std::string_view day) {
    return Read(File(
        zone + Event(StrCat("DTSTART;TZID=America/New_York:", day, "T090000\nDURATION:PT1H\n"))));
  };
  // Where the instants are the same the name stands.
  EXPECT_EQ(at("20260105").events(0).times().zone(), "America/New_York");
  EXPECT_THAT(at("20260105").notes(), IsEmpty());
  const v1::CalendarFile differs = at("20260325");
  EXPECT_NE(differs.events(0).times().zone(), "America/New_York");
  EXPECT_THAT(differs.notes(),
              Contains(HasSubstr("does not have the offsets of America/New_York")));
  EXPECT_THAT(Starts(differs), ElementsAre("2026-03-25T14:00Z"));
}

TEST(ICalendarZoneTest, LikeNoZoneItsInstancesAreInstants) {
  const std::string zone = Zone("Odd", "+0337", "+0437", kSince2007[0], kSince2007[1]);
  const v1::CalendarFile file =
      Read(File(zone + Event("DTSTART;TZID=Odd:20260307T120000\nDTEND;TZID=Odd:20260308T120000\n"
                             "RRULE:FREQ=DAILY;COUNT=3\n")));
  // The first day is an hour shorter.
  EXPECT_EQ(file.events(0).times().ShortDebugString(),
            "zone: \"UTC\" start: \"2026-03-07T08:23:00\" duration: \"PT23H\" "
            "rdates: \"2026-03-08T07:23:00/PT24H\" rdates: \"2026-03-09T07:23:00/PT24H\"");
  EXPECT_THAT(file.notes(), Contains(HasSubstr("first 3 instances are read as times in UTC")));
}

TEST(ICalendarZoneTest, ListedOnsetsSayNothingOfTheYearsAfter) {
  // As programs write them that list the two changes of this year alone.
  const std::string zone =
      "BEGIN:VTIMEZONE\nTZID:Europe/Berlin\nBEGIN:DAYLIGHT\nDTSTART:20260329T020000\n"
      "TZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nEND:DAYLIGHT\nBEGIN:STANDARD\n"
      "DTSTART:20261025T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nEND:STANDARD\n"
      "END:VTIMEZONE\n";
  const v1::CalendarFile file = Read(File(
      zone +
      Event("DTSTART;TZID=Europe/Berlin:20260101T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY\n")));
  EXPECT_EQ(file.events(0).times().zone(), "Europe/Berlin");
  EXPECT_THAT(file.notes(), IsEmpty());
}

TEST(ICalendarZoneTest, OffsetsWithoutAnyOnsetAreNoZone) {
  const std::string text =
      "BEGIN:VCALENDAR\nPRODID:x\nVERSION:2.0\nBEGIN:VTIMEZONE\nTZID:E\n"
      "BEGIN:STANDARD\nDTSTART:soon\nTZOFFSETFROM:-0400\nTZOFFSETTO:-0500\nEND:STANDARD\n"
      "BEGIN:DAYLIGHT\nDTSTART:late\nTZOFFSETFROM:-0500\nTZOFFSETTO:-0400\nEND:DAYLIGHT\n"
      "END:VTIMEZONE\nBEGIN:VEVENT\nUID:1\nDTSTAMP:20260101T000000Z\n"
      "DTSTART;TZID=E:20260105T090000\nEND:VEVENT\nEND:VCALENDAR\n";
  for (const bool lenient : {false, true}) {
    const ICalendarResult read = ReadICalendar(text, "", {.lenient = lenient});
    ASSERT_FALSE(read.file.has_value());
    EXPECT_FALSE(read.issues.empty());
  }
}

TEST(ICalendarReadTest, BoundsAreErrors) {
  const std::string text = File(
      StrCat(Event("DTSTART:20260105T090000Z\n"), Event("DTSTART:20260105T090000Z\nSUMMARY:b\n")));
  for (const ICalendarOptions& options :
       {ICalendarOptions{.max_bytes = 100}, ICalendarOptions{.max_events = 1}}) {
    const ICalendarResult read = ReadICalendar(text, "", options);
    ASSERT_FALSE(read.file.has_value());
    EXPECT_EQ(read.issues[0].id, "limit");
  }
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "BEGIN:X-A\n";
  const ICalendarResult nested = ReadICalendar(File(deep), "");
  ASSERT_FALSE(nested.file.has_value());
  EXPECT_EQ(nested.issues[0].id, "nesting");
}

TEST(ICalendarReadTest, ManyEventsTakeLinearTime) {
  std::string many;
  for (int i = 0; i < 50'000; ++i) {
    StrAppend(&many, "BEGIN:VEVENT\nUID:", i,
              "\nDTSTAMP:20260101T000000Z\nDTSTART:20260105T090000Z\nEND:VEVENT\n");
  }
  EXPECT_EQ(Read(File(many)).events_size(), 50'000);
}

}  // namespace
}  // namespace changepolicy
