// Where dateutil 2.9 or libical 3.0.16 answer otherwise: found by asking all three many thousand
// rules. Each row is the smallest rule of its class; docs/recurrences.md has the reasons.
#include <ostream>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "gtest/gtest.h"
#include "libchangepolicy/calendar/recurrence.h"
#include "libchangepolicy/calendar/zone.h"

namespace changepolicy {
namespace {

struct Other {
  const char* rule;
  const char* start;
  std::vector<std::string> instances;  // the first ones
  bool is_all = false;
};
std::ostream& operator<<(std::ostream& out, const Other& row) {
  return out << row.rule << " from " << row.start;
}

class Others : public testing::TestWithParam<Other> {};

TEST_P(Others, AreNotFollowed) {
  const Other& row = GetParam();
  const ParsedRule parsed = ParseRule(row.rule);
  ASSERT_EQ(parsed.problem, "");
  const size_t most = row.instances.size() + (row.is_all ? 1 : 0);
  std::vector<std::string> found;
  Recurrence(*parsed.rule, *ParseLocal(row.start))
      .Visit(absl::CivilSecond(1), absl::CivilSecond(10'000), [&](absl::CivilSecond time) {
        found.push_back(absl::FormatCivilTime(time));
        return found.size() < most;
      });
  EXPECT_EQ(found, row.instances);
}

// Of dateutil.
INSTANTIATE_TEST_SUITE_P(
    Dateutil, Others,
    testing::Values(
        // It has no instance: plain and numbered days must both fit.
        Other{"FREQ=MONTHLY;BYDAY=MO,1TU",
              "1997-09-02T09:00:00",
              {"1997-09-02T09:00:00", "1997-09-08T09:00:00", "1997-09-15T09:00:00"}},
        // It fails on more Mondays than a month has.
        Other{"FREQ=MONTHLY;BYDAY=20MO", "1997-09-02T09:00:00", {}, true},
        // It refuses steps that never meet an hour.
        Other{"FREQ=HOURLY;INTERVAL=2;BYHOUR=0", "1997-09-02T09:00:00", {}, true},
        // It counts positions of the first week from the start: not October 1, where Tuesday lies
        // before it.
        Other{"FREQ=WEEKLY;BYDAY=TU,TH;BYSETPOS=2",
              "1998-10-01T00:00:00",
              {"1998-10-01T00:00:00", "1998-10-08T00:00:00"}},
        // It counts weeks to the calendar year: 2005-01-01 and 02 to 2005.
        Other{"FREQ=YEARLY;INTERVAL=2;BYWEEKNO=-1;BYDAY=SU",
              "2003-12-28T09:30:00",
              {"2003-12-28T09:30:00", "2006-01-01T09:30:00"}},
        // Of December it knows week 1 only: -53 has no days there.
        Other{"FREQ=YEARLY;BYWEEKNO=-53",
              "1997-09-02T09:00:00",
              {"1997-12-29T09:00:00", "1997-12-30T09:00:00", "1997-12-31T09:00:00",
               "1998-01-01T09:00:00", "1998-01-02T09:00:00", "1998-01-03T09:00:00",
               "1998-01-04T09:00:00", "2003-12-29T09:00:00"}},
        // It mistakes how many weeks some years before have: it adds 2022-01-02, of week 52.
        Other{"FREQ=YEARLY;BYWEEKNO=53;BYDAY=SU",
              "2015-12-29T09:00:00",
              {"2016-01-03T09:00:00", "2021-01-03T09:00:00", "2027-01-03T09:00:00"}},
        // And leaves out 2011-01-01.
        Other{"FREQ=YEARLY;BYWEEKNO=52;BYDAY=SA",
              "2008-12-28T09:00:00",
              {"2009-12-26T09:00:00", "2011-01-01T09:00:00", "2011-12-31T09:00:00"}}));

// Of libical; dateutil agrees with these, SKIP aside, which it does not have.
INSTANTIATE_TEST_SUITE_P(
    Libical, Others,
    testing::Values(
        // It takes the month of the start.
        Other{"FREQ=YEARLY;BYMONTHDAY=13",
              "1997-09-02T09:00:00",
              {"1997-09-13T09:00:00", "1997-10-13T09:00:00", "1997-11-13T09:00:00"}},
        // It has no iterator for these two.
        Other{"FREQ=YEARLY;BYWEEKNO=36",
              "1997-09-05T09:00:00",
              {"1997-09-05T09:00:00", "1997-09-06T09:00:00", "1997-09-07T09:00:00",
               "1998-08-31T09:00:00"}},
        Other{"FREQ=YEARLY;BYMONTH=1;BYYEARDAY=1,100",
              "1997-09-02T09:00:00",
              {"1998-01-01T09:00:00", "1999-01-01T09:00:00"}},
        // It starts with the day of the start, and goes back.
        Other{"FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO",
              "2002-12-30T09:00:00",
              {"2002-12-30T09:00:00", "2003-12-29T09:00:00", "2005-01-03T09:00:00"}},
        // It leaves out what lies in the year after.
        Other{"FREQ=YEARLY;BYWEEKNO=-1;BYDAY=FR",
              "2008-12-26T09:00:00",
              {"2008-12-26T09:00:00", "2010-01-01T09:00:00", "2010-12-31T09:00:00"}},
        // It counts positions among days of months and years only.
        Other{"FREQ=WEEKLY;BYDAY=TU,TH;BYSETPOS=-1",
              "1997-09-02T09:00:00",
              {"1997-09-04T09:00:00", "1997-09-11T09:00:00"}},
        Other{"FREQ=DAILY;BYHOUR=6,18;BYSETPOS=-1",
              "1997-09-02T09:00:00",
              {"1997-09-02T18:00:00", "1997-09-03T18:00:00"}},
        Other{"FREQ=YEARLY;BYHOUR=6,18;BYSETPOS=1",
              "1997-09-02T09:00:00",
              {"1998-09-02T06:00:00", "1999-09-02T06:00:00"}},
        // It goes to the second week from a start that does not match.
        Other{"FREQ=WEEKLY;INTERVAL=2;BYDAY=SU",
              "1997-09-02T09:00:00",
              {"1997-09-07T09:00:00", "1997-09-21T09:00:00"}},
        // It keeps the order in which times are written.
        Other{"FREQ=DAILY;BYHOUR=12,8",
              "2004-09-13T08:00:00",
              {"2004-09-13T08:00:00", "2004-09-13T12:00:00", "2004-09-14T08:00:00"}},
        // Days from the end do not limit its days, hours and minutes.
        Other{"FREQ=DAILY;BYMONTHDAY=-1,1",
              "1997-09-02T09:00:00",
              {"1997-09-30T09:00:00", "1997-10-01T09:00:00", "1997-10-31T09:00:00"}},
        // From a start that does not match it goes past the first hour of the day that does.
        Other{"FREQ=HOURLY;BYHOUR=14",
              "1997-09-02T09:00:00",
              {"1997-09-02T14:00:00", "1997-09-03T14:00:00"}},
        // It loses the steps.
        Other{"FREQ=HOURLY;INTERVAL=2;BYHOUR=6", "1997-09-02T09:00:00", {}, true},
        Other{"FREQ=MINUTELY;INTERVAL=100;BYHOUR=11",
              "1997-09-02T09:00:00",
              {"1997-09-03T11:40:00", "1997-09-04T11:00:00", "1997-09-06T11:20:00"}},
        // It takes an end without a time to be before midnight.
        Other{"FREQ=DAILY;UNTIL=19970904",
              "1997-09-02T00:00:00",
              {"1997-09-02T00:00:00", "1997-09-03T00:00:00", "1997-09-04T00:00:00"},
              true},
        // It has March 1 twice.
        Other{"RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=1,29,30,31;SKIP=FORWARD",
              "1997-02-01T09:00:00",
              {"1997-02-01T09:00:00", "1997-03-01T09:00:00", "1997-03-29T09:00:00"}},
        // It has no last day of February and April.
        Other{"RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=29,30,31;BYSETPOS=-1;SKIP=BACKWARD",
              "2000-01-01T09:00:00",
              {"2000-01-31T09:00:00", "2000-02-29T09:00:00", "2000-03-31T09:00:00",
               "2000-04-30T09:00:00"}},
        // It moves the day of the start, which the rule does not name: 2003-03-01.
        Other{"RSCALE=GREGORIAN;FREQ=MONTHLY;BYDAY=-1TH;SKIP=FORWARD",
              "2003-01-29T09:00:00",
              {"2003-01-30T09:00:00", "2003-02-27T09:00:00", "2003-03-27T09:00:00"}},
        // It has a day that is written twice twice.
        Other{"FREQ=WEEKLY;BYDAY=SA,SA",
              "1998-07-18T09:00:00",
              {"1998-07-18T09:00:00", "1998-07-25T09:00:00"}},
        // It ends in the year 2582.
        Other{"FREQ=YEARLY;INTERVAL=400",
              "1997-09-02T09:00:00",
              {"1997-09-02T09:00:00", "2397-09-02T09:00:00", "2797-09-02T09:00:00"}}));

}  // namespace
}  // namespace changepolicy
