// Lists, maps, messages and comprehensions.
#include <set>
#include <utility>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/proto_adapter.h"
#include "libchangepolicy/cel/type_checker.h"
#include "libchangepolicy/cel/wording.h"

namespace changepolicy::cel {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

namespace {

// The specification makes a key that is written twice a mistake. Nothing for what is no key.
std::optional<MapKey> LiteralKey(const Literal& literal) {
  if (const auto* const key = std::get_if<bool>(&literal)) return MapKey{*key};
  if (const auto* const key = std::get_if<std::string>(&literal)) return MapKey{*key};
  if (const auto* const key = std::get_if<int64_t>(&literal)) return MapKey{*key};
  if (const auto* const key = std::get_if<uint64_t>(&literal)) return ToMapKey(Value::Uint(*key));
  return std::nullopt;
}

// Types of the variables for a range of this type.
bool VariableTypes(const Type& range, bool two, Type* first, Type* second) {
  switch (range.kind()) {
    case TypeKind::kList:
      *first = two ? Type::Int() : range.first();
      *second = range.first();
      return true;
    case TypeKind::kMap:
      *first = range.first();
      *second = range.second();
      return true;
    case TypeKind::kParameter:
      // Nothing is known of it: it may still be either.
      return true;
    default:
      return range.IsDynamic();
  }
}

}  // namespace

Type TypeChecker::ElementType(NodeId id, bool optional) {
  const Type type = substitution_.Resolve(Visit(id));
  if (!optional || type.IsDynamic()) return type;
  if (type.IsOptional()) return type.first();
  if (type.Is(TypeKind::kParameter)) {
    // Nothing is known of it (`?[][0]`): it may be optional.
    const Type element = substitution_.Fresh();
    substitution_.Assign(type, Type::Optional(element));
    return element;
  }
  return Complain(
      id, "cel-not-optional",
      StrCat("an entry marked `?` must be optional, found `", Known(type).ToString(), "`"));
}

Type TypeChecker::VisitList(NodeId id) {
  const Node& list = node(id);
  std::optional<Type> element;
  for (size_t i = 0; i < list.args.size(); ++i) {
    const Type type = ElementType(list.args[i], list.IsOptional(i));
    element = element.has_value() ? substitution_.Join(*element, type) : type;
  }
  return Type::List(element.has_value() ? *element : substitution_.Fresh());
}

Type TypeChecker::VisitMap(NodeId id) {
  const Node& map = node(id);
  std::optional<Type> key, value;
  std::set<MapKey> seen;
  for (size_t i = 0; i < map.args.size(); i += 2) {
    const std::optional<MapKey> literal = LiteralKey(node(map.args[i]).literal);
    // An entry that may be left out may have the key of another.
    if (literal.has_value() && !map.IsOptional(i / 2) && !seen.insert(*literal).second) {
      const Node& key_node = node(map.args[i]);
      const std::string written = tree().text.substr(key_node.begin, key_node.end - key_node.begin);
      Complain(map.args[i], "cel-repeated-key",
               StrCat("the key `", written, "` is in the map already"),
               "leave out one of the entries");
    }
    const Type key_type = substitution_.Resolve(Visit(map.args[i]));
    if (!IsKeyType(key_type)) {
      Complain(map.args[i], "cel-map-key",
               StrCat("a key of a map is an int, uint, bool or string, found `",
                      Known(key_type).ToString(), "`"));
    }
    const Type value_type = ElementType(map.args[i + 1], map.IsOptional(i / 2));
    key = key.has_value() ? substitution_.Join(*key, key_type) : key_type;
    value = value.has_value() ? substitution_.Join(*value, value_type) : value_type;
  }
  return Type::Map(key.has_value() ? *key : substitution_.Fresh(),
                   value.has_value() ? *value : substitution_.Fresh());
}

Type TypeChecker::VisitMessage(NodeId id) {
  const Node& message = node(id);
  const Descriptor* const descriptor = environment_.FindMessage(message.name);
  if (descriptor == nullptr) {
    for (const NodeId arg : message.args) Visit(arg);
    Resolve(id, {.kind = Resolution::Kind::kUnresolved, .name = message.name});
    return Complain(id, "cel-unknown-message",
                    StrCat("undeclared message type `", message.name, "`"),
                    SuggestMessage(message.name, environment_));
  }
  Resolve(id, {.kind = Resolution::Kind::kMessage,
               .name = descriptor->full_name(),
               .descriptor = descriptor});
  for (size_t i = 0; i < message.args.size(); ++i) {
    const Type type = ElementType(message.args[i], message.IsOptional(i));
    const FieldDescriptor* const field =
        FindField(*descriptor, message.fields()[i], environment_.pool());
    if (field == nullptr) {
      ComplainAt(message.field_offsets()[i],
                 message.field_offsets()[i] + static_cast<uint32_t>(message.fields()[i].size()),
                 "cel-unknown-field",
                 StrCat("`", descriptor->full_name(), "` has no field `", message.fields()[i], "`"),
                 SuggestField(*descriptor, message.fields()[i]));
      continue;
    }
    bool repeated = false;
    for (size_t j = 0; j < i && !message.IsOptional(i); ++j) {
      repeated = repeated || (!message.IsOptional(j) && message.fields()[j] == message.fields()[i]);
    }
    if (repeated) {
      ComplainAt(message.field_offsets()[i],
                 message.field_offsets()[i] + static_cast<uint32_t>(message.fields()[i].size()),
                 "cel-repeated-field", StrCat("field `", message.fields()[i], "` is set twice"),
                 "leave out one of the two");
    }
    const Type wanted = environment_.TypeOfField(*field);
    if (!substitution_.Assign(type, wanted)) {
      Complain(message.args[i], "cel-field-type",
               StrCat("field `", message.fields()[i], "` is `", wanted.ToString(), "`, found `",
                      Known(type).ToString(), "`"),
               FieldTypeHelp(wanted, Known(type), environment_.options().short_enum_values));
    }
  }
  return Type::Message(descriptor);
}

Type TypeChecker::VisitComprehension(NodeId id) {
  const Node& fold = node(id);
  const Type range = substitution_.Resolve(Visit(fold.args[kRange]));
  Type first = range.Is(TypeKind::kError) ? range : Type::Dyn();
  Type second = first;
  if (!VariableTypes(range, !fold.second_variable().empty(), &first, &second)) {
    first = second = Complain(
        fold.args[kRange], "cel-not-iterable",
        StrCat("only a list or a map can be gone through, found `", Known(range).ToString(), "`"));
  }
  const Type accumulator = Visit(fold.args[kInitial]);
  const size_t outside = locals_.size();
  locals_.push_back({fold.accumulator(), accumulator});
  locals_.push_back({fold.variable(), first});
  if (!fold.second_variable().empty()) locals_.push_back({fold.second_variable(), second});
  ExpectBool(fold.args[kCondition]);
  const Type step = Visit(fold.args[kStep]);
  if (!substitution_.Assign(step, accumulator)) {
    Complain(fold.args[kStep], "cel-accumulator",
             StrCat("each step must give `", Known(accumulator).ToString(), "`, found `",
                    Known(step).ToString(), "`"));
  }
  locals_.resize(outside + 1);
  const Type result = Visit(fold.args[kResult]);
  locals_.resize(outside);
  return substitution_.Resolve(result);
}

void TypeChecker::ExpectBool(NodeId id) {
  const Type type = Visit(id);
  if (!substitution_.Assign(type, Type::Bool())) {
    Complain(id, "cel-not-bool", StrCat("expected a bool, found `", Known(type).ToString(), "`"));
  }
}

}  // namespace changepolicy::cel
