// Random rules against libical's iterator, of the classes in which it is right
// (recurrence_others_test.cc has the others) and has an end.
#include <algorithm>
#include <cstdlib>
#include <initializer_list>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/civil_time.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/calendar/recurrence.h"
#include "libical/ical.h"

namespace changepolicy {
namespace {

using List = std::vector<std::string>;
constexpr size_t kMost = 10;

List Ours(const std::string& rule, absl::CivilSecond start) {
  const ParsedRule parsed = ParseRule(rule);
  EXPECT_EQ(parsed.problem, "") << rule;
  List found;
  Recurrence(*parsed.rule, start)
      .Visit(start, absl::CivilSecond(2500), [&](absl::CivilSecond time) {
        found.push_back(absl::FormatCivilTime(time));
        return found.size() < kMost;
      });
  return found;
}

List Theirs(const std::string& rule, absl::CivilSecond start) {
  const icaltimetype begin = icaltime_from_string(
      absl::StrReplaceAll(absl::FormatCivilTime(start), {{"-", ""}, {":", ""}}).c_str());
  const icalrecurrencetype read = icalrecurrencetype_from_string(rule.c_str());
  // The one text in it is the reader's to free, after the iterator that points to it.
  const std::unique_ptr<char, decltype(&std::free)> rscale(read.rscale, &std::free);
  const std::unique_ptr<icalrecur_iterator, decltype(&icalrecur_iterator_free)> iterator(
      icalrecur_iterator_new(read, begin), &icalrecur_iterator_free);
  List found;
  // No iterator: there are no instances.
  while (iterator != nullptr && found.size() < kMost) {
    const icaltimetype time = icalrecur_iterator_next(iterator.get());
    if (icaltime_is_null_time(time) || time.year >= 2500) break;
    found.push_back(absl::FormatCivilTime(
        absl::CivilSecond(time.year, time.month, time.day, time.hour, time.minute, time.second)));
  }
  return found;
}

bool HasEnd(const std::string& rule) {
  return rule.find("COUNT") != std::string::npos || rule.find("UNTIL") != std::string::npos;
}

class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}

  int From(int least, int most) { return std::uniform_int_distribution<int>(least, most)(random_); }
  bool OneIn(int sides) { return From(1, sides) == 1; }
  const char* Of(std::initializer_list<const char*> names) {
    return names.begin()[From(0, static_cast<int>(names.size()) - 1)];
  }
  const char* Day() { return Of({"MO", "TU", "WE", "TH", "FR", "SA", "SU"}); }
  // Ascending, each once.
  std::string Numbers(int least, int most, int size) {
    std::vector<int> numbers;
    for (int i = From(1, size); i > 0; --i) numbers.push_back(From(least, most));
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    return absl::StrJoin(numbers, ",");
  }

 private:
  std::mt19937 random_;
};

std::string RandomRule(Dice& dice) {
  const std::string frequency =
      dice.Of({"YEARLY", "YEARLY", "MONTHLY", "MONTHLY", "WEEKLY", "DAILY"});
  const bool yearly = frequency == "YEARLY", monthly = frequency == "MONTHLY";
  std::string rule = "FREQ=" + frequency;
  const bool by_month = dice.OneIn(2);
  if (by_month) StrAppend(&rule, ";BYMONTH=", dice.Numbers(1, 12, 3));
  const bool by_month_day = (monthly || (yearly && by_month)) && dice.OneIn(3);
  if (by_month_day) {
    const bool from_end = dice.OneIn(3);
    StrAppend(&rule, ";BYMONTHDAY=", dice.Numbers(from_end ? -31 : 1, from_end ? -1 : 31, 4));
  }
  const bool by_year_day = yearly && !by_month && dice.OneIn(3);
  if (by_year_day) StrAppend(&rule, ";BYYEARDAY=", dice.Numbers(1, 366, 4));
  const bool by_day = dice.OneIn(2);
  if (by_day) {
    const int most = monthly || by_month ? 5 : 53;
    const int number =
        (yearly || monthly) && dice.OneIn(2) ? dice.From(1, most) * (dice.OneIn(2) ? 1 : -1) : 0;
    const std::string day = dice.Day(), other = dice.Day();
    StrAppend(&rule, ";BYDAY=", number == 0 ? "" : std::to_string(number), day);
    if (number == 0 && other != day) StrAppend(&rule, ",", other);
  }
  if (dice.OneIn(4)) StrAppend(&rule, ";BYHOUR=", dice.Numbers(0, 23, 2));
  // From a start that does not match it loses the steps of weeks.
  if (frequency != "WEEKLY" || !by_day) {
    if (dice.OneIn(2)) StrAppend(&rule, ";INTERVAL=", dice.From(2, 7));
  }
  if (dice.OneIn(3)) StrAppend(&rule, ";WKST=", dice.Day());
  if (dice.OneIn(4)) {
    StrAppend(&rule, ";COUNT=", dice.From(1, 9));
  } else if (dice.OneIn(4)) {
    StrAppend(&rule, ";UNTIL=", dice.From(1998, 2003), "1231T090000", dice.OneIn(2) ? "Z" : "");
  }
  if (!by_day && dice.OneIn(6)) {
    StrAppend(&rule, ";SKIP=", dice.Of({"OMIT", "BACKWARD"}));
    rule.insert(0, "RSCALE=GREGORIAN;");
  }
  return rule;
}

TEST(RecurrenceOracle, LibicalAgrees) {
  Dice dice(5545);
  int instances = 0;
  for (int i = 0; i < 4'000 && !HasFailure(); ++i) {
    const std::string rule = RandomRule(dice);
    const absl::CivilSecond start =
        absl::CivilSecond(absl::CivilDay(1996, 1, 1) + dice.From(0, 1'500)) + 9 * 3'600;
    const List ours = Ours(rule, start);
    // For what is rare or never comes it takes seconds: it looks until the year 2582.
    if (ours.empty() || (ours.size() < kMost && !HasEnd(rule))) continue;
    instances += static_cast<int>(ours.size());
    EXPECT_EQ(ours, Theirs(rule, start)) << rule << " from " << start;
  }
  EXPECT_GT(instances, 20'000);
}

}  // namespace
}  // namespace changepolicy
