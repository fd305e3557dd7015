#include "libchangepolicy/base/random.h"

#include <array>
#include <cstdint>
#include <set>

#include "gtest/gtest.h"

namespace changepolicy {
namespace {

TEST(RandomTest, FillsEverythingAndNeverTwiceTheSame) {
  std::set<std::array<uint8_t, 32>> seen;
  std::array<bool, 32> touched = {};
  for (int i = 0; i < 100; ++i) {
    std::array<uint8_t, 32> bytes = {};
    ASSERT_TRUE(FillRandom(absl::MakeSpan(bytes)).ok());
    for (size_t j = 0; j < bytes.size(); ++j) touched[j] = touched[j] || bytes[j] != 0;
    EXPECT_TRUE(seen.insert(bytes).second);
  }
  for (const bool was : touched) EXPECT_TRUE(was);
  EXPECT_TRUE(FillRandom({}).ok());
}

}  // namespace
}  // namespace changepolicy
