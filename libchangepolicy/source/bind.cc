#include <cmath>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/base/utf8.h"
#include "libchangepolicy/source/part_path.h"
#include "libchangepolicy/source/read.h"
#include "libchangepolicy/source/scalar.h"
#include "libchangepolicy/source/source_map.h"

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
  return StrCat(Utf8Prefix(text, kLongest), "…");
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
  Binder(const Document& document, SourceMap* map, Schema schema, Issues* issues)
      : document_(document), map_(map), foreign_(schema == Schema::kForeign), issues_(*issues) {}

  void BindMessage(const Node& node, const PartPath& path, Message* message) {
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
  void Report(std::string_view id, std::string message, std::string help, const PartPath& path,
              const Node& node) {
    issues_.push_back(
        document_.MakeIssue(id, std::move(message), std::move(help), path.ToString(), node));
  }

  static std::string FieldsOf(const Descriptor& type) {
    std::string text;
    for (int i = 0; i < type.field_count(); ++i) {
      StrAppend(&text, text.empty() ? "the fields are `" : "`, `", type.field(i)->name());
    }
    return text.empty() ? text : text + "`";
  }

  void Expected(const Node& node, const PartPath& path, std::string_view what, std::string help) {
    Report("wrong-type", StrCat("expected ", what, ", found ", Describe(node)), std::move(help),
           path, node);
  }

  const FieldDescriptor* FieldNamed(const Descriptor& type, const std::string& key) const {
    if (const FieldDescriptor* const field = FindField(type, key)) return field;
    if (!foreign_) return nullptr;
    if (key.starts_with('[') && key.ends_with(']')) {
      const FieldDescriptor* const extension =
          type.file()->pool()->FindExtensionByName(key.substr(1, key.size() - 2));
      const bool fits = extension != nullptr && extension->containing_type() == &type;
      return fits ? extension : nullptr;
    }
    for (int i = 0; i < type.field_count(); ++i) {
      if (type.field(i)->json_name() == key) return type.field(i);
    }
    return nullptr;
  }

  void BindEntry(const Entry& entry, const PartPath& path, const Descriptor& type,
                 Message* message) {
    const FieldDescriptor* const field = FieldNamed(type, entry.key);
    if (field == nullptr) {
      ReportUnknown(entry, path.Field(entry.key), type);
      return;
    }
    const Reflection& reflection = *message->GetReflection();
    const bool again = field->is_repeated()
                           ? reflection.FieldSize(*message, field) > 0
                           : field->has_presence() && reflection.HasField(*message, field);
    if (again) {
      issues_.push_back(document_.MakeIssue(
          "duplicate-key", StrCat("`", field->name(), "` is given a second time"),
          "keep one of them", path.Field(entry.key).ToString(), entry.offset, entry.key.size()));
      if (map_ != nullptr) map_->Refuse(entry.value);
      return;
    }
    // A key without a value says nothing about the field.
    if (entry.value.IsNull() && !IsJsonValue(*field)) return;
    BindField(entry.value, path.Field(field->name()), *field, message);
  }

  void ReportUnknown(const Entry& entry, const PartPath& path, const Descriptor& type) {
    std::vector<std::string_view> known;
    for (int i = 0; i < type.field_count(); ++i) known.push_back(type.field(i)->name());
    const std::string_view nearest = Nearest(entry.key, known);
    std::string help = nearest.empty() ? FieldsOf(type) : StrCat("did you mean `", nearest, "`?");
    issues_.push_back(document_.MakeIssue(
        "unknown-field", StrCat("unknown field `", Shorten(entry.key), "` in ", type.name()),
        std::move(help), path.ToString(), entry.offset, entry.key.size()));
  }

  void BindField(const Node& node, const PartPath& path, const FieldDescriptor& field,
                 Message* message) {
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

  void BindList(const Node& node, const PartPath& path, const FieldDescriptor& field,
                Message* message) {
    if (node.kind != Node::Kind::kList) {
      Expected(
          node, path, "a list",
          StrCat("write `[", node.kind == Node::Kind::kScalar ? Shorten(node.text) : "...", "]`"));
      return;
    }
    for (size_t i = 0; i < node.items.size(); ++i) {
      const PartPath inner = path.Item(i);
      if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        BindMessage(node.items[i], inner, message->GetReflection()->AddMessage(message, &field));
      } else {
        BindScalar(node.items[i], inner, field, message);
      }
    }
  }

  void BindMap(const Node& node, const PartPath& path, const FieldDescriptor& field,
               Message* message) {
    if (node.kind != Node::Kind::kMap) {
      Expected(node, path, "a map", "write `{name: value}`");
      return;
    }
    if (map_ != nullptr) map_->AddMap(node);
    const FieldDescriptor& key = *field.message_type()->map_key();
    const FieldDescriptor& value = *field.message_type()->map_value();
    for (const Entry& entry : node.entries) {
      Message* const pair = message->GetReflection()->AddMessage(message, &field);
      const PartPath inner = path.Key(entry.key);
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
  void BindInteger(const Node& node, const PartPath& path, const FieldDescriptor& field,
                   Message* message, Set set, Add add) {
    Int number = 0;
    // Protobuf's JSON has numbers of 64 bits in quotes, since other readers would round them.
    const bool may_be_quoted = foreign_ || sizeof(Int) == sizeof(int64_t);
    if ((node.quoted && !may_be_quoted) || !absl::SimpleAtoi(node.text, &number)) {
      const std::string_view what =
          std::is_unsigned_v<Int> ? "a whole number from 0" : "a whole number";
      Expected(node, path, what,
               StrCat("write a number of at most ", sizeof(Int) * 8, " bits, without quotes"));
      return;
    }
    Put(field, message, set, add, number);
  }

  void BindScalar(const Node& node, const PartPath& path, const FieldDescriptor& field,
                  Message* message) {
    if (node.kind != Node::Kind::kScalar) {
      Expected(node, path, field.type() == FieldDescriptor::TYPE_STRING ? "a text" : "a value",
               "write a single value here");
      return;
    }
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_BOOL: {
        const std::optional<bool> value = ReadBool(node.text);
        if ((node.quoted && !foreign_) || !value.has_value()) {
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
        if (!(node.quoted ? foreign_ && ReadQuotedNumber(node.text, &number)
                          : ReadNumber(node.text, &number))) {
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

  // As protobuf's JSON writes what JSON has no number for.
  static bool ReadQuotedNumber(std::string_view text, double* number) {
    if (text == "NaN") return ReadNumber(".nan", number);
    if (text == "Infinity") return ReadNumber(".inf", number);
    if (text == "-Infinity") return ReadNumber("-.inf", number);
    return ReadNumber(text, number);
  }

  void BindText(const Node& node, const PartPath& path, const FieldDescriptor& field,
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

  void BindEnum(const Node& node, const PartPath& path, const FieldDescriptor& field,
                Message* message) {
    const EnumDescriptor& type = *field.enum_type();
    const EnumValueDescriptor* value = type.FindValueByName(node.text);
    if (value == nullptr) value = type.FindValueByName(EnumValuePrefix(type) + node.text);
    int32_t number = 0;
    if (foreign_ && value == nullptr && absl::SimpleAtoi(node.text, &number)) {
      // proto3 keeps a number that it has no name for.
      if (type.FindValueByNumber(number) != nullptr ||
          message->GetReflection()->SupportsUnknownEnumValues()) {
        Put(field, message, &Reflection::SetEnumValue, &Reflection::AddEnumValue, number);
        return;
      }
    }
    // The zero value says that nothing was said; leaving the field out says it better.
    if (value == nullptr || (value->number() == 0 && !foreign_)) {
      std::vector<std::string> names;
      for (int i = 0; i < type.value_count(); ++i) {
        if (type.value(i)->number() == 0 && !foreign_) continue;
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

  bool BindWellKnown(const Node& node, const PartPath& path, Message* message) {
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
      default:
        return foreign_ ? BindForeign(node, path, message) : BindOurs(node, path, message);
    }
  }

  bool BindOurs(const Node& node, const PartPath& path, Message* message) {
    if (message->GetDescriptor()->well_known_type() != Descriptor::WELLKNOWNTYPE_ANY) return false;
    Report("any", "a field of any type cannot be written here", "", path, node);
    return true;
  }

  // The well-known types that only messages of others have, as protobuf's JSON writes them.
  bool BindForeign(const Node& node, const PartPath& path, Message* message) {
    const Descriptor& type = *message->GetDescriptor();
    switch (type.well_known_type()) {
      case Descriptor::WELLKNOWNTYPE_UNSPECIFIED:
        return false;
      case Descriptor::WELLKNOWNTYPE_ANY:
        BindAny(node, path, message);
        return true;
      case Descriptor::WELLKNOWNTYPE_FIELDMASK: {
        const FieldDescriptor& paths = *type.FindFieldByNumber(1);
        if (node.kind != Node::Kind::kScalar) {
          Expected(node, path, "paths with commas between", "write `name,address.city`");
          return true;
        }
        for (const absl::string_view part : absl::StrSplit(node.text, ',', absl::SkipEmpty())) {
          message->GetReflection()->AddString(message, &paths, std::string(part));
        }
        return true;
      }
      default:  // a wrapper
        BindScalar(node, path, *type.FindFieldByNumber(1), message);
        return true;
    }
  }

  void BindAny(const Node& node, const PartPath& path, Message* any) {
    const Node* const url = node.kind == Node::Kind::kMap ? node.Find("@type") : nullptr;
    if (url == nullptr || url->kind != Node::Kind::kScalar) {
      Expected(node, path, "a map with `@type`",
               "write `{\"@type\": \"type.googleapis.com/package.Message\", ...}`");
      return;
    }
    const Descriptor& type = *any->GetDescriptor();
    const std::string name = url->text.substr(url->text.rfind('/') + 1);
    const Descriptor* const held = type.file()->pool()->FindMessageTypeByName(name);
    if (held == nullptr) {
      Report("unknown-type", StrCat("`", Shorten(url->text), "` is no known message"),
             "write the full name of a message of the schema", path, *url);
      return;
    }
    const std::unique_ptr<Message> content(
        any->GetReflection()->GetMessageFactory()->GetPrototype(held)->New());
    if (held->well_known_type() == Descriptor::WELLKNOWNTYPE_UNSPECIFIED) {
      for (const Entry& entry : node.entries) {
        if (entry.key != "@type") BindEntry(entry, path, *held, content.get());
      }
    } else if (const Node* const value = node.Find("value")) {
      BindMessage(*value, path.Field("value"), content.get());
    }
    const bool with_url = url->text.find('/') != std::string::npos;
    const Reflection& reflection = *any->GetReflection();
    reflection.SetString(any, type.FindFieldByNumber(1),
                         with_url ? url->text : StrCat("type.googleapis.com/", name));
    reflection.SetString(any, type.FindFieldByNumber(2), content->SerializePartialAsString());
  }

  const Document& document_;
  SourceMap* map_;
  const bool foreign_;
  Issues& issues_;
};

}  // namespace

Issues BindNode(const Document& document, const Node& node, std::string_view path, Message* message,
                SourceMap* map) {
  Issues issues;
  if (map != nullptr) map->SetWhole(path, node, *message->GetDescriptor());
  Binder(document, map, Schema::kOurs, &issues).BindMessage(node, PartPath(path), message);
  return issues;
}

Issues Bind(const Document& document, Message* message, SourceMap* map, Schema schema) {
  Issues issues;
  if (map != nullptr) map->SetWhole("", document.root, *message->GetDescriptor());
  Binder(document, map, schema, &issues).BindMessage(document.root, PartPath(""), message);
  std::vector<std::string> missing;
  if (issues.empty() && !message->IsInitialized()) message->FindInitializationErrors(&missing);
  for (const std::string& field : missing) {
    issues.push_back(document.MakeIssue("missing-field",
                                        StrCat("`", field, "` is required, and missing"),
                                        "give it a value", "", document.root.offset, 1));
  }
  return issues;
}

}  // namespace changepolicy
