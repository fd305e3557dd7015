#include "libchangepolicy/domain/field_values.h"

#include <charconv>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"

namespace changepolicy {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr int kSingular = -1;

template <typename T>
const T* As(const Message& message) {
  return message.GetDescriptor() == T::descriptor() ? static_cast<const T*>(&message) : nullptr;
}

std::string NumberText(double number) {
  char buffer[64];
  const auto result = std::to_chars(buffer, buffer + sizeof(buffer), number);
  return std::string(buffer, result.ptr);
}

std::string EnumText(const EnumDescriptor& type, int number) {
  const auto* value = type.FindValueByNumber(number);
  return value == nullptr ? StrCat(number) : std::string(value->name());
}

std::optional<std::string> ValueText(const google::protobuf::Value& value) {
  switch (value.kind_case()) {
    case google::protobuf::Value::kStringValue:
      return value.string_value();
    case google::protobuf::Value::kBoolValue:
      return value.bool_value() ? "true" : "false";
    case google::protobuf::Value::kNumberValue:
      return NumberText(value.number_value());
    default:
      return std::nullopt;
  }
}

std::string InstantText(absl::Time time) {
  return absl::FormatTime(absl::RFC3339_full, time, absl::UTCTimeZone());
}

std::optional<std::string> MessageText(const Message& message) {
  if (const auto* value = As<google::protobuf::Value>(message)) return ValueText(*value);
  if (const auto* duration = As<google::protobuf::Duration>(message)) {
    return absl::FormatDuration(FromProto(*duration));
  }
  if (const auto* time = As<google::protobuf::Timestamp>(message)) {
    return InstantText(FromProto(*time));
  }
  return std::nullopt;
}

// One value of `field`: of the list's element `index`, or of a singular field.
std::optional<std::string> TextOf(const Message& parent, const FieldDescriptor* field, int index) {
  const Reflection& reflection = *parent.GetReflection();
  const bool listed = index != kSingular;
  const auto get = [&](auto singular, auto repeated) {
    return listed ? (reflection.*repeated)(parent, field, index)
                  : (reflection.*singular)(parent, field);
  };
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return get(&Reflection::GetString, &Reflection::GetRepeatedString);
    case FieldDescriptor::CPPTYPE_BOOL:
      return get(&Reflection::GetBool, &Reflection::GetRepeatedBool) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_INT32:
      return StrCat(get(&Reflection::GetInt32, &Reflection::GetRepeatedInt32));
    case FieldDescriptor::CPPTYPE_INT64:
      return StrCat(get(&Reflection::GetInt64, &Reflection::GetRepeatedInt64));
    case FieldDescriptor::CPPTYPE_UINT32:
      return StrCat(get(&Reflection::GetUInt32, &Reflection::GetRepeatedUInt32));
    case FieldDescriptor::CPPTYPE_UINT64:
      return StrCat(get(&Reflection::GetUInt64, &Reflection::GetRepeatedUInt64));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return NumberText(get(&Reflection::GetDouble, &Reflection::GetRepeatedDouble));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return NumberText(get(&Reflection::GetFloat, &Reflection::GetRepeatedFloat));
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumText(*field->enum_type(),
                      get(&Reflection::GetEnumValue, &Reflection::GetRepeatedEnumValue));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return MessageText(listed ? reflection.GetRepeatedMessage(parent, field, index)
                                : reflection.GetMessage(parent, field));
  }
  return std::nullopt;
}

// The text that an allowed value has when it is read from a field like this.
std::string Canonical(const std::string& allowed, const FieldDescriptor* field) {
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    constexpr std::string_view kUnset = "UNSPECIFIED";
    std::string prefix(field->enum_type()->value(0)->name());
    if (prefix.size() < kUnset.size()) return allowed;
    prefix.resize(prefix.size() - kUnset.size());
    const std::string full = prefix + allowed;
    return field->enum_type()->FindValueByName(full) == nullptr ? allowed : full;
  }
  if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return allowed;
  absl::Duration duration;
  if (field->message_type() == google::protobuf::Duration::descriptor() &&
      absl::ParseDuration(allowed, &duration)) {
    return absl::FormatDuration(duration);
  }
  absl::Time time;
  std::string error;
  if (field->message_type() == google::protobuf::Timestamp::descriptor() &&
      absl::ParseTime(absl::RFC3339_full, allowed, &time, &error)) {
    return InstantText(time);
  }
  return allowed;
}

// Messages reached by the path so far, all of one type, and the field that comes last.
class Walk {
 public:
  explicit Walk(const Message& root) : reached_{&root}, type_(root.GetDescriptor()) {}

  // False where the path names no field.
  bool To(std::string_view path) {
    while (true) {
      const size_t dot = path.find('.');
      field_ = type_->FindFieldByName(std::string(path.substr(0, dot)));
      if (field_ == nullptr) return false;
      if (dot == path.npos) return !field_->is_map();
      path.remove_prefix(dot + 1);
      if (field_->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return false;
      Descend();
      if (!field_->is_map()) continue;
      if (field_->message_type()->map_key()->cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
        return false;
      }
      KeepKey(path);
      field_ = type_->map_value();
      return true;
    }
  }

  const FieldDescriptor* field() const { return field_; }

  // False where a value has no text.
  bool Texts(std::vector<std::string>* texts) const {
    for (const Message* parent : reached_) {
      const Reflection& reflection = *parent->GetReflection();
      const bool listed = field_->is_repeated();
      // The value of a map's entry is always there.
      if (!listed && !type_->options().map_entry() && !reflection.HasField(*parent, field_)) {
        continue;
      }
      const int size = listed ? reflection.FieldSize(*parent, field_) : 1;
      for (int i = 0; i < size; ++i) {
        std::optional<std::string> text = TextOf(*parent, field_, listed ? i : kSingular);
        if (!text) return false;
        texts->push_back(*std::move(text));
      }
    }
    return true;
  }

 private:
  void Descend() {
    std::vector<const Message*> below;
    for (const Message* parent : reached_) {
      const Reflection& reflection = *parent->GetReflection();
      if (field_->is_repeated()) {
        for (int i = 0; i < reflection.FieldSize(*parent, field_); ++i) {
          below.push_back(&reflection.GetRepeatedMessage(*parent, field_, i));
        }
      } else if (reflection.HasField(*parent, field_)) {
        below.push_back(&reflection.GetMessage(*parent, field_));
      }
    }
    reached_ = std::move(below);
    type_ = field_->message_type();
  }

  void KeepKey(std::string_view key) {
    std::vector<const Message*> kept;
    for (const Message* entry : reached_) {
      if (entry->GetReflection()->GetString(*entry, type_->map_key()) == key) {
        kept.push_back(entry);
      }
    }
    reached_ = std::move(kept);
  }

  std::vector<const Message*> reached_;
  const Descriptor* type_;
  const FieldDescriptor* field_ = nullptr;
};

}  // namespace

bool HasOnlyValues(const Message& message, std::string_view path,
                   const google::protobuf::RepeatedPtrField<std::string>& allowed) {
  Walk walk(message);
  if (!walk.To(path)) return false;
  std::vector<std::string> texts;
  if (!walk.Texts(&texts)) return false;
  if (texts.empty()) return allowed.empty();
  std::set<std::string> canonical;
  for (const std::string& value : allowed) canonical.insert(Canonical(value, walk.field()));
  for (const std::string& text : texts) {
    if (canonical.count(text) == 0) return false;
  }
  return true;
}

std::vector<std::string> TextsAt(const Message& message, std::string_view path) {
  Walk walk(message);
  std::vector<std::string> texts;
  if (!walk.To(path) || !walk.Texts(&texts)) texts.clear();
  return texts;
}

}  // namespace changepolicy
