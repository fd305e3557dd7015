// What a loaded policy holds of the heap, per rule, so that growth is noticed. Rules of the kind
// that benchmarks/load_benchmark.cc loads; the bounds leave a tenth of room over what was measured
// (docs/performance.md, "Memory and loading").
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "benchmarks/allocations.h"
#include "benchmarks/large_policy.h"
#include "gtest/gtest.h"
#include "libchangepolicy/policy.h"

namespace changepolicy {
namespace {

// Whatever the process keeps once, as descriptors and the time zones that gates ask for, is there
// after the first policy.
void WarmUp() {
  const PolicyResult first = Policy::Load(LargePolicy(100));
  ASSERT_TRUE(first.policy.has_value()) << ToText(first.issues);
}

int64_t HeldPerRule(int rules) {
  const std::vector<NamedText> texts = LargePolicy(rules);
  const int64_t before = CountAllocations().bytes;
  const PolicyResult loaded = Policy::Load(texts);
  EXPECT_TRUE(loaded.policy.has_value()) << ToText(loaded.issues);
  return (CountAllocations().bytes - before) / rules;
}

TEST(PolicyMemory, OfFiftyRules) {
  WarmUp();
  const int64_t bytes = HeldPerRule(50);
  RecordProperty("bytes_per_rule", static_cast<int>(bytes));
  EXPECT_LT(bytes, 7'200);
}

TEST(PolicyMemory, OfTenThousandRules) {
  WarmUp();
  const int64_t bytes = HeldPerRule(10'000);
  RecordProperty("bytes_per_rule", static_cast<int>(bytes));
  EXPECT_LT(bytes, 3'350);
}

// A policy that was dropped gives everything back, also when its expressions were put to rest.
TEST(PolicyMemory, IsGivenBack) {
  WarmUp();
  const int64_t before = CountAllocations().bytes;
  (void)HeldPerRule(100);
  EXPECT_EQ(CountAllocations().bytes, before);
}

}  // namespace
}  // namespace changepolicy
