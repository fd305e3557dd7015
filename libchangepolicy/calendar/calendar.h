// What the calendars say of a planned interval: windows, freezes, other work.
#ifndef LIBCHANGEPOLICY_CALENDAR_CALENDAR_H_
#define LIBCHANGEPOLICY_CALENDAR_CALENDAR_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/calendar.pb.h"
#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "libchangepolicy/issue.h"

namespace changepolicy {

// Everything that is wrong with a calendar: ids that are missing or stand twice, zones,
// recurrences, local times, holiday sets that are named and not declared.
Issues CheckCalendar(const v1::Calendar& calendar, std::string_view path);

// Nothing is owned; all pointers are set.
struct CalendarQuestion {
  std::vector<const v1::Calendar*> calendars;
  // The planned interval, its rollback reserve included; both or none.
  std::optional<absl::Time> start, end;
  std::string subject_id, team, change_model;
  std::vector<std::string> services, assets, people;
  std::vector<std::string> related;  // other subjects that it depends on
  std::vector<v1::Environment> environments;
  bool services_known = true, environments_known = true, team_known = true;
  std::vector<const v1::ScheduledWork*> scheduled;
  // Parents, children and dependencies of a service.
  std::function<std::vector<std::string>(const std::string& service)> related_services;
};

struct CalendarResult {
  v1::CalendarAnswer answer;
  // Lists of the subject that a scope asks about and nobody stated: `services`, `environments`,
  // `team`. A freeze then counts, and a window does not.
  std::vector<std::string> unknown;
};

// Any one window that holds the whole interval suffices; any freeze that touches it wins.
CalendarResult AnswerCalendar(const CalendarQuestion& question);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_CALENDAR_H_
