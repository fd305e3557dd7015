#include "libchangepolicy/domain/name_pattern.h"

#include <string>

#include "gtest/gtest.h"

namespace changepolicy {
namespace {

TEST(NamePattern, Matches) {
  const struct {
    std::string pattern, name;
    bool matches;
  } cases[] = {
      {"main", "main", true},
      {"main", "Main", false},
      {"main", "mai", false},
      {"main", "mainx", false},
      {"*", "x", true},
      {"*", "", false},
      {"*", "a/b", false},
      {"**", "a/b", true},
      {"**", "", false},
      {"release/*", "release/1.4", true},
      {"release/*", "release/", false},
      {"release/*", "release/a/b", false},
      {"release/**", "release/a/b", true},
      {"*/x", "a/x", true},
      {"*/x", "a/b/x", false},
      {"a*b*c", "axxbxxc", true},
      {"a*b*c", "abc", false},
      {"a**", "a", false},
      {"***", "a", false},
      {"***", "a/b", true},
      {"<version>", "1.2.3", true},
      {"<version>", "v1.2.3-rc.1+b", true},
      {"<version>", "vv1.2.3", false},
      {"<version>", "1.2", false},
      {"<version>", "1.02.3", false},
      {"<candidate>", "v1.2.3-rc.1", true},
      {"<candidate>", "1.2.3", false},
      {"<candidate>", "1.2.3+rc.1", false},
      {"<line>", "1.4", true},
      {"<line>", "1.4.2", true},
      {"<line>", "1", false},
      {"<line>", "1.4.2.1", false},
      {"<line>", "1.", false},
      {"<line>", "1.x", false},
      {"release-<line>", "release-1.4", true},
      {"r<line>-x", "r1.4-x", true},
      {"**/<version>", "a/b/v1.2.3", true},
      {"**/<version>", "v1.2.3", false},
      {"<version>-<version>", "1.2.3-a-1.2.3", true},
      {"<word>", "<word>", false},
      {"<version", "1.2.3", false},
      {"a>b", "a>b", true},
      {"", "", true},
      {"", "x", false},
      {"**", std::string(255, 'x'), true},
      {"**", std::string(256, 'x'), false},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(MatchesName(c.pattern, c.name), c.matches) << c.pattern << " and " << c.name;
  }
}

TEST(NamePattern, HostileOnesEnd) {
  std::string pattern;
  for (int i = 0; i < 40; ++i) pattern += "**<version>";
  EXPECT_FALSE(MatchesName(pattern, std::string(255, '1')));
}

TEST(NamePattern, Mistakes) {
  for (const char* good :
       {"main", "release/<line>", "**", "a*b", "<version>", "<candidate>", "a>b", "rel-1.x"}) {
    EXPECT_EQ(FindPatternMistake(good).message, "") << good;
  }
  const struct {
    const char *pattern, *message, *word;
  } cases[] = {
      {"", "an empty pattern admits no name", ""},
      {"release/<lines>", "`<lines>` stands for nothing", "<lines>"},
      {"release/<>", "`<>` stands for nothing", "<>"},
      {"release/<line", "a `<` has no `>`", ""},
      {"release 1", "no branch or tag has ` ` in its name", ""},
      {"a~b", "no branch or tag has `~` in its name", ""},
      {"a?b", "no branch or tag has `?` in its name", ""},
      {"a[b]", "no branch or tag has `[` in its name", ""},
  };
  for (const auto& c : cases) {
    const PatternMistake mistake = FindPatternMistake(c.pattern);
    EXPECT_EQ(mistake.message, c.message);
    EXPECT_EQ(mistake.unknown_word, c.word);
  }
}

TEST(RefName, AsGitTakesThem) {
  for (const char* good : {"main", "a/b", "a@b", "a-", "1.4", "é"}) EXPECT_TRUE(IsRefName(good));
  for (const char* bad :
       {"",    "-a",  "a.",   "a..b", "a@{b", "@",    "a b", "a~b",  "a^b",    "a:b",   "a?b",
        "a*b", "a[b", "a\\b", "/a",   "a/",   "a//b", ".a",  "a/.b", "a.lock", "a\x7f", "a\tb"}) {
    EXPECT_FALSE(IsRefName(bad)) << bad;
  }
}

}  // namespace
}  // namespace changepolicy
