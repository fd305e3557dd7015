// Which records of a flat message are visible: mostly all are.
#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "changepolicy/v1/change.flat.h"
#include "google/protobuf/timestamp.flat.h"
#include "libchangepolicy/eval/against_permission.h"
#include "libchangepolicy/eval/visibility.h"
#include "libchangepolicy/flat/field_access.h"
#include "libchangepolicy/flat/model_tables.h"
#include "libchangepolicy/flat/time.h"

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
  // Of what is a record; null for all others, and where it has no such field.
  const flat::FieldTable* recorded_at = nullptr;
  const flat::FieldTable* happened_at = nullptr;
};
// Their places stay where they are.
using AllPlaces = std::unordered_map<const flat::MessageTable*, Places>;

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
    places.recorded_at = table.FindByName("recorded_at");
    if (places.recorded_at != nullptr) places.happened_at = table.FindByName("happened_at");
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
  static const Places& of_changes = all.at(&flat::ChangeRequest::table());
  return &table == &flat::ChangeRequest::table() ? of_changes : all.at(&table);
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

// Takes out what is not visible, as the walk over protobuf's messages does (visibility.cc).
class Pruner {
 public:
  Pruner(absl::Time now, absl::Duration clock_skew, std::vector<absl::Time>* changes)
      : now_(now), clock_skew_(clock_skew), changes_(*changes) {}

  void Prune(const flat::MessageTable& table, const Places& places, void* message) {
    if (&table == &flat::Veto::table()) ClearInvisibleLift(static_cast<flat::Veto*>(message));
    for (const Places::Part& part : places.parts) {
      const uint64_t bit = uint64_t{1} << table.IndexOf(*part.field);
      if (!IsFieldSet(message, *part.field, bit)) continue;
      const bool is_empty = part.field->kind == flat::Kind::kMessage ? PruneSingle(part, message)
                                                                     : PruneList(part, message);
      if (is_empty) Clear(message, bit);
    }
  }

 private:
  static void Clear(void* message, uint64_t bit) {
    *reinterpret_cast<uint64_t*>(static_cast<char*>(message) +
                                 flat::MessageTable::kPresentOffset) &= ~bit;
  }
  template <typename T>
  static T& Mutable(void* message, const flat::FieldTable& field) {
    return *reinterpret_cast<T*>(static_cast<char*>(message) + field.offset);
  }

  static std::optional<absl::Time> TimeAt(const void* message, const flat::FieldTable* field) {
    if (field == nullptr || field->kind != flat::Kind::kMessage) return std::nullopt;
    const auto* const time = FieldAt<const flat::Timestamp*>(message, *field);
    return time == nullptr ? std::nullopt : std::optional(FromProto(*time));
  }

  // The instant from which a record counts; nothing for what is no record.
  std::optional<absl::Time> VisibleFrom(const flat::MessageTable& table, const Places& places,
                                        const void* message) const {
    const auto recorded_at = TimeAt(message, places.recorded_at);
    const auto happened_at = TimeAt(message, places.happened_at);
    if (!recorded_at && !happened_at) return std::nullopt;
    const absl::Time from = std::max(recorded_at.value_or(absl::InfinitePast()),
                                     happened_at.value_or(absl::InfinitePast()));
    const bool is_against = SpeaksAgainstPermission([&](auto type) {
      using Flat = typename decltype(type)::Flat;
      return &table == &Flat::table() ? static_cast<const Flat*>(message) : nullptr;
    });
    return is_against ? from - clock_skew_ : from;
  }

  // Whether it is not; when it will be is noted.
  bool IsInvisible(const flat::MessageTable& table, const Places& places, const void* record) {
    const auto from = VisibleFrom(table, places, record);
    if (!from || *from <= now_) return false;
    changes_.push_back(*from);
    return true;
  }

  // The lifting of a veto is a record for permission inside one against it.
  void ClearInvisibleLift(flat::Veto* veto) {
    if (veto->lifted_by().empty()) return;
    absl::Time from = absl::InfinitePast();
    if (veto->has_lifted_at()) from = std::max(from, FromProto(veto->lifted_at()));
    if (veto->has_lift_recorded_at()) from = std::max(from, FromProto(veto->lift_recorded_at()));
    if (from <= now_) return;
    changes_.push_back(from);
    veto->clear_lifted_by();
    veto->clear_lifted_at();
    veto->clear_lift_recorded_at();
  }

  // Both say whether nothing is left.
  bool PruneSingle(const Places::Part& part, void* message) {
    const flat::MessageTable& table = *part.field->message;
    void*& value = Mutable<void*>(message, *part.field);
    if (IsInvisible(table, *part.places, value)) {
      value = nullptr;
      return true;
    }
    Prune(table, *part.places, value);
    return false;
  }
  bool PruneList(const Places::Part& part, void* message) {
    const flat::MessageTable& table = *part.field->message;
    auto& list = Mutable<flat::ListStorage>(message, *part.field);
    void** const elements = static_cast<void**>(list.data);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < list.size; ++i) {
      if (IsInvisible(table, *part.places, elements[i])) continue;
      Prune(table, *part.places, elements[i]);
      elements[kept++] = elements[i];
    }
    list.size = kept;
    return kept == 0;
  }

  const absl::Time now_;
  const absl::Duration clock_skew_;
  std::vector<absl::Time>& changes_;
};

}  // namespace

void KeepVisible(absl::Time now, absl::Duration clock_skew, const flat::MessageTable& table,
                 void* message, std::vector<absl::Time>* changes) {
  Pruner(now, clock_skew, changes).Prune(table, PlacesOf(table), message);
}

bool IsAllVisible(const flat::MessageTable& table, const void* message, absl::Time now) {
  return AllVisible(PlacesOf(table), message, absl::ToUnixSeconds(now));
}

}  // namespace changepolicy
