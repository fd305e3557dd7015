// An arena as the memory of the standard library's polymorphic containers, of which much is given
// back and taken again.
#ifndef LIBCHANGEPOLICY_FLAT_ARENA_POOL_H_
#define LIBCHANGEPOLICY_FLAT_ARENA_POOL_H_

#include <array>
#include <bit>
#include <cstddef>
#include <memory_resource>
#include <new>

#include "libchangepolicy/flat/arena.h"

namespace changepolicy::flat {

// Room that comes back is given out again to whoever asks for as much, rounded up to a power of
// two, so that a long search keeps no more than it uses at a time. Large rooms, and those with more
// than an arena's alignment, are the heap's. Must end, and what uses it before, before the arena is
// reset. Not safe for use by two threads.
//
// std::pmr::unsynchronized_pool_resource takes chunks of at least sixteen rooms of a size, and asks
// for those above its sizes anew each time, which an arena would keep.
class ArenaPool final : public std::pmr::memory_resource {
 public:
  explicit ArenaPool(Arena* arena) : arena_(arena) {}

 private:
  struct Free {
    Free* next;
  };
  static constexpr size_t kAlignment = 8;
  static constexpr size_t kLargest = size_t{1} << 20;

  static bool IsOfHeap(size_t size, size_t alignment) {
    return size > kLargest || alignment > kAlignment;
  }
  // Rooms are of sizes that are powers of two.
  static size_t ClassOf(size_t size) {
    return static_cast<size_t>(std::bit_width(size < sizeof(Free) ? sizeof(Free) - 1 : size - 1));
  }

  void* do_allocate(size_t size, size_t alignment) override {
    if (IsOfHeap(size, alignment)) {
      return std::pmr::new_delete_resource()->allocate(size, alignment);
    }
    const size_t of_size = ClassOf(size);
    Free*& free = free_[of_size];
    if (free == nullptr) return arena_->Allocate(size_t{1} << of_size);
    Free* const room = free;
    free = room->next;
    return room;
  }
  void do_deallocate(void* room, size_t size, size_t alignment) override {
    if (IsOfHeap(size, alignment)) {
      return std::pmr::new_delete_resource()->deallocate(room, size, alignment);
    }
    Free*& free = free_[ClassOf(size)];
    free = new (room) Free{free};
  }
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }

  Arena* arena_;
  std::array<Free*, 21> free_{};
};

}  // namespace changepolicy::flat

#endif  // LIBCHANGEPOLICY_FLAT_ARENA_POOL_H_
