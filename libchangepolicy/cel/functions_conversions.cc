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

bool HasBlank(const std::string& text) {
  return text.find_first_of(" \t\n\r\f\v") != std::string::npos;
}

Value StringToInt(CallContext&, Args args) {
  int64_t number = 0;
  if (HasBlank(args[0].string_value()) || !absl::SimpleAtoi(args[0].string_value(), &number)) {
    return NotA(args[0], "int");
  }
  return Value::Int(number);
}

Value StringToUint(CallContext&, Args args) {
  uint64_t number = 0;
  const bool plain = !HasBlank(args[0].string_value()) && !args[0].string_value().starts_with('+');
  if (!plain || !absl::SimpleAtoi(args[0].string_value(), &number)) {
    return NotA(args[0], "uint");
  }
  return Value::Uint(number);
}

Value StringToDouble(CallContext&, Args args) {
  double number = 0;
  const std::string& text = args[0].string_value();
  const bool hexadecimal = text.find_first_of("xX") != std::string::npos;
  if (HasBlank(text) || hexadecimal || !absl::SimpleAtod(text, &number)) {
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

Value BytesToString(CallContext&, Args args) {
  if (!IsValidUtf8(args[0].bytes_value())) {
    return Value::FromError(absl::StatusCode::kInvalidArgument, "the bytes are not UTF-8");
  }
  return Value::String(args[0].bytes_value());
}

Value StringToTimestamp(CallContext&, Args args) {
  const std::optional<absl::Time> time = ParseTimestamp(args[0].string_value());
  return time.has_value() ? Value::Timestamp(*time) : NotA(args[0], "timestamp");
}

Value StringToDuration(CallContext&, Args args) {
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
      {"dyn(A) -> dyn", Same},
      {"type(A) -> type(A)", [](CallContext&, Args a) { return Value::OfType(a[0].type()); }},
      {"bool(bool) -> bool", Same},
      {"bool(string) -> bool", StringToBool},
      {"bytes(bytes) -> bytes", Same},
      {"bytes(string) -> bytes",
       [](CallContext&, Args a) { return Value::Bytes(a[0].string_value()); }},
      {"int(int) -> int", Same},
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
      {"uint(uint) -> uint", Same},
      {"uint(int) -> uint",
       [](CallContext&, Args a) {
         return a[0].int_value() < 0 ? OutOfRange(a[0], "uint")
                                     : Value::Uint(static_cast<uint64_t>(a[0].int_value()));
       }},
      {"uint(double) -> uint", DoubleToUint},
      {"uint(string) -> uint", StringToUint},
      {"double(double) -> double", Same},
      {"double(int) -> double",
       [](CallContext&, Args a) { return Value::Double(static_cast<double>(a[0].int_value())); }},
      {"double(uint) -> double",
       [](CallContext&, Args a) { return Value::Double(static_cast<double>(a[0].uint_value())); }},
      {"double(string) -> double", StringToDouble},
      {"string(string) -> string", Same},
      {"string(bool) -> string",
       [](CallContext&, Args a) { return Value::String(a[0].bool_value() ? "true" : "false"); }},
      {"string(int) -> string",
       [](CallContext&, Args a) { return Value::String(StrCat(a[0].int_value())); }},
      {"string(uint) -> string",
       [](CallContext&, Args a) { return Value::String(StrCat(a[0].uint_value())); }},
      {"string(double) -> string",
       [](CallContext&, Args a) { return Value::String(DoubleText(a[0].double_value())); }},
      {"string(bytes) -> string", BytesToString},
      {"string(timestamp) -> string",
       [](CallContext&, Args a) { return Value::String(TimestampText(a[0].timestamp_value())); }},
      {"string(duration) -> string",
       [](CallContext&, Args a) { return Value::String(DurationText(a[0].duration_value())); }},
      {"timestamp(timestamp) -> timestamp", Same},
      {"timestamp(string) -> timestamp", StringToTimestamp},
      {"timestamp(int) -> timestamp", SecondsToTimestamp},
      {"duration(duration) -> duration", Same},
      {"duration(string) -> duration", StringToDuration},
  };
  table->insert(table->end(), rows.begin(), rows.end());
}

}  // namespace changepolicy::cel
