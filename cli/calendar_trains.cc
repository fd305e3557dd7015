// `changepolicy calendar trains`: the release calendar, and which changes go with a train.
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "cli/calendar.h"
#include "cli/calendar_options.h"
#include "cli/command_line.h"
#include "cli/json.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::cli {

namespace {

constexpr int kDays = 366;

struct Options {
  SubjectOptions subject;
  SpanOptions span;
  std::string train;
  std::string format = "text";
};

int Fail(const absl::Status& status) {
  Complain(StrCat("error: ", Printable(FromAbsl(status.message())),
                  absl::IsNotFound(status)
                      ? "\n  help: `changepolicy calendar trains` without changes lists them"
                      : ""));
  return absl::IsFailedPrecondition(status) ? kUndecided : kBadInput;
}

bool IsMeant(const v1::TrainDeparture& departure, const std::string& train) {
  return train.empty() || departure.id() == train || departure.train() == train ||
         departure.kind() == train;
}

int Plan(const Options& options, const Planner& planner, absl::Time now, absl::TimeZone zone) {
  const std::optional<std::vector<Record>> records = ReadAll(options.subject);
  if (!records.has_value()) return kBadInput;
  std::vector<v1::ChangeRequest> changes;
  std::map<std::string, std::string> places;
  for (const Record& record : *records) {
    if (!record.subject.has_value()) {
      Complain(record.problem);
      return kBadInput;
    }
    const auto* const change = std::get_if<v1::ChangeRequest>(&*record.subject);
    if (change == nullptr) {
      Complain(StrCat(Printable(record.name),
                      ": error: a release is no change\n  help: trains take changes"));
      return kBadInput;
    }
    // The planner would not know in which file it is.
    std::string problem;
    if (change->id().empty()) {
      problem = "the change has no id\n  help: give it a unique `id`";
    } else if (const auto [at, is_new] = places.emplace(change->id(), record.name); !is_new) {
      problem = StrCat("`", Printable(change->id()), "` stands in ", Printable(at->second),
                       " already\n  help: name each change once");
    }
    if (!problem.empty()) {
      Complain(StrCat(Printable(record.name), ": error: ", problem));
      return kBadInput;
    }
    changes.push_back(*change);
  }
  const absl::StatusOr<v1::TrainPlan> plan = planner.PlanTrain(options.train, changes, now);
  if (!plan.ok()) return Fail(plan.status());
  if (options.format == "text") {
    std::cout << TrainPlanText(*plan, TextOptions(zone));
  } else {
    std::cout << MessageJson(*plan, true) << "\n";
  }
  return plan->left_out().empty() ? kAllowed : kDenied;
}

int Run(const Options& options) {
  const std::optional<Session> session = Open(options.subject);
  if (!session.has_value()) return kBadInput;
  const absl::Time now = session->question.now;
  const std::optional<Span> span = ReadSpan(options.span, now, kDays);
  if (!span.has_value()) return kBadInput;
  const Planner planner(session->policy, session->engine.organization());
  if (options.format == "text") PrintNow(*session);
  if (!options.subject.files.empty()) {
    if (options.train.empty()) {
      Complain(
          "error: changes are planned for a train\n  help: name it with --train, by its id, "
          "or major, minor or patch for the next one of this kind");
      return kBadInput;
    }
    return Plan(options, planner, now, span->zone);
  }
  absl::StatusOr<v1::ForwardSchedule> schedule = planner.Schedule(now, span->from, span->until);
  if (!schedule.ok()) return Fail(schedule.status());
  v1::ForwardSchedule trains;
  trains.set_organization(schedule->organization());
  *trains.mutable_now() = schedule->now();
  *trains.mutable_from() = schedule->from();
  *trains.mutable_until() = schedule->until();
  trains.set_tzdb_version(schedule->tzdb_version());
  for (v1::TrainDeparture& departure : *schedule->mutable_departures()) {
    if (IsMeant(departure, options.train)) *trains.add_departures() = std::move(departure);
  }
  // Those of the schedule are of other things as well.
  const auto departures = planner.Departures(span->from, span->until);
  if (!departures.ok()) {
    trains.add_problems(std::string(FromAbsl(departures.status().message())));
  }
  if (!options.train.empty() && trains.departures().empty() && trains.problems().empty()) {
    Complain(StrCat("error: --train: no date of `", Printable(options.train),
                    "` lies in this time\n  help: leave it out to see all trains, or ask with "
                    "--from and --until about another time"));
    return kBadInput;
  }
  if (options.format == "text") {
    ScheduleTextOptions text = TextOptions(span->zone);
    text.trains_only = true;
    std::cout << ScheduleText(trains, text);
  } else {
    std::cout << MessageJson(trains, true) << "\n";
  }
  return trains.problems().empty() ? kAllowed : kUndecided;
}

}  // namespace

void AddCalendarTrains(Command* calendar) {
  auto options = std::make_shared<Options>();
  Command* const command = calendar->AddSubcommand(
      "trains",
      "The dates of the release calendar; with changes, which of them go with a train and why "
      "others do not. Exits with 0 all go, 1 some do not, 2 something could not be computed, 3 bad "
      "input");
  command->AddOption("FILE", &options->subject.files, "changes to plan, as for `check`");
  AddContextOptions(command, &options->subject);
  AddRecordOptions(command, &options->subject);
  AddSpanOptions(command, &options->span, kDays);
  command
      ->AddOption("--train", &options->train,
                  "a train or one of its releases by id, or major, minor or patch for the next "
                  "one of this kind; without changes only its dates are shown")
      .NotEmpty();
  AddFormat(command, &options->format, {"text", "json"});
  command->Runs([options] { return Run(*options); });
}

}  // namespace changepolicy::cli
