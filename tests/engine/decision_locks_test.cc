// A program of its own, since it counts the locks that the whole program takes.
#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <string>

#include "benchmarks/corpus/corpus.h"
#include "gtest/gtest.h"
#include "libchangepolicy/engine.h"

namespace {

std::atomic<long> locks = 0;

// The C library's own function of the name.
template <typename Function>
Function Next(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

}  // namespace

// Instead of the C library's, for everything in this program: std::mutex, std::shared_mutex and
// what else stands on POSIX threads.
extern "C" {

int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  static const auto next = Next<int (*)(pthread_mutex_t*)>("pthread_mutex_lock");
  ++locks;
  return next(mutex);
}

int pthread_rwlock_rdlock(pthread_rwlock_t* lock) noexcept {
  static const auto next = Next<int (*)(pthread_rwlock_t*)>("pthread_rwlock_rdlock");
  ++locks;
  return next(lock);
}

int pthread_rwlock_wrlock(pthread_rwlock_t* lock) noexcept {
  static const auto next = Next<int (*)(pthread_rwlock_t*)>("pthread_rwlock_wrlock");
  ++locks;
  return next(lock);
}

}  // extern "C"

namespace changepolicy {
namespace {

TEST(DecisionLocksTest, LocksAreCounted) {
  const long before = locks;
  std::mutex mutex;
  { const std::lock_guard<std::mutex> lock(mutex); }
  EXPECT_EQ(locks - before, 1);
  std::shared_mutex shared;
  { const std::shared_lock<std::shared_mutex> lock(shared); }
  EXPECT_EQ(locks - before, 2);
  { const std::unique_lock<std::shared_mutex> lock(shared); }
  EXPECT_EQ(locks - before, 3);
}

// As engine.h promises, so that threads that share an engine do not wait for each other. The first
// decision of a kind may make what later ones read.
TEST(DecisionLocksTest, NoneIsTakenAfterTheFirst) {
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
  for (size_t i = 0; i < corpus.subjects.size(); ++i) {
    const long before = locks;
    decide(i);
    EXPECT_EQ(locks - before, 0) << "change " << i;
  }
}

}  // namespace
}  // namespace changepolicy
