#include "libchangepolicy/calendar/pattern.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "absl/strings/ascii.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/calendar/recurrence.h"
#include "libchangepolicy/calendar/zone.h"

namespace changepolicy {

namespace {

// `4h`, `90m`, `1h30m`, `PT4H`, `P1DT2H`.
std::optional<absl::Duration> ParseLength(std::string_view text) {
  if (!text.starts_with('P')) {
    absl::Duration duration;
    if (!absl::ParseDuration(ToAbsl(text), &duration)) return std::nullopt;
    return duration > absl::ZeroDuration() && duration < absl::Hours(24 * 366)
               ? std::optional(duration)
               : std::nullopt;
  }
  absl::Duration total;
  int64_t number = -1;
  bool time = false;
  for (const char c : text.substr(1)) {
    if (c >= '0' && c <= '9') {
      number = (number < 0 ? 0 : number) * 10 + (c - '0');
      if (number > 1'000'000) return std::nullopt;
      continue;
    }
    if (c == 'T' && !time && number < 0) {
      time = true;
      continue;
    }
    if (number < 0) return std::nullopt;
    if (c == 'W' && !time) {
      total += absl::Hours(24 * 7 * number);
    } else if (c == 'D' && !time) {
      total += absl::Hours(24 * number);
    } else if (c == 'H' && time) {
      total += absl::Hours(number);
    } else if (c == 'M' && time) {
      total += absl::Minutes(number);
    } else if (c == 'S' && time) {
      total += absl::Seconds(number);
    } else {
      return std::nullopt;
    }
    number = -1;
  }
  return number < 0 && total > absl::ZeroDuration() ? std::optional(total) : std::nullopt;
}

void Report(std::string_view id, std::string message, std::string help, std::string path,
            Issues* issues) {
  Issue issue;
  issue.id = id;
  issue.message = std::move(message);
  issue.help = std::move(help);
  issue.path = std::move(path);
  issues->push_back(std::move(issue));
}

std::string SuggestZone(std::string_view name) {
  static constexpr std::array<std::string_view, 24> kCommon = {"UTC",
                                                               "Asia/Singapore",
                                                               "Asia/Tokyo",
                                                               "Asia/Kolkata",
                                                               "Asia/Shanghai",
                                                               "Asia/Hong_Kong",
                                                               "Asia/Dubai",
                                                               "Asia/Jakarta",
                                                               "Asia/Manila",
                                                               "Australia/Sydney",
                                                               "Europe/London",
                                                               "Europe/Berlin",
                                                               "Europe/Paris",
                                                               "Europe/Madrid",
                                                               "Europe/Amsterdam",
                                                               "Europe/Zurich",
                                                               "Europe/Vienna",
                                                               "America/New_York",
                                                               "America/Chicago",
                                                               "America/Denver",
                                                               "America/Los_Angeles",
                                                               "America/Toronto",
                                                               "America/Sao_Paulo",
                                                               "Africa/Johannesburg"};
  const std::string_view nearest = Nearest(name, {kCommon.begin(), kCommon.end()});
  return nearest.empty() ? "name a zone of the IANA database, like `Asia/Singapore`"
                         : StrCat("did you mean `", nearest, "`?");
}

// A pattern whose texts are all understood.
struct Parsed {
  absl::TimeZone zone;
  absl::CivilSecond start;
  std::optional<int64_t> local_seconds;    // to DTEND, on the wall clock
  std::optional<absl::Duration> duration;  // exact
  std::vector<absl::CivilSecond> extra;
  std::set<absl::CivilSecond> excluded;
};

std::optional<Parsed> Parse(const v1::TimePattern& pattern) {
  const std::optional<absl::TimeZone> zone = FindZone(pattern.zone());
  const std::optional<absl::CivilSecond> start = ParseLocal(pattern.start());
  if (!zone.has_value() || !start.has_value()) return std::nullopt;
  Parsed parsed{.zone = *zone, .start = *start};
  if (!pattern.end().empty()) {
    const std::optional<absl::CivilSecond> end = ParseLocal(pattern.end());
    if (!end.has_value() || *end <= *start) return std::nullopt;
    parsed.local_seconds = *end - *start;
  } else {
    parsed.duration = ParseLength(pattern.duration());
    if (!parsed.duration.has_value()) return std::nullopt;
  }
  for (const std::string& text : pattern.rdates()) {
    const std::optional<absl::CivilSecond> at = ParseLocal(text);
    if (!at.has_value()) return std::nullopt;
    parsed.extra.push_back(*at);
  }
  for (const std::string& text : pattern.exdates()) {
    const std::optional<absl::CivilSecond> at = ParseLocal(text);
    if (!at.has_value()) return std::nullopt;
    parsed.excluded.insert(*at);
  }
  return parsed;
}

std::string Text(absl::CivilSecond time) { return absl::FormatCivilTime(time); }

}  // namespace

Issues CheckPattern(const v1::TimePattern& pattern, std::string_view path) {
  Issues issues;
  const auto place = [&](std::string_view field) { return StrCat(path, ".", field); };
  if (pattern.zone().empty()) {
    Report("no-zone", "local times need a zone", "write `zone: Asia/Singapore`", std::string(path),
           &issues);
  } else if (!FindZone(pattern.zone()).has_value()) {
    Report("unknown-zone", StrCat("unknown zone `", pattern.zone(), "`"),
           SuggestZone(pattern.zone()), place("zone"), &issues);
  }
  const auto check_local = [&](const std::string& text, const std::string& where) {
    if (!ParseLocal(text).has_value()) {
      Report("local-time", StrCat("`", text, "` is no local time"),
             "write `2026-11-01T01:00:00`, without an offset", where, &issues);
    }
  };
  check_local(pattern.start(), place("start"));
  if (pattern.end().empty() == pattern.duration().empty()) {
    Report("pattern-length", "exactly one of `end` and `duration` says how long it is", "",
           std::string(path), &issues);
  } else if (!pattern.end().empty()) {
    check_local(pattern.end(), place("end"));
    const auto start = ParseLocal(pattern.start()), end = ParseLocal(pattern.end());
    if (start.has_value() && end.has_value() && *end <= *start) {
      Report("pattern-end", StrCat("the end `", pattern.end(), "` is not after the start"), "",
             place("end"), &issues);
    }
  } else if (!ParseLength(pattern.duration()).has_value()) {
    Report("pattern-length", StrCat("`", pattern.duration(), "` is no length of time"),
           "write `4h`, `90m` or `PT4H`", place("duration"), &issues);
  }
  if (!pattern.rrule().empty()) {
    const std::string problem = CheckRule(pattern.rrule());
    if (!problem.empty()) Report("recurrence", problem, "", place("rrule"), &issues);
  }
  for (int i = 0; i < pattern.rdates_size(); ++i) {
    check_local(pattern.rdates(i), place(StrCat("rdates[", i, "]")));
  }
  for (int i = 0; i < pattern.exdates_size(); ++i) {
    check_local(pattern.exdates(i), place(StrCat("exdates[", i, "]")));
  }
  return issues;
}

Expansion Expand(const v1::TimePattern& pattern, absl::Time from, absl::Time to) {
  Expansion expansion;
  const std::optional<Parsed> parsed = Parse(pattern);
  if (!parsed.has_value() || (!pattern.rrule().empty() && !CheckRule(pattern.rrule()).empty())) {
    expansion.problems.push_back(StrCat("the pattern from `", pattern.start(), "` is not valid"));
    expansion.complete = false;
    return expansion;
  }
  // An interval that began before `from` may reach into it; offsets differ by less than two days.
  const absl::Duration length =
      parsed->duration.has_value() ? *parsed->duration : absl::Seconds(*parsed->local_seconds);
  const absl::CivilSecond first =
      absl::ToCivilSecond(from - length - absl::Hours(48), parsed->zone);
  const absl::CivilSecond last = absl::ToCivilSecond(to + absl::Hours(48), parsed->zone);
  std::set<absl::CivilSecond> starts(parsed->extra.begin(), parsed->extra.end());
  if (pattern.rrule().empty()) {
    starts.insert(parsed->start);
  } else {
    Occurrences occurrences = ExpandRule(pattern.rrule(), parsed->start, first, last);
    if (!occurrences.problem.empty()) {
      expansion.problems.push_back(occurrences.problem);
      expansion.complete = false;
    }
    starts.insert(occurrences.starts.begin(), occurrences.starts.end());
  }
  for (const absl::CivilSecond local : starts) {
    if (parsed->excluded.count(local) > 0) continue;
    const absl::Time start = ToInstant(local, parsed->zone);
    const absl::Time end = parsed->duration.has_value()
                               ? start + *parsed->duration
                               : ToInstant(local + *parsed->local_seconds, parsed->zone);
    if (start >= to || end <= from) {
      if (end > start) continue;
    }
    if (end <= start) {
      if (start >= from && start < to) {
        expansion.problems.push_back(
            StrCat("the instance at `", Text(local), "` ends before it begins"));
      }
      continue;
    }
    expansion.intervals.push_back({start, end});
  }
  std::sort(expansion.intervals.begin(), expansion.intervals.end(),
            [](const Interval& a, const Interval& b) {
              return a.start != b.start ? a.start < b.start : a.end < b.end;
            });
  return expansion;
}

}  // namespace changepolicy
