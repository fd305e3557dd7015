#include "libchangepolicy/cel/time_part.h"

#include <utility>

#include "absl/time/civil_time.h"

namespace changepolicy::cel {

namespace {

constexpr std::pair<std::string_view, TimePart> kFunctions[] = {
    {"getFullYear", TimePart::kYear},       {"getMonth", TimePart::kMonth},
    {"getDate", TimePart::kDate},           {"getDayOfMonth", TimePart::kDayOfMonth},
    {"getDayOfWeek", TimePart::kDayOfWeek}, {"getDayOfYear", TimePart::kDayOfYear},
    {"getHours", TimePart::kHours},         {"getMinutes", TimePart::kMinutes},
    {"getSeconds", TimePart::kSeconds},     {"getMilliseconds", TimePart::kMilliseconds}};

}  // namespace

std::optional<TimePart> TimePartOf(std::string_view function) {
  for (const auto& [name, part] : kFunctions) {
    if (name == function) return part;
  }
  return std::nullopt;
}

int64_t PartOf(const absl::TimeZone::CivilInfo& info, TimePart part) {
  switch (part) {
    case TimePart::kYear:
      return info.cs.year();
    case TimePart::kMonth:
      return info.cs.month() - 1;
    case TimePart::kDate:
      return info.cs.day();
    case TimePart::kDayOfMonth:
      return info.cs.day() - 1;
    case TimePart::kDayOfWeek:
      // Abseil counts from Monday, the language from Sunday.
      return (static_cast<int64_t>(absl::GetWeekday(info.cs)) + 1) % 7;
    case TimePart::kDayOfYear:
      return absl::GetYearDay(absl::CivilDay(info.cs)) - 1;
    case TimePart::kHours:
      return info.cs.hour();
    case TimePart::kMinutes:
      return info.cs.minute();
    case TimePart::kSeconds:
      return info.cs.second();
    case TimePart::kMilliseconds:
      break;
  }
  return absl::ToInt64Milliseconds(info.subsecond);
}

int64_t PartOf(absl::Duration duration, TimePart part) {
  switch (part) {
    case TimePart::kHours:
      return absl::ToInt64Hours(duration);
    case TimePart::kMinutes:
      return absl::ToInt64Minutes(duration);
    case TimePart::kSeconds:
      return absl::ToInt64Seconds(duration);
    default:
      return absl::ToInt64Milliseconds(duration) % 1000;
  }
}

}  // namespace changepolicy::cel
