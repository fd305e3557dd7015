#include "flat_generator/model.h"

#include <algorithm>
#include <set>

namespace changepolicy::flat_generator {
namespace {

void AddWithInner(const Descriptor& message, std::vector<const Descriptor*>* all) {
  for (int i = 0; i < message.nested_type_count(); ++i) AddWithInner(*message.nested_type(i), all);
  all->push_back(&message);
}

std::string Replaced(std::string text, const std::string& what, const std::string& with) {
  for (size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

}  // namespace

std::string ClassName(const Descriptor& message) {
  if (message.containing_type() == nullptr) return message.name();
  return ClassName(*message.containing_type()) + "_" + message.name();
}

std::string EnumName(const EnumDescriptor& type) {
  const std::string package = "::" + Replaced(type.file()->package(), ".", "::") + "::";
  if (type.containing_type() == nullptr) return package + type.name();
  return package + ClassName(*type.containing_type()) + "_" + type.name();
}

std::string AccessorName(const FieldDescriptor& field) {
  // Those that are also words of the kind that fields are named with.
  static const std::set<std::string> words = {
      "and",       "auto",     "break",    "case",     "class",    "const",    "continue",
      "default",   "delete",   "do",       "else",     "enum",     "explicit", "export",
      "extern",    "final",    "for",      "friend",   "goto",     "if",       "inline",
      "namespace", "new",      "not",      "operator", "or",       "override", "private",
      "protected", "public",   "register", "return",   "static",   "struct",   "switch",
      "template",  "this",     "throw",    "try",      "union",    "using",    "virtual",
      "void",      "volatile", "while",    "concept",  "requires", "table"};
  return words.contains(field.lowercase_name()) ? field.lowercase_name() + "_"
                                                : field.lowercase_name();
}

std::string KindName(const FieldDescriptor& field) {
  if (field.is_map()) {
    return field.message_type()->map_key()->type() == FieldDescriptor::TYPE_STRING ? "kMap" : "";
  }
  const std::string list = field.is_repeated() ? "kRepeated" : "k";
  switch (field.type()) {
    case FieldDescriptor::TYPE_INT32:
    case FieldDescriptor::TYPE_ENUM:
      return list + "Int32";
    case FieldDescriptor::TYPE_INT64:
    case FieldDescriptor::TYPE_UINT64:
      return list + "Int64";
    case FieldDescriptor::TYPE_STRING:
      return list + "String";
    case FieldDescriptor::TYPE_MESSAGE:
      return list + "Message";
    case FieldDescriptor::TYPE_BOOL:
      return field.is_repeated() ? "" : "kBool";
    case FieldDescriptor::TYPE_DOUBLE:
      return field.is_repeated() ? "" : "kDouble";
    case FieldDescriptor::TYPE_BYTES:
      return field.is_repeated() ? "" : "kBytes";
    default:
      return "";
  }
}

std::string ValueType(const FieldDescriptor& field) {
  switch (field.type()) {
    case FieldDescriptor::TYPE_ENUM:
      return EnumName(*field.enum_type());
    case FieldDescriptor::TYPE_INT32:
      return "int32_t";
    case FieldDescriptor::TYPE_INT64:
      return "int64_t";
    case FieldDescriptor::TYPE_UINT64:
      return "uint64_t";
    case FieldDescriptor::TYPE_BOOL:
      return "bool";
    case FieldDescriptor::TYPE_DOUBLE:
      return "double";
    case FieldDescriptor::TYPE_MESSAGE:
      return ClassName(*field.message_type());
    default:
      return "std::string_view";
  }
}

std::string MemberType(const FieldDescriptor& field) {
  const bool message = field.type() == FieldDescriptor::TYPE_MESSAGE;
  if (field.is_map()) return "Map<" + ValueType(field) + ">";
  if (field.is_repeated() && message) return "RepeatedMessage<" + ValueType(field) + ">";
  // Enums are kept as numbers, as the parser writes them and as protobuf's lists hold them.
  const std::string type = field.type() == FieldDescriptor::TYPE_ENUM ? "int32_t"
                           : message                                  ? "void*"
                                                                      : ValueType(field);
  return field.is_repeated() ? "Repeated<" + type + ">" : type;
}

std::vector<const FieldDescriptor*> FieldsByNumber(const Descriptor& message) {
  std::vector<const FieldDescriptor*> fields;
  for (int i = 0; i < message.field_count(); ++i) fields.push_back(message.field(i));
  std::sort(fields.begin(), fields.end(), [](const FieldDescriptor* a, const FieldDescriptor* b) {
    return a->number() < b->number();
  });
  return fields;
}

std::vector<const Descriptor*> AllMessages(const FileDescriptor& file) {
  std::vector<const Descriptor*> all;
  for (int i = 0; i < file.message_type_count(); ++i) AddWithInner(*file.message_type(i), &all);
  return all;
}

std::string PathOf(const FileDescriptor& file, const std::string& suffix) {
  const std::string& name = file.name();
  return name.substr(0, name.rfind('.')) + suffix;
}

}  // namespace changepolicy::flat_generator
