// A program of its own, since it counts what the whole program takes from the heap.
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
#include "tests/allocations/allocations.h"

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
  EXPECT_GT(CountAllocations(), 0);
  const long before = CountAllocations();
  const size_t once = bytes;
  work();
  EXPECT_EQ(CountAllocations() - before, 0);
  EXPECT_EQ(bytes, 2 * once);
}

}  // namespace
}  // namespace changepolicy::flat
