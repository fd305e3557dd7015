#include "tests/conformance/expected.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/equality.h"
#include "tests/conformance/fields.h"

namespace changepolicy::conformance {

using cel::Type;
using cel::Value;

namespace {

Value TypeValue(const std::string& name, const cel::ProtoContext& context) {
  for (const auto& [known, type] : cel::BuiltinTypes()) {
    if (known == name) return Value::OfType(type);
  }
  if (const auto* const message = context.pool->FindMessageTypeByName(name)) {
    return Value::OfType(Type::Message(message));
  }
  if (const auto* const enum_type = context.pool->FindEnumTypeByName(name)) {
    return Value::OfType(Type::Enum(enum_type));
  }
  return Value::OfType(Type::Opaque(name, {}));
}

Value EnumOf(const Message& value, const cel::ProtoContext& context) {
  const auto* const type = context.pool->FindEnumTypeByName(Text(value, "type"));
  if (type == nullptr) {
    return Value::FromError(absl::StatusCode::kNotFound, "unknown enum");
  }
  const int number = value.GetReflection()->GetInt32(value, FieldOf(value, "value"));
  return Value::Enum({.descriptor = type, .number = number});
}

}  // namespace

Value ToValue(const Message& value, const cel::ProtoContext& context) {
  const std::string kind = Choice(value, "kind");
  if (kind.empty() || kind == "null_value") return Value::Null();
  if (kind == "enum_value") return EnumOf(Sub(value, kind), context);
  if (kind == "type_value") return TypeValue(Text(value, kind), context);
  if (kind == "list_value") {
    std::vector<Value> elements;
    for (const Message* const element : All(Sub(value, kind), "values")) {
      elements.push_back(ToValue(*element, context));
    }
    return Value::ListOf(std::move(elements));
  }
  if (kind == "map_value") {
    cel::MapBuilder builder;
    for (const Message* const entry : All(Sub(value, kind), "entries")) {
      builder.Add(ToValue(Sub(*entry, "key"), context), ToValue(Sub(*entry, "value"), context));
    }
    return builder.Build();
  }
  const FieldDescriptor& field = *FieldOf(value, kind);
  return cel::ReadField({.message = &value}, field, context);
}

Type ToType(const Message& type, const cel::ProtoContext& context) {
  const std::string kind = Choice(type, "type_kind");
  const auto primitive = [&](std::string_view name) {
    static const Type kPrimitives[] = {Type::Error(),  Type::Bool(),   Type::Int(),  Type::Uint(),
                                       Type::Double(), Type::String(), Type::Bytes()};
    return kPrimitives[type.GetReflection()->GetEnumValue(type, FieldOf(type, name))];
  };
  if (kind == "null") return Type::Null();
  if (kind == "primitive") return primitive(kind);
  if (kind == "wrapper") return Type::Wrapper(primitive(kind));
  if (kind == "well_known") {
    static const Type kWellKnown[] = {Type::Error(), Type::Any(), Type::Timestamp(),
                                      Type::Duration()};
    return kWellKnown[type.GetReflection()->GetEnumValue(type, FieldOf(type, kind))];
  }
  if (kind == "list_type") return Type::List(ToType(Sub(Sub(type, kind), "elem_type"), context));
  if (kind == "map_type") {
    const Message& map = Sub(type, kind);
    return Type::Map(ToType(Sub(map, "key_type"), context),
                     ToType(Sub(map, "value_type"), context));
  }
  if (kind == "message_type") {
    const std::string name = Text(type, kind);
    if (const auto* const message = context.pool->FindMessageTypeByName(name)) {
      return Type::Message(message);
    }
    if (const auto* const enum_type = context.pool->FindEnumTypeByName(name)) {
      return context.enums == cel::EnumProfile::kStrong ? Type::Enum(enum_type) : Type::Int();
    }
    return Type::MessageNamed(name);
  }
  if (kind == "type_param") return Type::Parameter(Text(type, kind));
  if (kind == "type") {
    const Message& inner = Sub(type, kind);
    return Type::TypeOf(Choice(inner, "type_kind").empty() ? Type::Dyn() : ToType(inner, context));
  }
  if (kind == "error") return Type::Error();
  if (kind == "abstract_type") {
    const Message& abstract = Sub(type, kind);
    std::vector<Type> parameters;
    for (const Message* const parameter : All(abstract, "parameter_types")) {
      parameters.push_back(ToType(*parameter, context));
    }
    return Type::Opaque(Text(abstract, "name"), std::move(parameters));
  }
  return Type::Dyn();
}

bool Matches(const Value& expected, const Value& actual) {
  if (expected.kind() != actual.kind()) return false;
  switch (expected.kind()) {
    case Value::Kind::kDouble:
      if (std::isnan(expected.double_value())) return std::isnan(actual.double_value());
      return expected.double_value() == actual.double_value();
    case Value::Kind::kList: {
      if (expected.list().size() != actual.list().size()) return false;
      for (size_t i = 0; i < expected.list().size(); ++i) {
        if (!Matches(expected.list().At(i), actual.list().At(i))) return false;
      }
      return true;
    }
    case Value::Kind::kMap: {
      if (expected.map().size() != actual.map().size()) return false;
      for (size_t i = 0; i < expected.map().size(); ++i) {
        const std::optional<Value> found = actual.map().Find(expected.map().KeyAt(i));
        if (!found.has_value() || !Matches(expected.map().ValueAt(i), *found)) return false;
      }
      return true;
    }
    default:
      return cel::Equal(expected, actual);
  }
}

}  // namespace changepolicy::conformance
