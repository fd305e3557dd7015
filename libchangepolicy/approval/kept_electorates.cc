#include "libchangepolicy/approval/kept_electorates.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "absl/hash/hash.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

// A directory of any size takes no more room than this before anybody is asked for.
constexpr size_t kMostPlaces = size_t{1} << 12;

}  // namespace

KeptElectorates::KeptElectorates(size_t values)
    : places_(std::bit_ceil(std::clamp<size_t>(values, 1, kMostPlaces))) {}

KeptElectorates::~KeptElectorates() {
  for (const std::atomic<const Entry*>& place : places_) {
    for (const Entry* entry = place.load(std::memory_order_acquire); entry != nullptr;) {
      delete std::exchange(entry, entry->next);
    }
  }
}

std::atomic<const KeptElectorates::Entry*>& KeptElectorates::PlaceOf(std::string_view value) const {
  return places_[absl::HashOf(ToAbsl(value)) & (places_.size() - 1)];
}

const Electorate* KeptElectorates::Find(std::string_view value) const {
  for (const Entry* entry = PlaceOf(value).load(std::memory_order_acquire); entry != nullptr;
       entry = entry->next) {
    if (entry->value == value) return &entry->electorate;
  }
  return nullptr;
}

const Electorate* KeptElectorates::Add(std::string_view value, Electorate electorate) {
  std::atomic<const Entry*>& place = PlaceOf(value);
  auto entry = std::make_unique<const Entry>(
      Entry{std::string(value), std::move(electorate), place.load(std::memory_order_relaxed)});
  const Electorate* const added = &entry->electorate;
  place.store(entry.release(), std::memory_order_release);
  return added;
}

}  // namespace changepolicy
