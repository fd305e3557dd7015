#include "libchangepolicy/calendar.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <set>
#include <utility>

#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/calendar/calendar_check.h"
#include "libchangepolicy/calendar/departures.h"
#include "libchangepolicy/calendar/forward_schedule.h"
#include "libchangepolicy/calendar/freeze_impact.h"
#include "libchangepolicy/calendar/scope.h"
#include "libchangepolicy/calendar/survey.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/domain/train_plan.h"
#include "libchangepolicy/eval/bound_organization.h"
#include "libchangepolicy/eval/planning.h"
#include "libchangepolicy/eval/slots.h"
#include "libchangepolicy/eval/subject.h"

namespace changepolicy {

namespace {

constexpr absl::Duration kLongestSpan = absl::Hours(24 * 366 * 5);

absl::Status CheckInstant(absl::Time now) {
  if (now == absl::InfinitePast() || now == absl::InfiniteFuture()) {
    return InvalidArgument("now: the question has no instant; the library reads no clock");
  }
  return absl::OkStatus();
}

absl::Status CheckSpan(absl::Time from, absl::Time until) {
  if (until <= from) return InvalidArgument("until: is not after `from`");
  if (until - from > kLongestSpan) return InvalidArgument("until: at most five years after `from`");
  return absl::OkStatus();
}

SlotOptions OptionsOf(const SlotQuestion& question) {
  return {.now = question.now,
          .from = question.from,
          .until = question.until,
          .count = question.count,
          .length = question.length};
}

// The organization as its records stood.
absl::StatusOr<std::shared_ptr<const BoundOrganization>> Visible(const Policy& policy,
                                                                 const Organization& organization,
                                                                 absl::Time now) {
  CP_RETURN_IF_ERROR(CheckInstant(now));
  std::vector<absl::Time> changes;
  CP_ASSIGN_OR_RETURN(
      std::shared_ptr<const BoundOrganization> earlier,
      organization.bound()->AsOf(now, FromProto(policy.proto().limits().clock_skew()), &changes));
  return earlier == nullptr ? organization.bound() : earlier;
}

}  // namespace

Planner::Planner(Policy policy, Organization organization)
    : policy_(std::move(policy)), organization_(std::move(organization)) {}

absl::StatusOr<v1::SlotsAnswer> Planner::NextSlots(const v1::ChangeRequest& change,
                                                   const SlotQuestion& question) const {
  return changepolicy::NextSlots(*policy_.checked(), *organization_.bound(), change,
                                 OptionsOf(question));
}

absl::StatusOr<v1::SlotsAnswer> Planner::NextSlots(const v1::Release& release,
                                                   const SlotQuestion& question) const {
  return changepolicy::NextSlots(*policy_.checked(), *organization_.bound(), release,
                                 OptionsOf(question));
}

absl::StatusOr<v1::ConflictsAnswer> Planner::Conflicts(absl::Time now) const {
  CP_ASSIGN_OR_RETURN(const auto visible, Visible(policy_, organization_, now));
  v1::ConflictsAnswer answer;
  const WorkIndex& works = visible->works();
  answer.set_works(static_cast<int32_t>(works.works().size()));
  for (v1::Conflict& conflict : works.FindAllConflicts()) {
    *answer.add_conflicts() = std::move(conflict);
  }
  for (std::string& problem : works.problems()) answer.add_problems(std::move(problem));
  return answer;
}

absl::StatusOr<v1::FreezeImpactAnswer> Planner::FreezeImpact(const v1::Freeze& freeze,
                                                             absl::Time now) const {
  CP_ASSIGN_OR_RETURN(const auto visible, Visible(policy_, organization_, now));
  v1::Calendar alone;
  *alone.mutable_holidays() = visible->directory().proto().calendar().holidays();
  std::set<std::string> known;
  for (const v1::HolidaySet& set : alone.holidays()) known.insert(set.id());
  for (const v1::HolidaySet& set : policy_.proto().calendar().holidays()) {
    if (known.insert(set.id()).second) *alone.add_holidays() = set;
  }
  *alone.add_freezes() = freeze;
  const Issues issues = CheckCalendar(alone, "calendar");
  if (HasErrors(issues)) return InvalidArgument(ToText(issues));
  return FindFreezeImpact(CompileFreeze(freeze, alone.holidays()), visible->works(),
                          visible->directory().relations());
}

absl::StatusOr<v1::Freeze> Planner::FindFreeze(std::string_view id) const {
  std::vector<std::string_view> ids;
  for (const v1::Calendar* const calendar :
       {&organization_.proto().directory().calendar(), &policy_.proto().calendar()}) {
    for (const v1::Freeze& freeze : calendar->freezes()) {
      if (freeze.id() == id) return freeze;
      ids.push_back(freeze.id());
    }
  }
  const std::string_view nearest = Nearest(id, ids);
  return absl::NotFoundError(
      ToAbsl(StrCat("no freeze `", id, "` is declared",
                    nearest.empty() ? std::string() : StrCat("; did you mean `", nearest, "`?"))));
}

absl::StatusOr<v1::ForwardSchedule> Planner::Schedule(absl::Time now, absl::Time from,
                                                      absl::Time until) const {
  CP_RETURN_IF_ERROR(CheckSpan(from, until));
  CP_ASSIGN_OR_RETURN(const auto visible, Visible(policy_, organization_, now));
  const v1::Directory& directory = visible->directory().proto();
  v1::ForwardSchedule schedule =
      BuildForwardSchedule({{&visible->directory().calendar(), &directory.calendar()},
                            {&policy_.checked()->calendar(), &policy_.proto().calendar()}},
                           visible->directory().relations(), visible->works(),
                           visible->proto().ledger().scheduled(), {from, until});
  schedule.set_organization(directory.name());
  ToProto(now, schedule.mutable_now());
  return schedule;
}

absl::StatusOr<std::vector<v1::TrainDeparture>> Planner::Departures(absl::Time from,
                                                                    absl::Time until) const {
  CP_RETURN_IF_ERROR(CheckSpan(from, until));
  std::vector<v1::TrainDeparture> departures;
  for (const v1::Calendar* const calendar :
       {&organization_.proto().directory().calendar(), &policy_.proto().calendar()}) {
    for (const v1::ReleaseTrain& train : calendar->trains()) {
      DepartureList list = ListDepartures(train, {from, until});
      if (!list.problems.empty()) {
        return absl::FailedPreconditionError(ToAbsl(list.problems.front()));
      }
      std::move(list.departures.begin(), list.departures.end(), std::back_inserter(departures));
    }
  }
  std::sort(departures.begin(), departures.end(), [](const auto& a, const auto& b) {
    return std::pair(FromProto(a.release()), std::string_view(a.id())) <
           std::pair(FromProto(b.release()), std::string_view(b.id()));
  });
  return departures;
}

absl::StatusOr<v1::TrainDeparture> Planner::FindDeparture(std::string_view train,
                                                          absl::Time now) const {
  CP_ASSIGN_OR_RETURN(const std::vector<v1::TrainDeparture> departures,
                      Departures(now, now + kLongestSpan));
  std::vector<std::string_view> ids;
  for (const v1::TrainDeparture& departure : departures) {
    const bool ahead = FromProto(departure.release()) > now;
    if (departure.id() == train ||
        (ahead && (departure.train() == train || departure.kind() == train))) {
      return departure;
    }
    ids.push_back(departure.train());
  }
  const std::string_view nearest = Nearest(train, ids);
  return absl::NotFoundError(
      ToAbsl(StrCat("no train `", train, "` departs within five years",
                    nearest.empty() ? std::string() : StrCat("; did you mean `", nearest, "`?"))));
}

absl::StatusOr<v1::TrainPlan> Planner::PlanTrain(std::string_view train,
                                                 const std::vector<v1::ChangeRequest>& changes,
                                                 absl::Time now) const {
  CP_ASSIGN_OR_RETURN(const auto visible, Visible(policy_, organization_, now));
  TrainQuestion question;
  question.now = now;
  CP_ASSIGN_OR_RETURN(question.departure, FindDeparture(train, now));
  const CheckedPolicy& policy = *policy_.checked();
  const BoundDirectory& directory = visible->directory();
  for (const v1::PastRun& run : visible->proto().ledger().past_runs()) {
    if (run.successful()) question.in_place.insert(run.subject_id());
  }
  v1::CalendarScope scope;
  for (const v1::Calendar* const calendar :
       {&directory.proto().calendar(), &policy_.proto().calendar()}) {
    for (const v1::ReleaseTrain& each : calendar->trains()) {
      if (each.id() == question.departure.train()) {
        scope = each.scope();
        continue;
      }
      for (const std::string& id : each.changes()) question.elsewhere.emplace(id, each.id());
    }
  }
  // A change goes out with its train: what counts is the calendar at that instant.
  flat::Arena arena;
  std::deque<Subject> subjects;  // stay where they are: their work has texts of theirs
  std::map<std::string, Work> works;
  std::set<std::string> seen;
  for (const v1::ChangeRequest& change : changes) {
    if (!seen.insert(change.id()).second) {
      return InvalidArgument(StrCat("changes: `", change.id(), "` stands twice"));
    }
    CP_ASSIGN_OR_RETURN(Subject subject, Subject::Bind(change, policy_.proto(), *visible, now));
    subjects.push_back(std::move(subject));
    works.emplace(change.id(),
                  WorkOf(subjects.back(), v1::CATEGORY_UNSPECIFIED, directory.roster(), &arena));
    question.changes.push_back(&change);
  }
  question.in_scope = [&](const v1::ChangeRequest& change) {
    const WorkParts parts(works.at(change.id()), directory.relations(), &arena);
    return !parts.Ask(CompiledScope(scope), &arena).None();
  };
  const absl::Time release = FromProto(question.departure.release());
  question.closed = [&](const v1::ChangeRequest& change) {
    Work& work = works.at(change.id());
    // As much time as it is planned to take, from the release on.
    const absl::Duration length = work.interval.has_value() && !work.interval->empty()
                                      ? work.interval->end - work.interval->start
                                      : absl::Nanoseconds(1);
    const Interval span{release, release + length};
    CalendarSources sources = SourcesFor(policy, *visible, work);
    sources.helpers.clear();
    const Concerns concerns(sources, work, &arena);
    const Survey survey = TakeSurvey(concerns, span, &arena);
    std::vector<std::string> closed;
    for (const Survey::Freeze& freeze : survey.freezes) {
      if (freeze.freeze->overrun_allowed() && release < freeze.interval.start) continue;
      closed.push_back(freeze.freeze->id());
    }
    for (const Survey::Part& part : survey.parts) {
      if (Contains(part.open, span)) continue;
      closed.push_back(StrCat("no window for ", concerns.parts.NameOf(part.part, &arena)));
    }
    return closed;
  };
  return changepolicy::PlanTrain(question);
}

}  // namespace changepolicy
