// Instants as people in one zone read them, in English whatever the machine's locale is. The year
// is always there; the offset only where a local time occurs twice. For the files of this folder.
#ifndef LIBCHANGEPOLICY_REPORT_LOCAL_TIME_H_
#define LIBCHANGEPOLICY_REPORT_LOCAL_TIME_H_

#include <string>
#include <string_view>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace changepolicy {

// The instant, brought into the years 1 to 9999 for which protobuf's timestamps are defined, so
// that a mad record does not make a mad report.
absl::Time ReportInstant(const google::protobuf::Timestamp& timestamp);

// `1 d 2 h 30 min`; days of 24 hours. Parts that are zero are left out; nothing is `0 min`.
std::string LengthText(absl::Duration length);

class LocalTime {
 public:
  explicit LocalTime(absl::TimeZone zone) : zone_(zone) {}

  absl::TimeZone zone() const { return zone_; }
  absl::CivilDay DayOf(absl::Time time) const { return absl::ToCivilDay(time, zone_); }
  // The day's first instant, also where its midnight does not exist.
  absl::Time StartOf(absl::CivilDay day) const { return absl::FromCivil(day, zone_); }
  // 24 hours on most days.
  absl::Duration LengthOf(absl::CivilDay day) const { return StartOf(day + 1) - StartOf(day); }

  static std::string Day(absl::CivilDay day);  // `Mon 2 Mar 2026`
  std::string Clock(absl::Time time) const;    // `22:00`; `02:30 +01:00` where it occurs twice
  std::string Instant(absl::Time time) const;  // `Mon 2 Mar 2026 22:00`
  std::string ZoneAt(absl::Time time) const;   // `CET, UTC+01:00`
  // `23 h`, `25 h`, `23 h 30 min`.
  std::string LengthOfDayText(absl::CivilDay day) const;
  // `Mon 2 Mar 2026 22:00` `dash` `23:30`; the second day, and year, where it is another.
  std::string Span(absl::Time start, absl::Time end, std::string_view dash) const;
  // The zone's name and its offset, with the changes of it within the span.
  std::string ZoneText(absl::Time from, absl::Time until) const;

 private:
  // As Clock, and midnight at the end of `day` as 24:00.
  std::string ClockOn(absl::CivilDay day, absl::Time time) const;

  absl::TimeZone zone_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_LOCAL_TIME_H_
