// The lists of flat messages: scalars and texts by value, messages by address, maps by key.
#ifndef LIBCHANGEPOLICY_FLAT_REPEATED_H_
#define LIBCHANGEPOLICY_FLAT_REPEATED_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "libchangepolicy/flat/arena.h"

namespace changepolicy::flat {

// What every list is in memory, so that parser and encoder need not know the type of its elements.
// Sizes are below 2^31: each element takes at least a byte of an input that is shorter than that.
struct ListStorage {
  void* data = nullptr;
  uint32_t size = 0;
  uint32_t capacity : 31 = 0;
  // Entries of a map that were read out of order and are yet to be sorted; only while parsing.
  uint32_t unsorted : 1 = 0;

  // Makes room for one element more. What was there stays where it is when the arena has nothing
  // behind it, and is otherwise left where it is and copied.
  template <typename T>
  T* Add(Arena* arena) {
    if (size == capacity) [[unlikely]] {
      if (capacity != 0) {
        Grow(sizeof(T), arena);
      } else {
        data = arena->Allocate(kFirst * sizeof(T));
        capacity = kFirst;
      }
    }
    return static_cast<T*>(data) + size++;
  }

 private:
  static constexpr uint32_t kFirst = 4;

  void Grow(size_t element_size, Arena* arena);
};

// A list of numbers, enum values (as numbers, like protobuf's) or texts. Owns nothing: copying it
// copies the address of its elements.
template <typename T>
class Repeated {
 public:
  using value_type = T;
  using iterator = T*;
  using const_iterator = const T*;

  int size() const { return static_cast<int>(storage_.size); }
  bool empty() const { return storage_.size == 0; }
  const T* data() const { return static_cast<const T*>(storage_.data); }
  T* data() { return static_cast<T*>(storage_.data); }
  const T& operator[](int index) const { return data()[index]; }
  T& operator[](int index) { return data()[index]; }
  const T& Get(int index) const { return data()[index]; }
  void Set(int index, T value) { data()[index] = value; }
  const_iterator begin() const { return data(); }
  const_iterator end() const { return data() + storage_.size; }
  iterator begin() { return data(); }
  iterator end() { return data() + storage_.size; }

  void Add(T value, Arena* arena) { *storage_.Add<T>(arena) = value; }
  // Keeps the first `size` elements. REQUIRES: there are as many.
  void Truncate(int size) { storage_.size = static_cast<uint32_t>(size); }
  void Clear() { storage_.size = 0; }
  // The list is then `size` elements that stand elsewhere, outlive it, and are not written to
  // unless by the caller: adding one copies them first.
  void Borrow(T* elements, int size) {
    storage_ = {};
    storage_.data = elements;
    storage_.size = static_cast<uint32_t>(size);
    storage_.capacity = storage_.size;
  }

 private:
  ListStorage storage_;
};

// A list of messages. Their addresses stay the same when it grows or is sorted.
template <typename T>
class RepeatedMessage {
  // Goes through addresses and yields what stands there.
  template <typename Value>
  class Iterator {
   public:
    using iterator_category = std::random_access_iterator_tag;
    using value_type = std::remove_const_t<Value>;
    using difference_type = std::ptrdiff_t;
    using pointer = Value*;
    using reference = Value&;

    Iterator() = default;
    explicit Iterator(void* const* at) : at_(at) {}
    reference operator*() const { return *static_cast<Value*>(*at_); }
    pointer operator->() const { return static_cast<Value*>(*at_); }
    reference operator[](difference_type n) const { return *static_cast<Value*>(at_[n]); }
    Iterator& operator++() { return ++at_, *this; }
    Iterator& operator--() { return --at_, *this; }
    Iterator operator++(int) { return Iterator(at_++); }
    Iterator operator--(int) { return Iterator(at_--); }
    Iterator& operator+=(difference_type n) { return at_ += n, *this; }
    Iterator& operator-=(difference_type n) { return at_ -= n, *this; }
    friend Iterator operator+(Iterator i, difference_type n) { return Iterator(i.at_ + n); }
    friend Iterator operator+(difference_type n, Iterator i) { return Iterator(i.at_ + n); }
    friend Iterator operator-(Iterator i, difference_type n) { return Iterator(i.at_ - n); }
    friend difference_type operator-(Iterator a, Iterator b) { return a.at_ - b.at_; }
    friend auto operator<=>(Iterator a, Iterator b) { return a.at_ <=> b.at_; }
    friend bool operator==(Iterator a, Iterator b) { return a.at_ == b.at_; }

   private:
    void* const* at_ = nullptr;
  };

 public:
  using value_type = T;
  using iterator = Iterator<T>;
  using const_iterator = Iterator<const T>;

  int size() const { return static_cast<int>(storage_.size); }
  bool empty() const { return storage_.size == 0; }
  const T& operator[](int index) const { return *static_cast<const T*>(addresses()[index]); }
  T& operator[](int index) { return *static_cast<T*>(addresses()[index]); }
  const T& Get(int index) const { return (*this)[index]; }
  T* Mutable(int index) { return static_cast<T*>(addresses()[index]); }
  const_iterator begin() const { return const_iterator(addresses()); }
  const_iterator end() const { return const_iterator(addresses() + storage_.size); }
  iterator begin() { return iterator(addresses()); }
  iterator end() { return iterator(addresses() + storage_.size); }

  T* Add(Arena* arena) {
    T* const message = arena->New<T>();
    Add(message, arena);
    return message;
  }
  // The message is not copied and must outlive the list.
  void Add(T* message, Arena* arena) { *storage_.Add<void*>(arena) = message; }
  void Truncate(int size) { storage_.size = static_cast<uint32_t>(size); }
  void Clear() { storage_.size = 0; }
  void SwapElements(int a, int b) { std::swap(addresses()[a], addresses()[b]); }

  // Sorts by `less` over two messages, without the heap; equal ones end in no stated order.
  // O(n log n).
  template <typename Less>
  void Sort(Less less) {
    std::sort(addresses(), addresses() + storage_.size, [&](const void* a, const void* b) {
      return less(*static_cast<const T*>(a), *static_cast<const T*>(b));
    });
  }

 protected:
  void** addresses() const { return static_cast<void**>(storage_.data); }

  ListStorage storage_;
};

// The entries of a map, by key in the order of its bytes, one for each key. An entry can be taken
// apart like protobuf's: `for (const auto& [key, value] : change.facts())`.
template <typename Entry>
class Map : public RepeatedMessage<Entry> {
 public:
  // Null when there is none. O(log n).
  const Entry* find(std::string_view key) const {
    const int place = LowerBound(key);
    return place < this->size() && (*this)[place].key() == key ? &(*this)[place] : nullptr;
  }
  bool contains(std::string_view key) const { return find(key) != nullptr; }

  // The entry of the key, made at its place when there is none. The key is borrowed. O(n).
  Entry* FindOrAdd(std::string_view key, Arena* arena) {
    const int place = LowerBound(key);
    if (place < this->size() && (*this)[place].key() == key) return this->Mutable(place);
    Entry* const entry = RepeatedMessage<Entry>::Add(arena);
    entry->set_key(key);
    for (int i = this->size() - 1; i > place; --i) this->SwapElements(i, i - 1);
    return entry;
  }

 private:
  int LowerBound(std::string_view key) const {
    int low = 0;
    int high = this->size();
    while (low < high) {
      const int middle = low + (high - low) / 2;
      if ((*this)[middle].key() < key) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
};

// What generated classes of map entries are.
template <typename T>
concept MapEntry = T::kIsMapEntry;

template <size_t kIndex, MapEntry Entry>
decltype(auto) get(const Entry& entry) {
  if constexpr (kIndex == 0) {
    return entry.key();
  } else {
    return entry.value();
  }
}

}  // namespace changepolicy::flat

template <changepolicy::flat::MapEntry Entry>
struct std::tuple_size<Entry> : std::integral_constant<size_t, 2> {};

template <size_t kIndex, changepolicy::flat::MapEntry Entry>
struct std::tuple_element<kIndex, Entry> {
  using type = decltype(changepolicy::flat::get<kIndex>(std::declval<const Entry&>()));
};

#endif  // LIBCHANGEPOLICY_FLAT_REPEATED_H_
