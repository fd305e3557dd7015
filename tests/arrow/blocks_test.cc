// Every block once, whatever the threads; whatever is thrown becomes a Status.
#include "bindings/arrow/blocks.h"

#include <atomic>
#include <new>
#include <stdexcept>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::bindings {
namespace {

TEST(Blocks, EachIsDoneOnce) {
  for (const int threads : {0, 1, 2, 8, 100000}) {
    for (const int64_t blocks : {0, 1, 2, 7, 500}) {
      std::vector<std::atomic<int>> done(blocks);
      ASSERT_TRUE(ForEachBlock(blocks, threads, [&](int64_t block) {
                    ++done[block];
                    return absl::OkStatus();
                  }).ok());
      for (const std::atomic<int>& count : done) EXPECT_EQ(count, 1);
    }
  }
}

TEST(Blocks, AnErrorEndsTheWork) {
  for (const int threads : {1, 8}) {
    std::atomic<int> begun = 0;
    const absl::Status status = ForEachBlock(1'000'000, threads, [&](int64_t block) {
      ++begun;
      return block < 5 ? absl::OkStatus() : InvalidArgument("enough");
    });
    EXPECT_EQ(MessageOf(status), "enough");
    EXPECT_LT(begun, 1'000'000);
  }
}

TEST(Blocks, TheFirstErrorInOrderIsGiven) {
  // All blocks have begun before any of them fails.
  std::atomic<int> begun = 0;
  const absl::Status status = ForEachBlock(4, 4, [&](int64_t block) {
    ++begun;
    while (begun < 4) std::this_thread::yield();
    return InvalidArgument(StrCat("block ", block));
  });
  EXPECT_EQ(MessageOf(status), "block 0");
}

TEST(Blocks, WhateverIsThrownIsAStatus) {
  for (const int threads : {1, 8}) {
    const auto thrown_by = [&](void (*thrower)()) {
      return ForEachBlock(100, threads, [thrower](int64_t) {
        thrower();
        return absl::OkStatus();
      });
    };
    EXPECT_EQ(thrown_by([] { throw std::bad_alloc(); }).code(),
              absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(thrown_by([] { throw std::runtime_error("odd"); }), Internal("odd"));
    EXPECT_EQ(thrown_by([] { throw 7; }), Internal("an unknown exception"));
  }
}

}  // namespace
}  // namespace changepolicy::bindings
