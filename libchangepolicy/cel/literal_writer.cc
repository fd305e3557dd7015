#include "libchangepolicy/cel/literal_writer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "google/protobuf/unknown_field_set.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/proto_adapter.h"

namespace changepolicy::cel {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

namespace {

using Kind = Value::Kind;

constexpr size_t kMaxDepth = 20;

ProtoContext ContextOf(const Environment& environment) {
  return {&environment.pool(), &environment.factory(), environment.options().enums};
}

std::vector<const FieldDescriptor*> FieldsOf(const Message& message) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  return fields;
}

// An Any may hold what no literal packs, and a Value of JSON cannot tell null from nothing.
bool IsUnwritable(const FieldDescriptor& field) {
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return false;
  const std::string& type = field.message_type()->full_name();
  return type == "google.protobuf.Any" || type == "google.protobuf.Value" ||
         type == "google.protobuf.Struct" || type == "google.protobuf.ListValue" ||
         (field.is_map() && IsUnwritable(*field.message_type()->map_value()));
}

bool TypeIsNamed(const Value& value, const Environment& environment) {
  const std::string name = RuntimeTypeName(value.type_value());
  const std::optional<Declared> declared = environment.Find(name);
  return declared.has_value() && declared->kind == Declared::Kind::kConstant &&
         declared->value.Is(Kind::kType);
}

}  // namespace

bool LiteralWriter::CanWrite(const Value& value) const {
  size_t budget = kMaxSize;
  return Fits(value, 0, &budget);
}

bool LiteralWriter::Fits(const Value& value, size_t depth, size_t* budget) const {
  if (*budget == 0 || depth > kMaxDepth) return false;
  --*budget;
  switch (value.kind()) {
    case Kind::kError:
    case Kind::kUnknown:
    case Kind::kOpaque:
      return false;
    case Kind::kString:
      return value.string_value().size() <= kMaxSize;
    case Kind::kBytes:
      return value.bytes_value().size() <= kMaxSize;
    case Kind::kList:
      if (value.list().size() > *budget) return false;
      for (size_t i = 0; i < value.list().size(); ++i) {
        if (!Fits(value.list().At(i), depth + 1, budget)) return false;
      }
      return true;
    case Kind::kMap:
      if (value.map().size() > *budget) return false;
      for (size_t i = 0; i < value.map().size(); ++i) {
        if (!Fits(value.map().KeyAt(i), depth + 1, budget)) return false;
        if (!Fits(value.map().ValueAt(i), depth + 1, budget)) return false;
      }
      return true;
    case Kind::kMessage:
      return MessageFits(value.message(), depth, budget);
    case Kind::kType:
      return TypeIsNamed(value, environment_);
    case Kind::kEnum:
      return environment_.options().enums == EnumProfile::kStrong;
    case Kind::kOptional:
      if (environment_.FindFunction("optional.of") == nullptr) return false;
      return !value.has_optional_value() || Fits(value.optional_value(), depth + 1, budget);
    default:
      return true;
  }
}

bool LiteralWriter::MessageFits(const MessageValue& message, size_t depth, size_t* budget) const {
  const Message& content = *message.message;
  if (message.trail != nullptr && message.trail->is_fact()) return false;
  if (environment_.pool().FindMessageTypeByName(content.GetDescriptor()->full_name()) !=
      content.GetDescriptor()) {
    return false;
  }
  if (!content.GetReflection()->GetUnknownFields(content).empty()) return false;
  for (const FieldDescriptor* const field : FieldsOf(content)) {
    if (IsUnwritable(*field) || field->is_extension()) return false;
    if (!Fits(ReadField(message, *field, ContextOf(environment_)), depth + 1, budget)) return false;
  }
  return true;
}

NodeId LiteralWriter::Write(const Value& value) {
  switch (value.kind()) {
    case Kind::kBool:
      return AddLiteral(value.bool_value());
    case Kind::kInt:
      return AddLiteral(value.int_value());
    case Kind::kUint:
      return AddLiteral(value.uint_value());
    case Kind::kDouble:
      if (!std::isfinite(value.double_value())) {
        return Call("double", {AddLiteral(DoubleText(value.double_value()))});
      }
      return AddLiteral(value.double_value());
    case Kind::kString:
      return AddLiteral(value.string_value());
    case Kind::kBytes:
      return AddLiteral(BytesLiteral{value.bytes_value()});
    case Kind::kTimestamp:
      return Call("timestamp", {AddLiteral(TimestampText(value.timestamp_value()))});
    case Kind::kDuration:
      return Call("duration", {AddLiteral(DurationText(value.duration_value()))});
    case Kind::kType:
      return Name(RuntimeTypeName(value.type_value()));
    case Kind::kEnum:
      return WriteEnum(value.enum_value());
    case Kind::kOptional:
      if (!value.has_optional_value()) return Call("optional.none", {});
      return Call("optional.of", {Write(value.optional_value())});
    case Kind::kMessage:
      return WriteMessage(value.message());
    case Kind::kList: {
      Node node{.kind = NodeKind::kList};
      for (size_t i = 0; i < value.list().size(); ++i) {
        node.args.push_back(Write(value.list().At(i)));
      }
      return Add(std::move(node));
    }
    case Kind::kMap: {
      Node node{.kind = NodeKind::kMap};
      for (size_t i = 0; i < value.map().size(); ++i) {
        node.args.push_back(Write(value.map().KeyAt(i)));
        node.args.push_back(Write(value.map().ValueAt(i)));
      }
      return Add(std::move(node));
    }
    default:
      return AddLiteral(std::monostate());
  }
}

NodeId LiteralWriter::WriteMessage(const MessageValue& message) {
  const std::string& full_name = message.message->GetDescriptor()->full_name();
  const bool plain = environment_.FindMessage(full_name) == message.message->GetDescriptor();
  Node node{.kind = NodeKind::kMessage, .name = plain ? full_name : StrCat(".", full_name)};
  // The shortest name that the container still gives to this type.
  for (size_t dot = full_name.rfind('.'); dot != std::string::npos && dot > 0;
       dot = full_name.rfind('.', dot - 1)) {
    const std::string shorter = full_name.substr(dot + 1);
    if (environment_.FindMessage(shorter) != message.message->GetDescriptor()) continue;
    node.name = shorter;
    break;
  }
  NodeDetail detail;
  for (const FieldDescriptor* const field : FieldsOf(*message.message)) {
    detail.fields.push_back(field->name());
    node.args.push_back(Write(ReadField(message, *field, ContextOf(environment_))));
  }
  node.detail = std::make_shared<const NodeDetail>(std::move(detail));
  return Add(std::move(node));
}

std::string LiteralWriter::EnumConstantName(const EnumValue& value) const {
  const auto* const constant = value.descriptor->FindValueByNumber(value.number);
  if (constant == nullptr) return "";
  const std::string& full_name = value.descriptor->full_name();
  for (const std::string& name : {StrCat(value.descriptor->name(), ".", ShortName(*constant)),
                                  StrCat(value.descriptor->name(), ".", constant->name()),
                                  StrCat(full_name, ".", constant->name())}) {
    for (const std::string& candidate : environment_.Candidates(name)) {
      const std::optional<Declared> found = environment_.Find(candidate);
      if (!found.has_value()) continue;
      if (found->value.Is(Kind::kEnum) && found->value.enum_value().number == value.number &&
          found->value.enum_value().descriptor == value.descriptor && !Taken(name)) {
        return name;
      }
      break;
    }
  }
  return StrCat(".", full_name, ".", constant->name());
}

NodeId LiteralWriter::WriteEnum(const EnumValue& value) {
  const std::string constant = EnumConstantName(value);
  if (!constant.empty()) return Variable(constant, constant);
  return Call(StrCat(".", value.descriptor->full_name()),
              {AddLiteral(static_cast<int64_t>(value.number))});
}

bool LiteralWriter::Taken(std::string_view name) const {
  return taken_.contains(std::string(name.substr(0, name.find('.'))));
}

NodeId LiteralWriter::Name(std::string_view name) {
  const std::string full(name);
  bool other = Taken(full);
  for (const std::string& candidate : environment_.Candidates(full)) {
    if (candidate == full) break;
    other = other || environment_.Find(candidate).has_value();
  }
  return other ? Variable(StrCat(".", full), full) : Variable(full, full);
}

NodeId LiteralWriter::Variable(std::string_view written, std::string_view full_name) {
  const std::string name = Taken(written) ? StrCat(".", full_name) : std::string(written);
  const size_t dot = name.find('.', 1);
  NodeId node = Add({.kind = NodeKind::kIdent, .name = name.substr(0, dot)});
  for (size_t begin = dot; begin != std::string::npos;) {
    const size_t end = name.find('.', begin + 1);
    node = Add({.kind = NodeKind::kSelect,
                .name = name.substr(begin + 1, end == std::string::npos ? end : end - begin - 1),
                .args = {node}});
    begin = end;
  }
  return node;
}

NodeId LiteralWriter::Call(std::string_view function, NodeArgs args) {
  const size_t dot = function.rfind('.');
  if (dot == std::string_view::npos || dot == 0) {
    return Add({.kind = NodeKind::kCall, .name = std::string(function), .args = std::move(args)});
  }
  const std::string_view space = function.substr(0, dot);
  args.insert(args.begin(), Variable(space, space));
  return Add({.kind = NodeKind::kCall,
              .is_member = true,
              .name = std::string(function.substr(dot + 1)),
              .args = std::move(args)});
}

bool LiteralWriter::HasType(const Value& value, const Type& type) {
  switch (value.kind()) {
    case Kind::kNull:
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kUint:
    case Kind::kDouble:
    case Kind::kString:
    case Kind::kBytes:
    case Kind::kTimestamp:
    case Kind::kDuration:
    case Kind::kMessage:
    case Kind::kEnum:
      return value.type() == type;
    case Kind::kType:
      return type.Is(TypeKind::kType);
    case Kind::kOptional:
      return type.IsOptional() && value.has_optional_value() &&
             HasType(value.optional_value(), type.first());
    case Kind::kList: {
      bool same = type.Is(TypeKind::kList) && value.list().size() > 0;
      for (size_t i = 0; same && i < value.list().size(); ++i) {
        same = HasType(value.list().At(i), type.first());
      }
      return same;
    }
    case Kind::kMap: {
      bool same = type.Is(TypeKind::kMap) && value.map().size() > 0;
      for (size_t i = 0; same && i < value.map().size(); ++i) {
        same = HasType(value.map().KeyAt(i), type.first()) &&
               HasType(value.map().ValueAt(i), type.second());
      }
      return same;
    }
    default:
      return false;
  }
}

}  // namespace changepolicy::cel
