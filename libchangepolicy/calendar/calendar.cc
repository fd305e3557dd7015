#include "libchangepolicy/calendar/calendar.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/calendar/pattern.h"
#include "libchangepolicy/calendar/zone.h"

namespace changepolicy {

namespace {

class CalendarChecker {
 public:
  CalendarChecker(const v1::Calendar& calendar, std::string_view path)
      : calendar_(calendar), path_(path) {}

  Issues Run() {
    std::set<std::string> sets;
    CheckIds(calendar_.windows(), "windows");
    CheckIds(calendar_.freezes(), "freezes");
    CheckIds(calendar_.holidays(), "holidays");
    CheckIds(calendar_.trains(), "trains");
    for (const v1::HolidaySet& set : calendar_.holidays()) {
      sets.insert(set.id());
      CheckHolidays(set);
    }
    for (const v1::MaintenanceWindow& window : calendar_.windows()) {
      const std::string place = StrCat(path_, ".windows[", window.id(), "]");
      if (window.times_size() == 0) {
        Report("no-times", "a window says when it is", "write `times: [...]`", place);
      }
      CheckTimes(window.times(), place);
    }
    for (const v1::Freeze& freeze : calendar_.freezes()) {
      const std::string place = StrCat(path_, ".freezes[", freeze.id(), "]");
      if (freeze.times_size() == 0 && freeze.holidays_size() == 0) {
        Report("no-times", "a freeze says when it is", "write `times: [...]`", place);
      }
      CheckTimes(freeze.times(), place);
      for (const std::string& name : freeze.holidays()) {
        if (sets.count(name) > 0) continue;
        const std::string_view nearest = Nearest(name, {sets.begin(), sets.end()});
        Report(
            "unknown-holidays", StrCat("unknown set of holidays `", name, "`"),
            nearest.empty() ? "declare it in `holidays`" : StrCat("did you mean `", nearest, "`?"),
            place + ".holidays");
      }
    }
    return std::move(issues_);
  }

 private:
  void Report(std::string_view id, std::string message, std::string help, std::string place) {
    Issue issue;
    issue.id = id;
    issue.message = std::move(message);
    issue.help = std::move(help);
    issue.path = std::move(place);
    issues_.push_back(std::move(issue));
  }

  template <typename List>
  void CheckIds(const List& list, std::string_view name) {
    std::set<std::string> seen;
    for (int i = 0; i < list.size(); ++i) {
      if (list[i].id().empty()) {
        Report("missing-id", StrCat("an element of `", name, "` has no id"), "give it one",
               StrCat(path_, ".", name, "[", i, "]"));
      } else if (!seen.insert(list[i].id()).second) {
        Report("duplicate-id", StrCat("`", list[i].id(), "` stands twice in `", name, "`"),
               "rename one", StrCat(path_, ".", name, "[", list[i].id(), "]"));
      }
    }
  }

  template <typename List>
  void CheckTimes(const List& times, const std::string& place) {
    for (int i = 0; i < times.size(); ++i) {
      Issues found = CheckPattern(times[i], StrCat(place, ".times[", i, "]"));
      issues_.insert(issues_.end(), found.begin(), found.end());
    }
  }

  void CheckHolidays(const v1::HolidaySet& set) {
    const std::string place = StrCat(path_, ".holidays[", set.id(), "]");
    if (!FindZone(set.zone()).has_value()) {
      Report("unknown-zone", StrCat("unknown zone `", set.zone(), "`"),
             "name the zone whose days these are, like `Asia/Singapore`", place + ".zone");
    }
    for (int i = 0; i < set.days_size(); ++i) {
      if (set.days(i).date().size() != 10 || !ParseLocal(set.days(i).date()).has_value()) {
        Report("local-date", StrCat("`", set.days(i).date(), "` is no date"), "write `2026-02-17`",
               StrCat(place, ".days[", i, "].date"));
      }
    }
  }

  const v1::Calendar& calendar_;
  const std::string path_;
  Issues issues_;
};

enum class Scope { kOut, kIn, kUnknown };

class Answerer {
 public:
  explicit Answerer(const CalendarQuestion& question) : question_(question) {}

  CalendarResult Run() {
    v1::CalendarAnswer& answer = result_.answer;
    answer.set_planned(question_.start.has_value() && question_.end.has_value());
    if (answer.planned()) {
      ToProto(*question_.start, answer.mutable_start());
      ToProto(*question_.end, answer.mutable_end());
    }
    for (const v1::Calendar* const calendar : question_.calendars) {
      for (const v1::MaintenanceWindow& window : calendar->windows()) AskWindow(window);
      for (const v1::Freeze& freeze : calendar->freezes()) AskFreeze(*calendar, freeze);
    }
    TakeWindows();
    TakeFreezes();
    if (answer.planned()) FindConflicts();
    std::sort(answer.mutable_problems()->begin(), answer.mutable_problems()->end());
    result_.unknown.assign(unknown_.begin(), unknown_.end());
    return std::move(result_);
  }

 private:
  struct Found {
    std::string id;
    Interval interval;
    bool crossing = false;

    bool operator<(const Found& other) const {
      return std::tie(interval.start, id, interval.end) <
             std::tie(other.interval.start, other.id, other.interval.end);
    }
  };

  template <typename List, typename Mine>
  Scope Shares(const List& wanted, const Mine& mine, bool known, std::string_view name) {
    if (wanted.empty()) return Scope::kIn;
    for (const auto& each : mine) {
      if (std::find(wanted.begin(), wanted.end(), each) != wanted.end()) return Scope::kIn;
    }
    if (known) return Scope::kOut;
    pending_.insert(std::string(name));
    return Scope::kUnknown;
  }

  Scope ScopeOf(const v1::CalendarScope& scope) {
    pending_.clear();
    const std::vector<std::string> team =
        question_.team.empty() ? std::vector<std::string>{} : std::vector{question_.team};
    const std::vector<std::string> model = question_.change_model.empty()
                                               ? std::vector<std::string>{}
                                               : std::vector{question_.change_model};
    Scope all = Scope::kIn;
    for (const Scope part :
         {Shares(scope.services(), question_.services, question_.services_known, "services"),
          Shares(scope.teams(), team, question_.team_known, "team"),
          Shares(scope.environments(), question_.environments, question_.environments_known,
                 "environments"),
          Shares(scope.change_models(), model, true, "change_model")}) {
      if (part == Scope::kOut) return Scope::kOut;
      if (part == Scope::kUnknown) all = Scope::kUnknown;
    }
    if (all == Scope::kUnknown) unknown_.insert(pending_.begin(), pending_.end());
    return all;
  }

  template <typename List>
  std::vector<Interval> ExpandAll(const List& times, const std::string& id) {
    std::vector<Interval> intervals;
    for (const v1::TimePattern& pattern : times) {
      Expansion expansion = Expand(pattern, *question_.start, *question_.end);
      intervals.insert(intervals.end(), expansion.intervals.begin(), expansion.intervals.end());
      for (const std::string& problem : expansion.problems) {
        result_.answer.add_problems(StrCat(id, ": ", problem));
      }
    }
    return intervals;
  }

  void AskWindow(const v1::MaintenanceWindow& window) {
    const Scope scope = ScopeOf(window.scope());
    if (scope == Scope::kOut) return;
    result_.answer.set_windows_declared(true);
    if (!result_.answer.planned() || scope == Scope::kUnknown) return;
    for (const Interval& interval : ExpandAll(window.times(), window.id())) {
      windows_.push_back({window.id(), interval});
    }
  }

  void AskFreeze(const v1::Calendar& calendar, const v1::Freeze& freeze) {
    if (ScopeOf(freeze.scope()) == Scope::kOut || !result_.answer.planned()) return;
    const size_t problems = static_cast<size_t>(result_.answer.problems_size());
    std::vector<Interval> intervals = ExpandAll(freeze.times(), freeze.id());
    // A freeze that cannot be computed holds.
    if (static_cast<size_t>(result_.answer.problems_size()) > problems && intervals.empty()) {
      intervals.push_back({*question_.start, *question_.end});
    }
    for (const std::string& name : freeze.holidays()) {
      for (const v1::HolidaySet& set : calendar.holidays()) {
        if (set.id() == name) AddHolidays(set, &intervals);
      }
    }
    for (const Interval& interval : intervals) {
      freezes_.push_back({freeze.id(), interval, freeze.emergency_may_cross()});
    }
  }

  void AddHolidays(const v1::HolidaySet& set, std::vector<Interval>* intervals) {
    const std::optional<absl::TimeZone> zone = FindZone(set.zone());
    for (const v1::Holiday& day : set.days()) {
      const std::optional<absl::CivilSecond> local = ParseLocal(day.date());
      if (!zone.has_value() || !local.has_value()) {
        result_.answer.add_problems(StrCat(set.id(), ": `", day.date(), "` is no day"));
        continue;
      }
      const absl::Time begin = ToInstant(*local, *zone);
      const absl::Time end = ToInstant(absl::CivilSecond(absl::CivilDay(*local) + 1), *zone);
      if (begin < *question_.end && end > *question_.start) intervals->push_back({begin, end});
    }
  }

  static void Tell(const Found& found, v1::CalendarEntry* entry) {
    entry->set_id(found.id);
    ToProto(found.interval.start, entry->mutable_start());
    ToProto(found.interval.end, entry->mutable_end());
  }

  void TakeWindows() {
    std::sort(windows_.begin(), windows_.end());
    const absl::Duration length =
        result_.answer.planned() ? *question_.end - *question_.start : absl::ZeroDuration();
    absl::Time latest = absl::InfinitePast();
    for (const Found& window : windows_) {
      const Interval& interval = window.interval;
      if (interval.start <= *question_.start && *question_.end <= interval.end &&
          !result_.answer.inside_window()) {
        result_.answer.set_inside_window(true);
        Tell(window, result_.answer.mutable_window());
      }
      const bool begins_inside =
          interval.start <= *question_.start && *question_.start < interval.end;
      if (begins_inside && interval.end - length >= interval.start) {
        latest = std::max(latest, interval.end - length);
      }
    }
    if (latest != absl::InfinitePast()) ToProto(latest, result_.answer.mutable_latest_start());
  }

  void TakeFreezes() {
    std::sort(freezes_.begin(), freezes_.end());
    bool crossing = !freezes_.empty();
    for (const Found& freeze : freezes_) {
      Tell(freeze, result_.answer.add_freezes());
      crossing = crossing && freeze.crossing;
    }
    result_.answer.set_frozen(!freezes_.empty());
    result_.answer.set_crossing_possible(crossing);
  }

  template <typename List>
  static bool Meet(const List& a, const std::vector<std::string>& b) {
    return std::any_of(a.begin(), a.end(), [&](const std::string& each) {
      return std::find(b.begin(), b.end(), each) != b.end();
    });
  }

  void FindConflicts() {
    std::vector<std::string> services = question_.services;
    for (const std::string& service : question_.services) {
      if (!question_.related_services) break;
      const std::vector<std::string> related = question_.related_services(service);
      services.insert(services.end(), related.begin(), related.end());
    }
    std::vector<Found> conflicts;
    for (const v1::ScheduledWork* const work : question_.scheduled) {
      const Interval interval{FromProto(work->start()), FromProto(work->end())};
      if (work->subject_id() == question_.subject_id || interval.start >= *question_.end ||
          interval.end <= *question_.start) {
        continue;
      }
      const bool depends = std::find(question_.related.begin(), question_.related.end(),
                                     work->subject_id()) != question_.related.end();
      if (depends || Meet(work->assets(), question_.assets) ||
          Meet(work->people(), question_.people) || Meet(work->services(), services)) {
        conflicts.push_back({work->subject_id(), interval});
      }
    }
    std::sort(conflicts.begin(), conflicts.end());
    for (const Found& conflict : conflicts) Tell(conflict, result_.answer.add_conflicts());
  }

  const CalendarQuestion& question_;
  CalendarResult result_;
  std::vector<Found> windows_, freezes_;
  std::set<std::string> unknown_, pending_;
};

}  // namespace

Issues CheckCalendar(const v1::Calendar& calendar, std::string_view path) {
  return CalendarChecker(calendar, path).Run();
}

CalendarResult AnswerCalendar(const CalendarQuestion& question) { return Answerer(question).Run(); }

}  // namespace changepolicy
