// `changepolicy calendar show` and `export`: everything that is planned, on a terminal or as a file
// for other programs.
#include <iostream>
#include <memory>
#include <utility>

#include "cli/calendar.h"
#include "cli/calendar_options.h"
#include "cli/files.h"
#include "cli/json.h"
#include "libchangepolicy/base/text.h"
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

int Show(const Options& options) {
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

void AddCalendarShow(CLI::App* calendar, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* const command = calendar->add_subcommand(
      "show",
      "Windows, freezes, work, conflicts and trains, day by day. Exits with 0, 2 where something "
      "could not be computed, 3 bad input");
  AddContextOptions(command, &options->subject);
  AddSpanOptions(command, &options->span, kShownDays);
  options->format = "text";
  AddFormat(command, &options->format, {"text", "json"});
  command->callback([options, exit_code] { *exit_code = Show(*options); });
}

void AddCalendarExport(CLI::App* calendar, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* const command = calendar->add_subcommand(
      "export",
      "The forward schedule of change as iCalendar, or as a timeline (a page of HTML that needs "
      "nothing else, or SVG). Exits like `show`");
  AddContextOptions(command, &options->subject);
  AddSpanOptions(command, &options->span, kExportedDays);
  options->format = "html";
  AddFormat(command, &options->format, {"ics", "html", "svg"});
  command->add_option("--output", options->output, "a file; default: standard output")
      ->check(NotEmpty);
  command->callback([options, exit_code] { *exit_code = Export(*options); });
}

}  // namespace changepolicy::cli
