// int() uint() double() string() bytes() bool() timestamp() duration() type() dyn().
#include <cmath>
#include <cstdint>

#include "absl/strings/numbers.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/lexer.h"
#include "libchangepolicy/cel/libraries.h"
#include "libchangepolicy/cel/time_text.h"

namespace changepolicy::cel {

namespace {

Value OutOfRange(const Value& value, std::string_view type) {
  return Value::FromError(absl::StatusCode::kOutOfRange,
                          StrCat(value.ToString(), " is out of the range of ", type));
}

Value NotA(const Value& value, std::string_view what) {
  return Value::FromError(absl::StatusCode::kInvalidArgument,
                          StrCat(value.ToString(), " is no ", what));
}

Value Same(CallContext&, Args args) { return args[0]; }

Value DoubleToInt(CallContext&, Args args) {
  const double number = args[0].double_value();
  // The bounds themselves are not safe: a double near them stands for a range of integers.
  if (!(number > -0x1p63 && number < 0x1p63)) return OutOfRange(args[0], "int");
  return Value::Int(static_cast<int64_t>(number));
}

Value DoubleToUint(CallContext&, Args args) {
  const double number = args[0].double_value();
  if (!(number >= 0 && number < 0x1p64)) return OutOfRange(args[0], "uint");
  return Value::Uint(static_cast<uint64_t>(number));
}

// A text is gone through, and perhaps copied.
bool PayFor(CallContext& context, const std::string& text) {
  return context.Charge(text.size() / 16) && context.Reserve(text.size());
}

bool HasBlank(const std::string& text) {
  return text.find_first_of(" \t\n\r\f\v") != std::string::npos;
}

Value StringToInt(CallContext& context, Args args) {
  if (!PayFor(context, args[0].string_value())) return Value::Null();
  int64_t number = 0;
  if (HasBlank(args[0].string_value()) || !absl::SimpleAtoi(args[0].string_value(), &number)) {
    return NotA(args[0], "int");
  }
  return Value::Int(number);
}

Value StringToUint(CallContext& context, Args args) {
  if (!PayFor(context, args[0].string_value())) return Value::Null();
  uint64_t number = 0;
  if (args[0].string_value().starts_with('+') || HasBlank(args[0].string_value()) ||
      !absl::SimpleAtoi(args[0].string_value(), &number)) {
    return NotA(args[0], "uint");
  }
  return Value::Uint(number);
}

Value StringToDouble(CallContext& context, Args args) {
  if (!PayFor(context, args[0].string_value())) return Value::Null();
  double number = 0;
  // absl reads hexadecimal digits as well, which the language does not have for doubles.
  const std::string& text = args[0].string_value();
  const bool hex = text.find_first_of("xX") != std::string::npos;
  if (hex || HasBlank(text) || !absl::SimpleAtod(text, &number)) {
    return NotA(args[0], "double");
  }
  // Digits that make infinity are too many; `inf` is meant.
  if (std::isinf(number) && text.find_first_of("0123456789") != std::string::npos) {
    return OutOfRange(args[0], "double");
  }
  return Value::Double(number);
}

Value StringToBool(CallContext&, Args args) {
  const std::string& text = args[0].string_value();
  for (const std::string_view yes : {"1", "t", "T", "true", "TRUE", "True"}) {
    if (text == yes) return Value::Bool(true);
  }
  for (const std::string_view no : {"0", "f", "F", "false", "FALSE", "False"}) {
    if (text == no) return Value::Bool(false);
  }
  return NotA(args[0], "bool");
}

Value BytesToString(CallContext& context, Args args) {
  if (!PayFor(context, args[0].bytes_value())) return Value::Null();
  if (!IsValidUtf8(args[0].bytes_value())) {
    return Value::FromError(absl::StatusCode::kInvalidArgument, "the bytes are not UTF-8");
  }
  return Value::String(args[0].bytes_value());
}

Value StringToTimestamp(CallContext& context, Args args) {
  if (!PayFor(context, args[0].string_value())) return Value::Null();
  const std::optional<absl::Time> time = ParseTimestamp(args[0].string_value());
  return time.has_value() ? Value::Timestamp(*time) : NotA(args[0], "timestamp");
}

Value StringToDuration(CallContext& context, Args args) {
  if (!PayFor(context, args[0].string_value())) return Value::Null();
  const std::optional<absl::Duration> duration = ParseDuration(args[0].string_value());
  return duration.has_value() ? Value::Duration(*duration) : NotA(args[0], "duration");
}

Value SecondsToTimestamp(CallContext&, Args args) {
  const absl::Time time = absl::FromUnixSeconds(args[0].int_value());
  return IsInRange(time) ? Value::Timestamp(time) : OutOfRange(args[0], "timestamp");
}

}  // namespace

void AddConversions(FunctionTable* table) {
  const FunctionTable rows = {
      {"dyn(A) -> dyn", Same, "the value itself, of which the checker knows nothing", cost::kSame},
      {"type(A) -> type(A)", [](CallContext&, Args a) { return Value::OfType(a[0].type()); },
       "the type of the value"},
      {"bool(bool) -> bool", Same, "the value itself", cost::kSame},
      {"bool(string) -> bool", StringToBool,
       "true for `1`, `t`, `true`, `TRUE`, `True`; false likewise; else an error"},
      {"bytes(bytes) -> bytes", Same, "the value itself", cost::kSame},
      {"bytes(string) -> bytes",
       [](CallContext&, Args a) { return Value::Bytes(a[0].string_value()); }, "the text in UTF-8",
       cost::kStringToBytes},
      {"int(int) -> int", Same, "the value itself", cost::kSame},
      {"int(uint) -> int",
       [](CallContext&, Args a) {
         return a[0].uint_value() > INT64_MAX ? OutOfRange(a[0], "int")
                                              : Value::Int(static_cast<int64_t>(a[0].uint_value()));
       },
       "the same number; an error where it does not fit"},
      {"int(double) -> int", DoubleToInt,
       "the number without its fraction; an error where it does not fit"},
      {"int(string) -> int", StringToInt,
       "the number that the text writes; an error where it writes none"},
      {"int(timestamp) -> int",
       [](CallContext&, Args a) { return Value::Int(absl::ToUnixSeconds(a[0].timestamp_value())); },
       "seconds since 1970-01-01T00:00:00Z"},
      {"int(duration) -> int",
       [](CallContext&, Args a) {
         return Value::Int(absl::ToInt64Nanoseconds(a[0].duration_value()));
       },
       "how many nanoseconds it lasts"},
      {"int(enum) -> int",
       [](CallContext&, Args a) { return Value::Int(a[0].enum_value().number); },
       "the number of the value"},
      {"uint(uint) -> uint", Same, "the value itself", cost::kSame},
      {"uint(int) -> uint",
       [](CallContext&, Args a) {
         return a[0].int_value() < 0 ? OutOfRange(a[0], "uint")
                                     : Value::Uint(static_cast<uint64_t>(a[0].int_value()));
       },
       "the same number; an error below zero"},
      {"uint(double) -> uint", DoubleToUint,
       "the number without its fraction; an error where it does not fit"},
      {"uint(string) -> uint", StringToUint,
       "the number that the text writes; an error where it writes none"},
      {"double(double) -> double", Same, "the value itself", cost::kSame},
      {"double(int) -> double",
       [](CallContext&, Args a) { return Value::Double(static_cast<double>(a[0].int_value())); },
       "the nearest double"},
      {"double(uint) -> double",
       [](CallContext&, Args a) { return Value::Double(static_cast<double>(a[0].uint_value())); },
       "the nearest double"},
      {"double(string) -> double", StringToDouble,
       "the number that the text writes; an error where it writes none"},
      {"string(string) -> string", Same, "the value itself", cost::kSame},
      {"string(bool) -> string",
       [](CallContext&, Args a) { return Value::String(a[0].bool_value() ? "true" : "false"); },
       "`true` or `false`", cost::kNumberText},
      {"string(int) -> string",
       [](CallContext&, Args a) { return Value::String(StrCat(a[0].int_value())); },
       "the decimal digits", cost::kNumberText},
      {"string(uint) -> string",
       [](CallContext&, Args a) { return Value::String(StrCat(a[0].uint_value())); },
       "the decimal digits", cost::kNumberText},
      {"string(double) -> string",
       [](CallContext&, Args a) { return Value::String(DoubleText(a[0].double_value())); },
       "the shortest digits that give the number back", cost::kNumberText},
      {"string(bytes) -> string", BytesToString,
       "the text that is these bytes in UTF-8; an error where there is none", cost::kBytesToString},
      {"string(timestamp) -> string",
       [](CallContext&, Args a) { return Value::String(TimestampText(a[0].timestamp_value())); },
       "the instant as RFC 3339 writes it, in UTC", cost::kNumberText},
      {"string(duration) -> string",
       [](CallContext&, Args a) { return Value::String(DurationText(a[0].duration_value())); },
       "the seconds with their fraction and `s`", cost::kNumberText},
      {"timestamp(timestamp) -> timestamp", Same, "the value itself", cost::kSame},
      {"timestamp(string) -> timestamp", StringToTimestamp,
       "the instant that the text writes as RFC 3339 does; an error where it writes none"},
      {"timestamp(int) -> timestamp", SecondsToTimestamp,
       "the instant so many seconds after 1970-01-01T00:00:00Z"},
      {"duration(duration) -> duration", Same, "the value itself", cost::kSame},
      {"duration(string) -> duration", StringToDuration,
       "a length of time, like `1h30m` or `-1.5s`; an error where the text is none"},
  };
  table->insert(table->end(), rows.begin(), rows.end());
}

}  // namespace changepolicy::cel
