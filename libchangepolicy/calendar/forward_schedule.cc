#include "libchangepolicy/calendar/forward_schedule.h"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/calendar/departures.h"
#include "libchangepolicy/calendar/interval_set.h"
#include "libchangepolicy/calendar/work.h"
#include "libchangepolicy/calendar/zone.h"

namespace changepolicy {

namespace {

using Periods = google::protobuf::RepeatedPtrField<v1::SchedulePeriod>;

std::tuple<int64_t, int32_t, std::string_view> Key(const google::protobuf::Timestamp& time,
                                                   std::string_view id) {
  return {time.seconds(), time.nanos(), id};
}

class Builder {
 public:
  Builder(const Relations& relations, const Interval& span) : relations_(relations), span_(span) {
    ToProto(span.start, schedule_.mutable_from());
    ToProto(span.end, schedule_.mutable_until());
    schedule_.set_tzdb_version(TzdbVersion());
  }

  template <typename Element>
  void AddPeriods(const Element& element, const Times& times, bool holds_if_unknown,
                  Periods* periods) {
    const v1::CalendarScope scope = WithParts(element.scope());
    std::vector<Interval> intervals;
    std::vector<std::string> problems;
    if (!times.Expand(span_, &intervals, &problems) && holds_if_unknown) {
      intervals.push_back(span_);
    }
    for (const std::string& problem : problems)
      problems_.insert(StrCat(element.id(), ": ", problem));
    for (const Interval& interval : IntervalSet(std::move(intervals)).intervals()) {
      if (!interval.Meets(span_)) continue;
      if (periods->size() == kMostPeriods) {
        problems_.insert(StrCat("more than ", kMostPeriods, " periods; the first are listed"));
        return;
      }
      v1::SchedulePeriod* const period = periods->Add();
      period->set_id(element.id());
      period->set_title(element.title());
      ToProto(interval.start, period->mutable_start());
      ToProto(interval.end, period->mutable_end());
      *period->mutable_scope() = scope;
      period->set_clause(element.clause());
    }
  }

  void AddCalendar(const ScheduledCalendar& each) {
    for (const CompiledWindow& window : each.compiled->windows()) {
      AddPeriods(window.window, window.times, false, schedule_.mutable_windows());
    }
    for (const CompiledFreeze& freeze : each.compiled->freezes()) {
      const int first = schedule_.freezes_size();
      AddPeriods(freeze.freeze, freeze.times, true, schedule_.mutable_freezes());
      for (int i = first; i < schedule_.freezes_size(); ++i) {
        schedule_.mutable_freezes(i)->set_emergency_may_cross(freeze.freeze.emergency_may_cross());
      }
    }
    for (const v1::ReleaseTrain& train : each.calendar->trains()) {
      DepartureList list = ListDepartures(train, span_);
      problems_.insert(list.problems.begin(), list.problems.end());
      for (v1::TrainDeparture& departure : list.departures) {
        *schedule_.add_departures() = std::move(departure);
      }
    }
  }

  void AddWork(const google::protobuf::RepeatedPtrField<v1::ScheduledWork>& scheduled,
               const WorkIndex& index) {
    for (const v1::ScheduledWork& work : scheduled) {
      // Where nobody said when it is, it may be in the span.
      const std::optional<Interval> interval = IntervalOf(work);
      if (!interval.has_value() || interval->Meets(span_)) *schedule_.add_works() = work;
    }
    for (v1::Conflict& conflict : index.FindAllConflicts()) {
      if (Interval{FromProto(conflict.start()), FromProto(conflict.end())}.Meets(span_)) {
        *schedule_.add_conflicts() = std::move(conflict);
      }
    }
    for (std::string& problem : index.problems()) problems_.insert(std::move(problem));
  }

  v1::ForwardSchedule Finish() {
    for (Periods* const periods : {schedule_.mutable_windows(), schedule_.mutable_freezes()}) {
      std::sort(periods->begin(), periods->end(), [](const auto& a, const auto& b) {
        return Key(a.start(), a.id()) < Key(b.start(), b.id());
      });
    }
    std::sort(schedule_.mutable_works()->begin(), schedule_.mutable_works()->end(),
              [](const auto& a, const auto& b) {
                return Key(a.start(), a.subject_id()) < Key(b.start(), b.subject_id());
              });
    std::sort(schedule_.mutable_departures()->begin(), schedule_.mutable_departures()->end(),
              [](const auto& a, const auto& b) {
                return Key(a.release(), a.id()) < Key(b.release(), b.id());
              });
    *schedule_.mutable_problems() = {problems_.begin(), problems_.end()};
    return std::move(schedule_);
  }

 private:
  v1::CalendarScope WithParts(v1::CalendarScope scope) const {
    const auto texts = [](const auto& list) {
      return std::vector<std::string>(list.begin(), list.end());
    };
    const std::vector<std::string> services = relations_.PartsOfServices(texts(scope.services()));
    const std::vector<std::string> teams = relations_.PartsOfTeams(texts(scope.teams()));
    *scope.mutable_services() = {services.begin(), services.end()};
    *scope.mutable_teams() = {teams.begin(), teams.end()};
    return scope;
  }

  const Relations& relations_;
  const Interval span_;
  v1::ForwardSchedule schedule_;
  std::set<std::string> problems_;
};

}  // namespace

v1::ForwardSchedule BuildForwardSchedule(
    const std::vector<ScheduledCalendar>& calendars, const Relations& relations,
    const WorkIndex& index, const google::protobuf::RepeatedPtrField<v1::ScheduledWork>& scheduled,
    const Interval& span) {
  Builder builder(relations, span);
  for (const ScheduledCalendar& calendar : calendars) builder.AddCalendar(calendar);
  builder.AddWork(scheduled, index);
  return builder.Finish();
}

}  // namespace changepolicy
