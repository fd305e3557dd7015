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

int ReadDigits(std::string_view text) {
  int number = 0;
  for (const char digit : text) number = 10 * number + (digit - '0');
  return number;
}

constexpr std::string_view kPlainInstant = "9999-99-99T99:99:99Z";

// Of this shape are nearly all. Taken apart here: a general parser takes thirty times as long, and
// the C functions take an instant as text at each call.
std::optional<absl::Time> ReadPlainInstant(std::string_view text) {
  const int year = ReadDigits(text.substr(0, 4)), month = ReadDigits(text.substr(5, 2)),
            day = ReadDigits(text.substr(8, 2)), hour = ReadDigits(text.substr(11, 2)),
            minute = ReadDigits(text.substr(14, 2)), second = ReadDigits(text.substr(17, 2));
  // It carries over what is too much.
  const absl::CivilSecond civil(year, month, day, hour, minute, second);
  if (year == 0 || civil.month() != month || civil.day() != day || civil.hour() != hour ||
      civil.minute() != minute || civil.second() != second) {
    return std::nullopt;
  }
  return absl::FromUnixSeconds(civil - absl::CivilSecond(1970));
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
  if (text.size() == kPlainInstant.size() && HasShape(text, kPlainInstant)) {
    return ReadPlainInstant(text);
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
