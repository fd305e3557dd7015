// Calendars of other programs: iCalendar files (RFC 5545) in and out.
//
//   ICalendarResult read = ReadICalendar(text, "team.ics");
//   if (!read.file.has_value()) std::cerr << ToText(read.issues);
//   for (const EventInstance& each : Instances(*read.file, from, to)) ...
//
// Reading is strict unless it is asked to be lenient; docs/icalendar.md lists what either refuses.
#ifndef LIBCHANGEPOLICY_CALENDAR_ICALENDAR_H_
#define LIBCHANGEPOLICY_CALENDAR_ICALENDAR_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "changepolicy/v1/schedule.pb.h"
#include "libchangepolicy/calendar/pattern.h"
#include "libchangepolicy/issue.h"

namespace changepolicy {

struct ICalendarOptions {
  // Lets pass, and notes, what RFC 5545 forbids and what leaves no doubt of when something is:
  // blank lines, a missing UID or DTSTAMP, another VERSION. What leaves a doubt stays an error.
  bool lenient = false;
  // Zone of times and dates that the file gives none; empty: that of X-WR-TIMEZONE, otherwise
  // none, and the pattern's `zone` stays empty, with which CheckPattern finds fault.
  std::string floating_zone;
  size_t max_bytes = 64u << 20;
  int max_events = 1'000'000;
};

struct ICalendarResult {
  // Unset when an issue is an error.
  std::optional<v1::CalendarFile> file;
  Issues issues;
};

// All VEVENTs of all VCALENDARs of the stream. Of events with the same UID and RECURRENCE-ID the
// last revision stands. Linear in the text; thread-safe.
ICalendarResult ReadICalendar(std::string_view text, std::string_view file,
                              const ICalendarOptions& options = {});

struct ICalendarWriteOptions {
  // DTSTAMP of every event: the instant of which the file speaks, never the clock.
  absl::Time stamp = absl::UnixEpoch();
  // METHOD; empty: none.
  std::string method = "PUBLISH";
};

// The events as an iCalendar file that ReadICalendar accepts strictly, with the same instants.
// Lines end with CR LF and have at most 75 octets. The same file gives the same bytes. An error
// names the event whose times are not understood.
absl::StatusOr<std::string> WriteICalendar(const v1::CalendarFile& file,
                                           const ICalendarWriteOptions& options = {});

// One instance of an event.
struct EventInstance {
  const v1::CalendarEvent* event = nullptr;  // the one that replaces it, where there is one
  Interval interval;                         // may be empty: a moment
};
// Those that meet [from, to), or are moments in it, by start: with what other events replace taken
// out, and without cancelled ones. Events without zone are taken to be in UTC. What could not be
// computed goes to `problems`, which may be null.
std::vector<EventInstance> Instances(const v1::CalendarFile& file, absl::Time from, absl::Time to,
                                     std::vector<std::string>* problems = nullptr);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_ICALENDAR_H_
