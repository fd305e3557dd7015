// The same as the fuzzer, for a short while and without clang: good inputs, cut, mutated and mixed
// by a generator with a fixed seed, and bytes without any sense.
#include "tests/fuzz/c_functions.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "bindings/c/changepolicy.h"
#include "gtest/gtest.h"

namespace changepolicy::c {
namespace {

constexpr char kChange[] =
    "{\"id\": \"C-1\", \"state\": \"SCHEDULED\", \"environments\": [\"STAGING\"],"
    " \"people\": {\"requester\": \"ann\", \"authors\": [\"ann\"]}, \"facts\": {\"a\": [1, null]},"
    " \"approvals\": [{\"id\": \"a\", \"by\": \"bob\", \"happened_at\": "
    "\"2026-01-30T00:00:00Z\"}]}";

std::string Binary(const char* type, const char* json) {
  const changepolicy_message message{CHANGEPOLICY_JSON, json, std::char_traits<char>::length(json)};
  changepolicy_bytes* bytes = nullptr;
  EXPECT_EQ(CHANGEPOLICY_OK,
            changepolicy_convert(type, &message, CHANGEPOLICY_BINARY, &bytes, nullptr));
  std::string text(changepolicy_bytes_data(bytes), changepolicy_bytes_size(bytes));
  changepolicy_bytes_free(bytes);
  return text;
}

std::vector<std::string> Seeds() {
  return {
      kChange,
      Binary("ChangeRequest", kChange),
      Binary("Release", "{\"id\": \"R\", \"version\": \"1.2.3\"}"),
      Binary("CelValue", "{\"list_value\": {\"values\": [{\"int64_value\": 1}]}}"),
      "policy: {id: p, version: \"1\"}\nclauses: {A: {title: t}}\ngates: [{id: g, at: [DEPLOY], "
      "must: change.id == \"C\", message: m, remedy: r, clause: A}]\n",
      "{\"directory\": {\"people\": [{\"id\": \"ann\"}]}}",
      "2026-01-31T09:30:00Z",
      "[1, 2].map(x, x + 1).exists(y, y > 'a'.size())",
  };
}

std::string Mutate(std::string text, const std::vector<std::string>& seeds,
                   std::mt19937_64* random) {
  for (int i = static_cast<int>((*random)() % 4); i >= 0; --i) {
    const size_t at = text.empty() ? 0 : (*random)() % text.size();
    switch ((*random)() % 6) {
      case 0:
        text.resize(at);
        break;
      case 1:
        text.insert(at, 1, static_cast<char>((*random)()));
        break;
      case 2:
        if (!text.empty()) text[at] = static_cast<char>((*random)());
        break;
      case 3:
        text.erase(at, 1 + (*random)() % 8);
        break;
      case 4:
        text.insert(at, text.substr(at, (*random)() % 32));
        break;
      default: {
        const std::string& other = seeds[(*random)() % seeds.size()];
        text.insert(at, other.substr((*random)() % other.size()));
      }
    }
  }
  return text;
}

// How many; more on demand: CHANGEPOLICY_FUZZ_RUNS=1000000.
int Runs() {
  const char* const runs = std::getenv("CHANGEPOLICY_FUZZ_RUNS");
  return runs == nullptr ? 6000 : std::atoi(runs);
}

TEST(CFunctionsTest, AnswerOrSayWhatIsWrongWhateverTheyAreGiven) {
  const std::vector<std::string> seeds = Seeds();
  std::mt19937_64 random(20261126);
  for (const std::string& seed : seeds) {
    for (int function = 0; function < FuzzedCFunctions(); ++function) {
      FuzzCFunctions(static_cast<char>(function) + seed);
    }
  }
  for (int i = 0; i < Runs(); ++i) {
    std::string input = Mutate(seeds[random() % seeds.size()], seeds, &random);
    if (i % 8 == 0) {
      for (char& byte : input) byte = static_cast<char>(random());
    }
    FuzzCFunctions(static_cast<char>(random() % FuzzedCFunctions()) + input);
  }
}

// What the fuzzer begins with, and what it found.
TEST(CFunctionsTest, TheCorpusPasses) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(CHANGEPOLICY_SOURCE_DIR
                                                               "/tests/fuzz/corpus/c_functions")) {
    std::ifstream file(entry.path(), std::ios::binary);
    FuzzCFunctions(std::string(std::istreambuf_iterator<char>(file), {}));
    ++files;
  }
  EXPECT_GE(files, 9);
}

}  // namespace
}  // namespace changepolicy::c
