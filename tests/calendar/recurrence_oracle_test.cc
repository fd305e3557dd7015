// Random rules against the definition: each second of a range is asked by itself whether it is an
// instance. Nothing of the expander is used.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/calendar/recurrence.h"

namespace changepolicy {
namespace {

constexpr const char* kFrequencies[] = {"SECONDLY", "MINUTELY", "HOURLY", "DAILY",
                                        "WEEKLY",   "MONTHLY",  "YEARLY"};
enum { kSecondly, kMinutely, kHourly, kDaily, kWeekly, kMonthly, kYearly };
constexpr const char* kDays[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

// A rule as lists of numbers, before it is text.
struct Rule {
  int frequency = kDaily;
  int interval = 1;
  int count = 0;
  int week_start = 0;
  std::vector<int> seconds, minutes, hours, month_days, year_days, weeks, months, positions;
  std::vector<std::pair<int, int>> days;  // number or 0, day of the week

  std::string Text() const {
    std::string text = StrCat("FREQ=", kFrequencies[frequency]);
    if (interval > 1) StrAppend(&text, ";INTERVAL=", interval);
    if (count > 0) StrAppend(&text, ";COUNT=", count);
    if (week_start > 0) StrAppend(&text, ";WKST=", kDays[week_start]);
    const auto list = [&](const char* name, const std::vector<int>& values) {
      if (!values.empty()) StrAppend(&text, ";", name, "=", absl::StrJoin(values, ","));
    };
    list("BYSECOND", seconds);
    list("BYMINUTE", minutes);
    list("BYHOUR", hours);
    list("BYMONTHDAY", month_days);
    list("BYYEARDAY", year_days);
    list("BYWEEKNO", weeks);
    list("BYMONTH", months);
    list("BYSETPOS", positions);
    std::vector<std::string> named;
    for (const auto& [number, day] : days) {
      named.push_back(number == 0 ? kDays[day] : StrCat(number, kDays[day]));
    }
    if (!named.empty()) StrAppend(&text, ";BYDAY=", absl::StrJoin(named, ","));
    return text;
  }
};

int Weekday(absl::CivilDay day) { return static_cast<int>(absl::GetWeekday(day)); }

bool Has(const std::vector<int>& values, int value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

absl::CivilDay WeekStart(absl::CivilDay day, int week_start) {
  while (Weekday(day) != week_start) --day;
  return day;
}

// The year whose week it is, the number of the week, and that from the end: the week belongs to
// the year in which most of its days are.
std::tuple<int64_t, int, int> WeekOf(absl::CivilDay day, int week_start) {
  const absl::CivilDay start = WeekStart(day, week_start);
  const int64_t year = (start + 3).year();
  int before = 0;
  for (absl::CivilDay other = start - 7; (other + 3).year() == year; other -= 7) ++before;
  int behind = 0;
  for (absl::CivilDay other = start + 7; (other + 3).year() == year; other += 7) ++behind;
  return {year, before + 1, -behind - 1};
}

class Oracle {
 public:
  Oracle(const Rule& rule, absl::CivilSecond start) : rule_(rule), start_(start) {}

  // Which period a time is in, counted from that of the start.
  int64_t Period(absl::CivilSecond time) const {
    switch (rule_.frequency) {
      case kSecondly:
        return time - start_;
      case kMinutely:
        return absl::CivilMinute(time) - absl::CivilMinute(start_);
      case kHourly:
        return absl::CivilHour(time) - absl::CivilHour(start_);
      case kDaily:
        return absl::CivilDay(time) - absl::CivilDay(start_);
      case kWeekly:
        return (WeekStart(absl::CivilDay(time), rule_.week_start) -
                WeekStart(absl::CivilDay(start_), rule_.week_start)) /
               7;
      case kMonthly:
        return absl::CivilMonth(time) - absl::CivilMonth(start_);
      default:
        if (rule_.weeks.empty()) return time.year() - start_.year();
        return std::get<0>(WeekOf(absl::CivilDay(time), rule_.week_start)) - start_.year();
    }
  }

  // Of BYWEEKNO the start's own week is meant, whatever its year.
  bool IsKept(absl::CivilSecond time) const {
    return Period(time) % rule_.interval == 0 ||
           (!rule_.weeks.empty() && WeekStart(absl::CivilDay(time), rule_.week_start) ==
                                        WeekStart(absl::CivilDay(start_), rule_.week_start));
  }

  // Whether the day and the time are of the rule, INTERVAL and BYSETPOS aside.
  bool DayFits(absl::CivilDay day) const {
    const absl::CivilMonth month(day);
    const absl::CivilDay year_begin(day.year(), 1, 1), year_end(day.year() + 1, 1, 1);
    const int month_length = static_cast<int>(absl::CivilDay(month + 1) - absl::CivilDay(month));
    const int year_length = static_cast<int>(year_end - year_begin);
    const int year_day = static_cast<int>(day - year_begin) + 1;
    const bool nothing = rule_.month_days.empty() && rule_.year_days.empty() &&
                         rule_.weeks.empty() && rule_.days.empty();
    if (nothing && rule_.frequency == kWeekly && Weekday(day) != Weekday(absl::CivilDay(start_))) {
      return false;
    }
    if (nothing && rule_.frequency >= kMonthly && day.day() != start_.day()) return false;
    if (nothing && rule_.frequency == kYearly && rule_.months.empty() &&
        day.month() != start_.month()) {
      return false;
    }
    if (!rule_.months.empty() && !Has(rule_.months, day.month())) return false;
    if (!rule_.month_days.empty() && !Has(rule_.month_days, day.day()) &&
        !Has(rule_.month_days, day.day() - month_length - 1)) {
      return false;
    }
    if (!rule_.year_days.empty() && !Has(rule_.year_days, year_day) &&
        !Has(rule_.year_days, year_day - year_length - 1)) {
      return false;
    }
    if (!rule_.weeks.empty()) {
      const auto [year, week, from_end] = WeekOf(day, rule_.week_start);
      if (!Has(rule_.weeks, week) && !Has(rule_.weeks, from_end)) return false;
    }
    if (rule_.days.empty()) return true;
    const bool in_month = rule_.frequency == kMonthly || !rule_.months.empty();
    const absl::CivilDay begin = in_month ? absl::CivilDay(month) : year_begin;
    const absl::CivilDay end = in_month ? absl::CivilDay(month + 1) : year_end;
    int before = 0, behind = 0;
    for (absl::CivilDay other = begin; other < end; ++other) {
      if (Weekday(other) == Weekday(day)) ++(other < day ? before : behind);
    }
    return std::any_of(rule_.days.begin(), rule_.days.end(), [&](const auto& each) {
      return each.second == Weekday(day) &&
             (each.first == 0 || each.first == before + 1 || each.first == -behind);
    });
  }

  bool TimeFits(absl::CivilSecond time) const {
    const auto fits = [&](const std::vector<int>& values, int value, int from_start, int finest) {
      if (!values.empty()) return Has(values, value);
      return rule_.frequency <= finest || value == from_start;
    };
    return fits(rule_.hours, time.hour(), start_.hour(), kHourly) &&
           fits(rule_.minutes, time.minute(), start_.minute(), kMinutely) &&
           fits(rule_.seconds, time.second(), start_.second(), kSecondly);
  }

  // All of [begin, end), found by asking every one of `step` seconds. `begin` and `end` should not
  // cut a period in which BYSETPOS counts.
  std::vector<absl::CivilSecond> All(absl::CivilSecond begin, absl::CivilSecond end,
                                     int step) const {
    std::map<int64_t, std::vector<absl::CivilSecond>> sets;
    for (absl::CivilDay day(begin); absl::CivilSecond(day) < end; ++day) {
      if (!DayFits(day)) continue;
      for (absl::CivilSecond time = std::max(begin, absl::CivilSecond(day));
           time < std::min(end, absl::CivilSecond(day + 1)); time += step) {
        if (TimeFits(time) && (!rule_.weeks.empty() || IsKept(time))) {
          sets[Period(time)].push_back(time);
        }
      }
    }
    std::vector<absl::CivilSecond> all;
    for (const auto& [period, set] : sets) {
      for (int i = 0; i < static_cast<int>(set.size()); ++i) {
        const bool in = rule_.positions.empty() || Has(rule_.positions, i + 1) ||
                        Has(rule_.positions, i - static_cast<int>(set.size()));
        const auto at = static_cast<size_t>(i);
        if (in && set[at] >= start_ && IsKept(set[at])) all.push_back(set[at]);
      }
    }
    return all;
  }

 private:
  const Rule rule_;
  const absl::CivilSecond start_;
};

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  int Below(int bound) { return static_cast<int>(engine_() % static_cast<unsigned>(bound)); }
  bool Chance(int percent) { return Below(100) < percent; }
  int Of(std::initializer_list<int> values) {
    return values.begin()[Below(static_cast<int>(values.size()))];
  }
  std::vector<int> Some(int most, std::initializer_list<int> values) {
    std::set<int> chosen;
    for (int i = Below(most) + 1; i > 0; --i) chosen.insert(Of(values));
    return {chosen.begin(), chosen.end()};
  }

  Rule MakeRule(int frequency) {
    Rule rule{.frequency = frequency};
    rule.interval = Chance(50)             ? 1
                    : frequency <= kHourly ? Of({2, 3, 5, 7, 11, 24, 25, 60, 61, 90, 1'440, 10'007})
                                           : Of({2, 3, 4, 5, 7, 13});
    if (Chance(30)) rule.week_start = Below(7);
    if (frequency == kYearly && Chance(35)) {
      rule.weeks = Some(3, {1, 2, 9, 20, 51, 52, 53, -1, -2, -52, -53});
    }
    if (Chance(35)) rule.months = Some(4, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    if (frequency != kWeekly && Chance(30)) {
      rule.month_days = Some(4, {1, 2, 13, 28, 29, 30, 31, -1, -2, -28, -29, -30, -31});
    }
    if ((frequency <= kHourly || frequency == kYearly) && Chance(20)) {
      rule.year_days = Some(4, {1, 59, 60, 61, 100, 200, 365, 366, -1, -100, -306, -365, -366});
    }
    if (Chance(45)) {
      const bool numbers = frequency >= kMonthly && rule.weeks.empty() && Chance(60);
      for (int i = Below(3); i >= 0; --i) {
        const int number = numbers && Chance(80) ? Of({1, 2, 3, 4, 5, -1, -2, -5, 20, 53, -53}) : 0;
        rule.days.emplace_back(number, Below(7));
      }
    }
    if (Chance(30)) rule.hours = Some(3, {0, 1, 6, 9, 12, 13, 18, 23});
    if (Chance(30)) rule.minutes = Some(3, {0, 1, 15, 20, 30, 45, 59});
    if (Chance(30)) rule.seconds = Some(3, {0, 1, 15, 30, 59});
    const bool has_part = !rule.days.empty() || !rule.months.empty() || !rule.weeks.empty() ||
                          !rule.month_days.empty() || !rule.year_days.empty() ||
                          !rule.hours.empty() || !rule.minutes.empty() || !rule.seconds.empty();
    if (has_part && Chance(35)) rule.positions = Some(2, {1, 2, 3, 5, -1, -2, -3, 366, -366});
    if (Chance(20)) rule.count = Below(20) + 1;
    return rule;
  }

 private:
  std::mt19937 engine_;
};

class RandomRules : public testing::TestWithParam<int> {};

// Seconds matter to the rule where they are listed or stepped by; otherwise each has the start's,
// and asking whole minutes or hours from the start on comes to the same.
int StepOf(const Rule& rule, absl::CivilSecond* start) {
  if (rule.frequency == kSecondly || !rule.seconds.empty()) return 1;
  if (rule.frequency == kMinutely || !rule.minutes.empty()) {
    *start = absl::CivilSecond(absl::CivilMinute(*start));
    return 60;
  }
  *start = absl::CivilSecond(absl::CivilHour(*start));
  return 3'600;
}

// Of each frequency: an eighth of CHANGEPOLICY_ORACLE_RUNS, which is 4,000 where nobody sets it;
// not so few that some frequency has no instances.
int Rounds() {
  const char* const runs = std::getenv("CHANGEPOLICY_ORACLE_RUNS");
  return runs == nullptr ? 500 : std::max(std::atoi(runs) / 8, 50);
}

TEST_P(RandomRules, AgreeWithTheDefinition) {
  const int frequency = GetParam();
  Random random(static_cast<unsigned>(frequency) + 1);
  int with_instances = 0;
  const int rounds = Rounds();
  for (int round = 0; round < rounds; ++round) {
    const Rule rule = random.MakeRule(frequency);
    absl::CivilSecond start = absl::CivilSecond(1995, 1, 1) + random.Below(86'400 * 366 * 6);
    if (random.Chance(30)) start = absl::CivilSecond(start.year() - 1 + random.Below(2), 12, 29);
    const int step = StepOf(rule, &start);
    // So long that there is something to see, and not so long that asking takes minutes.
    const int days = step == 1 ? (frequency >= kMonthly ? 40 : 2)
                               : (frequency == kYearly   ? 1'600
                                  : frequency <= kHourly ? 60
                                                         : 400);
    const ParsedRule parsed = ParseRule(rule.Text());
    ASSERT_EQ(parsed.problem, "") << rule.Text();
    const Recurrence recurrence(*parsed.rule, start, absl::UTCTimeZone(), {.instances = 1'000'000});
    const int around = frequency == kWeekly ? 8 : 1;
    // BYSETPOS counts in whole periods: those that are asked begin and end with a year around.
    const bool whole_years = frequency == kYearly && !rule.positions.empty();
    absl::CivilSecond begin = absl::CivilSecond(absl::CivilMonth(start) - 1);
    absl::CivilSecond end = absl::CivilSecond(absl::CivilMonth(start + days * 86'400) + 1);
    if (step == 1 && frequency < kMonthly) {
      begin = absl::CivilSecond(absl::CivilDay(start) - around);
      end = absl::CivilSecond(absl::CivilDay(start) + days + around);
    }
    if (whole_years) {
      if (step != 3'600) continue;
      begin = absl::CivilSecond(start.year() - 1, 1, 1);
      end = absl::CivilSecond(absl::CivilYear(end) + 2);
    }
    std::vector<absl::CivilSecond> expected = Oracle(rule, start).All(begin, end, step);
    if (rule.count > 0 && expected.size() > static_cast<size_t>(rule.count)) {
      expected.resize(static_cast<size_t>(rule.count));
    }
    // Of the last period only a part may have been asked.
    const absl::CivilSecond to = whole_years ? absl::CivilSecond(absl::CivilYear(end) - 1)
                                 : step == 1 && frequency < kMonthly
                                     ? end - around * 86'400
                                     : absl::CivilSecond(absl::CivilMonth(end) - 1);
    std::erase_if(expected, [&](absl::CivilSecond time) { return time >= to; });
    const Occurrences found = recurrence.Between(start - 1, to);
    EXPECT_EQ(found.problem, "") << rule.Text();
    ASSERT_EQ(found.starts, expected) << rule.Text() << " from " << start;
    if (!expected.empty()) {
      EXPECT_FALSE(recurrence.NeverFires()) << rule.Text() << " from " << start;
      ++with_instances;
      // A part of the range gives that part of the instances.
      const absl::CivilSecond middle =
          expected[static_cast<size_t>(random.Below(static_cast<int>(expected.size())))];
      const Occurrences rest = recurrence.Between(middle, to);
      ASSERT_EQ(rest.starts,
                std::vector<absl::CivilSecond>(
                    std::lower_bound(expected.begin(), expected.end(), middle), expected.end()))
          << rule.Text() << " from " << start << " asked from " << middle;
      EXPECT_TRUE(recurrence.Contains(middle));
    }
  }
  EXPECT_GT(with_instances, rounds / 5);
}

INSTANTIATE_TEST_SUITE_P(EachFrequency, RandomRules, testing::Range(0, 7));

}  // namespace
}  // namespace changepolicy
