// `changepolicy calendar show` and `export`: everything that is planned, on a terminal or as a file
// for other programs.
#include <algorithm>
#include <iostream>
#include <memory>
#include <utility>
#include <vector>

#include "cli/calendar.h"
#include "cli/calendar_options.h"
#include "cli/command_line.h"
#include "cli/files.h"
#include "cli/json.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/calendar/icalendar.h"
#include "libchangepolicy/calendar/zone.h"
#include "libchangepolicy/report/schedule_calendar.h"
#include "libchangepolicy/report/timeline.h"

namespace changepolicy::cli {

namespace {

constexpr int kShownDays = 14;
constexpr int kExportedDays = 92;

struct Options {
  SubjectOptions subject;
  SpanOptions span;
  std::string format;
  std::string output;
  std::vector<std::string> files;
  bool lenient = false;
};

struct Planned {
  v1::ForwardSchedule schedule;
  Span span;
};

std::optional<Planned> Plan(const Options& options, int default_days) {
  const std::optional<Session> session = Open(options.subject);
  if (!session.has_value()) return std::nullopt;
  const absl::Time now = session->question.now;
  const std::optional<Span> span = ReadSpan(options.span, now, default_days);
  if (!span.has_value()) return std::nullopt;
  const Planner planner(session->policy, session->engine.organization());
  absl::StatusOr<v1::ForwardSchedule> schedule = planner.Schedule(now, span->from, span->until);
  if (!schedule.ok()) {
    Complain(StrCat("error: ", FromAbsl(schedule.status().message())));
    return std::nullopt;
  }
  return Planned{*std::move(schedule), *span};
}

// What could not be computed is told with the answer, and by the exit code.
int ExitCodeOf(const v1::ForwardSchedule& schedule) {
  return schedule.problems().empty() ? kAllowed : kUndecided;
}

// What stands in a file of another program, as far as it meets the span.
v1::ForwardSchedule PlannedIn(const v1::CalendarFile& file, const std::string& name, absl::Time now,
                              const Span& span) {
  v1::ForwardSchedule schedule;
  schedule.set_organization(file.name().empty() ? name : file.name());
  ToProto(now, schedule.mutable_now());
  ToProto(span.from, schedule.mutable_from());
  ToProto(span.until, schedule.mutable_until());
  schedule.set_tzdb_version(TzdbVersion());
  std::vector<std::string> problems;
  for (const EventInstance& each : Instances(file, span.from, span.until, &problems)) {
    v1::ScheduledWork& work = *schedule.add_works();
    work.set_subject_id(each.event->title().empty() ? each.event->uid() : each.event->title());
    ToProto(each.interval.start, work.mutable_start());
    ToProto(each.interval.end, work.mutable_end());
  }
  *schedule.mutable_problems() = {problems.begin(), problems.end()};
  return schedule;
}

int ShowFiles(const Options& options) {
  const std::optional<absl::Time> now = ParseNow(options.subject.now);
  if (!now.has_value()) return kBadInput;
  const std::optional<Span> span = ReadSpan(options.span, *now, kShownDays);
  if (!span.has_value()) return kBadInput;
  int exit_code = kAllowed;
  for (const std::string& name : options.files) {
    const absl::StatusOr<std::string> text = ReadFile(name);
    if (!text.ok()) {
      Complain(StrCat("error: ", FromAbsl(text.status().message())));
      exit_code = kBadInput;
      continue;
    }
    const ICalendarResult read = ReadICalendar(
        *text, name, {.lenient = options.lenient, .floating_zone = options.span.zone});
    if (!read.issues.empty()) Complain(ToText(read.issues));
    if (!read.file.has_value()) {
      if (!name.ends_with(".ics")) Complain("  help: give an organization with --organization");
      exit_code = kBadInput;
      continue;
    }
    for (const std::string& note : read.file->notes()) {
      Complain(StrCat("note: ", Printable(name), ": ", Printable(note)));
    }
    const v1::ForwardSchedule schedule = PlannedIn(*read.file, name, *now, *span);
    if (options.format == "text") {
      std::cout << ScheduleText(schedule, TextOptions(span->zone));
    } else {
      std::cout << MessageJson(schedule, true) << "\n";
    }
    exit_code = std::max<int>(exit_code, ExitCodeOf(schedule));
  }
  return exit_code;
}

int Show(const Options& options) {
  if (!options.files.empty()) return ShowFiles(options);
  const std::optional<Planned> planned = Plan(options, kShownDays);
  if (!planned.has_value()) return kBadInput;
  if (options.format == "text") {
    std::cout << ScheduleText(planned->schedule, TextOptions(planned->span.zone));
  } else {
    std::cout << MessageJson(planned->schedule, true) << "\n";
  }
  return ExitCodeOf(planned->schedule);
}

int Export(const Options& options) {
  const std::optional<Planned> planned = Plan(options, kExportedDays);
  if (!planned.has_value()) return kBadInput;
  std::string text;
  if (options.format == "ics") {
    absl::StatusOr<std::string> written = ScheduleICalendar(planned->schedule);
    if (!written.ok()) {
      Complain(StrCat("error: ", FromAbsl(written.status().message())));
      return kUndecided;
    }
    text = *std::move(written);
  } else if (options.format == "svg") {
    text = TimelineSvg(planned->schedule, {.zone = planned->span.zone});
  } else {
    text = TimelineHtml(planned->schedule, {.zone = planned->span.zone});
  }
  if (options.output.empty() || options.output == "-") {
    std::cout << text;
  } else if (const absl::Status written = WriteFile(options.output, text); !written.ok()) {
    Complain(StrCat("error: ", FromAbsl(written.message())));
    return kBadInput;
  }
  for (const std::string& problem : planned->schedule.problems()) {
    Complain(StrCat("warning: ", Printable(problem)));
  }
  return ExitCodeOf(planned->schedule);
}

}  // namespace

void AddCalendarShow(Command* calendar) {
  auto options = std::make_shared<Options>();
  Command* const command = calendar->AddSubcommand(
      "show",
      "Windows, freezes, work, conflicts and trains, day by day. Exits with 0, 2 where something "
      "could not be computed, 3 bad input");
  command->AddOption("FILE", &options->files,
                     "iCalendar files to show instead of the organization's calendar, read as by "
                     "`calendar import`");
  command->AddFlag("--lenient", &options->lenient,
                   "of files: let pass what leaves no doubt of when something is");
  AddContextOptions(command, &options->subject);
  AddSpanOptions(command, &options->span, kShownDays);
  options->format = "text";
  AddFormat(command, &options->format, {"text", "json"});
  command->Runs([options] { return Show(*options); });
}

void AddCalendarExport(Command* calendar) {
  auto options = std::make_shared<Options>();
  Command* const command = calendar->AddSubcommand(
      "export",
      "The forward schedule of change as iCalendar, or as a timeline (a page of HTML that needs "
      "nothing else, or SVG). Exits like `show`");
  AddContextOptions(command, &options->subject);
  AddSpanOptions(command, &options->span, kExportedDays);
  options->format = "html";
  AddFormat(command, &options->format, {"ics", "html", "svg"});
  command->AddOption("--output", &options->output, "a file; default: standard output").NotEmpty();
  command->Runs([options] { return Export(*options); });
}

}  // namespace changepolicy::cli
