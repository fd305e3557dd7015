#include "libchangepolicy/domain/implied_kind.h"

#include <string>

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

TEST(ImpliedKind, OfARelease) {
  const struct {
    const char* text;
    v1::ReleaseKind kind;
  } cases[] = {
      {"", v1::RELEASE_KIND_UNSPECIFIED},
      {"notes { fixes: 'x' }", v1::RELEASE_KIND_PATCH},
      {"notes { fixes: 'x' features: 'y' }", v1::RELEASE_KIND_MINOR},
      {"version_control { commits { message: 'fix: x' } }", v1::RELEASE_KIND_PATCH},
      {"notes { fixes: 'x' } version_control { commits { message: 'feat: x' } "
       "commits { message: 'fix: y' } }",
       v1::RELEASE_KIND_MINOR},
      {"notes { features: 'x' } version_control { commits { message: 'fix!: y' } }",
       v1::RELEASE_KIND_MAJOR},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(ImpliedKind(Parse<v1::Release>(c.text)), c.kind) << c.text;
  }
}

TEST(ImpliedKind, AReleaseThatClaimsLess) {
  const struct {
    const char *previous, *version, *commit;
    bool less;
  } cases[] = {
      {"1.2.3", "1.2.4", "fix: x", false},        {"1.2.3", "1.2.4", "feat: x", true},
      {"1.2.3", "1.3.0", "feat: x", false},       {"1.2.3", "1.3.0", "feat!: x", true},
      {"1.2.3", "2.0.0", "feat!: x", false},      {"1.2.3", "2.0.0", "fix: x", false},
      {"2.0.0-rc.1", "2.0.0", "feat!: x", false}, {"0.2.3", "0.2.4", "feat!: x", false},
      {"0.9.0", "1.0.0", "feat!: x", false},      {"1.2.3", "1.2", "feat!: x", false},
      {"1.2.3", "1.2.2", "feat!: x", false},
  };
  for (const auto& c : cases) {
    v1::Release release;
    release.set_previous_version(c.previous);
    release.set_version(c.version);
    release.mutable_version_control()->add_commits()->set_message(c.commit);
    EXPECT_EQ(ClaimsLessThanImplied(release), c.less)
        << c.previous << " to " << c.version << " with " << c.commit;
  }
}

}  // namespace
}  // namespace changepolicy
