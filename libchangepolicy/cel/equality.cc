#include "libchangepolicy/cel/equality.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/util/message_differencer.h"
#include "libchangepolicy/cel/cost_model.h"

namespace changepolicy::cel {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using Kind = Value::Kind;

bool IsNumber(Kind kind) {
  return kind == Kind::kInt || kind == Kind::kUint || kind == Kind::kDouble;
}

// Within the range of the integers, both are compared as doubles, as the suite has it: an integer
// that no double holds equals its nearest one.
std::partial_ordering CompareIntDouble(int64_t a, double b) {
  if (std::isnan(b)) return std::partial_ordering::unordered;
  if (b > 0x1p63) return std::partial_ordering::less;
  if (b < -0x1p63) return std::partial_ordering::greater;
  return static_cast<double>(a) <=> b;
}

std::partial_ordering CompareUintDouble(uint64_t a, double b) {
  if (std::isnan(b)) return std::partial_ordering::unordered;
  if (b > 0x1p64) return std::partial_ordering::less;
  if (b < 0) return std::partial_ordering::greater;
  return static_cast<double>(a) <=> b;
}

std::partial_ordering Reverse(std::partial_ordering order) { return 0 <=> order; }

std::partial_ordering CompareNumbers(const Value& a, const Value& b) {
  if (a.kind() == b.kind()) {
    if (a.Is(Kind::kInt)) return a.int_value() <=> b.int_value();
    if (a.Is(Kind::kUint)) return a.uint_value() <=> b.uint_value();
    return a.double_value() <=> b.double_value();
  }
  if (a.Is(Kind::kDouble)) return Reverse(CompareNumbers(b, a));
  if (b.Is(Kind::kDouble)) {
    return a.Is(Kind::kInt) ? CompareIntDouble(a.int_value(), b.double_value())
                            : CompareUintDouble(a.uint_value(), b.double_value());
  }
  if (a.Is(Kind::kUint)) return Reverse(CompareNumbers(b, a));
  if (a.int_value() < 0) return std::partial_ordering::less;
  return static_cast<uint64_t>(a.int_value()) <=> b.uint_value();
}

bool EqualTexts(const std::string& a, const std::string& b, Meter& meter) {
  return a.size() == b.size() && meter.Charge(TextSteps(a.size())) && a == b;
}

bool EqualLists(const List& a, const List& b, Meter& meter) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!Equal(a.At(i), b.At(i), meter)) return false;
  }
  return true;
}

bool EqualMaps(const Map& a, const Map& b, Meter& meter) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    const Value key = a.KeyAt(i);
    // The key is copied, and compared with some others.
    if (!meter.Charge(4 + (key.Is(Kind::kString) ? TextSteps(key.string_value().size()) : 0))) {
      return false;
    }
    const std::optional<Value> other = b.Find(key);
    if (!other.has_value() || !Equal(a.ValueAt(i), *other, meter)) return false;
  }
  return true;
}

// Protobuf compares what an Any holds, however often one is packed into another, with a copy at
// each level; the walk that comes first pays for that and refuses what is nested too deep.
constexpr int kDeepest = 200;

bool PayFor(const Message& message, int depth, Meter& meter);

bool PayForAny(const Message& any, int depth, Meter& meter) {
  const Reflection& reflection = *any.GetReflection();
  const Descriptor& type = *any.GetDescriptor();
  const std::string url = reflection.GetString(any, type.FindFieldByNumber(1));
  const std::string bytes = reflection.GetString(any, type.FindFieldByNumber(2));
  if (!meter.Charge(1 + bytes.size() / 16) || !meter.Reserve(bytes.size())) return false;
  const Descriptor* const inner =
      type.file()->pool()->FindMessageTypeByName(url.substr(url.rfind('/') + 1));
  if (inner == nullptr) return true;
  const Message* const prototype = reflection.GetMessageFactory()->GetPrototype(inner);
  if (prototype == nullptr) return true;
  const std::unique_ptr<Message> held(prototype->New());
  // What does not parse is compared by its bytes.
  return !held->ParseFromString(bytes) || PayFor(*held, depth + 1, meter);
}

bool PayFor(const Message& message, int depth, Meter& meter) {
  const Descriptor& type = *message.GetDescriptor();
  if (depth > kDeepest) return meter.Charge(kUnbounded);
  if (type.well_known_type() == Descriptor::WELLKNOWNTYPE_ANY) {
    return PayForAny(message, depth, meter);
  }
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  if (!meter.Charge(1 + fields.size())) return false;
  for (const FieldDescriptor* const field : fields) {
    const int size = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    if (!meter.Charge(static_cast<uint64_t>(size) * (field->is_map() ? 8 : 1))) return false;
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    for (int i = 0; i < size; ++i) {
      const Message& part = field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                                 : reflection.GetMessage(message, field);
      if (!PayFor(part, depth + 1, meter)) return false;
    }
  }
  return true;
}

bool EqualMessages(const Message& a, const Message& b, Meter& meter) {
  if (a.GetDescriptor() != b.GetDescriptor()) return false;
  const uint64_t bytes = std::min(a.ByteSizeLong(), b.ByteSizeLong());
  return meter.Charge(1 + TextSteps(bytes)) && PayFor(a, 0, meter) && PayFor(b, 0, meter) &&
         google::protobuf::util::MessageDifferencer::Equals(a, b);
}

class Unmetered final : public Meter {
 public:
  bool Charge(uint64_t steps) override { return steps != kUnbounded; }
  bool Reserve(uint64_t) override { return true; }
};

}  // namespace

bool Equal(const Value& a, const Value& b) {
  Unmetered meter;
  return Equal(a, b, meter);
}

bool Equal(const Value& a, const Value& b, Meter& meter) {
  if (!meter.Charge(1)) return false;
  if (IsNumber(a.kind()) && IsNumber(b.kind())) return CompareNumbers(a, b) == 0;
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::kNull:
      return true;
    case Kind::kBool:
      return a.bool_value() == b.bool_value();
    case Kind::kString:
      return EqualTexts(a.string_value(), b.string_value(), meter);
    case Kind::kBytes:
      return EqualTexts(a.bytes_value(), b.bytes_value(), meter);
    case Kind::kList:
      return EqualLists(a.list(), b.list(), meter);
    case Kind::kMap:
      return EqualMaps(a.map(), b.map(), meter);
    case Kind::kMessage:
      return EqualMessages(*a.message().message, *b.message().message, meter);
    case Kind::kTimestamp:
      return a.timestamp_value() == b.timestamp_value();
    case Kind::kDuration:
      return a.duration_value() == b.duration_value();
    case Kind::kType:
      return RuntimeTypeName(a.type_value()) == RuntimeTypeName(b.type_value());
    case Kind::kEnum:
      return a.enum_value().descriptor == b.enum_value().descriptor &&
             a.enum_value().number == b.enum_value().number;
    case Kind::kOptional:
      if (a.has_optional_value() != b.has_optional_value()) return false;
      return !a.has_optional_value() || Equal(a.optional_value(), b.optional_value(), meter);
    case Kind::kOpaque:
      return a.opaque().Equals(b.opaque());
    default:
      return false;
  }
}

std::optional<std::partial_ordering> Compare(const Value& a, const Value& b) {
  if (IsNumber(a.kind()) && IsNumber(b.kind())) return CompareNumbers(a, b);
  if (a.kind() != b.kind()) return std::nullopt;
  switch (a.kind()) {
    case Kind::kBool:
      return a.bool_value() <=> b.bool_value();
    case Kind::kString:
      return a.string_value() <=> b.string_value();
    case Kind::kBytes:
      return a.bytes_value() <=> b.bytes_value();
    case Kind::kTimestamp:
      return a.timestamp_value() < b.timestamp_value()    ? std::partial_ordering::less
             : a.timestamp_value() == b.timestamp_value() ? std::partial_ordering::equivalent
                                                          : std::partial_ordering::greater;
    case Kind::kDuration:
      return a.duration_value() < b.duration_value()    ? std::partial_ordering::less
             : a.duration_value() == b.duration_value() ? std::partial_ordering::equivalent
                                                        : std::partial_ordering::greater;
    case Kind::kEnum:
      if (a.enum_value().descriptor != b.enum_value().descriptor) return std::nullopt;
      return a.enum_value().number <=> b.enum_value().number;
    default:
      return std::nullopt;
  }
}

uint64_t TextSteps(const Value& value) {
  if (value.Is(Value::Kind::kString)) return TextSteps(value.string_value().size());
  return value.Is(Value::Kind::kBytes) ? TextSteps(value.bytes_value().size()) : 0;
}

}  // namespace changepolicy::cel
