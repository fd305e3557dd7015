#include "libchangepolicy/report/schedule_calendar.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "absl/strings/str_join.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/calendar/icalendar.h"
#include "libchangepolicy/report/schedule_wording.h"

namespace changepolicy {

namespace {

std::string UtcText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%S", time, absl::UTCTimeZone());
}

// For UIDs, which are one word.
std::string Word(std::string_view text) {
  std::string word(text);
  std::replace_if(
      word.begin(), word.end(),
      [](unsigned char c) { return c <= ' ' || c == ':' || c == ';' || c == ',' || c == '@'; },
      '-');
  return word;
}

class EventWriter {
 public:
  explicit EventWriter(const v1::ForwardSchedule& schedule) : schedule_(schedule) {}

  v1::CalendarFile Run() {
    file_.set_name(schedule_.organization().empty()
                       ? "Forward schedule of change"
                       : StrCat("Forward schedule of change, ", schedule_.organization()));
    for (const v1::SchedulePeriod& window : schedule_.windows()) {
      AddPeriod("window", "Maintenance window", window);
    }
    for (const v1::SchedulePeriod& freeze : schedule_.freezes()) {
      AddPeriod("freeze", "Freeze", freeze);
    }
    std::map<std::string_view, std::string> conflicts;
    for (const v1::Conflict& conflict : schedule_.conflicts()) {
      std::vector<std::string> clashes;
      for (const v1::Clash& clash : conflict.clashes()) clashes.push_back(ClashText(clash));
      const std::string why = absl::StrJoin(clashes, ", ");
      StrAppend(&conflicts[conflict.one()], "\nConflict with ", conflict.other(), ": ", why);
      StrAppend(&conflicts[conflict.other()], "\nConflict with ", conflict.one(), ": ", why);
    }
    for (const v1::ScheduledWork& work : schedule_.works()) {
      if (!HasTime(work)) continue;  // a problem of the schedule, which names it
      v1::CalendarEvent& event = Add(
          StrCat("work-", Word(work.subject_id())), FromProto(work.start()), FromProto(work.end()),
          work.title().empty() ? work.subject_id() : StrCat(work.subject_id(), " ", work.title()));
      std::string text;
      Append("Services", work.services(), &text);
      Append("Assets", work.assets(), &text);
      Append("People", work.people(), &text);
      const auto conflict = conflicts.find(work.subject_id());
      if (conflict != conflicts.end()) text += conflict->second;
      event.set_description(text.substr(text.starts_with('\n') ? 1 : 0));
      event.set_status("CONFIRMED");
      event.add_categories(conflict == conflicts.end() ? "Change" : "Conflict");
    }
    for (const v1::TrainDeparture& departure : schedule_.departures()) AddTrain(departure);
    return std::move(file_);
  }

 private:
  v1::CalendarEvent& Add(const std::string& uid, absl::Time start, absl::Time end,
                         const std::string& title) {
    v1::CalendarEvent& event = *file_.add_events();
    event.set_uid(StrCat(uid, "-", absl::FormatTime("%Y%m%dT%H%M%SZ", start, absl::UTCTimeZone()),
                         "@changepolicy"));
    event.set_title(title);
    event.mutable_times()->set_zone("UTC");
    event.mutable_times()->set_start(UtcText(start));
    if (end > start) event.mutable_times()->set_end(UtcText(end));
    return event;
  }

  template <typename List>
  static void Append(std::string_view name, const List& list, std::string* text) {
    if (!list.empty()) StrAppend(text, "\n", name, ": ", absl::StrJoin(list, ", "));
  }

  void AddPeriod(std::string_view kind, std::string_view name, const v1::SchedulePeriod& period) {
    v1::CalendarEvent& event = Add(
        StrCat(kind, "-", Word(period.id())), FromProto(period.start()), FromProto(period.end()),
        StrCat(name, ": ", period.title().empty() ? period.id() : period.title()));
    std::string text;
    Append("Services", period.scope().services(), &text);
    Append("Teams", period.scope().teams(), &text);
    Append("Change models", period.scope().change_models(), &text);
    if (!period.clause().empty()) StrAppend(&text, "\nClause: ", period.clause());
    event.set_description(text.substr(text.empty() ? 0 : 1));
    event.set_transparent(true);
    event.add_categories(std::string(name));
  }

  void AddTrain(const v1::TrainDeparture& departure) {
    const auto add = [&](bool set, const google::protobuf::Timestamp& at, std::string_view step) {
      const absl::Time time = FromProto(at);
      if (!set || time < FromProto(schedule_.from()) || time >= FromProto(schedule_.until())) {
        return;
      }
      v1::CalendarEvent& event =
          Add(StrCat("train-", Word(departure.id()), "-", Word(step)), time, time,
              StrCat(departure.title().empty() ? departure.id() : departure.title(), ": ", step));
      event.set_transparent(true);
      event.add_categories("Release train");
    };
    add(departure.has_feature_freeze(), departure.feature_freeze(), "feature freeze");
    add(departure.has_code_freeze(), departure.code_freeze(), "code freeze");
    add(departure.has_candidate(), departure.candidate(), "candidate");
    add(departure.has_release(), departure.release(), "release");
  }

  const v1::ForwardSchedule& schedule_;
  v1::CalendarFile file_;
};

}  // namespace

v1::CalendarFile ScheduleEvents(const v1::ForwardSchedule& schedule) {
  return EventWriter(schedule).Run();
}

absl::StatusOr<std::string> ScheduleICalendar(const v1::ForwardSchedule& schedule) {
  return WriteICalendar(ScheduleEvents(schedule), {.stamp = FromProto(schedule.now())});
}

}  // namespace changepolicy
