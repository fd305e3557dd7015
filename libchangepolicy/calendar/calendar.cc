#include "libchangepolicy/calendar/calendar.h"

#include <algorithm>
#include <optional>
#include <set>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/calendar/interval_set.h"

namespace changepolicy {

namespace {

v1::CalendarEntry Entry(const std::string& id, const Interval& interval,
                        const std::string& clause) {
  v1::CalendarEntry entry;
  entry.set_id(id);
  ToProto(interval.start, entry.mutable_start());
  ToProto(interval.end, entry.mutable_end());
  entry.set_clause(clause);
  return entry;
}

class Answerer {
 public:
  Answerer(const CalendarSources& sources, const WorkIndex& index, const Work& work)
      : sources_(sources), index_(index), work_(work) {
    if (work.interval.has_value()) planned_ = *work.interval;
    survey_ = TakeSurvey(sources, work, planned_);
  }

  CalendarResult Run() {
    v1::CalendarAnswer& answer = result_.answer;
    answer.set_planned(work_.interval.has_value());
    answer.set_windows_declared(survey_.windows_declared);
    result_.unknown = survey_.unknown;
    if (!answer.planned()) return std::move(result_);
    ToProto(planned_.start, answer.mutable_start());
    ToProto(planned_.end, answer.mutable_end());
    *answer.mutable_problems() = {survey_.problems.begin(), survey_.problems.end()};
    TakeWindows();
    TakeFreezes();
    SetLatestStart();
    for (const Survey::Absence& absence : survey_.absences) {
      if (absence.interval.Meets(planned_)) {
        *answer.add_unavailable() = Entry(absence.who, absence.interval, "");
      }
    }
    for (WorkIndex::Meeting& meeting : index_.FindMeetings(work_, planned_)) {
      const Work& other = index_.works()[meeting.work];
      v1::CalendarEntry* const entry = answer.add_conflicts();
      *entry = Entry(other.id, *other.interval, "");
      *entry->mutable_clashes() = {meeting.clashes.begin(), meeting.clashes.end()};
    }
    return std::move(result_);
  }

 private:
  void TakeWindows() {
    v1::CalendarAnswer& answer = result_.answer;
    for (const Survey::Window& each : survey_.windows) {
      if (!each.interval.Meets(planned_)) continue;
      const v1::CalendarEntry entry =
          Entry(each.window->id(), each.interval, each.window->clause());
      *answer.add_windows() = entry;
      if (!answer.has_window() && each.interval.start <= planned_.start &&
          planned_.end <= each.interval.end) {
        *answer.mutable_window() = entry;
      }
    }
    std::set<std::string> uncovered;
    for (const Survey::Part& part : survey_.parts) {
      // An interval that ends before it begins lies nowhere.
      if (planned_.empty() || !part.open.Contains(planned_)) uncovered.insert(part.name);
    }
    *answer.mutable_uncovered() = {uncovered.begin(), uncovered.end()};
    answer.set_inside_window(!survey_.parts.empty() && uncovered.empty());
    if (!answer.inside_window()) answer.clear_window();
  }

  // Such a freeze does not stop what begins before it.
  bool LetsFinish(const Survey::Freeze& freeze, absl::Time start) const {
    return freeze.freeze->overrun_allowed() && start < freeze.interval.start;
  }

  void TakeFreezes() {
    v1::CalendarAnswer& answer = result_.answer;
    bool crossing = true;
    std::set<std::string> roles;
    for (const Survey::Freeze& each : survey_.freezes) {
      if (!each.interval.Meets(planned_)) continue;
      v1::CalendarEntry entry = Entry(each.freeze->id(), each.interval, each.freeze->clause());
      *entry.mutable_approver_roles() = each.freeze->approver_roles();
      std::sort(entry.mutable_approver_roles()->begin(), entry.mutable_approver_roles()->end());
      if (LetsFinish(each, planned_.start)) {
        *answer.add_overruns() = entry;
        continue;
      }
      *answer.add_freezes() = entry;
      crossing = crossing && each.freeze->emergency_may_cross();
      roles.insert(each.freeze->approver_roles().begin(), each.freeze->approver_roles().end());
    }
    answer.set_frozen(answer.freezes_size() > 0);
    answer.set_crossing_possible(answer.frozen() && crossing);
    *answer.mutable_crossing_roles() = {roles.begin(), roles.end()};
  }

  void SetLatestStart() {
    if (planned_.empty() || (survey_.parts.empty() && survey_.freezes.empty())) return;
    // Far enough on both sides; what cannot be computed there is no problem of the planned time.
    const absl::Duration length = planned_.end - planned_.start;
    Interval hull{planned_.start - length, planned_.end + length};
    const Survey around = TakeSurvey(sources_, work_, hull);
    std::vector<Interval> frozen, no_start;
    for (const Survey::Freeze& each : around.freezes) {
      (each.freeze->overrun_allowed() ? no_start : frozen).push_back(each.interval);
    }
    for (const Survey::Window& window : around.windows) {
      hull.start = std::min(hull.start, window.interval.start);
    }
    const IntervalSet usable = around.Open(hull).Minus(IntervalSet(std::move(frozen)));
    for (const Interval& run : usable.intervals()) {
      if (!run.Meets(planned_)) continue;
      // The end of the range is a start too.
      const Interval starts{run.start, run.end - length + absl::Nanoseconds(1)};
      const IntervalSet free = IntervalSet({starts}).Minus(IntervalSet(std::move(no_start)));
      if (!free.empty()) {
        ToProto(free.intervals().back().end - absl::Nanoseconds(1),
                result_.answer.mutable_latest_start());
      }
      return;
    }
  }

  const CalendarSources& sources_;
  const WorkIndex& index_;
  const Work& work_;
  Interval planned_{absl::UnixEpoch(), absl::UnixEpoch()};
  Survey survey_;
  CalendarResult result_;
};

}  // namespace

CalendarResult AnswerCalendar(const CalendarSources& sources, const WorkIndex& index,
                              const Work& work) {
  return Answerer(sources, index, work).Run();
}

}  // namespace changepolicy
