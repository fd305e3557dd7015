#include "libchangepolicy/cel/value_message.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "google/protobuf/any.pb.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/timestamp.pb.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/cel/lexer.h"
#include "libchangepolicy/cel/proto_adapter.h"

namespace changepolicy::cel {

namespace {

using Kind = Value::Kind;

class Writer {
 public:
  explicit Writer(const MessageBounds& bounds) : bounds_(bounds) {}

  Value Write(const Value& value, v1::CelValue* to, int depth) {
    if (++parts_ > bounds_.parts) {
      return TooLarge(StrCat("the result has more than ", bounds_.parts, " parts"));
    }
    if (depth > bounds_.depth) {
      return TooLarge(StrCat("the result is nested deeper than ", bounds_.depth, " levels"));
    }
    switch (value.kind()) {
      case Kind::kNull:
        to->set_null_value(google::protobuf::NULL_VALUE);
        return Value::Null();
      case Kind::kBool:
        to->set_bool_value(value.bool_value());
        return Value::Null();
      case Kind::kInt:
        to->set_int64_value(value.int_value());
        return Value::Null();
      case Kind::kUint:
        to->set_uint64_value(value.uint_value());
        return Value::Null();
      case Kind::kDouble:
        to->set_double_value(value.double_value());
        return Value::Null();
      case Kind::kString:
        to->set_string_value(value.string_value());
        return Take(value.string_value().size());
      case Kind::kBytes:
        to->set_bytes_value(value.bytes_value());
        return Take(value.bytes_value().size());
      case Kind::kList:
        return WriteList(value.list(), to->mutable_list_value(), depth);
      case Kind::kMap:
        return WriteMap(value.map(), to->mutable_map_value(), depth);
      case Kind::kOptional: {
        v1::CelOptional* const optional = to->mutable_optional_value();
        if (!value.has_optional_value()) return Value::Null();
        return Write(value.optional_value(), optional->mutable_value(), depth + 1);
      }
      case Kind::kError:
      case Kind::kUnknown:
        return value;
      default:
        return WriteOther(value, to);
    }
  }

 private:
  static Value TooLarge(std::string message) {
    return Value::FromError(absl::StatusCode::kResourceExhausted, std::move(message));
  }

  Value Take(size_t bytes) {
    bytes_ += bytes;
    if (bytes_ <= bounds_.bytes) return Value::Null();
    return TooLarge(StrCat("the result has more than ", bounds_.bytes, " bytes"));
  }

  Value WriteList(const List& list, v1::CelList* to, int depth) {
    for (size_t i = 0; i < list.size(); ++i) {
      Value failed = Write(list.At(i), to->add_values(), depth + 1);
      if (!failed.is_known()) return failed;
    }
    return Value::Null();
  }

  Value WriteMap(const Map& map, v1::CelMap* to, int depth) {
    for (size_t i = 0; i < map.size(); ++i) {
      v1::CelMap::Entry* const entry = to->add_entries();
      Value failed = Write(map.KeyAt(i), entry->mutable_key(), depth + 1);
      if (failed.is_known()) failed = Write(map.ValueAt(i), entry->mutable_value(), depth + 1);
      if (!failed.is_known()) return failed;
    }
    return Value::Null();
  }

  Value Pack(const google::protobuf::Message& message, v1::CelValue* to) {
    PackMessage(message, to->mutable_object_value());
    return Take(to->object_value().value().size());
  }

  Value WriteOther(const Value& value, v1::CelValue* to) {
    switch (value.kind()) {
      case Kind::kMessage:
        return Pack(*value.message().message, to);
      case Kind::kTimestamp: {
        google::protobuf::Timestamp timestamp;
        ToProto(value.timestamp_value(), &timestamp);
        return Pack(timestamp, to);
      }
      case Kind::kDuration: {
        google::protobuf::Duration duration;
        ToProto(value.duration_value(), &duration);
        return Pack(duration, to);
      }
      case Kind::kType:
        to->set_type_value(RuntimeTypeName(value.type_value()));
        return Value::Null();
      case Kind::kEnum:
        to->mutable_enum_value()->set_type(value.enum_value().descriptor->full_name());
        to->mutable_enum_value()->set_value(value.enum_value().number);
        return Value::Null();
      default:
        to->mutable_opaque_value()->set_type(value.type_name());
        to->mutable_opaque_value()->set_text(value.opaque().ToText());
        return Value::Null();
    }
  }

  const MessageBounds bounds_;
  size_t parts_ = 0;
  size_t bytes_ = 0;
};

Value Refuse(std::string message) {
  return Value::FromError(absl::StatusCode::kInvalidArgument, std::move(message));
}

class Printed final : public Opaque {
 public:
  explicit Printed(v1::CelOpaque message) : message_(std::move(message)) {}
  Type type() const override { return Type::Opaque(message_.type(), {}); }
  bool Equals(const Opaque&) const override { return false; }
  std::string ToText() const override { return message_.text(); }

 private:
  const v1::CelOpaque message_;
};

class Reader {
 public:
  Reader(const Environment& environment, Opaques opaques)
      : environment_(environment), opaques_(opaques) {}

  Value Read(const v1::CelValue& from, int depth) {
    constexpr int kDeepest = MessageBounds().depth;
    if (depth > kDeepest) return Refuse(StrCat("nested deeper than ", kDeepest, " levels"));
    switch (from.kind_case()) {
      case v1::CelValue::KIND_NOT_SET:
      case v1::CelValue::kNullValue:
        return Value::Null();
      case v1::CelValue::kBoolValue:
        return Value::Bool(from.bool_value());
      case v1::CelValue::kInt64Value:
        return Value::Int(from.int64_value());
      case v1::CelValue::kUint64Value:
        return Value::Uint(from.uint64_value());
      case v1::CelValue::kDoubleValue:
        return Value::Double(from.double_value());
      case v1::CelValue::kStringValue:
        if (!IsValidUtf8(from.string_value())) return Refuse("a string is not UTF-8");
        return Value::String(from.string_value());
      case v1::CelValue::kBytesValue:
        return Value::Bytes(from.bytes_value());
      case v1::CelValue::kEnumValue:
        return ReadEnum(from.enum_value());
      case v1::CelValue::kObjectValue:
        return AdaptMessage({.message = &from.object_value()},
                            {.pool = &environment_.pool(),
                             .factory = &environment_.factory(),
                             .enums = environment_.options().enums});
      case v1::CelValue::kMapValue:
        return ReadMap(from.map_value(), depth);
      case v1::CelValue::kListValue:
        return ReadList(from.list_value(), depth);
      case v1::CelValue::kTypeValue:
        return ReadType(from.type_value());
      case v1::CelValue::kOptionalValue: {
        if (!from.optional_value().has_value()) return Value::OptionalNone();
        Value inner = Read(from.optional_value().value(), depth + 1);
        return inner.is_known() ? Value::OptionalOf(std::move(inner)) : inner;
      }
      case v1::CelValue::kOpaqueValue:
        if (opaques_ == Opaques::kForPrinting) {
          return Value::FromOpaque(std::make_shared<const Printed>(from.opaque_value()));
        }
        return Refuse(StrCat("a `", from.opaque_value().type(),
                             "` cannot be given; give the text that an expression makes it from"));
    }
    return Value::Null();
  }

 private:
  Value ReadEnum(const v1::CelEnum& from) {
    const auto* const type = environment_.pool().FindEnumTypeByName(from.type());
    if (type == nullptr) return Refuse(StrCat("`", from.type(), "` is no enum"));
    if (environment_.options().enums == EnumProfile::kLegacy) return Value::Int(from.value());
    return Value::Enum({.descriptor = type, .number = from.value()});
  }

  Value ReadType(const std::string& name) {
    const std::optional<Declared> found = environment_.Find(name);
    if (found.has_value() && found->kind == Declared::Kind::kConstant &&
        found->value.Is(Kind::kType)) {
      return found->value;
    }
    return Refuse(StrCat("`", name, "` is no type"));
  }

  Value ReadList(const v1::CelList& from, int depth) {
    std::vector<Value> elements;
    elements.reserve(static_cast<size_t>(from.values_size()));
    for (const v1::CelValue& value : from.values()) {
      elements.push_back(Read(value, depth + 1));
      if (!elements.back().is_known()) return elements.back();
    }
    return Value::ListOf(std::move(elements));
  }

  Value ReadMap(const v1::CelMap& from, int depth) {
    MapBuilder builder;
    for (const v1::CelMap::Entry& entry : from.entries()) {
      const Value key = Read(entry.key(), depth + 1);
      if (!key.is_known()) return key;
      Value value = Read(entry.value(), depth + 1);
      if (!value.is_known()) return value;
      switch (builder.Add(key, std::move(value))) {
        case MapBuilder::Outcome::kAdded:
          break;
        case MapBuilder::Outcome::kBadKey:
          return Refuse(StrCat("`", key.type_name(), "` cannot be the key of a map"));
        case MapBuilder::Outcome::kRepeatedKey:
          return Refuse(StrCat("repeated key: ", key.ToString()));
      }
    }
    return builder.Build();
  }

  const Environment& environment_;
  const Opaques opaques_;
};

}  // namespace

void PackMessage(const google::protobuf::Message& message, google::protobuf::Any* any) {
  any->set_type_url(StrCat("type.googleapis.com/", message.GetDescriptor()->full_name()));
  google::protobuf::io::StringOutputStream stream(any->mutable_value());
  google::protobuf::io::CodedOutputStream out(&stream);
  out.SetSerializationDeterministic(true);
  message.SerializePartialToCodedStream(&out);
}

Value ToMessage(const Value& value, v1::CelValue* message, const MessageBounds& bounds) {
  Value failed = Writer(bounds).Write(value, message, 0);
  if (!failed.is_known()) message->Clear();
  return failed;
}

namespace {

// Whether it is made of what is the same in every environment.
bool IsPlain(const v1::CelValue& message, int depth) {
  if (depth > MessageBounds().depth) return false;
  switch (message.kind_case()) {
    case v1::CelValue::kListValue:
      return std::all_of(message.list_value().values().begin(), message.list_value().values().end(),
                         [&](const v1::CelValue& value) { return IsPlain(value, depth + 1); });
    case v1::CelValue::kMapValue:
      return std::all_of(message.map_value().entries().begin(), message.map_value().entries().end(),
                         [&](const auto& entry) {
                           return IsPlain(entry.key(), depth + 1) &&
                                  IsPlain(entry.value(), depth + 1);
                         });
    case v1::CelValue::kEnumValue:
    case v1::CelValue::kObjectValue:
    case v1::CelValue::kTypeValue:
    case v1::CelValue::kOptionalValue:
    case v1::CelValue::kOpaqueValue:
      return false;
    default:
      return true;
  }
}

}  // namespace

std::optional<Value> FromPlainMessage(const v1::CelValue& message) {
  if (!IsPlain(message, 0)) return std::nullopt;
  // Is not asked.
  static const auto& environment =
      *new Environment(google::protobuf::DescriptorPool::generated_pool(),
                       google::protobuf::MessageFactory::generated_factory(),
                       {.libraries = std::vector<std::string>()});
  Value value = FromMessage(message, environment);
  return value.is_known() ? std::optional(std::move(value)) : std::nullopt;
}

Value FromMessage(const v1::CelValue& message, const Environment& environment, Opaques opaques) {
  return Reader(environment, opaques).Read(message, 0);
}

}  // namespace changepolicy::cel
