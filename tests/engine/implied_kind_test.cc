// What a release's contents call for: in the decision, as a remark, as a variable.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/source/read.h"
#include "tests/engine/example.h"

namespace changepolicy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

v1::Decision DecideRelease(std::string_view more, std::string_view must = "true") {
  v1::Release release;
  const Issues issues =
      ReadMessage(StrCat("id: R-1\nstate: PLANNED\nprevious_version: 1.4.2\n", more), Format::kYaml,
                  "r.yaml", &release);
  EXPECT_FALSE(HasErrors(issues)) << ToText(issues);
  const Engine engine(
      LoadOrDie(PolicyWith(
          StrCat("gates:\n  - {id: g, at: CUT_CANDIDATE, clause: C, must: '", must, "'}\n"))),
      Firm());
  return *engine.Decide(release, {.now = At("2026-03-02T10:00:00Z")});
}

std::string About(const v1::Decision& decision) {
  for (const v1::Remark& remark : decision.remarks()) {
    if (remark.id() != "version-claims-less") continue;
    std::string text;
    for (const std::string& about : remark.about()) {
      StrAppend(&text, text.empty() ? "" : ", ", about);
    }
    return text;
  }
  return "";
}

TEST(ImpliedKind, IsReportedWhereTheVersionClaimsLess) {
  const std::string breaking = "changes: [{id: C-1, commits: [{id: a, message: \"fix!: x\"}]}]\n";
  const v1::Decision less = DecideRelease(StrCat("version: 1.5.0\n", breaking));
  EXPECT_EQ(less.categorization().implied_release_kind(), v1::RELEASE_KIND_MAJOR);
  EXPECT_THAT(less.categorization().implied_by(), ElementsAre("change C-1"));
  EXPECT_EQ(About(less), "RELEASE_KIND_MINOR, RELEASE_KIND_MAJOR, change C-1");
  const v1::Decision enough = DecideRelease(StrCat("version: 2.0.0\n", breaking));
  EXPECT_EQ(enough.categorization().implied_release_kind(), v1::RELEASE_KIND_MAJOR);
  EXPECT_THAT(enough.remarks(), IsEmpty());
  EXPECT_EQ(About(DecideRelease(breaking)), "");
}

TEST(ImpliedKind, NamesFiveReasonsAtMost) {
  std::string commits = "version_control: {commits: [";
  for (const char c : std::string("fedcba")) {
    StrAppend(&commits, "{id: ", std::string(1, c), ", message: \"feat: x\"}, ");
  }
  const v1::Decision less = DecideRelease(StrCat("version: 1.4.3\n", commits, "]}\n"));
  EXPECT_EQ(less.categorization().implied_by_size(), 6);
  EXPECT_EQ(About(less),
            "RELEASE_KIND_PATCH, RELEASE_KIND_MINOR, commit a, commit b, commit c, commit d, "
            "commit e");
}

TEST(ImpliedKind, IsReadByRules) {
  constexpr std::string_view kMust = "release_kind >= implied_release_kind";
  EXPECT_EQ(StatusOf(DecideRelease("version: 1.4.3\nnotes: {fixes: [x]}\n", kMust), "g"),
            v1::STATUS_SATISFIED);
  EXPECT_EQ(StatusOf(DecideRelease("version: 1.4.3\nnotes: {features: [x]}\n", kMust), "g"),
            v1::STATUS_UNSATISFIED);
  EXPECT_EQ(StatusOf(DecideRelease("version: 1.4.3\n", kMust), "g"), v1::STATUS_SATISFIED);
}

TEST(ImpliedKind, IsNotKnownWhereEvidenceMightBeOfThisArtifact) {
  constexpr std::string_view kRun =
      "version: 1.4.3\nnotes: {fixes: [x]}\nevidence: [{id: e, type: unit, conclusion: FAILED, "
      "digest: d1, trust: REPORTED, happened_at: 2026-03-01}]\n";
  constexpr std::string_view kMust = "release_kind >= implied_release_kind";
  const std::string policy = PolicyWith(
      StrCat("gates:\n  - {id: g, at: CUT_CANDIDATE, clause: C, must: '", kMust, "'}\n"));
  const auto decide = [&](std::string_view more) {
    v1::Release release;
    const Issues issues = ReadMessage(StrCat("id: R-1\nprevious_version: 1.4.2\n", kRun, more),
                                      Format::kYaml, "r.yaml", &release);
    EXPECT_FALSE(HasErrors(issues)) << ToText(issues);
    std::string compatible = policy;
    const std::string types = "evidence: {types: [unit]";
    compatible.insert(compatible.find(types) + types.size(), ", compatibility: [unit]");
    return *Engine(LoadOrDie(compatible), Firm())
                .Decide(release, {.now = At("2026-03-02T10:00:00Z"),
                                  .transition = v1::TRANSITION_CUT_CANDIDATE});
  };
  const v1::Decision unknown = decide("");
  EXPECT_EQ(StatusOf(unknown, "g"), v1::STATUS_UNKNOWN);
  EXPECT_THAT(unknown.outcomes(0).unknown(), ElementsAre("release.artifact.digest"));
  EXPECT_EQ(unknown.categorization().implied_release_kind(), v1::RELEASE_KIND_PATCH);
  EXPECT_EQ(StatusOf(decide("artifact: {digest: d1}\n"), "g"), v1::STATUS_UNSATISFIED);
  EXPECT_EQ(StatusOf(decide("artifact: {digest: d2}\n"), "g"), v1::STATUS_SATISFIED);
}

}  // namespace
}  // namespace changepolicy
