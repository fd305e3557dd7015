// The only file that includes libical.
#include "libchangepolicy/calendar/recurrence_rule.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "libchangepolicy/base/text.h"
#include "libical/ical.h"

namespace changepolicy {

namespace {

using Parts = std::map<std::string, std::string, std::less<>>;

// A part whose value is a list of numbers.
struct NumberPart {
  std::string_view name;
  int least;
  int most;
  bool from_end;  // negative values count from the end
};
constexpr std::array<NumberPart, 8> kNumberParts = {{{"BYSECOND", 0, 60, false},
                                                     {"BYMINUTE", 0, 59, false},
                                                     {"BYHOUR", 0, 23, false},
                                                     {"BYMONTHDAY", 1, 31, true},
                                                     {"BYYEARDAY", 1, 366, true},
                                                     {"BYWEEKNO", 1, 53, true},
                                                     {"BYMONTH", 1, 12, false},
                                                     {"BYSETPOS", 1, 366, true}}};
constexpr std::array<std::string_view, 8> kOtherParts = {"FREQ",  "UNTIL", "COUNT",  "INTERVAL",
                                                         "BYDAY", "WKST",  "RSCALE", "SKIP"};
constexpr std::array<std::string_view, 7> kFrequencies = {"SECONDLY", "MINUTELY", "HOURLY", "DAILY",
                                                          "WEEKLY",   "MONTHLY",  "YEARLY"};
constexpr std::array<std::string_view, 7> kWeekdays = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

template <typename List>
int IndexOf(const List& list, std::string_view value) {
  const auto found = std::find(list.begin(), list.end(), value);
  return found == list.end() ? -1 : static_cast<int>(found - list.begin());
}

bool IsKnown(std::string_view name) {
  return IndexOf(kOtherParts, name) >= 0 ||
         std::any_of(kNumberParts.begin(), kNumberParts.end(),
                     [&](const NumberPart& part) { return part.name == name; });
}

// The rule's parts by name; what is wrong with their form in `problem`.
Parts Split(std::string_view rule, std::string* problem) {
  Parts parts;
  for (const absl::string_view piece : absl::StrSplit(ToAbsl(rule), ';')) {
    const std::pair<absl::string_view, absl::string_view> pair =
        absl::StrSplit(piece, absl::MaxSplits('=', 1));
    const std::string name = absl::AsciiStrToUpper(pair.first);
    if (name == "BYEASTER") {
      *problem = "`BYEASTER` is no part of RFC 5545: list the days of Easter as `rdates`";
      return {};
    }
    if (!IsKnown(name)) {
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

bool HasNumberedDay(std::string_view days) {
  return std::any_of(days.begin(), days.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Combinations that RFC 5545, section 3.3.10, and RFC 7529, section 4.1, rule out.
std::string Forbidden(const Parts& parts) {
  const auto has = [&](std::string_view name) { return parts.find(name) != parts.end(); };
  const auto frequency = parts.find("FREQ");
  if (frequency == parts.end()) return "a recurrence rule needs `FREQ`";
  const std::string& freq = frequency->second;
  if (IndexOf(kFrequencies, freq) < 0) {
    return StrCat("`FREQ=", freq,
                  "` is not one of SECONDLY, MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY, YEARLY");
  }
  if (has("COUNT") && has("UNTIL")) return "`COUNT` and `UNTIL` exclude each other";
  if (has("BYWEEKNO") && freq != "YEARLY") return "`BYWEEKNO` needs `FREQ=YEARLY`";
  if (has("BYYEARDAY") && (freq == "DAILY" || freq == "WEEKLY" || freq == "MONTHLY")) {
    return StrCat("`BYYEARDAY` cannot stand with `FREQ=", freq, "`");
  }
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
  if (has("SKIP") && !has("RSCALE")) return "`SKIP` needs `RSCALE=GREGORIAN`";
  return "";
}

// A whole number as RFC 5545 writes it; a plus sign only where `signs` are.
std::optional<int> Number(std::string_view text, bool signs) {
  const size_t digits = text.find_first_not_of("+-");
  int number = 0;
  if (digits == std::string_view::npos || digits > (signs ? 1u : 0u) ||
      !absl::SimpleAtoi(ToAbsl(text), &number)) {
    return std::nullopt;
  }
  return number;
}

std::string CheckNumbers(const NumberPart& part, std::string_view values) {
  for (const absl::string_view value : absl::StrSplit(ToAbsl(values), ',')) {
    const std::optional<int> number = Number(FromAbsl(value), part.from_end);
    const bool good =
        number.has_value() && ((*number >= part.least && *number <= part.most) ||
                               (part.from_end && *number <= -part.least && *number >= -part.most));
    if (good) continue;
    return StrCat("`", part.name, "` is a number from ", part.least, " to ", part.most,
                  part.from_end ? StrCat(", or from -", part.most, " to -", part.least) : "",
                  ", found `", FromAbsl(value), "`");
  }
  return "";
}

std::string CheckDays(std::string_view values) {
  for (const absl::string_view each : absl::StrSplit(ToAbsl(values), ',')) {
    const std::string_view value = FromAbsl(each);
    const size_t letters = std::min(value.find_first_not_of("+-0123456789"), value.size());
    const std::optional<int> number = Number(value.substr(0, letters), true);
    const bool numbered = letters > 0;
    if (IndexOf(kWeekdays, value.substr(letters)) < 0 ||
        (numbered && (!number.has_value() || *number == 0 || *number < -53 || *number > 53))) {
      return StrCat("`BYDAY` is a day like `MO`, or numbered from 1 to 53 or -53 to -1 like `-1SU`",
                    ", found `", value, "`");
    }
  }
  return "";
}

std::string CheckValues(const Parts& parts) {
  for (const auto& [name, value] : parts) {
    std::string problem;
    for (const NumberPart& part : kNumberParts) {
      if (part.name == name) problem = CheckNumbers(part, value);
    }
    if (name == "BYDAY") problem = CheckDays(value);
    if (name == "WKST" && IndexOf(kWeekdays, value) < 0) {
      problem = StrCat("`WKST` is a day like `MO`, found `", value, "`");
    }
    if (name == "COUNT" || name == "INTERVAL") {
      const std::optional<int> number = Number(value, false);
      if (!number.has_value() || *number < 1) {
        problem = StrCat("`", name, "` is a number from 1 to 2147483647, found `", value, "`");
      }
    }
    if (name == "UNTIL" && !ParseBasicTime(value).has_value()) {
      problem = StrCat("`UNTIL` is a time like `20261231T235959Z`, found `", value, "`");
    }
    if (name == "RSCALE" && value != "GREGORIAN") {
      problem = StrCat("`RSCALE=", value, "` is not supported, only `RSCALE=GREGORIAN`");
    }
    if (name == "SKIP" && value != "OMIT" && value != "BACKWARD" && value != "FORWARD") {
      problem = StrCat("`SKIP=", value, "` is not one of OMIT, BACKWARD, FORWARD");
    }
    if (!problem.empty()) return problem;
  }
  return "";
}

template <size_t kSize, typename Take>
void ForEach(const short (&values)[kSize], Take take) {
  for (const short value : values) {
    if (value == ICAL_RECURRENCE_ARRAY_MAX) return;
    take(value);
  }
}

template <size_t kSize>
uint64_t Mask(const short (&values)[kSize]) {
  uint64_t mask = 0;
  ForEach(values, [&](int value) { mask |= uint64_t{1} << value; });
  return mask;
}

// libical counts from Sunday, 1.
int WeekdayOf(icalrecurrencetype_weekday day) { return (static_cast<int>(day) + 5) % 7; }

void Take(const icalrecurrencetype& read, RecurrenceRule* rule) {
  rule->week_start = WeekdayOf(read.week_start);
  rule->seconds = Mask(read.by_second);
  // A machine without leap seconds takes 60 as 59 (section 3.3.12).
  if ((rule->seconds >> 60 & 1) != 0) {
    rule->seconds = (rule->seconds & ~(uint64_t{1} << 60)) | uint64_t{1} << 59;
  }
  rule->minutes = Mask(read.by_minute);
  rule->hours = Mask(read.by_hour);
  rule->months = Mask(read.by_month);
  ForEach(read.by_day, [&](short value) {
    const int weekday = WeekdayOf(icalrecurrencetype_day_day_of_week(value));
    const int number = icalrecurrencetype_day_position(value);
    if (number == 0) {
      rule->weekdays |= uint64_t{1} << weekday;
    } else {
      rule->numbered_days.push_back({weekday, number});
    }
  });
  ForEach(read.by_month_day, [&](int value) { rule->month_days.Add(value); });
  ForEach(read.by_year_day, [&](int value) { rule->year_days.Add(value); });
  ForEach(read.by_week_no, [&](int value) { rule->weeks.Add(value); });
  ForEach(read.by_set_pos, [&](int value) { rule->positions.push_back(value); });
  std::sort(rule->positions.begin(), rule->positions.end());
}

}  // namespace

std::optional<RuleEnd> ParseBasicTime(std::string_view text) {
  const auto digits = [&](size_t at, size_t count) {
    int number = 0;
    for (size_t i = at; i < at + count; ++i) {
      if (i >= text.size() || text[i] < '0' || text[i] > '9') return -1;
      number = number * 10 + (text[i] - '0');
    }
    return number;
  };
  RuleEnd end;
  const int year = digits(0, 4), month = digits(4, 2), day = digits(6, 2);
  if (year < 1 || month < 1 || month > 12 || day < 1) return std::nullopt;
  int hour = 0, minute = 0, second = 0;
  end.is_date = text.size() == 8;
  end.is_utc = text.size() == 16 && text[15] == 'Z';
  if (!end.is_date) {
    hour = digits(9, 2), minute = digits(11, 2), second = digits(13, 2);
    if ((text.size() != 15 && !end.is_utc) || text[8] != 'T' || hour < 0 || hour > 23 ||
        minute < 0 || minute > 59 || second < 0 || second > 60) {
      return std::nullopt;
    }
  }
  end.time = absl::CivilSecond(year, month, day, hour, minute, std::min(second, 59));
  return end.time.day() == day ? std::optional(end) : std::nullopt;
}

ParsedRule ParseRule(std::string_view text) {
  ParsedRule parsed;
  const Parts parts = Split(text, &parsed.problem);
  if (parsed.problem.empty()) parsed.problem = Forbidden(parts);
  if (parsed.problem.empty()) parsed.problem = CheckValues(parts);
  if (!parsed.problem.empty()) return parsed;
  RecurrenceRule rule;
  rule.text = text;
  // libical reads the lists. The other parts are read here: its INTERVAL is a `short`, and its
  // UNTIL and SKIP do not say how they were written.
  std::string lists;
  for (const auto& [name, value] : parts) {
    if (name == "COUNT") {
      rule.count = *Number(value, false);
    } else if (name == "INTERVAL") {
      rule.interval = *Number(value, false);
    } else if (name == "UNTIL") {
      rule.until = ParseBasicTime(value);
    } else if (name == "SKIP") {
      rule.skip = value == "BACKWARD"  ? Skip::kBackward
                  : value == "FORWARD" ? Skip::kForward
                                       : Skip::kOmit;
    } else if (name != "RSCALE" && name != "FREQ") {
      StrAppend(&lists, ";", name, "=", value);
    }
  }
  const std::string& frequency = parts.find("FREQ")->second;
  rule.frequency = static_cast<Frequency>(IndexOf(kFrequencies, frequency));
  const icalrecurrencetype read =
      icalrecurrencetype_from_string(StrCat("FREQ=", frequency, lists).c_str());
  if (read.freq == ICAL_NO_RECURRENCE) {
    parsed.problem = StrCat("`", text, "` is no recurrence rule of RFC 5545");
    return parsed;
  }
  Take(read, &rule);
  parsed.rule = std::move(rule);
  return parsed;
}

}  // namespace changepolicy
