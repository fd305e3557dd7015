#include "libchangepolicy/program/scalar_datum.h"

#include "absl/time/time.h"

namespace changepolicy {
namespace {

bool IsWholeNanoseconds(absl::Duration duration) {
  return absl::Trunc(duration, absl::Nanoseconds(1)) == duration;
}

}  // namespace

Datum ScalarDatum(const cel::Value& value) {
  switch (value.kind()) {
    case cel::Value::Kind::kBool:
      return Datum::Bool(value.bool_value());
    case cel::Value::Kind::kInt:
      return Datum::Int(value.int_value());
    case cel::Value::Kind::kEnum:
      return Datum::Enum(value.enum_value().number);
    case cel::Value::Kind::kDouble:
      return Datum::Double(value.double_value());
    case cel::Value::Kind::kString:
      return Datum::String(value.string_value());
    case cel::Value::Kind::kTimestamp:
      return IsWholeNanoseconds(value.timestamp_value() - absl::UnixEpoch())
                 ? Datum::Of(value.timestamp_value())
                 : Datum::Beyond();
    case cel::Value::Kind::kDuration:
      return IsWholeNanoseconds(value.duration_value()) ? Datum::Of(value.duration_value())
                                                        : Datum::Beyond();
    default:
      return value.is_known() ? Datum::Beyond() : Datum::Open();
  }
}

}  // namespace changepolicy
