#include "tests/allocations/allocations.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {
std::atomic<long> allocations = 0;
// Not inlined: the compiler would see new paired with free.
[[gnu::noinline]] void Release(void* room) { std::free(room); }
}  // namespace

void* operator new(size_t size) {
  ++allocations;
  if (void* const room = std::malloc(size == 0 ? 1 : size)) return room;
  throw std::bad_alloc();
}
void* operator new[](size_t size) { return operator new(size); }
// What these give comes to the same operator delete.
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size == 0 ? 1 : size);
}
void* operator new[](size_t size, const std::nothrow_t& nothrow) noexcept {
  return operator new(size, nothrow);
}
void operator delete(void* room) noexcept { Release(room); }
void operator delete(void* room, size_t) noexcept { Release(room); }
void operator delete[](void* room) noexcept { Release(room); }
void operator delete[](void* room, size_t) noexcept { Release(room); }

namespace changepolicy {

long CountAllocations() { return allocations; }

}  // namespace changepolicy
