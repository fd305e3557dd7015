#include "libchangepolicy/calendar/pattern.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/calendar/length.h"
#include "libchangepolicy/calendar/recurrence.h"
#include "libchangepolicy/calendar/zone.h"

namespace changepolicy {

namespace {

constexpr size_t kMostIntervals = 100'000;

// Local time and the offset before or behind a change of clocks differ by less.
constexpr int64_t kMostShift = 26 * 3'600;

// From the start to the end: on the wall clock (DTEND) or exact (DURATION).
struct Span {
  std::optional<int64_t> local_seconds;
  absl::Duration exact;

  Interval From(absl::CivilSecond local, absl::TimeZone zone) const {
    const absl::Time start = ToInstant(local, zone);
    return {start,
            local_seconds.has_value() ? ToInstant(local + *local_seconds, zone) : start + exact};
  }
};

// A date of its own, not of the rule.
struct Single {
  absl::CivilSecond local;
  bool has_own_span = false;
  Interval interval;

  // Of two with one start, that with a span of its own comes first and counts (RFC 5545, section
  // 3.8.5.2: a period says how long it is).
  friend bool operator<(const Single& a, const Single& b) {
    return a.local != b.local ? a.local < b.local : a.has_own_span > b.has_own_span;
  }
};

// Times beyond the years that rules know are as good as their ends.
absl::CivilSecond Local(absl::Time time, absl::TimeZone zone) {
  static const absl::Time kFirst = absl::FromCivil(absl::CivilSecond(1), absl::UTCTimeZone());
  static const absl::Time kLast = absl::FromCivil(absl::CivilSecond(9'999), absl::UTCTimeZone());
  return absl::ToCivilSecond(std::clamp(time, kFirst, kLast + absl::Hours(24 * 366)), zone);
}

// Local times that stand for instants before `time` may be later than its own, or the other way
// round, only where clocks have changed shortly before it.
int64_t Margin(absl::Time time, absl::CivilSecond local, absl::TimeZone zone) {
  absl::TimeZone::CivilTransition change;
  // Changes are found by whole seconds, strictly before.
  return zone.PrevTransition(time + absl::Seconds(1), &change) && change.to > local - 2 * kMostShift
             ? kMostShift
             : 0;
}

}  // namespace

struct CompiledPattern::Plan {
  std::string start_text;
  absl::TimeZone zone;
  absl::CivilSecond start;
  Span span;
  std::optional<Recurrence> rule;
  std::vector<Recurrence> exrules;
  std::vector<Single> singles;  // by start, each start once
  std::vector<absl::CivilSecond> excluded;

  bool IsExcluded(absl::CivilSecond local) const {
    return std::binary_search(excluded.begin(), excluded.end(), local) ||
           std::any_of(exrules.begin(), exrules.end(),
                       [&](const Recurrence& rule) { return rule.Contains(local); });
  }
  bool IsSingle(absl::CivilSecond local) const {
    return std::binary_search(singles.begin(), singles.end(), Single{.local = local},
                              [](const Single& a, const Single& b) { return a.local < b.local; });
  }
};

// The texts of a pattern, each wrong one an issue.
class CompiledPattern::Reader {
 public:
  Reader(const v1::TimePattern& pattern, std::string_view path) : pattern_(pattern), path_(path) {}

  // Nothing where an error was found.
  std::shared_ptr<const Plan> Read() {
    ReadZone();
    const std::optional<absl::CivilSecond> start = ReadLocal(pattern_.start(), "start");
    if (start.has_value()) plan_.start = *start;
    plan_.start_text = pattern_.start();
    ReadSpan(start);
    ReadRules(start.has_value());
    ReadDates();
    if (HasErrors(issues_)) return nullptr;
    Finish();
    return std::make_shared<const Plan>(std::move(plan_));
  }

  Issues TakeIssues() { return std::move(issues_); }

 private:
  void Report(std::string_view id, std::string message, std::string help, std::string path,
              Severity severity = Severity::kError) {
    Issue issue;
    issue.severity = severity;
    issue.id = id;
    issue.message = std::move(message);
    issue.help = std::move(help);
    issue.path = std::move(path);
    issues_.push_back(std::move(issue));
  }

  std::string Place(std::string_view field) const { return StrCat(path_, ".", field); }

  void ReadZone() {
    const std::optional<absl::TimeZone> zone = FindZone(pattern_.zone());
    if (pattern_.zone().empty()) {
      Report("no-zone", "local times need a zone", "write `zone: Asia/Singapore`", path_);
    } else if (!zone.has_value()) {
      Report("unknown-zone", StrCat("unknown zone `", pattern_.zone(), "`"),
             SuggestZone(pattern_.zone()), Place("zone"));
    } else {
      plan_.zone = *zone;
    }
  }

  std::optional<absl::CivilSecond> ReadLocal(std::string_view text, std::string_view field) {
    const std::optional<absl::CivilSecond> local = ParseLocal(text);
    if (!local.has_value()) {
      Report("local-time", StrCat("`", text, "` is no local time"),
             "write `2026-11-01T01:00:00`, without an offset", Place(field));
    }
    return local;
  }

  std::optional<Span> ReadEnd(std::string_view text, std::optional<absl::CivilSecond> start,
                              std::string_view field) {
    const std::optional<absl::CivilSecond> end = ReadLocal(text, field);
    if (!end.has_value() || !start.has_value()) return std::nullopt;
    if (*end <= *start) {
      Report("pattern-end", StrCat("the end `", text, "` is not after the start"),
             "exchange them, or write a `duration`", Place(field));
      return std::nullopt;
    }
    return Span{.local_seconds = *end - *start};
  }

  std::optional<Span> ReadDuration(std::string_view text, std::string_view field) {
    const std::optional<absl::Duration> length = ParseLength(text);
    if (!length.has_value()) {
      Report("pattern-length", StrCat("`", text, "` is no length of time"),
             "write `4h`, `90m` or `PT4H`", Place(field));
      return std::nullopt;
    }
    return Span{.exact = *length};
  }

  void ReadSpan(std::optional<absl::CivilSecond> start) {
    if (pattern_.end().empty() == pattern_.duration().empty()) {
      Report("pattern-length", "exactly one of `end` and `duration` says how long it is",
             "write `duration: 4h`, or the local `end`", path_);
      return;
    }
    const std::optional<Span> span = pattern_.duration().empty()
                                         ? ReadEnd(pattern_.end(), start, "end")
                                         : ReadDuration(pattern_.duration(), "duration");
    if (span.has_value()) plan_.span = *span;
  }

  // A local time, or a period `START/END` or `START/DURATION`.
  void ReadDate(std::string_view text, std::string_view field) {
    const size_t slash = text.find('/');
    const std::optional<absl::CivilSecond> start = ReadLocal(text.substr(0, slash), field);
    std::optional<Span> span;
    if (slash != std::string_view::npos) {
      const std::string_view rest = text.substr(slash + 1);
      span =
          ParseLength(rest).has_value() ? ReadDuration(rest, field) : ReadEnd(rest, start, field);
    }
    if (start.has_value()) dates_.emplace_back(*start, span);
  }

  void ReadDates() {
    for (int i = 0; i < pattern_.rdates_size(); ++i) {
      ReadDate(pattern_.rdates(i), StrCat("rdates[", i, "]"));
    }
    for (int i = 0; i < pattern_.exdates_size(); ++i) {
      const auto local = ReadLocal(pattern_.exdates(i), StrCat("exdates[", i, "]"));
      if (local.has_value()) plan_.excluded.push_back(*local);
    }
  }

  std::optional<Recurrence> ReadRule(const std::string& text, const std::string& field,
                                     bool has_start) {
    const ParsedRule parsed = ParseRule(text);
    if (!parsed.rule.has_value()) {
      Report("recurrence", parsed.problem, "", Place(field));
      return std::nullopt;
    }
    if (!has_start) return std::nullopt;
    const std::optional<RuleEnd>& until = parsed.rule->until;
    const bool whole_days = plan_.start == absl::CivilSecond(absl::CivilDay(plan_.start));
    if (until.has_value() && until->is_date && !whole_days) {
      // RFC 5545 wants the same type as that of the start; what others make of it is midnight.
      const std::string date = absl::FormatCivilTime(absl::CivilDay(until->time));
      Report("until-date",
             StrCat("`UNTIL` is a date, which ends the rule at its midnight: an instance on ", date,
                    " is left out"),
             StrCat("write `UNTIL=", absl::StrJoin(absl::StrSplit(date, '-'), ""),
                    "T235959` to include it"),
             Place(field), Severity::kWarning);
    }
    Recurrence rule(*parsed.rule, plan_.start, plan_.zone);
    if (rule.NeverFires()) {
      Report("never-fires", StrCat("`", text, "` from `", pattern_.start(), "` has no instance"),
             "", Place(field), Severity::kWarning);
    }
    return rule;
  }

  void ReadRules(bool has_start) {
    if (!pattern_.rrule().empty()) plan_.rule = ReadRule(pattern_.rrule(), "rrule", has_start);
    for (int i = 0; i < pattern_.exrules_size(); ++i) {
      std::optional<Recurrence> rule =
          ReadRule(pattern_.exrules(i), StrCat("exrules[", i, "]"), has_start);
      if (rule.has_value()) plan_.exrules.push_back(*std::move(rule));
    }
  }

  void Finish() {
    if (!plan_.rule.has_value()) dates_.emplace_back(plan_.start, std::nullopt);
    for (const auto& [local, span] : dates_) {
      plan_.singles.push_back({.local = local,
                               .has_own_span = span.has_value(),
                               .interval = span.value_or(plan_.span).From(local, plan_.zone)});
    }
    std::vector<Single>& singles = plan_.singles;
    std::stable_sort(singles.begin(), singles.end());
    singles.erase(std::unique(singles.begin(), singles.end(),
                              [](const Single& a, const Single& b) { return a.local == b.local; }),
                  singles.end());
    std::sort(plan_.excluded.begin(), plan_.excluded.end());
    std::erase_if(singles, [&](const Single& single) { return plan_.IsExcluded(single.local); });
  }

  const v1::TimePattern& pattern_;
  const std::string path_;
  std::vector<std::pair<absl::CivilSecond, std::optional<Span>>> dates_;
  Plan plan_;
  Issues issues_;
};

std::optional<CompiledPattern> CompiledPattern::Compile(const v1::TimePattern& pattern) {
  std::shared_ptr<const Plan> plan = Reader(pattern, "").Read();
  return plan == nullptr ? std::nullopt : std::optional(CompiledPattern(std::move(plan)));
}

bool CompiledPattern::NeverFires() const {
  return plan_->singles.empty() && plan_->rule.has_value() && plan_->rule->NeverFires();
}

Expansion CompiledPattern::Expand(absl::Time from, absl::Time to) const {
  const Plan& plan = *plan_;
  Expansion expansion;
  const auto add = [&](absl::CivilSecond local, const Interval& interval) {
    if (interval.end <= interval.start) {
      if (interval.start >= from && interval.start < to) {
        expansion.problems.push_back(
            StrCat("the instance at `", absl::FormatCivilTime(local), "` ends before it begins"));
      }
    } else if (interval.start < to && interval.end > from) {
      expansion.intervals.push_back(interval);
    }
  };
  for (const Single& single : plan.singles) add(single.local, single.interval);
  if (plan.rule.has_value()) {
    // The local times whose intervals may reach into [from, to).
    const bool is_fine = plan.rule->frequency() <= Frequency::kHourly;
    const absl::Time earliest = plan.span.local_seconds.has_value() ? from : from - plan.span.exact;
    const absl::CivilSecond first = Local(earliest, plan.zone);
    const absl::CivilSecond last = Local(to, plan.zone);
    const auto margin = [&](absl::Time time, absl::CivilSecond local) {
      return is_fine ? Margin(time, local, plan.zone) : kMostShift;
    };
    bool full = false;
    std::string problem =
        plan.rule->Visit(first - plan.span.local_seconds.value_or(0) - margin(earliest, first),
                         last + 1 + margin(to, last), [&](absl::CivilSecond local) {
                           if (plan.IsSingle(local) || plan.IsExcluded(local)) return true;
                           add(local, plan.span.From(local, plan.zone));
                           full = expansion.intervals.size() > kMostIntervals;
                           return !full;
                         });
    if (full) {
      expansion.intervals.pop_back();
      problem = StrCat("more than ", kMostIntervals, " instances of `", plan.rule->text(), "`");
    }
    if (!problem.empty()) {
      expansion.problems.push_back(std::move(problem));
      expansion.complete = false;
    }
  }
  for (const Recurrence& rule : plan.exrules) {
    std::string problem = rule.CountProblem(Local(to, plan.zone));
    if (problem.empty()) continue;
    // What it takes out is not known: no interval is certain.
    expansion.problems.push_back(std::move(problem));
    expansion.complete = false;
    expansion.intervals.clear();
  }
  std::sort(expansion.intervals.begin(), expansion.intervals.end());
  // Where clocks go forward, two local times may be one instant.
  expansion.intervals.erase(std::unique(expansion.intervals.begin(), expansion.intervals.end()),
                            expansion.intervals.end());
  return expansion;
}

Issues CheckPattern(const v1::TimePattern& pattern, std::string_view path) {
  CompiledPattern::Reader reader(pattern, path);
  reader.Read();
  return reader.TakeIssues();
}

Expansion Expand(const v1::TimePattern& pattern, absl::Time from, absl::Time to) {
  const std::optional<CompiledPattern> compiled = CompiledPattern::Compile(pattern);
  if (compiled.has_value()) return compiled->Expand(from, to);
  return {.problems = {StrCat("the pattern from `", pattern.start(), "` is not valid")},
          .complete = false};
}

}  // namespace changepolicy
