// An arena as the memory of the standard library's containers and shared objects.
#ifndef LIBCHANGEPOLICY_FLAT_ARENA_ALLOCATOR_H_
#define LIBCHANGEPOLICY_FLAT_ARENA_ALLOCATOR_H_

#include <cstddef>

#include "libchangepolicy/flat/arena.h"

namespace changepolicy::flat {

// What is given back stays the arena's until that is reset. What uses it must end before then.
template <typename T>
class ArenaAllocator {
 public:
  using value_type = T;

  explicit ArenaAllocator(Arena* arena) : arena_(arena) {}
  template <typename U>
  ArenaAllocator(const ArenaAllocator<U>& other) : arena_(other.arena()) {}  // NOLINT: by the rules

  T* allocate(size_t count) {
    static_assert(alignof(T) <= 8);
    return static_cast<T*>(arena_->Allocate(count * sizeof(T)));
  }
  void deallocate(T*, size_t) {}

  Arena* arena() const { return arena_; }
  template <typename U>
  friend bool operator==(const ArenaAllocator& a, const ArenaAllocator<U>& b) {
    return a.arena() == b.arena();
  }

 private:
  Arena* arena_;
};

}  // namespace changepolicy::flat

#endif  // LIBCHANGEPOLICY_FLAT_ARENA_ALLOCATOR_H_
