#include "flat_generator/table_writer.h"

#include <algorithm>
#include <map>
#include <set>

#include "changepolicy/v1/fact.pb.h"
#include "google/protobuf/io/printer.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace changepolicy::flat_generator {
namespace {

using google::protobuf::OneofDescriptor;
using google::protobuf::io::Printer;
using google::protobuf::io::StringOutputStream;

int WireType(const FieldDescriptor& field) {
  if (field.is_packed()) return 2;
  switch (field.type()) {
    case FieldDescriptor::TYPE_DOUBLE:
      return 1;
    case FieldDescriptor::TYPE_STRING:
    case FieldDescriptor::TYPE_BYTES:
    case FieldDescriptor::TYPE_MESSAGE:
      return 2;
    default:
      return 0;
  }
}

std::string Tag(const FieldDescriptor& field) {
  return std::to_string(field.number() * 8 + WireType(field));
}

std::string Table(const FieldDescriptor& field) {
  if (field.message_type() == nullptr) return "nullptr";
  return std::string("&") + ClassName(*field.message_type()) + "::table()";
}

std::string OneofBits(const FieldDescriptor& field,
                      const std::vector<const FieldDescriptor*>& fields) {
  const OneofDescriptor* const oneof = field.real_containing_oneof();
  uint64_t bits = 0;
  for (size_t i = 0; oneof != nullptr && i < fields.size(); ++i) {
    if (fields[i]->real_containing_oneof() == oneof) bits |= uint64_t{1} << i;
  }
  return std::to_string(bits);
}

// Whether something in messages of the type is to be sorted; `seen` are types already
// looked at, none of which held any.
bool HoldsSetLike(const Descriptor& message, std::set<const Descriptor*>* seen) {
  if (!seen->insert(&message).second) return false;
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    if (field.options().GetExtension(v1::fact).set_like()) return true;
    if (field.message_type() != nullptr && HoldsSetLike(*field.message_type(), seen)) return true;
  }
  return false;
}

uint64_t SortedBits(const std::vector<const FieldDescriptor*>& fields) {
  uint64_t bits = 0;
  for (size_t i = 0; i < fields.size(); ++i) {
    std::set<const Descriptor*> seen;
    const FieldDescriptor& field = *fields[i];
    if (field.options().GetExtension(v1::fact).set_like() ||
        (field.message_type() != nullptr && HoldsSetLike(*field.message_type(), &seen))) {
      bits |= uint64_t{1} << i;
    }
  }
  return bits;
}

bool IsTime(const FieldDescriptor& field) {
  const Descriptor* const type = field.message_type();
  return !field.is_repeated() && type != nullptr &&
         (type->full_name() == "google.protobuf.Timestamp" ||
          type->full_name() == "google.protobuf.Duration");
}

// Kind for the parser.
std::string ParserKind(const FieldDescriptor& field) {
  if (field.real_containing_oneof() != nullptr) return "kOneof";
  return IsTime(field) ? "kTime" : KindName(field);
}

// What the tables of fields and of the encoder both tell.
std::map<std::string, std::string> Variables(const Descriptor& message,
                                             const FieldDescriptor& field) {
  return {{"tag", Tag(field)},
          {"class", ClassName(message)},
          {"member", field.lowercase_name() + "_"},
          {"kind", KindName(field)},
          {"presence", field.has_presence() ? "true" : "false"},
          {"time", IsTime(field) ? "true" : "false"},
          {"table", Table(field)}};
}

void PrintFields(const Descriptor& message, Printer* printer) {
  const std::vector<const FieldDescriptor*> fields = FieldsByNumber(message);
  printer->Print("\nconstinit const FieldTable $class$::kFields[] = {\n", "class",
                 ClassName(message));
  for (const FieldDescriptor* const field : fields) {
    const v1::FactOptions& fact = field->options().GetExtension(v1::fact);
    std::map<std::string, std::string> variables = Variables(message, *field);
    variables["number"] = std::to_string(field->number());
    variables["set_like"] = fact.set_like() ? "true" : "false";
    variables["world"] = v1::World_Name(fact.world());
    variables["oneof"] = OneofBits(*field, fields);
    variables["name"] = field->name();
    variables["json"] = field->json_name();
    printer->Print(
        variables,
        "    {$number$, $tag$, offsetof($class$, $member$), Kind::$kind$, $presence$,\n"
        "     $time$, $set_like$, v1::$world$, $oneof$u, $table$, \"$name$\", \"$json$\"},\n");
  }
  if (fields.empty()) printer->Print("    {},\n");
  printer->Print("};\n");
}

// By number, from 0 on.
void PrintEntries(const Descriptor& message, Printer* printer) {
  const std::vector<const FieldDescriptor*> fields = FieldsByNumber(message);
  constexpr int kLeast = 16;  // ParseEntry::kLeast
  const int last = fields.empty() ? 0 : fields.back()->number();
  printer->Print(
      "\nconstinit const ParseEntry $class$::kEntries[] = {\n"
      "    {8, $count$, Kind::kNone, 0, &$class$::kTable},\n",
      "class", ClassName(message), "count", std::to_string(std::max(last + 1, kLeast)));
  int number = 1;
  for (size_t i = 0; i < fields.size(); ++i, ++number) {
    const FieldDescriptor& field = *fields[i];
    for (; number < field.number(); ++number) printer->Print("    {},\n");
    std::map<std::string, std::string> variables;
    variables["tag"] = Tag(field);
    variables["class"] = ClassName(message);
    variables["member"] = field.lowercase_name() + "_";
    variables["kind"] = ParserKind(field);
    variables["bit"] = std::to_string(i);
    variables["table"] = Table(field);
    printer->Print(variables,
                   "    {$tag$, offsetof($class$, $member$), Kind::$kind$, $bit$, $table$},\n");
  }
  for (; number < kLeast; ++number) printer->Print("    {},\n");
  printer->Print("};\n");
}

void PrintEncodeEntries(const Descriptor& message, Printer* printer) {
  const std::vector<const FieldDescriptor*> fields = FieldsByNumber(message);
  printer->Print("\nconstinit const EncodeEntry $class$::kEncodeEntries[] = {\n", "class",
                 ClassName(message));
  for (const FieldDescriptor* const field : fields) {
    printer->Print(Variables(message, *field),
                   "    {$tag$, offsetof($class$, $member$), Kind::$kind$, $presence$, $time$, "
                   "$table$},\n");
  }
  if (fields.empty()) printer->Print("    {},\n");
  printer->Print("};\n");
}

}  // namespace

std::string TableText(const Descriptor& message) {
  std::string text;
  {
    StringOutputStream stream(&text);
    Printer printer(&stream, '$');
    PrintFields(message, &printer);
    PrintEntries(message, &printer);
    PrintEncodeEntries(message, &printer);
    std::map<std::string, std::string> variables;
    variables["class"] = ClassName(message);
    variables["full"] = message.full_name();
    variables["count"] = std::to_string(message.field_count());
    variables["sorted"] = std::to_string(SortedBits(FieldsByNumber(message)));
    variables["entry"] = message.options().map_entry() ? "true" : "false";
    printer.Print(variables,
                  "\nconstinit const MessageTable $class$::kTable = {\n"
                  "    \"$full$\", sizeof($class$), $count$, kFields,\n"
                  "    kEntries, kEncodeEntries, $entry$, $sorted$u};\n");
  }
  return text;
}

}  // namespace changepolicy::flat_generator
