#include "libchangepolicy/domain/wilson.h"

#include "absl/numeric/int128.h"

namespace changepolicy {
namespace {

constexpr int64_t kMillion = 1'000'000;
constexpr int64_t kSquareDenominator = 10'000'000;

// z^2 times kSquareDenominator; 0 for a confidence that has none here.
int64_t SquaredQuantile(int32_t confidence_percent) {
  switch (confidence_percent) {
    case 90:
      return 16'423'745;
    case 95:
      return 27'055'435;
    case 99:
      return 54'118'945;
    default:
      return 0;
  }
}

}  // namespace

int32_t WilsonLowerBoundPpm(int32_t successes, int32_t runs, int32_t confidence_percent) {
  const int64_t square = SquaredQuantile(confidence_percent);
  if (square == 0 || runs <= 0 || successes < 0 || successes > runs) return 0;
  const int64_t n = runs;
  const int64_t s = successes;
  // Below 5e37, hence within 128 bits: (10^6 * 2^31)^2 * 10^7.
  const auto is_below_bound = [=](int64_t k) {
    const absl::int128 surplus = kMillion * s - n * k;
    if (surplus < 0) return false;
    return surplus * surplus * kSquareDenominator >= absl::int128(square) * n * k * (kMillion - k);
  };
  int64_t low = 0;          // is below: both sides are at least 0, and the right one is 0
  int64_t high = kMillion;  // never is: certainty takes infinitely many runs
  while (high - low > 1) {
    const int64_t middle = (low + high) / 2;
    (is_below_bound(middle) ? low : high) = middle;
  }
  return static_cast<int32_t>(low);
}

}  // namespace changepolicy
