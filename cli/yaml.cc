#include "cli/yaml.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <vector>

#include "absl/strings/ascii.h"
#include "cli/json.h"
#include "google/protobuf/descriptor.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::cli {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr size_t kLineWidth = 100;

// Without quotation marks only what no reader of YAML takes for anything but a text.
std::string Scalar(const std::string& text) {
  static constexpr std::array<std::string_view, 10> kWords = {"true", "false", "null", "yes", "no",
                                                              "on",   "off",   "y",    "n",   "~"};
  const bool plain = !text.empty() && absl::ascii_isalpha(static_cast<unsigned char>(text[0])) &&
                     text.back() != ' ' && std::all_of(text.begin(), text.end(), [](char c) {
                       return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == ' ' ||
                              c == '-' || c == '_' || c == '/' || c == '.';
                     });
  const bool word =
      std::find(kWords.begin(), kWords.end(), absl::AsciiStrToLower(ToAbsl(text))) != kWords.end();
  return plain && !word ? text : Quoted(text);
}

std::string Value(const Message& message, const FieldDescriptor& field, int index) {
  const Reflection& reflection = *message.GetReflection();
  const bool list = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return Scalar(list ? reflection.GetRepeatedString(message, &field, index)
                         : reflection.GetString(message, &field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return (list ? reflection.GetRepeatedBool(message, &field, index)
                   : reflection.GetBool(message, &field))
                 ? "true"
                 : "false";
    case FieldDescriptor::CPPTYPE_ENUM:
      return std::string(ShortName(*(list ? reflection.GetRepeatedEnum(message, &field, index)
                                          : reflection.GetEnum(message, &field))));
    case FieldDescriptor::CPPTYPE_INT32:
      return StrCat(list ? reflection.GetRepeatedInt32(message, &field, index)
                         : reflection.GetInt32(message, &field));
    case FieldDescriptor::CPPTYPE_INT64:
      return StrCat(list ? reflection.GetRepeatedInt64(message, &field, index)
                         : reflection.GetInt64(message, &field));
    default:
      // Instants and lengths, which JSON writes as texts.
      return MessageJson(list ? reflection.GetRepeatedMessage(message, &field, index)
                              : reflection.GetMessage(message, &field),
                         false);
  }
}

bool IsMessage(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         !field.message_type()->full_name().starts_with("google.protobuf.");
}

std::vector<const FieldDescriptor*> FieldsOf(const Message& message) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  return fields;
}

// On one line; empty where the message holds others.
std::string OnOneLine(const Message& message) {
  std::string line;
  for (const FieldDescriptor* const field : FieldsOf(message)) {
    if (IsMessage(*field) || field->is_map()) return "";
    StrAppend(&line, line.empty() ? "{" : ", ", field->name(), ": ");
    if (!field->is_repeated()) {
      line += Value(message, *field, 0);
      continue;
    }
    const int size = message.GetReflection()->FieldSize(message, field);
    for (int i = 0; i < size; ++i) StrAppend(&line, i == 0 ? "[" : ", ", Value(message, *field, i));
    line += "]";
  }
  return line.empty() ? "{}" : line + "}";
}

void AppendEntries(const Message& message, const FieldDescriptor& field, const std::string& margin,
                   std::string* out) {
  const Reflection& reflection = *message.GetReflection();
  std::map<std::string, std::string> entries;
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    const Message& entry = reflection.GetRepeatedMessage(message, &field, i);
    entries[entry.GetReflection()->GetString(entry, field.message_type()->map_key())] =
        Value(entry, *field.message_type()->map_value(), 0);
  }
  for (const auto& [key, value] : entries) {
    StrAppend(out, margin, Scalar(key), ": ", value, "\n");
  }
}

void Append(const Message& message, size_t indent, std::string* out) {
  const Reflection& reflection = *message.GetReflection();
  const std::string margin(indent, ' ');
  for (const FieldDescriptor* const field : FieldsOf(message)) {
    // The first field of an element of a list stands on the line of its dash.
    const bool after_dash = out->ends_with("- ");
    StrAppend(out, after_dash ? "" : margin, field->name(), ":");
    if (!field->is_repeated() && !IsMessage(*field)) {
      StrAppend(out, " ", Value(message, *field, 0), "\n");
      continue;
    }
    if (!field->is_repeated()) {
      *out += "\n";
      Append(reflection.GetMessage(message, field), indent + 2, out);
      continue;
    }
    *out += "\n";
    if (field->is_map()) {
      AppendEntries(message, *field, margin + "  ", out);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      StrAppend(out, margin, "  - ");
      if (!IsMessage(*field)) {
        StrAppend(out, Value(message, *field, i), "\n");
        continue;
      }
      const Message& element = reflection.GetRepeatedMessage(message, field, i);
      const std::string line = OnOneLine(element);
      if (!line.empty() && indent + 4 + line.size() <= kLineWidth) {
        StrAppend(out, line, "\n");
      } else {
        Append(element, indent + 4, out);
      }
    }
  }
}

}  // namespace

std::string MessageYaml(const Message& message) {
  std::string out;
  Append(message, 0, &out);
  return out;
}

}  // namespace changepolicy::cli
