#include "libchangepolicy/report/local_time.h"

#include <algorithm>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"

namespace changepolicy {
namespace {

constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
// By absl::Weekday, which begins with Monday.
constexpr std::string_view kWeekdays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

constexpr int kMostOffsetChanges = 4;

std::string Offset(absl::Time time, absl::TimeZone zone) {
  return absl::FormatTime("%Ez", time, zone);
}

}  // namespace

absl::Time ReportInstant(const google::protobuf::Timestamp& timestamp) {
  constexpr int64_t kFirst = -62135596800;  // 0001-01-01T00:00:00Z
  constexpr int64_t kLast = 253402300799;   // 9999-12-31T23:59:59Z
  return absl::FromUnixSeconds(std::clamp<int64_t>(timestamp.seconds(), kFirst, kLast)) +
         absl::Nanoseconds(std::clamp(timestamp.nanos(), 0, 999999999));
}

std::string LengthText(absl::Duration length) {
  if (length < absl::ZeroDuration()) return StrCat("-", LengthText(-length));
  std::string text;
  const auto part = [&](absl::Duration unit, std::string_view name) {
    const int64_t count = absl::IDivDuration(length, unit, &length);
    if (count > 0) StrAppend(&text, text.empty() ? "" : " ", count, " ", name);
  };
  part(absl::Hours(24), "d");
  part(absl::Hours(1), "h");
  part(absl::Minutes(1), "min");
  part(absl::Seconds(1), "s");
  return text.empty() ? (length > absl::ZeroDuration() ? "less than 1 s" : "0 min") : text;
}

std::string LocalTime::Day(absl::CivilDay day) {
  return StrCat(kWeekdays[static_cast<int>(absl::GetWeekday(day))], " ", day.day(), " ",
                kMonths[day.month() - 1], " ", day.year());
}

std::string LocalTime::Clock(absl::Time time) const {
  const absl::CivilSecond local = absl::ToCivilSecond(time, zone_);
  std::string text = absl::FormatTime(local.second() == 0 ? "%H:%M" : "%H:%M:%S", time, zone_);
  if (zone_.At(local).kind == absl::TimeZone::TimeInfo::REPEATED) {
    StrAppend(&text, " ", Offset(time, zone_));
  }
  return text;
}

std::string LocalTime::LengthOfDayText(absl::CivilDay day) const {
  absl::Duration rest;
  const int64_t hours = absl::IDivDuration(LengthOf(day), absl::Hours(1), &rest);
  return StrCat(hours, " h", rest == absl::ZeroDuration() ? "" : StrCat(" ", LengthText(rest)));
}

std::string LocalTime::ClockOn(absl::CivilDay day, absl::Time time) const {
  return time == StartOf(day + 1) ? "24:00" : Clock(time);
}

std::string LocalTime::Instant(absl::Time time) const {
  return StrCat(Day(DayOf(time)), " ", Clock(time));
}

std::string LocalTime::Span(absl::Time start, absl::Time end, std::string_view dash) const {
  const absl::CivilDay day = DayOf(start);
  const bool same = end <= StartOf(day + 1) && end >= start;
  if (same) return StrCat(Instant(start), dash, ClockOn(day, end));
  const absl::CivilDay last = DayOf(end);
  std::string end_day = Day(last);
  if (last.year() == day.year()) end_day.resize(end_day.rfind(' '));
  return StrCat(Instant(start), dash, end_day, " ", Clock(end));
}

std::string LocalTime::ZoneAt(absl::Time time) const {
  const std::string offset = StrCat("UTC", Offset(time, zone_));
  // Zones without an abbreviation of their own give the offset for it: `+03`.
  const std::string abbreviation = absl::FormatTime("%Z", time, zone_);
  const bool says = !abbreviation.empty() && abbreviation[0] != '+' && abbreviation[0] != '-';
  return says && abbreviation != "UTC" ? StrCat(abbreviation, ", ", offset) : offset;
}

std::string LocalTime::ZoneText(absl::Time from, absl::Time until) const {
  std::string text = StrCat(FromAbsl(absl::string_view(zone_.name())), " (", ZoneAt(from));
  absl::TimeZone::CivilTransition change;
  absl::Time at = from;
  for (int changes = 0; zone_.NextTransition(at, &change); ++changes) {
    const absl::TimeZone::TimeInfo info = zone_.At(change.to);
    at = info.kind == absl::TimeZone::TimeInfo::REPEATED ? info.trans : info.pre;
    if (at >= until) break;
    if (changes == kMostOffsetChanges) {
      StrAppend(&text, "; and so on");
      break;
    }
    StrAppend(&text, "; from ", Day(DayOf(at)), " ", ZoneAt(at));
  }
  return text + ")";
}

}  // namespace changepolicy
