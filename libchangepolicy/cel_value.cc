// Values as messages, and as people and JSON read them.
#include <utility>

#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/cel.h"
#include "libchangepolicy/cel/environment.h"
#include "libchangepolicy/cel/proto_adapter.h"
#include "libchangepolicy/cel/value_message.h"

namespace changepolicy {

v1::CelValue ToCelValue(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  ToProto(time, &timestamp);
  return ToCelValue(timestamp);
}

v1::CelValue ToCelValue(absl::Duration value) {
  google::protobuf::Duration duration;
  ToProto(value, &duration);
  return ToCelValue(duration);
}

v1::CelValue ToCelValue(const google::protobuf::Message& message) {
  v1::CelValue value;
  cel::PackMessage(message, value.mutable_object_value());
  return value;
}

namespace {

// Knows the messages and enums of a schema, for values that are only printed.
class Printer {
 public:
  explicit Printer(const CelSchema& schema)
      : environment_(&schema.pool(), &schema.factory(),
                     {.enums = cel::EnumProfile::kStrong, .libraries = std::vector<std::string>()}),
        context_{&schema.pool(), &schema.factory(), cel::EnumProfile::kStrong} {}

  cel::Value Read(const v1::CelValue& value) const {
    return cel::FromMessage(value, environment_, cel::Opaques::kForPrinting);
  }

  absl::Status ToJson(const v1::CelValue& value, google::protobuf::Value* json) const {
    switch (value.kind_case()) {
      case v1::CelValue::kListValue:
        json->mutable_list_value();
        for (const v1::CelValue& element : value.list_value().values()) {
          CP_RETURN_IF_ERROR(ToJson(element, json->mutable_list_value()->add_values()));
        }
        return absl::OkStatus();
      case v1::CelValue::kMapValue:
        return MapToJson(value.map_value(), json->mutable_struct_value());
      case v1::CelValue::kOptionalValue:
        // None is a CelValue of no kind, which is null.
        return ToJson(value.optional_value().value(), json);
      case v1::CelValue::kTypeValue:
        json->set_string_value(value.type_value());
        return absl::OkStatus();
      case v1::CelValue::kOpaqueValue:
        json->set_string_value(value.opaque_value().text());
        return absl::OkStatus();
      case v1::CelValue::kEnumValue:
        json->set_string_value(Read(value).ToString());
        return absl::OkStatus();
      default:
        return Store(Read(value), json);
    }
  }

 private:
  absl::Status Store(const cel::Value& value, google::protobuf::Value* json) const {
    const cel::Value failed = cel::StoreValue(value, json, context_);
    return failed.is_error() ? InvalidArgument(failed.error().message) : absl::OkStatus();
  }

  absl::Status MapToJson(const v1::CelMap& map, google::protobuf::Struct* json) const {
    for (const v1::CelMap::Entry& entry : map.entries()) {
      std::string key;
      switch (entry.key().kind_case()) {
        case v1::CelValue::kStringValue:
          key = entry.key().string_value();
          break;
        case v1::CelValue::kUint64Value:
          key = StrCat(entry.key().uint64_value());
          break;
        default:
          key = Read(entry.key()).ToString();
      }
      CP_RETURN_IF_ERROR(ToJson(entry.value(), &(*json->mutable_fields())[key]));
    }
    return absl::OkStatus();
  }

  const cel::Environment environment_;
  const cel::ProtoContext context_;
};

}  // namespace

std::string ToText(const v1::CelValue& value, const CelSchema& schema, size_t max_length) {
  return Printer(schema).Read(value).ToString(max_length);
}

absl::StatusOr<google::protobuf::Value> ToJsonValue(const v1::CelValue& value,
                                                    const CelSchema& schema) {
  const Printer printer(schema);
  // Everything that can be wrong with the value is found here, its depth included.
  if (const cel::Value read = printer.Read(value); read.is_error()) {
    return InvalidArgument(read.error().message);
  }
  google::protobuf::Value json;
  CP_RETURN_IF_ERROR(printer.ToJson(value, &json));
  return json;
}

}  // namespace changepolicy
