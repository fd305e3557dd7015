#include "libchangepolicy/base/utc_text.h"

#include <cstdint>
#include <random>
#include <string>

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace changepolicy {
namespace {

std::string ByAbseil(absl::Time time) {
  return absl::FormatTime("%E4Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

TEST(UtcText, IsRfc3339ToTheSecondOrFiner) {
  const absl::Time time = absl::FromUnixSeconds(1769850000);
  EXPECT_EQ(UtcText(time), "2026-01-31T09:00:00Z");
  EXPECT_EQ(UtcText(time + absl::Milliseconds(250)), "2026-01-31T09:00:00.25Z");
  EXPECT_EQ(UtcText(time - absl::Nanoseconds(1)), "2026-01-31T08:59:59.999999999Z");
  EXPECT_EQ(UtcText(absl::FromUnixSeconds(-62135596800)), "0001-01-01T00:00:00Z");
  EXPECT_EQ(UtcText(absl::FromUnixSeconds(253402300799)), "9999-12-31T23:59:59Z");
}

TEST(UtcText, IsWhatAbseilWrites) {
  std::mt19937_64 random(1);
  // From the year -2000 to 12000.
  std::uniform_int_distribution<int64_t> seconds(-125'000'000'000, 316'000'000'000);
  for (int i = 0; i < 20'000; ++i) {
    const absl::Time time = absl::FromUnixSeconds(seconds(random));
    ASSERT_EQ(UtcText(time), ByAbseil(time));
    const absl::Time finer = time + absl::Nanoseconds(random() % 1'000'000'000);
    ASSERT_EQ(UtcText(finer), ByAbseil(finer));
  }
}

TEST(UtcText, IsThatOfInfiniteTimesToo) {
  EXPECT_EQ(UtcText(absl::InfiniteFuture()), ByAbseil(absl::InfiniteFuture()));
  EXPECT_EQ(UtcText(absl::InfinitePast()), ByAbseil(absl::InfinitePast()));
}

}  // namespace
}  // namespace changepolicy
