// What RFC 5545 says of components and properties, sections 3.2, 3.6, 3.7 and 3.8: which must be
// there, how often, and of which form their values are. For the files of this folder.
#ifndef LIBCHANGEPOLICY_CALENDAR_ICALENDAR_CHECK_H_
#define LIBCHANGEPOLICY_CALENDAR_ICALENDAR_CHECK_H_

#include "libchangepolicy/calendar/icalendar_lines.h"

namespace changepolicy {

// Judges a component whose parts were judged before it; `parent` is null for the outermost.
// `calendar_has_method` matters to VEVENT alone, and METHOD may stand nowhere but before it.
void CheckComponent(const ICalComponent& component, const ICalComponent* parent,
                    bool calendar_has_method, Complaints* complaints);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_ICALENDAR_CHECK_H_
