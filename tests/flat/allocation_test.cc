// A program of its own, since it counts what the whole program takes from the heap.
#include <atomic>
#include <cstdlib>
#include <new>
#include <random>
#include <string>
#include <vector>

#include "changepolicy/v1/change.flat.h"
#include "changepolicy/v1/change.pb.h"
#include "gtest/gtest.h"
#include "libchangepolicy/flat/encode.h"
#include "libchangepolicy/flat/parse.h"
#include "libchangepolicy/flat/sort.h"
#include "messages.h"

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
void operator delete(void* room) noexcept { Release(room); }
void operator delete(void* room, size_t) noexcept { Release(room); }
void operator delete[](void* room) noexcept { Release(room); }
void operator delete[](void* room, size_t) noexcept { Release(room); }

namespace changepolicy::flat {
namespace {

TEST(AllocationTest, NothingAfterTheFirstMessages) {
  std::vector<std::string> inputs;
  for (unsigned seed = 0; seed < 100; ++seed) {
    Random random(seed);
    v1::ChangeRequest change;
    Fill(&change, 3, &random);
    inputs.push_back(change.SerializeAsString());
  }
  Arena arena;
  Buffer buffer;
  size_t bytes = 0;
  const auto work = [&] {
    for (const std::string& input : inputs) {
      arena.Reset();
      auto* const change = arena.New<ChangeRequest>();
      ParseResult result;
      ASSERT_TRUE(Parse(input, change, &arena, &result));
      bytes += Encode(*change, &buffer).size();
      SortSetLikes(change, &arena, &buffer);
      bytes += EncodeCanonical(*change, &arena, &buffer).size();
    }
  };
  work();
  EXPECT_GT(allocations, 0);
  const long before = allocations;
  const size_t once = bytes;
  work();
  EXPECT_EQ(allocations - before, 0);
  EXPECT_EQ(bytes, 2 * once);
}

}  // namespace
}  // namespace changepolicy::flat
