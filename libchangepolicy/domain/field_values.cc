#include "libchangepolicy/domain/field_values.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
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

// What a value is written in where it does not stand as text itself.
using Scratch = std::string;

std::string_view NumberText(double number, Scratch* scratch) {
  char buffer[64];
  const auto result = std::to_chars(buffer, buffer + sizeof(buffer), number);
  scratch->assign(buffer, result.ptr);
  return *scratch;
}

template <typename Integer>
std::string_view IntegerText(Integer number, Scratch* scratch) {
  *scratch = StrCat(number);
  return *scratch;
}

std::string_view InstantText(absl::Time time, Scratch* scratch) {
  *scratch = absl::FormatTime(absl::RFC3339_full, time, absl::UTCTimeZone());
  return *scratch;
}

std::string_view LengthText(absl::Duration length, Scratch* scratch) {
  *scratch = absl::FormatDuration(length);
  return *scratch;
}

std::string_view BoolText(bool value) { return value ? "true" : "false"; }

std::optional<std::string_view> ValueText(const flat::Value& value, Scratch* scratch) {
  if (value.has_string_value()) return value.string_value();
  if (value.has_bool_value()) return BoolText(value.bool_value());
  if (value.has_number_value()) return NumberText(value.number_value(), scratch);
  return std::nullopt;
}

std::optional<std::string_view> MessageText(const flat::MessageTable& table, const void* message,
                                            Scratch* scratch) {
  if (&table == &flat::Value::table()) {
    return ValueText(*static_cast<const flat::Value*>(message), scratch);
  }
  if (&table == &flat::Duration::table()) {
    return LengthText(FromProto(*static_cast<const flat::Duration*>(message)), scratch);
  }
  if (&table == &flat::Timestamp::table()) {
    return InstantText(FromProto(*static_cast<const flat::Timestamp*>(message)), scratch);
  }
  return std::nullopt;
}

// Fields of messages of one type.
struct Place {
  const flat::MessageTable* table;
  const flat::FieldTable* field;

  const FieldDescriptor& descriptor() const { return *flat::DescriptorOf(*table, *field); }
};

std::string_view Int32Text(const Place& place, int32_t number, Scratch* scratch) {
  const EnumDescriptor* const type = place.descriptor().enum_type();
  const auto* const value = type == nullptr ? nullptr : type->FindValueByNumber(number);
  if (value != nullptr) return value->name();
  return IntegerText(number, scratch);
}

std::string_view Int64Text(const Place& place, int64_t number, Scratch* scratch) {
  return place.descriptor().cpp_type() == FieldDescriptor::CPPTYPE_UINT64
             ? IntegerText(static_cast<uint64_t>(number), scratch)
             : IntegerText(number, scratch);
}

// One value of a list.
std::optional<std::string_view> ElementText(const Place& place, const flat::ListStorage& list,
                                            uint32_t index, Scratch* scratch) {
  switch (place.field->kind) {
    case flat::Kind::kRepeatedInt32:
      return Int32Text(place, static_cast<const int32_t*>(list.data)[index], scratch);
    case flat::Kind::kRepeatedInt64:
      return Int64Text(place, static_cast<const int64_t*>(list.data)[index], scratch);
    case flat::Kind::kRepeatedString:
      return static_cast<const std::string_view*>(list.data)[index];
    case flat::Kind::kRepeatedMessage:
      return MessageText(*place.field->message, static_cast<const void* const*>(list.data)[index],
                         scratch);
    default:
      return std::nullopt;
  }
}

std::optional<std::string_view> SingularText(const Place& place, const void* parent,
                                             Scratch* scratch) {
  const flat::FieldTable& field = *place.field;
  switch (field.kind) {
    case flat::Kind::kInt32:
      return Int32Text(place, FieldAt<int32_t>(parent, field), scratch);
    case flat::Kind::kInt64:
      return Int64Text(place, FieldAt<int64_t>(parent, field), scratch);
    case flat::Kind::kBool:
      return BoolText(FieldAt<bool>(parent, field));
    case flat::Kind::kDouble:
      return NumberText(FieldAt<double>(parent, field), scratch);
    case flat::Kind::kString:
    case flat::Kind::kBytes:
      return FieldAt<std::string_view>(parent, field);
    case flat::Kind::kMessage: {
      const void* const message = FieldAt<const void*>(parent, field);
      // The value of a map's entry that was written without one.
      return message == nullptr ? std::nullopt : MessageText(*field.message, message, scratch);
    }
    default:
      return std::nullopt;
  }
}

// The name of the value that is called so, with or without the type's prefix.
std::string_view EnumName(std::string_view called, const EnumDescriptor& type) {
  constexpr std::string_view kUnset = "UNSPECIFIED";
  const std::string_view first = type.value(0)->name();
  if (first.size() < kUnset.size()) return called;
  const std::string_view prefix = first.substr(0, first.size() - kUnset.size());
  for (int i = 0; i < type.value_count(); ++i) {
    const std::string_view name = type.value(i)->name();
    if (name.substr(0, prefix.size()) == prefix && name.substr(prefix.size()) == called) {
      return name;
    }
  }
  return called;
}

// The text that an allowed value has when it is read from a field like this.
std::string_view Canonical(const std::string& allowed, const Place& place, Scratch* scratch) {
  const FieldDescriptor* const field = &place.descriptor();
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    return EnumName(allowed, *field->enum_type());
  }
  if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return allowed;
  absl::Duration duration;
  if (field->message_type() == google::protobuf::Duration::descriptor() &&
      absl::ParseDuration(allowed, &duration)) {
    return LengthText(duration, scratch);
  }
  absl::Time time;
  std::string error;
  if (field->message_type() == google::protobuf::Timestamp::descriptor() &&
      absl::ParseTime(absl::RFC3339_full, allowed, &time, &error)) {
    return InstantText(time, scratch);
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

  // Calls `use` with the text of each value. False where one has none, or `use` says so.
  template <typename Use>
  bool ForEachText(Use use) const {
    const flat::FieldTable& field = *place_.field;
    const uint64_t bit = uint64_t{1} << place_.table->IndexOf(field);
    Scratch scratch;
    for (const void* const parent : reached_) {
      // The value of a map's entry is always there.
      if (!place_.table->is_map_entry && !IsFieldSet(parent, field, bit)) continue;
      const uint32_t size = field.repeated() ? FieldAt<flat::ListStorage>(parent, field).size : 1;
      for (uint32_t i = 0; i < size; ++i) {
        const std::optional<std::string_view> text =
            field.repeated()
                ? ElementText(place_, FieldAt<flat::ListStorage>(parent, field), i, &scratch)
                : SingularText(place_, parent, &scratch);
        if (!text || !use(*text)) return false;
      }
    }
    return true;
  }

 private:
  // Of the fields of a map's entry.
  static constexpr uint32_t kKeyNumber = 1, kValueNumber = 2;

  using Messages = absl::InlinedVector<const void*, 8>;

  void Descend() {
    Messages below;
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
    Messages kept;
    for (const void* const entry : reached_) {
      if (FieldAt<std::string_view>(entry, key) == wanted) kept.push_back(entry);
    }
    reached_ = std::move(kept);
  }

  Messages reached_;
  Place place_;
};

}  // namespace

bool HasOnlyValues(const flat::MessageTable& table, const void* message, std::string_view path,
                   const google::protobuf::RepeatedPtrField<std::string>& allowed) {
  Walk walk(table, message);
  if (!walk.To(path)) return false;
  absl::InlinedVector<std::string_view, 8> canonical;
  // Room for those that are written anew; most stand in `allowed` or in the descriptor as they are.
  std::vector<Scratch> written;
  for (const std::string& value : allowed) {
    Scratch scratch;
    const std::string_view text = Canonical(value, walk.place(), &scratch);
    if (text.data() != scratch.data()) {
      canonical.push_back(text);
      continue;
    }
    if (written.empty()) written.reserve(allowed.size());
    canonical.push_back(written.emplace_back(std::move(scratch)));
  }
  std::sort(canonical.begin(), canonical.end());
  bool any = false;
  const bool all = walk.ForEachText([&](std::string_view text) {
    any = true;
    return std::binary_search(canonical.begin(), canonical.end(), text);
  });
  return all && (any || allowed.empty());
}

std::vector<std::string> TextsAt(const flat::MessageTable& table, const void* message,
                                 std::string_view path) {
  Walk walk(table, message);
  std::vector<std::string> texts;
  const bool all = walk.To(path) && walk.ForEachText([&](std::string_view text) {
    texts.emplace_back(text);
    return true;
  });
  if (!all) texts.clear();
  return texts;
}

}  // namespace changepolicy
