// Zones of iCalendar files: TZIDs and VTIMEZONEs against the zones of the IANA database. For the
// files of this folder.
#ifndef LIBCHANGEPOLICY_CALENDAR_ICALENDAR_ZONE_H_
#define LIBCHANGEPOLICY_CALENDAR_ICALENDAR_ZONE_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "libchangepolicy/calendar/icalendar_lines.h"

namespace changepolicy {

// The zone of the IANA database that a TZID names: by its own name, behind a vendor's prefix
// (`/freeassociation.sourceforge.net/Europe/Berlin`), or as Windows calls it (`W. Europe Standard
// Time`). Empty for other names.
std::string IanaName(std::string_view tzid);

// Zones by which a VTIMEZONE of another name is recognized, the most likely first. One that never
// changes says no more than an offset, and so is a zone of that offset, not of a place.
const std::vector<std::string>& CandidateZones(bool fixed);

// The offsets of a VTIMEZONE, section 3.6.5.
class FileZone {
 public:
  // What is wrong with its observances goes to `complaints`.
  FileZone(const ICalComponent& component, Complaints* complaints);

  bool empty() const { return onsets_.empty(); }
  // One offset for ever.
  bool fixed() const { return fixed_; }
  // A local time that occurs twice is the first; one that never occurs takes the offset before.
  absl::Time ToInstant(absl::CivilSecond local) const;
  int OffsetAt(absl::Time time) const;

  // Whether both give the same instant for the local time, or the VTIMEZONE says nothing of it.
  bool AgreesAt(absl::CivilSecond local, absl::TimeZone zone) const;
  // Whether they agree throughout the year, as far as the VTIMEZONE says. Remembers the answer:
  // not thread-safe.
  bool AgreesIn(int64_t year, const std::string& name, absl::TimeZone zone);

 private:
  struct Onset {
    absl::Time at;
    int from = 0, to = 0;
  };
  bool Covers(absl::Time time) const;

  std::vector<Onset> onsets_;  // by time
  bool fixed_ = true;
  // Where no rule goes on for ever and the offset has changed, a VTIMEZONE lists what its writer
  // thought of, and says nothing of the years after.
  absl::Time covered_until_ = absl::InfiniteFuture();
  std::map<std::pair<std::string, int64_t>, bool> agreement_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_ICALENDAR_ZONE_H_
