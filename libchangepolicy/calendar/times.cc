#include "libchangepolicy/calendar/times.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/calendar/zone.h"

namespace changepolicy {

Times::Times(const google::protobuf::RepeatedPtrField<v1::TimePattern>& patterns) {
  for (const v1::TimePattern& pattern : patterns) {
    std::optional<CompiledPattern> compiled = CompiledPattern::Compile(pattern);
    if (compiled.has_value()) {
      patterns_.push_back(*std::move(compiled));
    } else {
      unreadable_.push_back(pattern.start());
    }
  }
  if (!patterns_.empty()) stretches_ = std::make_shared<const Stretches>();
}

void Times::AddHolidays(const v1::HolidaySet& set) {
  Days days;
  days.id = set.id();
  const std::optional<absl::TimeZone> zone = FindZone(set.zone());
  const auto day_of = [&](const std::string& date) -> std::optional<Interval> {
    const std::optional<absl::CivilSecond> local = ParseLocal(date);
    if (!zone.has_value() || !local.has_value()) return std::nullopt;
    const absl::CivilDay day(*local);
    return Interval{ToInstant(absl::CivilSecond(day), *zone),
                    ToInstant(absl::CivilSecond(day + 1), *zone)};
  };
  for (const v1::Holiday& holiday : set.days()) {
    const std::optional<Interval> day = day_of(holiday.date());
    if (!day.has_value()) {
      days.problem = StrCat("`", holiday.date(), "` is no day");
    } else if (!day->empty()) {  // a day that its zone left out, as Apia did in 2011
      days.intervals.push_back(*day);
    }
  }
  for (const std::string* const limit : {&set.known_from(), &set.known_until()}) {
    if (limit->empty()) continue;
    const std::optional<Interval> day = day_of(*limit);
    if (!day.has_value()) {
      days.problem = StrCat("`", *limit, "` is no day");
    } else if (limit == &set.known_from()) {
      days.known.start = day->start;
    } else {
      days.known.end = day->end;
    }
  }
  std::sort(days.intervals.begin(), days.intervals.end());
  holidays_.push_back(std::move(days));
}

void Times::AddUnknown(const std::string& holidays) {
  Days days;
  days.id = holidays;
  days.problem = "no such holidays are declared";
  holidays_.push_back(std::move(days));
}

bool Times::ExpandPatterns(const Interval& span, absl::FunctionRef<void(const Interval&)> add,
                           absl::FunctionRef<void(std::string_view)> report) const {
  bool complete = true;
  for (const CompiledPattern& pattern : patterns_) {
    const Expansion expansion = pattern.Expand(span.start, span.end);
    for (const Interval& interval : expansion.intervals) add(interval);
    for (const std::string& problem : expansion.problems) report(problem);
    complete = complete && expansion.complete;
  }
  return complete;
}

bool Times::Expand(const Interval& span, absl::FunctionRef<void(const Interval&)> add,
                   absl::FunctionRef<void(std::string_view)> report) const {
  bool complete = true;
  for (const std::string& start : unreadable_) {
    report(StrCat("the pattern from `", start, "` is not valid"));
    complete = false;
  }
  if (stretches_ != nullptr) {
    // What has a problem somewhere in a stretch may have none in the span.
    const auto compute = [this](const Interval& stretch) {
      std::optional<std::vector<Interval>> intervals(std::in_place);
      bool is_clean = true;
      const bool whole = ExpandPatterns(
          stretch, [&](const Interval& interval) { intervals->push_back(interval); },
          [&](std::string_view) { is_clean = false; });
      if (!whole || !is_clean) intervals.reset();
      return intervals;
    };
    if (!stretches_->Visit(span, compute, add)) {
      complete = ExpandPatterns(span, add, report) && complete;
    }
  }
  for (const Days& days : holidays_) {
    if (!days.problem.empty()) {
      report(StrCat(days.id, ": ", days.problem));
      complete = false;
    }
    auto day = std::partition_point(days.intervals.begin(), days.intervals.end(),
                                    [&](const Interval& each) { return each.end <= span.start; });
    for (; day != days.intervals.end() && day->start < span.end; ++day) add(*day);
    if (span.start < days.known.start || days.known.end < span.end) {
      // Only what lies outside is not known.
      const Interval before{span.start, std::min(span.end, days.known.start)};
      const Interval after{std::max(span.start, days.known.end), span.end};
      if (!before.empty()) add(before);
      if (!after.empty()) add(after);
      report(StrCat("the holidays of `", days.id, "` are not known for all of it"));
    }
  }
  return complete;
}

bool Times::Expand(const Interval& span, std::vector<Interval>* intervals,
                   std::vector<std::string>* problems) const {
  return Expand(
      span, [&](const Interval& interval) { intervals->push_back(interval); },
      [&](std::string_view problem) { problems->emplace_back(problem); });
}

}  // namespace changepolicy
