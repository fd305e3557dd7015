#include "libchangepolicy/domain/conventional_commit.h"

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"

namespace changepolicy {
namespace {

TEST(ConventionalCommit, Headers) {
  const struct {
    const char *text, *type, *scope;
    bool breaking;
    const char* description;
  } cases[] = {
      {"feat: x", "feat", "", false, "x"},
      {"feat(api): x y\n\nbody", "feat", "api", false, "x y"},
      {"feat!: x", "feat", "", true, "x"},
      {"FIX(api core)!: x\r\nbody", "FIX", "api core", true, "x"},
      {"ci-2_a: x", "ci-2_a", "", false, "x"},
      {"feat:  x", "feat", "", false, " x"},
      {"feat: a: b", "feat", "", false, "a: b"},
  };
  for (const auto& c : cases) {
    const auto header = ParseCommitHeader(c.text);
    ASSERT_TRUE(header.has_value()) << c.text;
    EXPECT_EQ(header->type, c.type);
    EXPECT_EQ(header->scope, c.scope) << c.text;
    EXPECT_EQ(header->breaking, c.breaking) << c.text;
    EXPECT_EQ(header->description, c.description) << c.text;
  }
  EXPECT_TRUE(ParseCommitHeader("FIX: x")->is("fix"));
  EXPECT_FALSE(ParseCommitHeader("fixup: x")->is("fix"));
  for (const char* text : {"", "feat", "feat:", "feat: ", "feat:x", "feat : x", ": x", "(api): x",
                           "feat(): x", "feat(api: x", "feat!(api): x", "feat (api): x",
                           "feat!!: x", "add tests: x", "\nfeat: x", "Merge branch 'x'"}) {
    EXPECT_FALSE(ParseCommitHeader(text).has_value()) << text;
  }
}

// The examples of the specification: what each is, in their order.
TEST(ConventionalCommit, ExamplesOfTheSpecification) {
  const char* const folder = std::getenv("CHANGEPOLICY_DATA");
  const std::string path =
      std::string(folder != nullptr ? folder : CHANGEPOLICY_SOURCE_DIR "/../shared/data") +
      "/conventional_commits/spec_examples.json";
  std::ifstream file(path);
  if (!file) return;
  const std::string json((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  google::protobuf::ListValue examples;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(json, &examples).ok());
  const struct {
    std::string type;  // empty: it keeps to no form
    bool breaking;
  } expected[] = {{"", false},     {"feat", true}, {"feat", true},
                  {"feat", true},  {"feat", true}, {"docs", false},
                  {"feat", false}, {"fix", false}, {"revert", false}};
  ASSERT_EQ(static_cast<size_t>(examples.values_size()), std::size(expected));
  for (int i = 0; i < examples.values_size(); ++i) {
    const std::string& message = examples.values(i).string_value();
    const auto header = ParseCommitHeader(message);
    EXPECT_EQ(header.has_value() ? header->type : "", expected[i].type) << message;
    EXPECT_EQ(IsBreakingCommit(message), expected[i].breaking) << message;
  }
}

}  // namespace
}  // namespace changepolicy
