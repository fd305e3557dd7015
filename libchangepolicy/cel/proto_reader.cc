#include <algorithm>
#include <memory>
#include <utility>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/lexer.h"
#include "libchangepolicy/cel/proto_adapter.h"

namespace changepolicy::cel {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

const FieldDescriptor* FindField(const Descriptor& message, std::string_view name,
                                 const google::protobuf::DescriptorPool& pool) {
  const std::string text(name);
  if (const FieldDescriptor* const field = message.FindFieldByName(text)) return field;
  const FieldDescriptor* const extension = pool.FindExtensionByName(text);
  return extension != nullptr && extension->containing_type() == &message ? extension : nullptr;
}

bool HasField(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  return field.is_repeated() ? reflection.FieldSize(message, &field) > 0
                             : reflection.HasField(message, &field);
}

namespace {

Value Text(std::string text) {
  if (!IsValidUtf8(text)) {
    return Value::FromError(absl::StatusCode::kInvalidArgument, "a string is not UTF-8");
  }
  return Value::String(std::move(text));
}

Value EnumOf(const FieldDescriptor& field, int number, const ProtoContext& context) {
  if (field.enum_type()->full_name() == "google.protobuf.NullValue") return Value::Null();
  if (context.enums == EnumProfile::kStrong) {
    return Value::Enum({.descriptor = field.enum_type(), .number = number});
  }
  return Value::Int(number);
}

bool IsWrapper(const Descriptor& type) {
  switch (type.well_known_type()) {
    case Descriptor::WELLKNOWNTYPE_DOUBLEVALUE:
    case Descriptor::WELLKNOWNTYPE_FLOATVALUE:
    case Descriptor::WELLKNOWNTYPE_INT64VALUE:
    case Descriptor::WELLKNOWNTYPE_UINT64VALUE:
    case Descriptor::WELLKNOWNTYPE_INT32VALUE:
    case Descriptor::WELLKNOWNTYPE_UINT32VALUE:
    case Descriptor::WELLKNOWNTYPE_STRINGVALUE:
    case Descriptor::WELLKNOWNTYPE_BYTESVALUE:
    case Descriptor::WELLKNOWNTYPE_BOOLVALUE:
      return true;
    default:
      return false;
  }
}

MessageValue Inside(const MessageValue& parent, const Message& child, TrailPtr trail) {
  return {
      .owner = parent.owner, .message = &child, .trail = std::move(trail), .depth = parent.depth};
}

Value ReadElement(const MessageValue& parent, const FieldDescriptor& field, int index,
                  TrailPtr trail, const ProtoContext& context) {
  const Message& message = *parent.message;
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return Value::Bool(reflection.GetRepeatedBool(message, &field, index));
    case FieldDescriptor::CPPTYPE_INT32:
      return Value::Int(reflection.GetRepeatedInt32(message, &field, index));
    case FieldDescriptor::CPPTYPE_INT64:
      return Value::Int(reflection.GetRepeatedInt64(message, &field, index));
    case FieldDescriptor::CPPTYPE_UINT32:
      return Value::Uint(reflection.GetRepeatedUInt32(message, &field, index));
    case FieldDescriptor::CPPTYPE_UINT64:
      return Value::Uint(reflection.GetRepeatedUInt64(message, &field, index));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return Value::Double(reflection.GetRepeatedFloat(message, &field, index));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return Value::Double(reflection.GetRepeatedDouble(message, &field, index));
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string text = reflection.GetRepeatedString(message, &field, index);
      return field.type() == FieldDescriptor::TYPE_BYTES ? Value::Bytes(std::move(text))
                                                         : Text(std::move(text));
    }
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumOf(field, reflection.GetRepeatedEnumValue(message, &field, index), context);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return AdaptMessage(
          Inside(parent, reflection.GetRepeatedMessage(message, &field, index), std::move(trail)),
          context);
  }
  return Value::Null();
}

Value ReadSingular(const MessageValue& parent, const FieldDescriptor& field, TrailPtr trail,
                   const ProtoContext& context) {
  const Message& message = *parent.message;
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return Value::Bool(reflection.GetBool(message, &field));
    case FieldDescriptor::CPPTYPE_INT32:
      return Value::Int(reflection.GetInt32(message, &field));
    case FieldDescriptor::CPPTYPE_INT64:
      return Value::Int(reflection.GetInt64(message, &field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return Value::Uint(reflection.GetUInt32(message, &field));
    case FieldDescriptor::CPPTYPE_UINT64:
      return Value::Uint(reflection.GetUInt64(message, &field));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return Value::Double(reflection.GetFloat(message, &field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return Value::Double(reflection.GetDouble(message, &field));
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string text = reflection.GetString(message, &field);
      return field.type() == FieldDescriptor::TYPE_BYTES ? Value::Bytes(std::move(text))
                                                         : Text(std::move(text));
    }
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumOf(field, reflection.GetEnumValue(message, &field), context);
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      const Descriptor& type = *field.message_type();
      if (!reflection.HasField(message, &field) &&
          (IsWrapper(type) || type.well_known_type() == Descriptor::WELLKNOWNTYPE_ANY)) {
        return Value::Null();
      }
      return AdaptMessage(
          Inside(parent, reflection.GetMessage(message, &field, context.factory), std::move(trail)),
          context);
    }
  }
  return Value::Null();
}

// The elements of a repeated field.
class FieldList final : public List {
 public:
  FieldList(MessageValue parent, const FieldDescriptor& field, TrailPtr trail,
            const ProtoContext& context)
      : parent_(std::move(parent)), field_(field), trail_(std::move(trail)), context_(context) {
    context_.meter = nullptr;  // which this may outlive
  }

  size_t size() const override {
    return static_cast<size_t>(
        parent_.message->GetReflection()->FieldSize(*parent_.message, &field_));
  }
  Value At(size_t index) const override {
    TrailPtr trail = trail_ == nullptr ? nullptr : Trail::Index(trail_, index);
    return ReadElement(parent_, field_, static_cast<int>(index), std::move(trail), context_);
  }
  uint64_t bytes() const override { return kValueBytes + 2 * parent_.unpacked; }
  uint32_t depth() const override { return parent_.depth; }

 private:
  const MessageValue parent_;
  const FieldDescriptor& field_;
  const TrailPtr trail_;
  ProtoContext context_;
};

// The entries of a map field, ordered by key.
class FieldMap final : public Map {
 public:
  FieldMap(const MessageValue& parent, const FieldDescriptor& field, TrailPtr trail,
           const ProtoContext& context)
      : trail_(std::move(trail)),
        context_(context),
        value_(*field.message_type()->map_value()),
        depth_(parent.depth),
        bytes_(2 * parent.unpacked) {
    context_.meter = nullptr;  // which this may outlive
    const Reflection& reflection = *parent.message->GetReflection();
    const FieldDescriptor& key = *field.message_type()->map_key();
    const int size = reflection.FieldSize(*parent.message, &field);
    for (int i = 0; i < size; ++i) {
      MessageValue entry =
          Inside(parent, reflection.GetRepeatedMessage(*parent.message, &field, i), nullptr);
      Value key_value = ReadSingular(entry, key, nullptr, context);
      if (ToKeyView(key_value).has_value()) {
        if (key_value.Is(Value::Kind::kString)) bytes_ += 2 * key_value.string_value().size();
        entries_.push_back({std::move(key_value), std::move(entry)});
      }
    }
    std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
      return *ToKeyView(a.original) < *ToKeyView(b.original);
    });
    bytes_ += (1 + 4 * entries_.size()) * kValueBytes;
  }

  size_t size() const override { return entries_.size(); }
  Value KeyAt(size_t index) const override { return entries_[index].original; }
  const Value* PeekKey(size_t index) const override { return &entries_[index].original; }
  uint64_t bytes() const override { return bytes_; }
  uint32_t depth() const override { return depth_; }
  Value ValueAt(size_t index) const override {
    const Entry& entry = entries_[index];
    TrailPtr trail = trail_ == nullptr ? nullptr : Trail::Key(trail_, entry.original);
    return ReadSingular(entry.message, value_, std::move(trail), context_);
  }
  std::optional<size_t> IndexOf(const KeyView& key) const override {
    const auto found = std::lower_bound(
        entries_.begin(), entries_.end(), key,
        [](const Entry& entry, const KeyView& to) { return *ToKeyView(entry.original) < to; });
    if (found == entries_.end() || *ToKeyView(found->original) != key) return std::nullopt;
    return static_cast<size_t>(found - entries_.begin());
  }

 private:
  struct Entry {
    Value original;
    MessageValue message;
  };
  std::vector<Entry> entries_;
  const TrailPtr trail_;
  ProtoContext context_;
  const FieldDescriptor& value_;
  uint32_t depth_;
  uint64_t bytes_;
};

const FieldDescriptor& FieldNumbered(const Message& message, int number) {
  return *message.GetDescriptor()->FindFieldByNumber(number);
}

// seconds and nanos of a Timestamp or Duration; false where they are out of their ranges.
bool ReadSeconds(const Message& message, int64_t* seconds, int32_t* nanos) {
  const Reflection& reflection = *message.GetReflection();
  *seconds = reflection.GetInt64(message, &FieldNumbered(message, 1));
  *nanos = reflection.GetInt32(message, &FieldNumbered(message, 2));
  return *nanos > -1'000'000'000 && *nanos < 1'000'000'000;
}

Value AdaptTime(const Message& message, bool timestamp) {
  constexpr int64_t kFirstSecond = -62'135'596'800;  // 0001-01-01T00:00:00Z
  constexpr int64_t kLastSecond = 253'402'300'799;   // 9999-12-31T23:59:59Z
  constexpr int64_t kLongest = 315'576'000'000;      // 10,000 years
  int64_t seconds = 0;
  int32_t nanos = 0;
  const bool sane = ReadSeconds(message, &seconds, &nanos);
  if (timestamp) {
    if (!sane || nanos < 0 || seconds < kFirstSecond || seconds > kLastSecond) {
      return Value::FromError(absl::StatusCode::kOutOfRange, "a timestamp is out of range");
    }
    return Value::Timestamp(absl::FromUnixSeconds(seconds) + absl::Nanoseconds(nanos));
  }
  if (!sane || seconds < -kLongest || seconds > kLongest) {
    return Value::FromError(absl::StatusCode::kOutOfRange, "a duration is out of range");
  }
  return Value::Duration(absl::Seconds(seconds) + absl::Nanoseconds(nanos));
}

// An Any may hold an Any. Each holds the bytes of all that are inside it, so that few levels of
// many bytes would take all memory.
constexpr int kDeepestAny = 8;

Value Unpack(MessageValue any, const ProtoContext& context) {
  for (int depth = 0; depth < kDeepestAny; ++depth) {
    const Message& message = *any.message;
    const Reflection& reflection = *message.GetReflection();
    const std::string url = reflection.GetString(message, &FieldNumbered(message, 1));
    const std::string name = url.substr(url.rfind('/') + 1);
    const Descriptor* const type = context.pool->FindMessageTypeByName(name);
    if (type == nullptr) {
      return Value::FromError(absl::StatusCode::kNotFound,
                              StrCat("an Any holds a message of unknown type `", url, "`"));
    }
    std::shared_ptr<Message> unpacked(context.factory->GetPrototype(type)->New());
    // ParseFromString would print what a proto2 message lacks.
    const std::string packed = reflection.GetString(message, &FieldNumbered(message, 2));
    if (!unpacked->ParsePartialFromString(packed) || !unpacked->IsInitialized()) {
      return Value::FromError(absl::StatusCode::kInvalidArgument,
                              StrCat("an Any does not hold a `", name, "`"));
    }
    any.message = unpacked.get();
    any.owner = std::move(unpacked);
    any.unpacked += packed.size();
    if (type->well_known_type() != Descriptor::WELLKNOWNTYPE_ANY) {
      return AdaptMessage(std::move(any), context);
    }
  }
  return Value::FromError(absl::StatusCode::kResourceExhausted,
                          StrCat("an Any holds more than ", kDeepestAny, " others"));
}

Value AdaptJson(const MessageValue& json, const ProtoContext& context) {
  const Message& message = *json.message;
  const auto* const kind = message.GetDescriptor()->oneof_decl(0);
  const FieldDescriptor* const set =
      message.GetReflection()->GetOneofFieldDescriptor(message, kind);
  return set == nullptr ? Value::Null() : ReadSingular(json, *set, json.trail, context);
}

}  // namespace

Value ReadField(const MessageValue& message, const FieldDescriptor& field,
                const ProtoContext& context) {
  TrailPtr trail = message.trail == nullptr ? nullptr : Trail::Field(message.trail, field.name());
  if (field.is_repeated()) {
    // Unpacking has been counted with the message.
    MessageValue parent = message;
    parent.unpacked = 0;
    if (field.is_map()) {
      return Value::FromMap(
          std::make_shared<const FieldMap>(parent, field, std::move(trail), context));
    }
    return Value::FromList(
        std::make_shared<const FieldList>(std::move(parent), field, std::move(trail), context));
  }
  return ReadSingular(message, field, std::move(trail), context);
}

bool StandsForItself(const Descriptor& type) {
  return type.well_known_type() == Descriptor::WELLKNOWNTYPE_UNSPECIFIED ||
         type.well_known_type() == Descriptor::WELLKNOWNTYPE_FIELDMASK;
}

Value AdaptMessage(MessageValue value, const ProtoContext& context) {
  const Descriptor& type = *value.message->GetDescriptor();
  switch (type.well_known_type()) {
    case Descriptor::WELLKNOWNTYPE_TIMESTAMP:
      return AdaptTime(*value.message, true);
    case Descriptor::WELLKNOWNTYPE_DURATION:
      return AdaptTime(*value.message, false);
    case Descriptor::WELLKNOWNTYPE_ANY:
      return Unpack(value, context);
    case Descriptor::WELLKNOWNTYPE_VALUE:
      return AdaptJson(value, context);
    case Descriptor::WELLKNOWNTYPE_STRUCT: {
      TrailPtr trail = value.trail;
      return Value::FromMap(std::make_shared<const FieldMap>(
          value, FieldNumbered(*value.message, 1), std::move(trail), context));
    }
    case Descriptor::WELLKNOWNTYPE_LISTVALUE: {
      TrailPtr trail = value.trail;
      return Value::FromList(std::make_shared<const FieldList>(
          value, FieldNumbered(*value.message, 1), std::move(trail), context));
    }
    default:
      if (IsWrapper(type)) {
        return ReadSingular(value, FieldNumbered(*value.message, 1), nullptr, context);
      }
      return Value::FromMessage(std::move(value));
  }
}

}  // namespace changepolicy::cel
