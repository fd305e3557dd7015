#include "libchangepolicy/calendar/length.h"

#include "libchangepolicy/base/text.h"

namespace changepolicy {

namespace {

constexpr int64_t kDay = 86'400;
constexpr int64_t kMostSeconds = 3'660 * kDay;

// Units from the longest down; `M` is a minute behind `T`, and months are no length.
constexpr std::string_view kUnits = "WDHMS";
constexpr int64_t kSeconds[] = {7 * kDay, kDay, 3'600, 60, 1};
constexpr size_t kFirstOfTime = 2;

// Numbers with units, each unit at most once and the longest first.
class Reader {
 public:
  explicit Reader(bool basic) : basic_(basic) {}

  std::optional<CivilLength> Read(std::string_view text) {
    for (char c : text) {
      if (!basic_ && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
      if (!Take(c)) return std::nullopt;
    }
    const int64_t total = length_.days * kDay + length_.seconds;
    if (number_ >= 0 || fresh_time_ || total <= 0 || total > kMostSeconds) return std::nullopt;
    return length_;
  }

 private:
  bool Take(char c) {
    if (c >= '0' && c <= '9') {
      number_ = (number_ < 0 ? 0 : number_) * 10 + (c - '0');
      return number_ <= kMostSeconds;
    }
    if (basic_ && c == 'T') {
      if (time_ || number_ >= 0) return false;
      time_ = fresh_time_ = true;
      return true;
    }
    const size_t unit = kUnits.find(c);
    if (unit == std::string_view::npos || number_ < 0 || unit < next_unit_) return false;
    if (basic_ && time_ != (unit >= kFirstOfTime)) return false;
    if (unit < kFirstOfTime) {
      length_.days += number_ * (kSeconds[unit] / kDay);
    } else {
      length_.seconds += number_ * kSeconds[unit];
    }
    number_ = -1;
    next_unit_ = unit + 1;
    fresh_time_ = false;
    return true;
  }

  const bool basic_;
  CivilLength length_;
  int64_t number_ = -1;
  size_t next_unit_ = 0;
  bool time_ = false;
  bool fresh_time_ = false;  // behind a `T` that nothing follows yet
};

bool IsBasic(std::string_view text) { return text.starts_with('P') || text.starts_with("+P"); }

std::optional<CivilLength> ReadBasic(std::string_view text) {
  return Reader(true).Read(text.substr(text.starts_with('+') ? 2 : 1));
}

}  // namespace

std::optional<absl::Duration> ParseLength(std::string_view text) {
  if (IsBasic(text)) {
    const std::optional<CivilLength> length = ReadBasic(text);
    if (!length.has_value()) return std::nullopt;
    return absl::Seconds(length->days * kDay + length->seconds);
  }
  absl::Duration duration;
  if (!absl::ParseDuration(ToAbsl(text), &duration) || duration <= absl::ZeroDuration() ||
      duration > absl::Seconds(kMostSeconds)) {
    return std::nullopt;
  }
  return duration;
}

std::optional<CivilLength> ParseCivilLength(std::string_view text) {
  return IsBasic(text) ? ReadBasic(text) : Reader(false).Read(text);
}

absl::CivilSecond operator+(absl::CivilSecond time, CivilLength length) {
  return time + (length.days * kDay + length.seconds);
}

absl::CivilSecond operator-(absl::CivilSecond time, CivilLength length) {
  return time - (length.days * kDay + length.seconds);
}

}  // namespace changepolicy
