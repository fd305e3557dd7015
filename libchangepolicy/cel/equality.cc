#include "libchangepolicy/cel/equality.h"

#include <cmath>

#include "google/protobuf/util/message_differencer.h"

namespace changepolicy::cel {

namespace {

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

bool EqualLists(const List& a, const List& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!Equal(a.At(i), b.At(i))) return false;
  }
  return true;
}

bool EqualMaps(const Map& a, const Map& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    const std::optional<Value> other = b.Find(a.KeyAt(i));
    if (!other.has_value() || !Equal(a.ValueAt(i), *other)) return false;
  }
  return true;
}

bool EqualMessages(const google::protobuf::Message& a, const google::protobuf::Message& b) {
  return a.GetDescriptor() == b.GetDescriptor() &&
         google::protobuf::util::MessageDifferencer::Equals(a, b);
}

}  // namespace

bool Equal(const Value& a, const Value& b) {
  if (IsNumber(a.kind()) && IsNumber(b.kind())) return CompareNumbers(a, b) == 0;
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::kNull:
      return true;
    case Kind::kBool:
      return a.bool_value() == b.bool_value();
    case Kind::kString:
      return a.string_value() == b.string_value();
    case Kind::kBytes:
      return a.bytes_value() == b.bytes_value();
    case Kind::kList:
      return EqualLists(a.list(), b.list());
    case Kind::kMap:
      return EqualMaps(a.map(), b.map());
    case Kind::kMessage:
      return EqualMessages(*a.message().message, *b.message().message);
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
      return !a.has_optional_value() || Equal(a.optional_value(), b.optional_value());
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

}  // namespace changepolicy::cel
