#include "libchangepolicy/report/schedule_wording.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/parts.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy {
namespace {

std::string Words(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return absl::AsciiStrToLower(ToAbsl(name));
}

std::string_view LeftOutReasonText(v1::LeftOutReason reason) {
  switch (reason) {
    case v1::LEFT_OUT_REASON_STATE:
      return "it is over, or under way already";
    case v1::LEFT_OUT_REASON_SCOPE:
      return "the train does not go where it goes";
    case v1::LEFT_OUT_REASON_TOO_LATE:
      return "the train takes no more changes of its sort";
    case v1::LEFT_OUT_REASON_ASSET:
      return "another change that goes alters the same asset";
    case v1::LEFT_OUT_REASON_MIGRATION_ORDER:
      return "it is not said which of two migrations comes first";
    case v1::LEFT_OUT_REASON_DEPENDENCY:
      return "what it depends on is not in place and does not go";
    case v1::LEFT_OUT_REASON_CYCLE:
      return "it depends on itself, through others";
    case v1::LEFT_OUT_REASON_CALENDAR:
      return "a freeze holds for it at the release, or no window is open";
    case v1::LEFT_OUT_REASON_KIND:
      return "it breaks something, and the train's kind does not allow that";
    case v1::LEFT_OUT_REASON_OTHER_TRAIN:
      return "it is grouped into another train already";
    default:
      return "it does not go";
  }
}

}  // namespace

std::string ClashText(const v1::Clash& clash) {
  const std::string both =
      clash.other().empty() ? clash.one() : StrCat(clash.one(), " and ", clash.other());
  switch (clash.kind()) {
    case v1::CLASH_KIND_ASSET:
      return StrCat("same asset: ", both);
    case v1::CLASH_KIND_SERVICE:
      return StrCat("same service: ", both);
    case v1::CLASH_KIND_RELATED:
      return StrCat("related: ", both);
    case v1::CLASH_KIND_PERSON:
      return StrCat("same person: ", both);
    case v1::CLASH_KIND_DEPENDENCY:
      return StrCat("one must be in place before the other: ", both);
    default:
      return both;
  }
}

std::string ObstacleText(const v1::Obstacle& obstacle) {
  switch (obstacle.kind()) {
    case v1::OBSTACLE_KIND_WINDOW:
      return "no maintenance window is open long enough";
    case v1::OBSTACLE_KIND_FREEZE:
      return StrCat("freeze ", obstacle.id());
    case v1::OBSTACLE_KIND_CONFLICT:
      return StrCat("other work, ", obstacle.id());
    case v1::OBSTACLE_KIND_UNAVAILABLE:
      return StrCat("not available: ", obstacle.id());
    case v1::OBSTACLE_KIND_NOTICE:
      return StrCat("somebody would be told too late: ", obstacle.id());
    case v1::OBSTACLE_KIND_APPROVAL:
      return StrCat("approvals that count now would have run out: ", obstacle.id());
    case v1::OBSTACLE_KIND_EVIDENCE:
      return StrCat("a rule that holds now would hold no more: ", obstacle.id());
    case v1::OBSTACLE_KIND_UNCOMPUTED:
      return StrCat("could not be computed, so it counts as closed: ", obstacle.id());
    default:
      return StrCat("something else: ", obstacle.id());
  }
}

std::string LeftOutText(const v1::LeftOut& left_out) {
  return StrCat(LeftOutReasonText(left_out.reason()), left_out.about().empty() ? "" : ": ",
                Join(left_out.about(), ", "));
}

std::string EnvironmentText(int environment) {
  return Words(ShortName(*v1::Environment_descriptor(), environment));
}

std::string WorkKindText(const v1::ScheduledWork& work) {
  if (work.is_release()) return "release";
  return work.category() == v1::CATEGORY_UNSPECIFIED ? "change" : Words(ShortName(work.category()));
}

std::string ScopeText(const v1::CalendarScope& scope) {
  std::vector<std::string> parts;
  const auto add = [&](const auto& ids, std::string_view one, std::string_view many) {
    if (ids.empty()) return;
    parts.push_back(StrCat(ids.size() == 1 ? one : many, " ", Join(ids, ", ")));
  };
  add(scope.services(), "service", "services");
  add(scope.teams(), "team", "teams");
  std::vector<std::string> environments;
  for (const int each : scope.environments()) environments.push_back(EnvironmentText(each));
  if (!environments.empty()) parts.push_back(Join(environments, ", "));
  add(scope.change_models(), "model", "models");
  return parts.empty() ? "everything" : Join(parts, "; ");
}

bool HasTime(const v1::ScheduledWork& work) {
  return work.has_start() && work.has_end() &&
         std::pair(work.start().seconds(), work.start().nanos()) <
             std::pair(work.end().seconds(), work.end().nanos());
}

std::string Grouped(long count) {
  const auto size = static_cast<unsigned long>(count);
  const std::string digits = StrCat(count < 0 ? 0 - size : size);
  std::string text = count < 0 ? "-" : "";
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string CountText(long count, std::string_view noun, std::string_view plural) {
  const std::string number = count == 0 ? std::string("no") : Grouped(count);
  if (count == 1) return StrCat(number, " ", noun);
  return plural.empty() ? StrCat(number, " ", noun, "s") : StrCat(number, " ", plural);
}

}  // namespace changepolicy
