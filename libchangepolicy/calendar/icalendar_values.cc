#include "libchangepolicy/calendar/icalendar_values.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {

namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Exactly so many digits; -1 where they are not there.
int Digits(std::string_view text, size_t at, size_t count) {
  if (at + count > text.size()) return -1;
  int number = 0;
  for (size_t i = at; i < at + count; ++i) {
    if (!IsDigit(text[i])) return -1;
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

// float = (["+"] / "-") 1*DIGIT ["." 1*DIGIT]
bool IsFloat(std::string_view text) {
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) text.remove_prefix(1);
  const size_t point = text.find('.');
  const auto digits = [](std::string_view part) {
    return !part.empty() && std::all_of(part.begin(), part.end(), IsDigit);
  };
  return digits(text.substr(0, point)) &&
         (point == std::string_view::npos || digits(text.substr(point + 1)));
}

}  // namespace

std::optional<ICalTime> ParseICalTime(std::string_view text) {
  ICalTime time;
  const int year = Digits(text, 0, 4), month = Digits(text, 4, 2), day = Digits(text, 6, 2);
  if (year < 0 || month < 1 || month > 12 || day < 1) return std::nullopt;
  int hour = 0, minute = 0, second = 0;
  if (text.size() == 8) {
    time.date = true;
  } else {
    hour = Digits(text, 9, 2);
    minute = Digits(text, 11, 2);
    second = Digits(text, 13, 2);
    time.utc = text.size() == 16 && text[15] == 'Z';
    if (text.size() != (time.utc ? 16u : 15u) || text[8] != 'T' || hour < 0 || hour > 23 ||
        minute < 0 || minute > 59 || second < 0 || second > 60) {
      return std::nullopt;
    }
  }
  if (absl::CivilDay(year, month, day).day() != day) return std::nullopt;
  time.local = absl::CivilSecond(year, month, day, hour, minute, second);
  return time;
}

std::optional<ICalDuration> ParseICalDuration(std::string_view text) {
  ICalDuration duration;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    duration.negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text.size() < 3 || text[0] != 'P') return std::nullopt;
  // Units stand in this order; a time has no gap (`PT1H30S` is none), and weeks stand alone.
  constexpr std::string_view kUnits = "WDHMS";
  size_t last = std::string_view::npos;
  bool time = false;
  for (size_t i = 1; i < text.size();) {
    if (text[i] == 'T' && !time) {
      time = true;
      ++i;
      if (i == text.size()) return std::nullopt;
      continue;
    }
    int64_t number = 0;
    const size_t begin = i;
    for (; i < text.size() && IsDigit(text[i]) && i - begin < 10; ++i) {
      number = number * 10 + (text[i] - '0');
    }
    if (i == begin || i == text.size()) return std::nullopt;
    const size_t unit = kUnits.find(text[i]);
    if (unit == std::string_view::npos || time != (unit >= 2)) return std::nullopt;
    if (last != std::string_view::npos &&
        (last == 0 || unit <= last || (last >= 2 && unit != last + 1))) {
      return std::nullopt;
    }
    last = unit;
    ++i;
    constexpr int64_t kSeconds[] = {0, 0, 3600, 60, 1};
    if (unit < 2) {
      duration.days += number * (unit == 0 ? 7 : 1);
    } else {
      duration.seconds += number * kSeconds[unit];
    }
  }
  return last == std::string_view::npos ? std::nullopt : std::optional(duration);
}

std::optional<absl::Duration> ReadLength(std::string_view text) {
  if (const std::optional<ICalDuration> duration = ParseICalDuration(text); duration.has_value()) {
    return absl::Hours(24 * duration->days) + absl::Seconds(duration->seconds);
  }
  absl::Duration length;
  if (!absl::ParseDuration(ToAbsl(text), &length)) return std::nullopt;
  return length;
}

std::optional<int> ParseICalOffset(std::string_view text) {
  if ((text.size() != 5 && text.size() != 7) || (text[0] != '+' && text[0] != '-')) {
    return std::nullopt;
  }
  const int hour = Digits(text, 1, 2), minute = Digits(text, 3, 2);
  const int second = text.size() == 7 ? Digits(text, 5, 2) : 0;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
    return std::nullopt;
  }
  const int offset = hour * 3600 + minute * 60 + second;
  if (offset == 0 && text[0] == '-') return std::nullopt;
  return text[0] == '-' ? -offset : offset;
}

std::string CheckPeriod(std::string_view text) {
  const size_t slash = text.find('/');
  const std::string_view first = text.substr(0, slash);
  const std::string_view second =
      slash == std::string_view::npos ? std::string_view() : text.substr(slash + 1);
  const std::optional<ICalTime> start = ParseICalTime(first);
  if (!start.has_value() || start->date) return StrCat("`", text, "` is no period: `START/END`");
  if (const std::optional<ICalDuration> length = ParseICalDuration(second); length.has_value()) {
    return length->negative ? StrCat("the period `", text, "` has a negative length") : "";
  }
  const std::optional<ICalTime> end = ParseICalTime(second);
  if (!end.has_value() || end->date || end->utc != start->utc) {
    return StrCat("`", text, "` is no period: `START/END`, both in UTC or neither");
  }
  return end->local < start->local ? StrCat("the period `", text, "` ends before it begins") : "";
}

std::string CheckGeo(std::string_view text) {
  const size_t semicolon = text.find(';');
  if (text.find('\\') != std::string_view::npos) {
    return StrCat("`", text, "` has an escape, and GEO is no text but two numbers");
  }
  if (semicolon == std::string_view::npos || !IsFloat(text.substr(0, semicolon)) ||
      !IsFloat(text.substr(semicolon + 1))) {
    return StrCat("`", text, "` is not two numbers with `;` between them");
  }
  return "";
}

std::string CheckText(std::string_view text, bool list) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      constexpr std::string_view kEscapes = "\\;,nN";
      if (i + 1 == text.size()) return "a `\\` ends the text";
      if (kEscapes.find(text[i + 1]) == std::string_view::npos) {
        return "a `\\` stands before a character that needs none";
      }
      ++i;
    } else if (text[i] == ';' || (text[i] == ',' && !list)) {
      return StrCat("`", text.substr(i, 1), "` is not escaped with `\\`");
    }
  }
  return "";
}

bool IsICalInteger(std::string_view text, int64_t low, int64_t high) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  int64_t number = 0;
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  return !digits.empty() && std::all_of(digits.begin(), digits.end(), IsDigit) &&
         absl::SimpleAtoi(ToAbsl(text), &number) && number >= low && number <= high;
}

bool IsBase64(std::string_view text) {
  if (text.size() % 4 != 0) return false;
  while (text.ends_with('=')) text.remove_suffix(1);
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '+' || c == '/';
  });
}

bool IsICalToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-';
  });
}

std::string RulePart(std::string_view rule, std::string_view name) {
  for (const absl::string_view part : absl::StrSplit(ToAbsl(rule), ';')) {
    const std::string upper = absl::AsciiStrToUpper(part);
    if (upper.starts_with(name) && upper.size() > name.size() && upper[name.size()] == '=') {
      return upper.substr(name.size() + 1);
    }
  }
  return "";
}

std::string_view UntilOf(std::string_view rule) {
  for (const absl::string_view part : absl::StrSplit(ToAbsl(rule), ';')) {
    if (absl::AsciiStrToUpper(part.substr(0, 6)) == "UNTIL=") return FromAbsl(part.substr(6));
  }
  return {};
}

std::string WithUntil(std::string_view rule, std::string_view until) {
  std::string out;
  for (const absl::string_view part : absl::StrSplit(ToAbsl(rule), ';')) {
    const bool is_until = absl::AsciiStrToUpper(part.substr(0, 6)) == "UNTIL=";
    if (is_until && until.empty()) continue;
    const std::string upper = absl::AsciiStrToUpper(part);
    StrAppend(&out, out.empty() ? "" : ";", is_until ? StrCat("UNTIL=", until) : upper);
  }
  return out;
}

}  // namespace changepolicy
