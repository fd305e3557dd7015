#include "libchangepolicy/domain/implied_kind.h"

#include <algorithm>
#include <string>
#include <vector>

#include "changepolicy/v1/release.flat.h"
#include "gtest/gtest.h"
#include "tests/domain/messages.h"

namespace changepolicy {
namespace {

TEST(ImpliedKind, OfACommit) {
  const struct {
    std::string message;
    v1::ReleaseKind kind;
  } cases[] = {
      {"feat: search by date", v1::RELEASE_KIND_MINOR},
      {"FEAT(api): search by date", v1::RELEASE_KIND_MINOR},
      {"fix: off by one", v1::RELEASE_KIND_PATCH},
      {"docs: spelling", v1::RELEASE_KIND_PATCH},
      {"revert: feat: search by date\n\nRefs: 676104e", v1::RELEASE_KIND_PATCH},
      {"Revert \"feat!: drop the old endpoint\"", v1::RELEASE_KIND_PATCH},
      {"revert!: search by date", v1::RELEASE_KIND_MAJOR},
      {"fix: rename\r\n\r\nBREAKING CHANGE:\r\nthe key is gone", v1::RELEASE_KIND_MAJOR},
      {"fix: rename\n\nBREAKING CHANGES: none", v1::RELEASE_KIND_PATCH},
      {"fix: rename\n\nBREAKING CHANGE:none", v1::RELEASE_KIND_PATCH},
      {"feat\r\n", v1::RELEASE_KIND_PATCH},
      {"feat!: drop the old endpoint", v1::RELEASE_KIND_MAJOR},
      {"chore(deps)!: require version 9", v1::RELEASE_KIND_MAJOR},
      {"fix: rename\n\nBREAKING CHANGE: the key is gone", v1::RELEASE_KIND_MAJOR},
      {"fix: rename\n\nbody\n\nReviewed-by: Z\nBREAKING-CHANGE: gone", v1::RELEASE_KIND_MAJOR},
      {"Rename things\n\nBREAKING CHANGE: the key is gone", v1::RELEASE_KIND_MAJOR},
      {"fix: rename\n\nbreaking change: the key is gone", v1::RELEASE_KIND_PATCH},
      {"fix: rename\n\nThis is no BREAKING CHANGE: nothing is gone", v1::RELEASE_KIND_PATCH},
      {"feature: search", v1::RELEASE_KIND_PATCH},
      {"feat search", v1::RELEASE_KIND_PATCH},
      {"feat:search", v1::RELEASE_KIND_PATCH},
      {"feat: ", v1::RELEASE_KIND_PATCH},
      {"feat(): search", v1::RELEASE_KIND_PATCH},
      {"feat(api: search", v1::RELEASE_KIND_PATCH},
      {": search", v1::RELEASE_KIND_PATCH},
      {"", v1::RELEASE_KIND_PATCH},
      {std::string(1 << 20, '\n') + "BREAKING CHANGE: x", v1::RELEASE_KIND_MAJOR},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(KindOfCommit(c.message), c.kind) << c.message.substr(0, 80);
  }
}

EvidenceQuestion Asked(const v1::Release& release, const v1::EvidenceRules& rules,
                       int64_t now = 1000) {
  return {.records = &AsFlat<flat::Release>(release).evidence(),
          .artifact = ArtifactIdentity::Of(release.artifact()),
          .rules = &rules,
          .now = At(now)};
}

v1::EvidenceRules Rules() {
  return Parse<v1::EvidenceRules>(
      "types: 'api' types: 'wire' types: 'unit' compatibility: 'api' compatibility: 'wire' "
      "fresh_for { seconds: 500 }");
}

ImpliedKind Imply(const std::string& text, int64_t now = 1000,
                  std::vector<absl::Time>* changes = nullptr) {
  const auto release = Parse<v1::Release>(text);
  const v1::EvidenceRules rules = Rules();
  return ImpliedKindOf(release, Asked(release, rules, now), changes);
}

TEST(ImpliedKind, OfARelease) {
  const struct {
    const char* text;
    v1::ReleaseKind kind;
    std::vector<std::string> by;
  } cases[] = {
      {"", v1::RELEASE_KIND_UNSPECIFIED, {}},
      {"notes { fixes: 'x' }", v1::RELEASE_KIND_PATCH, {"notes"}},
      {"notes { fixes: 'x' features: 'y' }", v1::RELEASE_KIND_MINOR, {"notes"}},
      {"notes { features: 'Removed: y' }", v1::RELEASE_KIND_MAJOR, {"notes"}},
      {"notes { features: 'Removed y' }", v1::RELEASE_KIND_MINOR, {"notes"}},
      {"version_control { commits { id: 'a' message: 'fix: x' } }",
       v1::RELEASE_KIND_PATCH,
       {"commit a"}},
      {"version_control { commits { message: 'fix: x\\r\\n\\r\\nmore' } }",
       v1::RELEASE_KIND_PATCH,
       {"commit fix: x"}},
      {"notes { fixes: 'x' } version_control { commits { id: 'b' message: 'feat: x' } "
       "commits { id: 'a' message: 'feat: x' } commits { id: 'c' message: 'fix: y' } }",
       v1::RELEASE_KIND_MINOR,
       {"commit a", "commit b"}},
      {"notes { features: 'x' } version_control { commits { id: 'a' message: 'fix!: y' } }",
       v1::RELEASE_KIND_MAJOR,
       {"commit a"}},
      {"notes { features: 'x' } changes { id: 'C-2' commits { id: 'a' message: 'feat: y' } "
       "commits { id: 'b' message: 'feat: z' } } changes { id: 'C-1' commits { message: 'x' } }",
       v1::RELEASE_KIND_MINOR,
       {"change C-2", "notes"}},
      {"changes { id: 'C-2' commits { message: 'fix!: y' } } changes { id: 'C-1' commits { "
       "message: 'x\\n\\nBREAKING CHANGE: y' } }",
       v1::RELEASE_KIND_MAJOR,
       {"change C-1", "change C-2"}},
  };
  for (const auto& c : cases) {
    const ImpliedKind implied = Imply(c.text);
    EXPECT_EQ(implied.kind, c.kind) << c.text;
    EXPECT_EQ(implied.by, c.by) << c.text;
    EXPECT_EQ(implied.needs_fact, "");
  }
}

std::string Ran(const std::string& id, const std::string& type, const std::string& conclusion,
                int64_t at, const std::string& digest = "D1") {
  return "evidence { id: '" + id + "' type: '" + type + "' conclusion: CONCLUSION_" + conclusion +
         " digest: '" + digest +
         "' trust: TRUST_REPORTED happened_at { seconds: " + std::to_string(at) + " } }\n";
}

TEST(ImpliedKind, ByEvidenceOfCompatibility) {
  const std::string artifact = "artifact { digest: 'D1' }\n";
  const std::string feature = artifact + "notes { features: 'x' }\n";
  const struct {
    std::string text;
    v1::ReleaseKind kind;
    std::vector<std::string> by;
  } cases[] = {
      {artifact + Ran("e1", "api", "PASSED", 900), v1::RELEASE_KIND_UNSPECIFIED, {}},
      {artifact + Ran("e1", "api", "FAILED", 900), v1::RELEASE_KIND_MAJOR, {"evidence e1"}},
      {feature + Ran("e1", "api", "FAILED", 900), v1::RELEASE_KIND_MAJOR, {"evidence e1"}},
      {feature + Ran("e1", "api", "FAILED", 900) + Ran("e2", "wire", "CANCELLED", 900),
       v1::RELEASE_KIND_MAJOR,
       {"evidence e1", "evidence e2"}},
      {feature + Ran("e1", "api", "FAILED", 900) + Ran("e2", "api", "PASSED", 901),
       v1::RELEASE_KIND_MINOR,
       {"notes"}},
      {feature + Ran("e1", "api", "FAILED", 901) + Ran("e2", "api", "PASSED", 900),
       v1::RELEASE_KIND_MAJOR,
       {"evidence e1"}},
      {feature + Ran("e1", "unit", "FAILED", 900), v1::RELEASE_KIND_MINOR, {"notes"}},
      {feature + Ran("e1", "api", "FAILED", 900, "D2"), v1::RELEASE_KIND_MINOR, {"notes"}},
      {feature + Ran("e1", "api", "FAILED", 500), v1::RELEASE_KIND_MINOR, {"notes"}},
  };
  for (const auto& c : cases) {
    const ImpliedKind implied = Imply(c.text);
    EXPECT_EQ(implied.kind, c.kind) << c.text;
    EXPECT_EQ(implied.by, c.by) << c.text;
  }
  std::vector<absl::Time> changes;
  Imply(artifact + Ran("e1", "api", "FAILED", 900), 1000, &changes);
  EXPECT_EQ(changes, std::vector{At(1400)});
}

TEST(ImpliedKind, OfAnUnstatedArtifact) {
  const std::string run = Ran("e1", "api", "FAILED", 900);
  EXPECT_EQ(Imply(run + "notes { fixes: 'x' }").needs_fact, "artifact.digest");
  EXPECT_EQ(Imply(run + "notes { fixes: 'x' }").kind, v1::RELEASE_KIND_PATCH);
  // More than major it cannot become.
  EXPECT_EQ(Imply(run + "version_control { commits { message: 'fix!: x' } }").needs_fact, "");
}

TEST(ImpliedKind, IsTheSameInAnyOrder) {
  auto release = Parse<v1::Release>(
      "artifact { digest: 'D1' } version_control { commits { id: 'a' message: 'fix!: x' } commits "
      "{ "
      "id: 'b' message: 'feat!: x' } } changes { id: 'C-1' commits { message: 'a!: x' } } changes "
      "{ "
      "id: 'C-2' commits { message: 'b!: x' } }" +
      Ran("e1", "api", "FAILED", 900) + Ran("e2", "wire", "FAILED", 900));
  const v1::EvidenceRules rules = Rules();
  const ImpliedKind first = ImpliedKindOf(release, Asked(release, rules), nullptr);
  EXPECT_EQ(first.by.size(), 6u);
  auto* const commits = release.mutable_version_control()->mutable_commits();
  std::reverse(commits->begin(), commits->end());
  std::reverse(release.mutable_changes()->begin(), release.mutable_changes()->end());
  std::reverse(release.mutable_evidence()->begin(), release.mutable_evidence()->end());
  EXPECT_EQ(ImpliedKindOf(release, Asked(release, rules), nullptr).by, first.by);
}

TEST(ImpliedKind, AReleaseThatClaimsLess) {
  const auto kPatch = v1::RELEASE_KIND_PATCH;
  const auto kMinor = v1::RELEASE_KIND_MINOR;
  const auto kMajor = v1::RELEASE_KIND_MAJOR;
  const struct {
    const char *previous, *version;
    v1::ReleaseKind implied;
    bool less;
  } cases[] = {
      {"1.2.3", "1.2.4", kPatch, false},
      {"1.2.3", "1.2.4", kMinor, true},
      {"1.2.3", "1.3.0", kMinor, false},
      {"1.2.3", "1.3.0", kMajor, true},
      {"1.2.3", "2.0.0", kMajor, false},
      {"1.2.3", "2.0.0", kPatch, false},
      {"2.0.0-rc.1", "2.0.0", kMajor, false},
      {"0.2.3", "0.2.4", kMajor, false},
      {"0.9.0", "1.0.0", kMajor, false},
      {"1.2.3", "1.2", kMajor, false},
      {"1.2.3", "1.2.2", kMajor, false},
      {"1.2.3", "1.2.4", v1::RELEASE_KIND_UNSPECIFIED, false},
  };
  for (const auto& c : cases) {
    v1::Release release;
    release.set_previous_version(c.previous);
    release.set_version(c.version);
    EXPECT_EQ(ClaimsLessThan(c.implied, release), c.less)
        << c.previous << " to " << c.version << " with " << c.implied;
  }
}

}  // namespace
}  // namespace changepolicy
