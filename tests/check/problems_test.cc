// Policies with mistakes: each line that ends in `#! id ...` has exactly these.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <ostream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/check/load.h"

namespace changepolicy {
namespace {

using Found = std::multimap<int, std::string>;  // ids by line

Found Expected(std::istream& text) {
  Found expected;
  std::string line;
  for (int number = 1; std::getline(text, line); ++number) {
    const size_t mark = line.find("#! ");
    if (mark == std::string::npos) continue;
    std::istringstream ids(line.substr(mark + 3));
    for (std::string id; ids >> id;) expected.emplace(number, id);
  }
  return expected;
}

std::string ToString(const Found& found) {
  std::set<std::string> lines;
  for (const auto& [line, id] : found) {
    lines.insert(std::string(4 - std::min<size_t>(4, std::to_string(line).size()), ' ') +
                 std::to_string(line) + " " + id + "\n");
  }
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

class Problems : public testing::TestWithParam<const char*> {};

TEST_P(Problems, AreFoundAtTheirLines) {
  const std::string path =
      std::string(CHANGEPOLICY_SOURCE_DIR "/tests/check/problems/") + GetParam() + ".yaml";
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  // A mark inside an expression would be read as part of it.
  std::string stripped;
  std::string line;
  for (std::istringstream lines(text.str()); std::getline(lines, line);) {
    stripped += line.substr(0, line.find(" #! ")) + "\n";
  }
  const LoadResult result = LoadPolicy({{"p.yaml", stripped}});
  EXPECT_EQ(result.policy, nullptr);
  Found found;
  for (const Issue& issue : result.issues) {
    if (issue.severity != Severity::kError) continue;
    found.emplace(issue.position.line, issue.id);
    EXPECT_FALSE(issue.message.empty());
    EXPECT_GT(issue.position.column, 0) << ToText(issue);
    EXPECT_EQ(issue.file, "p.yaml");
    EXPECT_FALSE(issue.source_line.empty()) << ToText(issue);
  }
  EXPECT_EQ(ToString(found), ToString(Expected(text))) << ToText(result.issues);
}

INSTANTIATE_TEST_SUITE_P(All, Problems,
                         testing::Values("audit", "documents", "duplicate_key", "elements",
                                         "expressions", "fields", "libraries", "life", "numbers",
                                         "policy_life", "policy_life_end", "releases",
                                         "separation"));

}  // namespace
}  // namespace changepolicy
