#include "libchangepolicy/calendar/icalendar_event.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/calendar/pattern.h"
#include "libchangepolicy/calendar/recurrence.h"
#include "libchangepolicy/calendar/zone.h"

namespace changepolicy {

namespace {

// Of a second RRULE, and of events whose VTIMEZONE is like no zone of the database.
constexpr size_t kMostListed = 1'000;
constexpr int kMostConverted = 200'000;
constexpr int kMostStartsChecked = 100;
// A rule without end is held against a zone for so long.
constexpr int64_t kYearsCompared = 10;

std::string CompactText(absl::CivilSecond local) {
  return absl::StrFormat("%04d%02d%02dT%02d%02d%02d", local.year(), local.month(), local.day(),
                         local.hour(), local.minute(), local.second());
}

absl::Time AsUtc(absl::CivilSecond local) { return absl::FromCivil(local, absl::UTCTimeZone()); }

bool IsMoment(const v1::TimePattern& pattern) {
  return pattern.end().empty() && pattern.duration().empty();
}

}  // namespace

std::string LocalText(absl::CivilSecond local, bool date) {
  const std::string day =
      absl::StrFormat("%04d-%02d-%02d", local.year(), local.month(), local.day());
  if (date) return day;
  return StrCat(day,
                absl::StrFormat("T%02d:%02d:%02d", local.hour(), local.minute(), local.second()));
}

std::string ExactLengthText(absl::Duration length) {
  const int64_t seconds = absl::ToInt64Seconds(length);
  const int64_t hours = seconds / 3600, minutes = seconds / 60 % 60, rest = seconds % 60;
  std::string text = "PT";
  if (hours > 0) StrAppend(&text, hours, "H");
  if (minutes > 0 || (hours > 0 && rest > 0)) StrAppend(&text, minutes, "M");
  if (rest > 0 || seconds == 0) StrAppend(&text, rest, "S");
  return text;
}

ZoneBook::ZoneBook(const ICalComponent& calendar, Complaints* complaints)
    : complaints_(complaints) {
  for (const auto& part : calendar.parts) {
    if (part->name != "VTIMEZONE") continue;
    const ICalLine* const tzid = part->Find("TZID");
    if (tzid == nullptr) continue;
    const auto [found, is_new] = components_.emplace(tzid->value, part.get());
    if (is_new) continue;
    complaints_->Add(Weight::kBreach, "repeated-zone", *tzid,
                     StrCat("the VTIMEZONE `", Printable(tzid->value), "` stands on line ",
                            found->second->number, " already"),
                     "leave one of them; the first one counts");
  }
}

const ZoneBook::Zone* ZoneBook::Find(std::string_view tzid, const ICalLine& line) {
  if (const auto found = zones_.find(tzid); found != zones_.end()) return &found->second;
  if (unknown_.count(tzid) > 0) return nullptr;
  Zone zone{.iana = IanaName(tzid)};
  // A TZID parameter is no TEXT, and the property is one, so that commas in it are escaped there.
  auto component = components_.find(tzid);
  if (component == components_.end()) {
    component = std::find_if(components_.begin(), components_.end(),
                             [&](const auto& each) { return UnescapeText(each.first) == tzid; });
  }
  if (component != components_.end()) {
    auto own = std::make_unique<FileZone>(*component->second, complaints_);
    if (!own->empty()) zone.own = own.get();
    own_.emplace(tzid, std::move(own));
  }
  if (zone.iana.empty() && zone.own == nullptr) {
    unknown_.emplace(tzid);
    complaints_->Add(Weight::kOpen, "unknown-zone", line,
                     StrCat("TZID `", Printable(tzid),
                            "` names no VTIMEZONE of the file and no "
                            "zone of the IANA database"),
                     "add the VTIMEZONE, or write a name like `Europe/Berlin`");
    return nullptr;
  }
  if (zone.own == nullptr && zone.iana != tzid) {
    complaints_->Note(line.number, StrCat("TZID `", Printable(tzid), "` is read as ", zone.iana));
  }
  return &zones_.emplace(tzid, std::move(zone)).first->second;
}

bool EventReader::Fail(std::string_view id, const ICalLine& line, std::string message,
                       std::string help) {
  complaints_->Add(Weight::kOpen, id, line, std::move(message), std::move(help));
  return false;
}

std::optional<ICalMoment> EventReader::MomentOf(const ICalLine& line, std::string_view text) {
  const std::optional<ICalTime> time = ParseICalTime(text);
  // Said already, with the line.
  if (!time.has_value()) return std::nullopt;
  if (time->local.year() < 1) {
    Fail("value", line, StrCat(line.name, " is in the year 0, which there is not"), "correct it");
    return std::nullopt;
  }
  ICalMoment moment{.time = *time, .line = &line};
  if (!time->utc) moment.tzid = line.Parameter("TZID");
  if (!moment.tzid.empty() && zones_->Find(moment.tzid, line) == nullptr) return std::nullopt;
  return moment;
}

// RFC 5545, 3.2.19: the VTIMEZONE says what its TZID means, so that it goes before the name.
absl::Time EventReader::InstantOf(const ICalMoment& moment, absl::CivilSecond local) {
  if (moment.time.utc) return AsUtc(local);
  const ZoneBook::Zone* const zone =
      moment.tzid.empty() ? nullptr : zones_->Find(moment.tzid, *moment.line);
  if (zone == nullptr) {
    const std::optional<absl::TimeZone> floating = FindZone(floating_zone_);
    return floating.has_value() ? ToInstant(local, *floating) : AsUtc(local);
  }
  const std::optional<absl::TimeZone> iana = FindZone(zone->iana);
  if (iana.has_value() && (zone->own == nullptr || zone->own->AgreesAt(local, *iana))) {
    return ToInstant(local, *iana);
  }
  return zone->own->ToInstant(local);
}

absl::CivilSecond EventReader::LocalIn(const Draft& draft, absl::Time time) const {
  if (draft.start.time.utc) return absl::ToCivilSecond(time, absl::UTCTimeZone());
  if (draft.zone == nullptr) {
    return absl::ToCivilSecond(time, FindZone(floating_zone_).value_or(absl::UTCTimeZone()));
  }
  const std::optional<absl::TimeZone> iana = FindZone(draft.zone->iana);
  if (draft.zone->own != nullptr) {
    const absl::CivilSecond local = absl::ToCivilSecond(
        time + absl::Seconds(draft.zone->own->OffsetAt(time)), absl::UTCTimeZone());
    if (!iana.has_value() || !draft.zone->own->AgreesAt(local, *iana)) return local;
  }
  return absl::ToCivilSecond(time, *iana);
}

// The moment in the local time of DTSTART; a date with a DTSTART that is none means its time of
// day on that date.
std::optional<absl::CivilSecond> EventReader::Align(const Draft& draft, const ICalMoment& moment) {
  const ICalTime& start = draft.start.time;
  if (moment.time.date || start.date) {
    if (moment.time.date == start.date) return moment.time.local;
    complaints_->Add(Weight::kQuirk, "value-type", *moment.line,
                     StrCat(moment.line->name, start.date ? " has a time, and DTSTART is a date"
                                                          : " is a date, and DTSTART has a time"),
                     "");
    if (start.date)
      return absl::CivilSecond(
          absl::CivilDay(LocalIn(draft, InstantOf(moment, moment.time.local))));
    return absl::CivilSecond(absl::CivilDay(moment.time.local)) +
           (start.local - absl::CivilSecond(absl::CivilDay(start.local)));
  }
  if (moment.tzid == draft.start.tzid && moment.time.utc == start.utc) return moment.time.local;
  if (moment.floating() != draft.start.floating()) {
    complaints_->Add(
        Weight::kBreach, "floating-time", *moment.line,
        StrCat(moment.line->name, moment.floating() ? " has no zone, and DTSTART has one"
                                                    : " has a zone, and DTSTART has none"),
        "give both the same TZID, or write both in UTC");
    // Without any zone to convert by, what the clock shows.
    if (moment.floating() || floating_zone_.empty()) return moment.time.local;
  }
  return LocalIn(draft, InstantOf(moment, moment.time.local));
}

bool EventReader::ReadStart(const ICalComponent& component, Draft* draft) {
  const ICalLine* const line = component.Find("DTSTART");
  if (line == nullptr) {
    complaints_->Note(component.number, "an event without DTSTART is left out");
    return false;
  }
  const std::optional<ICalMoment> moment = MomentOf(*line, line->value);
  if (!moment.has_value()) return false;
  draft->start = *moment;
  if (!moment->tzid.empty()) draft->zone = zones_->Find(moment->tzid, *line);
  draft->pattern.set_start(LocalText(moment->time.local, moment->time.date));
  if (moment->floating() && floating_zone_.empty()) {
    complaints_->Note(line->number, StrCat("DTSTART `", line->value,
                                           "` has no zone, and so is no instant; `--zone` gives "
                                           "it one"));
  }
  return true;
}

bool EventReader::ReadEnd(const ICalComponent& component, Draft* draft) {
  const ICalTime& start = draft->start.time;
  if (const ICalLine* const duration = component.Find("DURATION"); duration != nullptr) {
    return ReadDuration(*duration, draft);
  }
  const ICalLine* const line = component.Find("DTEND");
  if (line == nullptr) {
    // 3.6.1: a date alone is that day; a time alone takes no time.
    if (start.date) draft->pattern.set_end(LocalText(start.local + 86'400, true));
    return true;
  }
  const std::optional<ICalMoment> moment = MomentOf(*line, line->value);
  if (!moment.has_value()) return false;
  if (moment->time.date != start.date) {
    return Fail("value-type", *line,
                StrCat("DTEND is ", moment->time.date ? "a date and DTSTART a time"
                                                      : "a time and DTSTART a date"),
                "both are dates or both are times");
  }
  const std::optional<absl::CivilSecond> end = Align(*draft, *moment);
  if (!end.has_value()) return false;
  // Local times can stand in reverse where clocks are set back, and are instants in order.
  const bool before =
      start.date ? *end < start.local
                 : InstantOf(*moment, moment->time.local) < InstantOf(draft->start, start.local);
  if (before) {
    return Fail("end-before-start", *line, StrCat("DTEND `", line->value, "` is before DTSTART"),
                "correct one of them");
  }
  if (*end > start.local) {
    draft->pattern.set_end(LocalText(*end, start.date));
    return true;
  }
  if (start.date) {
    complaints_->Add(Weight::kQuirk, "empty-event", *line,
                     "DTEND is the date of DTSTART, where the day after is meant; it is read as "
                     "that one day",
                     "");
    draft->pattern.set_end(LocalText(start.local + 86'400, true));
    return true;
  }
  const absl::Duration length =
      InstantOf(*moment, moment->time.local) - InstantOf(draft->start, start.local);
  if (length > absl::ZeroDuration()) {
    draft->pattern.set_duration(ExactLengthText(length));
  } else {
    complaints_->Add(Weight::kQuirk, "empty-event", *line,
                     "DTEND is not after DTSTART, so that the event takes no time", "");
  }
  return true;
}

bool EventReader::ReadDuration(const ICalLine& line, Draft* draft) {
  const ICalTime& start = draft->start.time;
  std::optional<ICalDuration> duration = ParseICalDuration(line.value);
  if (!duration.has_value()) return false;
  if (start.date && duration->seconds != 0) {
    // 3.6.1: with a date, only days and weeks.
    const std::string message = StrCat("DURATION `", line.value,
                                       "` is no number of days, and "
                                       "DTSTART is a date");
    if (duration->seconds % 86'400 != 0) return Fail("value-type", line, message, "write days");
    complaints_->Add(Weight::kBreach, "value-type", line, message, "write days");
    duration->days += duration->seconds / 86'400;
    duration->seconds = 0;
  }
  if (start.date && duration->days == 0) duration->days = 1;
  if (duration->days > 4'000'000 || duration->seconds > 4'000'000'000) {
    return Fail("value", line, StrCat("DURATION `", line.value, "` is longer than history"),
                "correct it");
  }
  // 3.3.6: days are nominal, so that they end at the same time of day; the rest is exact.
  if (duration->seconds == 0 && duration->days > 0) {
    draft->pattern.set_end(LocalText(start.local + duration->days * 86'400, start.date));
  } else if (duration->seconds > 0) {
    if (duration->days > 0 && !start.utc) {
      complaints_->Note(line.number, StrCat("the days of DURATION `", line.value,
                                            "` are taken for 24 hours each"));
    }
    draft->pattern.set_duration(
        ExactLengthText(absl::Seconds(duration->seconds) + absl::Hours(24 * duration->days)));
  }
  return true;
}

// The rule with UNTIL on the wall clock of DTSTART, as TimePattern has it.
std::string EventReader::LocalRule(const ICalLine& line, const Draft& draft) {
  const ICalTime& start = draft.start.time;
  const std::optional<ICalTime> until = ParseICalTime(UntilOf(line.value));
  if (!until.has_value()) return WithUntil(line.value, "");
  ICalMoment moment{.time = *until, .line = &line};
  if (until->date != start.date) {
    // RFC 2445 allowed either; 5545 asks for the type of DTSTART.
    complaints_->Add(Weight::kQuirk, "value-type", line,
                     StrCat("UNTIL of ", line.name,
                            until->date ? " is a date, and DTSTART has a "
                                          "time; the whole day is meant"
                                        : " has a time, and DTSTART is a "
                                          "date"),
                     "");
  } else if (!until->date && until->utc == draft.start.floating()) {
    complaints_->Add(Weight::kBreach, "value-type", line,
                     StrCat("UNTIL of ", line.name, " is ",
                            until->utc ? "in UTC, and DTSTART has "
                                         "no zone"
                                       : "no UTC, and DTSTART has "
                                         "a zone"),
                     until->utc ? "take out the `Z`" : "write it in UTC, with `Z`");
  }
  absl::CivilSecond last = until->local;
  if (until->utc && !start.utc && (!draft.start.floating() || !floating_zone_.empty())) {
    // A date has no zone of its own: what UTC calls the day.
    if (!start.date) last = LocalIn(draft, InstantOf(moment, until->local));
  }
  if (start.date) {
    return WithUntil(line.value, CompactText(last).substr(0, 8));
  }
  return WithUntil(line.value, CompactText(until->date ? last + 86'399 : last));
}

bool EventReader::ReadRules(const ICalComponent& component, Draft* draft) {
  const ICalTime& start = draft->start.time;
  v1::TimePattern* const pattern = &draft->pattern;
  for (const ICalLine& line : component.lines) {
    if (line.name != "RRULE" && line.name != "EXRULE") continue;
    // A rule that is wrong was said to be so.
    if (!CheckRule(line.value).empty()) return false;
    const std::string rule = LocalRule(line, *draft);
    if (line.name == "EXRULE") {
      pattern->add_exrules(rule);
    } else if (pattern->rrule().empty()) {
      pattern->set_rrule(rule);
      // 3.8.5.3 leaves open what such a start is. The first ones are looked at: a rule that never
      // fires is followed through centuries.
      if (++starts_checked_ <= kMostStartsChecked &&
          ExpandRule(rule, start.local, start.local, start.local + 1).starts.empty()) {
        complaints_->Note(line.number,
                          "DTSTART does not match its RRULE, and so is no instance of it");
      }
    } else {
      // 3.8.5.3 lets several stand, and a TimePattern has one.
      const Occurrences found =
          ExpandRule(rule, start.local, start.local, start.local + 86'400 * 366 * kYearsCompared);
      const size_t count = std::min(found.starts.size(), kMostListed);
      for (size_t i = 0; i < count; ++i) {
        pattern->add_rdates(LocalText(found.starts[i], start.date));
      }
      complaints_->Note(line.number,
                        StrCat("of a second RRULE the first ", count, " instances within ",
                               kYearsCompared, " years are read, one by one"));
    }
  }
  return true;
}

bool EventReader::ReadPeriod(const ICalLine& line, std::string_view text, Draft* draft) {
  const size_t slash = text.find('/');
  const std::optional<ICalMoment> from = MomentOf(line, text.substr(0, slash));
  if (!from.has_value() || slash == std::string_view::npos) return false;
  const std::optional<absl::CivilSecond> start = Align(*draft, *from);
  if (!start.has_value()) return false;
  const std::string begin = LocalText(*start, false);
  std::string end;
  if (const auto length = ParseICalDuration(text.substr(slash + 1)); length.has_value()) {
    end = length->seconds == 0
              ? LocalText(*start + length->days * 86'400, false)
              : ExactLengthText(absl::Seconds(length->seconds) + absl::Hours(24 * length->days));
  } else {
    const std::optional<ICalMoment> to = MomentOf(line, text.substr(slash + 1));
    const std::optional<absl::CivilSecond> last =
        to.has_value() ? Align(*draft, *to) : std::nullopt;
    if (!last.has_value()) return false;
    end = LocalText(*last, false);
    // The length of all the others is not said again.
    const auto own = ParseLocal(draft->pattern.start()), own_end = ParseLocal(draft->pattern.end());
    if (own.has_value() && own_end.has_value() && *last - *start == *own_end - *own) end.clear();
  }
  if (end == draft->pattern.duration()) end.clear();
  draft->pattern.add_rdates(end.empty() ? begin : StrCat(begin, "/", end));
  return true;
}

bool EventReader::ReadDates(const ICalComponent& component, Draft* draft) {
  for (const ICalLine& line : component.lines) {
    if (line.name != "RDATE" && line.name != "EXDATE") continue;
    for (const absl::string_view each : absl::StrSplit(ToAbsl(line.value), ',')) {
      if (each.find('/') != absl::string_view::npos) {
        if (!ReadPeriod(line, FromAbsl(each), draft)) return false;
        continue;
      }
      const std::optional<ICalMoment> moment = MomentOf(line, FromAbsl(each));
      if (!moment.has_value()) return false;
      const std::optional<absl::CivilSecond> local = Align(*draft, *moment);
      if (!local.has_value()) return false;
      const std::string text = LocalText(*local, draft->start.time.date);
      if (line.name == "RDATE") {
        draft->pattern.add_rdates(text);
      } else {
        draft->pattern.add_exdates(text);
      }
    }
  }
  return true;
}

bool EventReader::ReadRecurrenceId(const ICalComponent& component, const Draft& draft,
                                   v1::CalendarEvent* event) {
  const ICalLine* const line = component.Find("RECURRENCE-ID");
  if (line == nullptr) return true;
  if (line->Has("RANGE")) {
    return Fail("not-supported", *line,
                "RECURRENCE-ID with RANGE=THISANDFUTURE changes all instances that follow, which "
                "is not read",
                "end the first event with UNTIL, and write a second event from there on");
  }
  const std::optional<ICalMoment> moment = MomentOf(*line, line->value);
  if (!moment.has_value()) return false;
  // The instance replaced may be a day and its replacement a time: its own type is kept.
  if (moment->time.date || draft.start.time.date) {
    event->set_recurrence_id(LocalText(moment->time.local, moment->time.date));
    return true;
  }
  const std::optional<absl::CivilSecond> local = Align(draft, *moment);
  if (local.has_value()) event->set_recurrence_id(LocalText(*local, false));
  return local.has_value();
}

namespace {

// Of the years in which the event is; of a rule without end, of the first ones.
int64_t LastYear(const v1::TimePattern& pattern, int64_t first) {
  int64_t last = first + (pattern.rrule().empty() ? 1 : kYearsCompared);
  if (const auto until = ParseICalTime(UntilOf(pattern.rrule())); until.has_value()) {
    last = std::min(last, until->local.year());
  }
  return last;
}

absl::CivilSecond LocalOf(absl::Time time) {
  return absl::ToCivilSecond(time, absl::UTCTimeZone());
}

}  // namespace

// Once, since it may be held against a hundred zones.
const std::vector<Interval>& EventReader::LocalInstances(const Draft& draft) {
  if (!draft.local_instances.has_value()) {
    const absl::CivilSecond start = draft.start.time.local;
    v1::TimePattern pattern = draft.pattern;
    pattern.set_zone("UTC");
    if (IsMoment(pattern)) pattern.set_duration("1s");
    const int64_t last = LastYear(pattern, start.year());
    draft.local_instances =
        Expand(pattern, AsUtc(start), AsUtc(absl::CivilSecond(last + 1, 1, 1))).intervals;
    if (draft.local_instances->size() > kMostListed) draft.local_instances->resize(kMostListed);
  }
  return *draft.local_instances;
}

bool EventReader::YearsAgree(const Draft& draft, const std::string& name) const {
  const std::optional<absl::TimeZone> zone = FindZone(name);
  if (!zone.has_value()) return false;
  const int64_t first = draft.start.time.local.year();
  for (int64_t year = first; year <= LastYear(draft.pattern, first); ++year) {
    if (!draft.zone->own->AgreesIn(year, name, *zone)) return false;
  }
  // Further dates may lie outside of these years.
  return draft.pattern.rdates().empty() || InstancesAgree(draft, name);
}

bool EventReader::InstancesAgree(const Draft& draft, const std::string& name) const {
  const std::optional<absl::TimeZone> zone = FindZone(name);
  if (!zone.has_value()) return false;
  for (const Interval& each : LocalInstances(draft)) {
    if (!draft.zone->own->AgreesAt(LocalOf(each.start), *zone) ||
        (!draft.pattern.end().empty() && !draft.zone->own->AgreesAt(LocalOf(each.end), *zone))) {
      return false;
    }
  }
  return true;
}

// A zone that has the VTIMEZONE's offsets throughout the event's years, otherwise one that has its
// instants for the event; empty for none.
std::string EventReader::LikeOwn(const Draft& draft) const {
  const std::vector<std::string>& candidates = CandidateZones(draft.zone->own->fixed());
  for (const std::string& candidate : candidates) {
    if (YearsAgree(draft, candidate)) return candidate;
  }
  for (const std::string& candidate : candidates) {
    if (InstancesAgree(draft, candidate)) return candidate;
  }
  return "";
}

bool EventReader::SettleZone(Draft* draft, v1::CalendarEvent* event) {
  v1::TimePattern* const times = event->mutable_times();
  *times = draft->pattern;
  if (draft->start.time.utc) {
    times->set_zone("UTC");
    return true;
  }
  if (draft->zone == nullptr) {
    times->set_zone(std::string(floating_zone_));
    return true;
  }
  const std::string_view tzid = draft->start.tzid;
  const std::string& iana = draft->zone->iana;
  if (!iana.empty() &&
      (draft->zone->own == nullptr || YearsAgree(*draft, iana) || InstancesAgree(*draft, iana))) {
    times->set_zone(iana);
    return true;
  }
  const std::string like = LikeOwn(*draft);
  if (like.empty()) return Convert(draft, event);
  times->set_zone(like);
  complaints_->Note(draft->start.line->number,
                    iana.empty()
                        ? StrCat("VTIMEZONE `", Printable(tzid), "` has the offsets of ", like,
                                 ", and is read as that")
                        : StrCat("VTIMEZONE `", Printable(tzid), "` does not have the offsets of ",
                                 iana, " but those of ", like, ", and is read as that"));
  return true;
}

// Each instance into UTC, by the VTIMEZONE.
bool EventReader::Convert(Draft* draft, v1::CalendarEvent* event) {
  const FileZone& own = *draft->zone->own;
  const ICalLine& line = *draft->start.line;
  const bool moment = IsMoment(draft->pattern);
  const std::vector<Interval>& instances = LocalInstances(*draft);
  const size_t count = instances.size();
  *converted_ += static_cast<int>(count);
  if (*converted_ > kMostConverted) {
    return Fail("limit", line,
                StrCat("more than ", kMostConverted,
                       " instances have a VTIMEZONE that is like no zone of the IANA database"),
                "write TZIDs of the IANA database, like `Europe/Berlin`");
  }
  v1::TimePattern* const times = event->mutable_times();
  times->Clear();
  times->set_zone("UTC");
  absl::Duration first_length;
  for (size_t i = 0; i < count; ++i) {
    const Interval& each = instances[i];
    const absl::Time begin = own.ToInstant(LocalOf(each.start));
    const absl::Time end = draft->pattern.duration().empty() && !moment
                               ? own.ToInstant(LocalOf(each.end))
                               : begin + (each.end - each.start);
    const std::string text = LocalText(LocalOf(begin), false);
    if (i == 0) {
      first_length = end - begin;
      times->set_start(text);
      if (!moment) times->set_duration(ExactLengthText(first_length));
    } else if (moment || end - begin == first_length) {
      times->add_rdates(text);
    } else {
      times->add_rdates(StrCat(text, "/", ExactLengthText(end - begin)));
    }
  }
  if (const auto replaced = ParseLocal(event->recurrence_id()); replaced.has_value()) {
    event->set_recurrence_id(LocalText(LocalOf(own.ToInstant(*replaced)), false));
  }
  if (count == 0) return Fail("recurrence", line, "the event has no instance", "correct its rule");
  complaints_->Note(line.number, StrCat("VTIMEZONE `", Printable(draft->start.tzid),
                                        "` is like no zone of the IANA database for this event, "
                                        "whose first ",
                                        count, " instances are read as times in UTC"));
  return true;
}

std::optional<ReadEvent> EventReader::Read(const ICalComponent& component) {
  ReadEvent read{.line = component.number};
  Draft draft;
  if (!ReadStart(component, &draft) || !ReadEnd(component, &draft) ||
      !ReadRules(component, &draft) || !ReadDates(component, &draft) ||
      !ReadRecurrenceId(component, draft, &read.event) || !SettleZone(&draft, &read.event)) {
    return std::nullopt;
  }
  v1::TimePattern checked = read.event.times();
  if (checked.zone().empty()) checked.set_zone("UTC");
  if (IsMoment(checked)) checked.set_duration("1s");
  checked.clear_rdates();
  for (const Issue& issue : CheckPattern(checked, "")) {
    if (issue.severity != Severity::kError) continue;
    Fail(issue.id, *draft.start.line, StrCat("the event's times: ", issue.message), issue.help);
    return std::nullopt;
  }
  ReadTexts(component, &read.event);
  if (method_ == "CANCEL") read.event.set_status("CANCELLED");
  if (const ICalLine* const line = component.Find("SEQUENCE"); line != nullptr) {
    if (!absl::SimpleAtoi(ToAbsl(line->value), &read.sequence)) read.sequence = 0;
  }
  if (const ICalLine* const line = component.Find("DTSTAMP"); line != nullptr) {
    read.stamp = line->value;
  }
  return read;
}

namespace {

// At commas that are not escaped.
std::vector<std::string_view> SplitText(std::string_view text) {
  std::vector<std::string_view> parts;
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == ',') {
      parts.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  parts.push_back(text.substr(std::min(begin, text.size())));
  return parts;
}

}  // namespace

void EventReader::ReadTexts(const ICalComponent& component, v1::CalendarEvent* event) {
  std::set<std::string> categories;
  for (const ICalLine& line : component.lines) {
    if (line.name == "UID") {
      event->set_uid(UnescapeText(line.value));
    } else if (line.name == "SUMMARY") {
      event->set_title(UnescapeText(line.value));
    } else if (line.name == "DESCRIPTION") {
      event->set_description(UnescapeText(line.value));
    } else if (line.name == "LOCATION") {
      event->set_location(UnescapeText(line.value));
    } else if (line.name == "URL") {
      event->set_url(std::string(line.value));
    } else if (line.name == "STATUS") {
      event->set_status(absl::AsciiStrToUpper(ToAbsl(line.value)));
    } else if (line.name == "TRANSP") {
      event->set_transparent(absl::AsciiStrToUpper(ToAbsl(line.value)) == "TRANSPARENT");
    } else if (line.name == "CATEGORIES") {
      for (const std::string_view part : SplitText(line.value)) {
        if (!part.empty()) categories.insert(UnescapeText(part));
      }
    }
  }
  for (const std::string& category : categories) event->add_categories(category);
}

}  // namespace changepolicy
