// Parts of instants and durations, and arithmetic with them.
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/libraries.h"
#include "libchangepolicy/cel/time_part.h"
#include "libchangepolicy/cel/time_text.h"

namespace changepolicy::cel {

namespace {

Value OutOfRange(std::string_view what) {
  return Value::FromError(absl::StatusCode::kOutOfRange, StrCat(what, " is out of range"));
}

Value Checked(absl::Time time) {
  return IsInRange(time) ? Value::Timestamp(time) : OutOfRange("timestamp");
}
Value Checked(absl::Duration duration) {
  return IsInRange(duration) ? Value::Duration(duration) : OutOfRange("duration");
}

template <TimePart kPart>
Value InUtc(CallContext&, Args args) {
  return Value::Int(PartOf(absl::UTCTimeZone().At(args[0].timestamp_value()), kPart));
}

template <TimePart kPart>
Value InZone(CallContext& context, Args args) {
  // The first use of a name reads a file.
  if (!context.Charge(200)) return Value::Null();
  const std::optional<absl::TimeZone> zone = ParseZone(args[1].string_value());
  if (!zone.has_value()) {
    return Value::FromError(absl::StatusCode::kInvalidArgument,
                            StrCat(args[1].ToString(), " is no time zone"));
  }
  return Value::Int(PartOf(zone->At(args[0].timestamp_value()), kPart));
}

template <TimePart kPart>
Value OfDuration(CallContext&, Args args) {
  return Value::Int(PartOf(args[0].duration_value(), kPart));
}

}  // namespace

void AddTimes(FunctionTable* table) {
  const FunctionTable rows = {
      {"_+_(timestamp, duration) -> timestamp",
       [](CallContext&, Args a) { return Checked(a[0].timestamp_value() + a[1].duration_value()); },
       "the instant so much later"},
      {"_+_(duration, timestamp) -> timestamp",
       [](CallContext&, Args a) { return Checked(a[1].timestamp_value() + a[0].duration_value()); },
       "the instant so much later"},
      {"_+_(duration, duration) -> duration",
       [](CallContext&, Args a) { return Checked(a[0].duration_value() + a[1].duration_value()); },
       "the sum"},
      {"_-_(timestamp, timestamp) -> duration",
       [](CallContext&, Args a) {
         return Checked(a[0].timestamp_value() - a[1].timestamp_value());
       },
       "the time from the second to the first"},
      {"_-_(timestamp, duration) -> timestamp",
       [](CallContext&, Args a) { return Checked(a[0].timestamp_value() - a[1].duration_value()); },
       "the instant so much earlier"},
      {"_-_(duration, duration) -> duration",
       [](CallContext&, Args a) { return Checked(a[0].duration_value() - a[1].duration_value()); },
       "the difference"},
      {"timestamp.getFullYear() -> int", InUtc<TimePart::kYear>, "the year, in UTC"},
      {"timestamp.getFullYear(string) -> int", InZone<TimePart::kYear>,
       "the year, in the zone of that name or offset"},
      {"timestamp.getMonth() -> int", InUtc<TimePart::kMonth>, "the month, January is 0, in UTC"},
      {"timestamp.getMonth(string) -> int", InZone<TimePart::kMonth>,
       "the month, January is 0, in the zone of that name or offset"},
      {"timestamp.getDate() -> int", InUtc<TimePart::kDate>,
       "the day of the month, from 1, in UTC"},
      {"timestamp.getDate(string) -> int", InZone<TimePart::kDate>,
       "the day of the month, from 1, in the zone of that name or offset"},
      {"timestamp.getDayOfMonth() -> int", InUtc<TimePart::kDayOfMonth>,
       "the day of the month, from 0, in UTC"},
      {"timestamp.getDayOfMonth(string) -> int", InZone<TimePart::kDayOfMonth>,
       "the day of the month, from 0, in the zone of that name or offset"},
      {"timestamp.getDayOfWeek() -> int", InUtc<TimePart::kDayOfWeek>,
       "the day of the week, Sunday is 0, in UTC"},
      {"timestamp.getDayOfWeek(string) -> int", InZone<TimePart::kDayOfWeek>,
       "the day of the week, Sunday is 0, in the zone of that name or offset"},
      {"timestamp.getDayOfYear() -> int", InUtc<TimePart::kDayOfYear>,
       "the day of the year, from 0, in UTC"},
      {"timestamp.getDayOfYear(string) -> int", InZone<TimePart::kDayOfYear>,
       "the day of the year, from 0, in the zone of that name or offset"},
      {"timestamp.getHours() -> int", InUtc<TimePart::kHours>, "the hour of the day, in UTC"},
      {"timestamp.getHours(string) -> int", InZone<TimePart::kHours>,
       "the hour of the day, in the zone of that name or offset"},
      {"timestamp.getMinutes() -> int", InUtc<TimePart::kMinutes>,
       "the minute of the hour, in UTC"},
      {"timestamp.getMinutes(string) -> int", InZone<TimePart::kMinutes>,
       "the minute of the hour, in the zone of that name or offset"},
      {"timestamp.getSeconds() -> int", InUtc<TimePart::kSeconds>,
       "the second of the minute, in UTC"},
      {"timestamp.getSeconds(string) -> int", InZone<TimePart::kSeconds>,
       "the second of the minute, in the zone of that name or offset"},
      {"timestamp.getMilliseconds() -> int", InUtc<TimePart::kMilliseconds>,
       "the milliseconds of the second, in UTC"},
      {"timestamp.getMilliseconds(string) -> int", InZone<TimePart::kMilliseconds>,
       "the milliseconds of the second, in the zone of that name or offset"},
      {"duration.getHours() -> int", OfDuration<TimePart::kHours>, "the whole hours in it"},
      {"duration.getMinutes() -> int", OfDuration<TimePart::kMinutes>, "the whole minutes in it"},
      {"duration.getSeconds() -> int", OfDuration<TimePart::kSeconds>, "the whole seconds in it"},
      {"duration.getMilliseconds() -> int", OfDuration<TimePart::kMilliseconds>,
       "the milliseconds beyond the whole seconds"},
  };
  table->insert(table->end(), rows.begin(), rows.end());
}

}  // namespace changepolicy::cel
