#include "tests/policy/suites.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "libchangepolicy/base/status.h"

namespace changepolicy {

absl::StatusOr<std::string> ReadTestFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return NotFound(StrCat(path, ": no such file"));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const std::vector<SuiteFile>& AllSuites() {
  static const auto* const kSuites = [] {
    auto* const suites = new std::vector<SuiteFile>;
    const std::string folder = std::string(CHANGEPOLICY_SOURCE_DIR) + "/tests/policy";
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      const std::string path = entry.path().string();
      if (!path.ends_with(".suite.yaml")) continue;
      suites->push_back({path, *ReadTestFile(path)});
    }
    std::sort(suites->begin(), suites->end(),
              [](const SuiteFile& a, const SuiteFile& b) { return a.file < b.file; });
    return suites;
  }();
  return *kSuites;
}

std::vector<SuiteFile> BuiltinSuites() {
  std::vector<SuiteFile> suites;
  for (const SuiteFile& suite : AllSuites()) {
    if (suite.text.find("\npolicies:") == std::string::npos) suites.push_back(suite);
  }
  return suites;
}

}  // namespace changepolicy
