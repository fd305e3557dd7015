// Whether all records of a flat message are visible, which they mostly are.
#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "google/protobuf/timestamp.flat.h"
#include "libchangepolicy/eval/visibility.h"
#include "libchangepolicy/flat/field_access.h"
#include "libchangepolicy/flat/model_tables.h"

namespace changepolicy {
namespace {

// What to look at in messages of one type.
struct Places {
  struct Part {
    const flat::FieldTable* field;
    const Places* places;
  };
  std::vector<const flat::FieldTable*> instants;  // from which a record, or its lifting, counts
  std::vector<Part> parts;                        // that may hold records
};
using AllPlaces = std::map<const flat::MessageTable*, Places>;

bool IsOfModel(const flat::FieldTable& field) {
  return field.message != nullptr && field.kind != flat::Kind::kMap &&
         field.message->full_name.starts_with("changepolicy.v1.");
}

// A snapshot is content, and holds no records that count.
bool IsPart(const flat::FieldTable& field) { return IsOfModel(field) && field.name != "snapshot"; }

bool IsInstant(const flat::FieldTable& field) {
  constexpr std::string_view kInstants[] = {"recorded_at", "happened_at", "lifted_at",
                                            "lift_recorded_at"};
  return field.kind == flat::Kind::kMessage &&
         std::find(std::begin(kInstants), std::end(kInstants), field.name) != std::end(kInstants);
}

// Here or in some part.
bool HasInstants(const flat::MessageTable& table, std::set<const flat::MessageTable*>* seen) {
  if (!seen->insert(&table).second) return false;
  return std::any_of(
      table.fields, table.fields + table.field_count, [&](const flat::FieldTable& field) {
        return IsInstant(field) || (IsPart(field) && HasInstants(*field.message, seen));
      });
}

const AllPlaces& FindAllPlaces() {
  auto& all = *new AllPlaces();
  for (size_t i = 0; i < flat::kModelTableCount; ++i) {
    const flat::MessageTable& table = *flat::kModelTables[i];
    Places& places = all[&table];
    for (uint32_t f = 0; f < table.field_count; ++f) {
      const flat::FieldTable& field = table.fields[f];
      if (IsInstant(field)) places.instants.push_back(&field);
      std::set<const flat::MessageTable*> seen;
      if (IsPart(field) && HasInstants(*field.message, &seen)) {
        places.parts.push_back({&field, &all[field.message]});
      }
    }
  }
  return all;
}

const Places& PlacesOf(const flat::MessageTable& table) {
  static const AllPlaces& all = FindAllPlaces();
  return all.at(&table);
}

bool IsAfter(const flat::Timestamp& instant, int64_t seconds) {
  // To the second: the exact answer is KeepVisible's.
  return instant.seconds() >= seconds || instant.nanos() < 0 || instant.nanos() > 999'999'999;
}

bool AllVisible(const Places& places, const void* message, int64_t seconds) {
  for (const flat::FieldTable* const field : places.instants) {
    const auto* const instant = FieldAt<const flat::Timestamp*>(message, *field);
    if (instant != nullptr && IsAfter(*instant, seconds)) return false;
  }
  for (const Places::Part& part : places.parts) {
    if (part.field->kind == flat::Kind::kMessage) {
      const void* const inner = FieldAt<const void*>(message, *part.field);
      if (inner != nullptr && !AllVisible(*part.places, inner, seconds)) return false;
      continue;
    }
    const auto& list = FieldAt<flat::ListStorage>(message, *part.field);
    for (uint32_t i = 0; i < list.size; ++i) {
      const void* const element = static_cast<const void* const*>(list.data)[i];
      if (!AllVisible(*part.places, element, seconds)) return false;
    }
  }
  return true;
}

}  // namespace

bool IsAllVisible(const flat::MessageTable& table, const void* message, absl::Time now) {
  return AllVisible(PlacesOf(table), message, absl::ToUnixSeconds(now));
}

}  // namespace changepolicy
