#include "flat_generator/class_writer.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/io/printer.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace changepolicy::flat_generator {
namespace {

using google::protobuf::OneofDescriptor;
using google::protobuf::io::Printer;
using google::protobuf::io::StringOutputStream;
using Variables = std::map<std::string, std::string>;

std::string Hexadecimal(uint64_t value) {
  char text[19];
  std::snprintf(text, sizeof(text), "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

// `happened_at` to `HappenedAt`.
std::string Camel(const std::string& name) {
  std::string text;
  bool upper = true;
  for (const char c : name) {
    if (c == '_') {
      upper = true;
      continue;
    }
    text += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    upper = false;
  }
  return text;
}

std::string Upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

uint64_t Bit(const FieldDescriptor& field) {
  const std::vector<const FieldDescriptor*> fields = FieldsByNumber(*field.containing_type());
  return uint64_t{1} << (std::find(fields.begin(), fields.end(), &field) - fields.begin());
}

uint64_t OneofBits(const OneofDescriptor& oneof) {
  uint64_t bits = 0;
  for (int i = 0; i < oneof.field_count(); ++i) bits |= Bit(*oneof.field(i));
  return bits;
}

Variables VariablesOf(const FieldDescriptor& field) {
  Variables variables;
  variables["class"] = ClassName(*field.containing_type());
  variables["name"] = AccessorName(field);
  variables["member"] = field.lowercase_name() + "_";
  variables["constant"] = std::string("k") + Camel(field.name()) + "FieldNumber";
  variables["number"] = std::to_string(field.number());
  variables["value"] = ValueType(field);
  variables["stored"] = MemberType(field);
  variables["bit"] = Hexadecimal(Bit(field));
  const OneofDescriptor* const oneof = field.real_containing_oneof();
  // What setting the field takes away.
  variables["others"] = Hexadecimal(oneof == nullptr ? 0 : OneofBits(*oneof) & ~Bit(field));
  variables["empty"] = field.type() == FieldDescriptor::TYPE_ENUM ? variables["value"] + "(0)"
                                                                  : variables["value"] + "()";
  return variables;
}

void PrintListAccessors(const FieldDescriptor& field, Printer* printer) {
  const Variables variables = VariablesOf(field);
  printer->Print(variables,
                 "  int $name$_size() const { return $member$.size(); }\n"
                 "  const $stored$& $name$() const { return $member$; }\n"
                 "  $stored$* mutable_$name$() {\n"
                 "    present_ |= $bit$;\n"
                 "    return &$member$;\n"
                 "  }\n"
                 "  void clear_$name$() {\n"
                 "    present_ &= ~uint64_t{$bit$};\n"
                 "    $member$ = {};\n"
                 "  }\n");
  if (field.is_map()) {
    printer->Print(variables,
                   "  $value$* add_$name$(std::string_view key, Arena* arena) {\n"
                   "    return mutable_$name$()->FindOrAdd(key, arena);\n"
                   "  }\n");
  } else if (field.type() == FieldDescriptor::TYPE_MESSAGE) {
    printer->Print(variables,
                   "  const $value$& $name$(int index) const { return $member$[index]; }\n"
                   "  $value$* mutable_$name$(int index) { return $member$.Mutable(index); }\n"
                   "  $value$* add_$name$(Arena* arena) { return mutable_$name$()->Add(arena); }\n"
                   "  void add_$name$($value$* borrowed, Arena* arena) {\n"
                   "    mutable_$name$()->Add(borrowed, arena);\n"
                   "  }\n");
  } else {
    printer->Print(variables,
                   "  $value$ $name$(int index) const { return static_cast<$value$>("
                   "$member$[index]); }\n"
                   "  void set_$name$(int index, $value$ value) { $member$[index] = value; }\n"
                   "  void add_$name$($value$ value, Arena* arena) {\n"
                   "    mutable_$name$()->Add(value, arena);\n"
                   "  }\n");
  }
}

void PrintMessageAccessors(const FieldDescriptor& field, Printer* printer) {
  printer->Print(VariablesOf(field),
                 "  bool has_$name$() const { return (present_ & $bit$) != 0; }\n"
                 "  inline const $value$& $name$() const;\n"
                 "  inline $value$* mutable_$name$(Arena* arena);\n"
                 "  void set_$name$($value$* borrowed) {\n"
                 "    present_ = (present_ & ~uint64_t{$others$}) | $bit$;\n"
                 "    $member$ = borrowed;\n"
                 "  }\n"
                 "  void clear_$name$() {\n"
                 "    present_ &= ~uint64_t{$bit$};\n"
                 "    $member$ = nullptr;\n"
                 "  }\n");
}

void PrintValueAccessors(const FieldDescriptor& field, Printer* printer) {
  const Variables variables = VariablesOf(field);
  if (field.has_presence()) {
    printer->Print(variables, "  bool has_$name$() const { return (present_ & $bit$) != 0; }\n");
  }
  if (field.real_containing_oneof() != nullptr) {
    printer->Print(variables,
                   "  $value$ $name$() const {\n"
                   "    return has_$name$() ? static_cast<$value$>($member$) : $empty$;\n"
                   "  }\n");
  } else {
    printer->Print(variables,
                   "  $value$ $name$() const { return static_cast<$value$>($member$); }\n");
  }
  printer->Print(variables,
                 "  void set_$name$($value$ value) {\n"
                 "    present_ = (present_ & ~uint64_t{$others$}) | $bit$;\n"
                 "    $member$ = value;\n"
                 "  }\n"
                 "  void clear_$name$() {\n"
                 "    present_ &= ~uint64_t{$bit$};\n"
                 "    $member$ = {};\n"
                 "  }\n");
}

void PrintOneof(const OneofDescriptor& oneof, Printer* printer) {
  Variables variables;
  variables["name"] = oneof.name();
  variables["camel"] = Camel(oneof.name());
  variables["none"] = Upper(oneof.name()) + "_NOT_SET";
  variables["bits"] = Hexadecimal(OneofBits(oneof));
  printer->Print(variables, "\n  enum $camel$Case {\n    $none$ = 0,\n");
  for (int i = 0; i < oneof.field_count(); ++i) {
    printer->Print("    k$camel$ = $number$,\n", "camel", Camel(oneof.field(i)->name()), "number",
                   std::to_string(oneof.field(i)->number()));
  }
  printer->Print(variables, "  };\n  $camel$Case $name$_case() const {\n");
  for (int i = 0; i < oneof.field_count(); ++i) {
    printer->Print("    if (has_$name$()) return k$camel$;\n", "name",
                   AccessorName(*oneof.field(i)), "camel", Camel(oneof.field(i)->name()));
  }
  printer->Print(variables,
                 "    return $none$;\n  }\n"
                 "  void clear_$name$() { present_ &= ~uint64_t{$bits$}; }\n");
}

// The widest first, so that there are no gaps.
std::vector<const FieldDescriptor*> InMemory(const Descriptor& message) {
  std::vector<const FieldDescriptor*> fields = FieldsByNumber(message);
  const auto width = [](const FieldDescriptor& field) {
    const std::string type = MemberType(field);
    return type == "bool" ? 1 : type == "int32_t" ? 4 : 8;
  };
  std::stable_sort(
      fields.begin(), fields.end(),
      [&](const FieldDescriptor* a, const FieldDescriptor* b) { return width(*a) > width(*b); });
  return fields;
}

void PrintMembers(const Descriptor& message, Printer* printer) {
  printer->Print(
      "\n private:\n"
      "  static const FieldTable kFields[];\n"
      "  static const ParseEntry kEntries[];\n"
      "  static const EncodeEntry kEncodeEntries[];\n"
      "  static const MessageTable kTable;\n\n"
      "  const Prepared* prepared_ = nullptr;\n"
      "  uint64_t present_ = 0;\n");
  for (const FieldDescriptor* const field : InMemory(message)) {
    printer->Print("  $stored$ $member$ = {};\n", "stored", MemberType(*field), "member",
                   field->lowercase_name() + "_");
  }
}

}  // namespace

std::string PbClassName(const Descriptor& message) {
  std::string name = "::";
  for (const char c : message.file()->package()) name += c == '.' ? "::" : std::string(1, c);
  return name + "::" + ClassName(message);
}

std::string ClassText(const Descriptor& message) {
  std::string text;
  {
    StringOutputStream stream(&text);
    Printer printer(&stream, '$');
    printer.Print("\nclass $name$ {\n public:\n", "name", ClassName(message));
    if (message.options().map_entry())
      printer.Print("  static constexpr bool kIsMapEntry = true;\n");
    for (int i = 0; i < message.nested_type_count(); ++i) {
      const Descriptor& inner = *message.nested_type(i);
      printer.Print("  using $name$ = $class$;\n", "name", inner.name(), "class", ClassName(inner));
    }
    printer.Print(
        "  static constexpr const MessageTable& table() { return kTable; }\n"
        "  // What stands in place of some fields when it is encoded; null: nothing.\n"
        "  const Prepared* prepared() const { return prepared_; }\n"
        "  void set_prepared(const Prepared* borrowed) { prepared_ = borrowed; }\n"
        "  void Clear() { *this = {}; }\n");
    for (const FieldDescriptor* const field : FieldsByNumber(message)) {
      printer.Print(VariablesOf(*field), "\n  static constexpr int $constant$ = $number$;\n");
      if (field->is_repeated()) {
        PrintListAccessors(*field, &printer);
      } else if (field->type() == FieldDescriptor::TYPE_MESSAGE) {
        PrintMessageAccessors(*field, &printer);
      } else {
        PrintValueAccessors(*field, &printer);
      }
    }
    for (int i = 0; i < message.real_oneof_decl_count(); ++i) {
      PrintOneof(*message.oneof_decl(i), &printer);
    }
    PrintMembers(message, &printer);
    printer.Print("};\n");
  }
  return text;
}

std::string InlineText(const Descriptor& message) {
  std::string text;
  {
    StringOutputStream stream(&text);
    Printer printer(&stream, '$');
    for (const FieldDescriptor* const field : FieldsByNumber(message)) {
      if (field->is_repeated() || field->type() != FieldDescriptor::TYPE_MESSAGE) continue;
      printer.Print(VariablesOf(*field),
                    "\nconst $value$& $class$::$name$() const {\n"
                    "  return has_$name$() ? *static_cast<const $value$*>($member$)\n"
                    "                       : DefaultOf<$value$>();\n"
                    "}\n"
                    "$value$* $class$::mutable_$name$(Arena* arena) {\n"
                    "  if (!has_$name$()) set_$name$(arena->New<$value$>());\n"
                    "  return static_cast<$value$*>($member$);\n"
                    "}\n");
    }
  }
  return text;
}

}  // namespace changepolicy::flat_generator
