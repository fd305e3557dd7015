// What the commands about calendars have in common: a span of time and a zone.
#ifndef CLI_CALENDAR_OPTIONS_H_
#define CLI_CALENDAR_OPTIONS_H_

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "changepolicy/v1/schedule.pb.h"
#include "cli/subject_options.h"
#include "libchangepolicy/calendar.h"
#include "libchangepolicy/report/schedule_text.h"

namespace changepolicy::cli {

class Command;

struct SpanOptions {
  std::string from, until, zone = "UTC";
};

// `default_days` is what the help says of `--until`.
void AddSpanOptions(Command* command, SpanOptions* options, int default_days);

struct Span {
  absl::Time from, until;
  absl::TimeZone zone;
};
// From `now` where no start is given. Dates are days of the zone; the last one is included.
// Nothing, and a complaint, for what is no instant and no zone, and for more than five years.
std::optional<Span> ReadSpan(const SpanOptions& options, absl::Time now, int default_days);
std::optional<absl::TimeZone> ReadZone(const std::string& name);

// `90m`, `4h`, `PT4H`.
std::optional<absl::Duration> ReadLength(const std::string& text);

// As the text says on a terminal or in a file.
ScheduleTextOptions TextOptions(absl::TimeZone zone);

void AddFormat(Command* command, std::string* format, const std::vector<std::string>& formats);

}  // namespace changepolicy::cli

#endif  // CLI_CALENDAR_OPTIONS_H_
