#include "libchangepolicy/base/utc_text.h"

#include <cstddef>
#include <cstdint>

#include "absl/time/civil_time.h"

namespace changepolicy {

std::string UtcText(absl::Time time) {
  const absl::CivilSecond civil = absl::ToCivilSecond(time, absl::UTCTimeZone());
  const bool plain = civil.year() >= 0 && civil.year() <= 9999 &&
                     time == absl::FromUnixSeconds(absl::ToUnixSeconds(time));
  if (!plain) return absl::FormatTime("%E4Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
  // Nearly all are so, and absl::FormatTime takes ten times as long.
  std::string text = "0000-00-00T00:00:00Z";
  const auto write = [&](int64_t number, size_t end) {
    for (; number > 0; number /= 10) text[--end] = static_cast<char>('0' + number % 10);
  };
  write(civil.year(), 4);
  write(civil.month(), 7);
  write(civil.day(), 10);
  write(civil.hour(), 13);
  write(civil.minute(), 16);
  write(civil.second(), 19);
  return text;
}

}  // namespace changepolicy
