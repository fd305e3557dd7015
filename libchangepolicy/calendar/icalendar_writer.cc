// Beside recurrence.cc the only file that includes libical: everything that is written goes through
// its components, and what is read of texts through its values.
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_replace.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "libchangepolicy/base/digest.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/calendar/icalendar.h"
#include "libchangepolicy/calendar/icalendar_event.h"
#include "libchangepolicy/calendar/icalendar_observances.h"
#include "libchangepolicy/calendar/icalendar_values.h"
#include "libchangepolicy/calendar/recurrence.h"
#include "libchangepolicy/calendar/zone.h"
#include "libical/ical.h"

namespace changepolicy {

namespace {

struct FreeComponent {
  void operator()(icalcomponent* component) const { icalcomponent_free(component); }
};
using ComponentPtr = std::unique_ptr<icalcomponent, FreeComponent>;
struct FreeValue {
  void operator()(icalvalue* value) const { icalvalue_free(value); }
};

// libical stops the process on its errors where its build says so.
void MakeErrorsHarmless() {
  static const bool kDone = [] {
    icalerror_set_errors_are_fatal(0);
    return true;
  }();
  (void)kDone;
}

// Control characters, which no iCalendar text can hold, are left out.
std::string Writable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const unsigned char byte = static_cast<unsigned char>(text[i]);
    const unsigned char next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
    if (byte == 0xC2 && next >= 0x80 && next < 0xA0) {
      ++i;
    } else if ((byte >= 0x20 && byte != 0x7F) || byte == '\n' || byte == '\t') {
      out.push_back(text[i]);
    }
  }
  return out;
}

bool IsUtc(std::string_view zone) { return zone == "UTC" || zone == "Etc/UTC"; }

bool IsDate(std::string_view local) { return local.size() == 10; }

// Whole days, as DATEs say them.
bool IsAllDay(const v1::TimePattern& times) {
  return IsDate(times.start()) && IsDate(times.end()) &&
         std::all_of(times.rdates().begin(), times.rdates().end(), IsDate);
}

icaltimetype ToIcal(absl::CivilSecond local, bool date, bool utc) {
  icaltimetype out = icaltime_null_time();
  out.year = static_cast<int>(local.year());
  out.month = local.month();
  out.day = local.day();
  out.is_date = date ? 1 : 0;
  if (!date) {
    out.hour = local.hour();
    out.minute = local.minute();
    out.second = local.second();
  }
  if (utc) out.zone = icaltimezone_get_utc_timezone();
  return out;
}

// Hours and less: a day of DURATION is as long as that day is, and ours is exact (3.3.6).
icaldurationtype ToIcal(absl::Duration length) {
  icaldurationtype out = icaldurationtype_null_duration();
  const int64_t seconds = absl::ToInt64Seconds(length);
  out.hours = static_cast<unsigned>(seconds / 3600);
  out.minutes = static_cast<unsigned>(seconds / 60 % 60);
  out.seconds = static_cast<unsigned>(seconds % 60);
  return out;
}

// libical escapes everything but the commas of extensions and of CATEGORIES, for which they part a
// list. Until the text is written another character stands for them, one of two octets that no text
// has after Writable, so that lines stay as long as they are.
constexpr std::string_view kComma = "\xC2\x91";

std::string WithCommasKept(std::string_view text) {
  return absl::StrReplaceAll(Writable(text), {{",", ToAbsl(kComma)}});
}

icalproperty* ExtensionProperty(const char* name, std::string_view text) {
  icalproperty* const property = icalproperty_new(ICAL_X_PROPERTY);
  icalproperty_set_x_name(property, name);
  icalproperty_set_value(property, icalvalue_new_x(WithCommasKept(text).c_str()));
  return property;
}

// Later years libical writes as zeros.
constexpr int64_t kLastYear = 3'000;

// Without the dates that have a length of their own, which are looked at apart.
v1::TimePattern Checkable(v1::TimePattern times) {
  if (times.zone().empty()) times.set_zone("UTC");
  if (times.end().empty() && times.duration().empty()) times.set_duration("1s");
  auto* const dates = times.mutable_rdates();
  dates->erase(std::remove_if(dates->begin(), dates->end(),
                              [](const std::string& date) {
                                const size_t slash = date.find('/');
                                return slash != std::string::npos &&
                                       ParseLocal(date.substr(0, slash)).has_value() &&
                                       (ParseLocal(date.substr(slash + 1)).has_value() ||
                                        ReadLength(date.substr(slash + 1)).has_value());
                              }),
               dates->end());
  return times;
}

// How one event's times are written.
struct Frame {
  absl::TimeZone zone;
  std::string tzid;  // empty: in UTC, or without zone
  bool all_day = false;
  bool utc = false;
};

class EventWriter {
 public:
  EventWriter(const v1::CalendarEvent& event, Frame frame, icaltimetype stamp)
      : event_(event), times_(event.times()), frame_(std::move(frame)), stamp_(stamp) {}

  icalcomponent* Write() {
    component_ = icalcomponent_new_vevent();
    Add(icalproperty_new_uid(Uid().c_str()));
    Add(icalproperty_new_dtstamp(stamp_));
    Texts();
    AddTime(icalproperty_new_dtstart(Time(times_.start())));
    Length();
    Recurrence();
    return component_;
  }

 private:
  void Add(icalproperty* property) { icalcomponent_add_property(component_, property); }
  void AddTime(icalproperty* property) {
    if (!frame_.tzid.empty()) {
      icalproperty_add_parameter(property, icalparameter_new_tzid(frame_.tzid.c_str()));
    }
    if (frame_.all_day)
      icalproperty_add_parameter(property, icalparameter_new_value(ICAL_VALUE_DATE));
    Add(property);
  }
  icaltimetype Time(std::string_view text) const {
    return ToIcal(ParseLocal(text).value_or(absl::CivilSecond()), frame_.all_day, frame_.utc);
  }

  // The same for the same event, so that a program that reads the file again knows it.
  std::string Uid() const {
    if (!event_.uid().empty()) return Writable(event_.uid());
    std::string bytes;
    {
      google::protobuf::io::StringOutputStream stream(&bytes);
      google::protobuf::io::CodedOutputStream coded(&stream);
      coded.SetSerializationDeterministic(true);
      event_.SerializeToCodedStream(&coded);
    }
    return StrCat(Sha256(bytes).substr(7, 32), "@changepolicy");
  }

  void Texts() {
    if (!event_.title().empty()) Add(icalproperty_new_summary(Writable(event_.title()).c_str()));
    if (!event_.description().empty()) {
      Add(icalproperty_new_description(Writable(event_.description()).c_str()));
    }
    if (!event_.location().empty()) {
      Add(icalproperty_new_location(Writable(event_.location()).c_str()));
    }
    if (!event_.url().empty()) {
      // A URI has no line breaks.
      std::string url = Writable(event_.url());
      std::erase(url, '\n');
      Add(icalproperty_new_url(url.c_str()));
    }
    for (const std::string& category : event_.categories()) {
      Add(icalproperty_new_categories(WithCommasKept(category).c_str()));
    }
    const icalproperty_status status = icalenum_string_to_status(event_.status().c_str());
    if (status == ICAL_STATUS_TENTATIVE || status == ICAL_STATUS_CONFIRMED ||
        status == ICAL_STATUS_CANCELLED) {
      Add(icalproperty_new_status(status));
    }
    Add(icalproperty_new_transp(event_.transparent() ? ICAL_TRANSP_TRANSPARENT
                                                     : ICAL_TRANSP_OPAQUE));
  }

  void Length() {
    if (!times_.end().empty()) {
      AddTime(icalproperty_new_dtend(Time(times_.end())));
    } else if (const auto length = ReadLength(times_.duration()); length.has_value()) {
      Add(icalproperty_new_duration(ToIcal(*length)));
    }
  }

  // UNTIL has the type of DTSTART, and is in UTC where that has a zone (3.3.10).
  std::string Rule(const std::string& rule) const {
    const std::optional<ICalTime> until = ParseICalTime(UntilOf(rule));
    if (!until.has_value()) return rule;
    if (frame_.all_day) return WithUntil(rule, Compact(until->local, false).substr(0, 8));
    const absl::CivilSecond last = until->date ? until->local + 86'399 : until->local;
    if (until->utc) return rule;
    const bool zoned = frame_.utc || !frame_.tzid.empty();
    if (!zoned) return WithUntil(rule, Compact(last, false));
    return WithUntil(
        rule,
        Compact(absl::ToCivilSecond(ToInstant(last, frame_.zone), absl::UTCTimeZone()), true));
  }
  static std::string Compact(absl::CivilSecond local, bool utc) {
    std::string text = LocalText(local, false);
    std::erase(text, '-');
    std::erase(text, ':');
    return StrCat(text, utc ? "Z" : "");
  }

  void AddRule(icalproperty* property, const std::string& rule) {
    icalproperty_set_value(property,
                           icalvalue_new_from_string(ICAL_RECUR_VALUE, Rule(rule).c_str()));
    Add(property);
  }

  static bool Has(const google::protobuf::RepeatedPtrField<std::string>& dates,
                  const std::string& date) {
    return std::find(dates.begin(), dates.end(), date) != dates.end();
  }

  void Recurrence() {
    if (!event_.recurrence_id().empty()) {
      icalproperty* const property = icalproperty_new(ICAL_RECURRENCEID_PROPERTY);
      icalproperty_set_recurrenceid(property, Time(event_.recurrence_id()));
      AddTime(property);
    }
    if (!times_.rrule().empty()) {
      AddRule(icalproperty_new(ICAL_RRULE_PROPERTY), times_.rrule());
    }
    for (const std::string& rule : times_.exrules()) {
      AddRule(icalproperty_new(ICAL_EXRULE_PROPERTY), rule);
    }
    for (const std::string& date : times_.rdates()) AddRdate(date);
    for (const std::string& date : times_.exdates()) {
      AddTime(icalproperty_new_exdate(Time(date)));
    }
    if (times_.rrule().empty()) return;
    // Others count DTSTART as an instance in any case, and here it is one only by its rule.
    const auto start = ParseLocal(times_.start());
    if (start.has_value() &&
        ExpandRule(times_.rrule(), *start, *start, *start + 1).starts.empty() &&
        !Has(times_.rdates(), times_.start()) && !Has(times_.exdates(), times_.start())) {
      AddTime(icalproperty_new_exdate(Time(times_.start())));
    }
  }

  void AddRdate(std::string_view text) {
    const size_t slash = text.find('/');
    icaldatetimeperiodtype value{};
    if (slash == std::string_view::npos) {
      value.time = Time(text);
      value.period = icalperiodtype_null_period();
      AddTime(icalproperty_new_rdate(value));
      return;
    }
    value.time = icaltime_null_time();
    value.period = icalperiodtype_null_period();
    value.period.start = Time(text.substr(0, slash));
    const std::string_view end = text.substr(slash + 1);
    if (const auto length = ReadLength(end); length.has_value()) {
      value.period.duration = ToIcal(*length);
    } else {
      value.period.end = Time(end);
    }
    icalproperty* const property = icalproperty_new_rdate(value);
    icalproperty_add_parameter(property, icalparameter_new_value(ICAL_VALUE_PERIOD));
    AddTime(property);
  }

  const v1::CalendarEvent& event_;
  const v1::TimePattern& times_;
  Frame frame_;
  icaltimetype stamp_;
  icalcomponent* component_ = nullptr;
};

icalcomponent* WriteZone(const std::string& name, absl::TimeZone zone, int64_t first_year,
                         int64_t last_year) {
  icalcomponent* const component = icalcomponent_new_vtimezone();
  icalcomponent_add_property(component, icalproperty_new_tzid(name.c_str()));
  for (const Observance& each : ObservancesOf(zone, first_year, last_year)) {
    icalcomponent* const part =
        each.daylight ? icalcomponent_new_xdaylight() : icalcomponent_new_xstandard();
    const auto add = [&](icalproperty* property) { icalcomponent_add_property(part, property); };
    add(icalproperty_new_dtstart(ToIcal(each.start, false, false)));
    add(icalproperty_new_tzoffsetfrom(each.from));
    add(icalproperty_new_tzoffsetto(each.to));
    add(icalproperty_new_tzname(each.name.c_str()));
    if (!each.rrule.empty()) {
      add(icalproperty_new_rrule(icalrecurrencetype_from_string(each.rrule.c_str())));
    }
    for (const absl::CivilSecond& at : each.rdates) {
      icaldatetimeperiodtype value{};
      value.time = ToIcal(at, false, false);
      value.period = icalperiodtype_null_period();
      add(icalproperty_new_rdate(value));
    }
    icalcomponent_add_component(component, part);
  }
  return component;
}

class FileWriter {
 public:
  FileWriter(const v1::CalendarFile& file, const ICalendarWriteOptions& options)
      : file_(file), options_(options) {}

  absl::StatusOr<std::string> Write() {
    CP_RETURN_IF_ERROR(Look());
    calendar_.reset(icalcomponent_new(ICAL_VCALENDAR_COMPONENT));
    Add(icalproperty_new_prodid("-//libchangepolicy//changepolicy//EN"));
    Add(icalproperty_new_version("2.0"));
    Add(icalproperty_new_calscale("GREGORIAN"));
    if (const icalproperty_method method = icalenum_string_to_method(options_.method.c_str());
        !options_.method.empty() && method != ICAL_METHOD_NONE) {
      Add(icalproperty_new_method(method));
    }
    if (!file_.name().empty()) {
      Add(ExtensionProperty("X-WR-CALNAME", file_.name()));
    }
    if (!default_zone_.empty()) Add(ExtensionProperty("X-WR-TIMEZONE", default_zone_));
    const icaltimetype stamp =
        ToIcal(absl::ToCivilSecond(options_.stamp, absl::UTCTimeZone()), false, true);
    for (const auto& [name, years] : zones_) {
      icalcomponent_add_component(calendar_.get(),
                                  WriteZone(name, *FindZone(name), years.first, years.second));
    }
    for (const v1::CalendarEvent& event : file_.events()) {
      icalcomponent_add_component(calendar_.get(),
                                  EventWriter(event, FrameOf(event), stamp).Write());
    }
    // A calendar holds at least one component (3.6), and this one says nothing.
    if (file_.events().empty()) {
      icalcomponent_add_component(calendar_.get(),
                                  WriteZone("UTC", absl::UTCTimeZone(), 1970, 1970));
    }
    char* const written = icalcomponent_as_ical_string_r(calendar_.get());
    if (written == nullptr) return Internal("libical wrote nothing");
    std::string text = absl::StrReplaceAll(written, {{ToAbsl(kComma), "\\,"}});
    icalmemory_free_buffer(written);
    return text;
  }

 private:
  void Add(icalproperty* property) { icalcomponent_add_property(calendar_.get(), property); }

  // What is wrong, which zone dates have, and the years of every zone.
  absl::Status Look() {
    std::set<std::string> zones_of_days;
    for (int i = 0; i < file_.events_size(); ++i) {
      const v1::CalendarEvent& event = file_.events(i);
      for (const Issue& issue : CheckPattern(Checkable(event.times()), "times")) {
        if (issue.severity != Severity::kError) continue;
        return InvalidArgument(StrCat("events[", i, "].", issue.path, ": ", issue.message));
      }
      if (IsAllDay(event.times()) || event.times().zone().empty()) {
        zones_of_days.insert(event.times().zone());
      }
    }
    // A DATE cannot have a TZID (3.2.19), and X-WR-TIMEZONE is one for the whole file.
    for (int i = 0; i < file_.events_size(); ++i) {
      const v1::TimePattern& times = file_.events(i).times();
      bool late = YearOf(times.start()) > kLastYear || YearOf(times.end()) > kLastYear ||
                  YearOf(file_.events(i).recurrence_id()) > kLastYear;
      for (const std::string& date : times.rdates()) late = late || YearOf(date) > kLastYear;
      for (const std::string& date : times.exdates()) late = late || YearOf(date) > kLastYear;
      const std::optional<ICalTime> until = ParseICalTime(UntilOf(times.rrule()));
      if (late || (until.has_value() && until->local.year() > kLastYear)) {
        return InvalidArgument(
            StrCat("events[", i, "].times: years after ", kLastYear, " cannot be written"));
      }
    }
    if (zones_of_days.size() == 1) default_zone_ = *zones_of_days.begin();
    for (const v1::CalendarEvent& event : file_.events()) {
      const Frame frame = FrameOf(event);
      if (!frame.tzid.empty()) NoteYears(event, frame);
    }
    return absl::OkStatus();
  }

  static int64_t YearOf(std::string_view local) {
    return ParseLocal(local.substr(0, 10)).value_or(absl::CivilSecond()).year();
  }

  Frame FrameOf(const v1::CalendarEvent& event) const {
    const std::string& zone = event.times().zone();
    Frame frame{.zone = FindZone(zone).value_or(absl::UTCTimeZone())};
    frame.all_day = IsAllDay(event.times()) && (zone.empty() || zone == default_zone_);
    if (frame.all_day || zone.empty()) return frame;
    frame.utc = IsUtc(zone);
    if (!frame.utc) frame.tzid = zone;
    return frame;
  }

  void NoteYears(const v1::CalendarEvent& event, const Frame& frame) {
    const v1::TimePattern& times = event.times();
    int64_t first = ParseLocal(times.start()).value_or(absl::CivilSecond()).year(), last = first;
    const auto see = [&](std::string_view text) {
      const auto at = ParseLocal(text);
      if (!at.has_value()) return;
      first = std::min(first, at->year());
      last = std::max(last, at->year());
    };
    see(times.end());
    for (const std::string& date : times.rdates()) see(std::string_view(date).substr(0, 19));
    see(event.recurrence_id());
    if (const auto until = ParseICalTime(UntilOf(times.rrule())); until.has_value()) {
      last = std::max(last, std::min<int64_t>(until->local.year(), 2'100));
    }
    auto& years = zones_.emplace(frame.tzid, std::pair(first, last)).first->second;
    years = {std::min(years.first, first - 1), std::max(years.second, last + 1)};
  }

  const v1::CalendarFile& file_;
  const ICalendarWriteOptions& options_;
  ComponentPtr calendar_;
  std::string default_zone_;
  std::map<std::string, std::pair<int64_t, int64_t>> zones_;
};

}  // namespace

std::string UnescapeText(std::string_view text) {
  // Nearly all texts have nothing to unescape.
  if (text.find('\\') == std::string_view::npos) return std::string(text);
  MakeErrorsHarmless();
  const std::unique_ptr<icalvalue, FreeValue> value(
      icalvalue_new_from_string(ICAL_TEXT_VALUE, std::string(text).c_str()));
  const char* const unescaped = value == nullptr ? nullptr : icalvalue_get_text(value.get());
  return unescaped == nullptr ? std::string(text) : std::string(unescaped);
}

absl::StatusOr<std::string> WriteICalendar(const v1::CalendarFile& file,
                                           const ICalendarWriteOptions& options) {
  MakeErrorsHarmless();
  return FileWriter(file, options).Write();
}

}  // namespace changepolicy
