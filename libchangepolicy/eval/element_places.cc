#include "libchangepolicy/eval/element_places.h"

#include <bit>
#include <cstdint>

#include "absl/functional/function_ref.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/flat/repeated.h"

namespace changepolicy {
namespace {

using flat::FieldTable;
using flat::Kind;
using flat::ListStorage;
using flat::MessageTable;

template <typename T>
const T& At(const void* message, const FieldTable& field) {
  return *reinterpret_cast<const T*>(static_cast<const char*>(message) + field.offset);
}

const void* ElementOf(const ListStorage& list, uint32_t index) {
  return static_cast<const void* const*>(list.data)[index];
}

// Calls `visit` for each field of the message that holds a message, or several, and may be set.
void ForEachHolder(const MessageTable& table, const void* message,
                   absl::FunctionRef<void(const FieldTable&)> visit) {
  uint64_t bits = *reinterpret_cast<const uint64_t*>(static_cast<const char*>(message) +
                                                     MessageTable::kPresentOffset);
  for (; bits != 0; bits &= bits - 1) {
    const FieldTable& field = table.fields[std::countr_zero(bits)];
    if (field.kind == Kind::kRepeatedMessage ||
        (field.kind == Kind::kMessage && At<void*>(message, field) != nullptr)) {
      visit(field);
    }
  }
}

void AddOrder(const absl::flat_hash_map<const void*, int>& places, const MessageTable& table,
              const void* message, const std::string& path, ElementOrder* order) {
  ForEachHolder(table, message, [&](const FieldTable& field) {
    const std::string below = PathBelow(path, field.name);
    if (field.kind == Kind::kMessage) {
      return AddOrder(places, *field.message, At<void*>(message, field), below, order);
    }
    const auto& list = At<ListStorage>(message, field);
    std::vector<int>& of_list = (*order)[below];
    for (uint32_t i = 0; i < list.size; ++i) {
      const void* const element = ElementOf(list, i);
      const auto place = places.find(element);
      of_list.push_back(place == places.end() ? kNoPlace : place->second);
      if (place == places.end()) continue;
      AddOrder(places, *field.message, element, PathOfElement(below, place->second), order);
    }
  });
}

}  // namespace

std::string PathBelow(std::string_view message, std::string_view field) {
  return StrCat(message, ".", field);
}

std::string PathOfElement(std::string_view list, int place) {
  return StrCat(list, "[", place, "]");
}

void ElementPlaces::Begin(const MessageTable& table, const void* message) {
  ForEachHolder(table, message, [&](const FieldTable& field) {
    if (field.kind == Kind::kMessage) return Begin(*field.message, At<void*>(message, field));
    const auto& list = At<ListStorage>(message, field);
    for (uint32_t i = 0; i < list.size; ++i) {
      places_.emplace(ElementOf(list, i), static_cast<int>(i));
      Begin(*field.message, ElementOf(list, i));
    }
  });
}

void ElementPlaces::Follow(const MessageTable& table, const void* from, const void* to) {
  ForEachHolder(table, from, [&](const FieldTable& field) {
    if (field.kind == Kind::kMessage) {
      const void* const then = At<void*>(to, field);
      if (then != nullptr) Follow(*field.message, At<void*>(from, field), then);
      return;
    }
    const auto& before = At<ListStorage>(from, field);
    const auto& after = At<ListStorage>(to, field);
    for (uint32_t i = 0; i < before.size && i < after.size; ++i) {
      const auto place = places_.find(ElementOf(before, i));
      if (place != places_.end()) places_.emplace(ElementOf(after, i), int{place->second});
      Follow(*field.message, ElementOf(before, i), ElementOf(after, i));
    }
  });
}

ElementOrder ElementPlaces::OrderOf(const MessageTable& table, const void* message) const {
  ElementOrder order;
  AddOrder(places_, table, message, "", &order);
  return order;
}

}  // namespace changepolicy
