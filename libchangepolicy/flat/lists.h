// Lists in an arena, and how they are sorted without the heap.
#ifndef LIBCHANGEPOLICY_FLAT_LISTS_H_
#define LIBCHANGEPOLICY_FLAT_LISTS_H_

#include <algorithm>
#include <cstddef>
#include <functional>
#include <span>
#include <type_traits>

#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/flat/repeated.h"

namespace changepolicy {

// Zero bytes, which the caller fills.
template <typename T>
std::span<T> NewList(size_t size, flat::Arena* arena) {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
  if (size == 0) return {};
  return {static_cast<T*>(arena->Allocate(size * sizeof(T))), size};
}

template <typename T>
std::span<T> SpanOf(flat::Repeated<T>& list) {
  return {list.data(), static_cast<size_t>(list.size())};
}
template <typename T>
std::span<const T> SpanOf(const flat::Repeated<T>& list) {
  return {list.data(), static_cast<size_t>(list.size())};
}

// Stable. Without the heap for a few elements, which is the usual case.
template <typename T, typename Less>
void StableSort(std::span<T> list, Less less) {
  constexpr size_t kFew = 32;
  if (list.size() > kFew) {
    std::stable_sort(list.begin(), list.end(), less);
    return;
  }
  for (size_t i = 1; i < list.size(); ++i) {
    const T moved = list[i];
    size_t place = i;
    for (; place > 0 && less(moved, list[place - 1]); --place) list[place] = list[place - 1];
    list[place] = moved;
  }
}

// Sorted, each once.
template <typename T>
std::span<T> SortOnce(std::span<T> list) {
  StableSort(list, std::less<T>());
  return list.first(static_cast<size_t>(std::unique(list.begin(), list.end()) - list.begin()));
}

// The same of a list that stays where it is.
template <typename T>
void SortOnce(flat::Repeated<T>* list) {
  list->Truncate(static_cast<int>(SortOnce(SpanOf(*list)).size()));
}

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_FLAT_LISTS_H_
