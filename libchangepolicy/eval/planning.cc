#include "libchangepolicy/eval/planning.h"

#include <algorithm>
#include <set>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/calendar/scope.h"
#include "libchangepolicy/domain/communication.h"
#include "libchangepolicy/flat/time.h"

namespace changepolicy {

namespace {

bool IsStated(const Subject& subject, std::string_view field) {
  return subject.stated().contains(field);
}

IntervalSet PeriodsOf(const google::protobuf::RepeatedPtrField<v1::Period>& periods) {
  std::vector<Interval> intervals;
  for (const v1::Period& period : periods) {
    intervals.push_back({period.has_start() ? FromProto(period.start()) : absl::InfinitePast(),
                         period.has_end() ? FromProto(period.end()) : absl::InfiniteFuture()});
  }
  return IntervalSet(std::move(intervals));
}

v1::NoticeDue NoticeOf(const std::string& id, v1::Audience audience, absl::Duration lead,
                       const std::string& clause, const Subject& subject) {
  v1::NoticeDue notice;
  notice.set_id(id);
  notice.set_audience(audience);
  notice.set_clause(clause);
  ToProto(lead, notice.mutable_lead());
  const NoticeLead sent =
      LeadOf(InMessage(
                 subject, [](const auto& m) -> auto& { return m.communications(); }),
             audience, lead,
             InMessage(
                 subject, [](const auto& m) -> auto& { return m.schedule(); }));
  if (sent.earliest_start.has_value()) {
    ToProto(*sent.earliest_start, notice.mutable_earliest_start());
  }
  notice.set_met(sent.ahead.known() && sent.ahead.holds);
  return notice;
}

}  // namespace

Work WorkOf(const Subject& subject, v1::Category category, const Roster& roster) {
  Work work;
  work.id = std::string(subject.id());
  work.category = category;
  work.team = std::string(subject.team());
  work.team_known = !work.team.empty() || IsStated(subject, "team");
  for (const flat::AffectedService& service : subject.services()) {
    work.services.emplace_back(service.id());
  }
  work.services_known = !work.services.empty() || IsStated(subject, "services");
  const auto& environments = subject.environments();
  for (const int environment : environments) {
    work.environments.push_back(static_cast<v1::Environment>(environment));
  }
  work.environments_known = !environments.empty() || IsStated(subject, "environments");
  const auto take_change = [&work](const flat::ChangeRequest& change) {
    work.assets.insert(work.assets.end(), change.assets().begin(), change.assets().end());
    work.depends_on.insert(work.depends_on.end(), change.depends_on().begin(),
                           change.depends_on().end());
  };
  if (subject.is_change()) {
    work.change_model = std::string(subject.change().change_model());
    take_change(subject.change());
  }
  for (const flat::ChangeRequest& change : subject.release().changes()) {
    take_change(change);
    work.consists_of.emplace_back(change.id());
    for (const flat::AffectedService& service : change.services()) {
      work.services.emplace_back(service.id());
    }
  }
  // A release touches what its changes touch, where each of them says so.
  const auto& parts = subject.release().changes();
  work.services_known =
      work.services_known ||
      (!parts.empty() && std::all_of(parts.begin(), parts.end(), [](const auto& change) {
        return !change.services().empty();
      }));
  for (const auto* const list : {&subject.people().implementers(), &subject.people().deployers()}) {
    for (const std::string_view account : *list) {
      work.people.emplace_back(roster.Canonical(account));
    }
  }
  for (auto* const list : {&work.services, &work.assets, &work.people, &work.depends_on}) {
    std::sort(list->begin(), list->end());
    list->erase(std::unique(list->begin(), list->end()), list->end());
  }
  const flat::Schedule& schedule = subject.schedule();
  if (schedule.has_start() && schedule.has_end()) {
    work.interval = Interval{FromProto(schedule.start()),
                             FromProto(schedule.end()) + FromProto(schedule.rollback_reserve())};
  }
  return work;
}

std::vector<std::string> UnknownOfInterval(const Subject& subject) {
  const flat::Schedule& schedule = subject.schedule();
  std::vector<std::string> unknown;
  const auto miss = [&](std::string_view field) {
    unknown.push_back(StrCat(subject.variable(), ".", field));
  };
  if (!schedule.has_start()) miss("schedule.start");
  if (!schedule.has_end()) miss("schedule.end");
  if (!schedule.has_rollback_reserve() && !IsStated(subject, "schedule.rollback_reserve")) {
    miss("schedule.rollback_reserve");
  }
  return unknown;
}

CalendarSources SourcesFor(const CheckedPolicy& policy, const BoundOrganization& organization,
                           const Work& work) {
  const BoundDirectory& directory = organization.directory();
  CalendarSources sources;
  sources.calendars = {&directory.calendar(), &policy.calendar()};
  sources.relations = &directory.relations();
  for (const v1::Person& person : directory.proto().people()) {
    if (person.unavailable().empty() ||
        !std::binary_search(work.people.begin(), work.people.end(), person.id())) {
      continue;
    }
    sources.helpers.push_back(
        {StrCat("person ", person.id()), nullptr, PeriodsOf(person.unavailable())});
  }
  if (const v1::Team* const team = directory.FindTeam(work.team); team != nullptr) {
    sources.helpers.push_back({StrCat("team ", team->id()), directory.FindTeamHours(team->id()),
                               PeriodsOf(team->unavailable())});
  }
  return sources;
}

std::vector<v1::NoticeDue> NoticesOf(const CheckedPolicy& policy,
                                     const BoundOrganization& organization, const Subject& subject,
                                     const Work& work) {
  std::vector<v1::NoticeDue> notices;
  const WorkParts parts(work, organization.directory().relations());
  for (const v1::Calendar* const calendar :
       {&organization.directory().proto().calendar(), &policy.policy().calendar()}) {
    for (const v1::LeadTime& lead : calendar->lead_times()) {
      const auto& categories = lead.categories();
      const bool is_asked = categories.empty() ||
                            (subject.is_change() && std::find(categories.begin(), categories.end(),
                                                              work.category) != categories.end());
      if (!is_asked || parts.Ask(lead.scope()).None()) continue;
      notices.push_back(
          NoticeOf(lead.id(), lead.audience(), FromProto(lead.lead()), lead.clause(), subject));
    }
  }
  for (const std::string& id : work.services) {
    const v1::Service* const service = organization.directory().FindService(id);
    if (service == nullptr || !service->notice_owed() || !service->has_notice_period()) continue;
    notices.push_back(NoticeOf(StrCat("service ", id), v1::AUDIENCE_CLIENTS,
                               FromProto(service->notice_period()), "", subject));
    notices.back().set_by_contract(true);
  }
  std::sort(notices.begin(), notices.end(),
            [](const v1::NoticeDue& a, const v1::NoticeDue& b) { return a.id() < b.id(); });
  return notices;
}

}  // namespace changepolicy
