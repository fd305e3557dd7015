// The optionals library: values that may be absent.
#include "libchangepolicy/cel/libraries.h"

namespace changepolicy::cel {

namespace {

bool IsZero(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      return true;
    case Value::Kind::kBool:
      return !value.bool_value();
    case Value::Kind::kInt:
      return value.int_value() == 0;
    case Value::Kind::kUint:
      return value.uint_value() == 0;
    case Value::Kind::kDouble:
      return value.double_value() == 0;
    case Value::Kind::kString:
      return value.string_value().empty();
    case Value::Kind::kBytes:
      return value.bytes_value().empty();
    case Value::Kind::kList:
      return value.list().size() == 0;
    case Value::Kind::kMap:
      return value.map().size() == 0;
    case Value::Kind::kMessage:
      return value.message().message->ByteSizeLong() == 0;
    case Value::Kind::kDuration:
      return value.duration_value() == absl::ZeroDuration();
    case Value::Kind::kTimestamp:
      return value.timestamp_value() == absl::UnixEpoch();
    case Value::Kind::kEnum:
      return value.enum_value().number == 0;
    case Value::Kind::kOptional:
      return !value.has_optional_value();
    default:
      return false;
  }
}

Value OptionalValue(CallContext&, Args args) {
  if (args[0].has_optional_value()) return args[0].optional_value();
  return Value::FromError(absl::StatusCode::kFailedPrecondition, "optional.none() has no value");
}

}  // namespace

void AddOptionals(FunctionTable* table) {
  const FunctionTable rows = {
      {"optional.of(A) -> optional(A)",
       [](CallContext&, Args a) { return Value::OptionalOf(a[0]); }, "", cost::kOptionalOf},
      {"optional.ofNonZeroValue(A) -> optional(A)",
       [](CallContext& c, Args a) {
         const bool message = a[0].Is(Value::Kind::kMessage);
         if (message && !c.Charge(1 + TextSteps(a[0].message().message->ByteSizeLong()))) {
           return Value::Null();
         }
         return IsZero(a[0]) ? Value::OptionalNone() : Value::OptionalOf(a[0]);
       },
       "", cost::kOptionalOf},
      {"optional.none() -> optional(A)", [](CallContext&, Args) { return Value::OptionalNone(); }},
      {"optional(A).value() -> A", OptionalValue, "", cost::kOptionalValue},
      {"optional(A).hasValue() -> bool",
       [](CallContext&, Args a) { return Value::Bool(a[0].has_optional_value()); }},
      {"optional(A).or(optional(A)) -> optional(A)", nullptr},
      {"optional(A).orValue(A) -> A", nullptr},
  };
  table->insert(table->end(), rows.begin(), rows.end());
}

}  // namespace changepolicy::cel
