#include "cli/calendar_options.h"

#include <unistd.h>

#include "absl/strings/str_join.h"
#include "cli/command_line.h"
#include "cli/files.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/calendar/length.h"
#include "libchangepolicy/calendar/zone.h"

namespace changepolicy::cli {

namespace {

constexpr absl::Duration kLongestSpan = absl::Hours(24 * 366 * 5);

// An instant, or a local time or date of the zone; `last` takes the end of a date.
std::optional<absl::Time> ReadInstant(const std::string& option, const std::string& text,
                                      absl::TimeZone zone, bool last) {
  if (const std::optional<absl::CivilSecond> local = ParseLocal(text); local.has_value()) {
    const bool whole_day = text.size() == 10 && last;
    return ToInstant(whole_day ? absl::CivilSecond(absl::CivilDay(*local) + 1) : *local, zone);
  }
  absl::Time time;
  std::string error;
  if (absl::ParseTime(absl::RFC3339_full, text, &time, &error)) return time;
  Complain(StrCat("error: ", option, ": `", Printable(text),
                  "` is no instant\n  help: write 2026-03-01, 2026-03-01T22:00 or "
                  "2026-03-01T14:00:00Z"));
  return std::nullopt;
}

}  // namespace

void AddSpanOptions(Command* command, SpanOptions* options, int default_days) {
  command
      ->AddOption("--from", &options->from,
                  "first instant: a date or local time of --zone, or an instant; default: now")
      .NotEmpty();
  command
      ->AddOption("--until", &options->until,
                  StrCat("first instant after it, or the last date; default: ", default_days,
                         " days after the first"))
      .NotEmpty();
  command->AddOption("--zone", &options->zone, "zone of local times, like Asia/Singapore")
      .ShowsDefault();
}

std::optional<absl::TimeZone> ReadZone(const std::string& name) {
  const std::optional<absl::TimeZone> zone = FindZone(name);
  if (!zone.has_value()) {
    Complain(
        StrCat("error: --zone: `", Printable(name), "` is no zone\n  help: ", SuggestZone(name)));
  }
  return zone;
}

std::optional<Span> ReadSpan(const SpanOptions& options, absl::Time now, int default_days) {
  const std::optional<absl::TimeZone> zone = ReadZone(options.zone);
  if (!zone.has_value()) return std::nullopt;
  Span span{now, now, *zone};
  if (!options.from.empty()) {
    const auto from = ReadInstant("--from", options.from, *zone, false);
    if (!from.has_value()) return std::nullopt;
    span.from = *from;
  }
  span.until = span.from + absl::Hours(24 * default_days);
  if (!options.until.empty()) {
    const auto until = ReadInstant("--until", options.until, *zone, true);
    if (!until.has_value()) return std::nullopt;
    span.until = *until;
  }
  if (span.until <= span.from) {
    Complain(options.from.empty()
                 ? "error: --until is not after now, from when on it is without --from\n"
                   "  help: give --from as well, or an instant ahead"
                 : "error: --until is not after --from\n  help: exchange them, or leave one out");
    return std::nullopt;
  }
  if (span.until - span.from > kLongestSpan) {
    Complain(StrCat("error: --until is more than five years after ",
                    options.from.empty() ? "now" : "--from",
                    "\n  help: ask about a shorter time, and then about the rest"));
    return std::nullopt;
  }
  return span;
}

std::optional<absl::Duration> ReadLength(const std::string& text) {
  const std::optional<absl::Duration> length = ParseLength(text);
  if (!length.has_value()) {
    Complain(StrCat("error: --length: `", Printable(text),
                    "` is no length of time\n  help: write 90m, 4h or PT4H; more than nothing, "
                    "and at most ten years"));
  }
  return length;
}

ScheduleTextOptions TextOptions(absl::TimeZone zone) {
  return {.color = IsTerminal(STDOUT_FILENO), .zone = zone};
}

void AddFormat(Command* command, std::string* format, const std::vector<std::string>& formats) {
  command->AddOption("--format", format, absl::StrJoin(formats, ", "))
      .OneOf(formats)
      .ShowsDefault();
}

}  // namespace changepolicy::cli
