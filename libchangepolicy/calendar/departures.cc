#include "libchangepolicy/calendar/departures.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/calendar/length.h"
#include "libchangepolicy/calendar/pattern.h"
#include "libchangepolicy/calendar/zone.h"

namespace changepolicy {

namespace {

// The cadence as a pattern whose intervals begin at the releases.
v1::TimePattern PatternOf(const v1::TrainCadence& cadence) {
  v1::TimePattern pattern;
  pattern.set_zone(cadence.zone());
  pattern.set_start(cadence.start());
  pattern.set_duration("1s");
  pattern.set_rrule(cadence.rrule());
  *pattern.mutable_rdates() = cadence.rdates();
  *pattern.mutable_exdates() = cadence.exdates();
  return pattern;
}

// The steps before a release, each with its field, longest before first.
struct Step {
  const char* field;
  const std::string& (*before)(const v1::TrainCadence&);
  google::protobuf::Timestamp* (*at)(v1::TrainDeparture*);
};
constexpr Step kSteps[] = {
    {"feature_freeze_before",
     [](const v1::TrainCadence& c) -> const std::string& { return c.feature_freeze_before(); },
     [](v1::TrainDeparture* d) { return d->mutable_feature_freeze(); }},
    {"code_freeze_before",
     [](const v1::TrainCadence& c) -> const std::string& { return c.code_freeze_before(); },
     [](v1::TrainDeparture* d) { return d->mutable_code_freeze(); }},
    {"candidate_before",
     [](const v1::TrainCadence& c) -> const std::string& { return c.candidate_before(); },
     [](v1::TrainDeparture* d) { return d->mutable_candidate(); }},
};

// As if each day had 24 hours.
absl::Duration Nominal(const CivilLength& length) {
  return absl::Hours(24) * length.days + absl::Seconds(length.seconds);
}

absl::Duration LongestStep(const v1::TrainCadence& cadence) {
  absl::Duration longest;
  for (const Step& step : kSteps) {
    const std::optional<CivilLength> before = ParseCivilLength(step.before(cadence));
    if (before.has_value()) longest = std::max(longest, Nominal(*before));
  }
  return longest;
}

class TrainChecker {
 public:
  TrainChecker(const v1::ReleaseTrain& train, std::string_view path) : train_(train), path_(path) {}

  Issues Run() {
    const std::string& kind = train_.kind();
    if (kind != "major" && kind != "minor" && kind != "patch") {
      Report("train-kind", StrCat("`", kind, "` is no kind of release"),
             "write `major`, `minor` or `patch`", "kind");
    }
    if (train_.has_cadence()) {
      CheckCadence();
    } else {
      CheckDates();
    }
    return std::move(issues_);
  }

 private:
  void Report(std::string_view id, std::string message, std::string help, std::string_view field) {
    Issue issue;
    issue.id = id;
    issue.message = std::move(message);
    issue.help = std::move(help);
    issue.path = field.empty() ? path_ : StrCat(path_, ".", field);
    issues_.push_back(std::move(issue));
  }

  void CheckDates() {
    if (!train_.has_release()) {
      Report("train-dates", "a train says when it goes out", "write `release`, or a `cadence`", "");
      return;
    }
    const std::pair<const char*, std::optional<absl::Time>> dates[] = {
        {"feature_freeze", At(train_.has_feature_freeze(), train_.feature_freeze())},
        {"code_freeze", At(train_.has_code_freeze(), train_.code_freeze())},
        {"candidate", At(train_.has_candidate(), train_.candidate())},
        {"release", At(true, train_.release())}};
    const std::pair<const char*, std::optional<absl::Time>>* before = nullptr;
    for (const auto& date : dates) {
      if (!date.second.has_value()) continue;
      if (before != nullptr && *date.second < *before->second) {
        Report("train-order", StrCat("`", date.first, "` is before `", before->first, "`"),
               "a train has its feature freeze, code freeze, candidate and release in this order",
               date.first);
      }
      before = &date;
    }
  }

  static std::optional<absl::Time> At(bool set, const google::protobuf::Timestamp& time) {
    return set ? std::optional(FromProto(time)) : std::nullopt;
  }

  void CheckCadence() {
    const v1::TrainCadence& cadence = train_.cadence();
    if (train_.has_feature_freeze() || train_.has_code_freeze() || train_.has_candidate() ||
        train_.has_release()) {
      Report("train-dates", "a train has dates or a cadence, not both", "take one of them out", "");
    }
    for (const Issue& found : CheckPattern(PatternOf(cadence), path_ + ".cadence")) {
      issues_.push_back(found);
    }
    absl::Duration last = absl::InfiniteDuration();
    const char* last_field = "";
    for (const Step& step : kSteps) {
      const std::string& text = step.before(cadence);
      if (text.empty()) continue;
      const std::optional<CivilLength> length = ParseCivilLength(text);
      if (!length.has_value()) {
        Report("train-length", StrCat("`", text, "` is no length of time"), "write `14d` or `P14D`",
               StrCat("cadence.", step.field));
      } else if (Nominal(*length) > last) {
        Report("train-order", StrCat("`", step.field, "` is longer than `", last_field, "`"),
               "feature freeze comes first, then code freeze, then the candidate",
               StrCat("cadence.", step.field));
      } else {
        last = Nominal(*length);
        last_field = step.field;
      }
    }
  }

  const v1::ReleaseTrain& train_;
  const std::string path_;
  Issues issues_;
};

// Some date lies in the span.
bool Touches(const v1::TrainDeparture& departure, const Interval& span) {
  const auto within = [&](bool set, const google::protobuf::Timestamp& time) {
    return set && FromProto(time) >= span.start && FromProto(time) < span.end;
  };
  return within(departure.has_feature_freeze(), departure.feature_freeze()) ||
         within(departure.has_code_freeze(), departure.code_freeze()) ||
         within(departure.has_candidate(), departure.candidate()) ||
         within(departure.has_release(), departure.release());
}

v1::TrainDeparture NamedAfter(const v1::ReleaseTrain& train) {
  v1::TrainDeparture departure;
  departure.set_id(train.id());
  departure.set_train(train.id());
  departure.set_title(train.title());
  departure.set_kind(train.kind());
  *departure.mutable_changes() = train.changes();
  std::sort(departure.mutable_changes()->begin(), departure.mutable_changes()->end());
  return departure;
}

// Of a train with dates.
v1::TrainDeparture DepartureOf(const v1::ReleaseTrain& train) {
  v1::TrainDeparture departure = NamedAfter(train);
  if (train.has_feature_freeze()) *departure.mutable_feature_freeze() = train.feature_freeze();
  if (train.has_code_freeze()) *departure.mutable_code_freeze() = train.code_freeze();
  if (train.has_candidate()) *departure.mutable_candidate() = train.candidate();
  if (train.has_release()) *departure.mutable_release() = train.release();
  return departure;
}

}  // namespace

Issues CheckTrain(const v1::ReleaseTrain& train, std::string_view path) {
  return TrainChecker(train, path).Run();
}

std::optional<v1::TrainDeparture> FindDeparture(
    std::string_view id, const google::protobuf::RepeatedPtrField<v1::ReleaseTrain>& trains) {
  const size_t slash = id.rfind('/');
  for (const v1::ReleaseTrain& train : trains) {
    if (!train.has_cadence()) {
      if (train.id() == id) return DepartureOf(train);
      continue;
    }
    if (slash == std::string_view::npos || train.id() != id.substr(0, slash)) continue;
    const std::optional<absl::CivilSecond> local = ParseLocal(id.substr(slash + 1));
    const std::optional<absl::TimeZone> zone = FindZone(train.cadence().zone());
    if (!local.has_value() || !zone.has_value()) continue;
    const absl::CivilDay day(*local);
    const Interval span{ToInstant(absl::CivilSecond(day), *zone),
                        ToInstant(absl::CivilSecond(day + 1), *zone)};
    for (v1::TrainDeparture& departure : ListDepartures(train, span).departures) {
      if (departure.id() == id) return std::move(departure);
    }
  }
  return std::nullopt;
}

DepartureList ListDepartures(const v1::ReleaseTrain& train, const Interval& span) {
  DepartureList list;
  if (!train.has_cadence()) {
    v1::TrainDeparture departure = DepartureOf(train);
    if (Touches(departure, span)) list.departures.push_back(std::move(departure));
    return list;
  }
  const v1::TrainCadence& cadence = train.cadence();
  const std::optional<absl::TimeZone> zone = FindZone(cadence.zone());
  // Offsets of one zone differ by less than two days.
  const absl::Time until = span.end + LongestStep(cadence) + absl::Hours(48);
  const Expansion releases = Expand(PatternOf(cadence), span.start, until);
  for (const std::string& problem : releases.problems) {
    list.problems.push_back(StrCat(train.id(), ": ", problem));
  }
  if (!zone.has_value()) return list;
  for (const Interval& release : releases.intervals) {
    const absl::CivilSecond local = absl::ToCivilSecond(release.start, *zone);
    v1::TrainDeparture departure = NamedAfter(train);
    departure.set_id(StrCat(train.id(), "/", absl::FormatCivilTime(absl::CivilDay(local))));
    ToProto(release.start, departure.mutable_release());
    for (const Step& step : kSteps) {
      const std::optional<CivilLength> before = ParseCivilLength(step.before(cadence));
      if (before.has_value()) ToProto(ToInstant(local - *before, *zone), step.at(&departure));
    }
    if (Touches(departure, span)) list.departures.push_back(std::move(departure));
  }
  return list;
}

}  // namespace changepolicy
