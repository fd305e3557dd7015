// A change that is taken out of its release: what becomes ready, and whose approvals stand.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/source/read.h"
#include "tests/engine/example.h"

namespace changepolicy {
namespace {

constexpr std::string_view kRules = R"(
approvals:
  - {id: peer, subjects: CHANGE, at: DEPLOY, needs: {at_least: 1, of: {role: engineer}}, clause: C}
  - {id: content, subjects: RELEASE, at: DEPLOY, needs: {at_least: 1, of: {role: engineer}}, aspects: [DESCRIPTION], clause: C}
  - {id: timing, subjects: RELEASE, at: DEPLOY, needs: {at_least: 1, of: {role: engineer}}, aspects: [SCHEDULE], clause: C}
gates:
  - {id: ready, at: DEPLOY, must: changes.all_allowed(), clause: C}
)";

constexpr std::string_view kGood =
    "  - {id: C-1, state: SCHEDULED, people: {requester: ann, authors: [ann]}, approvals: [{id: a, "
    "by: bob, kind: APPROVED, happened_at: 2026-02-02, recorded_at: 2026-02-02}]}\n";
constexpr std::string_view kBlocking =
    "  - {id: C-2, state: SCHEDULED, people: {requester: ann, authors: [ann]}}\n";
constexpr std::string_view kFirst = "  - {number: 1, by: ann, happened_at: 2026-02-01}\n";
constexpr std::string_view kTakenOut =
    "  - {number: 2, by: ann, happened_at: 2026-02-20, edited: [changes]}\n";

v1::Release Release(std::string_view changes, std::string_view revisions) {
  v1::Release release;
  const Issues issues = ReadMessage(
      StrCat("id: R-1\nstate: APPROVED\npeople: {requester: ann, authors: [ann]}\n"
             "approvals: [{id: r, by: bob, kind: APPROVED, revision: 1, happened_at: 2026-02-10, "
             "recorded_at: 2026-02-10}]\nchanges:\n",
             changes, "revisions:\n", revisions),
      Format::kYaml, "r.yaml", &release);
  EXPECT_FALSE(HasErrors(issues)) << ToText(issues);
  return release;
}

class TakenOut : public testing::Test {
 protected:
  template <typename Subject>
  v1::Decision Ask(const Subject& subject) const {
    return *engine_.Decide(
        subject, {.now = At("2026-03-02T10:00:00Z"), .transition = v1::TRANSITION_DEPLOY});
  }

 private:
  const Engine engine_{LoadOrDie(PolicyWith(kRules)), Firm()};
};

TEST_F(TakenOut, TheReleaseIsAsReadyAsItsWeakestChange) {
  const v1::Decision decision = Ask(Release(StrCat(kGood, kBlocking), kFirst));
  EXPECT_EQ(decision.verdict(), v1::VERDICT_DENIED);
  ASSERT_EQ(decision.blocking_changes_size(), 1);
  EXPECT_EQ(decision.blocking_changes(0).id(), "C-2");
  EXPECT_THAT(decision.blocking_changes(0).rules(), testing::ElementsAre("peer"));
}

TEST_F(TakenOut, TheOthersApprovalsStand) {
  const v1::Release before = Release(StrCat(kGood, kBlocking), kFirst);
  const v1::Release after = Release(kGood, StrCat(kFirst, kTakenOut));
  const auto outcome = [&](const v1::Release& release) {
    return Ask(release.changes(0)).outcomes(0).SerializeAsString();
  };
  EXPECT_EQ(outcome(after), outcome(before));
  EXPECT_EQ(StatusOf(Ask(after.changes(0)), "peer"), v1::STATUS_SATISFIED);
  EXPECT_EQ(StatusOf(Ask(after), "ready"), v1::STATUS_SATISFIED);
}

TEST_F(TakenOut, ApprovalsOfTheContentAreVoidedByTheRevision) {
  const v1::Decision after = Ask(Release(kGood, StrCat(kFirst, kTakenOut)));
  EXPECT_EQ(StatusOf(after, "content"), v1::STATUS_UNSATISFIED);
  ASSERT_EQ(after.outcomes(0).approval().not_counted_size(), 1);
  EXPECT_EQ(after.outcomes(0).approval().not_counted(0).reason(), v1::NOT_COUNTED_VOIDED);
  // A revision that leaves the changes alone leaves the approval of the content alone.
  const v1::Decision moved =
      Ask(Release(kGood, StrCat(kFirst,
                                "  - {number: 2, by: ann, happened_at: 2026-02-20, edited: "
                                "[schedule.start]}\n")));
  EXPECT_EQ(StatusOf(moved, "content"), v1::STATUS_SATISFIED);
  EXPECT_EQ(StatusOf(moved, "timing"), v1::STATUS_UNSATISFIED);
  // What no revision records voids nothing.
  EXPECT_EQ(StatusOf(Ask(Release(kGood, kFirst)), "content"), v1::STATUS_SATISFIED);
}

}  // namespace
}  // namespace changepolicy
