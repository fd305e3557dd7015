#include "libchangepolicy/calendar/icalendar_import.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/time/time.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/calendar/icalendar.h"
#include "libchangepolicy/calendar/icalendar_event.h"
#include "libchangepolicy/calendar/pattern.h"
#include "libchangepolicy/calendar/zone.h"

namespace changepolicy {

namespace {

constexpr size_t kLongestId = 48;

// `Code Freeze (v1.35)` -> `code-freeze-v1.35`: letters, digits and dots of ASCII.
std::string Slug(std::string_view text) {
  std::string slug;
  for (const char c : text) {
    const bool kept = absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.';
    if (kept) {
      slug.push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
    } else if (!slug.empty() && slug.back() != '-') {
      slug.push_back('-');
    }
    if (slug.size() >= kLongestId) break;
  }
  while (!slug.empty() && (slug.back() == '-' || slug.back() == '.')) slug.pop_back();
  return slug;
}

// Most UIDs are random numbers; some programs write words, which outlive a change of title.
bool IsReadable(std::string_view uid) {
  if (uid.empty() || uid.size() > kLongestId) return false;
  const auto digits = std::count_if(uid.begin(), uid.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
  return digits * 3 <= static_cast<ptrdiff_t>(uid.size()) &&
         std::all_of(uid.begin(), uid.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' ||
                  c == '_';
         });
}

class Importer {
 public:
  Importer(const v1::CalendarFile& file, std::string_view name, const ImportOptions& options,
           v1::Calendar* calendar)
      : file_(file), name_(name), options_(options), calendar_(calendar) {
    for (const v1::MaintenanceWindow& each : calendar->windows()) ids_.insert(each.id());
    for (const v1::Freeze& each : calendar->freezes()) ids_.insert(each.id());
    for (const v1::HolidaySet& each : calendar->holidays()) ids_.insert(each.id());
  }

  Issues Run() {
    if (options_.as == ImportAs::kHolidays) {
      Holidays();
    } else {
      Periods();
    }
    return std::move(issues_);
  }

 private:
  void Report(Severity severity, std::string_view id, std::string message, std::string help) {
    Issue& issue = issues_.emplace_back();
    issue.severity = severity;
    issue.id = id;
    issue.message = std::move(message);
    issue.help = std::move(help);
    issue.file = name_;
  }
  static std::string Named(const v1::CalendarEvent& event) {
    return StrCat("the event `", Printable(event.title().empty() ? event.uid() : event.title()),
                  "` of ", event.times().start());
  }

  std::string UniqueId(const std::string& wanted) {
    const std::string base = StrCat(options_.id_prefix, wanted.empty() ? "event" : wanted);
    std::string id = base;
    for (int number = 2; !ids_.insert(id).second; ++number) id = StrCat(base, "-", number);
    return id;
  }
  std::string IdOf(const v1::CalendarEvent& event) {
    const std::string uid = event.uid().substr(0, event.uid().find('@'));
    std::string slug = IsReadable(uid) ? Slug(uid) : Slug(event.title());
    if (slug.empty()) slug = Slug(uid);
    return UniqueId(slug);
  }

  // The pattern with a zone, and nothing for a moment.
  std::optional<v1::TimePattern> TimesOf(const v1::CalendarEvent& event) {
    v1::TimePattern times = event.times();
    if (times.zone().empty()) times.set_zone(options_.zone);
    if (times.zone().empty()) {
      Report(Severity::kError, "no-zone", StrCat(Named(event), " has no zone"),
             "name the zone of its days and times with `--zone`");
      return std::nullopt;
    }
    if (times.end().empty() && times.duration().empty()) {
      Report(Severity::kWarning, "moment", StrCat(Named(event), " takes no time and is left out"),
             "say what it begins with a mapping, docs/icalendar.md");
      return std::nullopt;
    }
    return times;
  }

  // The same instance in the words of another event's pattern.
  static std::string LocalIn(const v1::CalendarEvent& replacement, const v1::TimePattern& times) {
    const std::optional<absl::CivilSecond> local = ParseLocal(replacement.recurrence_id());
    const std::optional<absl::TimeZone> from = FindZone(replacement.times().zone());
    const std::optional<absl::TimeZone> to = FindZone(times.zone());
    const bool date = times.start().size() == 10;
    if (!local.has_value() || !from.has_value() || !to.has_value() || date) {
      return replacement.recurrence_id();
    }
    return LocalText(absl::ToCivilSecond(ToInstant(*local, *from), *to), false);
  }

  void Periods() {
    std::map<std::string, std::vector<const v1::CalendarEvent*>> replacements;
    std::set<std::string> masters;
    for (const v1::CalendarEvent& event : file_.events()) {
      if (event.recurrence_id().empty()) {
        masters.insert(event.uid());
      } else {
        replacements[event.uid()].push_back(&event);
      }
    }
    for (const v1::CalendarEvent& event : file_.events()) {
      // A replacement stands with what it replaces, or alone where that is not in the file.
      if (!event.recurrence_id().empty() && masters.count(event.uid()) > 0) continue;
      if (!Counts(event)) continue;
      std::optional<v1::TimePattern> times = TimesOf(event);
      if (!times.has_value()) continue;
      std::vector<v1::TimePattern> all;
      if (event.recurrence_id().empty() && !event.uid().empty()) {
        for (const v1::CalendarEvent* const each : replacements[event.uid()]) {
          times->add_exdates(LocalIn(*each, *times));
          if (!Counts(*each)) continue;
          std::optional<v1::TimePattern> other = TimesOf(*each);
          if (other.has_value()) all.push_back(*std::move(other));
        }
      }
      all.insert(all.begin(), *std::move(times));
      Add(event, all);
    }
  }

  bool Counts(const v1::CalendarEvent& event) {
    if (event.status() == "CANCELLED") return false;
    if (event.status() != "TENTATIVE" || options_.as == ImportAs::kFreezes) return true;
    Report(Severity::kWarning, "tentative", StrCat(Named(event), " is tentative and opens nothing"),
           "");
    return false;
  }

  void Add(const v1::CalendarEvent& event, const std::vector<v1::TimePattern>& times) {
    for (const v1::TimePattern& each : times) {
      for (const Issue& issue : CheckPattern(each, "times")) {
        if (issue.severity != Severity::kError) continue;
        Report(Severity::kError, issue.id, StrCat(Named(event), ": ", issue.message), issue.help);
      }
    }
    const auto fill = [&](auto* entry) {
      entry->set_id(IdOf(event));
      entry->set_title(std::string(absl::StripAsciiWhitespace(event.title())));
      for (const v1::TimePattern& each : times) *entry->add_times() = each;
    };
    if (options_.as == ImportAs::kWindows) {
      fill(calendar_->add_windows());
    } else {
      fill(calendar_->add_freezes());
    }
  }

  void Holidays() {
    const std::optional<absl::TimeZone> zone = FindZone(ZoneOfDays());
    if (!zone.has_value()) {
      return Report(Severity::kError, "no-zone", "holidays are days of a zone, and none is given",
                    "name it with `--zone`");
    }
    if (options_.first_year < 1 || options_.last_year < options_.first_year ||
        options_.last_year > 9999) {
      return Report(Severity::kError, "years", "holidays are known for years, and none are given",
                    "give the first and the last year with `--from` and `--to`");
    }
    std::map<std::string, std::string> days;
    // Days without zone are taken for days of UTC, so that dates stay what they are.
    v1::CalendarFile whole = file_;
    for (v1::CalendarEvent& event : *whole.mutable_events()) {
      const v1::TimePattern& times = event.times();
      const bool days_only = times.start().size() == 10 && times.end().size() == 10;
      if (!days_only && event.status() != "CANCELLED") {
        Report(Severity::kWarning, "no-day", StrCat(Named(event), " is no whole day, left out"),
               "");
        event.set_status("CANCELLED");
      }
      event.mutable_times()->set_zone("UTC");
    }
    std::vector<std::string> problems;
    const absl::Time from =
        absl::FromCivil(absl::CivilYear(options_.first_year), absl::UTCTimeZone());
    const absl::Time to =
        absl::FromCivil(absl::CivilYear(options_.last_year + 1), absl::UTCTimeZone());
    for (const EventInstance& each : Instances(whole, from, to, &problems)) {
      for (absl::CivilDay day(absl::ToCivilDay(each.interval.start, absl::UTCTimeZone()));
           day < absl::ToCivilDay(each.interval.end, absl::UTCTimeZone()); ++day) {
        if (day.year() < options_.first_year || day.year() > options_.last_year) continue;
        const std::string title(absl::StripAsciiWhitespace(each.event->title()));
        const auto [found, is_new] = days.emplace(LocalText(absl::CivilSecond(day), true), title);
        // Two kept on one day.
        if (!is_new && found->second != title) StrAppend(&found->second, ", ", title);
      }
    }
    for (const std::string& problem : problems) {
      Report(Severity::kError, "recurrence", problem, "correct the event");
    }
    v1::HolidaySet* const set = calendar_->add_holidays();
    std::string id = Slug(file_.name().empty() ? StemOf(name_) : file_.name());
    set->set_id(UniqueId(id));
    set->set_country(options_.country);
    set->set_zone(zone->name());
    set->set_known_from(LocalText(absl::CivilSecond(options_.first_year), true));
    set->set_known_until(LocalText(absl::CivilSecond(options_.last_year, 12, 31), true));
    for (const auto& [date, title] : days) {
      v1::Holiday* const holiday = set->add_days();
      holiday->set_date(date);
      holiday->set_name(title);
    }
  }

  std::string ZoneOfDays() const {
    if (!options_.zone.empty()) return options_.zone;
    for (const v1::CalendarEvent& event : file_.events()) {
      if (event.times().start().size() == 10 && !event.times().zone().empty()) {
        return event.times().zone();
      }
    }
    return "";
  }

  static std::string StemOf(std::string_view path) {
    const size_t slash = path.rfind('/');
    if (slash != std::string_view::npos) path.remove_prefix(slash + 1);
    return std::string(path.substr(0, path.rfind('.')));
  }

  const v1::CalendarFile& file_;
  std::string name_;
  const ImportOptions& options_;
  v1::Calendar* calendar_;
  std::set<std::string> ids_;
  Issues issues_;
};

}  // namespace

Issues ImportEvents(const v1::CalendarFile& file, std::string_view name,
                    const ImportOptions& options, v1::Calendar* calendar) {
  return Importer(file, name, options, calendar).Run();
}

}  // namespace changepolicy
