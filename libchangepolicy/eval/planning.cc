#include "libchangepolicy/eval/planning.h"

#include <algorithm>
#include <functional>
#include <string_view>

#include "libchangepolicy/approval/account.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/domain/communication.h"
#include "libchangepolicy/flat/joined.h"
#include "libchangepolicy/flat/lists.h"
#include "libchangepolicy/flat/time.h"

namespace changepolicy {

namespace {

bool IsStated(const Subject& subject, std::string_view field) {
  return subject.stated().contains(field);
}

template <typename Message>
void AddIds(const flat::RepeatedMessage<Message>& messages, flat::Arena* arena, NameList* ids) {
  for (const Message& message : messages) ids->Add(message.id(), arena);
}

void AddAll(const NameList& texts, flat::Arena* arena, NameList* names) {
  for (const std::string_view text : texts) names->Add(text, arena);
}

bool IsSortedUnique(const NameList& names) {
  return std::adjacent_find(names.begin(), names.end(), std::greater_equal<>()) == names.end();
}

void SortUnique(NameList* names) {
  if (!IsSortedUnique(*names)) SortOnce(names);
}

// The subject's lists usually are.
NameList SortedUnique(const NameList& names, flat::Arena* arena) {
  if (IsSortedUnique(names)) return names;
  NameList sorted;
  AddAll(names, arena, &sorted);
  SortUnique(&sorted);
  return sorted;
}

flat::NoticeDue* NoticeOf(std::string_view id, v1::Audience audience, absl::Duration lead,
                          std::string_view clause, const Subject& subject, flat::Arena* arena) {
  auto* const notice = arena->New<flat::NoticeDue>();
  notice->set_id(id);
  notice->set_audience(audience);
  notice->set_clause(clause);
  ToProto(lead, notice->mutable_lead(arena));
  const NoticeLead sent = LeadOf(subject.communications(), audience, lead, subject.schedule());
  if (sent.earliest_start.has_value()) {
    ToProto(*sent.earliest_start, notice->mutable_earliest_start(arena));
  }
  notice->set_met(sent.ahead.known() && sent.ahead.holds);
  return notice;
}

}  // namespace

Work WorkOf(const Subject& subject, v1::Category category, const Roster& roster,
            flat::Arena* arena) {
  Work work;
  work.id = subject.id();
  work.category = category;
  work.team = subject.team();
  work.team_known = !work.team.empty() || IsStated(subject, "team");
  AddIds(subject.services(), arena, &work.services);
  work.services_known = !work.services.empty() || IsStated(subject, "services");
  work.environments = subject.environments();
  work.environments_known = !work.environments.empty() || IsStated(subject, "environments");
  if (subject.is_change()) {
    work.change_model = subject.change().change_model();
    work.assets = SortedUnique(subject.change().assets(), arena);
    work.depends_on = SortedUnique(subject.change().depends_on(), arena);
  }
  // A release touches what its changes touch, where each of them says so.
  const auto& parts = subject.release().changes();
  bool all_say_so = !parts.empty();
  for (const flat::ChangeRequest& change : parts) {
    AddAll(change.assets(), arena, &work.assets);
    AddAll(change.depends_on(), arena, &work.depends_on);
    work.consists_of.Add(change.id(), arena);
    AddIds(change.services(), arena, &work.services);
    all_say_so = all_say_so && !change.services().empty();
  }
  work.services_known = work.services_known || all_say_so;
  const auto take_people = [&](const NameList& accounts) {
    for (const std::string_view account : accounts) {
      const int person = roster.Find(account);
      work.people.Add(person == kNobody ? arena->Copy(FoldedAccount(account).text())
                                        : std::string_view(roster.id(person)),
                      arena);
    }
  };
  take_people(subject.people().implementers());
  take_people(subject.people().deployers());
  if (!parts.empty()) {
    SortUnique(&work.assets);
    SortUnique(&work.depends_on);
  }
  SortUnique(&work.services);
  SortUnique(&work.people);
  const flat::Schedule& schedule = subject.schedule();
  if (schedule.has_start() && schedule.has_end()) {
    work.interval = Interval{FromProto(schedule.start()),
                             FromProto(schedule.end()) + FromProto(schedule.rollback_reserve())};
  }
  return work;
}

FactNames UnknownOfInterval(const Subject& subject, flat::Arena* arena) {
  const flat::Schedule& schedule = subject.schedule();
  FactNames unknown;
  const auto miss = [&](std::string_view field) {
    unknown.Add(Joined(arena, subject.variable(), ".", field), arena);
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
  for (const std::string_view id : work.people) {
    const Helper* const person = directory.FindAbsences(id);
    if (person != nullptr) sources.helpers.push_back(person);
  }
  const Helper* const team = directory.FindTeamTimes(work.team);
  if (team != nullptr) sources.helpers.push_back(team);
  return sources;
}

flat::RepeatedMessage<flat::NoticeDue> NoticesOf(const BoundOrganization& organization,
                                                 const Subject& subject, const Concerns& concerns,
                                                 flat::Arena* arena) {
  flat::RepeatedMessage<flat::NoticeDue> notices;
  const Work& work = concerns.work;
  for (const CompiledCalendar* const calendar : concerns.sources.calendars) {
    for (const CompiledLeadTime& each : calendar->lead_times()) {
      const v1::LeadTime& lead = each.lead_time;
      const auto& categories = lead.categories();
      const bool is_asked = categories.empty() ||
                            (subject.is_change() && std::find(categories.begin(), categories.end(),
                                                              work.category) != categories.end());
      if (!is_asked || concerns.parts.Ask(each.scope, arena).None()) continue;
      notices.Add(NoticeOf(lead.id(), lead.audience(), FromProto(lead.lead()), lead.clause(),
                           subject, arena),
                  arena);
    }
  }
  for (const std::string_view id : work.services) {
    const v1::Service* const service = organization.directory().FindService(id);
    if (service == nullptr || !service->notice_owed() || !service->has_notice_period()) continue;
    flat::NoticeDue* const notice =
        NoticeOf(Joined(arena, "service ", id), v1::AUDIENCE_CLIENTS,
                 FromProto(service->notice_period()), "", subject, arena);
    notice->set_by_contract(true);
    notices.Add(notice, arena);
  }
  notices.Sort([](const flat::NoticeDue& a, const flat::NoticeDue& b) { return a.id() < b.id(); });
  return notices;
}

}  // namespace changepolicy
