#include "libchangepolicy/program/scalar_datum.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "libchangepolicy/program/field_value.h"

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

cel::Value ValueOf(const Datum& datum, const google::protobuf::EnumDescriptor* enum_type) {
  switch (datum.kind()) {
    case Datum::Kind::kBool:
      return cel::Value::Bool(datum.is_true());
    case Datum::Kind::kInt:
      return cel::Value::Int(datum.number);
    case Datum::Kind::kEnum:
      return cel::Value::Enum(
          {.descriptor = enum_type, .number = static_cast<int32_t>(datum.number)});
    case Datum::Kind::kDouble:
      return cel::Value::Double(datum.real());
    case Datum::Kind::kString:
      return cel::Value::String(std::string(datum.string()));
    case Datum::Kind::kTimestamp:
      return cel::Value::Timestamp(datum.time());
    case Datum::Kind::kDuration:
      return cel::Value::Duration(datum.duration());
    case Datum::Kind::kList:
    case Datum::Kind::kFieldList: {
      std::vector<cel::Value> elements;
      for (uint32_t i = 0; i < SizeOfList(datum); ++i) {
        elements.push_back(ValueOf(ElementOfList(datum, i), enum_type));
      }
      return cel::Value::ListOf(std::move(elements));
    }
    default:
      return cel::Value::FromError(absl::StatusCode::kInternal, "a datum that is no value");
  }
}

}  // namespace changepolicy
