#include "allocations.h"

#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

namespace changepolicy {

namespace {

std::atomic<int64_t> calls{0}, bytes{0}, peak{0};

// glibc keeps a word beside each block.
int64_t SizeOf(void* block) {
  return static_cast<int64_t>(malloc_usable_size(block) + sizeof(size_t));
}

// Null for null.
void* CountIfAny(void* block) {
  if (block == nullptr) return nullptr;
  calls.fetch_add(1, std::memory_order_relaxed);
  const int64_t held = bytes.fetch_add(SizeOf(block), std::memory_order_relaxed) + SizeOf(block);
  int64_t highest = peak.load(std::memory_order_relaxed);
  while (held > highest && !peak.compare_exchange_weak(highest, held)) {
  }
  return block;
}

void* Count(void* block) {
  if (block == nullptr) throw std::bad_alloc();
  return CountIfAny(block);
}

void Free(void* block) {
  if (block == nullptr) return;
  bytes.fetch_sub(SizeOf(block), std::memory_order_relaxed);
  std::free(block);
}

}  // namespace

Allocations CountAllocations() { return {.calls = calls, .bytes = bytes, .peak = peak}; }
void ForgetPeak() { peak.store(bytes); }

}  // namespace changepolicy

void* operator new(size_t size) { return changepolicy::Count(std::malloc(size)); }
void* operator new[](size_t size) { return changepolicy::Count(std::malloc(size)); }
// As std::stable_sort asks for its room.
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  return changepolicy::CountIfAny(std::malloc(size));
}
void* operator new[](size_t size, const std::nothrow_t&) noexcept {
  return changepolicy::CountIfAny(std::malloc(size));
}
void* operator new(size_t size, std::align_val_t align) {
  const size_t to = static_cast<size_t>(align);
  return changepolicy::Count(std::aligned_alloc(to, (size + to - 1) / to * to));
}
void operator delete(void* block) noexcept { changepolicy::Free(block); }
void operator delete[](void* block) noexcept { changepolicy::Free(block); }
void operator delete(void* block, size_t) noexcept { changepolicy::Free(block); }
void operator delete[](void* block, size_t) noexcept { changepolicy::Free(block); }
void operator delete(void* block, std::align_val_t) noexcept { changepolicy::Free(block); }
void operator delete(void* block, size_t, std::align_val_t) noexcept { changepolicy::Free(block); }
