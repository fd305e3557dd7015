#include "libchangepolicy/base/utc_text.h"

#include <chrono>

namespace changepolicy {
namespace {

constexpr int64_t kFirstSecond = -62'167'219'200;  // 0000-01-01T00:00:00Z
constexpr int64_t kLastSecond = 253'402'300'799;   // 9999-12-31T23:59:59Z

void WritePadded(int number, char* first, char* end) {
  for (; end > first; number /= 10) *--end = static_cast<char>('0' + number % 10);
}

}  // namespace

bool HasUtcSeconds(int64_t seconds) { return seconds >= kFirstSecond && seconds <= kLastSecond; }

char* WriteUtcSeconds(int64_t seconds, char* to) {
  using std::chrono::days;
  const std::chrono::sys_seconds instant{std::chrono::seconds(seconds)};
  const std::chrono::sys_days day = std::chrono::floor<days>(instant);
  const std::chrono::year_month_day date(day);
  const auto second_of_day = static_cast<int>((instant - day).count());
  WritePadded(static_cast<int>(date.year()), to, to + 4);
  to[4] = '-';
  WritePadded(static_cast<int>(static_cast<unsigned>(date.month())), to + 5, to + 7);
  to[7] = '-';
  WritePadded(static_cast<int>(static_cast<unsigned>(date.day())), to + 8, to + 10);
  to[10] = 'T';
  WritePadded(second_of_day / 3600, to + 11, to + 13);
  to[13] = ':';
  WritePadded(second_of_day / 60 % 60, to + 14, to + 16);
  to[16] = ':';
  WritePadded(second_of_day % 60, to + 17, to + 19);
  return to + kUtcSecondsSize;
}

std::string UtcText(absl::Time time) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  const bool plain =
      seconds >= kFirstSecond && seconds <= kLastSecond && time == absl::FromUnixSeconds(seconds);
  if (!plain) return absl::FormatTime("%E4Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
  // Nearly all are so, and absl::FormatTime takes ten times as long.
  char text[kUtcSecondsSize + 1];
  *WriteUtcSeconds(seconds, text) = 'Z';
  return {text, sizeof text};
}

}  // namespace changepolicy
