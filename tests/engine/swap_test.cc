// An engine is exchanged while others decide: each Decision is that of the engine that was asked,
// and an engine lives as long as somebody asks it.
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/engine.h"
#include "tests/engine/example.h"

namespace changepolicy {
namespace {

constexpr int kDeciders = 3;
constexpr int kSwaps = 40;

struct Used {
  std::shared_ptr<const Engine> engine;
  int policy = 0;
};

// Policy `n` of two asks for `n` engineers more than one.
Engine EngineOf(int n) {
  return Engine(LoadOrDie(PolicyWith(StrCat(
                    "approvals:\n  - {id: peers, at: DEPLOY, clause: C, needs: {at_least: ", n + 1,
                    ", of: {role: engineer}, apart_from: [REQUESTER]}}\n"))),
                Firm());
}

std::string DecideBytes(const Engine& engine, const std::string& change) {
  const absl::StatusOr<std::string> decision =
      engine.AnswerBytes(Engine::Ask::kDecide, v1::SUBJECT_KIND_CHANGE, change,
                         {.now = At("2026-03-02T10:00:00Z"), .transition = v1::TRANSITION_DEPLOY});
  return decision.ok() ? *decision : std::string(decision.status().message());
}

TEST(Swap, EachDecisionIsThatOfTheEngineThatWasAsked) {
  const std::string change = SmallChange().SerializeAsString();
  const std::string wanted[] = {DecideBytes(EngineOf(0), change), DecideBytes(EngineOf(1), change)};
  ASSERT_NE(wanted[0], wanted[1]);
  std::mutex mutex;
  Used in_use{std::make_shared<Engine>(EngineOf(0)), 0};
  std::atomic<bool> done = false;
  std::atomic<int> decided[2] = {0, 0}, wrong = 0;
  std::vector<std::thread> deciders;
  for (int i = 0; i < kDeciders; ++i) {
    deciders.emplace_back([&] {
      while (!done) {
        Used used;
        {
          const std::lock_guard<std::mutex> lock(mutex);
          used = in_use;
        }
        if (DecideBytes(*used.engine, change) != wanted[used.policy]) ++wrong;
        ++decided[used.policy];
      }
    });
  }
  for (int i = 1; i <= kSwaps; ++i) {
    Used next{std::make_shared<Engine>(EngineOf(i % 2)), i % 2};
    const int before = decided[i % 2];
    {
      const std::lock_guard<std::mutex> lock(mutex);
      std::swap(in_use, next);
    }
    // Each engine is asked before it goes.
    while (decided[i % 2] == before) std::this_thread::yield();
  }
  done = true;
  for (std::thread& decider : deciders) decider.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_GE(decided[0], kSwaps / 2);
  EXPECT_GE(decided[1], kSwaps / 2);
}

}  // namespace
}  // namespace changepolicy
