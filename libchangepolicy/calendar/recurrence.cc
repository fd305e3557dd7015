// Beside icalendar_writer.cc the only file that includes libical.
#include "libchangepolicy/calendar/recurrence.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "libchangepolicy/base/text.h"
#include "libical/ical.h"

namespace changepolicy {

namespace {

constexpr int kMostInstances = 100'000;

using Parts = std::map<std::string, std::string, std::less<>>;

// The rule's parts by name; what is wrong with their form in `problem`.
Parts Split(std::string_view rule, std::string* problem) {
  static constexpr std::array<std::string_view, 14> kKnown = {
      "FREQ",  "UNTIL",      "COUNT",     "INTERVAL", "BYSECOND", "BYMINUTE", "BYHOUR",
      "BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH",  "BYSETPOS", "WKST"};
  Parts parts;
  for (const absl::string_view piece : absl::StrSplit(ToAbsl(rule), ';')) {
    const std::pair<absl::string_view, absl::string_view> pair =
        absl::StrSplit(piece, absl::MaxSplits('=', 1));
    const std::string name = absl::AsciiStrToUpper(pair.first);
    if (std::find(kKnown.begin(), kKnown.end(), name) == kKnown.end()) {
      *problem = StrCat("unknown part `", FromAbsl(piece), "` in a recurrence rule");
      return {};
    }
    if (pair.second.empty()) {
      *problem = StrCat("`", name, "` has no value");
      return {};
    }
    if (!parts.emplace(name, absl::AsciiStrToUpper(pair.second)).second) {
      *problem = StrCat("`", name, "` stands twice");
      return {};
    }
  }
  return parts;
}

bool HasNumberedDay(const std::string& days) {
  return std::any_of(days.begin(), days.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Combinations that section 3.3.10 of RFC 5545 rules out, and what could not be followed rightly.
std::string Forbidden(const Parts& parts) {
  const auto has = [&](std::string_view name) { return parts.find(name) != parts.end(); };
  const auto frequency = parts.find("FREQ");
  if (frequency == parts.end()) return "a recurrence rule needs `FREQ`";
  const std::string& freq = frequency->second;
  if (freq != "DAILY" && freq != "WEEKLY" && freq != "MONTHLY" && freq != "YEARLY") {
    return StrCat("`FREQ=", freq, "` is not one of DAILY, WEEKLY, MONTHLY, YEARLY");
  }
  if (has("COUNT") && has("UNTIL")) return "`COUNT` and `UNTIL` exclude each other";
  if (has("BYWEEKNO") && freq != "YEARLY") return "`BYWEEKNO` needs `FREQ=YEARLY`";
  if (has("BYYEARDAY") && freq != "YEARLY") return "`BYYEARDAY` needs `FREQ=YEARLY`";
  if (has("BYMONTHDAY") && freq == "WEEKLY") return "`BYMONTHDAY` cannot stand with `FREQ=WEEKLY`";
  if (has("BYDAY") && HasNumberedDay(parts.find("BYDAY")->second)) {
    if (freq != "MONTHLY" && freq != "YEARLY") {
      return "a numbered `BYDAY` needs `FREQ=MONTHLY` or `FREQ=YEARLY`";
    }
    if (has("BYWEEKNO")) return "a numbered `BYDAY` cannot stand with `BYWEEKNO`";
  }
  if (has("BYSETPOS")) {
    const bool other = std::any_of(parts.begin(), parts.end(), [](const auto& part) {
      return part.first.starts_with("BY") && part.first != "BYSETPOS";
    });
    if (!other) return "`BYSETPOS` needs another `BY` part";
  }
  // libical 3.0 leaves out the days of such a week that belong to the other year, and does not
  // count positions among several times of a day.
  if (has("BYWEEKNO")) {
    for (const absl::string_view week : absl::StrSplit(parts.find("BYWEEKNO")->second, ',')) {
      int number = 0;
      if (!absl::SimpleAtoi(week, &number) || number <= 1 || number >= 52) {
        return StrCat("`BYWEEKNO=", FromAbsl(week),
                      "` is not supported, only weeks 2 to 51, which lie within one year");
      }
    }
  }
  for (const std::string_view name : {"BYHOUR", "BYMINUTE", "BYSECOND"}) {
    if (has("BYSETPOS") && has(name) && parts.find(name)->second.find(',') != std::string::npos) {
      return StrCat("`BYSETPOS` with several values of `", name, "` is not supported");
    }
  }
  for (const std::string_view name : {"COUNT", "INTERVAL"}) {
    int number = 0;
    const auto part = parts.find(name);
    if (part != parts.end() &&
        (!absl::SimpleAtoi(part->second, &number) || number < 1 || number > 10'000)) {
      return StrCat("`", name, "` is a number from 1 to 10000, found `", part->second, "`");
    }
  }
  return "";
}

icalrecurrencetype Parse(std::string_view rule) {
  return icalrecurrencetype_from_string(std::string(absl::AsciiStrToUpper(ToAbsl(rule))).c_str());
}

icaltimetype ToIcal(absl::CivilSecond time) {
  icaltimetype out = icaltime_null_time();
  out.year = static_cast<int>(time.year());
  out.month = time.month();
  out.day = time.day();
  out.hour = time.hour();
  out.minute = time.minute();
  out.second = time.second();
  return out;
}

absl::CivilSecond FromIcal(const icaltimetype& time) {
  return absl::CivilSecond(time.year, time.month, time.day, time.hour, time.minute, time.second);
}

// Whether an instance is one that the rule itself gives: libical counts the start in any case.
bool Matches(const icalrecurrencetype& rule, absl::CivilSecond start) {
  // From a day before, the rule comes to the start only where it matches it.
  icalrecurrencetype free = rule;
  free.count = 0;
  free.interval = 1;
  free.until = icaltime_null_time();
  const absl::CivilSecond earlier = absl::CivilSecond(start.year() - 1, start.month(), 1,
                                                      start.hour(), start.minute(), start.second());
  const bool by_day = rule.by_day[0] != ICAL_RECURRENCE_ARRAY_MAX;
  const bool by_month_day = rule.by_month_day[0] != ICAL_RECURRENCE_ARRAY_MAX;
  const bool by_year_day = rule.by_year_day[0] != ICAL_RECURRENCE_ARRAY_MAX;
  const bool by_week = rule.by_week_no[0] != ICAL_RECURRENCE_ARRAY_MAX;
  const bool by_month = rule.by_month[0] != ICAL_RECURRENCE_ARRAY_MAX;
  // What the rule leaves open, the start itself supplies, and so matches.
  if (!by_day && !by_month_day && !by_year_day && !by_week && !by_month) return true;
  if (!by_day && !by_month_day && !by_year_day && !by_week) {
    free.by_month_day[0] = static_cast<short>(start.day());
    free.by_month_day[1] = ICAL_RECURRENCE_ARRAY_MAX;
    if (rule.freq == ICAL_DAILY_RECURRENCE) {
      free.by_month_day[0] = ICAL_RECURRENCE_ARRAY_MAX;
    } else if (rule.freq == ICAL_WEEKLY_RECURRENCE) {
      free.by_month_day[0] = ICAL_RECURRENCE_ARRAY_MAX;
      const int weekday = (static_cast<int>(absl::GetWeekday(start)) + 1) % 7 + 1;
      free.by_day[0] = static_cast<short>(weekday);
      free.by_day[1] = ICAL_RECURRENCE_ARRAY_MAX;
    }
  }
  if (rule.freq == ICAL_YEARLY_RECURRENCE && by_month_day && !by_month) {
    free.by_month[0] = static_cast<short>(start.month());
    free.by_month[1] = ICAL_RECURRENCE_ARRAY_MAX;
  }
  icalrecur_iterator* const iterator = icalrecur_iterator_new(free, ToIcal(earlier));
  if (iterator == nullptr) return false;
  bool found = false;
  for (int i = 0; i < 2'000; ++i) {
    const icaltimetype next = icalrecur_iterator_next(iterator);
    if (icaltime_is_null_time(next) || FromIcal(next) > start) break;
    found = found || FromIcal(next) == start;
  }
  icalrecur_iterator_free(iterator);
  return found;
}

}  // namespace

std::string CheckRule(std::string_view rule) {
  std::string problem;
  const Parts parts = Split(rule, &problem);
  if (!problem.empty()) return problem;
  if (problem = Forbidden(parts); !problem.empty()) return problem;
  if (Parse(rule).freq == ICAL_NO_RECURRENCE) {
    return StrCat("`", rule, "` is no recurrence rule of RFC 5545");
  }
  return "";
}

Occurrences ExpandRule(std::string_view rule, absl::CivilSecond start, absl::CivilSecond from,
                       absl::CivilSecond to) {
  Occurrences occurrences;
  const icalrecurrencetype parsed = Parse(rule);
  icalrecur_iterator* const iterator = icalrecur_iterator_new(parsed, ToIcal(start));
  if (iterator == nullptr) {
    occurrences.problem = StrCat("`", rule, "` cannot be followed");
    return occurrences;
  }
  const bool start_matches = Matches(parsed, start);
  for (int i = 0;; ++i) {
    const icaltimetype next = icalrecur_iterator_next(iterator);
    if (icaltime_is_null_time(next)) break;
    const absl::CivilSecond at = FromIcal(next);
    if (at >= to) break;
    if (i >= kMostInstances) {
      occurrences.problem = StrCat("more than ", kMostInstances, " instances of `", rule, "`");
      break;
    }
    if (at >= from && (at != start || start_matches)) occurrences.starts.push_back(at);
  }
  icalrecur_iterator_free(iterator);
  return occurrences;
}

}  // namespace changepolicy
