#include "libchangepolicy/calendar/calendar.h"

#include <algorithm>

#include "libchangepolicy/calendar/interval_set.h"
#include "libchangepolicy/calendar/survey.h"
#include "libchangepolicy/flat/time.h"

namespace changepolicy {

namespace {

class Answerer {
 public:
  Answerer(const Concerns& concerns, const WorkIndex& index, flat::Arena* arena)
      : concerns_(concerns),
        index_(index),
        arena_(arena),
        answer_(*arena->New<flat::CalendarAnswer>()) {}

  flat::CalendarAnswer* Run() {
    const Work& work = concerns_.work;
    answer_.set_planned(work.interval.has_value());
    answer_.set_windows_declared(concerns_.windows_declared);
    if (!work.interval.has_value()) return &answer_;
    planned_ = *work.interval;
    ToProto(planned_.start, answer_.mutable_start(arena_));
    ToProto(planned_.end, answer_.mutable_end(arena_));
    // Far enough on both sides for the latest start; what cannot be computed there is no problem of
    // the planned time.
    const absl::Duration length = planned_.end - planned_.start;
    const Expansions around =
        Expand(concerns_, {planned_.start - length, planned_.end + length}, arena_);
    const bool holds = !planned_.empty() && around.problems.empty();
    const Survey survey = TakeSurvey(
        concerns_, holds ? Narrow(around, planned_, arena_) : Expand(concerns_, planned_, arena_),
        arena_);
    *answer_.mutable_problems() = survey.problems;
    TakeWindows(survey);
    TakeFreezes(survey);
    if (!planned_.empty() && (!survey.parts.empty() || !survey.freezes.empty())) {
      SetLatestStart(SurveyCalendars(concerns_, around, arena_), around.span);
    }
    for (const Survey::Absence& absence : survey.absences) {
      if (absence.interval.Meets(planned_)) {
        answer_.mutable_unavailable()->Add(Entry(absence.who, absence.interval, ""), arena_);
      }
    }
    for (const WorkIndex::Meeting& meeting : index_.FindMeetings(work, planned_, arena_)) {
      const Work& other = index_.work(meeting.work);
      flat::CalendarEntry* const entry = Entry(other.id, *other.interval, "");
      *entry->mutable_clashes() = meeting.clashes;
      answer_.mutable_conflicts()->Add(entry, arena_);
    }
    return &answer_;
  }

 private:
  flat::CalendarEntry* Entry(std::string_view id, const Interval& interval,
                             std::string_view clause) {
    auto* const entry = arena_->New<flat::CalendarEntry>();
    entry->set_id(id);
    ToProto(interval.start, entry->mutable_start(arena_));
    ToProto(interval.end, entry->mutable_end(arena_));
    entry->set_clause(clause);
    return entry;
  }

  void TakeWindows(const Survey& survey) {
    flat::CalendarEntry* window = nullptr;
    for (const Survey::Window& each : survey.windows) {
      if (!each.interval.Meets(planned_)) continue;
      flat::CalendarEntry* const entry =
          Entry(each.window->id(), each.interval, each.window->clause());
      answer_.mutable_windows()->Add(entry, arena_);
      if (window == nullptr && each.interval.start <= planned_.start &&
          planned_.end <= each.interval.end) {
        window = entry;
      }
    }
    NameList uncovered;
    for (const Survey::Part& part : survey.parts) {
      // An interval that ends before it begins lies nowhere.
      if (planned_.empty() || !Contains(part.open, planned_)) {
        uncovered.Add(concerns_.parts.NameOf(part.part, arena_), arena_);
      }
    }
    std::sort(uncovered.begin(), uncovered.end());
    *answer_.mutable_uncovered() = uncovered;
    answer_.set_inside_window(!survey.parts.empty() && uncovered.empty());
    if (answer_.inside_window() && window != nullptr) answer_.set_window(window);
  }

  // Such a freeze does not stop what begins before it.
  static bool LetsFinish(const Survey::Freeze& freeze, absl::Time start) {
    return freeze.freeze->overrun_allowed() && start < freeze.interval.start;
  }

  void TakeFreezes(const Survey& survey) {
    bool crossing = true;
    NameList all_roles;
    for (const Survey::Freeze& each : survey.freezes) {
      if (!each.interval.Meets(planned_)) continue;
      flat::CalendarEntry* const entry =
          Entry(each.freeze->id(), each.interval, each.freeze->clause());
      NameList roles;
      for (const std::string& role : each.freeze->approver_roles()) roles.Add(role, arena_);
      std::sort(roles.begin(), roles.end());
      *entry->mutable_approver_roles() = roles;
      if (LetsFinish(each, planned_.start)) {
        answer_.mutable_overruns()->Add(entry, arena_);
        continue;
      }
      answer_.mutable_freezes()->Add(entry, arena_);
      crossing = crossing && each.freeze->emergency_may_cross();
      for (const std::string_view role : roles) all_roles.Add(role, arena_);
    }
    answer_.set_frozen(!answer_.freezes().empty());
    answer_.set_crossing_possible(answer_.frozen() && crossing);
    std::sort(all_roles.begin(), all_roles.end());
    all_roles.Truncate(
        static_cast<int>(std::unique(all_roles.begin(), all_roles.end()) - all_roles.begin()));
    *answer_.mutable_crossing_roles() = all_roles;
  }

  // `around` is of the hull. REQUIRES: the planned interval is not empty.
  void SetLatestStart(const Survey& around, Interval hull) {
    const absl::Duration length = planned_.end - planned_.start;
    IntervalList frozen, no_start;
    for (const Survey::Freeze& each : around.freezes) {
      (each.freeze->overrun_allowed() ? no_start : frozen).Add(each.interval, arena_);
    }
    Unite(&frozen);
    for (const Survey::Window& window : around.windows) {
      hull.start = std::min(hull.start, window.interval.start);
    }
    for (const Interval& run : Minus(around.Open(hull, arena_), frozen, arena_)) {
      if (!run.Meets(planned_)) continue;
      // The end of the range is a start too.
      IntervalList free;
      free.Add({run.start, run.end - length + absl::Nanoseconds(1)}, arena_);
      Unite(&free);
      Unite(&no_start);
      free = Minus(free, no_start, arena_);
      if (!free.empty()) {
        ToProto(free[free.size() - 1].end - absl::Nanoseconds(1),
                answer_.mutable_latest_start(arena_));
      }
      return;
    }
  }

  const Concerns& concerns_;
  const WorkIndex& index_;
  flat::Arena* const arena_;
  flat::CalendarAnswer& answer_;
  Interval planned_;
};

}  // namespace

flat::CalendarAnswer* AnswerCalendar(const Concerns& concerns, const WorkIndex& index,
                                     flat::Arena* arena) {
  return Answerer(concerns, index, arena).Run();
}

}  // namespace changepolicy
