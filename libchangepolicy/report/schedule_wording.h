// The words of answers about time: clashes, obstacles, scopes, why a change stays behind. One place
// for text, HTML and SVG. Ids and names are as they are in the message: printing them safely is the
// caller's part.
#ifndef LIBCHANGEPOLICY_REPORT_SCHEDULE_WORDING_H_
#define LIBCHANGEPOLICY_REPORT_SCHEDULE_WORDING_H_

#include <string>
#include <string_view>

#include "changepolicy/v1/calendar.pb.h"
#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "changepolicy/v1/schedule.pb.h"

namespace changepolicy {

// `asset db-1`, `service web and its part payments`.
std::string ClashText(const v1::Clash& clash);

// `no maintenance window is open long enough`, `freeze year-end`.
std::string ObstacleText(const v1::Obstacle& obstacle);

// `it alters an asset that another change alters: CHG-2, db-1`.
std::string LeftOutText(const v1::LeftOut& left_out);

// `services web, payments; production`; `everything` where the scope is empty.
std::string ScopeText(const v1::CalendarScope& scope);

// `production` of ENVIRONMENT_PRODUCTION.
std::string EnvironmentText(int environment);

// Whether it is said when the work is, so that it has a place in the schedule.
bool HasTime(const v1::ScheduledWork& work);

// `release`; of a change its category, like `normal`, or `change` where none is said.
std::string WorkKindText(const v1::ScheduledWork& work);

// `20,000`.
std::string Grouped(long count);

// `1 change`, `2 changes`, `no changes`; `plural` where it is not the noun and an s.
std::string CountText(long count, std::string_view noun, std::string_view plural = {});

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_SCHEDULE_WORDING_H_
