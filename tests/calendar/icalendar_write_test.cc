// What is written: its form, that it reads back as the same instants, and hostile input.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/calendar/icalendar.h"

namespace changepolicy {
namespace {

using testing::HasSubstr;

constexpr int kSeed = 20260105;

std::vector<std::string> InstantsOf(const v1::CalendarFile& file) {
  std::vector<std::string> instants;
  std::vector<std::string> problems;
  for (const EventInstance& each :
       Instances(file, absl::FromUnixSeconds(0), absl::FromUnixSeconds(2'500'000'000), &problems)) {
    instants.push_back(StrCat(absl::FormatTime(each.interval.start, absl::UTCTimeZone()), " ",
                              absl::FormatTime(each.interval.end, absl::UTCTimeZone()), " ",
                              each.event->title(), " ", each.event->status()));
  }
  EXPECT_THAT(problems, testing::IsEmpty());
  std::sort(instants.begin(), instants.end());
  return instants;
}

std::string Write(const v1::CalendarFile& file) {
  const absl::StatusOr<std::string> text =
      WriteICalendar(file, {.stamp = absl::FromUnixSeconds(1'767'225'600)});
  EXPECT_TRUE(text.ok()) << text.status() << file.DebugString();
  return text.ok() ? *text : "";
}

// 3.1: CR LF, at most 75 octets, nothing within a character.
void ExpectGoodLines(const std::string& text) {
  ASSERT_TRUE(text.ends_with("\r\n"));
  const std::vector<std::string> lines = absl::StrSplit(text, "\r\n");
  for (const std::string& line : lines) {
    EXPECT_LE(line.size(), 75u) << line;
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
    const size_t first = line.starts_with(' ') ? 1 : 0;
    if (line.size() > first) {
      EXPECT_NE(static_cast<unsigned char>(line[first]) & 0xC0, 0x80) << line;
    }
  }
}

void ExpectRoundTrip(const v1::CalendarFile& file) {
  const std::string text = Write(file);
  ExpectGoodLines(text);
  const ICalendarResult again = ReadICalendar(text, "written.ics");
  ASSERT_TRUE(again.file.has_value()) << ToText(again.issues) << "\n" << text;
  EXPECT_EQ(InstantsOf(*again.file), InstantsOf(file)) << text << file.DebugString();
  EXPECT_EQ(again.file->events_size(), file.events_size());
  EXPECT_EQ(again.file->name(), file.name());
  EXPECT_EQ(Write(*again.file), text);
}

v1::CalendarEvent* Add(std::string_view zone, std::string_view start, std::string_view end,
                       v1::CalendarFile* file) {
  v1::CalendarEvent* const event = file->add_events();
  event->set_uid(StrCat("event-", file->events_size(), "@test"));
  event->set_title(StrCat("Event ", file->events_size()));
  event->mutable_times()->set_zone(std::string(zone));
  event->mutable_times()->set_start(std::string(start));
  event->mutable_times()->set_end(std::string(end));
  return event;
}

TEST(ICalendarWriteTest, IsWhatOtherProgramsTake) {
  v1::CalendarFile file;
  file.set_name("Freezes, ours");
  v1::CalendarEvent* const event =
      Add("Asia/Singapore", "2026-02-17T00:00:00", "2026-02-18T00:00:00", &file);
  event->set_title("New Year; closed, all day\nsee \\ below");
  event->set_status("CONFIRMED");
  event->add_categories("a,b");
  event->mutable_times()->set_rrule("FREQ=DAILY;UNTIL=20260220T000000");
  EXPECT_EQ(Write(file),
            "BEGIN:VCALENDAR\r\nPRODID:-//libchangepolicy//changepolicy//EN\r\nVERSION:2.0\r\n"
            "CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\nX-WR-CALNAME:Freezes\\, ours\r\n"
            "BEGIN:VTIMEZONE\r\nTZID:Asia/Singapore\r\nBEGIN:STANDARD\r\n"
            "DTSTART:20250101T000000\r\nTZOFFSETFROM:+0800\r\nTZOFFSETTO:+0800\r\nTZNAME:+08\r\n"
            "END:STANDARD\r\nEND:VTIMEZONE\r\n"
            "BEGIN:VEVENT\r\nUID:event-1@test\r\nDTSTAMP:20260101T000000Z\r\n"
            "SUMMARY:New Year\\; closed\\, all day\\nsee \\\\ below\r\nCATEGORIES:a\\,b\r\n"
            "STATUS:CONFIRMED\r\nTRANSP:OPAQUE\r\nDTSTART;TZID=Asia/Singapore:20260217T000000\r\n"
            "DTEND;TZID=Asia/Singapore:20260218T000000\r\n"
            "RRULE:FREQ=DAILY;UNTIL=20260219T160000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
}

TEST(ICalendarWriteTest, ZonesThatChangeHaveRulesOrLists) {
  v1::CalendarFile file;
  Add("America/New_York", "2005-01-05T09:00:00", "2005-01-05T10:00:00", &file);
  Add("America/New_York", "2026-01-05T09:00:00", "2026-01-05T10:00:00", &file);
  const std::string text = Write(file);
  EXPECT_THAT(text, HasSubstr("DTSTART:20070311T020000\r\nTZOFFSETFROM:-0500\r\n"
                              "TZOFFSETTO:-0400\r\nTZNAME:EDT\r\n"
                              "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3\r\n"));
  EXPECT_THAT(text, HasSubstr("DTSTART:20040404T020000\r\n"));
  EXPECT_THAT(text, HasSubstr("RDATE:20050403T020000\r\n"));
  ExpectRoundTrip(file);
}

TEST(ICalendarWriteTest, LengthsAreExactAndDaysAreDays) {
  v1::CalendarFile file;
  v1::CalendarEvent* event = Add("Europe/Berlin", "2026-03-28T09:00:00", "", &file);
  event->mutable_times()->set_duration("24h");
  event = Add("Europe/Berlin", "2026-03-28T09:00:00", "", &file);  // a moment
  Add("Europe/Berlin", "2026-03-28T09:00:00", "2026-03-29T09:00:00", &file);
  Add("Europe/Berlin", "2026-03-28", "2026-03-30", &file);
  Add("Asia/Tokyo", "2026-03-28", "2026-03-30", &file);
  EXPECT_THAT(Write(file), HasSubstr("DURATION:PT24H\r\n"));
  ExpectRoundTrip(file);
}

TEST(ICalendarWriteTest, DaysOfOneZoneAreDates) {
  v1::CalendarFile file;
  v1::CalendarEvent* const event = Add("Asia/Singapore", "2026-02-17", "2026-02-19", &file);
  event->mutable_times()->set_rrule("FREQ=YEARLY;UNTIL=20280217");
  event->mutable_times()->add_exdates("2027-02-17");
  const std::string text = Write(file);
  EXPECT_THAT(text, HasSubstr("DTSTART;VALUE=DATE:20260217\r\nDTEND;VALUE=DATE:20260219\r\n"
                              "RRULE:FREQ=YEARLY;UNTIL=20280217\r\n"
                              "EXDATE;VALUE=DATE:20270217\r\n"));
  EXPECT_THAT(text, HasSubstr("X-WR-TIMEZONE:Asia/Singapore\r\n"));
  ExpectRoundTrip(file);
}

TEST(ICalendarWriteTest, LongTextsAreFoldedBetweenCharacters) {
  v1::CalendarFile file;
  v1::CalendarEvent* const event = Add("UTC", "2026-02-17T00:00:00", "2026-02-19T00:00:00", &file);
  for (int i = 0; i < 40; ++i) event->mutable_description()->append("\xF0\x9F\x9A\xA8\xC3\xA9x");
  event->set_title(std::string(300, 'a'));
  event->set_location("control \x01\x7F characters\r\nare left out");
  ExpectRoundTrip(file);
  const ICalendarResult again = ReadICalendar(Write(file), "");
  EXPECT_EQ(again.file->events(0).description(), event->description());
  EXPECT_EQ(again.file->events(0).location(), "control  characters\nare left out");
}

TEST(ICalendarWriteTest, AnEmptyFileIsAFile) { ExpectRoundTrip(v1::CalendarFile()); }

TEST(ICalendarWriteTest, AnEventWithoutUidHasTheSameOneAgain) {
  v1::CalendarFile file;
  Add("UTC", "2026-02-17T00:00:00", "2026-02-19T00:00:00", &file)->clear_uid();
  EXPECT_EQ(Write(file), Write(file));
  EXPECT_THAT(Write(file), HasSubstr("@changepolicy\r\n"));
}

TEST(ICalendarWriteTest, WhatIsNotUnderstoodIsNamed) {
  v1::CalendarFile file;
  Add("UTC", "2026-02-17T00:00:00", "2026-02-19T00:00:00", &file);
  Add("Mars/Olympus", "2026-02-17T00:00:00", "2026-02-19T00:00:00", &file);
  const absl::StatusOr<std::string> text = WriteICalendar(file);
  ASSERT_FALSE(text.ok());
  EXPECT_THAT(std::string(text.status().message()), HasSubstr("events[1].times.zone"));
}

template <typename T>
const T& Pick(const std::vector<T>& from, std::mt19937* random) {
  return from[(*random)() % from.size()];
}

TEST(ICalendarWriteTest, RandomFilesRoundTrip) {
  SCOPED_TRACE(StrCat("seed ", kSeed));
  std::mt19937 random(kSeed);
  const std::vector<std::string> zones = {"UTC",           "Asia/Singapore",    "America/New_York",
                                          "Europe/London", "Africa/Casablanca", "Australia/Sydney",
                                          "Asia/Kolkata",  "Europe/Dublin",     "Asia/Jerusalem"};
  const std::vector<std::string> rules = {"",
                                          "",
                                          "FREQ=DAILY;COUNT=10",
                                          "FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20290301T120000",
                                          "FREQ=MONTHLY;BYDAY=-1FR;COUNT=30",
                                          "FREQ=YEARLY",
                                          "FREQ=WEEKLY;INTERVAL=3"};
  for (int round = 0; round < 150; ++round) {
    v1::CalendarFile file;
    const int count = 1 + static_cast<int>(random() % 4);
    for (int i = 0; i < count; ++i) {
      const absl::CivilSecond start =
          absl::CivilSecond(1990 + random() % 40, 1, 1) + static_cast<int>(random() % 31'000'000);
      const absl::CivilSecond end = start + 1 + static_cast<int>(random() % 200'000);
      v1::CalendarEvent* const event = Add(Pick(zones, &random), absl::FormatCivilTime(start),
                                           absl::FormatCivilTime(end), &file);
      v1::TimePattern* const times = event->mutable_times();
      times->set_rrule(Pick(rules, &random));
      switch (random() % 5) {
        case 0:
          times->clear_end();
          times->set_duration(StrCat(1 + random() % 100, "h"));
          break;
        case 1:
          times->set_start(absl::FormatCivilTime(absl::CivilDay(start)));
          times->set_end(absl::FormatCivilTime(absl::CivilDay(end) + 1));
          if (times->rrule().find("UNTIL") != std::string::npos) times->clear_rrule();
          break;
        case 2:
          times->add_rdates(absl::FormatCivilTime(start + 1'000'000));
          times->add_exdates(absl::FormatCivilTime(start + 7 * 86'400));
          break;
        default:
          break;
      }
      if (random() % 4 == 0) event->set_status("TENTATIVE");
    }
    ExpectRoundTrip(file);
    if (HasFailure()) break;
  }
}

std::vector<std::string> Samples() {
  std::vector<std::string> texts;
  const char* const data = std::getenv("CHANGEPOLICY_DATA");
  const std::filesystem::path folder =
      std::filesystem::path(data != nullptr ? data : CHANGEPOLICY_SOURCE_DIR "/../shared/data") /
      "ical4j_samples";
  std::error_code error;
  for (const char* const kind : {"valid", "invalid"}) {
    for (const auto& entry : std::filesystem::directory_iterator(folder / kind, error)) {
      std::ifstream file(entry.path(), std::ios::binary);
      texts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
  }
  std::sort(texts.begin(), texts.end());
  texts.push_back(
      "BEGIN:VCALENDAR\nPRODID:x\nVERSION:2.0\nBEGIN:VTIMEZONE\nTZID:E\nBEGIN:STANDARD\n"
      "DTSTART:19701025T020000\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\nTZOFFSETFROM:-0400\n"
      "TZOFFSETTO:-0500\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:19700329T020000\n"
      "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\nTZOFFSETFROM:-0500\nTZOFFSETTO:-0400\n"
      "END:DAYLIGHT\nEND:VTIMEZONE\nBEGIN:VEVENT\nUID:1\nDTSTAMP:20260101T000000Z\n"
      "DTSTART;TZID=E:20260105T090000\nDURATION:P1DT1H\nRRULE:FREQ=DAILY;UNTIL=20270101T000000Z\n"
      "EXDATE;TZID=E:20260106T090000\n"
      "BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:x\\,y\nTRIGGER:-PT5M\nEND:VALARM\nEND:VEVENT\n"
      "BEGIN:VEVENT\nUID:1\nDTSTAMP:20260101T000000Z\nRECURRENCE-ID;TZID=E:20260107T090000\n"
      "DTSTART;TZID=E:20260107T100000\nEND:VEVENT\nEND:VCALENDAR\n");
  return texts;
}

TEST(ICalendarWriteTest, SamplesRoundTrip) {
  for (const std::string& text : Samples()) {
    for (const bool lenient : {false, true}) {
      const ICalendarResult read = ReadICalendar(text, "", {.lenient = lenient});
      if (!read.file.has_value()) continue;
      const std::string written = Write(*read.file);
      ExpectGoodLines(written);
      const ICalendarResult again = ReadICalendar(written, "written.ics");
      ASSERT_TRUE(again.file.has_value()) << ToText(again.issues) << "\n" << written;
      EXPECT_EQ(InstantsOf(*again.file), InstantsOf(*read.file));
    }
  }
}

// Nothing is crashed by, and whatever is accepted can be written and read again.
TEST(ICalendarHostileTest, MutatedSamples) {
  SCOPED_TRACE(StrCat("seed ", kSeed));
  std::mt19937 random(kSeed);
  const std::vector<std::string> words = {"\n",
                                          "\r\n",
                                          ";",
                                          ":",
                                          "\"",
                                          "\\",
                                          "BEGIN:VEVENT\n",
                                          "END:VEVENT\n",
                                          "99999999",
                                          "TZID=",
                                          "VALUE=DATE",
                                          "DURATION:P99999D\n",
                                          std::string(1, '\0'),
                                          "\xFF",
                                          "RRULE:FREQ=YEARLY\n",
                                          "T",
                                          "Z",
                                          "0",
                                          "-",
                                          "RDATE:20260101T000000Z\n"};
  const std::vector<std::string> samples = Samples();
  int accepted = 0;
  for (int round = 0; round < 3'000; ++round) {
    // Our own sample, which has a zone with rules, in every third round.
    std::string text = (round % 3 == 0 ? samples.back() : Pick(samples, &random)).substr(0, 6'000);
    const int changes = 1 + static_cast<int>(random() % 3);
    for (int i = 0; i < changes && !text.empty(); ++i) {
      const size_t at = random() % text.size();
      switch (random() % 5) {
        case 0:
          text.erase(at, 1 + random() % 20);
          break;
        case 1:
          text.insert(at, Pick(words, &random));
          break;
        case 2:
          text[at] = static_cast<char>(random());
          break;
        case 3:
          text[at] = static_cast<char>('0' + random() % 10);
          break;
        default:
          text.insert(at, text.substr(random() % text.size(), random() % 200));
      }
    }
    const ICalendarResult read = ReadICalendar(text, "", {.lenient = round % 2 == 0});
    EXPECT_EQ(read.file.has_value(), read.issues.empty());
    if (!read.file.has_value()) continue;
    ++accepted;
    const absl::StatusOr<std::string> written = WriteICalendar(*read.file);
    if (!written.ok()) continue;
    const ICalendarResult again = ReadICalendar(*written, "written.ics");
    ASSERT_TRUE(again.file.has_value()) << ToText(again.issues) << *written << text;
  }
  EXPECT_GT(accepted, 100);
}

}  // namespace
}  // namespace changepolicy
