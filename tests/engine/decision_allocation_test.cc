// A program of its own, since it counts what the whole program takes from the heap.
#include <string>

#include "benchmarks/corpus/corpus.h"
#include "gtest/gtest.h"
#include "libchangepolicy/engine.h"
#include "tests/allocations/allocations.h"

namespace changepolicy {
namespace {

// Decisions of the built-in policy about changes of about 1 KB, from bytes to bytes: also those that
// search who fills which slot of an approval, and those that leave out what was not visible yet.
TEST(DecisionAllocationTest, NoneTakesAnythingAfterTheFirst) {
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
  for (size_t i = 0; i < corpus.subjects.size(); ++i) {
    const long before = CountAllocations();
    decide(i);
    EXPECT_EQ(CountAllocations() - before, 0) << "change " << i;
  }
}

}  // namespace
}  // namespace changepolicy
