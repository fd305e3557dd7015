// An expression takes no more memory than its limits say, whatever it is and whoever evaluates it:
// the plain evaluator, a plan, or the program of a policy. A program of its own, since it counts
// what the whole program takes from the heap.
#include <cstdint>
#include <ostream>
#include <string>
#include <utility>

#include "absl/strings/str_replace.h"
#include "benchmarks/allocations.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel.h"
#include "libchangepolicy/engine.h"
#include "tests/engine/example.h"

namespace changepolicy {
namespace {

// The limit on values is 100 MB (docs/cel.md). A list, its copy and the text of both may stand
// beside each other before it is asked.
constexpr int64_t kMost = 300'000'000;

template <typename Work>
int64_t PeakOf(Work work) {
  const int64_t before = CountAllocations().bytes;
  ForgetPeak();
  work();
  return CountAllocations().peak - before;
}

// Of `l`, 20,000 elements that are one text of two megabytes.
constexpr const char* kShared[] = {
    "l.size() == 20000",
    "l.reverse().size() == 20000",
    "json.encode(l) != ''",
    "json.encode({'a': l}) != ''",
    "json.encode(less) != ''",
    "l.join('-') != ''",
    "'%s'.format([l]) != ''",
    "'%s'.format([{'a': {'b': {'c': l}}}]) != ''",
    "l.sort().size() == 20000",
    "l.distinct().size() == 1",
    "{'a': l} == {'a': l.reverse()}",
    "l.map(y, [l, y]).flatten().size() > 1",
    "sets.contains(l, [text + 'b'])",
    "google.protobuf.ListValue{values: l}.size() == 20000",
};

class ExpressionMemory : public testing::TestWithParam<const char*> {};

TEST_P(ExpressionMemory, IsLimited) {
  absl::StatusOr<CelEnvironment> environment = CelEnvironment::Create();
  ASSERT_TRUE(environment.ok() && environment->AddVariable("text", "string").ok() &&
              environment->AddVariable("less", "string").ok());
  CelInput input;
  input.Set("text", std::string(1'000'000, 'a'));
  input.Set("less", std::string(40'000'000, '<'));  // which takes six bytes in JSON
  const CelCompiled compiled = environment->Compile(StrCat(
      "cel.bind(t, text + text, cel.bind(l, lists.range(20000).map(i, t), ", GetParam(), "))"));
  ASSERT_TRUE(compiled.expression.has_value()) << ToText(compiled.issues);
  v1::CelResult result;
  const int64_t peak = PeakOf([&] { result = compiled.expression->Evaluate(input); });
  EXPECT_LT(peak, kMost);
  RecordProperty("peak", StrCat(peak));
  if (result.has_error()) {
    EXPECT_EQ(result.error().code(), "RESOURCE_EXHAUSTED");
  }
}

INSTANTIATE_TEST_SUITE_P(OfSharedTexts, ExpressionMemory, testing::ValuesIn(kShared));

// Conditions about a change with a title of a megabyte and 3,000 services.
constexpr const char* kConditions[] = {
    "change.services.map(s, change.title).sort().size() > 0",
    "change.services.map(s, change.title).distinct().size() > 0",
    "change.services.map(s, change.title).reverse().size() > 0",
    "change.services.map(s, change.title).join(\",\") != \"\"",
    "json.encode(change.services.map(s, change.title)) != \"\"",
    "sets.contains(change.services.map(s, change.title), [\"a\"])",
    "change.services.all(s, change.title + s.id != \"\")",
};

class ConditionMemory : public testing::TestWithParam<const char*> {};

TEST_P(ConditionMemory, IsLimited) {
  const std::string text = PolicyWith(StrCat(
      "gates: [{id: g, subjects: [CHANGE], at: DEPLOY, clause: C, must: '", GetParam(), "'}]"));
  const Engine engine(LoadOrDie(absl::StrReplaceAll(
                          text, {{"version: \"1\"",
                                  "version: \"1\", libraries: [strings, lists, encoders, sets]"}})),
                      Firm());
  v1::ChangeRequest change = SmallChange();
  change.set_title(std::string(1'000'000, 'a'));
  for (int i = 0; i < 3'000; ++i) change.add_services()->set_id(StrCat("s", i));
  v1::Decision decision;
  EXPECT_LT(PeakOf([&] {
              decision = *engine.Decide(change, {.now = At("2026-03-02T10:00:00Z"),
                                                 .transition = v1::TRANSITION_DEPLOY,
                                                 .detail = v1::DETAIL_RULES});
            }),
            kMost);
  EXPECT_NE(StatusOf(decision, "g"), v1::STATUS_UNSPECIFIED);
}

INSTANTIATE_TEST_SUITE_P(OfSharedTexts, ConditionMemory, testing::ValuesIn(kConditions));

}  // namespace
}  // namespace changepolicy
