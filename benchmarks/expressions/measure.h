// How the programs here measure; go/rows has the same in Go.
#ifndef BENCHMARKS_EXPRESSIONS_MEASURE_H_
#define BENCHMARKS_EXPRESSIONS_MEASURE_H_

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace changepolicy::expressions {

// The median time of an ask, over batches that take about so many seconds together.
template <typename Ask>
double MedianNanoseconds(double seconds, const Ask& ask) {
  using Clock = std::chrono::steady_clock;
  constexpr size_t kBatches = 15;
  const auto batch = [&](size_t count) {
    const Clock::time_point start = Clock::now();
    for (size_t i = 0; i < count; ++i) ask();
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  size_t count = 1;
  while (batch(count) < seconds / (kBatches + 1) / 2) count *= 2;
  std::vector<double> samples;
  for (size_t i = 0; i < kBatches; ++i) {
    samples.push_back(batch(count) * 1e9 / static_cast<double>(count));
  }
  std::sort(samples.begin(), samples.end());
  return samples[kBatches / 2];
}

}  // namespace changepolicy::expressions

#endif  // BENCHMARKS_EXPRESSIONS_MEASURE_H_
