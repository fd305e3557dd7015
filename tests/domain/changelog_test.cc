#include "libchangepolicy/domain/changelog.h"

#include <fstream>
#include <iterator>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace changepolicy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kLog = R"(# Changelog

All notable changes.

## [Unreleased]

### Added

- Not yet

## [2.1.0] - 2026-01-31

What this is about.

### Added

- Search by `date`, see [the guide](https://example.org/guide)
- *Filters*
  of several lines
- Export:
  - as PDF
  - as CSV
    - with a header

### Changed
* Sorting is **stable**

### Deprecated

1. The old report

### Removed

- The [older report]

### Fixed

- Invoices are sent once

### Security

- Passwords are hashed <!-- at last -->

### Known issues

- None

### Migration

Run this before the start:

```sh
migrate  --all
```

- Check your users

### Thanks

- To everybody

## [2.0.0] - 2025-10-14 [YANKED]

### Fixed

- Names

[Unreleased]: https://example.org/compare/v2.1.0...HEAD
[2.1.0]: https://example.org/compare/v2.0.0...v2.1.0
[older report]: https://example.org/report
)";

TEST(Changelog, ASectionOfAVersion) {
  const ChangelogSection section = ReadChangelog(kLog, "2.1.0");
  EXPECT_TRUE(section.found);
  EXPECT_FALSE(section.yanked);
  EXPECT_THAT(section.features.entries,
              ElementsAre("Search by date, see the guide", "Filters of several lines",
                          "Export: as PDF; as CSV: with a header", "Sorting is stable",
                          "The old report", "Removed: The older report"));
  EXPECT_THAT(section.fixes.entries, ElementsAre("Invoices are sent once", "Passwords are hashed"));
  EXPECT_THAT(section.known_issues.entries, IsEmpty());
  EXPECT_TRUE(section.known_issues.none);
  EXPECT_THAT(section.instructions.entries,
              ElementsAre("Run this before the start:", "Check your users"));
  EXPECT_FALSE(section.instructions.none);
}

TEST(Changelog, OtherVersions) {
  const ChangelogSection yanked = ReadChangelog(kLog, "2.0.0");
  EXPECT_TRUE(yanked.found);
  EXPECT_TRUE(yanked.yanked);
  EXPECT_THAT(yanked.fixes.entries, ElementsAre("Names"));
  EXPECT_THAT(yanked.features.entries, IsEmpty());
  EXPECT_TRUE(yanked.features.none) << "there are only fixes";
  EXPECT_FALSE(yanked.fixes.none);
  for (const char* version : {"2.2.0", "2.1", "2.1.0-rc.1", "Unreleased2", ""}) {
    EXPECT_FALSE(ReadChangelog(kLog, version).found) << version;
  }
  EXPECT_TRUE(ReadChangelog(kLog, "v2.1.0").found);
}

TEST(Changelog, HeadingsOfAVersion) {
  const struct {
    const char* heading;
    bool found, yanked;
  } cases[] = {
      {"## [1.2.3] - 2026-01-31", true, false},
      {"## 1.2.3", true, false},
      {"## v1.2.3 (2026-01-31)", true, false},
      {"## [v1.2.3]", true, false},
      {"## [1.2.3](https://example.org) - 2026-01-31", true, false},
      {"1.2.3 - 2026-01-31\n------", true, false},
      {"## [1.2.3] - 2026-01-31 [YANKED]", true, true},
      {"## 1.2.3 yanked", true, true},
      {"## [1.2.3] - not yankedly", true, false},
      {"## [1.2.31]", false, false},
      {"## Version 1.2.3", false, false},
      {"# 1.2.3", false, false},
      {"### 1.2.3", false, false},
      {"    ## 1.2.3", false, false},
      {"```\n## 1.2.3\n```", false, false},
      {"> ## 1.2.3", false, false},
  };
  for (const auto& c : cases) {
    const ChangelogSection section = ReadChangelog(c.heading, "1.2.3");
    EXPECT_EQ(section.found, c.found) << c.heading;
    EXPECT_EQ(section.yanked, c.yanked) << c.heading;
  }
}

TEST(Changelog, WhatIsReadAndWhatIsNot) {
  const auto read = [](const std::string& below) {
    return ReadChangelog("## 1.0.0\n" + below + "\n## 0.9.0\n### Fixed\n- older\n", "1.0.0");
  };
  EXPECT_THAT(read("- no topic").fixes.entries, IsEmpty());
  EXPECT_THAT(read("### FIXED\n- x").fixes.entries, ElementsAre("x"));
  EXPECT_THAT(read("### fixed:\n- x").fixes.entries, ElementsAre("x"));
  EXPECT_THAT(read("### Fixed\n#### in the API\n- x").fixes.entries, ElementsAre("x"));
  EXPECT_THAT(read("### Fixed\n### Other\n- x").fixes.entries, IsEmpty());
  EXPECT_THAT(read("### Fixed\n-\n- x").fixes.entries, ElementsAre("x"));
  EXPECT_THAT(read("### Fixed\n- x\n\n  y\n- z").fixes.entries, ElementsAre("x y", "z"));
  EXPECT_THAT(read("### Fixed\n<p>x</p>").fixes.entries, IsEmpty());
  EXPECT_THAT(read("### Fixed\n- a ![b](c) <b>d</b>").fixes.entries, ElementsAre("a b d"));
  EXPECT_THAT(read("### Fixed\n- x\n### Added\n- y\n### Fixed\n- z").fixes.entries,
              ElementsAre("x", "z"));
  EXPECT_THAT(read("### Fixed\n- x\n## 1.0.0\n### Fixed\n- y").fixes.entries,
              ElementsAre("x", "y"));
  EXPECT_TRUE(ReadChangelog("## 1.0.0 [YANKED]\n## 1.0.0\n", "1.0.0").yanked);
}

TEST(Changelog, ThatThereAreNone) {
  const auto issues = [](const std::string& text) {
    return ReadChangelog("## 1.0.0\n### Known issues\n" + text, "1.0.0").known_issues;
  };
  for (const char* none :
       {"- None", "- none.", "None known", "* N/A", "Nothing.", "- No known issues"}) {
    EXPECT_TRUE(issues(none).none) << none;
    EXPECT_THAT(issues(none).entries, IsEmpty()) << none;
  }
  EXPECT_FALSE(issues("").none) << "an empty section says nothing";
  const ChangelogEntries mixed = issues("- None\n- Slow at noon");
  EXPECT_FALSE(mixed.none);
  EXPECT_THAT(mixed.entries, ElementsAre("Slow at noon"));
  EXPECT_FALSE(issues("- None of the reports loads").none);
  const ChangelogSection section = ReadChangelog("## 1.0.0\n### Added\n- x\n", "1.0.0");
  EXPECT_TRUE(section.fixes.none);
  EXPECT_FALSE(section.features.none);
  EXPECT_FALSE(section.known_issues.none);
  EXPECT_FALSE(section.instructions.none);
  EXPECT_FALSE(ReadChangelog("## 1.0.0\n### Known issues\n- x\n", "1.0.0").fixes.none);
}

TEST(Changelog, HostileTextEnds) {
  const std::string head = "## 1.0.0\n### Fixed\n";
  std::string deep(500'000, '>');
  EXPECT_TRUE(ReadChangelog(head + deep + " x", "1.0.0").found);
  std::string lists;
  for (int depth = 0; depth < 600; ++depth) lists += std::string(2 * depth, ' ') + "- a\n";
  EXPECT_THAT(ReadChangelog(head + lists, "1.0.0").fixes.entries, SizeIs(1));
  std::string links;
  while (links.size() < 500'000) links += "[a](";
  EXPECT_TRUE(ReadChangelog(head + links, "1.0.0").found);
  const std::string invalid = head + "- a\xff\xfe\n";
  EXPECT_THAT(ReadChangelog(invalid, "1.0.0").fixes.entries,
              ElementsAre("a\xef\xbf\xbd\xef\xbf\xbd"));
  EXPECT_FALSE(ReadChangelog(head + std::string(kMaxChangelogBytes, 'x'), "1.0.0").found);
}

TEST(Changelog, OurOwn) {
  std::ifstream file(CHANGEPOLICY_SOURCE_DIR "/CHANGELOG.md");
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::string unreleased = "## [Unreleased]";
  const size_t at = text.find(unreleased);
  ASSERT_NE(at, text.npos);
  EXPECT_FALSE(ReadChangelog(text, "9.8.7").found);
  text.replace(at, unreleased.size(), "## [9.8.7] - 2026-01-31");
  const ChangelogSection section = ReadChangelog(text, "9.8.7");
  EXPECT_TRUE(section.found);
  EXPECT_GT(section.features.entries.size(), 20u);
}

}  // namespace
}  // namespace changepolicy
