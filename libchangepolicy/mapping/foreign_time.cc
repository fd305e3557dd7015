#include "libchangepolicy/mapping/foreign_time.h"

#include <algorithm>
#include <array>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/calendar/zone.h"
#include "libchangepolicy/source/scalar.h"

namespace changepolicy {

namespace {

constexpr size_t kDateLength = 10;  // 2026-01-31

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// `+01:00` of an offset in any of its forms; nothing for what is none.
std::optional<std::string> OffsetText(std::string_view text) {
  if (text == "Z" || text == "UTC" || text == "GMT") return "Z";
  if (text.size() < 3 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  std::string digits;
  for (const char c : text.substr(1)) {
    if (c != ':') digits += c;
  }
  if (!std::all_of(digits.begin(), digits.end(), IsDigit)) return std::nullopt;
  if (digits.size() == 2) digits += "00";
  if (digits.size() != 4) return std::nullopt;
  return StrCat(text.substr(0, 1), digits.substr(0, 2), ":", digits.substr(2));
}

// Date, time of day and what follows it.
struct Parts {
  std::string_view date;
  std::string time;
  std::string fraction;  // `.25`, or empty
  std::string_view rest;
};

Parts Split(std::string_view text) {
  Parts parts{.date = text.substr(0, kDateLength)};
  text.remove_prefix(std::min(text.size(), kDateLength));
  if (!text.empty() && (text[0] == 'T' || text[0] == ' ')) {
    text.remove_prefix(1);
    const auto end = std::find_if(text.begin(), text.end(),
                                  [](char c) { return !IsDigit(c) && c != ':' && c != '.'; });
    parts.time = std::string(text.begin(), end);
    text.remove_prefix(parts.time.size());
    if (const size_t dot = parts.time.find('.'); dot != std::string::npos) {
      parts.fraction = parts.time.substr(dot);
      parts.time.resize(dot);
    }
  }
  if (!text.empty() && text[0] == ' ') text.remove_prefix(1);
  parts.rest = text;
  return parts;
}

// The place of the word among the names, from 1; 0: it is none of them.
template <size_t kCount>
int NumberOf(std::string_view word, const std::array<std::string_view, kCount>& names) {
  const auto found = std::find(names.begin(), names.end(), word);
  return found == names.end() ? 0 : static_cast<int>(found - names.begin()) + 1;
}

// The text as RFC 3339 has it, where it names day of the week and month by English words.
std::optional<std::string> WordsAsInstant(std::string_view text) {
  static constexpr std::array<std::string_view, 12> kMonths = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  // As absl::Weekday counts them.
  static constexpr std::array<std::string_view, 7> kDays = {"Mon", "Tue", "Wed", "Thu",
                                                            "Fri", "Sat", "Sun"};
  std::vector<std::string> words = absl::StrSplit(ToAbsl(text), ' ', absl::SkipEmpty());
  if (words.size() != 6) return std::nullopt;
  std::string day = words[1], month = words[2], year = words[3], time = words[4];
  if (words[0].ends_with(',')) {
    words[0].pop_back();
  } else {
    day = words[2], month = words[1], year = words[4], time = words[3];
  }
  if (day.size() == 1) day = StrCat("0", day);
  const int weekday = NumberOf(words[0], kDays), month_number = NumberOf(month, kMonths);
  const std::optional<std::string> offset = OffsetText(words[5]);
  const bool is_date = year.size() == 4 && day.size() == 2 &&
                       std::all_of(year.begin(), year.end(), IsDigit) &&
                       std::all_of(day.begin(), day.end(), IsDigit);
  if (weekday == 0 || month_number == 0 || !is_date || !offset.has_value()) return std::nullopt;
  int year_number = 0, day_number = 0;
  if (!absl::SimpleAtoi(year, &year_number) || !absl::SimpleAtoi(day, &day_number)) {
    return std::nullopt;
  }
  const absl::CivilDay date(year_number, month_number, day_number);
  if (static_cast<int>(absl::GetWeekday(date)) + 1 != weekday) return std::nullopt;
  return StrCat(year, "-", month_number < 10 ? "0" : "", month_number, "-", day, "T", time,
                *offset);
}

// Seconds since 1970 and an offset, which changes nothing.
std::optional<absl::Time> ReadSeconds(std::string_view text) {
  constexpr int64_t kLast = 253402300799;  // the end of the year 9999
  const size_t length = std::find_if_not(text.begin(), text.end(), IsDigit) - text.begin();
  int64_t seconds = 0;
  if (length == 0 || text.substr(length, 1) != " ") return std::nullopt;
  if (!OffsetText(text.substr(length + 1)).has_value()) return std::nullopt;
  if (!absl::SimpleAtoi(ToAbsl(text.substr(0, length)), &seconds) || seconds > kLast) {
    return std::nullopt;
  }
  return absl::FromUnixSeconds(seconds);
}

}  // namespace

std::optional<absl::Time> ReadForeignTime(std::string_view text, std::string_view zone,
                                          std::string* problem) {
  *problem = StrCat("`", Printable(text), "` is no instant");
  if (const auto words = WordsAsInstant(text); words.has_value()) return ReadInstant(*words);
  if (const auto seconds = ReadSeconds(text); seconds.has_value()) return seconds;
  const Parts parts = Split(text);
  if (!parts.rest.empty()) {
    const std::optional<std::string> offset = OffsetText(parts.rest);
    if (!offset.has_value() || parts.time.empty()) return std::nullopt;
    const std::string time = parts.time.size() == 5 ? StrCat(parts.time, ":00") : parts.time;
    return ReadInstant(StrCat(parts.date, "T", time, parts.fraction, *offset));
  }
  const std::optional<absl::CivilSecond> local = ParseLocal(
      parts.time.empty() ? std::string(parts.date) : StrCat(parts.date, "T", parts.time));
  if (!local.has_value()) return std::nullopt;
  if (zone.empty()) {
    *problem =
        StrCat("`", Printable(text), "` has no zone; write `instant(..., \"Europe/Berlin\")`");
    return std::nullopt;
  }
  const std::optional<absl::TimeZone> found = FindZone(zone);
  if (!found.has_value()) {
    const std::string meant = SuggestZone(zone);
    *problem = StrCat("`", Printable(zone), "` is no time zone", meant.empty() ? "" : "; ", meant);
    return std::nullopt;
  }
  absl::Duration fraction;
  if (!parts.fraction.empty()) {
    const std::optional<absl::Duration> read = ReadDuration(StrCat("0", parts.fraction, "s"));
    if (!read.has_value()) return std::nullopt;
    fraction = *read;
  }
  return ToInstant(*local, *found) + fraction;
}

}  // namespace changepolicy
