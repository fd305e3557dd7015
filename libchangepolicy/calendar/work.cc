#include "libchangepolicy/calendar/work.h"

#include "libchangepolicy/base/time.h"

namespace changepolicy {

Work WorkOf(const v1::ScheduledWork& scheduled) {
  Work work;
  work.id = scheduled.subject_id();
  if (scheduled.has_start() && scheduled.has_end()) {
    const Interval interval{FromProto(scheduled.start()), FromProto(scheduled.end())};
    if (!interval.empty()) work.interval = interval;
  }
  work.team = scheduled.team();
  work.change_model = scheduled.change_model();
  work.category = scheduled.category();
  work.services = {scheduled.services().begin(), scheduled.services().end()};
  work.assets = {scheduled.assets().begin(), scheduled.assets().end()};
  work.people = {scheduled.people().begin(), scheduled.people().end()};
  work.depends_on = {scheduled.depends_on().begin(), scheduled.depends_on().end()};
  for (const int environment : scheduled.environments()) {
    work.environments.push_back(static_cast<v1::Environment>(environment));
  }
  // Work on items alone touches the services that have them.
  work.services_known = !work.services.empty() || !work.assets.empty();
  work.environments_known = !work.environments.empty();
  work.team_known = !work.team.empty();
  return work;
}

}  // namespace changepolicy
