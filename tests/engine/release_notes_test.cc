// Notes that are taken from a change log when a release is decided.
#include <string>

#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/source/read.h"
#include "tests/engine/example.h"

namespace changepolicy {
namespace {

constexpr std::string_view kLog =
    "## [1.5.0]\\n### Added\\n- Search\\n### Known issues\\n- None\\n## [1.4.2] [YANKED]\\n";

v1::Decision DecideWith(std::string_view must, std::string_view more) {
  v1::Release release;
  const Issues issues = ReadMessage(StrCat("id: R-1\nprevious_version: 1.4.1\n", more),
                                    Format::kYaml, "r.yaml", &release);
  EXPECT_FALSE(HasErrors(issues)) << ToText(issues);
  const Engine engine(LoadOrDie(PolicyWith(StrCat(
                          "gates:\n  - {id: g, at: PUBLISH, clause: C, must: '", must, "'}\n"))),
                      Firm());
  return *engine.Decide(release,
                        {.now = At("2026-03-02T10:00:00Z"), .transition = v1::TRANSITION_PUBLISH});
}

v1::Status Ask(std::string_view must, std::string_view notes,
               std::string_view version = "version: 1.5.0\n") {
  return StatusOf(
      DecideWith(must, StrCat(version, "notes: {changelog: \"", kLog, "\"", notes, "}\n")), "g");
}

TEST(ReleaseNotes, AreTakenFromTheSectionOfTheVersion) {
  EXPECT_EQ(Ask("release.notes.features == [\"Search\"]", ""), v1::STATUS_SATISFIED);
  EXPECT_EQ(Ask("size(release.notes.known_issues) == 0", ""), v1::STATUS_SATISFIED);
  EXPECT_EQ(Ask("size(release.notes.fixes) == 0", ""), v1::STATUS_SATISFIED);
  EXPECT_EQ(Ask("size(release.notes.instructions) == 0", ""), v1::STATUS_UNKNOWN);
  EXPECT_EQ(Ask("size(release.notes.features) == 0", "", "version: 1.6.0\n"), v1::STATUS_UNKNOWN);
  EXPECT_EQ(Ask("size(release.notes.features) == 0", "", ""), v1::STATUS_UNKNOWN);
}

TEST(ReleaseNotes, GoBeforeTheChangeLog) {
  EXPECT_EQ(Ask("release.notes.features == [\"Find\"]", ", features: [Find]"),
            v1::STATUS_SATISFIED);
  EXPECT_EQ(Ask("release.notes.known_issues == [\"Slow\"]", ", known_issues: [Slow]"),
            v1::STATUS_SATISFIED);
}

TEST(ReleaseNotes, OfAVersionThatWasTakenBack) {
  constexpr std::string_view kMust = "changelog.yanked()";
  EXPECT_EQ(Ask(kMust, "", "version: 1.4.2\n"), v1::STATUS_SATISFIED);
  EXPECT_EQ(Ask(kMust, ""), v1::STATUS_UNSATISFIED);
  const auto remarks = [](std::string_view version) {
    std::string text;
    const v1::Decision decision =
        DecideWith("true", StrCat("version: ", version, "\nnotes: {changelog: \"", kLog, "\"}\n"));
    for (const v1::Remark& remark : decision.remarks()) {
      StrAppend(&text, remark.id(), " ", remark.about(0), ";");
    }
    return text;
  };
  EXPECT_EQ(remarks("1.4.2"), "release-yanked 1.4.2;");
  EXPECT_EQ(remarks("1.5.0"), "");
  EXPECT_EQ(remarks("1.6.0"), "changelog-without-version 1.6.0;");
}

}  // namespace
}  // namespace changepolicy
