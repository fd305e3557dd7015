// Replays the kept corpus through the properties of the fuzzers: no libFuzzer needed. A property
// that does not hold ends the process, which fails the test.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "gtest/gtest.h"
#include "tests/fuzz/fuzz.h"

namespace changepolicy::cel {
namespace {

// How many files there were.
int Replay(const std::string& folder, void (*property)(std::string_view)) {
  int files = 0;
  const std::string path = std::string(CHANGEPOLICY_SOURCE_DIR) + "/tests/fuzz/corpus/" + folder;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    SCOPED_TRACE(entry.path().string());
    property(text);
    ++files;
  }
  return files;
}

TEST(Corpus, Parse) { EXPECT_GE(Replay("parse", FuzzParse), 20); }
TEST(Corpus, Check) { EXPECT_GE(Replay("check", FuzzCheck), 20); }
TEST(Corpus, Evaluate) { EXPECT_GE(Replay("evaluate", FuzzEvaluate), 20); }

}  // namespace
}  // namespace changepolicy::cel
