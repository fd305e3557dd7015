// What RFC 5545 allows and forbids, by snippets: id of the complaint, its line, and whether a
// lenient reader lets it pass.
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/calendar/icalendar.h"

namespace changepolicy {
namespace {

// `E` wraps the properties of one event, `C` the components of a calendar; others are whole files.
std::string FileOf(char kind, std::string_view text) {
  if (kind == 'F') return std::string(text);
  std::string file = "BEGIN:VCALENDAR\r\nPRODID:-//Test//EN\r\nVERSION:2.0\r\n";
  if (kind == 'E') StrAppend(&file, "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n");
  StrAppend(&file, text);
  if (kind == 'E') StrAppend(&file, "END:VEVENT\r\n");
  return file + "END:VCALENDAR\r\n";
}

struct Legal {
  char kind;
  std::string_view text;
};

class LegalTest : public testing::TestWithParam<Legal> {};

TEST_P(LegalTest, IsAccepted) {
  const std::string text = FileOf(GetParam().kind, GetParam().text);
  const ICalendarResult strict = ReadICalendar(text, "test.ics");
  EXPECT_TRUE(strict.file.has_value()) << text << ToText(strict.issues);
  // Line ends of either kind are read alike.
  const std::string lf = absl::StrReplaceAll(ToAbsl(text), {{"\r\n", "\n"}});
  EXPECT_TRUE(ReadICalendar(lf, "test.ics").file.has_value()) << lf;
}

constexpr std::string_view kStart = "DTSTART:20260105T090000Z\r\n";

INSTANTIATE_TEST_SUITE_P(
    Rfc5545, LegalTest,
    testing::ValuesIn(std::vector<Legal>{
        // 3.1: folding, names in any case, parameters.
        {'E', "DTSTART\r\n :2026010\r\n 5T090000Z\r\n"},
        {'E', "dtstart:20260105T090000Z\r\nDtEnd:20260105T100000Z\r\n"},
        {'E', "DTSTART:20260105T090000Z\r\nSUMMARY:caf\xC3\r\n \xA9\r\n"},
        {'E', "DTSTART:20260105T090000Z\r\nSUMMARY:\r\n"},
        {'E', "DTSTART:20260105T090000Z\r\nX-A;X-B=\"a;b:c,d\",e;X-C=:v:w;x\r\n"},
        {'E', "DTSTART:20260105T090000Z\r\nDESCRIPTION;ALTREP=\"cid:a\":b\r\n"},
        {'E', "DTSTART:20260105T090000Z\r\nIANA-PROP;ANY=thing:goes\r\n"},
        {'E', "DTSTART:20260105T090000Z\r\nX-RAW:a\\;b\\qc,;\r\n"},
        {'F',
         "begin:vcalendar\r\nprodid:x\r\nversion:2.0\r\nbegin:vevent\r\nuid:1\r\n"
         "dtstamp:20260101T000000Z\r\ndtstart;value=date:20260101\r\nend:VEVENT\r\n"
         "end:vCalendar"},
        // Several objects in a stream, with blank lines between them and no line end at its end.
        {'F',
         "BEGIN:VCALENDAR\r\nPRODID:x\r\nVERSION:2.0\r\nBEGIN:X-A\r\nX-B:\r\nEND:X-A\r\n"
         "END:VCALENDAR\r\n\r\nBEGIN:VCALENDAR\r\nPRODID:x\r\nVERSION:2.0\r\nBEGIN:X-A\r\n"
         "END:X-A\r\nEND:VCALENDAR"},
        {'F',
         "\xEF\xBB\xBF"
         "BEGIN:VCALENDAR\r\nPRODID:x\r\nVERSION:2.0\r\nBEGIN:X-A\r\nX-B:\r\n"
         "END:X-A\r\nEND:VCALENDAR\r\n"},
        // 3.6.1
        {'E', "DTSTART;VALUE=DATE:20260105\r\n"},
        {'E', "DTSTART;VALUE=DATE:20260105\r\nDURATION:P2D\r\n"},
        {'E', "DTSTART:20260105T090000Z\r\nDURATION:P1DT2H\r\n"},
        {'E', "DTSTART:20260105T090000Z\r\nDURATION:PT0S\r\n"},
        {'E', "DTSTART;TZID=Europe/Berlin:20260105T090000\r\nDTEND:20260105T090000Z\r\n"},
        {'E', "DTSTART:20260105T090000\r\nDTEND:20260105T100000\r\n"},
        {'F',
         "BEGIN:VCALENDAR\r\nPRODID:x\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:1\r\n"
         "DTSTAMP:20260101T000000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"},
        // 3.8
        {'E', "DTSTART:20260105T090000Z\r\nGEO:+37.386013;-122.082932\r\nPRIORITY:0\r\n"},
        {'E', "DTSTART:20260105T090000Z\r\nSTATUS:tentative\r\nTRANSP:transparent\r\n"},
        {'E',
         "DTSTART:20260105T090000Z\r\nREQUEST-STATUS:3.1;Invalid property value;DTSTART:x\r\n"},
        {'E', "DTSTART:20260105T090000Z\r\nCATEGORIES:A,B\\,C\r\nCATEGORIES:D\r\n"},
        {'E',
         "DTSTART:20260105T090000Z\r\nATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY:"
         "VGhl\r\nATTACH:http://x/y\r\n"},
        {'E', "DTSTART:20260105T090000Z\r\nRRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20260301T000000Z\r\n"},
        {'E', "DTSTART:20260105T090000Z\r\nRRULE:FREQ=DAILY;COUNT=2\r\nRRULE:FREQ=MONTHLY\r\n"},
        {'E',
         "DTSTART:20260105T090000Z\r\nDTEND:20260105T100000Z\r\n"
         "RDATE;VALUE=PERIOD:20260107T090000Z/PT1H,20260108T090000Z/20260108T100000Z\r\n"},
        {'E', "DTSTART;TZID=Europe/Berlin:20260105T090000\r\nEXDATE:20260106T080000Z\r\n"},
        {'E',
         "DTSTART:20260105T090000Z\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\n"
         "TRIGGER;RELATED=END:-PT5M\r\nREPEAT:2\r\nDURATION:PT5M\r\nEND:VALARM\r\n"},
        {'E',
         "DTSTART:20260105T090000Z\r\nBEGIN:VALARM\r\nACTION:AUDIO\r\n"
         "TRIGGER;VALUE=DATE-TIME:20260101T000000Z\r\nEND:VALARM\r\n"},
        // Other components.
        {'C',
         "BEGIN:VTODO\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nDUE:20260102T000000Z\r\n"
         "PERCENT-COMPLETE:100\r\nSTATUS:IN-PROCESS\r\nEND:VTODO\r\n"},
        {'C',
         "BEGIN:VJOURNAL\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nDESCRIPTION:a\r\n"
         "DESCRIPTION:b\r\nEND:VJOURNAL\r\n"},
        {'C',
         "BEGIN:VFREEBUSY\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"
         "FREEBUSY;FBTYPE=BUSY:19971015T223000Z/19971015T230000Z,19971015T223000Z/PT1H\r\n"
         "END:VFREEBUSY\r\n"},
        // The order within a VTIMEZONE is free.
        {'C',
         "BEGIN:VTIMEZONE\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\n"
         "TZOFFSETFROM:+0530\r\nTZOFFSETTO:+053000\r\nEND:STANDARD\r\nTZID:X\r\n"
         "END:VTIMEZONE\r\n"},
        // Quirks that say nothing else.
        {'E', "DTSTART:20260105T090000Z\r\nUID:1\r\n"},
        {'E', "DTSTART:20260105T090000Z\r\nSUMMARY:say \\\"hi\\\", there; now\r\n"},
        {'E', "DTSTART;TZID=Asia/Tokyo;VALUE=DATE:20260105\r\n"},
        {'E', "DTSTART;TZID=Europe/Berlin:20260105T090000\r\nRRULE:FREQ=DAILY;UNTIL=20260201\r\n"},
    }));

struct Illegal {
  char kind;
  std::string_view text;
  std::string_view id;
  int line;
  bool lenient;            // a lenient reader lets it pass
  std::string_view words;  // of the message
};

class IllegalTest : public testing::TestWithParam<Illegal> {};

TEST_P(IllegalTest, IsRefusedWithItsReason) {
  const std::string text = FileOf(GetParam().kind, GetParam().text);
  const ICalendarResult strict = ReadICalendar(text, "test.ics");
  ASSERT_FALSE(strict.file.has_value()) << text;
  ASSERT_FALSE(strict.issues.empty());
  const Issue& issue = strict.issues[0];
  EXPECT_EQ(issue.id, GetParam().id) << ToText(strict.issues);
  EXPECT_EQ(issue.position.line, GetParam().line) << ToText(strict.issues);
  EXPECT_NE(issue.message.find(GetParam().words), std::string::npos) << ToText(strict.issues);
  EXPECT_FALSE(issue.help.empty()) << issue.message;
  EXPECT_EQ(issue.file, "test.ics");
  const ICalendarResult lenient = ReadICalendar(text, "test.ics", {.lenient = true});
  EXPECT_EQ(lenient.file.has_value(), GetParam().lenient) << text << ToText(lenient.issues);
  if (lenient.file.has_value()) {
    EXPECT_FALSE(lenient.file->notes().empty());
  }
}

constexpr char kOk[] = "DTSTART:20260105T090000Z\r\n";

INSTANTIATE_TEST_SUITE_P(
    Rfc5545, IllegalTest,
    testing::ValuesIn(std::vector<Illegal>{
        // 3.1
        {'E', "DTSTART:20260105T090000Z\r\n\r\nSUMMARY:x\r\n", "blank-line", 8, true, "blank"},
        {'E', "DTSTART:20260105T090000Z\r\nSUMMARY:x\r\ny\r\n", "content-line", 9, false, "`:`"},
        {'E', "DTSTART:20260105T090000Z\r\nSUMMARY:x\r\n\r\n y:z\r\n", "blank-line", 9, false, ""},
        {'E', "DTSTART:20260105T090000Z\r\nX_A:x\r\n", "property-name", 8, true, "`X_A`"},
        {'E', "DTSTART:20260105T090000Z\r\nSUMMARY :x\r\n", "property-name", 8, true, "name"},
        {'E', "DTSTART:20260105T090000Z\r\nSUMMARY;X:x\r\n", "parameter", 8, true, "`X`"},
        {'E', "DTSTART:20260105T090000Z\r\nSUMMARY;:x\r\n", "parameter", 8, true, "no parameter"},
        {'E', "DTSTART:20260105T090000Z\r\nSUMMARY;X=\"a:x\r\n", "parameter", 8, false, "closed"},
        {'E', "DTSTART:20260105T090000Z\r\nSUMMARY;X=a\"b\":x\r\n", "parameter", 8, true, "quot"},
        {'E', "DTSTART:20260105T090000Z\r\nSUMMARY:a\x01z\r\n", "control-character", 8, true, "1"},
        {'E', "DTSTART:20260105T090000Z\r\nSUMMARY:\xE9t\xE9\r\n", "utf-8", 8, false, "UTF-8"},
        {'E', "DTSTART:20260105T090000Z\r\r\n", "line-ends", 7, true, "CR"},
        // 3.4 and 3.6
        {'F', "", "no-vcalendar", 0, false, "no VCALENDAR"},
        {'F', "BEGIN:VEVENT\r\nEND:VEVENT\r\n", "no-vcalendar", 1, false, "VEVENT"},
        {'F', "hello\r\n", "content-line", 1, false, "hello"},
        {'F', std::string_view("a\0b\r\n", 5), "binary", 1, false, "NUL"},
        {'F', "BEGIN:VCALENDAR\rPRODID:x\rVERSION:2.0\rBEGIN:X-A\rEND:X-A\rEND:VCALENDAR\r",
         "line-ends", 1, true, "CR alone"},
        {'F', "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:X-A\r\nEND:X-A\r\nEND:VCALENDAR\r\n",
         "missing-property", 1, true, "PRODID"},
        {'F', "BEGIN:VCALENDAR\r\nPRODID:x\r\nBEGIN:X-A\r\nEND:X-A\r\nEND:VCALENDAR\r\n",
         "missing-property", 1, true, "VERSION"},
        {'F',
         "BEGIN:VCALENDAR\r\nPRODID:x\r\nVERSION:1.0\r\nBEGIN:X-A\r\nEND:X-A\r\nEND:VCALENDAR\r\n",
         "version", 3, true, "1.0"},
        {'F', "BEGIN:VCALENDAR\r\nPRODID:x\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", "empty-calendar",
         1, true, "no component"},
        {'F', "BEGIN:VCALENDAR\r\nPRODID:x\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\n",
         "truncated", 5, false, "VEVENT of line 4"},
        {'F', "BEGIN:VCALENDAR\r\nPRODID:x\r\nVERSION:2.0\r\nBEGIN:X-A\r\nEND:VCALENDAR\r\n",
         "component-end", 5, false, "X-A of line 4"},
        {'C', "CALSCALE:JULIAN\r\nBEGIN:X-A\r\nEND:X-A\r\n", "value", 4, false, "GREGORIAN"},
        {'C', "METHOD:A\r\nMETHOD:B\r\nBEGIN:X-A\r\nEND:X-A\r\n", "repeated-property", 5, true,
         "METHOD"},
        {'C', "BEGIN:X-A\r\nEND:X-A\r\nX-B:1\r\n", "property-order", 6, true, "after"},
        {'C', "BEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER:PT1M\r\nEND:VALARM\r\n", "component-place",
         4, false, "VALARM"},
        {'E',
         "DTSTART:20260105T090000Z\r\nBEGIN:VEVENT\r\nUID:2\r\nDTSTAMP:20260101T000000Z\r\n"
         "DTSTART:20260105T090000Z\r\nEND:VEVENT\r\n",
         "component-place", 8, false, "VEVENT"},
        // 3.6.1
        {'C',
         "BEGIN:VEVENT\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260105T090000Z\r\n"
         "END:VEVENT\r\n",
         "missing-property", 4, true, "UID"},
        {'C', "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260105T090000Z\r\nEND:VEVENT\r\n",
         "missing-property", 4, true, "DTSTAMP"},
        {'E', "", "missing-property", 4, false, "DTSTART"},
        {'E', "DTSTART:20260105T090000Z\r\nDTSTART:20260106T090000Z\r\n", "repeated-property", 8,
         false, "DTSTART"},
        {'E', "DTSTART:20260105T090000Z\r\nSUMMARY:a\r\nSUMMARY:b\r\n", "repeated-property", 9,
         true, "SUMMARY"},
        {'E', "DTSTART:20260105T090000Z\r\nDTEND:20260105T100000Z\r\nDURATION:PT1H\r\n",
         "exclusive-properties", 9, false, "DTEND and DURATION"},
        {'E', "DTSTART:20260105T090000Z\r\nDTEND:20260105T080000Z\r\n", "end-before-start", 8,
         false, "before DTSTART"},
        {'E', "DTSTART;TZID=Europe/Berlin:20260105T090000\r\nDTEND:20260105T073000Z\r\n",
         "end-before-start", 8, false, "before DTSTART"},
        {'E', "DTSTART:20260105T090000Z\r\nDTEND;VALUE=DATE:20260106\r\n", "value-type", 8, false,
         "a date and DTSTART a time"},
        {'E', "DTSTART:20260105\r\n", "value-type", 7, true, "VALUE=DATE"},
        {'E', "DTSTART;VALUE=DATE:20260105T000000\r\n", "value", 7, false, "date"},
        {'E', "DTSTART;VALUE=PERIOD:20260105T000000Z/PT1H\r\n", "value-type", 7, false, "PERIOD"},
        {'E', "DTSTART:20260230T090000Z\r\n", "value", 7, false, "20260230"},
        {'E', "DTSTART:2026-01-05T09:00:00Z\r\n", "value", 7, false, "2026-01-05"},
        {'E', "DTSTART:20260105T240000Z\r\n", "value", 7, false, "T24"},
        {'E', "DTSTART:20260105T090000Z\r\nDURATION:-PT1H\r\n", "value", 8, false, "negative"},
        {'E', "DTSTART:20260105T090000Z\r\nDURATION:P1H\r\n", "value", 8, false, "duration"},
        {'E', "DTSTART:20260105T090000Z\r\nDURATION:PT\r\n", "value", 8, false, "duration"},
        {'E', "DTSTART;VALUE=DATE:20260105\r\nDURATION:PT1H\r\n", "value-type", 8, false, "days"},
        {'E', "DTSTART;VALUE=DATE:20260105\r\nDURATION:PT48H\r\n", "value-type", 8, true, "days"},
        {'E', "DTSTART;TZID=Nowhere/Land:20260105T090000\r\n", "unknown-zone", 7, false,
         "Nowhere/Land"},
        {'E', "DTSTART;TZID=Europe/Berlin:20260105T090000Z\r\n", "utc-zone", 7, true, "UTC"},
        {'E', "DTSTART;TZID=Europe/Berlin:20260105T090000\r\nDTEND:20260105T100000\r\n",
         "floating-time", 8, true, "no zone"},
        // 3.8
        {'E', "DTSTART:20260105T090000Z\r\nGEO:1.5\\;2.5\r\n", "value", 8, true, "escape"},
        {'E', "DTSTART:20260105T090000Z\r\nGEO:1.5,2.5\r\n", "value", 8, true, "numbers"},
        {'E', "DTSTART:20260105T090000Z\r\nPRIORITY:10\r\n", "value", 8, true, "0 to 9"},
        {'E', "DTSTART:20260105T090000Z\r\nSEQUENCE:one\r\n", "value", 8, true, "number"},
        {'E', "DTSTART:20260105T090000Z\r\nSTATUS:BUSY\r\n", "value", 8, true, "STATUS"},
        {'E', "DTSTART:20260105T090000Z\r\nTRANSP:MAYBE\r\n", "value", 8, true, "OPAQUE"},
        {'E', "DTSTART:20260105T090000Z\r\nCREATED:20260101T000000\r\n", "value", 8, true, "UTC"},
        {'E', "DTSTART:20260105T090000Z\r\nREQUEST-STATUS:fine\r\n", "value", 8, true, "code"},
        {'E', "DTSTART:20260105T090000Z\r\nATTENDEE;RSVP=YES:mailto:a@b\r\n", "parameter", 8, true,
         "RSVP"},
        {'E', "DTSTART:20260105T090000Z\r\nSUMMARY;ENCODING=QUOTED-PRINTABLE:a=20b\r\n",
         "parameter", 8, true, "ENCODING"},
        {'E', "DTSTART:20260105T090000Z\r\nATTACH;ENCODING=BASE64:VGhl\r\n", "value-type", 8, true,
         "BINARY"},
        {'E', "DTSTART:20260105T090000Z\r\nRRULE:FREQ=FORTNIGHTLY\r\n", "recurrence", 8, false,
         "RRULE"},
        {'E', "DTSTART:20260105T090000Z\r\nRRULE:FREQ=DAILY;COUNT=2;UNTIL=20260201T000000Z\r\n",
         "recurrence", 8, false, "COUNT"},
        {'E', "DTSTART:20260105T090000Z\r\nRDATE;VALUE=PERIOD:20260105T090000Z\r\n", "value", 8,
         false, "period"},
        {'E',
         "DTSTART:20260105T090000Z\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\n"
         "END:VALARM\r\n",
         "missing-property", 8, true, "DESCRIPTION"},
        {'E',
         "DTSTART:20260105T090000Z\r\nBEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER:soon\r\n"
         "END:VALARM\r\n",
         "value", 10, true, "duration"},
        {'E',
         "DTSTART:20260105T090000Z\r\nBEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER:PT1M\r\n"
         "REPEAT:2\r\nEND:VALARM\r\n",
         "missing-property", 8, true, "REPEAT"},
        // Other components.
        {'C', "BEGIN:VTODO\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nDURATION:PT1H\r\nEND:VTODO\r\n",
         "missing-property", 4, false, "DTSTART"},
        {'C',
         "BEGIN:VTODO\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nPERCENT-COMPLETE:101\r\n"
         "END:VTODO\r\n",
         "value", 7, true, "100"},
        {'C', "BEGIN:VTIMEZONE\r\nTZID:X\r\nEND:VTIMEZONE\r\n", "missing-component", 4, true,
         "STANDARD"},
        {'C',
         "BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nDTSTART:20260101T000000\r\n"
         "TZOFFSETFROM:-0000\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n",
         "value", 8, false, "offset"},
        {'C',
         "BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nDTSTART:20260101T000000Z\r\n"
         "TZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n",
         "value-type", 7, false, "local"},
        {'C',
         "BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nDTSTART:20260101T000000\r\n"
         "TZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n",
         "missing-property", 6, false, "TZOFFSETFROM"},
    }));

TEST(ICalendarCheckTest, ComplaintsAreAllSaidByLineAndBounded) {
  std::string text = FileOf('E', StrCat(kOk, "GEO:x\r\nPRIORITY:x\r\nSEQUENCE:x\r\n"));
  const ICalendarResult read = ReadICalendar(text, "test.ics");
  ASSERT_EQ(read.issues.size(), 3u);
  EXPECT_EQ(ToText(read.issues[0]),
            "test.ics:8:1: error: GEO: `x` is not two numbers with `;` between them\n"
            " 8 | GEO:x\n   | ^\n  help: write latitude and longitude, `37.4;-122.1`");
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "X_A:x\r\n";
  EXPECT_EQ(ReadICalendar(FileOf('E', StrCat(kStart, many)), "").issues.size(), 201u);
}

}  // namespace
}  // namespace changepolicy
