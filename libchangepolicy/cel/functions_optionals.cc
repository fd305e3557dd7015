// The optionals library: values that may be absent, and lists that may be empty.
#include "libchangepolicy/cel/cost_model.h"
#include "libchangepolicy/cel/equality.h"
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
    default:
      // An optional is a value, whether it has one or not.
      return false;
  }
}

Value OptionalValue(CallContext&, Args args) {
  if (args[0].has_optional_value()) return args[0].optional_value();
  return Value::FromError(absl::StatusCode::kFailedPrecondition, "optional.none() has no value");
}

Value Holds(CallContext& context, Args args) {
  return Value::Bool(args[0].has_optional_value() &&
                     Equal(args[0].optional_value(), args[1], context));
}

// The values of those that have one.
Value Unwrap(CallContext& context, Args args) {
  const List& list = args[0].list();
  if (!context.Charge(list.size())) return Value::Null();
  std::vector<Value> values;
  for (size_t i = 0; i < list.size(); ++i) {
    const Value element = list.At(i);
    if (!element.is_known()) return element;
    if (!element.Is(Value::Kind::kOptional)) return NoSuchOverload("optional.unwrap", args);
    if (element.has_optional_value()) values.push_back(element.optional_value());
  }
  return Value::ListOf(std::move(values));
}

template <bool kFirst>
Value AtEnd(CallContext&, Args args) {
  const List& list = args[0].list();
  if (list.size() == 0) return Value::OptionalNone();
  return Value::OptionalOf(list.At(kFirst ? 0 : list.size() - 1));
}

}  // namespace

void AddOptionals(FunctionTable* table) {
  const FunctionTable rows = {
      {"optional.of(A) -> optional(A)",
       [](CallContext&, Args a) { return Value::OptionalOf(a[0]); },
       "an optional that has the value", cost::kOptionalOf},
      {"optional.ofNonZeroValue(A) -> optional(A)",
       [](CallContext& c, Args a) {
         const bool message = a[0].Is(Value::Kind::kMessage);
         if (message && !c.Charge(1 + TextSteps(a[0].message().message->ByteSizeLong()))) {
           return Value::Null();
         }
         return IsZero(a[0]) ? Value::OptionalNone() : Value::OptionalOf(a[0]);
       },
       "an optional that has the value, unless that is zero, empty, false or null",
       cost::kOptionalOf},
      {"optional.none() -> optional(A)", [](CallContext&, Args) { return Value::OptionalNone(); },
       "the optional without a value"},
      {"optional(A).value() -> A", OptionalValue, "its value; an error where it has none",
       cost::kOptionalValue},
      {"optional(A).hasValue() -> bool",
       [](CallContext&, Args a) { return Value::Bool(a[0].has_optional_value()); },
       "whether it has a value"},
      {"optional(A).hasValue(A) -> bool", Holds, "whether it has a value that equals this one"},
      // Not strict: the evaluator knows them.
      {"optional(A).or(optional(A)) -> optional(A)", nullptr,
       "the optional itself where it has a value, else the other, which is evaluated only then"},
      {"optional(A).orValue(A) -> A", nullptr,
       "its value where it has one, else the other, which is evaluated only then"},
      {"optional.unwrap(list(optional(A))) -> list(A)", Unwrap,
       "the values of those in the list that have one"},
      {"list(optional(A)).unwrapOpt() -> list(A)", Unwrap,
       "the values of those in the list that have one"},
      {"list(A).first() -> optional(A)", AtEnd<true>, "its first element, none where it is empty",
       cost::kFirst},
      {"list(A).last() -> optional(A)", AtEnd<false>, "its last element, none where it is empty",
       cost::kFirst},
  };
  table->insert(table->end(), rows.begin(), rows.end());
}

}  // namespace changepolicy::cel
