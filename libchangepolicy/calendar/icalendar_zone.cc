#include "libchangepolicy/calendar/icalendar_zone.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "absl/strings/str_split.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/calendar/icalendar_values.h"
#include "libchangepolicy/calendar/recurrence.h"
#include "libchangepolicy/calendar/zone.h"

namespace changepolicy {

namespace {

// Facts of CLDR's windowsZones: the zone of the territory 001 for each Windows name.
constexpr std::array<std::pair<std::string_view, std::string_view>, 103> kWindowsZones = {{
    {"AUS Central Standard Time", "Australia/Darwin"},
    {"AUS Eastern Standard Time", "Australia/Sydney"},
    {"Afghanistan Standard Time", "Asia/Kabul"},
    {"Alaskan Standard Time", "America/Anchorage"},
    {"Arab Standard Time", "Asia/Riyadh"},
    {"Arabian Standard Time", "Asia/Dubai"},
    {"Arabic Standard Time", "Asia/Baghdad"},
    {"Argentina Standard Time", "America/Argentina/Buenos_Aires"},
    {"Atlantic Standard Time", "America/Halifax"},
    {"Azerbaijan Standard Time", "Asia/Baku"},
    {"Azores Standard Time", "Atlantic/Azores"},
    {"Bahia Standard Time", "America/Bahia"},
    {"Bangladesh Standard Time", "Asia/Dhaka"},
    {"Belarus Standard Time", "Europe/Minsk"},
    {"Canada Central Standard Time", "America/Regina"},
    {"Cape Verde Standard Time", "Atlantic/Cape_Verde"},
    {"Caucasus Standard Time", "Asia/Yerevan"},
    {"Cen. Australia Standard Time", "Australia/Adelaide"},
    {"Central America Standard Time", "America/Guatemala"},
    {"Central Asia Standard Time", "Asia/Bishkek"},
    {"Central Brazilian Standard Time", "America/Cuiaba"},
    {"Central Europe Standard Time", "Europe/Budapest"},
    {"Central European Standard Time", "Europe/Warsaw"},
    {"Central Pacific Standard Time", "Pacific/Guadalcanal"},
    {"Central Standard Time", "America/Chicago"},
    {"Central Standard Time (Mexico)", "America/Mexico_City"},
    {"China Standard Time", "Asia/Shanghai"},
    {"Dateline Standard Time", "Etc/GMT+12"},
    {"E. Africa Standard Time", "Africa/Nairobi"},
    {"E. Australia Standard Time", "Australia/Brisbane"},
    {"E. Europe Standard Time", "Europe/Chisinau"},
    {"E. South America Standard Time", "America/Sao_Paulo"},
    {"Eastern Standard Time", "America/New_York"},
    {"Eastern Standard Time (Mexico)", "America/Cancun"},
    {"Egypt Standard Time", "Africa/Cairo"},
    {"Ekaterinburg Standard Time", "Asia/Yekaterinburg"},
    {"FLE Standard Time", "Europe/Kiev"},
    {"Fiji Standard Time", "Pacific/Fiji"},
    {"GMT Standard Time", "Europe/London"},
    {"GTB Standard Time", "Europe/Bucharest"},
    {"Georgian Standard Time", "Asia/Tbilisi"},
    {"Greenwich Standard Time", "Atlantic/Reykjavik"},
    {"Hawaiian Standard Time", "Pacific/Honolulu"},
    {"India Standard Time", "Asia/Kolkata"},
    {"Iran Standard Time", "Asia/Tehran"},
    {"Israel Standard Time", "Asia/Jerusalem"},
    {"Jordan Standard Time", "Asia/Amman"},
    {"Kaliningrad Standard Time", "Europe/Kaliningrad"},
    {"Korea Standard Time", "Asia/Seoul"},
    {"Libya Standard Time", "Africa/Tripoli"},
    {"Magadan Standard Time", "Asia/Magadan"},
    {"Mauritius Standard Time", "Indian/Mauritius"},
    {"Middle East Standard Time", "Asia/Beirut"},
    {"Montevideo Standard Time", "America/Montevideo"},
    {"Morocco Standard Time", "Africa/Casablanca"},
    {"Mountain Standard Time", "America/Denver"},
    {"Mountain Standard Time (Mexico)", "America/Mazatlan"},
    {"Myanmar Standard Time", "Asia/Yangon"},
    {"N. Central Asia Standard Time", "Asia/Novosibirsk"},
    {"Namibia Standard Time", "Africa/Windhoek"},
    {"Nepal Standard Time", "Asia/Kathmandu"},
    {"New Zealand Standard Time", "Pacific/Auckland"},
    {"Newfoundland Standard Time", "America/St_Johns"},
    {"North Asia East Standard Time", "Asia/Irkutsk"},
    {"North Asia Standard Time", "Asia/Krasnoyarsk"},
    {"Omsk Standard Time", "Asia/Omsk"},
    {"Pacific SA Standard Time", "America/Santiago"},
    {"Pacific Standard Time", "America/Los_Angeles"},
    {"Pacific Standard Time (Mexico)", "America/Tijuana"},
    {"Pakistan Standard Time", "Asia/Karachi"},
    {"Paraguay Standard Time", "America/Asuncion"},
    {"Qyzylorda Standard Time", "Asia/Qyzylorda"},
    {"Romance Standard Time", "Europe/Paris"},
    {"Russia Time Zone 3", "Europe/Samara"},
    {"Russian Standard Time", "Europe/Moscow"},
    {"SA Eastern Standard Time", "America/Cayenne"},
    {"SA Pacific Standard Time", "America/Bogota"},
    {"SA Western Standard Time", "America/La_Paz"},
    {"SE Asia Standard Time", "Asia/Bangkok"},
    {"Samoa Standard Time", "Pacific/Apia"},
    {"Singapore Standard Time", "Asia/Singapore"},
    {"South Africa Standard Time", "Africa/Johannesburg"},
    {"Sri Lanka Standard Time", "Asia/Colombo"},
    {"Syria Standard Time", "Asia/Damascus"},
    {"Taipei Standard Time", "Asia/Taipei"},
    {"Tasmania Standard Time", "Australia/Hobart"},
    {"Tokyo Standard Time", "Asia/Tokyo"},
    {"Tonga Standard Time", "Pacific/Tongatapu"},
    {"Turkey Standard Time", "Europe/Istanbul"},
    {"US Eastern Standard Time", "America/Indiana/Indianapolis"},
    {"US Mountain Standard Time", "America/Phoenix"},
    {"UTC", "Etc/UTC"},
    {"UTC+12", "Etc/GMT-12"},
    {"UTC+13", "Etc/GMT-13"},
    {"UTC-02", "Etc/GMT+2"},
    {"UTC-08", "Etc/GMT+8"},
    {"UTC-09", "Etc/GMT+9"},
    {"UTC-11", "Etc/GMT+11"},
    {"Ulaanbaatar Standard Time", "Asia/Ulaanbaatar"},
    {"Venezuela Standard Time", "America/Caracas"},
    {"Vladivostok Standard Time", "Asia/Vladivostok"},
    {"W. Australia Standard Time", "Australia/Perth"},
    {"W. Europe Standard Time", "Europe/Berlin"},
}};

// Rules that go on for ever are followed to here.
constexpr int64_t kLastYear = 2100;
// From its last onset on, an offset holds at least so long in every zone that changes its clocks.
constexpr absl::Duration kHoldsAtLeast = absl::Hours(24 * 120);

bool IsZone(std::string_view name) { return FindZone(name).has_value(); }

}  // namespace

std::string IanaName(std::string_view tzid) {
  // RFC 5545, 3.2.19: what begins with `/` is a name of a global registry; the programs that write
  // such names put the IANA name last.
  while (!tzid.empty()) {
    if (tzid[0] != '/' && IsZone(tzid)) return std::string(tzid);
    for (const auto& [windows, iana] : kWindowsZones) {
      if (tzid == windows && IsZone(iana)) return std::string(iana);
    }
    const size_t slash = tzid.find('/', 1);
    if (tzid[0] != '/' || slash == std::string_view::npos) {
      return tzid[0] == '/' && IsZone(tzid.substr(1)) ? std::string(tzid.substr(1)) : "";
    }
    if (IsZone(tzid.substr(1))) return std::string(tzid.substr(1));
    tzid.remove_prefix(slash);
  }
  return "";
}

const std::vector<std::string>& CandidateZones(bool fixed) {
  static const std::vector<std::string>* const kPlaces = [] {
    auto* const zones = new std::vector<std::string>(
        {"America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
         "Europe/London", "Europe/Berlin", "Europe/Helsinki", "Asia/Kolkata", "Australia/Sydney"});
    for (const auto& [windows, iana] : kWindowsZones) {
      if (std::find(zones->begin(), zones->end(), iana) == zones->end()) zones->emplace_back(iana);
    }
    return zones;
  }();
  static const std::vector<std::string>* const kOffsets = [] {
    auto* const zones = new std::vector<std::string>({"UTC"});
    for (int hours = 1; hours <= 14; ++hours) zones->push_back(StrCat("Etc/GMT-", hours));
    for (int hours = 1; hours <= 12; ++hours) zones->push_back(StrCat("Etc/GMT+", hours));
    // Those whose offset is no whole number of hours.
    zones->insert(zones->end(), kPlaces->begin(), kPlaces->end());
    return zones;
  }();
  return fixed ? *kOffsets : *kPlaces;
}

namespace {

// The local onsets of a STANDARD or DAYLIGHT.
std::set<absl::CivilSecond> OnsetsOf(const ICalComponent& part, int from, bool* for_ever,
                                     Complaints* complaints) {
  std::set<absl::CivilSecond> onsets;
  const ICalLine* const start_line = part.Find("DTSTART");
  const std::optional<ICalTime> start =
      start_line == nullptr ? std::nullopt : ParseICalTime(start_line->value);
  if (!start.has_value()) return onsets;
  onsets.insert(start->local);
  const auto local = [&](const ICalTime& time) {
    return time.utc ? time.local + from : time.local;
  };
  for (const ICalLine& line : part.lines) {
    if (line.name == "RDATE") {
      for (const absl::string_view each : absl::StrSplit(ToAbsl(line.value), ',')) {
        const std::optional<ICalTime> time =
            ParseICalTime(FromAbsl(each).substr(0, each.find('/')));
        if (time.has_value()) onsets.insert(local(*time));
      }
    } else if (line.name == "RRULE" && CheckRule(line.value).empty()) {
      const std::string frequency = RulePart(line.value, "FREQ");
      if (frequency != "YEARLY" && frequency != "MONTHLY") {
        complaints->Add(Weight::kOpen, "recurrence", line,
                        StrCat("the offset of a zone cannot change by `FREQ=", frequency, "`"),
                        "the rule of a STANDARD or DAYLIGHT has `FREQ=YEARLY`");
        continue;
      }
      std::string rule(line.value);
      const std::optional<ICalTime> until = ParseICalTime(UntilOf(rule));
      if (until.has_value()) {
        const absl::CivilSecond last = until->date ? until->local + 86'399 : local(*until);
        rule = WithUntil(
            rule, absl::FormatTime("%E4Y%m%dT%H%M%S", absl::FromCivil(last, absl::UTCTimeZone()),
                                   absl::UTCTimeZone()));
      } else if (RulePart(rule, "COUNT").empty()) {
        *for_ever = true;
      }
      const Occurrences found =
          ExpandRule(rule, start->local, start->local, absl::CivilSecond(kLastYear + 1));
      onsets.insert(found.starts.begin(), found.starts.end());
    }
  }
  return onsets;
}

}  // namespace

FileZone::FileZone(const ICalComponent& component, Complaints* complaints) {
  bool for_ever = false;
  std::set<int> offsets;
  for (const auto& part : component.parts) {
    if (part->name != "STANDARD" && part->name != "DAYLIGHT") continue;
    const ICalLine* const from_line = part->Find("TZOFFSETFROM");
    const ICalLine* const to_line = part->Find("TZOFFSETTO");
    if (from_line == nullptr || to_line == nullptr) continue;
    const std::optional<int> from = ParseICalOffset(from_line->value);
    const std::optional<int> to = ParseICalOffset(to_line->value);
    if (!from.has_value() || !to.has_value()) continue;
    offsets.insert(*to);
    for (const absl::CivilSecond& local : OnsetsOf(*part, *from, &for_ever, complaints)) {
      const absl::Time at = absl::FromCivil(local, absl::UTCTimeZone()) - absl::Seconds(*from);
      onsets_.push_back({at, *from, *to});
    }
  }
  std::sort(onsets_.begin(), onsets_.end(),
            [](const Onset& one, const Onset& other) { return one.at < other.at; });
  fixed_ = offsets.size() == 1;
  if (!for_ever && offsets.size() > 1 && !onsets_.empty())
    covered_until_ = onsets_.back().at + kHoldsAtLeast;
}

int FileZone::OffsetAt(absl::Time time) const {
  if (onsets_.empty()) return 0;
  const auto after =
      std::upper_bound(onsets_.begin(), onsets_.end(), time,
                       [](absl::Time at, const Onset& onset) { return at < onset.at; });
  return after == onsets_.begin() ? onsets_.front().from : std::prev(after)->to;
}

absl::Time FileZone::ToInstant(absl::CivilSecond local) const {
  const absl::Time as_utc = absl::FromCivil(local, absl::UTCTimeZone());
  // No offset reaches a day, so that these two are the offsets before and after any change near.
  const int before = OffsetAt(as_utc - absl::Hours(24)), after = OffsetAt(as_utc + absl::Hours(24));
  const absl::Time first = as_utc - absl::Seconds(before);
  if (OffsetAt(first) == before) return first;
  const absl::Time second = as_utc - absl::Seconds(after);
  return OffsetAt(second) == after ? second : first;
}

bool FileZone::Covers(absl::Time time) const {
  return !onsets_.empty() && time >= onsets_.front().at && time < covered_until_;
}

bool FileZone::AgreesAt(absl::CivilSecond local, absl::TimeZone zone) const {
  const absl::Time own = ToInstant(local);
  return !Covers(own) || own == changepolicy::ToInstant(local, zone);
}

bool FileZone::AgreesIn(int64_t year, const std::string& name, absl::TimeZone zone) {
  const auto [found, is_new] = agreement_.emplace(std::pair(name, year), true);
  if (!is_new) return found->second;
  const absl::Time begin = absl::FromCivil(absl::CivilYear(year), absl::UTCTimeZone());
  const absl::Time end = absl::FromCivil(absl::CivilYear(year + 1), absl::UTCTimeZone());
  const auto offsets_agree = [&](absl::Time at) {
    return !Covers(at) || OffsetAt(at) == zone.At(at).offset;
  };
  bool agrees = offsets_agree(begin) && offsets_agree(end - absl::Seconds(1));
  auto onset = std::lower_bound(onsets_.begin(), onsets_.end(), begin,
                                [](const Onset& each, absl::Time at) { return each.at < at; });
  for (; agrees && onset != onsets_.end() && onset->at < end; ++onset) {
    agrees = offsets_agree(onset->at) && offsets_agree(onset->at - absl::Seconds(1));
  }
  absl::TimeZone::CivilTransition transition;
  for (absl::Time at = begin; agrees && zone.NextTransition(at, &transition);) {
    // Of a repeated or skipped civil time the zone says when the change is.
    at = zone.At(std::min(transition.from, transition.to)).trans;
    if (at >= end) break;
    agrees = offsets_agree(at) && offsets_agree(at - absl::Seconds(1));
  }
  found->second = agrees;
  return agrees;
}

}  // namespace changepolicy
