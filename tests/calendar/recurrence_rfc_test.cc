// The examples of RFC 5545, section 3.8.5.3, with the dates that it gives for them.
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/calendar/recurrence.h"
#include "libchangepolicy/calendar/zone.h"

namespace changepolicy {
namespace {

struct Example {
  const char* start;  // 09:00 in New York
  const char* rule;
  // Days like `1997: 9/2-11 10/3,5`; with `...` there are more.
  const char* days;
};
std::ostream& operator<<(std::ostream& out, const Example& row) { return out << row.rule; }

int Number(absl::string_view text) {
  int number = 0;
  EXPECT_TRUE(absl::SimpleAtoi(text, &number)) << text;
  return number;
}

std::vector<std::string> DaysOf(const std::string& text) {
  std::vector<std::string> days;
  int year = 0;
  for (absl::string_view token : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    if (token == "...") continue;
    if (token.back() == ':') {
      year = Number(token.substr(0, token.size() - 1));
      continue;
    }
    const std::vector<absl::string_view> month = absl::StrSplit(token, '/');
    for (const absl::string_view part : absl::StrSplit(month.at(1), ',')) {
      const std::vector<absl::string_view> range = absl::StrSplit(part, '-');
      for (int day = Number(range.front()); day <= Number(range.back()); ++day) {
        days.push_back(
            absl::FormatCivilTime(absl::CivilSecond(year, Number(month[0]), day, 9, 0, 0)));
      }
    }
  }
  return days;
}

Recurrence InNewYork(std::string_view rule, std::string_view start) {
  const ParsedRule parsed = ParseRule(rule);
  EXPECT_EQ(parsed.problem, "");
  return Recurrence(parsed.rule.value(), *ParseLocal(start), *FindZone("America/New_York"));
}

std::vector<std::string> First(const Recurrence& recurrence, size_t most) {
  std::vector<std::string> found;
  recurrence.Visit(absl::CivilSecond(1), absl::CivilSecond(10'000), [&](absl::CivilSecond time) {
    found.push_back(absl::FormatCivilTime(time));
    return found.size() < most;
  });
  return found;
}

class RfcExamples : public testing::TestWithParam<Example> {};

TEST_P(RfcExamples, GiveTheDatesOfTheRfc) {
  const std::vector<std::string> expected = DaysOf(GetParam().days);
  const bool goes_on = std::string(GetParam().days).ends_with("...");
  const Recurrence recurrence = InNewYork(GetParam().rule, StrCat(GetParam().start, "T09:00:00"));
  EXPECT_EQ(First(recurrence, expected.size() + (goes_on ? 0 : 1)), expected);
}

INSTANTIATE_TEST_SUITE_P(
    Section3853, RfcExamples,
    testing::Values(
        Example{"1997-09-02", "FREQ=DAILY;COUNT=10", "1997: 9/2-11"},
        Example{"1997-09-02", "FREQ=DAILY;UNTIL=19971224T000000Z",
                "1997: 9/2-30 10/1-31 11/1-30 12/1-23"},
        Example{"1997-09-02", "FREQ=DAILY;INTERVAL=2",
                "1997: 9/2,4,6,8,10,12,14,16,18,20,22,24,26,28,30 "
                "10/2,4,6,8,10,12,14,16,18,20,22,24,26,28,30 "
                "11/1,3,5,7,9,11,13,15,17,19,21,23,25,27,29 12/1,3 ..."},
        Example{"1997-09-02", "FREQ=DAILY;INTERVAL=10;COUNT=5", "1997: 9/2,12,22 10/2,12"},
        Example{"1998-01-01",
                "FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA",
                "1998: 1/1-31 1999: 1/1-31 2000: 1/1-31"},
        Example{"1998-01-01", "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1",
                "1998: 1/1-31 1999: 1/1-31 2000: 1/1-31"},
        Example{"1997-09-02", "FREQ=WEEKLY;COUNT=10", "1997: 9/2,9,16,23,30 10/7,14,21,28 11/4"},
        Example{"1997-09-02", "FREQ=WEEKLY;UNTIL=19971224T000000Z",
                "1997: 9/2,9,16,23,30 10/7,14,21,28 11/4,11,18,25 12/2,9,16,23"},
        Example{"1997-09-02", "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
                "1997: 9/2,16,30 10/14,28 11/11,25 12/9,23 1998: 1/6,20 2/3,17 ..."},
        Example{"1997-09-02", "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
                "1997: 9/2,4,9,11,16,18,23,25,30 10/2"},
        Example{"1997-09-02", "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH",
                "1997: 9/2,4,9,11,16,18,23,25,30 10/2"},
        Example{"1997-09-01",
                "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
                "1997: 9/1,3,5,15,17,19,29 10/1,3,13,15,17,27,29,31 11/10,12,14,24,26,28 "
                "12/8,10,12,22"},
        Example{"1997-09-02", "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
                "1997: 9/2,4,16,18,30 10/2,14,16"},
        Example{"1997-09-05", "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
                "1997: 9/5 10/3 11/7 12/5 1998: 1/2 2/6 3/6 4/3 5/1 6/5"},
        Example{"1997-09-05", "FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR",
                "1997: 9/5 10/3 11/7 12/5"},
        Example{"1997-09-07", "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
                "1997: 9/7,28 11/2,30 1998: 1/4,25 3/1,29 5/3,31"},
        Example{"1997-09-22", "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO",
                "1997: 9/22 10/20 11/17 12/22 1998: 1/19 2/16"},
        Example{"1997-09-28", "FREQ=MONTHLY;BYMONTHDAY=-3",
                "1997: 9/28 10/29 11/28 12/29 1998: 1/29 2/26 ..."},
        Example{"1997-09-02", "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
                "1997: 9/2,15 10/2,15 11/2,15 12/2,15 1998: 1/2,15"},
        Example{"1997-09-30", "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
                "1997: 9/30 10/1,31 11/1,30 12/1,31 1998: 1/1,31 2/1"},
        Example{"1997-09-10", "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
                "1997: 9/10-15 1999: 3/10-13"},
        Example{"1997-09-02", "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
                "1997: 9/2,9,16,23,30 11/4,11,18,25 1998: 1/6,13,20,27 3/3,10,17,24,31 ..."},
        Example{"1997-06-10", "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
                "1997: 6/10 7/10 1998: 6/10 7/10 1999: 6/10 7/10 2000: 6/10 7/10 "
                "2001: 6/10 7/10"},
        Example{"1997-03-10", "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
                "1997: 3/10 1999: 1/10 2/10 3/10 2001: 1/10 2/10 3/10 2003: 1/10 2/10 3/10"},
        Example{"1997-01-01", "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
                "1997: 1/1 4/10 7/19 2000: 1/1 4/9 7/18 2003: 1/1 4/10 7/19 2006: 1/1"},
        Example{"1997-05-19", "FREQ=YEARLY;BYDAY=20MO", "1997: 5/19 1998: 5/18 1999: 5/17 ..."},
        Example{"1997-05-12", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
                "1997: 5/12 1998: 5/11 1999: 5/17 ..."},
        Example{"1997-03-13", "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
                "1997: 3/13,20,27 1998: 3/5,12,19,26 1999: 3/4,11,18,25 ..."},
        Example{"1997-06-05", "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8",
                "1997: 6/5,12,19,26 7/3,10,17,24,31 8/7,14,21,28 "
                "1998: 6/4,11,18,25 7/2,9,16,23,30 8/6,13,20,27 "
                "1999: 6/3,10,17,24 7/1,8,15,22,29 8/5,12,19,26 ..."},
        // The RFC takes the start out by an EXDATE; it does not match, and so is none here.
        Example{"1997-09-02", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
                "1998: 2/13 3/13 11/13 1999: 8/13 2000: 10/13 ..."},
        Example{"1997-09-13", "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
                "1997: 9/13 10/11 11/8 12/13 1998: 1/10 2/7 3/7 4/11 5/9 6/13 ..."},
        Example{"1996-11-05", "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
                "1996: 11/5 2000: 11/7 2004: 11/2 ..."},
        Example{"1997-09-04", "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3",
                "1997: 9/4 10/7 11/6"},
        Example{"1997-09-29", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
                "1997: 9/29 10/30 11/27 12/30 1998: 1/29 2/26 3/30 ..."},
        Example{"1997-08-05", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
                "1997: 8/5,10,19,24"},
        Example{"1997-08-05", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
                "1997: 8/5,17,19,31"},
        Example{"2007-01-15", "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
                "2007: 1/15,30 2/15 3/15,30"}));

using List = std::vector<std::string>;

TEST(RfcExamples, OfTimesOfDay) {
  const auto times = [](std::string_view rule, size_t most) {
    List found;
    for (const std::string& each : First(InNewYork(rule, "1997-09-02T09:00:00"), most)) {
      found.push_back(each.substr(5, 11));
    }
    return found;
  };
  EXPECT_EQ(times("FREQ=MINUTELY;INTERVAL=15;COUNT=6", 9),
            (List{"09-02T09:00", "09-02T09:15", "09-02T09:30", "09-02T09:45", "09-02T10:00",
                  "09-02T10:15"}));
  EXPECT_EQ(times("FREQ=MINUTELY;INTERVAL=90;COUNT=4", 9),
            (List{"09-02T09:00", "09-02T10:30", "09-02T12:00", "09-02T13:30"}));
  // The RFC writes UNTIL=19970902T170000Z for 17:00 in New York, which is 13:00 there.
  EXPECT_EQ(times("FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z", 9),
            (List{"09-02T09:00", "09-02T12:00", "09-02T15:00"}));
  EXPECT_EQ(times("FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z", 9),
            (List{"09-02T09:00", "09-02T12:00"}));
  List all;
  for (const char* day : {"09-02", "09-03"}) {
    for (int i = 0; i < 24; ++i) {
      const absl::CivilMinute time = absl::CivilMinute(1997, 9, 2, 9, 0) + 20 * i;
      all.push_back(day + absl::FormatCivilTime(time).substr(10));
    }
  }
  EXPECT_EQ(times("FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40", 48), all);
  EXPECT_EQ(times("FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16", 48), all);
}

}  // namespace
}  // namespace changepolicy
