#include "libchangepolicy/flat/arena_pool.h"

#include <cstdint>
#include <cstring>
#include <map>
#include <memory_resource>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace changepolicy::flat {
namespace {

struct Room {
  unsigned char* bytes;
  size_t size, alignment;
  unsigned char mark;
};

// Rooms of all sizes that are taken and given back in a random order: each is as large as it was
// asked for, aligned, and nobody else's.
TEST(ArenaPool, RoomsAreApart) {
  Arena arena;
  ArenaPool pool(&arena);
  std::mt19937 random(3);
  std::vector<Room> rooms;
  const auto give_back = [&](size_t place) {
    const Room room = rooms[place];
    rooms.erase(rooms.begin() + static_cast<std::ptrdiff_t>(place));
    for (size_t i = 0; i < room.size; ++i) ASSERT_EQ(room.bytes[i], room.mark);
    pool.deallocate(room.bytes, room.size, room.alignment);
  };
  for (int step = 0; step < 4'000; ++step) {
    if (!rooms.empty() && random() % 2 == 0) give_back(random() % rooms.size());
    const size_t most = step % 500 == 0 ? size_t{3} << 20 : size_t{1} << random() % 14;
    Room room{nullptr, 1 + random() % most, size_t{1} << random() % 7,
              static_cast<unsigned char>(step)};
    room.bytes = static_cast<unsigned char*>(pool.allocate(room.size, room.alignment));
    ASSERT_EQ(reinterpret_cast<uintptr_t>(room.bytes) % room.alignment, 0u);
    std::memset(room.bytes, room.mark, room.size);
    rooms.push_back(room);
  }
  while (!rooms.empty()) give_back(rooms.size() - 1);
}

TEST(ArenaPool, IsItselfOnly) {
  Arena arena;
  const ArenaPool one(&arena);
  const ArenaPool other(&arena);
  EXPECT_TRUE(one.is_equal(one));
  EXPECT_FALSE(one.is_equal(other));
}

// Lists that come and go a thousand times, small and large, stand where earlier ones stood.
TEST(ArenaPool, WhatCameBackIsUsedAgain) {
  for (const size_t large : {100, 5'000, 200'000, 2'000'000}) {
    Arena arena;
    ArenaPool pool(&arena);
    const auto make = [&] {
      std::pmr::map<int, std::pmr::vector<int>> lists(&pool);
      for (int i = 0; i < 100; ++i) lists[i % 10].push_back(i);
      lists[0].resize(large / sizeof(int));
      int sum = 0;
      for (const auto& [key, list] : lists) sum += key * list.back();
      EXPECT_EQ(sum, 4335);
    };
    for (int i = 0; i < 3; ++i) make();
    const size_t capacity = arena.capacity();
    for (int i = 0; i < 1'000; ++i) make();
    EXPECT_EQ(arena.capacity(), capacity) << large;
  }
}

}  // namespace
}  // namespace changepolicy::flat
