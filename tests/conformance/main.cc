// changepolicy-conformance DIR [--protos DIR] [--verbose] [--unchecked] [--require NAME,NAME]
//
// Runs every .textproto below DIR and prints `name passed/total` per file and `total P/T` last.
// Exits with 0 when every test passed, or every one of the files named by --require; with 1 when
// one did not; with 3 when the call or a file is wrong.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "tests/conformance/suite.h"

namespace {

namespace fs = std::filesystem;
using changepolicy::conformance::FileResult;

std::vector<fs::path> FilesBelow(const fs::path& directory) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file() && entry.path().extension() == ".textproto") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string Read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Runs the published conformance suite of CEL");
  std::string directory, protos = CHANGEPOLICY_DEFAULT_PROTOS;
  std::vector<std::string> required;
  bool verbose = false, unchecked = false;
  app.add_option("DIR", directory, "folder of .textproto files")
      ->required()
      ->check(CLI::ExistingDirectory);
  app.add_option("--protos", protos, "folder of the suite's .proto files")
      ->check(CLI::ExistingDirectory);
  app.add_option("--require", required, "files that must pass whole")->delimiter(',');
  app.add_flag(
      "--unchecked", unchecked,
      "check no expression, also where the test would; tests of the checker alone are left out");
  app.add_flag("--verbose", verbose, "print each test that fails, on standard error");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 3;
  }
  auto schemas = changepolicy::conformance::LoadSchemas(protos);
  if (!schemas.ok()) {
    std::cerr << schemas.status().message() << "\n";
    return 3;
  }
  int passed = 0, total = 0;
  bool malformed = false;
  std::set<std::string> whole;
  for (const fs::path& path : FilesBelow(directory)) {
    const auto result = changepolicy::conformance::RunFile(Read(path), unchecked, schemas->get());
    if (!result.ok()) {
      std::cerr << path.string() << ": " << result.status().message() << "\n";
      malformed = true;
      continue;
    }
    std::cout << result->name << " " << result->passed << "/" << result->total << std::endl;
    passed += result->passed;
    total += result->total;
    if (result->passed == result->total) whole.insert(result->name);
    for (const auto& failure : result->failures) {
      if (!verbose) break;
      std::cerr << "  " << result->name << "/" << failure.section << "/" << failure.test << ": "
                << failure.expression << ": " << failure.reason << "\n";
    }
  }
  std::cout << "total " << passed << "/" << total << std::endl;
  if (malformed) return 3;
  if (required.empty()) return passed == total ? 0 : 1;
  const bool all = std::all_of(required.begin(), required.end(),
                               [&](const std::string& name) { return whole.count(name) > 0; });
  return all ? 0 : 1;
}
