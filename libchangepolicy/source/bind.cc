#include <cmath>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/source/read.h"
#include "libchangepolicy/source/scalar.h"

namespace changepolicy {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

namespace {

std::string Shorten(std::string_view text) {
  constexpr size_t kLongest = 60;
  if (text.size() <= kLongest) return std::string(text);
  size_t length = kLongest;
  while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) --length;
  return StrCat(text.substr(0, length), "…");
}

std::string Describe(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kList:
      return "a list";
    case Node::Kind::kMap:
      return "a map";
    case Node::Kind::kScalar:
      break;
  }
  return node.IsNull() ? "nothing" : StrCat("`", Shorten(node.text), "`");
}

class Binder {
 public:
  Binder(const Document& document, SourceMap* map, Issues* issues)
      : document_(document), map_(map), issues_(*issues) {}

  void BindMessage(const Node& node, const std::string& path, Message* message) {
    if (map_ != nullptr) map_->Add(path, &node);
    const Descriptor& type = *message->GetDescriptor();
    if (BindWellKnown(node, path, message)) return;
    if (node.kind != Node::Kind::kMap) {
      // Nothing at the top of a document is an empty message nowhere.
      Expected(node, path, StrCat("a map with the fields of ", type.name()), FieldsOf(type));
      return;
    }
    for (const Entry& entry : node.entries) BindEntry(entry, path, type, message);
  }

 private:
  void Report(std::string_view id, std::string message, std::string help, const std::string& path,
              const Node& node) {
    issues_.push_back(document_.MakeIssue(id, std::move(message), std::move(help), path, node));
  }

  static std::string FieldsOf(const Descriptor& type) {
    std::string text;
    for (int i = 0; i < type.field_count(); ++i) {
      StrAppend(&text, text.empty() ? "the fields are `" : "`, `", type.field(i)->name());
    }
    return text.empty() ? text : text + "`";
  }

  void Expected(const Node& node, const std::string& path, std::string_view what,
                std::string help) {
    Report("wrong-type", StrCat("expected ", what, ", found ", Describe(node)), std::move(help),
           path, node);
  }

  static const FieldDescriptor* FindField(const Descriptor& type, const std::string& key) {
    if (const FieldDescriptor* const field = type.FindFieldByName(key)) return field;
    return type.FindFieldByCamelcaseName(key);
  }

  void BindEntry(const Entry& entry, const std::string& path, const Descriptor& type,
                 Message* message) {
    const FieldDescriptor* const field = FindField(type, entry.key);
    const std::string inner = StrCat(path, path.empty() ? "" : ".", entry.key);
    if (field == nullptr) {
      ReportUnknown(entry, inner, type);
      return;
    }
    const std::string name = StrCat(path, path.empty() ? "" : ".", field->name());
    const Reflection& reflection = *message->GetReflection();
    const bool again = field->is_repeated()
                           ? reflection.FieldSize(*message, field) > 0
                           : field->has_presence() && reflection.HasField(*message, field);
    if (again) {
      issues_.push_back(document_.MakeIssue(
          "duplicate-key", StrCat("`", field->name(), "` is given a second time"),
          "keep one of them", inner, entry.offset, entry.key.size()));
      return;
    }
    // A key without a value says nothing about the field.
    if (entry.value.IsNull() && !IsJsonValue(*field)) return;
    BindField(entry.value, name, *field, message);
  }

  void ReportUnknown(const Entry& entry, const std::string& path, const Descriptor& type) {
    std::vector<std::string_view> known;
    for (int i = 0; i < type.field_count(); ++i) known.push_back(type.field(i)->name());
    const std::string_view nearest = Nearest(entry.key, known);
    std::string help = nearest.empty() ? FieldsOf(type) : StrCat("did you mean `", nearest, "`?");
    issues_.push_back(document_.MakeIssue(
        "unknown-field", StrCat("unknown field `", Shorten(entry.key), "` in ", type.name()),
        std::move(help), path, entry.offset, entry.key.size()));
  }

  static bool IsJsonValue(const FieldDescriptor& field) {
    return field.message_type() != nullptr && !field.is_map() &&
           field.message_type()->full_name() == "google.protobuf.Value";
  }

  void BindField(const Node& node, const std::string& path, const FieldDescriptor& field,
                 Message* message) {
    if (map_ != nullptr) map_->Add(path, &node);
    if (field.is_map()) {
      BindMap(node, path, field, message);
    } else if (field.is_repeated()) {
      BindList(node, path, field, message);
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      BindMessage(node, path, message->GetReflection()->MutableMessage(message, &field));
    } else {
      BindScalar(node, path, field, message);
    }
  }

  void BindList(const Node& node, const std::string& path, const FieldDescriptor& field,
                Message* message) {
    if (node.kind != Node::Kind::kList) {
      Expected(
          node, path, "a list",
          StrCat("write `[", node.kind == Node::Kind::kScalar ? Shorten(node.text) : "...", "]`"));
      return;
    }
    for (size_t i = 0; i < node.items.size(); ++i) {
      const std::string inner = StrCat(path, "[", i, "]");
      if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        BindMessage(node.items[i], inner, message->GetReflection()->AddMessage(message, &field));
      } else {
        if (map_ != nullptr) map_->Add(inner, &node.items[i]);
        BindScalar(node.items[i], inner, field, message);
      }
    }
  }

  void BindMap(const Node& node, const std::string& path, const FieldDescriptor& field,
               Message* message) {
    if (node.kind != Node::Kind::kMap) {
      Expected(node, path, "a map", "write `{name: value}`");
      return;
    }
    const FieldDescriptor& key = *field.message_type()->map_key();
    const FieldDescriptor& value = *field.message_type()->map_value();
    for (const Entry& entry : node.entries) {
      Message* const pair = message->GetReflection()->AddMessage(message, &field);
      const std::string inner = StrCat(path, "[\"", entry.key, "\"]");
      Node name{.text = entry.key, .quoted = true, .offset = entry.offset};
      BindScalar(name, inner, key, pair);
      if (entry.value.IsNull() && !IsJsonValue(value)) {
        // An entry without content is there all the same.
        if (value.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE)
          Expected(entry.value, inner, "a value", "write one after the colon");
        continue;
      }
      BindField(entry.value, inner, value, pair);
    }
  }

  // ---- Scalars

  template <typename Set, typename Add, typename Content>
  static void Put(const FieldDescriptor& field, Message* message, Set set, Add add,
                  Content content) {
    const Reflection& reflection = *message->GetReflection();
    if (field.is_repeated()) {
      (reflection.*add)(message, &field, std::move(content));
    } else {
      (reflection.*set)(message, &field, std::move(content));
    }
  }

  template <typename Int, typename Set, typename Add>
  void BindInteger(const Node& node, const std::string& path, const FieldDescriptor& field,
                   Message* message, Set set, Add add) {
    Int number = 0;
    if (node.quoted || !absl::SimpleAtoi(node.text, &number)) {
      const std::string_view what =
          std::is_unsigned_v<Int> ? "a whole number from 0" : "a whole number";
      Expected(node, path, what,
               StrCat("write a number of at most ", sizeof(Int) * 8, " bits, without quotes"));
      return;
    }
    Put(field, message, set, add, number);
  }

  void BindScalar(const Node& node, const std::string& path, const FieldDescriptor& field,
                  Message* message) {
    if (node.kind != Node::Kind::kScalar) {
      Expected(node, path, field.type() == FieldDescriptor::TYPE_STRING ? "a text" : "a value",
               "write a single value here");
      return;
    }
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_BOOL: {
        const std::optional<bool> value = ReadBool(node.text);
        if (node.quoted || !value.has_value()) {
          Expected(node, path, "`true` or `false`", "write one of them, without quotes");
          return;
        }
        Put(field, message, &Reflection::SetBool, &Reflection::AddBool, *value);
        return;
      }
      case FieldDescriptor::CPPTYPE_INT32:
        BindInteger<int32_t>(node, path, field, message, &Reflection::SetInt32,
                             &Reflection::AddInt32);
        return;
      case FieldDescriptor::CPPTYPE_INT64:
        BindInteger<int64_t>(node, path, field, message, &Reflection::SetInt64,
                             &Reflection::AddInt64);
        return;
      case FieldDescriptor::CPPTYPE_UINT32:
        BindInteger<uint32_t>(node, path, field, message, &Reflection::SetUInt32,
                              &Reflection::AddUInt32);
        return;
      case FieldDescriptor::CPPTYPE_UINT64:
        BindInteger<uint64_t>(node, path, field, message, &Reflection::SetUInt64,
                              &Reflection::AddUInt64);
        return;
      case FieldDescriptor::CPPTYPE_FLOAT:
      case FieldDescriptor::CPPTYPE_DOUBLE: {
        double number = 0;
        if (node.quoted || !ReadNumber(node.text, &number)) {
          Expected(node, path, "a number", "write digits, without quotes");
          return;
        }
        if (field.cpp_type() == FieldDescriptor::CPPTYPE_FLOAT) {
          Put(field, message, &Reflection::SetFloat, &Reflection::AddFloat,
              static_cast<float>(number));
        } else {
          Put(field, message, &Reflection::SetDouble, &Reflection::AddDouble, number);
        }
        return;
      }
      case FieldDescriptor::CPPTYPE_ENUM:
        BindEnum(node, path, field, message);
        return;
      case FieldDescriptor::CPPTYPE_STRING:
        BindText(node, path, field, message);
        return;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return;
    }
  }

  void BindText(const Node& node, const std::string& path, const FieldDescriptor& field,
                Message* message) {
    if (node.IsNull()) {
      Expected(node, path, "a text", "write `\"\"` for an empty one");
      return;
    }
    std::string text = node.text;
    if (field.type() == FieldDescriptor::TYPE_BYTES && !absl::Base64Unescape(node.text, &text)) {
      Expected(node, path, "bytes in base64", "encode them");
      return;
    }
    Put(field, message, &Reflection::SetString, &Reflection::AddString, std::move(text));
  }

  void BindEnum(const Node& node, const std::string& path, const FieldDescriptor& field,
                Message* message) {
    const EnumDescriptor& type = *field.enum_type();
    const EnumValueDescriptor* value = type.FindValueByName(node.text);
    if (value == nullptr) value = type.FindValueByName(EnumValuePrefix(type) + node.text);
    // The zero value says that nothing was said; leaving the field out says it better.
    if (value == nullptr || value->number() == 0) {
      std::vector<std::string> names;
      for (int i = 0; i < type.value_count(); ++i) {
        if (type.value(i)->number() == 0) continue;
        names.push_back(ShortName(*type.value(i)));
      }
      const std::string_view nearest = Nearest(node.text, {names.begin(), names.end()});
      std::string help;
      if (!nearest.empty()) {
        help = StrCat("did you mean `", nearest, "`?");
      } else {
        for (const std::string& name : names) {
          StrAppend(&help, help.empty() ? "it is one of `" : "`, `", name);
        }
        help += "`";
      }
      Report("unknown-value", StrCat(Describe(node), " is no ", type.name()), std::move(help), path,
             node);
      return;
    }
    Put(field, message, &Reflection::SetEnumValue, &Reflection::AddEnumValue, value->number());
  }

  // ---- Well-known types

  template <typename Generated>
  static void Assign(const Generated& from, Message* to) {
    to->ParseFromString(from.SerializeAsString());
  }

  bool BindWellKnown(const Node& node, const std::string& path, Message* message) {
    const Descriptor& type = *message->GetDescriptor();
    switch (type.well_known_type()) {
      case Descriptor::WELLKNOWNTYPE_TIMESTAMP: {
        const std::optional<absl::Time> time = ReadInstant(node.text);
        if (node.kind != Node::Kind::kScalar || !time.has_value()) {
          Expected(node, path, "an instant", "write `2026-01-31T09:30:00Z`, or a date");
          return true;
        }
        google::protobuf::Timestamp timestamp;
        ToProto(*time, &timestamp);
        Assign(timestamp, message);
        return true;
      }
      case Descriptor::WELLKNOWNTYPE_DURATION: {
        const std::optional<absl::Duration> duration = ReadDuration(node.text);
        if (node.kind != Node::Kind::kScalar || !duration.has_value()) {
          Expected(node, path, "a duration", "write `336h`, `14d` or `1h30m`");
          return true;
        }
        google::protobuf::Duration proto;
        ToProto(*duration, &proto);
        Assign(proto, message);
        return true;
      }
      case Descriptor::WELLKNOWNTYPE_VALUE:
        Assign(ToJsonValue(node), message);
        return true;
      case Descriptor::WELLKNOWNTYPE_STRUCT:
        if (node.kind != Node::Kind::kMap) {
          Expected(node, path, "a map", "write `{name: value}`");
        } else {
          Assign(ToJsonValue(node).struct_value(), message);
        }
        return true;
      case Descriptor::WELLKNOWNTYPE_LISTVALUE:
        if (node.kind != Node::Kind::kList) {
          Expected(node, path, "a list", "write `[value]`");
        } else {
          Assign(ToJsonValue(node).list_value(), message);
        }
        return true;
      case Descriptor::WELLKNOWNTYPE_ANY:
        Report("any", "a field of any type cannot be written here", "", path, node);
        return true;
      default:
        return false;
    }
  }

  const Document& document_;
  SourceMap* map_;
  Issues& issues_;
};

}  // namespace

Issues BindNode(const Document& document, const Node& node, std::string_view path, Message* message,
                SourceMap* map) {
  Issues issues;
  Binder(document, map, &issues).BindMessage(node, std::string(path), message);
  return issues;
}

Issues Bind(const Document& document, Message* message, SourceMap* map) {
  return BindNode(document, document.root, "", message, map);
}

}  // namespace changepolicy
