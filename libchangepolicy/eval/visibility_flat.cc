// Whether all records of a flat message are visible, which they mostly are.
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "google/protobuf/timestamp.flat.h"
#include "libchangepolicy/eval/visibility.h"
#include "libchangepolicy/flat/field_access.h"
#include "libchangepolicy/flat/model_tables.h"

namespace changepolicy {
namespace {

// What to look at in messages of one type.
struct Places {
  std::vector<const flat::FieldTable*> instants;  // from which a record, or its lifting, counts
  std::vector<const flat::FieldTable*> parts;     // that may hold records
};
using AllPlaces = absl::flat_hash_map<const flat::MessageTable*, Places>;

bool IsOfModel(const flat::FieldTable& field) {
  return field.message != nullptr && field.kind != flat::Kind::kMap &&
         field.message->full_name.starts_with("changepolicy.v1.");
}

Places PlacesIn(const flat::MessageTable& table) {
  constexpr std::string_view kInstants[] = {"recorded_at", "happened_at", "lifted_at",
                                            "lift_recorded_at"};
  Places places;
  for (uint32_t i = 0; i < table.field_count; ++i) {
    const flat::FieldTable& field = table.fields[i];
    for (const std::string_view name : kInstants) {
      if (field.name == name && field.kind == flat::Kind::kMessage) {
        places.instants.push_back(&field);
      }
    }
    // A snapshot is content, and holds no records that count.
    if (IsOfModel(field) && field.name != "snapshot") places.parts.push_back(&field);
  }
  return places;
}

const Places& PlacesOf(const flat::MessageTable& table) {
  static const AllPlaces& all = []() -> const AllPlaces& {
    auto& made = *new AllPlaces();
    for (size_t i = 0; i < flat::kModelTableCount; ++i) {
      made.emplace(flat::kModelTables[i], PlacesIn(*flat::kModelTables[i]));
    }
    return made;
  }();
  return all.at(&table);
}

bool IsAfter(const flat::Timestamp& instant, int64_t seconds) {
  // To the second: the exact answer is KeepVisible's.
  return instant.seconds() >= seconds || instant.nanos() < 0 || instant.nanos() > 999'999'999;
}

bool AllVisible(const flat::MessageTable& table, const void* message, int64_t seconds) {
  const Places& places = PlacesOf(table);
  for (const flat::FieldTable* const field : places.instants) {
    const auto* const instant = FieldAt<const flat::Timestamp*>(message, *field);
    if (instant != nullptr && IsAfter(*instant, seconds)) return false;
  }
  for (const flat::FieldTable* const field : places.parts) {
    if (field->kind == flat::Kind::kMessage) {
      const void* const part = FieldAt<const void*>(message, *field);
      if (part != nullptr && !AllVisible(*field->message, part, seconds)) return false;
      continue;
    }
    const auto& list = FieldAt<flat::ListStorage>(message, *field);
    for (uint32_t i = 0; i < list.size; ++i) {
      const void* const element = static_cast<const void* const*>(list.data)[i];
      if (!AllVisible(*field->message, element, seconds)) return false;
    }
  }
  return true;
}

}  // namespace

bool IsAllVisible(const flat::MessageTable& table, const void* message, absl::Time now) {
  return AllVisible(table, message, absl::ToUnixSeconds(now));
}

}  // namespace changepolicy
