// Numbers that look random and are the same everywhere for the same seed.
#ifndef TESTS_CEL_RANDOM_H_
#define TESTS_CEL_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace changepolicy::cel {

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed * 0x9E3779B97F4A7C15u + 1) {}

  uint64_t Next() { return engine_(); }
  // 0 to n - 1. REQUIRES: n > 0.
  size_t Below(size_t n) { return static_cast<size_t>(engine_() % n); }
  bool Chance(size_t percent) { return Below(100) < percent; }
  template <typename T>
  const T& Pick(const std::vector<T>& choices) {
    return choices[Below(choices.size())];
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace changepolicy::cel

#endif  // TESTS_CEL_RANDOM_H_
