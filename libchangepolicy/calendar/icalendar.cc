#include "libchangepolicy/calendar/icalendar.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/calendar/icalendar_check.h"
#include "libchangepolicy/calendar/icalendar_event.h"
#include "libchangepolicy/calendar/icalendar_lines.h"
#include "libchangepolicy/calendar/zone.h"

namespace changepolicy {

namespace {

// What is read of an event; the rest is dropped when it has been judged.
bool IsRead(std::string_view property) {
  static constexpr std::array<std::string_view, 17> kRead = {
      "CATEGORIES", "DESCRIPTION", "DTEND", "DTSTAMP",       "DTSTART", "DURATION", "EXDATE",
      "EXRULE",     "LOCATION",    "RDATE", "RECURRENCE-ID", "RRULE",   "SEQUENCE", "STATUS",
      "SUMMARY",    "TRANSP",      "UID"};
  return property == "URL" || std::find(kRead.begin(), kRead.end(), property) != kRead.end();
}

class FileReader {
 public:
  FileReader(const ICalendarOptions& options, Complaints* complaints)
      : options_(options), complaints_(complaints) {}

  v1::CalendarFile Read(std::string_view text) {
    const auto roots =
        ReadComponents(text, &unfolded_, complaints_,
                       [this](ICalComponent* component, const ICalComponent* parent) {
                         Close(component, parent);
                       });
    for (const auto& root : roots) {
      if (root->name == "VCALENDAR") ReadCalendar(*root);
    }
    v1::CalendarFile file;
    file.set_name(name_);
    for (size_t i = 0; i < events_.size(); ++i) {
      if (!replaced_[i]) *file.add_events() = std::move(events_[i].event);
    }
    return file;
  }

 private:
  void Close(ICalComponent* component, const ICalComponent* parent) {
    const bool has_method = parent != nullptr && parent->Find("METHOD") != nullptr;
    CheckComponent(*component, parent, has_method, complaints_);
    if (component->name == "VEVENT") {
      component->parts.clear();
      std::erase_if(component->lines, [](const ICalLine& line) { return !IsRead(line.name); });
      if (++counted_ == options_.max_events + 1) {
        complaints_->Add(Weight::kOpen, "limit", component->number, component->source,
                         StrCat("the file has more than ", options_.max_events, " events"),
                         "split it");
      }
    } else if (component->name != "VTIMEZONE" && component->name != "VCALENDAR" &&
               component->name != "STANDARD" && component->name != "DAYLIGHT") {
      component->lines.clear();
      component->parts.clear();
    } else if (component->name == "VTIMEZONE" && ++zones_ == kMostZones + 1) {
      complaints_->Add(Weight::kOpen, "limit", component->number, component->source,
                       StrCat("the file has more than ", kMostZones, " VTIMEZONEs"), "split it");
    }
  }

  void ReadCalendar(const ICalComponent& calendar) {
    // Nothing is made of a file that is refused for its size.
    if (counted_ > options_.max_events || zones_ > kMostZones) return;
    std::string floating = options_.floating_zone;
    for (const ICalLine& line : calendar.lines) {
      if ((line.name == "X-WR-CALNAME" || line.name == "NAME") && name_.empty()) {
        name_ = UnescapeText(line.value);
      } else if (line.name == "X-WR-TIMEZONE" && options_.floating_zone.empty()) {
        floating = IanaName(line.value);
        if (floating.empty()) continue;
        complaints_->Note(line.number, StrCat("what has no zone of its own is read in ", floating,
                                              ", by X-WR-TIMEZONE"));
      }
    }
    const ICalLine* const method_line = calendar.Find("METHOD");
    const std::string method =
        method_line == nullptr ? "" : absl::AsciiStrToUpper(ToAbsl(method_line->value));
    // RFC 5546: these answer or propose, and nothing takes place by them.
    if (method == "REPLY" || method == "COUNTER" || method == "DECLINECOUNTER" ||
        method == "REFRESH") {
      complaints_->Note(calendar.number,
                        StrCat("METHOD:", method, " says of no event when it is; left out"));
      return;
    }
    ZoneBook zones(calendar, complaints_);
    EventReader reader(&zones, floating, method, &converted_, complaints_);
    for (const auto& part : calendar.parts) {
      if (part->name == "VEVENT") {
        std::optional<ReadEvent> event = reader.Read(*part);
        if (event.has_value()) Keep(*std::move(event));
      } else if (part->name == "VTODO" || part->name == "VJOURNAL" || part->name == "VFREEBUSY") {
        complaints_->Note(part->number, StrCat("a ", part->name, " is no event; left out"));
      }
    }
  }

  // RFC 5546, 2.1.5: the greater SEQUENCE is the later revision, then the greater DTSTAMP.
  void Keep(ReadEvent read) {
    const std::string& uid = read.event.uid();
    const size_t index = events_.size();
    replaced_.push_back(false);
    if (!uid.empty()) {
      const auto [found, is_new] =
          by_id_.emplace(std::pair(uid, read.event.recurrence_id()), index);
      if (!is_new) {
        const ReadEvent& other = events_[found->second];
        const bool later =
            std::tie(read.sequence, read.stamp) >= std::tie(other.sequence, other.stamp);
        complaints_->Note(
            later ? other.line : read.line,
            StrCat("the event is revised on line ", later ? read.line : other.line, "; left out"));
        replaced_[later ? found->second : index] = true;
        if (later) found->second = index;
      }
    }
    events_.push_back(std::move(read));
  }

  static constexpr int kMostZones = 1'000;

  const ICalendarOptions& options_;
  Complaints* complaints_;
  std::deque<std::string> unfolded_;
  int counted_ = 0, zones_ = 0, converted_ = 0;
  std::string name_;
  std::vector<ReadEvent> events_;
  std::vector<bool> replaced_;
  std::map<std::pair<std::string, std::string>, size_t> by_id_;
};

}  // namespace

ICalendarResult ReadICalendar(std::string_view text, std::string_view file,
                              const ICalendarOptions& options) {
  ICalendarResult result;
  Complaints complaints(file, options.lenient);
  if (text.size() > options.max_bytes) {
    complaints.Add(Weight::kOpen, "limit", 0, "",
                   StrCat("the file is larger than ", options.max_bytes >> 20, " MiB"), "split it");
  } else if (!options.floating_zone.empty() && !FindZone(options.floating_zone).has_value()) {
    complaints.Add(Weight::kOpen, "unknown-zone", 0, "",
                   StrCat("unknown zone `", Printable(options.floating_zone), "`"),
                   "name a zone of the IANA database, like `Asia/Singapore`");
  } else {
    v1::CalendarFile read = FileReader(options, &complaints).Read(text);
    if (!complaints.failed()) {
      for (std::string& note : complaints.TakeNotes()) read.add_notes(std::move(note));
      result.file = std::move(read);
    }
  }
  result.issues = complaints.TakeIssues();
  return result;
}

namespace {

// The instances of one event by itself.
std::vector<Interval> OwnInstances(const v1::CalendarEvent& event, absl::Time from, absl::Time to,
                                   std::vector<std::string>* problems) {
  v1::TimePattern pattern = event.times();
  if (pattern.zone().empty()) pattern.set_zone("UTC");
  const bool moment = pattern.end().empty() && pattern.duration().empty();
  if (moment) pattern.set_duration("1s");
  Expansion expansion = Expand(pattern, from, to);
  if (problems != nullptr) {
    for (const std::string& problem : expansion.problems) {
      problems->push_back(StrCat("`", event.title(), "`: ", problem));
    }
  }
  if (moment) {
    std::erase_if(expansion.intervals, [&](const Interval& each) { return each.start < from; });
    for (Interval& each : expansion.intervals) each.end = each.start;
  }
  return std::move(expansion.intervals);
}

absl::Time ReplacedAt(const v1::CalendarEvent& event) {
  const std::optional<absl::TimeZone> zone = FindZone(event.times().zone());
  const std::optional<absl::CivilSecond> local = ParseLocal(event.recurrence_id());
  if (!local.has_value()) return absl::InfinitePast();
  return ToInstant(*local, zone.value_or(absl::UTCTimeZone()));
}

}  // namespace

std::vector<EventInstance> Instances(const v1::CalendarFile& file, absl::Time from, absl::Time to,
                                     std::vector<std::string>* problems) {
  // A replacement may lie elsewhere than what it replaces, so that all of them are gathered first.
  std::map<std::string, std::vector<absl::Time>> replaced;
  for (const v1::CalendarEvent& event : file.events()) {
    if (!event.recurrence_id().empty()) replaced[event.uid()].push_back(ReplacedAt(event));
  }
  std::vector<EventInstance> instances;
  for (const v1::CalendarEvent& event : file.events()) {
    if (event.status() == "CANCELLED") continue;
    const auto taken = event.recurrence_id().empty() ? replaced.find(event.uid()) : replaced.end();
    for (const Interval& each : OwnInstances(event, from, to, problems)) {
      if (taken != replaced.end() && std::find(taken->second.begin(), taken->second.end(),
                                               each.start) != taken->second.end()) {
        continue;
      }
      instances.push_back({&event, each});
    }
  }
  std::stable_sort(instances.begin(), instances.end(),
                   [](const EventInstance& one, const EventInstance& other) {
                     return std::pair(one.interval.start, one.interval.end) <
                            std::pair(other.interval.start, other.interval.end);
                   });
  return instances;
}

}  // namespace changepolicy
