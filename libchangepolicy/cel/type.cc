#include "libchangepolicy/cel/type.h"

#include <algorithm>
#include <array>
#include <utility>

#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::cel {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

namespace {

struct KindName {
  TypeKind kind;
  std::string_view name;
};
constexpr std::array kKindNames = {
    KindName{TypeKind::kError, "*error*"},
    KindName{TypeKind::kDyn, "dyn"},
    KindName{TypeKind::kNull, "null_type"},
    KindName{TypeKind::kBool, "bool"},
    KindName{TypeKind::kInt, "int"},
    KindName{TypeKind::kUint, "uint"},
    KindName{TypeKind::kDouble, "double"},
    KindName{TypeKind::kString, "string"},
    KindName{TypeKind::kBytes, "bytes"},
    KindName{TypeKind::kTimestamp, "google.protobuf.Timestamp"},
    KindName{TypeKind::kDuration, "google.protobuf.Duration"},
    KindName{TypeKind::kAny, "google.protobuf.Any"},
    KindName{TypeKind::kList, "list"},
    KindName{TypeKind::kMap, "map"},
    KindName{TypeKind::kWrapper, "wrapper"},
    KindName{TypeKind::kType, "type"},
};

Type OfWellKnown(const Descriptor& descriptor) {
  switch (descriptor.well_known_type()) {
    case Descriptor::WELLKNOWNTYPE_TIMESTAMP:
      return Type::Timestamp();
    case Descriptor::WELLKNOWNTYPE_DURATION:
      return Type::Duration();
    case Descriptor::WELLKNOWNTYPE_ANY:
      return Type::Any();
    case Descriptor::WELLKNOWNTYPE_BOOLVALUE:
      return Type::Wrapper(Type::Bool());
    case Descriptor::WELLKNOWNTYPE_INT32VALUE:
    case Descriptor::WELLKNOWNTYPE_INT64VALUE:
      return Type::Wrapper(Type::Int());
    case Descriptor::WELLKNOWNTYPE_UINT32VALUE:
    case Descriptor::WELLKNOWNTYPE_UINT64VALUE:
      return Type::Wrapper(Type::Uint());
    case Descriptor::WELLKNOWNTYPE_FLOATVALUE:
    case Descriptor::WELLKNOWNTYPE_DOUBLEVALUE:
      return Type::Wrapper(Type::Double());
    case Descriptor::WELLKNOWNTYPE_STRINGVALUE:
      return Type::Wrapper(Type::String());
    case Descriptor::WELLKNOWNTYPE_BYTESVALUE:
      return Type::Wrapper(Type::Bytes());
    case Descriptor::WELLKNOWNTYPE_STRUCT:
      return Type::Map(Type::String(), Type::Dyn());
    case Descriptor::WELLKNOWNTYPE_LISTVALUE:
      return Type::List(Type::Dyn());
    case Descriptor::WELLKNOWNTYPE_VALUE:
      return Type::Dyn();
    default:
      return Type::Error();
  }
}

Type OfSingular(const FieldDescriptor& field, EnumProfile enums) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return Type::Bool();
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
      return Type::Int();
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
      return Type::Uint();
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return Type::Double();
    case FieldDescriptor::CPPTYPE_STRING:
      return field.type() == FieldDescriptor::TYPE_BYTES ? Type::Bytes() : Type::String();
    case FieldDescriptor::CPPTYPE_ENUM:
      if (field.enum_type()->full_name() == "google.protobuf.NullValue") {
        return Type::Null();
      }
      return enums == EnumProfile::kStrong ? Type::Enum(field.enum_type()) : Type::Int();
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return Type::Message(field.message_type());
  }
  return Type::Error();
}

}  // namespace

Type::Type() : Type(Dyn()) {}

Type Type::Make(Data data) {
  data.open = data.kind == TypeKind::kParameter;
  for (const Type& parameter : data.parameters) {
    data.depth = std::max(data.depth, 1 + parameter.depth());
    data.open = data.open || parameter.is_open();
  }
  return Type(std::make_shared<const Data>(std::move(data)));
}

Type Type::Of(TypeKind kind) {
  // Shared by all, so that types without parameters cost no allocation.
  static const auto* const kShared = [] {
    auto* const shared = new std::array<std::shared_ptr<const Data>, 32>;
    for (size_t i = 0; i < shared->size(); ++i) {
      (*shared)[i] = std::make_shared<const Data>(Data{.kind = static_cast<TypeKind>(i)});
    }
    return shared;
  }();
  return Type((*kShared)[static_cast<size_t>(kind)]);
}

Type Type::List(Type element) {
  return Make({.kind = TypeKind::kList, .parameters = {std::move(element)}});
}

Type Type::Map(Type key, Type value) {
  return Make({.kind = TypeKind::kMap, .parameters = {std::move(key), std::move(value)}});
}

Type Type::Message(const Descriptor* descriptor) {
  Type well_known = OfWellKnown(*descriptor);
  if (!well_known.Is(TypeKind::kError)) {
    return well_known;
  }
  return Make(
      {.kind = TypeKind::kMessage, .name = descriptor->full_name(), .descriptor = descriptor});
}

Type Type::MessageNamed(std::string_view full_name) {
  return Make({.kind = TypeKind::kMessage, .name = std::string(full_name)});
}

Type Type::Enum(const EnumDescriptor* descriptor) {
  return Make(
      {.kind = TypeKind::kEnum, .name = descriptor->full_name(), .enum_descriptor = descriptor});
}

Type Type::Wrapper(Type primitive) {
  return Make({.kind = TypeKind::kWrapper, .parameters = {std::move(primitive)}});
}

Type Type::TypeOf(Type type) {
  return Make({.kind = TypeKind::kType, .parameters = {std::move(type)}});
}

Type Type::Opaque(std::string_view name, std::vector<Type> parameters) {
  return Make(
      {.kind = TypeKind::kOpaque, .name = std::string(name), .parameters = std::move(parameters)});
}

Type Type::Parameter(std::string_view name) {
  return Make({.kind = TypeKind::kParameter, .name = std::string(name)});
}

Type Type::OfField(const FieldDescriptor& field, EnumProfile enums) {
  if (field.is_map()) {
    return Map(OfSingular(*field.message_type()->map_key(), enums),
               OfSingular(*field.message_type()->map_value(), enums));
  }
  Type singular = OfSingular(field, enums);
  return field.is_repeated() ? List(std::move(singular)) : singular;
}

namespace {

void AppendType(const Type& type, std::string* out) {
  constexpr size_t kLongest = 1'000;
  if (out->size() > kLongest) {
    if (!out->ends_with("...")) *out += "...";
    return;
  }
  switch (type.kind()) {
    case TypeKind::kMessage:
    case TypeKind::kEnum:
    case TypeKind::kOpaque:
    case TypeKind::kParameter:
      *out += type.name();
      break;
    default:
      for (const KindName& known : kKindNames) {
        if (known.kind == type.kind()) *out += known.name;
      }
  }
  for (size_t i = 0; i < type.parameters().size(); ++i) {
    *out += i == 0 ? "(" : ", ";
    AppendType(type.parameters()[i], out);
  }
  if (!type.parameters().empty()) *out += ')';
}

}  // namespace

std::string Type::ToString() const {
  std::string text;
  AppendType(*this, &text);
  return text;
}

bool operator==(const Type& a, const Type& b) {
  if (a.data_ == b.data_) {
    return true;
  }
  if (a.depth() != b.depth()) return false;
  return a.kind() == b.kind() && a.name() == b.name() && a.parameters() == b.parameters();
}

bool IsKeyType(const Type& type) {
  switch (type.kind()) {
    case TypeKind::kInt:
    case TypeKind::kUint:
    case TypeKind::kBool:
    case TypeKind::kString:
    case TypeKind::kDyn:
    case TypeKind::kError:
    case TypeKind::kParameter:
      return true;
    case TypeKind::kWrapper:
      return IsKeyType(type.first());
    default:
      return false;
  }
}

const std::vector<std::pair<std::string_view, Type>>& BuiltinTypes() {
  static const auto& types = *new std::vector<std::pair<std::string_view, Type>>{
      {"bool", Type::Bool()},
      {"int", Type::Int()},
      {"uint", Type::Uint()},
      {"double", Type::Double()},
      {"string", Type::String()},
      {"bytes", Type::Bytes()},
      {"null_type", Type::Null()},
      {"dyn", Type::Dyn()},
      {"list", Type::List(Type::Dyn())},
      {"map", Type::Map(Type::Dyn(), Type::Dyn())},
      {"type", Type::TypeOf(Type::Dyn())},
      {"optional_type", Type::Optional(Type::Dyn())},
      {"google.protobuf.Timestamp", Type::Timestamp()},
      {"google.protobuf.Duration", Type::Duration()},
  };
  return types;
}

std::string EnumValueText(const EnumDescriptor& enum_type, int number) {
  const auto* const value = enum_type.FindValueByNumber(number);
  return value == nullptr ? StrCat(enum_type.name(), "(", number, ")")
                          : StrCat(enum_type.name(), ".", ShortName(*value));
}

}  // namespace changepolicy::cel
