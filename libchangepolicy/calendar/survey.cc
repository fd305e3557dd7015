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

class Surveyor {
 public:
  Surveyor(const Concerns& concerns, const Interval& span, flat::Arena* arena)
      : concerns_(concerns), span_(span), arena_(arena) {}

  Survey Run() {
    flat::Repeated<IntervalList> open;
    for (int i = 0; i < concerns_.windows.size(); ++i) open.Add(AskWindow(i), arena_);
    TakeParts(open);
    for (int i = 0; i < concerns_.freezes.size(); ++i) AskFreeze(i);
    for (const Helper* const helper : concerns_.sources.helpers) AskHelper(*helper);
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
    Sort(&problems, std::less<>());
    problems.Truncate(
        static_cast<int>(std::unique(problems.begin(), problems.end()) - problems.begin()));
    return survey_;
  }

 private:
  // False where more than the intervals given may belong to it.
  bool Expand(const Times& times, std::string_view id, IntervalList* intervals) {
    return times.Expand(
        span_, [&](const Interval& interval) { intervals->Add(interval, arena_); },
        [&](std::string_view problem) {
          survey_.problems.Add(arena_->Copy(StrCat(id, ": ", problem)), arena_);
        });
  }

  // When it is open, in no order.
  IntervalList AskWindow(int place) {
    const CompiledWindow& window = *concerns_.windows[place].window;
    IntervalList intervals;
    Expand(window.times, window.window.id(), &intervals);
    for (const Interval& interval : intervals) {
      if (interval.Meets(span_)) survey_.windows.Add({&window.window, interval, place}, arena_);
    }
    return intervals;
  }

  // Whether the same windows concern both parts.
  bool AreAlike(int one, int other) const {
    return std::all_of(concerns_.windows.begin(), concerns_.windows.end(),
                       [&](const Concerns::Window& window) {
                         return window.parts.Has(one) == window.parts.Has(other);
                       });
  }

  // `open` is of each window.
  void TakeParts(const flat::Repeated<IntervalList>& open) {
    if (!concerns_.windows_declared) return;
    for (int part = 0; part < concerns_.parts.size(); ++part) {
      if (!concerns_.declared.Has(part)) continue;
      const int before = survey_.parts.size() - 1;
      if (before >= 0 && AreAlike(survey_.parts[before].part, part)) {
        survey_.parts.Add({part, survey_.parts[before].open}, arena_);
        continue;
      }
      IntervalList all;
      for (int i = 0; i < open.size(); ++i) {
        if (!concerns_.windows[i].parts.Has(part)) continue;
        for (const Interval& interval : open[i]) all.Add(interval, arena_);
      }
      Unite(&all);
      survey_.parts.Add({part, all}, arena_);
    }
  }

  void AskFreeze(int place) {
    const CompiledFreeze& freeze = *concerns_.freezes[place];
    IntervalList intervals;
    if (!Expand(freeze.times, freeze.freeze.id(), &intervals)) intervals.Add(span_, arena_);
    Unite(&intervals);
    for (const Interval& interval : intervals) {
      if (interval.Meets(span_)) survey_.freezes.Add({&freeze.freeze, interval, place}, arena_);
    }
  }

  void AskHelper(const Helper& helper) {
    IntervalList away;
    for (const Interval& interval : helper.away.intervals()) {
      if (interval.Meets(span_)) away.Add(interval, arena_);
    }
    if (helper.hours != nullptr) {
      IntervalList hours;
      Expand(*helper.hours, helper.name, &hours);
      Unite(&hours);
      for (const Interval& gap : Gaps(hours, span_, arena_)) away.Add(gap, arena_);
    }
    Unite(&away);
    for (const Interval& interval : away) survey_.absences.Add({helper.name, interval}, arena_);
  }

  const Concerns& concerns_;
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

Survey TakeSurvey(const Concerns& concerns, const Interval& span, flat::Arena* arena) {
  return Surveyor(concerns, span, arena).Run();
}

}  // namespace changepolicy
