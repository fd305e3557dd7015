// VEVENTs as CalendarEvents. For the files of this folder; others include icalendar.h.
#ifndef LIBCHANGEPOLICY_CALENDAR_ICALENDAR_EVENT_H_
#define LIBCHANGEPOLICY_CALENDAR_ICALENDAR_EVENT_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/schedule.pb.h"
#include "libchangepolicy/calendar/icalendar_lines.h"
#include "libchangepolicy/calendar/icalendar_values.h"
#include "libchangepolicy/calendar/icalendar_zone.h"
#include "libchangepolicy/calendar/pattern.h"

namespace changepolicy {

// The VTIMEZONEs of one VCALENDAR, read when an event first names them.
class ZoneBook {
 public:
  ZoneBook(const ICalComponent& calendar, Complaints* complaints);

  struct Zone {
    std::string iana;         // what the TZID is called in the database; empty: nothing
    FileZone* own = nullptr;  // the VTIMEZONE; null: none, or an empty one
  };
  // Null, and a complaint, for a TZID that names nothing.
  const Zone* Find(std::string_view tzid, const ICalLine& line);

 private:
  Complaints* complaints_;
  std::map<std::string, const ICalComponent*, std::less<>> components_;
  std::map<std::string, std::unique_ptr<FileZone>, std::less<>> own_;
  std::map<std::string, Zone, std::less<>> zones_;
  std::set<std::string, std::less<>> unknown_;
};

// A time as it stands in the file.
struct ICalMoment {
  ICalTime time;
  std::string_view tzid;
  const ICalLine* line = nullptr;

  // DATE-TIME without zone.
  bool floating() const { return !time.date && !time.utc && tzid.empty(); }
};

struct ReadEvent {
  v1::CalendarEvent event;
  int line = 0;
  int64_t sequence = 0;
  std::string stamp;
};

class EventReader {
 public:
  // `floating_zone` may be empty. Everything must outlive the reader.
  EventReader(ZoneBook* zones, std::string_view floating_zone, std::string_view method,
              int* converted, Complaints* complaints)
      : zones_(zones),
        floating_zone_(floating_zone),
        method_(method),
        converted_(converted),
        complaints_(complaints) {}

  // Nothing, with a complaint or a note, where it says no time or is wrong.
  std::optional<ReadEvent> Read(const ICalComponent& component);

 private:
  // The event's times as they stand, all of them local in the zone of DTSTART.
  struct Draft {
    ICalMoment start;
    const ZoneBook::Zone* zone = nullptr;  // null: UTC, or no zone
    v1::TimePattern pattern;               // its `zone` is still open
    // Its local times as if they were instants, when something has asked for them.
    mutable std::optional<std::vector<Interval>> local_instances;
  };

  bool Fail(std::string_view id, const ICalLine& line, std::string message, std::string help);
  std::optional<ICalMoment> MomentOf(const ICalLine& line, std::string_view text);
  absl::Time InstantOf(const ICalMoment& moment, absl::CivilSecond local);
  absl::CivilSecond LocalIn(const Draft& draft, absl::Time time) const;
  std::optional<absl::CivilSecond> Align(const Draft& draft, const ICalMoment& moment);

  bool ReadStart(const ICalComponent& component, Draft* draft);
  bool ReadEnd(const ICalComponent& component, Draft* draft);
  bool ReadDuration(const ICalLine& line, Draft* draft);
  bool ReadRules(const ICalComponent& component, Draft* draft);
  std::string LocalRule(const ICalLine& line, const Draft& draft);
  bool ReadDates(const ICalComponent& component, Draft* draft);
  bool ReadPeriod(const ICalLine& line, std::string_view text, Draft* draft);
  bool ReadRecurrenceId(const ICalComponent& component, const Draft& draft,
                        v1::CalendarEvent* event);
  static const std::vector<Interval>& LocalInstances(const Draft& draft);
  bool SettleZone(Draft* draft, v1::CalendarEvent* event);
  bool YearsAgree(const Draft& draft, const std::string& name) const;
  bool InstancesAgree(const Draft& draft, const std::string& name) const;
  std::string LikeOwn(const Draft& draft) const;
  bool Convert(Draft* draft, v1::CalendarEvent* event);
  void ReadTexts(const ICalComponent& component, v1::CalendarEvent* event);

  ZoneBook* zones_;
  std::string_view floating_zone_;
  std::string_view method_;
  int starts_checked_ = 0;
  int* converted_;  // instances that were put into UTC one by one, over the whole file
  Complaints* complaints_;
};

// A TEXT value without its escapes, by libical.
std::string UnescapeText(std::string_view text);

// Local times as TimePattern writes them.
std::string LocalText(absl::CivilSecond local, bool date);
// Exact length as TimePattern writes it, like `PT1H30M`.
std::string ExactLengthText(absl::Duration length);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_ICALENDAR_EVENT_H_
