#include "libchangepolicy/calendar/recurrence.h"

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/calendar/recurrence_plan.h"
#include "libchangepolicy/calendar/recurrence_walk.h"

namespace changepolicy {

namespace {

std::string CutText(const RecurrencePlan& plan) {
  return StrCat("`", plan.rule.text, "` was followed for ", plan.limits.steps,
                " steps, and not to its end");
}

}  // namespace

Recurrence::Recurrence(const RecurrenceRule& rule, absl::CivilSecond start, absl::TimeZone zone,
                       const RecurrenceLimits& limits)
    : plan_(std::make_shared<const RecurrencePlan>(rule, start, zone, limits)) {}

std::string Recurrence::Visit(absl::CivilSecond from, absl::CivilSecond to,
                              absl::FunctionRef<bool(absl::CivilSecond)> each) const {
  const RecurrencePlan& plan = *plan_;
  const Ending ending = RecurrenceWalk(plan, ToSeconds(from), ToSeconds(to), plan.limits.steps)
                            .Run([&](LocalSeconds time) { return each(FromSeconds(time)); });
  if (ending == Ending::kStopped) return "";
  return ending == Ending::kCut ? CutText(plan) : CountProblem(to);
}

std::string Recurrence::CountProblem(absl::CivilSecond to) const {
  return ToSeconds(to) > plan_->counted_to ? CutText(*plan_) : "";
}

Occurrences Recurrence::Between(absl::CivilSecond from, absl::CivilSecond to) const {
  Occurrences found;
  bool full = false;
  found.problem = Visit(from, to, [&](absl::CivilSecond time) {
    full = std::ssize(found.starts) >= plan_->limits.instances;
    if (!full) found.starts.push_back(time);
    return !full;
  });
  if (full) {
    found.problem =
        StrCat("more than ", plan_->limits.instances, " instances of `", plan_->rule.text, "`");
  }
  return found;
}

bool Recurrence::Contains(absl::CivilSecond time) const {
  bool found = false;
  Visit(time, time + 1, [&](absl::CivilSecond) {
    found = true;
    return false;
  });
  return found;
}

bool Recurrence::NeverFires() const { return plan_->never; }

int64_t Recurrence::StepsBetween(absl::CivilSecond from, absl::CivilSecond to) const {
  RecurrenceWalk walk(*plan_, ToSeconds(from), ToSeconds(to), plan_->limits.steps);
  walk.Run([](LocalSeconds) { return true; });
  return walk.steps();
}

Frequency Recurrence::frequency() const { return plan_->rule.frequency; }

const std::string& Recurrence::text() const { return plan_->rule.text; }

std::string CheckRule(std::string_view rule) { return ParseRule(rule).problem; }

Occurrences ExpandRule(std::string_view rule, absl::CivilSecond start, absl::CivilSecond from,
                       absl::CivilSecond to) {
  const ParsedRule parsed = ParseRule(rule);
  if (!parsed.rule.has_value()) return {.problem = parsed.problem};
  return Recurrence(*parsed.rule, start).Between(from, to);
}

}  // namespace changepolicy
