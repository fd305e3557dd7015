#include "libchangepolicy/calendar/icalendar_observances.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <tuple>

#include "libchangepolicy/base/text.h"

namespace changepolicy {

namespace {

// To here the database's rules are looked at before they are said to go on for ever.
constexpr int64_t kRulesUntil = 2037;
constexpr size_t kFewestYears = 3;

std::string_view DayName(absl::CivilSecond at) {
  static constexpr std::array<std::string_view, 7> kNames = {"MO", "TU", "WE", "TH",
                                                             "FR", "SA", "SU"};
  return kNames[static_cast<size_t>(absl::GetWeekday(at))];
}

int NthOfMonth(absl::CivilSecond at) { return (at.day() - 1) / 7 + 1; }

bool IsLastOfMonth(absl::CivilSecond at) { return (absl::CivilDay(at) + 7).month() != at.month(); }

// The end of `onsets`, by time, that one rule gives: how many, and the rule. None where it does not
// reach the last year looked at.
size_t RegularEnd(const std::vector<absl::CivilSecond>& onsets, int64_t last_year,
                  std::string* rule) {
  if (onsets.empty() || onsets.back().year() < last_year) return 0;
  const absl::CivilSecond end = onsets.back();
  bool same_nth = NthOfMonth(end) < 5, last = IsLastOfMonth(end);
  size_t count = 1;
  while (count < onsets.size()) {
    const absl::CivilSecond at = onsets[onsets.size() - count - 1];
    const bool alike = at.year() == end.year() - static_cast<int64_t>(count) &&
                       at.month() == end.month() && at.hour() == end.hour() &&
                       at.minute() == end.minute() && at.second() == end.second() &&
                       absl::GetWeekday(at) == absl::GetWeekday(end);
    const bool nth_holds = same_nth && NthOfMonth(at) == NthOfMonth(end);
    const bool last_holds = last && IsLastOfMonth(at);
    if (!alike || (!nth_holds && !last_holds)) break;
    same_nth = nth_holds;
    last = last_holds;
    ++count;
  }
  if (count < kFewestYears) return 0;
  *rule = StrCat("FREQ=YEARLY;BYMONTH=", end.month(), ";BYDAY=", last ? -1 : NthOfMonth(end),
                 DayName(end));
  return count;
}

}  // namespace

std::vector<Observance> ObservancesOf(absl::TimeZone zone, int64_t first_year, int64_t last_year) {
  const int64_t end_year = std::max(last_year, kRulesUntil);
  const absl::CivilSecond begin(first_year, 1, 1);
  absl::Time at = zone.At(begin).pre;
  const absl::TimeZone::CivilInfo before = zone.At(at);
  std::vector<Observance> observances;
  observances.push_back({.daylight = before.is_dst,
                         .from = before.offset,
                         .to = before.offset,
                         .name = before.zone_abbr,
                         .start = begin});
  std::map<std::tuple<int, int, std::string, bool>, std::vector<absl::CivilSecond>> changes;
  absl::TimeZone::CivilTransition transition;
  int64_t last_change = first_year;
  while (zone.NextTransition(at, &transition)) {
    // Of a repeated or skipped civil time the zone says when the change is.
    at = zone.At(std::min(transition.from, transition.to)).trans;
    if (absl::CivilYear(transition.from).year() > end_year) break;
    const absl::TimeZone::CivilInfo after = zone.At(at);
    const int from = zone.At(at - absl::Seconds(1)).offset;
    changes[{from, after.offset, after.zone_abbr, after.is_dst}].push_back(transition.from);
    last_change = absl::CivilYear(transition.from).year();
  }
  for (const auto& [kind, onsets] : changes) {
    const auto& [from, to, name, daylight] = kind;
    Observance observance{.daylight = daylight, .from = from, .to = to, .name = name};
    std::string rule;
    const size_t regular = last_change == end_year ? RegularEnd(onsets, end_year, &rule) : 0;
    const auto listed_end = onsets.end() - static_cast<ptrdiff_t>(regular);
    if (regular > 0) {
      observance.start = *listed_end;
      observance.rrule = rule;
      observances.push_back(observance);
      observance.rrule.clear();
    }
    if (listed_end == onsets.begin()) continue;
    observance.start = onsets.front();
    observance.rdates.assign(onsets.begin() + 1, listed_end);
    observances.push_back(observance);
  }
  std::sort(observances.begin(), observances.end(),
            [](const Observance& one, const Observance& other) { return one.start < other.start; });
  return observances;
}

}  // namespace changepolicy
