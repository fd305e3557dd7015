#include "libchangepolicy/calendar/calendar_check.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/calendar/departures.h"
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
    CheckIds(calendar_.lead_times(), "lead_times");
    for (const v1::ReleaseTrain& train : calendar_.trains()) {
      Append(CheckTrain(train, StrCat(path_, ".trains[", train.id(), "]")));
    }
    for (const v1::LeadTime& lead : calendar_.lead_times()) CheckLead(lead);
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
      Append(CheckPattern(times[i], StrCat(place, ".times[", i, "]")));
    }
  }

  void Append(Issues found) { issues_.insert(issues_.end(), found.begin(), found.end()); }

  void CheckLead(const v1::LeadTime& lead) {
    const std::string place = StrCat(path_, ".lead_times[", lead.id(), "]");
    if (lead.audience() == v1::AUDIENCE_UNSPECIFIED) {
      Report("no-audience", "a lead time says who is told", "write `audience: CLIENTS`", place);
    }
    if (FromProto(lead.lead()) <= absl::ZeroDuration()) {
      Report("no-lead", "a lead time is longer than nothing", "write `lead: 120h`",
             place + ".lead");
    }
  }

  void CheckHolidays(const v1::HolidaySet& set) {
    const std::string place = StrCat(path_, ".holidays[", set.id(), "]");
    if (!FindZone(set.zone()).has_value()) {
      Report("unknown-zone", StrCat("unknown zone `", set.zone(), "`"),
             set.zone().empty() ? "name the zone whose days these are, like `Asia/Singapore`"
                                : SuggestZone(set.zone()),
             place + ".zone");
    }
    for (int i = 0; i < set.days_size(); ++i) {
      CheckDate(set.days(i).date(), StrCat(place, ".days[", i, "].date"));
    }
    if (!set.known_from().empty()) CheckDate(set.known_from(), place + ".known_from");
    if (!set.known_until().empty()) CheckDate(set.known_until(), place + ".known_until");
    if (!set.known_from().empty() && !set.known_until().empty() &&
        set.known_until() < set.known_from()) {
      Report("known-until", "`known_until` is before `known_from`", "", place + ".known_until");
    }
  }

  void CheckDate(const std::string& date, const std::string& place) {
    if (date.size() == 10 && ParseLocal(date).has_value()) return;
    Report("local-date", StrCat("`", date, "` is no date"), "write `2026-02-17`", place);
  }

  const v1::Calendar& calendar_;
  const std::string path_;
  Issues issues_;
};

template <typename Ids, typename Declared>
void WarnOfUnknown(std::string_view what, const Ids& ids, const Declared& declared,
                   const std::string& path, Issues* issues) {
  std::vector<std::string_view> known;
  for (const auto& each : declared) known.push_back(each.id());
  if (known.empty()) return;
  for (int i = 0; i < ids.size(); ++i) {
    if (std::find(known.begin(), known.end(), ids[i]) != known.end()) continue;
    const std::string_view nearest = Nearest(ids[i], known);
    Issue issue;
    issue.severity = Severity::kWarning;
    issue.id = "unknown-scope";
    issue.message =
        StrCat("the scope names the ", what, " `", ids[i], "`, which the directory does not know");
    if (!nearest.empty()) issue.help = StrCat("did you mean `", nearest, "`?");
    issue.path = StrCat(path, "[", i, "]");
    issues->push_back(std::move(issue));
  }
}

}  // namespace

Issues CheckScope(const v1::CalendarScope& scope, const v1::Directory& directory,
                  std::string_view path) {
  Issues issues;
  WarnOfUnknown("service", scope.services(), directory.services(), StrCat(path, ".services"),
                &issues);
  WarnOfUnknown("team", scope.teams(), directory.teams(), StrCat(path, ".teams"), &issues);
  WarnOfUnknown("change model", scope.change_models(), directory.change_models(),
                StrCat(path, ".change_models"), &issues);
  return issues;
}

Issues CheckScopes(const v1::Directory& directory, std::string_view path) {
  Issues issues;
  const auto check = [&](const auto& elements, std::string_view name) {
    for (const auto& element : elements) {
      const Issues found = CheckScope(element.scope(), directory,
                                      StrCat(path, ".", name, "[", element.id(), "].scope"));
      issues.insert(issues.end(), found.begin(), found.end());
    }
  };
  check(directory.calendar().windows(), "windows");
  check(directory.calendar().freezes(), "freezes");
  check(directory.calendar().lead_times(), "lead_times");
  check(directory.calendar().trains(), "trains");
  return issues;
}

Issues CheckCalendar(const v1::Calendar& calendar, std::string_view path) {
  return CalendarChecker(calendar, path).Run();
}

}  // namespace changepolicy
