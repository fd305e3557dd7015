#include "libchangepolicy/calendar/survey.h"

#include <algorithm>
#include <tuple>

#include "libchangepolicy/base/text.h"

namespace changepolicy {

namespace {

template <typename List, typename Less>
void Sort(List* list, Less less) {
  if (list->size() > 1) std::sort(list->begin(), list->end(), less);
}

// False where more than the intervals given may belong to it.
bool ExpandOne(const Times& times, std::string_view id, const Interval& span, flat::Arena* arena,
               IntervalList* intervals, NameList* problems) {
  return times.Expand(
      span, [&](const Interval& interval) { intervals->Add(interval, arena); },
      [&](std::string_view problem) {
        problems->Add(arena->Copy(StrCat(id, ": ", problem)), arena);
      });
}

class Surveyor {
 public:
  Surveyor(const Concerns& concerns, const Expansions& expansions, flat::Arena* arena)
      : concerns_(concerns), expansions_(expansions), span_(expansions.span), arena_(arena) {}

  Survey Run(bool asks_helpers) {
    survey_.problems = expansions_.problems;
    TakeWindows();
    TakeParts();
    TakeFreezes();
    if (asks_helpers) {
      for (const Helper* const helper : concerns_.sources.helpers) AskHelper(*helper);
    }
    Sort(&survey_.windows, [](const Survey::Window& a, const Survey::Window& b) {
      return std::tie(a.interval.start, a.window->id(), a.interval.end, a.place) <
             std::tie(b.interval.start, b.window->id(), b.interval.end, b.place);
    });
    Sort(&survey_.freezes, [](const Survey::Freeze& a, const Survey::Freeze& b) {
      return std::tie(a.interval.start, a.freeze->id(), a.interval.end, a.place) <
             std::tie(b.interval.start, b.freeze->id(), b.interval.end, b.place);
    });
    Sort(&survey_.absences, [](const Survey::Absence& a, const Survey::Absence& b) {
      return std::tie(a.interval.start, a.who, a.interval.end) <
             std::tie(b.interval.start, b.who, b.interval.end);
    });
    NameList& problems = survey_.problems;
    if (problems.empty()) return survey_;
    std::sort(problems.begin(), problems.end());
    problems.Truncate(
        static_cast<int>(std::unique(problems.begin(), problems.end()) - problems.begin()));
    return survey_;
  }

 private:
  void TakeWindows() {
    for (int place = 0; place < expansions_.windows.size(); ++place) {
      const v1::MaintenanceWindow* const window = &concerns_.windows[place].window->window;
      for (const Interval& interval : expansions_.windows[place]) {
        if (interval.Meets(span_)) survey_.windows.Add({window, interval, place}, arena_);
      }
    }
  }

  // Whether the same windows concern both parts.
  bool AreAlike(int one, int other) const {
    return std::all_of(concerns_.windows.begin(), concerns_.windows.end(),
                       [&](const Concerns::Window& window) {
                         return window.parts.Has(one) == window.parts.Has(other);
                       });
  }

  void TakeParts() {
    if (!concerns_.windows_declared) return;
    for (int part = 0; part < concerns_.parts.size(); ++part) {
      if (!concerns_.declared.Has(part)) continue;
      const int before = survey_.parts.size() - 1;
      if (before >= 0 && AreAlike(survey_.parts[before].part, part)) {
        survey_.parts.Add({part, survey_.parts[before].open}, arena_);
        continue;
      }
      IntervalList open;
      for (int i = 0; i < expansions_.windows.size(); ++i) {
        if (!concerns_.windows[i].parts.Has(part)) continue;
        for (const Interval& interval : expansions_.windows[i]) open.Add(interval, arena_);
      }
      Unite(&open);
      survey_.parts.Add({part, open}, arena_);
    }
  }

  void TakeFreezes() {
    for (int place = 0; place < expansions_.freezes.size(); ++place) {
      IntervalList runs;
      for (const Interval& interval : expansions_.freezes[place]) runs.Add(interval, arena_);
      Unite(&runs);
      const v1::Freeze* const freeze = &concerns_.freezes[place]->freeze;
      for (const Interval& interval : runs) {
        if (interval.Meets(span_)) survey_.freezes.Add({freeze, interval, place}, arena_);
      }
    }
  }

  void AskHelper(const Helper& helper) {
    IntervalList away;
    for (const Interval& interval : helper.away.intervals()) {
      if (interval.Meets(span_)) away.Add(interval, arena_);
    }
    if (helper.hours != nullptr) {
      IntervalList hours;
      ExpandOne(*helper.hours, helper.name, span_, arena_, &hours, &survey_.problems);
      Unite(&hours);
      for (const Interval& gap : Gaps(hours, span_, arena_)) away.Add(gap, arena_);
    }
    Unite(&away);
    for (const Interval& interval : away) survey_.absences.Add({helper.name, interval}, arena_);
  }

  const Concerns& concerns_;
  const Expansions& expansions_;
  const Interval span_;
  flat::Arena* const arena_;
  Survey survey_;
};

}  // namespace

IntervalList Survey::Open(const Interval& span, flat::Arena* arena) const {
  IntervalList open;
  open.Add(span, arena);
  Unite(&open);
  for (int i = 0; i < parts.size(); ++i) {
    const bool is_as_before = i > 0 && parts[i].open.data() == parts[i - 1].open.data();
    if (!is_as_before) open = And(open, parts[i].open, arena);
  }
  return open;
}

Expansions Expand(const Concerns& concerns, const Interval& span, flat::Arena* arena) {
  Expansions expansions{.span = span};
  for (const Concerns::Window& each : concerns.windows) {
    IntervalList intervals;
    ExpandOne(each.window->times, each.window->window.id(), span, arena, &intervals,
              &expansions.problems);
    expansions.windows.Add(intervals, arena);
  }
  for (const CompiledFreeze* const freeze : concerns.freezes) {
    IntervalList intervals;
    const bool complete = ExpandOne(freeze->times, freeze->freeze.id(), span, arena, &intervals,
                                    &expansions.problems);
    if (!complete) intervals.Add(span, arena);
    expansions.freezes.Add(intervals, arena);
  }
  return expansions;
}

Expansions Narrow(const Expansions& expansions, const Interval& span, flat::Arena* arena) {
  Expansions narrow{.span = span};
  const auto take = [&](const flat::Repeated<IntervalList>& all,
                        flat::Repeated<IntervalList>* some) {
    for (const IntervalList& intervals : all) {
      IntervalList meeting;
      for (const Interval& interval : intervals) {
        if (interval.Meets(span)) meeting.Add(interval, arena);
      }
      some->Add(meeting, arena);
    }
  };
  take(expansions.windows, &narrow.windows);
  take(expansions.freezes, &narrow.freezes);
  return narrow;
}

Survey TakeSurvey(const Concerns& concerns, const Expansions& expansions, flat::Arena* arena) {
  return Surveyor(concerns, expansions, arena).Run(true);
}

Survey SurveyCalendars(const Concerns& concerns, const Expansions& expansions, flat::Arena* arena) {
  return Surveyor(concerns, expansions, arena).Run(false);
}

Survey TakeSurvey(const Concerns& concerns, const Interval& span, flat::Arena* arena) {
  return TakeSurvey(concerns, Expand(concerns, span, arena), arena);
}

}  // namespace changepolicy
