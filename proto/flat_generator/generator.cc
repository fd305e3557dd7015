#include "flat_generator/generator.h"

#include <algorithm>
#include <map>
#include <set>

#include "flat_generator/class_writer.h"
#include "flat_generator/model.h"
#include "flat_generator/table_writer.h"

namespace changepolicy::flat_generator {
namespace {

// Empty where flat messages have everything that the message has.
std::string Complaint(const Descriptor& message) {
  if (message.field_count() > 64) return message.full_name() + " has more than 64 fields";
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    if (KindName(field).empty()) {
      return field.full_name() + " is of a type that flat messages do not have";
    }
    if (field.number() > 255) return field.full_name() + " has a number over 255";
  }
  return "";
}

// Enums whose names the header uses, by namespace.
std::map<std::string, std::set<std::string>> EnumsOf(const FileDescriptor& file) {
  std::map<std::string, std::set<std::string>> enums;
  for (const Descriptor* const message : AllMessages(file)) {
    for (int i = 0; i < message->field_count(); ++i) {
      const EnumDescriptor* const type = message->field(i)->enum_type();
      if (type == nullptr) continue;
      const std::string name = EnumName(*type);
      const size_t colons = name.rfind("::");
      enums[name.substr(2, colons - 2)].insert(name.substr(colons + 2));
    }
  }
  return enums;
}

// Headers with classes that fields of the file name.
std::set<std::string> HeadersOf(const FileDescriptor& file) {
  std::set<std::string> headers;
  for (const Descriptor* const message : AllMessages(file)) {
    for (int i = 0; i < message->field_count(); ++i) {
      const Descriptor* const type = message->field(i)->message_type();
      if (type != nullptr && type->file() != &file) {
        headers.insert(PathOf(*type->file(), ".flat.h"));
      }
    }
  }
  return headers;
}

std::string Header(const FileDescriptor& file) {
  std::string guard = PathOf(file, "_FLAT_H_");
  std::transform(guard.begin(), guard.end(), guard.begin(),
                 [](unsigned char c) { return c == '/' ? '_' : std::toupper(c); });
  std::string text = "// Generated from " + file.name() + ".\n#ifndef " + guard + "\n#define " +
                     guard +
                     "\n\n#include <cstdint>\n#include <string_view>\n\n"
                     "#include \"libchangepolicy/flat/arena.h\"\n"
                     "#include \"libchangepolicy/flat/repeated.h\"\n"
                     "#include \"libchangepolicy/flat/table.h\"\n";
  for (const std::string& header : HeadersOf(file)) text += "#include \"" + header + "\"\n";
  for (const auto& [name_space, names] : EnumsOf(file)) {
    text += "\nnamespace " + name_space + " {\n";
    for (const std::string& name : names) text += "enum " + name + " : int;\n";
    text += "}  // namespace " + name_space + "\n";
  }
  text += "\nnamespace changepolicy::flat {\n\nstruct Prepared;\n";
  const std::vector<const Descriptor*> messages = AllMessages(file);
  for (const Descriptor* const message : messages) text += "class " + ClassName(*message) + ";\n";
  for (const Descriptor* const message : messages) text += ClassText(*message);
  for (const Descriptor* const message : messages) text += InlineText(*message);
  return text + "\n}  // namespace changepolicy::flat\n\n#endif  // " + guard + "\n";
}

std::string Source(const FileDescriptor& file) {
  std::string text = "// Generated from " + file.name() + ".\n#include \"" +
                     PathOf(file, ".flat.h") +
                     "\"\n\n#include <cstddef>\n\n#include \"changepolicy/v1/fact.pb.h\"\n\n"
                     "namespace changepolicy::flat {\n";
  for (const Descriptor* const message : AllMessages(file)) text += TableText(*message);
  return text + "\n}  // namespace changepolicy::flat\n";
}

// What libchangepolicy/flat/model_tables.h declares.
std::string AllTables(const std::vector<const FileDescriptor*>& files) {
  std::map<std::string, std::string> tables;  // by full name
  std::string text = "// Generated.\n#include \"libchangepolicy/flat/model_tables.h\"\n\n";
  for (const FileDescriptor* const file : files) {
    text += "#include \"" + PathOf(*file, ".flat.h") + "\"\n#include \"" + PathOf(*file, ".pb.h") +
            "\"\n";
    for (const Descriptor* const message : AllMessages(*file)) {
      tables[message->full_name()] = ClassName(*message);
    }
  }
  text += "\nnamespace changepolicy::flat {\n\nconst MessageTable* const kModelTables[] = {\n";
  for (const auto& [name, type] : tables) text += "    &" + type + "::table(),\n";
  text += "};\nconst size_t kModelTableCount = " + std::to_string(tables.size()) +
          ";\n\nconst google::protobuf::DescriptorPool& ModelPool() {\n"
          "  static const google::protobuf::Descriptor* const first[] = {\n";
  for (const FileDescriptor* const file : files) {
    if (file->message_type_count() == 0) continue;
    text += "      " + PbClassName(*file->message_type(0)) + "::descriptor(),\n";
  }
  return text +
         "  };\n  return *first[0]->file()->pool();\n}\n\n}  // namespace changepolicy::flat\n";
}

}  // namespace

bool Generate(const std::vector<const FileDescriptor*>& files, std::vector<Written>* written,
              std::string* complaint) {
  for (const FileDescriptor* const file : files) {
    for (const Descriptor* const message : AllMessages(*file)) {
      *complaint = Complaint(*message);
      if (!complaint->empty()) return false;
    }
    written->push_back({PathOf(*file, ".flat.h"), Header(*file)});
    written->push_back({PathOf(*file, ".flat.cc"), Source(*file)});
  }
  written->push_back({"changepolicy/v1/tables.flat.cc", AllTables(files)});
  return true;
}

}  // namespace changepolicy::flat_generator
