#include "libchangepolicy/domain/wilson.h"

#include <cmath>
#include <limits>
#include <random>

#include "gtest/gtest.h"

namespace changepolicy {
namespace {

constexpr int32_t kMost = std::numeric_limits<int32_t>::max();

long double Reference(int32_t successes, int32_t runs, int confidence) {
  const long double square = confidence == 90   ? 1.6423745L
                             : confidence == 95 ? 2.7055435L
                                                : 5.4118945L;
  const long double n = runs;
  const long double rate = successes / n;
  return 1e6L *
         (rate + square / (2 * n) -
          std::sqrt(square * (rate * (1 - rate) / n + square / (4 * n * n)))) /
         (1 + square / n);
}

void ExpectLikeReference(int32_t successes, int32_t runs) {
  for (const int confidence : {90, 95, 99}) {
    const long double exact = Reference(successes, runs, confidence);
    const int32_t bound = WilsonLowerBoundPpm(successes, runs, confidence);
    // Floating point may put a value that lies on a whole number to either side of it.
    EXPECT_LE(bound, exact + 1e-6L) << successes << "/" << runs << " at " << confidence;
    EXPECT_GT(bound, exact - 1 - 1e-6L) << successes << "/" << runs << " at " << confidence;
  }
}

TEST(Wilson, LikeFloatingPointOnEveryShortRecord) {
  for (int runs = 1; runs <= 120; ++runs) {
    for (int successes = 0; successes <= runs; ++successes) ExpectLikeReference(successes, runs);
  }
}

TEST(Wilson, LikeFloatingPointOnLongRecords) {
  constexpr unsigned kSeed = 20261124;
  SCOPED_TRACE(kSeed);
  std::mt19937 random(kSeed);
  for (int i = 0; i < 3000; ++i) {
    const auto runs = static_cast<int32_t>(random() % kMost) + 1;
    ExpectLikeReference(static_cast<int32_t>(random() % (int64_t{runs} + 1)), runs);
  }
  ExpectLikeReference(kMost, kMost);
  ExpectLikeReference(kMost - 1, kMost);
  ExpectLikeReference(1, kMost);
}

TEST(Wilson, KnownValues) {
  // All n of n successful: n / (n + z^2).
  EXPECT_EQ(WilsonLowerBoundPpm(10, 10, 90), 858'931);
  EXPECT_EQ(WilsonLowerBoundPpm(10, 10, 95), 787'058);
  EXPECT_EQ(WilsonLowerBoundPpm(10, 10, 99), 648'849);
  EXPECT_EQ(WilsonLowerBoundPpm(1, 1, 95), 269'865);
  EXPECT_EQ(WilsonLowerBoundPpm(0, 10, 95), 0);
  EXPECT_EQ(WilsonLowerBoundPpm(kMost, kMost, 90), 999'999);
}

TEST(Wilson, MoreSuccessesNeverLowerItAndMoreConfidenceNeverRaisesIt) {
  for (const int runs : {1, 2, 7, 100, 1009}) {
    int32_t last[3] = {-1, -1, -1};
    for (int successes = 0; successes <= runs; ++successes) {
      int32_t above = 1'000'000;
      int index = 0;
      for (const int confidence : {90, 95, 99}) {
        const int32_t bound = WilsonLowerBoundPpm(successes, runs, confidence);
        EXPECT_GE(bound, last[index]);
        EXPECT_LE(bound, above);
        EXPECT_LE(int64_t{bound} * runs, int64_t{1'000'000} * successes);
        last[index++] = bound;
        above = bound;
      }
    }
  }
}

TEST(Wilson, SameRateOverMoreRunsNeverLowersIt) {
  int32_t last = 0;
  for (int runs = 20; runs <= 20'000; runs += 20) {
    const int32_t bound = WilsonLowerBoundPpm(runs / 20 * 19, runs, 95);
    EXPECT_GE(bound, last) << runs;
    last = bound;
  }
  EXPECT_LT(last, 950'000);
}

TEST(Wilson, NonsenseIsWorthNothing) {
  EXPECT_EQ(WilsonLowerBoundPpm(0, 0, 95), 0);
  EXPECT_EQ(WilsonLowerBoundPpm(5, -5, 95), 0);
  EXPECT_EQ(WilsonLowerBoundPpm(-5, 5, 95), 0);
  EXPECT_EQ(WilsonLowerBoundPpm(6, 5, 95), 0);
  EXPECT_EQ(WilsonLowerBoundPpm(std::numeric_limits<int32_t>::min(), kMost, 95), 0);
  for (const int confidence : {0, -95, 94, 100, 950}) {
    EXPECT_EQ(WilsonLowerBoundPpm(100, 100, confidence), 0) << confidence;
  }
}

}  // namespace
}  // namespace changepolicy
