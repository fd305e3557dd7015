#include "libchangepolicy/source/scalar.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <string>

#include "absl/strings/numbers.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {

namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool HasShape(std::string_view text, std::string_view shape) {
  if (text.size() < shape.size()) return false;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == '9' ? !IsDigit(text[i]) : text[i] != shape[i]) return false;
  }
  return true;
}

// Two digits, or more than any of the numbers that they could be.
[[gnu::always_inline]] inline unsigned TwoDigits(const char* text) {
  const unsigned tens = static_cast<unsigned>(text[0] - '0');
  const unsigned ones = static_cast<unsigned>(text[1] - '0');
  return tens > 9 || ones > 9 ? 100 : 10 * tens + ones;
}

constexpr std::string_view kPlainInstant = "9999-99-99T99:99:99Z";
constexpr unsigned kDaysBefore[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
constexpr int kDaysBefore1970 = 719'162;  // since the first of January of the year 1

// Of this shape are nearly all. Taken apart here: a general parser takes a hundred times as long,
// and the C functions take an instant as text at each call.
std::optional<absl::Time> ReadPlainInstant(std::string_view text) {
  if (text.size() != kPlainInstant.size()) return std::nullopt;
  const char* const at = text.data();
  if (at[4] != '-' || at[7] != '-' || at[10] != 'T' || at[13] != ':' || at[16] != ':' ||
      at[19] != 'Z') {
    return std::nullopt;
  }
  const unsigned century = TwoDigits(at), of_century = TwoDigits(at + 2), month = TwoDigits(at + 5),
                 day = TwoDigits(at + 8), hour = TwoDigits(at + 11), minute = TwoDigits(at + 14),
                 second = TwoDigits(at + 17);
  const unsigned year = 100 * century + of_century;
  if (century > 99 || of_century > 99 || year == 0 || month < 1 || month > 12 || day < 1 ||
      hour > 23 || minute > 59 || second > 59) {
    return std::nullopt;
  }
  const bool is_leap = of_century == 0 ? century % 4 == 0 : of_century % 4 == 0;
  const unsigned days_of_month =
      kDaysBefore[month] - kDaysBefore[month - 1] + (is_leap && month == 2 ? 1 : 0);
  if (day > days_of_month) return std::nullopt;
  const unsigned years = year - 1;
  const unsigned days = 365 * years + years / 4 - years / 100 + years / 400 +
                        kDaysBefore[month - 1] + (is_leap && month > 2 ? 1 : 0) + day - 1;
  const int64_t since_1970 = static_cast<int64_t>(days) - kDaysBefore1970;
  return absl::FromUnixSeconds(86'400 * since_1970 + 3'600 * hour + 60 * minute + second);
}

}  // namespace

bool IsNullText(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

std::optional<bool> ReadBool(std::string_view text) {
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  return std::nullopt;
}

bool ReadNumber(std::string_view text, double* number) {
  std::string_view digits = text;
  if (!digits.empty() && (digits[0] == '-' || digits[0] == '+')) digits.remove_prefix(1);
  const double sign = text.starts_with('-') ? -1 : 1;
  if (digits == ".inf" || digits == ".Inf" || digits == ".INF") {
    *number = sign * std::numeric_limits<double>::infinity();
    return true;
  }
  if (text == ".nan" || text == ".NaN" || text == ".NAN") {
    *number = std::nan("");
    return true;
  }
  if (digits.empty() || (!IsDigit(digits[0]) && digits[0] != '.')) return false;
  if (std::any_of(digits.begin(), digits.end(), [](char c) {
        return !IsDigit(c) && c != '.' && c != 'e' && c != 'E' && c != '+' && c != '-';
      })) {
    int64_t hexadecimal = 0;
    if (!absl::SimpleHexAtoi(ToAbsl(text), &hexadecimal) || !digits.starts_with("0x")) return false;
    *number = static_cast<double>(hexadecimal);
    return true;
  }
  return absl::SimpleAtod(ToAbsl(text), number);
}

std::optional<absl::Time> ReadInstant(std::string_view text) {
  if (const std::optional<absl::Time> plain = ReadPlainInstant(text); plain.has_value()) {
    return plain;
  }
  std::string full(text);
  if (HasShape(text, "9999-99-99") && text.size() == 10) full += "T00:00:00Z";
  if (!HasShape(full, "9999-99-99T99:99:99")) {
    // RFC 3339 allows a blank and a small t too.
    if (!HasShape(full, "9999-99-99 99:99:99") && !HasShape(full, "9999-99-99t99:99:99")) {
      return std::nullopt;
    }
    full[10] = 'T';
  }
  if (full.ends_with('z')) full.back() = 'Z';
  absl::Time time;
  if (!absl::ParseTime(absl::RFC3339_full, full, &time, nullptr)) return std::nullopt;
  // Leap seconds and days that a month does not have would be carried over silently.
  const int day = std::stoi(full.substr(8, 2)), month = std::stoi(full.substr(5, 2));
  const absl::CivilDay civil(std::stoi(full.substr(0, 4)), month, day);
  if (civil.day() != day || civil.month() != month || full.substr(17, 2) > "59" ||
      time < absl::FromUnixSeconds(-62'135'596'800) ||
      time >= absl::FromUnixSeconds(253'402'300'800)) {
    return std::nullopt;
  }
  return time;
}

std::optional<absl::Duration> ReadDuration(std::string_view text) {
  absl::Duration total;
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative) rest.remove_prefix(1);
  if (rest.empty()) return std::nullopt;
  while (!rest.empty()) {
    size_t digits = 0;
    while (digits < rest.size() && (IsDigit(rest[digits]) || rest[digits] == '.')) ++digits;
    size_t end = digits;
    while (end < rest.size() && std::isalpha(static_cast<unsigned char>(rest[end])) != 0) ++end;
    const std::string_view amount = rest.substr(0, digits),
                           unit = rest.substr(digits, end - digits);
    absl::Duration part;
    int64_t days = 0;
    if (unit == "d") {
      if (!absl::SimpleAtoi(ToAbsl(amount), &days) || days > 1'000'000) return std::nullopt;
      part = absl::Hours(24 * days);
    } else if (unit.empty() || amount.empty() ||
               !absl::ParseDuration(ToAbsl(rest.substr(0, end)), &part)) {
      return std::nullopt;
    }
    total += part;
    rest.remove_prefix(end);
  }
  constexpr int64_t kLongestSeconds = 315'576'000'000;
  if (total > absl::Seconds(kLongestSeconds)) return std::nullopt;
  return negative ? -total : total;
}

}  // namespace changepolicy
