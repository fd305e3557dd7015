// Patterns where clocks change, against the definition: the local time of each minute is read from
// the zone, and what a local time means follows from the order in which they come by.
#include <algorithm>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/calendar/pattern.h"
#include "libchangepolicy/calendar/zone.h"

namespace changepolicy {
namespace {

struct Change {
  const char* zone;
  int year, month, day;  // the local day on which clocks change; 0 hours where none do
  int minutes;           // by how much they go forward
};
std::ostream& operator<<(std::ostream& out, const Change& row) {
  return out << row.zone << " " << row.year << "-" << row.month << "-" << row.day;
}

// Each minute of some days around a change of clocks, and the local time that it has.
class Minutes {
 public:
  Minutes(absl::TimeZone zone, absl::CivilDay around) {
    const absl::Time begin = absl::FromCivil(around - 5, absl::UTCTimeZone());
    for (int i = 0; i < 10 * 1'440; ++i) {
      const absl::Time time = begin + absl::Minutes(i);
      minutes_.emplace_back(time, absl::CivilMinute(absl::ToCivilSecond(time, zone)));
      // Of two with one local time the first.
      first_.emplace(minutes_.back().second, time);
    }
  }

  const std::vector<std::pair<absl::Time, absl::CivilMinute>>& all() const { return minutes_; }

  // The first minute of that name; for one that never comes by, so long after the last before the
  // gap as its name says.
  absl::Time At(absl::CivilMinute local) const {
    const auto found = first_.find(local);
    if (found != first_.end()) return found->second;
    size_t last = 0;
    while (last + 1 < minutes_.size() && minutes_[last + 1].second < local) ++last;
    return minutes_[last].first + absl::Minutes(local - minutes_[last].second);
  }

  int GreatestJump() const {
    int greatest = 0;
    for (size_t i = 1; i < minutes_.size(); ++i) {
      const int jump = static_cast<int>(minutes_[i].second - minutes_[i - 1].second) - 1;
      if (std::abs(jump) > std::abs(greatest)) greatest = jump;
    }
    return greatest;
  }

 private:
  std::vector<std::pair<absl::Time, absl::CivilMinute>> minutes_;
  std::map<absl::CivilMinute, absl::Time> first_;
};

class Zones : public testing::TestWithParam<Change> {
 protected:
  Zones() : day_(GetParam().year, GetParam().month, GetParam().day) {
    EXPECT_TRUE(absl::LoadTimeZone(GetParam().zone, &zone_));
  }

  // Compares each minute of the middle days. `every` minutes from `start` on there is an instance
  // of `length` minutes, by the wall clock or exactly.
  void Compare(const Minutes& minutes, const std::string& rule, absl::CivilMinute start, int every,
               int length, bool is_exact) {
    v1::TimePattern pattern;
    pattern.set_zone(GetParam().zone);
    pattern.set_start(absl::FormatCivilTime(absl::CivilSecond(start)));
    pattern.set_rrule(rule);
    if (is_exact) {
      pattern.set_duration(StrCat(length, "m"));
    } else {
      pattern.set_end(absl::FormatCivilTime(absl::CivilSecond(start + length)));
    }
    const auto compiled = CompiledPattern::Compile(pattern);
    ASSERT_TRUE(compiled.has_value()) << ToText(CheckPattern(pattern, "p"));
    const std::string name = StrCat(rule, " ", pattern.start(), " ", length, is_exact ? "x" : "");

    std::vector<Interval> expected;
    const absl::Time from = minutes.all()[3'600].first, to = minutes.all()[11'520].first;
    size_t problems = 0;
    for (absl::CivilMinute local = start; local < absl::CivilMinute(day_ + 4); local += every) {
      if (local < absl::CivilMinute(day_ - 4)) continue;
      const absl::Time begin = minutes.At(local);
      const absl::Time end = is_exact ? begin + absl::Minutes(length) : minutes.At(local + length);
      if (end > begin) {
        expected.push_back({begin, end});
      } else if (begin >= from && begin < to) {
        ++problems;
      }
    }
    const auto is_inside = [](const std::vector<Interval>& intervals, absl::Time time) {
      return std::any_of(intervals.begin(), intervals.end(), [&](const Interval& each) {
        return each.start <= time && time < each.end;
      });
    };
    const Expansion whole = compiled->Expand(from, to);
    EXPECT_EQ(whole.problems.size(), problems) << name;
    for (size_t i = 3'600; i < 11'520; i += 3) {
      const absl::Time time = minutes.all()[i].first;
      const bool inside = is_inside(expected, time);
      ASSERT_EQ(is_inside(whole.intervals, time), inside) << name << " at " << time;
      if (i % 5 != 0) continue;
      // Asked about a moment alone it says the same.
      ASSERT_EQ(!compiled->Expand(time, time + absl::Seconds(1)).intervals.empty(), inside)
          << name << " at " << time;
    }
  }

  absl::TimeZone zone_;
  const absl::CivilDay day_;
};

TEST_P(Zones, EachMinuteAgreesWithItsLocalTime) {
  const Minutes minutes(zone_, day_);
  if (minutes.GreatestJump() != GetParam().minutes) {
    // Morocco decides from year to year, and old changes are corrected now and then.
    GTEST_SKIP() << "tzdata " << TzdbVersion() << " has another change: " << minutes.GreatestJump();
  }
  const absl::CivilMinute first(day_ - 5);
  for (const int start : {0, 15, 60, 90, 120, 135, 165, 180, 690, 1'380, 1'425}) {
    for (const int length : {20, 55, 180, 1'440}) {
      for (const bool is_exact : {false, true}) {
        Compare(minutes, "FREQ=DAILY", first + start, 1'440, length, is_exact);
      }
    }
  }
  for (const bool is_exact : {false, true}) {
    Compare(minutes, "FREQ=HOURLY", first + 15, 60, 10, is_exact);
    Compare(minutes, "FREQ=MINUTELY;INTERVAL=20", first, 20, 7, is_exact);
    Compare(minutes, "FREQ=SECONDLY;INTERVAL=5400", first, 90, 45, is_exact);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Changes, Zones,
    testing::Values(
        Change{"America/New_York", 2026, 3, 8, 60}, Change{"America/New_York", 2026, 11, 1, -60},
        Change{"Australia/Lord_Howe", 2026, 4, 5, -30},
        Change{"Australia/Lord_Howe", 2026, 10, 4, 30},
        // Back for Ramadan, and forward after it.
        Change{"Africa/Casablanca", 2026, 2, 15, -60}, Change{"Africa/Casablanca", 2026, 3, 22, 60},
        // There was no December 30.
        Change{"Pacific/Apia", 2011, 12, 30, 1'440},
        Change{"Pacific/Kiritimati", 1994, 12, 31, 1'440}, Change{"Europe/Dublin", 2026, 3, 29, 60},
        Change{"Europe/Dublin", 2026, 10, 25, -60},
        // At midnight.
        Change{"America/Sao_Paulo", 2018, 11, 4, 60}, Change{"America/Sao_Paulo", 2018, 2, 17, -60},
        Change{"Asia/Tehran", 2022, 3, 22, 60}, Change{"Asia/Tehran", 2022, 9, 21, -60},
        Change{"Asia/Kathmandu", 1986, 1, 1, 15}, Change{"Asia/Kathmandu", 2026, 3, 29, 0},
        // Two hours at once.
        Change{"Antarctica/Troll", 2026, 3, 29, 120},
        Change{"Antarctica/Troll", 2026, 10, 25, -120}, Change{"Asia/Singapore", 1981, 12, 31, 30},
        Change{"Asia/Singapore", 2026, 3, 29, 0}, Change{"UTC", 2026, 3, 29, 0}));

}  // namespace
}  // namespace changepolicy
