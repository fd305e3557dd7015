#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "google/protobuf/any.pb.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/wrappers.pb.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/cel/proto_adapter.h"

namespace changepolicy::cel {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using Kind = Value::Kind;

namespace {

Value DoesNotFit(const Value& value, std::string_view target) {
  return Value::FromError(
      absl::StatusCode::kInvalidArgument,
      StrCat("a value of type `", value.type_name(), "` does not fit into `", target, "`"));
}

Value OutOfRange(const Value& value, std::string_view target) {
  return Value::FromError(absl::StatusCode::kOutOfRange,
                          StrCat(value.ToString(), " is out of the range of `", target, "`"));
}

// ---- JSON

// Asks for the steps and the memory of `bytes` that are about to be copied; the error that stops
// everything where that is refused. What is shared in a value is written out as often as it occurs,
// and a part of a message takes about as long as sixteen other steps.
Value PayFor(uint64_t bytes, const ProtoContext& context) {
  if (context.meter == nullptr ||
      (context.meter->Charge(16 + bytes / 16) && context.meter->Reserve(kValueBytes + bytes))) {
    return Value::Null();
  }
  return Value::FromError(absl::StatusCode::kResourceExhausted, "a message is too large");
}

uint64_t SizeOf(const Value& value) {
  switch (value.kind()) {
    case Kind::kString:
      return value.string_value().size();
    case Kind::kBytes:
      return value.bytes_value().size();
    case Kind::kMessage:
      return value.message().message->ByteSizeLong();
    default:
      return 0;
  }
}

Value ToJson(const Value& value, google::protobuf::Value* json, const ProtoContext& context);

// Integers outside the range in which every double is told from its neighbours are written as text
// (specification, "JSON Data Conversion").
template <typename Number>
void NumberToJson(Number number, google::protobuf::Value* json) {
  constexpr int64_t kExact = (int64_t{1} << 53) - 1;
  if (std::cmp_greater(number, kExact) || std::cmp_less(number, -kExact)) {
    json->set_string_value(StrCat(number));
  } else {
    json->set_number_value(static_cast<double>(number));
  }
}

Value ListToJson(const List& list, google::protobuf::ListValue* json, const ProtoContext& context) {
  for (size_t i = 0; i < list.size(); ++i) {
    if (Value error = ToJson(list.At(i), json->add_values(), context); error.is_error()) {
      return error;
    }
  }
  return Value::Null();
}

Value MapToJson(const Map& map, google::protobuf::Struct* json, const ProtoContext& context) {
  for (size_t i = 0; i < map.size(); ++i) {
    const Value key = map.KeyAt(i);
    if (!key.Is(Kind::kString)) return DoesNotFit(key, "a key of a JSON object");
    Value error = ToJson(map.ValueAt(i), &(*json->mutable_fields())[key.string_value()], context);
    if (error.is_error()) return error;
  }
  return Value::Null();
}

Value MessageToJson(const Value& value, google::protobuf::Value* json) {
  std::string text;
  const Message& message = *value.message().message;
  if (!google::protobuf::util::MessageToJsonString(message, &text).ok() ||
      !google::protobuf::util::JsonStringToMessage(text, json).ok()) {
    return DoesNotFit(value, "google.protobuf.Value");
  }
  return Value::Null();
}

Value ToJson(const Value& value, google::protobuf::Value* json, const ProtoContext& context) {
  if (Value refused = PayFor(SizeOf(value), context); refused.is_error()) return refused;
  switch (value.kind()) {
    case Kind::kNull:
      json->set_null_value(google::protobuf::NULL_VALUE);
      return Value::Null();
    case Kind::kBool:
      json->set_bool_value(value.bool_value());
      return Value::Null();
    case Kind::kInt:
      NumberToJson(value.int_value(), json);
      return Value::Null();
    case Kind::kUint:
      NumberToJson(value.uint_value(), json);
      return Value::Null();
    case Kind::kDouble:
      json->set_number_value(value.double_value());
      return Value::Null();
    case Kind::kEnum:
      json->set_number_value(value.enum_value().number);
      return Value::Null();
    case Kind::kString:
      json->set_string_value(value.string_value());
      return Value::Null();
    case Kind::kBytes:
      json->set_string_value(absl::Base64Escape(value.bytes_value()));
      return Value::Null();
    case Kind::kTimestamp:
      json->set_string_value(TimestampText(value.timestamp_value()));
      return Value::Null();
    case Kind::kDuration:
      json->set_string_value(DurationText(value.duration_value()));
      return Value::Null();
    case Kind::kList:
      return ListToJson(value.list(), json->mutable_list_value(), context);
    case Kind::kMap:
      return MapToJson(value.map(), json->mutable_struct_value(), context);
    case Kind::kMessage:
      return MessageToJson(value, json);
    default:
      return DoesNotFit(value, "google.protobuf.Value");
  }
}

// ---- Any

template <typename Wrapper, typename Content>
Value Pack(Content content, google::protobuf::Any* any) {
  Wrapper wrapper;
  wrapper.set_value(std::move(content));
  any->PackFrom(wrapper);
  return Value::Null();
}

Value ToAny(const Value& value, google::protobuf::Any* any, const ProtoContext& context) {
  switch (value.kind()) {
    case Kind::kBool:
      return Pack<google::protobuf::BoolValue>(value.bool_value(), any);
    case Kind::kInt:
      return Pack<google::protobuf::Int64Value>(value.int_value(), any);
    case Kind::kEnum:
      return Pack<google::protobuf::Int64Value>(int64_t{value.enum_value().number}, any);
    case Kind::kUint:
      return Pack<google::protobuf::UInt64Value>(value.uint_value(), any);
    case Kind::kDouble:
      return Pack<google::protobuf::DoubleValue>(value.double_value(), any);
    case Kind::kString:
      return Pack<google::protobuf::StringValue>(value.string_value(), any);
    case Kind::kBytes:
      return Pack<google::protobuf::BytesValue>(value.bytes_value(), any);
    case Kind::kTimestamp: {
      google::protobuf::Timestamp timestamp;
      ToProto(value.timestamp_value(), &timestamp);
      any->PackFrom(timestamp);
      return Value::Null();
    }
    case Kind::kDuration: {
      google::protobuf::Duration duration;
      ToProto(value.duration_value(), &duration);
      any->PackFrom(duration);
      return Value::Null();
    }
    case Kind::kMessage:
      any->PackFrom(*value.message().message);
      return Value::Null();
    case Kind::kList: {
      google::protobuf::ListValue list;
      Value error = ListToJson(value.list(), &list, context);
      any->PackFrom(list);
      return error;
    }
    case Kind::kMap: {
      google::protobuf::Struct map;
      Value error = MapToJson(value.map(), &map, context);
      any->PackFrom(map);
      return error;
    }
    default: {
      google::protobuf::Value json;
      Value error = ToJson(value, &json, context);
      any->PackFrom(json);
      return error;
    }
  }
}

// The same bytes, whatever pool the target's class comes from.
template <typename Generated>
Value Transfer(const Generated& from, Value error, Message* to) {
  if (error.is_error()) return error;
  if (!to->ParseFromString(from.SerializeAsString())) {
    return Value::FromError(absl::StatusCode::kInternal, "a message could not be copied");
  }
  return Value::Null();
}

// ---- Fields

// Where a scalar goes: into a field, or to the end of a repeated one.
class Slot {
 public:
  Slot(Message* message, const FieldDescriptor& field)
      : message_(*message), reflection_(*message->GetReflection()), field_(field) {}

  Value Store(const Value& value, const ProtoContext& context) {
    switch (field_.cpp_type()) {
      case FieldDescriptor::CPPTYPE_BOOL:
        if (!value.Is(Kind::kBool)) break;
        return Put(&Reflection::SetBool, &Reflection::AddBool, value.bool_value());
      case FieldDescriptor::CPPTYPE_INT32:
        if (!value.Is(Kind::kInt)) break;
        if (!std::in_range<int32_t>(value.int_value())) return OutOfRange(value, "int32");
        return Put(&Reflection::SetInt32, &Reflection::AddInt32,
                   static_cast<int32_t>(value.int_value()));
      case FieldDescriptor::CPPTYPE_INT64:
        if (!value.Is(Kind::kInt)) break;
        return Put(&Reflection::SetInt64, &Reflection::AddInt64, value.int_value());
      case FieldDescriptor::CPPTYPE_UINT32:
        if (!value.Is(Kind::kUint)) break;
        if (!std::in_range<uint32_t>(value.uint_value())) return OutOfRange(value, "uint32");
        return Put(&Reflection::SetUInt32, &Reflection::AddUInt32,
                   static_cast<uint32_t>(value.uint_value()));
      case FieldDescriptor::CPPTYPE_UINT64:
        if (!value.Is(Kind::kUint)) break;
        return Put(&Reflection::SetUInt64, &Reflection::AddUInt64, value.uint_value());
      case FieldDescriptor::CPPTYPE_FLOAT:
        if (!value.Is(Kind::kDouble)) break;
        return Put(&Reflection::SetFloat, &Reflection::AddFloat,
                   static_cast<float>(value.double_value()));
      case FieldDescriptor::CPPTYPE_DOUBLE:
        if (!value.Is(Kind::kDouble)) break;
        return Put(&Reflection::SetDouble, &Reflection::AddDouble, value.double_value());
      case FieldDescriptor::CPPTYPE_STRING:
        return StoreText(value);
      case FieldDescriptor::CPPTYPE_ENUM:
        return StoreEnum(value);
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return StoreMessage(value, context);
    }
    return DoesNotFit(value, field_.full_name());
  }

 private:
  template <typename Set, typename Add, typename Content>
  Value Put(Set set, Add add, Content content) {
    if (field_.is_repeated()) {
      (reflection_.*add)(&message_, &field_, std::move(content));
    } else {
      (reflection_.*set)(&message_, &field_, std::move(content));
    }
    return Value::Null();
  }

  Value StoreText(const Value& value) {
    const bool bytes = field_.type() == FieldDescriptor::TYPE_BYTES;
    if (!value.Is(bytes ? Kind::kBytes : Kind::kString))
      return DoesNotFit(value, field_.full_name());
    return Put(&Reflection::SetString, &Reflection::AddString,
               bytes ? value.bytes_value() : value.string_value());
  }

  Value StoreEnum(const Value& value) {
    int64_t number = 0;
    if (value.Is(Kind::kInt)) {
      number = value.int_value();
    } else if (value.Is(Kind::kEnum) && value.enum_value().descriptor == field_.enum_type()) {
      number = value.enum_value().number;
    } else if (!(value.Is(Kind::kNull) &&
                 field_.enum_type()->full_name() == "google.protobuf.NullValue")) {
      return DoesNotFit(value, field_.full_name());
    }
    if (!std::in_range<int32_t>(number)) return OutOfRange(value, field_.enum_type()->full_name());
    return Put(&Reflection::SetEnumValue, &Reflection::AddEnumValue, static_cast<int>(number));
  }

  Value StoreMessage(const Value& value, const ProtoContext& context) {
    Message* const target = field_.is_repeated()
                                ? reflection_.AddMessage(&message_, &field_, context.factory)
                                : reflection_.MutableMessage(&message_, &field_, context.factory);
    return StoreValue(value, target, context);
  }

  Message& message_;
  const Reflection& reflection_;
  const FieldDescriptor& field_;
};

// A message field that null leaves unset; JSON and Any hold a null of their own.
bool NullMeansUnset(const FieldDescriptor& field) {
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || field.is_repeated()) return false;
  switch (field.message_type()->well_known_type()) {
    case Descriptor::WELLKNOWNTYPE_VALUE:
    case Descriptor::WELLKNOWNTYPE_STRUCT:
    case Descriptor::WELLKNOWNTYPE_LISTVALUE:
    case Descriptor::WELLKNOWNTYPE_ANY:
      return false;
    default:
      return true;
  }
}

// Among elements and entries, a null that stands for an unset Timestamp, Duration or wrapper is
// left out.
bool IsLeftOut(const Value& value, const FieldDescriptor& field) {
  if (!value.Is(Kind::kNull) || field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return false;
  switch (field.message_type()->well_known_type()) {
    case Descriptor::WELLKNOWNTYPE_UNSPECIFIED:
    case Descriptor::WELLKNOWNTYPE_FIELDMASK:
    case Descriptor::WELLKNOWNTYPE_VALUE:
    case Descriptor::WELLKNOWNTYPE_STRUCT:
    case Descriptor::WELLKNOWNTYPE_LISTVALUE:
    case Descriptor::WELLKNOWNTYPE_ANY:
      return false;
    default:
      return true;
  }
}

Value StoreMap(const Value& value, const FieldDescriptor& field, Message* message,
               const ProtoContext& context) {
  if (!value.Is(Kind::kMap)) return DoesNotFit(value, field.full_name());
  const Descriptor& entry_type = *field.message_type();
  for (size_t i = 0; i < value.map().size(); ++i) {
    if (Value refused = PayFor(SizeOf(value.map().ValueAt(i)), context); refused.is_error()) {
      return refused;
    }
    if (IsLeftOut(value.map().ValueAt(i), *entry_type.map_value())) continue;
    Message* const entry = message->GetReflection()->AddMessage(message, &field, context.factory);
    Value error = Slot(entry, *entry_type.map_key()).Store(value.map().KeyAt(i), context);
    if (error.is_error()) return error;
    error = Slot(entry, *entry_type.map_value()).Store(value.map().ValueAt(i), context);
    if (error.is_error()) return error;
  }
  return Value::Null();
}

Value StoreField(const Value& value, const FieldDescriptor& field, Message* message,
                 const ProtoContext& context) {
  if (Value refused = PayFor(SizeOf(value), context); refused.is_error()) return refused;
  if (field.is_map()) return StoreMap(value, field, message, context);
  if (field.is_repeated()) {
    if (!value.Is(Kind::kList)) return DoesNotFit(value, field.full_name());
    for (size_t i = 0; i < value.list().size(); ++i) {
      const Value element = value.list().At(i);
      if (Value refused = PayFor(SizeOf(element), context); refused.is_error()) return refused;
      if (IsLeftOut(element, field)) continue;
      Value error = Slot(message, field).Store(element, context);
      if (error.is_error()) return error;
    }
    return Value::Null();
  }
  if (value.Is(Kind::kNull) && NullMeansUnset(field)) return Value::Null();
  return Slot(message, field).Store(value, context);
}

}  // namespace

Value StoreValue(const Value& value, Message* message, const ProtoContext& context) {
  const Descriptor& type = *message->GetDescriptor();
  switch (type.well_known_type()) {
    case Descriptor::WELLKNOWNTYPE_TIMESTAMP: {
      if (!value.Is(Kind::kTimestamp)) return DoesNotFit(value, type.full_name());
      google::protobuf::Timestamp timestamp;
      ToProto(value.timestamp_value(), &timestamp);
      return Transfer(timestamp, Value::Null(), message);
    }
    case Descriptor::WELLKNOWNTYPE_DURATION: {
      if (!value.Is(Kind::kDuration)) return DoesNotFit(value, type.full_name());
      google::protobuf::Duration duration;
      ToProto(value.duration_value(), &duration);
      return Transfer(duration, Value::Null(), message);
    }
    case Descriptor::WELLKNOWNTYPE_ANY: {
      google::protobuf::Any any;
      Value error = ToAny(value, &any, context);
      return Transfer(any, std::move(error), message);
    }
    case Descriptor::WELLKNOWNTYPE_VALUE: {
      google::protobuf::Value json;
      Value error = ToJson(value, &json, context);
      return Transfer(json, std::move(error), message);
    }
    case Descriptor::WELLKNOWNTYPE_STRUCT: {
      if (!value.Is(Kind::kMap)) return DoesNotFit(value, type.full_name());
      google::protobuf::Struct json;
      Value error = MapToJson(value.map(), &json, context);
      return Transfer(json, std::move(error), message);
    }
    case Descriptor::WELLKNOWNTYPE_LISTVALUE: {
      if (!value.Is(Kind::kList)) return DoesNotFit(value, type.full_name());
      google::protobuf::ListValue json;
      Value error = ListToJson(value.list(), &json, context);
      return Transfer(json, std::move(error), message);
    }
    case Descriptor::WELLKNOWNTYPE_UNSPECIFIED:
    case Descriptor::WELLKNOWNTYPE_FIELDMASK:
      if (!value.Is(Kind::kMessage) || value.message().message->GetDescriptor() != &type) {
        return DoesNotFit(value, type.full_name());
      }
      message->CopyFrom(*value.message().message);
      return Value::Null();
    default:  // a wrapper
      return StoreField(value, *type.FindFieldByNumber(1), message, context);
  }
}

Value BuildMessage(const Descriptor& type, const std::vector<FieldValue>& fields,
                   const ProtoContext& context) {
  std::shared_ptr<Message> message(context.factory->GetPrototype(&type)->New());
  for (const FieldValue& field : fields) {
    Value error = StoreField(field.value, *field.field, message.get(), context);
    if (error.is_error()) return error;
  }
  uint32_t depth = 0;
  for (const FieldValue& field : fields) depth = std::max(depth, field.value.depth());
  MessageValue value{.owner = message, .message = message.get(), .depth = depth + 1};
  return AdaptMessage(std::move(value), context);
}

}  // namespace changepolicy::cel
