#include "libchangepolicy/calendar/survey.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/calendar/scope.h"

namespace changepolicy {

namespace {

class Surveyor {
 public:
  Surveyor(const CalendarSources& sources, const Work& work, const Interval& span)
      : sources_(sources), parts_(work, *sources.relations), span_(span) {
    open_.resize(parts_.size());
    declared_.resize(parts_.size());
  }

  Survey Run() {
    for (const CompiledCalendar* const calendar : sources_.calendars) {
      for (const CompiledWindow& window : calendar->windows()) AskWindow(window);
      for (const CompiledFreeze& freeze : calendar->freezes()) AskFreeze(freeze);
    }
    for (const Helper& helper : sources_.helpers) AskHelper(helper);
    for (size_t part = 0; part < parts_.size(); ++part) {
      if (!declared_[part]) continue;
      survey_.parts.push_back({parts_.NameOf(part), IntervalSet(std::move(open_[part]))});
    }
    const auto by_id = [](const auto& id) {
      return [&id](const auto& a, const auto& b) {
        return std::tie(a.interval.start, id(a), a.interval.end) <
               std::tie(b.interval.start, id(b), b.interval.end);
      };
    };
    const auto window_id = [](const Survey::Window& each) -> const std::string& {
      return each.window->id();
    };
    const auto freeze_id = [](const Survey::Freeze& each) -> const std::string& {
      return each.freeze->id();
    };
    const auto who = [](const Survey::Absence& each) -> const std::string& { return each.who; };
    std::sort(survey_.windows.begin(), survey_.windows.end(), by_id(window_id));
    std::sort(survey_.freezes.begin(), survey_.freezes.end(), by_id(freeze_id));
    std::sort(survey_.absences.begin(), survey_.absences.end(), by_id(who));
    survey_.unknown.assign(unknown_.begin(), unknown_.end());
    survey_.problems.assign(problems_.begin(), problems_.end());
    return std::move(survey_);
  }

 private:
  // False where more than the intervals given may belong to it.
  bool Expand(const Times& times, const std::string& id, std::vector<Interval>* intervals) {
    std::vector<std::string> problems;
    const bool complete = times.Expand(span_, intervals, &problems);
    for (const std::string& problem : problems) problems_.insert(StrCat(id, ": ", problem));
    return complete;
  }

  void AskWindow(const CompiledWindow& compiled) {
    const v1::MaintenanceWindow& window = compiled.window;
    const WorkParts::Answer answer = parts_.Ask(window.scope());
    if (answer.None()) return;
    survey_.windows_declared = true;
    unknown_.insert(answer.unknown.begin(), answer.unknown.end());
    std::vector<Interval> intervals;
    bool some = false;
    for (size_t part = 0; part < parts_.size(); ++part) {
      declared_[part] = declared_[part] || answer.parts[part] != Concern::kNo;
      some = some || answer.parts[part] == Concern::kYes;
    }
    if (!some) return;
    Expand(compiled.times, window.id(), &intervals);
    for (const Interval& interval : intervals) {
      if (interval.Meets(span_)) survey_.windows.push_back({&window, interval});
    }
    for (size_t part = 0; part < parts_.size(); ++part) {
      if (answer.parts[part] != Concern::kYes) continue;
      open_[part].insert(open_[part].end(), intervals.begin(), intervals.end());
    }
  }

  void AskFreeze(const CompiledFreeze& compiled) {
    const v1::Freeze& freeze = compiled.freeze;
    const WorkParts::Answer answer = parts_.Ask(freeze.scope());
    if (answer.None()) return;
    unknown_.insert(answer.unknown.begin(), answer.unknown.end());
    std::vector<Interval> intervals;
    if (!Expand(compiled.times, freeze.id(), &intervals)) intervals.push_back(span_);
    for (const Interval& interval : IntervalSet(std::move(intervals)).intervals()) {
      if (interval.Meets(span_)) survey_.freezes.push_back({&freeze, interval});
    }
  }

  void AskHelper(const Helper& helper) {
    std::vector<Interval> away;
    for (const Interval& interval : helper.away.intervals()) {
      if (interval.Meets(span_)) away.push_back(interval);
    }
    if (helper.hours != nullptr) {
      std::vector<Interval> hours;
      Expand(*helper.hours, helper.name, &hours);
      const IntervalSet gaps = IntervalSet(std::move(hours)).Gaps(span_);
      away.insert(away.end(), gaps.intervals().begin(), gaps.intervals().end());
    }
    for (const Interval& interval : IntervalSet(std::move(away)).intervals()) {
      survey_.absences.push_back({helper.name, interval});
    }
  }

  const CalendarSources& sources_;
  const WorkParts parts_;
  const Interval span_;
  Survey survey_;
  std::vector<std::vector<Interval>> open_;
  std::vector<bool> declared_;
  std::set<std::string> unknown_, problems_;
};

}  // namespace

IntervalSet Survey::Open(const Interval& span) const {
  IntervalSet open({span});
  for (const Part& part : parts) open = open.And(part.open);
  return open;
}

Survey TakeSurvey(const CalendarSources& sources, const Work& work, const Interval& span) {
  return Surveyor(sources, work, span).Run();
}

}  // namespace changepolicy
