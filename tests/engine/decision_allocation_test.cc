// A program of its own, since it counts what the whole program takes from the heap.
#include <string>
#include <vector>

#include "benchmarks/corpus/corpus.h"
#include "gtest/gtest.h"
#include "libchangepolicy/engine.h"
#include "tests/allocations/allocations.h"

namespace changepolicy {
namespace {

// Decisions of the built-in policy about changes of about 1 KB, from bytes to bytes.
TEST(DecisionAllocationTest, NothingAfterTheFirstDecisions) {
  const corpus::Corpus corpus = corpus::MakeCorpus(512);
  PolicyResult policy = Policy::Builtin("saas");
  OrganizationResult organization = Organization::Create(corpus.organization);
  ASSERT_TRUE(policy.policy.has_value() && organization.organization.has_value());
  const Engine engine(*std::move(policy.policy), *std::move(organization.organization));
  std::string decision;
  const auto decide = [&](size_t i) {
    ASSERT_TRUE(engine
                    .AnswerBytes(Engine::Ask::kDecide, v1::SUBJECT_KIND_CHANGE, corpus.subjects[i],
                                 {.now = corpus.instants[i]}, &decision)
                    .ok());
    ASSERT_FALSE(decision.empty());
  };
  for (size_t i = 0; i < corpus.subjects.size(); ++i) decide(i);
  ASSERT_GT(CountAllocations(), 0);
  std::vector<long> taken;
  for (size_t i = 0; i < corpus.subjects.size(); ++i) {
    const long before = CountAllocations();
    decide(i);
    taken.push_back(CountAllocations() - before);
  }
  size_t none = 0;
  for (const long each : taken) none += each == 0;
  EXPECT_EQ(none, taken.size());
}

}  // namespace
}  // namespace changepolicy
