// What a rule's condition tests of single attributes, so that rules can be found by what a subject
// has there (rule_index.h).
#ifndef LIBCHANGEPOLICY_PROGRAM_RULE_TESTS_H_
#define LIBCHANGEPOLICY_PROGRAM_RULE_TESTS_H_

#include <cstdint>
#include <vector>

#include "libchangepolicy/program/datum.h"
#include "libchangepolicy/program/program.h"

namespace changepolicy {

// How an attribute has to stand to one of a test's values.
enum class TestRelation : uint8_t { kIs, kStartsWith, kEndsWith, kAtLeast, kAtMost };

// An attribute of the subject, or of each element of a list, and what is asked of it.
struct TestedAttribute {
  NodeIndex value = kNoIndex;
  TestRelation relation = TestRelation::kIs;
  bool is_list = false;
  // A part of the list's elements: the value for an element, which stands in this slot; kNoIndex:
  // the element itself.
  NodeIndex part = kNoIndex;
  int32_t slot = kNoIndex;

  friend bool operator==(const TestedAttribute&, const TestedAttribute&) = default;
};

// The condition is false unless the attribute, or one of the list's elements, stands so to one of
// these values. All are numbers, enum values, bools or texts; of kAtLeast and kAtMost, whole
// numbers: of a time, the seconds that it is rounded down to, so that the test may hold where the
// condition does not.
struct RuleTest {
  TestedAttribute attribute;
  std::vector<Datum> values;
};

// An enum's values that a test of its order names; of others, it says nothing.
inline constexpr int64_t kMostEnumNumbers = 64;

// The tests that a condition, which begins at `root`, consists of as far as it is a conjunction of
// such. Those behind a part that tells of the clock are left out, since that part is not told where
// one before it is false. Linear in the condition.
std::vector<RuleTest> TestsOf(const Program& program, NodeIndex root);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_PROGRAM_RULE_TESTS_H_
