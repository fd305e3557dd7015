#include "libchangepolicy/cel/time_text.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/zone_rules.h"

namespace changepolicy::cel {

namespace {

// Each name that is asked for is kept for the life of the process.
constexpr size_t kLongestZoneName = 64;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// `digits` decimal digits at `at`; -1 where they are not there.
int Digits(std::string_view text, size_t at, size_t digits) {
  if (at + digits > text.size()) return -1;
  int number = 0;
  for (size_t i = at; i < at + digits; ++i) {
    if (!IsDigit(text[i])) return -1;
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

// `+hh:mm`, in minutes.
std::optional<int> Offset(std::string_view text) {
  int sign = 1;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    sign = text[0] == '-' ? -1 : 1;
    text.remove_prefix(1);
  }
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const int hours = Digits(text, 0, 2), minutes = Digits(text, 3, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
  return sign * (hours * 60 + minutes);
}

}  // namespace

bool IsInRange(absl::Time time) {
  return time >= absl::FromUnixSeconds(-62'135'596'800) &&
         time < absl::FromUnixSeconds(253'402'300'800);
}

bool IsInRange(absl::Duration duration) {
  return duration >= absl::Nanoseconds(INT64_MIN) && duration <= absl::Nanoseconds(INT64_MAX);
}

std::optional<absl::Time> ParseTimestamp(std::string_view text) {
  // 2026-11-24T10:00:00(.fraction)(Z|+hh:mm)
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' ||
      (text[10] != 'T' && text[10] != 't') || text[13] != ':' || text[16] != ':') {
    return std::nullopt;
  }
  const int year = Digits(text, 0, 4), month = Digits(text, 5, 2), day = Digits(text, 8, 2);
  const int hour = Digits(text, 11, 2), minute = Digits(text, 14, 2), second = Digits(text, 17, 2);
  if (year < 1 || month < 1 || month > 12 || day < 1 || hour < 0 || hour > 23 || minute < 0 ||
      minute > 59 || second < 0 || second > 59) {
    return std::nullopt;
  }
  const absl::CivilSecond civil(year, month, day, hour, minute, second);
  if (civil.month() != month || civil.day() != day) return std::nullopt;
  size_t at = 19;
  int64_t nanos = 0;
  if (text[at] == '.') {
    size_t digits = 0;
    for (++at; at < text.size() && IsDigit(text[at]); ++at, ++digits) {
      if (digits < 9) nanos = nanos * 10 + (text[at] - '0');
    }
    if (digits == 0) return std::nullopt;
    for (; digits < 9; ++digits) nanos *= 10;
  }
  const std::string_view zone = text.substr(at);
  absl::Duration offset;
  if (zone != "Z" && zone != "z") {
    if (zone.empty() || IsDigit(zone[0])) return std::nullopt;
    const std::optional<int> minutes = Offset(zone);
    if (!minutes.has_value()) return std::nullopt;
    offset = absl::Minutes(*minutes);
  }
  const absl::Time time =
      absl::FromCivil(civil, absl::UTCTimeZone()) + absl::Nanoseconds(nanos) - offset;
  return IsInRange(time) ? std::optional(time) : std::nullopt;
}

std::optional<absl::Duration> ParseDuration(std::string_view written) {
  // Microseconds may be written with the micro sign or the Greek letter.
  std::string text(written);
  for (const std::string_view micro : {"\u00b5s", "\u03bcs"}) {
    for (size_t at; (at = text.find(micro)) != std::string::npos;)
      text.replace(at, micro.size(), "us");
  }
  // absl::ParseDuration also takes `inf` and blanks, which the language does not have.
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return IsDigit(c) || c == '.' || c == '+' || c == '-' || c == 'h' || c == 'm' || c == 's' ||
           c == 'u' || c == 'n';
  });
  absl::Duration duration;
  if (!plain || !absl::ParseDuration(ToAbsl(text), &duration) || !IsInRange(duration)) {
    return std::nullopt;
  }
  return duration;
}

std::optional<absl::TimeZone> ParseZone(std::string_view text) {
  if (const std::optional<int> minutes = Offset(text)) {
    return absl::FixedTimeZone(*minutes * 60);
  }
  if (text.size() > kLongestZoneName) return std::nullopt;
  return LoadZone(text);
}

}  // namespace changepolicy::cel
