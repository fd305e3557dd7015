#include "libchangepolicy/base/sha256.h"

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/digest.h"
#include "libchangepolicy/base/status.h"

namespace changepolicy {
namespace {

std::string Named(const Hash& hash) {
  return StrCat("sha256:", absl::BytesToHexString(ToAbsl(BytesOf(hash))));
}

TEST(HashOfTest, PiecesAreOneText) {
  EXPECT_EQ(Named(HashOf({})), Sha256(""));
  EXPECT_EQ(Named(HashOf({"", "", ""})), Sha256(""));
  EXPECT_EQ(Named(HashOf({"ab", "", "c"})), Sha256("abc"));
  const std::string text(1'000'000, 'a');
  for (const size_t cut : {0, 1, 63, 64, 65, 999'999}) {
    EXPECT_EQ(
        Named(HashOf({std::string_view(text).substr(0, cut), std::string_view(text).substr(cut)})),
        Sha256(text));
  }
}

TEST(HashOfTest, ThreadsDoNotDisturbEachOther) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      for (int i = 0; i < 2'000; ++i) {
        const std::string text = StrCat(t, " ", i);
        ASSERT_EQ(Named(HashOf({text})), Sha256(text));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(HashFromBytesTest, TakesThirtyTwo) {
  const Hash hash = HashOf({"abc"});
  EXPECT_EQ(HashFromBytes(BytesOf(hash), "it").value(), hash);
  for (const size_t size : {0, 31, 33, 64}) {
    EXPECT_EQ(MessageOf(HashFromBytes(std::string(size, 'x'), "the root").status()),
              StrCat("the root has ", size, " bytes, and a SHA-256 hash has 32"));
  }
}

}  // namespace
}  // namespace changepolicy
