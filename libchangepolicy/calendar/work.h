// A piece of work as calendars see it: when it is, what it touches and who does it.
#ifndef LIBCHANGEPOLICY_CALENDAR_WORK_H_
#define LIBCHANGEPOLICY_CALENDAR_WORK_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "changepolicy/v1/organization.pb.h"
#include "libchangepolicy/calendar/interval.h"
#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/flat/repeated.h"

namespace changepolicy {

using NameList = flat::Repeated<std::string_view>;

// Owns nothing: texts and lists lie where they were taken from, or in an arena.
struct Work {
  std::string_view id;  // the change or release
  // The planned interval, its rollback reserve included.
  std::optional<Interval> interval;
  std::string_view team, change_model;
  v1::Category category = v1::CATEGORY_UNSPECIFIED;
  NameList services, assets, people;
  NameList depends_on;  // other subjects that must be in place first
  // Subjects that are part of this one, like the changes of a release: they do not conflict with
  // it.
  NameList consists_of;
  flat::Repeated<int32_t> environments;
  // What was not stated is not known to be nothing.
  bool services_known = true, environments_known = true, team_known = true;
};

// Of the record, whose texts are copied into the arena; what a record leaves empty is not known. No
// interval where it has none.
Work WorkOf(const v1::ScheduledWork& scheduled, flat::Arena* arena);

// Nothing where the record has none, or an empty one.
std::optional<Interval> IntervalOf(const v1::ScheduledWork& scheduled);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_WORK_H_
