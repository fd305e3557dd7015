// Events of other programs as windows, freezes and holidays of an organization.
#ifndef LIBCHANGEPOLICY_CALENDAR_ICALENDAR_IMPORT_H_
#define LIBCHANGEPOLICY_CALENDAR_ICALENDAR_IMPORT_H_

#include <string>
#include <string_view>

#include "changepolicy/v1/calendar.pb.h"
#include "changepolicy/v1/schedule.pb.h"
#include "libchangepolicy/issue.h"

namespace changepolicy {

enum class ImportAs { kWindows, kFreezes, kHolidays };

struct ImportOptions {
  ImportAs as = ImportAs::kFreezes;
  std::string id_prefix;  // before every id
  // Zone of days and times that have none; without it such an event is an error.
  std::string zone;
  // Of holidays: the years that are expanded, both included, which are then known. Required there.
  int first_year = 0, last_year = 0;
  std::string country;  // of holidays, may be empty
};

// Adds to `calendar`: a window or freeze for each event, with its exceptions, or one holiday set
// for the file. Ids are made of UIDs that people can read, otherwise of titles, and are unique in
// `calendar`. A cancelled event gives nothing; a tentative one freezes and opens no window.
// Warnings name the events that are left out; after an error `calendar` is not to be used.
Issues ImportEvents(const v1::CalendarFile& file, std::string_view name,
                    const ImportOptions& options, v1::Calendar* calendar);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_ICALENDAR_IMPORT_H_
