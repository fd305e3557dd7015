// The same as the fuzzer, for a short while and without clang: the payloads of tests/mapping as
// they are, cut, and with bytes that are not theirs.
#include "tests/fuzz/import_records.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace changepolicy {
namespace {

std::vector<std::string> Payloads() {
  std::vector<std::filesystem::path> paths;
  const std::string folder = std::string(CHANGEPOLICY_SOURCE_DIR) + "/tests/mapping/payloads";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> payloads;
  for (const std::filesystem::path& path : paths) {
    std::ifstream file(path, std::ios::binary);
    payloads.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return payloads;
}

TEST(FuzzImportTest, PayloadsAsTheyAre) {
  const std::vector<std::string> payloads = Payloads();
  EXPECT_GE(payloads.size(), 20u);
  for (const std::string& payload : payloads) FuzzImport(payload);
}

TEST(FuzzImportTest, PayloadsCutAndMutated) {
  const std::vector<std::string> payloads = Payloads();
  static constexpr std::string_view kPieces[] = {
      "null", "{}", "[]", "\"\"", "1e999", "-0", "\xff", "\\u0000", "\\ud800", "<a/>", "]]>", "\n"};
  std::mt19937_64 random(1);
  for (int i = 0; i < 300; ++i) {
    std::string bytes = payloads[random() % payloads.size()];
    for (uint64_t change = 1 + random() % 3; change > 0; --change) {
      const size_t at = random() % (bytes.size() + 1);
      const std::string_view piece = kPieces[random() % std::size(kPieces)];
      const uint64_t kind = random() % 4;
      if (kind == 0) bytes.resize(at);
      if (kind == 1) bytes.insert(at, piece);
      if (kind == 2) bytes.replace(at, piece.size(), piece);
      if (kind == 3) bytes.erase(at, 1 + random() % 20);
    }
    FuzzImport(bytes);
  }
}

TEST(FuzzImportTest, DeepAndLong) {
  FuzzImport("");
  FuzzImport(std::string(1000, '['));
  FuzzImport(std::string(1000, '{'));
  FuzzImport("{\"runs\": " + std::string(90, '[') + std::string(90, ']') + "}");
  FuzzImport("{\"pull_request\": \"" + std::string(1 << 20, 'x') + "\"}");
}

}  // namespace
}  // namespace changepolicy
