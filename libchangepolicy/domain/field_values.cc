#include "libchangepolicy/domain/field_values.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/duration.flat.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/struct.flat.h"
#include "google/protobuf/timestamp.flat.h"
#include "google/protobuf/timestamp.pb.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/flat/field_access.h"
#include "libchangepolicy/flat/time.h"

namespace changepolicy {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

std::string NumberText(double number) {
  char buffer[64];
  const auto result = std::to_chars(buffer, buffer + sizeof(buffer), number);
  return std::string(buffer, result.ptr);
}

std::string EnumText(const EnumDescriptor& type, int number) {
  const auto* value = type.FindValueByNumber(number);
  return value == nullptr ? StrCat(number) : std::string(value->name());
}

std::optional<std::string> ValueText(const flat::Value& value) {
  if (value.has_string_value()) return std::string(value.string_value());
  if (value.has_bool_value()) return value.bool_value() ? "true" : "false";
  if (value.has_number_value()) return NumberText(value.number_value());
  return std::nullopt;
}

std::string InstantText(absl::Time time) {
  return absl::FormatTime(absl::RFC3339_full, time, absl::UTCTimeZone());
}

std::optional<std::string> MessageText(const flat::MessageTable& table, const void* message) {
  if (&table == &flat::Value::table()) return ValueText(*static_cast<const flat::Value*>(message));
  if (&table == &flat::Duration::table()) {
    return absl::FormatDuration(FromProto(*static_cast<const flat::Duration*>(message)));
  }
  if (&table == &flat::Timestamp::table()) {
    return InstantText(FromProto(*static_cast<const flat::Timestamp*>(message)));
  }
  return std::nullopt;
}

// Fields of messages of one type.
struct Place {
  const flat::MessageTable* table;
  const flat::FieldTable* field;

  const FieldDescriptor& descriptor() const { return *flat::DescriptorOf(*table, *field); }
};

std::string Int32Text(const Place& place, int32_t number) {
  const EnumDescriptor* const type = place.descriptor().enum_type();
  return type == nullptr ? StrCat(number) : EnumText(*type, number);
}

std::string Int64Text(const Place& place, int64_t number) {
  return place.descriptor().cpp_type() == FieldDescriptor::CPPTYPE_UINT64
             ? StrCat(static_cast<uint64_t>(number))
             : StrCat(number);
}

// One value of a list.
std::optional<std::string> ElementText(const Place& place, const flat::ListStorage& list,
                                       uint32_t index) {
  switch (place.field->kind) {
    case flat::Kind::kRepeatedInt32:
      return Int32Text(place, static_cast<const int32_t*>(list.data)[index]);
    case flat::Kind::kRepeatedInt64:
      return Int64Text(place, static_cast<const int64_t*>(list.data)[index]);
    case flat::Kind::kRepeatedString:
      return std::string(static_cast<const std::string_view*>(list.data)[index]);
    case flat::Kind::kRepeatedMessage:
      return MessageText(*place.field->message, static_cast<const void* const*>(list.data)[index]);
    default:
      return std::nullopt;
  }
}

std::optional<std::string> SingularText(const Place& place, const void* parent) {
  const flat::FieldTable& field = *place.field;
  switch (field.kind) {
    case flat::Kind::kInt32:
      return Int32Text(place, FieldAt<int32_t>(parent, field));
    case flat::Kind::kInt64:
      return Int64Text(place, FieldAt<int64_t>(parent, field));
    case flat::Kind::kBool:
      return FieldAt<bool>(parent, field) ? "true" : "false";
    case flat::Kind::kDouble:
      return NumberText(FieldAt<double>(parent, field));
    case flat::Kind::kString:
    case flat::Kind::kBytes:
      return std::string(FieldAt<std::string_view>(parent, field));
    case flat::Kind::kMessage: {
      const void* const message = FieldAt<const void*>(parent, field);
      // The value of a map's entry that was written without one.
      return message == nullptr ? std::nullopt : MessageText(*field.message, message);
    }
    default:
      return std::nullopt;
  }
}

// The text that an allowed value has when it is read from a field like this.
std::string Canonical(const std::string& allowed, const Place& place) {
  const FieldDescriptor* const field = &place.descriptor();
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
  Walk(const flat::MessageTable& table, const void* root)
      : reached_{root}, place_{&table, nullptr} {}

  // False where the path names no field.
  bool To(std::string_view path) {
    while (true) {
      const size_t dot = path.find('.');
      place_.field = place_.table->FindByName(path.substr(0, dot));
      if (place_.field == nullptr) return false;
      const bool is_map = place_.field->kind == flat::Kind::kMap;
      if (dot == path.npos) return !is_map;
      path.remove_prefix(dot + 1);
      if (place_.field->message == nullptr) return false;
      Descend();
      if (!is_map) continue;
      const flat::FieldTable& key = *place_.table->FindByNumber(kKeyNumber);
      if (key.kind != flat::Kind::kString) return false;
      KeepKey(key, path);
      place_.field = place_.table->FindByNumber(kValueNumber);
      return true;
    }
  }

  const Place& place() const { return place_; }

  // False where a value has no text.
  bool Texts(std::vector<std::string>* texts) const {
    const flat::FieldTable& field = *place_.field;
    const uint64_t bit = uint64_t{1} << place_.table->IndexOf(field);
    for (const void* const parent : reached_) {
      // The value of a map's entry is always there.
      if (!place_.table->is_map_entry && !IsFieldSet(parent, field, bit)) continue;
      const uint32_t size = field.repeated() ? FieldAt<flat::ListStorage>(parent, field).size : 1;
      for (uint32_t i = 0; i < size; ++i) {
        std::optional<std::string> text =
            field.repeated() ? ElementText(place_, FieldAt<flat::ListStorage>(parent, field), i)
                             : SingularText(place_, parent);
        if (!text) return false;
        texts->push_back(*std::move(text));
      }
    }
    return true;
  }

 private:
  // Of the fields of a map's entry.
  static constexpr uint32_t kKeyNumber = 1, kValueNumber = 2;

  void Descend() {
    std::vector<const void*> below;
    for (const void* const parent : reached_) {
      if (place_.field->repeated()) {
        const auto& list = FieldAt<flat::ListStorage>(parent, *place_.field);
        const auto* const elements = static_cast<const void* const*>(list.data);
        below.insert(below.end(), elements, elements + list.size);
      } else if (const void* const message = FieldAt<const void*>(parent, *place_.field)) {
        below.push_back(message);
      }
    }
    reached_ = std::move(below);
    place_.table = place_.field->message;
  }

  void KeepKey(const flat::FieldTable& key, std::string_view wanted) {
    std::vector<const void*> kept;
    for (const void* const entry : reached_) {
      if (FieldAt<std::string_view>(entry, key) == wanted) kept.push_back(entry);
    }
    reached_ = std::move(kept);
  }

  std::vector<const void*> reached_;
  Place place_;
};

}  // namespace

bool HasOnlyValues(const flat::MessageTable& table, const void* message, std::string_view path,
                   const google::protobuf::RepeatedPtrField<std::string>& allowed) {
  Walk walk(table, message);
  if (!walk.To(path)) return false;
  std::vector<std::string> texts;
  if (!walk.Texts(&texts)) return false;
  if (texts.empty()) return allowed.empty();
  std::set<std::string> canonical;
  for (const std::string& value : allowed) canonical.insert(Canonical(value, walk.place()));
  return std::all_of(texts.begin(), texts.end(),
                     [&](const std::string& text) { return canonical.count(text) > 0; });
}

std::vector<std::string> TextsAt(const flat::MessageTable& table, const void* message,
                                 std::string_view path) {
  Walk walk(table, message);
  std::vector<std::string> texts;
  if (!walk.To(path) || !walk.Texts(&texts)) texts.clear();
  return texts;
}

}  // namespace changepolicy
