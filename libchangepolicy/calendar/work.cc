#include "libchangepolicy/calendar/work.h"

#include "libchangepolicy/base/time.h"

namespace changepolicy {

std::optional<Interval> IntervalOf(const v1::ScheduledWork& scheduled) {
  if (!scheduled.has_start() || !scheduled.has_end()) return std::nullopt;
  const Interval interval{FromProto(scheduled.start()), FromProto(scheduled.end())};
  return interval.empty() ? std::nullopt : std::optional(interval);
}

Work WorkOf(const v1::ScheduledWork& scheduled, flat::Arena* arena) {
  const auto names = [arena](const auto& texts) {
    NameList copies;
    for (const std::string& text : texts) copies.Add(arena->Copy(text), arena);
    return copies;
  };
  Work work;
  work.id = arena->Copy(scheduled.subject_id());
  work.interval = IntervalOf(scheduled);
  work.team = arena->Copy(scheduled.team());
  work.change_model = arena->Copy(scheduled.change_model());
  work.category = scheduled.category();
  work.services = names(scheduled.services());
  work.assets = names(scheduled.assets());
  work.people = names(scheduled.people());
  work.depends_on = names(scheduled.depends_on());
  for (const int environment : scheduled.environments()) work.environments.Add(environment, arena);
  // Work on items alone touches the services that have them.
  work.services_known = !work.services.empty() || !work.assets.empty();
  work.environments_known = !work.environments.empty();
  work.team_known = !work.team.empty();
  return work;
}

}  // namespace changepolicy
