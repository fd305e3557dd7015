// Parts of instants and durations, and arithmetic with them.
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/libraries.h"
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

using Part = int64_t (*)(const absl::TimeZone::CivilInfo&);

int64_t Year(const absl::TimeZone::CivilInfo& c) { return c.cs.year(); }
int64_t Month(const absl::TimeZone::CivilInfo& c) { return c.cs.month() - 1; }
int64_t Date(const absl::TimeZone::CivilInfo& c) { return c.cs.day(); }
int64_t DayOfMonth(const absl::TimeZone::CivilInfo& c) { return c.cs.day() - 1; }
int64_t DayOfWeek(const absl::TimeZone::CivilInfo& c) {
  // Abseil counts from Monday, the language from Sunday.
  return (static_cast<int64_t>(absl::GetWeekday(c.cs)) + 1) % 7;
}
int64_t DayOfYear(const absl::TimeZone::CivilInfo& c) {
  return absl::GetYearDay(absl::CivilDay(c.cs)) - 1;
}
int64_t Hours(const absl::TimeZone::CivilInfo& c) { return c.cs.hour(); }
int64_t Minutes(const absl::TimeZone::CivilInfo& c) { return c.cs.minute(); }
int64_t Seconds(const absl::TimeZone::CivilInfo& c) { return c.cs.second(); }
int64_t Milliseconds(const absl::TimeZone::CivilInfo& c) {
  return absl::ToInt64Milliseconds(c.subsecond);
}

template <Part kPart>
Value InUtc(CallContext&, Args args) {
  return Value::Int(kPart(absl::UTCTimeZone().At(args[0].timestamp_value())));
}

template <Part kPart>
Value InZone(CallContext& context, Args args) {
  // The first use of a name reads a file.
  if (!context.Charge(200)) return Value::Null();
  const std::optional<absl::TimeZone> zone = ParseZone(args[1].string_value());
  if (!zone.has_value()) {
    return Value::FromError(absl::StatusCode::kInvalidArgument,
                            StrCat(args[1].ToString(), " is no time zone"));
  }
  return Value::Int(kPart(zone->At(args[0].timestamp_value())));
}

Value DurationHours(CallContext&, Args a) {
  return Value::Int(absl::ToInt64Hours(a[0].duration_value()));
}
Value DurationMinutes(CallContext&, Args a) {
  return Value::Int(absl::ToInt64Minutes(a[0].duration_value()));
}
Value DurationSeconds(CallContext&, Args a) {
  return Value::Int(absl::ToInt64Seconds(a[0].duration_value()));
}
Value DurationMilliseconds(CallContext&, Args a) {
  return Value::Int(absl::ToInt64Milliseconds(a[0].duration_value()) % 1000);
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
      {"timestamp.getFullYear() -> int", InUtc<Year>, "the year, in UTC"},
      {"timestamp.getFullYear(string) -> int", InZone<Year>,
       "the year, in the zone of that name or offset"},
      {"timestamp.getMonth() -> int", InUtc<Month>, "the month, January is 0, in UTC"},
      {"timestamp.getMonth(string) -> int", InZone<Month>,
       "the month, January is 0, in the zone of that name or offset"},
      {"timestamp.getDate() -> int", InUtc<Date>, "the day of the month, from 1, in UTC"},
      {"timestamp.getDate(string) -> int", InZone<Date>,
       "the day of the month, from 1, in the zone of that name or offset"},
      {"timestamp.getDayOfMonth() -> int", InUtc<DayOfMonth>,
       "the day of the month, from 0, in UTC"},
      {"timestamp.getDayOfMonth(string) -> int", InZone<DayOfMonth>,
       "the day of the month, from 0, in the zone of that name or offset"},
      {"timestamp.getDayOfWeek() -> int", InUtc<DayOfWeek>,
       "the day of the week, Sunday is 0, in UTC"},
      {"timestamp.getDayOfWeek(string) -> int", InZone<DayOfWeek>,
       "the day of the week, Sunday is 0, in the zone of that name or offset"},
      {"timestamp.getDayOfYear() -> int", InUtc<DayOfYear>, "the day of the year, from 0, in UTC"},
      {"timestamp.getDayOfYear(string) -> int", InZone<DayOfYear>,
       "the day of the year, from 0, in the zone of that name or offset"},
      {"timestamp.getHours() -> int", InUtc<Hours>, "the hour of the day, in UTC"},
      {"timestamp.getHours(string) -> int", InZone<Hours>,
       "the hour of the day, in the zone of that name or offset"},
      {"timestamp.getMinutes() -> int", InUtc<Minutes>, "the minute of the hour, in UTC"},
      {"timestamp.getMinutes(string) -> int", InZone<Minutes>,
       "the minute of the hour, in the zone of that name or offset"},
      {"timestamp.getSeconds() -> int", InUtc<Seconds>, "the second of the minute, in UTC"},
      {"timestamp.getSeconds(string) -> int", InZone<Seconds>,
       "the second of the minute, in the zone of that name or offset"},
      {"timestamp.getMilliseconds() -> int", InUtc<Milliseconds>,
       "the milliseconds of the second, in UTC"},
      {"timestamp.getMilliseconds(string) -> int", InZone<Milliseconds>,
       "the milliseconds of the second, in the zone of that name or offset"},
      {"duration.getHours() -> int", DurationHours, "the whole hours in it"},
      {"duration.getMinutes() -> int", DurationMinutes, "the whole minutes in it"},
      {"duration.getSeconds() -> int", DurationSeconds, "the whole seconds in it"},
      {"duration.getMilliseconds() -> int", DurationMilliseconds,
       "the milliseconds beyond the whole seconds"},
  };
  table->insert(table->end(), rows.begin(), rows.end());
}

}  // namespace changepolicy::cel
