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
  if (HasBlank(args[0].string_value()) || !absl::SimpleAtoi(args[0].string_value(), &number)) {
    return NotA(args[0], "uint");
  }
  return Value::Uint(number);
}

Value StringToDouble(CallContext& context, Args args) {
  if (!PayFor(context, args[0].string_value())) return Value::Null();
  double number = 0;
  if (HasBlank(args[0].string_value()) || !absl::SimpleAtod(args[0].string_value(), &number)) {
    return NotA(args[0], "double");
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
      {"dyn(A) -> dyn", Same, "", cost::kSame},
      {"type(A) -> type(A)", [](CallContext&, Args a) { return Value::OfType(a[0].type()); }},
      {"bool(bool) -> bool", Same, "", cost::kSame},
      {"bool(string) -> bool", StringToBool},
      {"bytes(bytes) -> bytes", Same, "", cost::kSame},
      {"bytes(string) -> bytes",
       [](CallContext& c, Args a) {
         return PayFor(c, a[0].string_value()) ? Value::Bytes(a[0].string_value()) : Value::Null();
       },
       "", cost::kStringToBytes},
      {"int(int) -> int", Same, "", cost::kSame},
      {"int(uint) -> int",
       [](CallContext&, Args a) {
         return a[0].uint_value() > INT64_MAX ? OutOfRange(a[0], "int")
                                              : Value::Int(static_cast<int64_t>(a[0].uint_value()));
       }},
      {"int(double) -> int", DoubleToInt},
      {"int(string) -> int", StringToInt},
      {"int(timestamp) -> int",
       [](CallContext&, Args a) {
         return Value::Int(absl::ToUnixSeconds(a[0].timestamp_value()));
       }},
      {"int(enum) -> int",
       [](CallContext&, Args a) { return Value::Int(a[0].enum_value().number); }},
      {"uint(uint) -> uint", Same, "", cost::kSame},
      {"uint(int) -> uint",
       [](CallContext&, Args a) {
         return a[0].int_value() < 0 ? OutOfRange(a[0], "uint")
                                     : Value::Uint(static_cast<uint64_t>(a[0].int_value()));
       }},
      {"uint(double) -> uint", DoubleToUint},
      {"uint(string) -> uint", StringToUint},
      {"double(double) -> double", Same, "", cost::kSame},
      {"double(int) -> double",
       [](CallContext&, Args a) { return Value::Double(static_cast<double>(a[0].int_value())); }},
      {"double(uint) -> double",
       [](CallContext&, Args a) { return Value::Double(static_cast<double>(a[0].uint_value())); }},
      {"double(string) -> double", StringToDouble},
      {"string(string) -> string", Same, "", cost::kSame},
      {"string(bool) -> string",
       [](CallContext&, Args a) { return Value::String(a[0].bool_value() ? "true" : "false"); }, "",
       cost::kNumberText},
      {"string(int) -> string",
       [](CallContext&, Args a) { return Value::String(StrCat(a[0].int_value())); }, "",
       cost::kNumberText},
      {"string(uint) -> string",
       [](CallContext&, Args a) { return Value::String(StrCat(a[0].uint_value())); }, "",
       cost::kNumberText},
      {"string(double) -> string",
       [](CallContext& c, Args a) {
         // The shortest digits are found by trying.
         return c.Charge(64) ? Value::String(DoubleText(a[0].double_value())) : Value::Null();
       },
       "", cost::kNumberText},
      {"string(bytes) -> string", BytesToString, "", cost::kBytesToString},
      {"string(timestamp) -> string",
       [](CallContext&, Args a) { return Value::String(TimestampText(a[0].timestamp_value())); },
       "", cost::kNumberText},
      {"string(duration) -> string",
       [](CallContext&, Args a) { return Value::String(DurationText(a[0].duration_value())); }, "",
       cost::kNumberText},
      {"timestamp(timestamp) -> timestamp", Same, "", cost::kSame},
      {"timestamp(string) -> timestamp", StringToTimestamp},
      {"timestamp(int) -> timestamp", SecondsToTimestamp},
      {"duration(duration) -> duration", Same, "", cost::kSame},
      {"duration(string) -> duration", StringToDuration},
  };
  table->insert(table->end(), rows.begin(), rows.end());
}

}  // namespace changepolicy::cel
