// Numbers that look random and are the same everywhere (SplitMix64, Steele et al., OOPSLA 2014).
// The distributions of <random> differ between standard libraries, so these are our own.
#ifndef BENCHMARKS_CORPUS_RANDOM_H_
#define BENCHMARKS_CORPUS_RANDOM_H_

#include <cstddef>
#include <cstdint>

namespace changepolicy::corpus {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  // From 0 to `n` - 1; `n` is small, so that its bias does not show.
  size_t Below(size_t n) { return static_cast<size_t>(Next() % n); }
  int64_t Between(int64_t least, int64_t most) {
    return least + static_cast<int64_t>(Next() % static_cast<uint64_t>(most - least + 1));
  }
  bool Percent(int chance) { return Below(100) < static_cast<size_t>(chance); }
  template <typename List>
  const auto& Of(const List& list) {
    return list[static_cast<decltype(list.size())>(Below(static_cast<size_t>(list.size())))];
  }

 private:
  uint64_t state_;
};

}  // namespace changepolicy::corpus

#endif  // BENCHMARKS_CORPUS_RANDOM_H_
