// A piece of work as calendars see it: when it is, what it touches and who does it.
#ifndef LIBCHANGEPOLICY_CALENDAR_WORK_H_
#define LIBCHANGEPOLICY_CALENDAR_WORK_H_

#include <optional>
#include <string>
#include <vector>

#include "changepolicy/v1/organization.pb.h"
#include "libchangepolicy/calendar/interval.h"

namespace changepolicy {

struct Work {
  std::string id;  // the change or release
  // The planned interval, its rollback reserve included.
  std::optional<Interval> interval;
  std::string team, change_model;
  v1::Category category = v1::CATEGORY_UNSPECIFIED;
  std::vector<std::string> services, assets, people;
  std::vector<std::string> depends_on;  // other subjects that must be in place first
  // Subjects that are part of this one, like the changes of a release: they do not conflict with
  // it.
  std::vector<std::string> consists_of;
  std::vector<v1::Environment> environments;
  // What was not stated is not known to be nothing.
  bool services_known = true, environments_known = true, team_known = true;
};

// Of the record; what a record leaves empty is not known. No interval where it has none.
Work WorkOf(const v1::ScheduledWork& scheduled);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_WORK_H_
