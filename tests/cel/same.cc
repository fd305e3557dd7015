#include "tests/cel/same.h"

#include <bit>
#include <cmath>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::cel {

using Kind = Value::Kind;

namespace {

std::string Bytes(const google::protobuf::Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializePartialToCodedStream(&coded);
  }
  return bytes;
}

bool SameMaps(const Map& a, const Map& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    bool found = false;
    for (size_t j = 0; j < b.size() && !found; ++j) {
      found = Same(a.KeyAt(i), b.KeyAt(j)) && Same(a.ValueAt(i), b.ValueAt(j));
    }
    if (!found) return false;
  }
  return true;
}

}  // namespace

bool Same(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::kNull:
    case Kind::kError:
      return true;
    case Kind::kBool:
      return a.bool_value() == b.bool_value();
    case Kind::kInt:
      return a.int_value() == b.int_value();
    case Kind::kUint:
      return a.uint_value() == b.uint_value();
    case Kind::kDouble:
      if (std::isnan(a.double_value())) return std::isnan(b.double_value());
      return std::bit_cast<uint64_t>(a.double_value()) == std::bit_cast<uint64_t>(b.double_value());
    case Kind::kString:
      return a.string_value() == b.string_value();
    case Kind::kBytes:
      return a.bytes_value() == b.bytes_value();
    case Kind::kList:
      if (a.list().size() != b.list().size()) return false;
      for (size_t i = 0; i < a.list().size(); ++i) {
        if (!Same(a.list().At(i), b.list().At(i))) return false;
      }
      return true;
    case Kind::kMap:
      return SameMaps(a.map(), b.map());
    case Kind::kMessage:
      return a.message().message->GetDescriptor() == b.message().message->GetDescriptor() &&
             Bytes(*a.message().message) == Bytes(*b.message().message);
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
      if (!a.has_optional_value() || !b.has_optional_value()) {
        return a.has_optional_value() == b.has_optional_value();
      }
      return Same(a.optional_value(), b.optional_value());
    case Kind::kOpaque:
      return a.opaque().Equals(b.opaque());
    case Kind::kUnknown:
      return a.unknown() == b.unknown();
  }
  return false;
}

std::string Describe(const Value& value) {
  if (value.is_error()) return StrCat("error (", value.error().message, ")");
  if (value.is_unknown()) return "unknown";
  return StrCat(value.ToString(400), " of type ", value.type_name());
}

bool IsOf(const Value& value, const Type& type) {
  if (type.IsDynamic() || !value.is_known()) return true;
  if (type.Is(TypeKind::kWrapper)) return value.Is(Kind::kNull) || IsOf(value, type.first());
  switch (value.kind()) {
    case Kind::kNull:
      // Types with an absent value take null: a message field that is a wrapper, a null literal.
      return type.Is(TypeKind::kNull) || type.Is(TypeKind::kMessage) ||
             type.Is(TypeKind::kTimestamp) || type.Is(TypeKind::kDuration) || type.IsOptional();
    case Kind::kList:
      if (!type.Is(TypeKind::kList)) return false;
      for (size_t i = 0; i < value.list().size(); ++i) {
        if (!IsOf(value.list().At(i), type.first())) return false;
      }
      return true;
    case Kind::kMap:
      if (!type.Is(TypeKind::kMap)) return false;
      for (size_t i = 0; i < value.map().size(); ++i) {
        if (!IsOf(value.map().KeyAt(i), type.first())) return false;
        if (!IsOf(value.map().ValueAt(i), type.second())) return false;
      }
      return true;
    case Kind::kOptional:
      if (!type.IsOptional()) return false;
      return !value.has_optional_value() || IsOf(value.optional_value(), type.first());
    default:
      return value.type_name() == RuntimeTypeName(type);
  }
}

bool Stands(const Type& deduced, const Type& wanted) {
  if (deduced.IsDynamic() || wanted.IsDynamic()) return true;
  if (wanted.Is(TypeKind::kWrapper) && !deduced.Is(TypeKind::kWrapper)) {
    return deduced.Is(TypeKind::kNull) || Stands(deduced, wanted.first());
  }
  if (deduced.Is(TypeKind::kType) && wanted.Is(TypeKind::kType)) return true;
  if (deduced.kind() != wanted.kind() || deduced.name() != wanted.name() ||
      deduced.parameters().size() != wanted.parameters().size()) {
    return false;
  }
  for (size_t i = 0; i < wanted.parameters().size(); ++i) {
    if (!Stands(deduced.parameters()[i], wanted.parameters()[i])) return false;
  }
  return true;
}

}  // namespace changepolicy::cel
