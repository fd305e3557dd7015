#include "libchangepolicy/domain/semantic_version.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"

namespace changepolicy {
namespace {

TEST(SemanticVersion, Valid) {
  for (const char* text :
       {"0.0.0", "1.2.3", "10.20.30", "1.0.0-a", "1.0.0-0", "1.0.0-0a", "1.0.0--", "1.0.0-a.b.1",
        "1.0.0+b", "1.0.0+007", "1.0.0-x-y.7+z.-.0", "1.0.0+-",
        "99999999999999999999999.999999999999999999999999.99999999999999999999"}) {
    EXPECT_TRUE(IsSemanticVersion(text)) << text;
  }
}

TEST(SemanticVersion, Invalid) {
  for (const std::string text :
       {"",         "1",          "1.2",       "1.2.",      "1.2.3.4",  "v1.2.3",   "01.2.3",
        "1.02.3",   "1.2.03",     "1.2.3-",    "1.2.3+",    "1.2.3-+b", "1.2.3-01", "1.2.3-a..b",
        "1.2.3-a.", "1.2.3+a..b", "1.2.3+a+b", "1.2.3-a_b", " 1.2.3",   "1.2.3 ",   "-1.2.3",
        "1.-2.3",   "1.2.3-ä",    "a.b.c",     "1..3",      "1.2.3\n",  "+1.2.3"}) {
    EXPECT_FALSE(IsSemanticVersion(text)) << text;
  }
  EXPECT_FALSE(IsSemanticVersion(std::string_view("1.2.3\0", 6)));
}

TEST(SemanticVersion, Parts) {
  const auto version = ParseSemanticVersion("1.22.333-rc.1+sha.5");
  ASSERT_TRUE(version);
  EXPECT_EQ(version->major, "1");
  EXPECT_EQ(version->minor, "22");
  EXPECT_EQ(version->patch, "333");
  EXPECT_EQ(version->prerelease, (std::vector<std::string_view>{"rc", "1"}));
  EXPECT_EQ(version->build, (std::vector<std::string_view>{"sha", "5"}));
}

TEST(SemanticVersion, PrecedenceIsTotalOverALadder) {
  const std::vector<std::string> ladder = {"0.0.1",
                                           "0.1.0",
                                           "1.0.0-0",
                                           "1.0.0-9",
                                           "1.0.0-10",
                                           "1.0.0-18446744073709551616",
                                           "1.0.0-18446744073709551617",
                                           "1.0.0--",
                                           "1.0.0-A",
                                           "1.0.0-alpha",
                                           "1.0.0-alpha.1",
                                           "1.0.0-alpha.beta",
                                           "1.0.0-beta",
                                           "1.0.0-beta.2",
                                           "1.0.0-beta.11",
                                           "1.0.0-rc.1",
                                           "1.0.0",
                                           "1.0.1",
                                           "1.2.0",
                                           "1.10.0",
                                           "2.0.0-0",
                                           "2.0.0",
                                           "18446744073709551616.0.0",
                                           "18446744073709551617.0.0"};
  for (size_t i = 0; i < ladder.size(); ++i) {
    for (size_t j = 0; j < ladder.size(); ++j) {
      EXPECT_EQ(CompareVersions(ladder[i], ladder[j]), std::weak_ordering(i <=> j))
          << ladder[i] << " and " << ladder[j];
    }
  }
}

// The lists that semver.org publishes, where they are at hand.
TEST(SemanticVersion, PublishedLists) {
  const char* data = std::getenv("CHANGEPOLICY_DATA");
  std::ifstream file(
      std::string(data != nullptr ? data : CHANGEPOLICY_SOURCE_DIR "/../shared/data") +
      "/semver/semver_org_valid_invalid.json");
  if (!file) GTEST_SKIP() << "no shared data";
  const std::string json{std::istreambuf_iterator<char>(file), {}};
  google::protobuf::Struct lists;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(json, &lists).ok());
  const auto list = [&lists](const char* name) {
    std::vector<std::string> texts;
    for (const auto& value : lists.fields().at(name).list_value().values()) {
      texts.push_back(value.string_value());
    }
    EXPECT_FALSE(texts.empty()) << name;
    return texts;
  };
  for (const std::string& text : list("valid")) EXPECT_TRUE(IsSemanticVersion(text)) << text;
  for (const std::string& text : list("invalid")) EXPECT_FALSE(IsSemanticVersion(text)) << text;
  const std::vector<std::string> ascending = list("precedence_ascending_spec_11");
  for (size_t i = 1; i < ascending.size(); ++i) {
    EXPECT_EQ(CompareVersions(ascending[i - 1], ascending[i]), std::weak_ordering::less)
        << ascending[i];
  }
}

TEST(SemanticVersion, BuildTakesNoPart) {
  EXPECT_EQ(CompareVersions("1.0.0+a", "1.0.0+b"), std::weak_ordering::equivalent);
  EXPECT_EQ(CompareVersions("1.0.0-rc.1+a", "1.0.0-rc.1"), std::weak_ordering::equivalent);
  EXPECT_EQ(CompareVersions("1.0.0", "1.0"), std::nullopt);
  EXPECT_EQ(CompareVersions("v1.0.0", "1.0.0"), std::nullopt);
}

TEST(SemanticVersion, HugeTextsTakeLinearTime) {
  const std::string digits(1 << 20, '9');
  EXPECT_EQ(CompareVersions(digits + ".0.0", digits + ".0.1"), std::weak_ordering::less);
  EXPECT_EQ(CompareVersions(digits + ".0.0", digits + "9.0.0"), std::weak_ordering::less);
  std::string identifiers = "1.0.0-0";
  for (int i = 0; i < 200'000; ++i) identifiers += ".0";
  EXPECT_EQ(CompareVersions(identifiers, identifiers + ".0"), std::weak_ordering::less);
  EXPECT_FALSE(IsSemanticVersion(identifiers + "."));
  EXPECT_FALSE(IsSemanticVersion(std::string(1 << 20, '.')));
}

TEST(SemanticVersion, KindOf) {
  const struct {
    const char *previous, *next;
    v1::ReleaseKind kind;
  } cases[] = {
      {"1.2.3", "1.2.4", v1::RELEASE_KIND_PATCH},
      {"1.2.3", "1.3.0", v1::RELEASE_KIND_MINOR},
      {"1.2.3", "1.3.7", v1::RELEASE_KIND_MINOR},
      {"1.2.3", "2.0.0", v1::RELEASE_KIND_MAJOR},
      {"1.2.3", "2.3.4", v1::RELEASE_KIND_MAJOR},
      {"0.1.0", "0.2.0", v1::RELEASE_KIND_MINOR},
      {"0.9.9", "1.0.0", v1::RELEASE_KIND_MAJOR},
      {"1.2.3", "1.2.4-rc.1", v1::RELEASE_KIND_PATCH},
      {"1.2.3", "2.0.0-rc.1", v1::RELEASE_KIND_MAJOR},
      {"2.0.0-rc.1", "2.0.0-rc.2", v1::RELEASE_KIND_MAJOR},
      {"2.0.0-rc.1", "2.0.0", v1::RELEASE_KIND_MAJOR},
      {"2.0.0-rc.1", "2.0.1", v1::RELEASE_KIND_MAJOR},
      {"2.1.0-rc.1", "2.1.0", v1::RELEASE_KIND_MINOR},
      {"2.1.0-rc.1", "2.1.1", v1::RELEASE_KIND_MINOR},
      {"2.1.1-rc.1", "2.1.1", v1::RELEASE_KIND_PATCH},
      {"2.1.1-rc.1", "2.2.0", v1::RELEASE_KIND_MINOR},
      {"1.2.3", "1.2.3", v1::RELEASE_KIND_UNSPECIFIED},
      {"1.2.3", "1.2.3+build", v1::RELEASE_KIND_UNSPECIFIED},
      {"1.2.3", "1.2.3-rc.1", v1::RELEASE_KIND_UNSPECIFIED},
      {"1.2.3", "1.2.2", v1::RELEASE_KIND_UNSPECIFIED},
      {"2.0.0", "1.9.9", v1::RELEASE_KIND_UNSPECIFIED},
      {"v1.2.3", "1.2.4", v1::RELEASE_KIND_UNSPECIFIED},
      {"1.2.3", "1.2", v1::RELEASE_KIND_UNSPECIFIED},
      {"", "", v1::RELEASE_KIND_UNSPECIFIED},
      {"-1.0.0", "1.0.0", v1::RELEASE_KIND_UNSPECIFIED},
      {"99999999999999999999.0.0", "99999999999999999999.0.1", v1::RELEASE_KIND_PATCH},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(KindOf(c.previous, c.next), c.kind) << c.previous << " to " << c.next;
  }
}

}  // namespace
}  // namespace changepolicy
